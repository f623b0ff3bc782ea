//! Verdicts and decisions as JSON for people and other programs: what was recorded, with the customer's words filled in.

use serde_json::{Value as Json, json};

use super::{Condition, Decision, Evidence, Value, Verdict};

/// A verdict as `wissel triage`, `route`, `explain` and the staff API show it. `text` is the message that it was found in.
#[must_use]
pub fn verdict_json(verdict: &Verdict, text: &str) -> Json {
    json!({
        "language": verdict.language,
        "language_p": verdict.language_p,
        "intents": verdict.intents,
        "questions": verdict.questions,
        "emotion": verdict.emotion,
        "wants_person": verdict.wants_person,
        "complaint": verdict.complaint,
        "urgent": verdict.urgent,
        "automatic": verdict.automatic,
        "injection": verdict.injection,
        "thanks": verdict.thanks,
        "evidence": verdict.evidence.iter().map(|evidence| evidence_json(evidence, text)).collect::<Vec<_>>(),
        "engine": verdict.engine,
    })
}

/// A decision with its verdict. `text` is the message that was decided on.
#[must_use]
pub fn decision_json(decision: &Decision, text: &str) -> Json {
    json!({
        "queue": decision.queue,
        "kind": decision.kind,
        "rule": decision.rule,
        "priority": decision.priority,
        "because": decision.because.words(),
        "table": decision.table,
        "at": decision.at,
        "conditions": decision.conditions.iter().map(|condition| condition_json(&condition, text)).collect::<Vec<_>>(),
        "verdict": verdict_json(&decision.verdict, text),
    })
}

fn evidence_json(evidence: &Evidence, text: &str) -> Json {
    json!({
        "finding": evidence.finding,
        "start": evidence.start,
        "end": evidence.end,
        "text": excerpt(text, evidence.start, evidence.end),
        "why": evidence.why,
    })
}

fn condition_json(condition: &Condition<'_>, text: &str) -> Json {
    let value = match &condition.value {
        Value::Span { start, end } => json!({ "start": start, "end": end, "text": excerpt(text, *start, *end) }),
        other => json!(other),
    };
    json!({ "rule": condition.written.rule, "text": condition.written.text, "value": value, "holds": condition.holds })
}

/// The characters from `start` up to `end`; what lies outside the text is left out.
fn excerpt(text: &str, start: u32, end: u32) -> &str {
    let byte = |at: u32| text.char_indices().nth(at as usize).map_or(text.len(), |(byte, _)| byte);
    let start = byte(start);
    &text[start..byte(end).max(start)]
}

#[cfg(test)]
mod tests {
    use super::{excerpt, verdict_json};
    use crate::routing::{Decimal, Evidence, Finding, FindingName, Language, Verdict, Why};

    #[test]
    fn a_verdict_shows_words_for_offsets_and_null_for_what_is_absent() {
        let verdict = Verdict {
            language: Some(Language::Nl),
            language_p: Decimal(9_800),
            complaint: Some(Finding { is: true, p: Decimal(8_800) }),
            evidence: vec![Evidence { finding: FindingName::Complaint, start: 3, end: 8, why: Why::Floor }],
            engine: "test@1".to_owned(),
            ..Verdict::default()
        };
        let json = verdict_json(&verdict, "né! klacht");
        assert_eq!(json["language"], "nl");
        assert_eq!(json["complaint"], serde_json::json!({"is": true, "p": 0.88}));
        assert!(json["wants_person"].is_null() && json["questions"].is_null() && json["emotion"]["anger"].is_null());
        let evidence =
            serde_json::json!({"finding": "complaint", "start": 3, "end": 8, "text": " klac", "why": "floor"});
        assert_eq!(json["evidence"][0], evidence);
    }

    #[test]
    fn an_excerpt_counts_characters_and_never_leaves_the_text() {
        assert_eq!(excerpt("aé🙋b", 1, 3), "é🙋");
        assert_eq!(excerpt("ab", 1, 9), "b");
        assert_eq!(excerpt("ab", 5, 2), "");
    }
}
