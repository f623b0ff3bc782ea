//! Brief: what a person should know before they answer: why it came here, what is wanted, what is not known.

use serde_json::{Value, json};

use super::read::Opened;
use super::shape;
use crate::routing::found::{Seen, found};
use crate::routing::{Decimal, Decision, FindingName, Intent, IntentName, Language, Localized, Verdict};
use crate::thread::reason::reason_in_words;

/// At most so many questions are listed.
const MOST_QUESTIONS: usize = 8;
/// From this on an emotion is worth mentioning.
const STRONG: Decimal = Decimal(5_000);

/// The brief of a conversation in Dutch or English.
pub fn brief<'a>(
    opened: &Opened,
    telling: &[(u32, u32)],
    intents: impl Fn(&IntentName) -> Option<&'a Intent>,
    language: Language,
) -> Value {
    let text = opened.decided_text();
    let words = Words(language);
    let verdict = opened.decision.as_ref().map(|decision| &decision.verdict);
    let title = |name: &IntentName| {
        let title = intents(name).map_or("", |intent| words.localized(&intent.title)).to_owned();
        if title.is_empty() { name.as_str().replace('_', " ") } else { title }
    };
    let suggestion = opened
        .suggestion
        .as_ref()
        .map(|suggestion| json!({ "text": suggestion.text, "sources": shape::sources(&suggestion.sources) }));
    json!({
        "why": opened.decision.as_ref().map_or_else(Vec::new, |decision| why(decision, opened.reason.as_deref(), words)),
        "wants": verdict.and_then(|verdict| wants(verdict, &title, words)),
        "found": verdict.map_or_else(Vec::new, |verdict| found(Seen { verdict, text: &text, telling }, &intents, language)),
        "questions": verdict.map_or_else(Vec::new, |verdict| questions(verdict, &text)),
        "suggestion": suggestion,
        "unknown": verdict.map_or_else(Vec::new, |verdict| unknown(verdict, words)),
    })
}

/// Why it came here: what happened since, the rule's own words, and what was found.
fn why(decision: &Decision, reason: Option<&str>, words: Words) -> Vec<String> {
    let mut why: Vec<String> = reason.map(|reason| reason_in_words(reason, words.0)).into_iter().collect();
    let because = words.localized(decision.because.words());
    if !because.is_empty() {
        why.push(because.to_owned());
    }
    for finding in findings(&decision.verdict, words) {
        // A rule's own words may say the same.
        if !why.contains(&finding) {
            why.push(finding);
        }
    }
    why
}

fn findings(verdict: &Verdict, words: Words) -> Vec<String> {
    let yes = [
        (verdict.wants_person, "De klant vraagt om een mens", "The customer asks for a person"),
        (verdict.complaint, "Een klacht, of een juridische kwestie", "A complaint, or a legal matter"),
        (verdict.urgent, "Het heeft haast", "It is urgent"),
        (verdict.automatic, "Een automatisch bericht", "An automatic message"),
        (verdict.injection, "De tekst probeert de AI opdrachten te geven", "The text tries to instruct the AI"),
    ];
    let emotions = [
        (verdict.emotion.anger, "Klinkt boos", "Sounds angry"),
        (verdict.emotion.sadness, "Klinkt verdrietig of bezorgd", "Sounds sad or worried"),
        (verdict.emotion.doubt, "Klinkt onzeker", "Sounds unsure"),
    ];
    let holds = yes.into_iter().filter(|(finding, ..)| Verdict::holds(*finding));
    let holds = holds.map(|(_, nl, en)| words.pick(nl, en).to_owned());
    let strong = emotions.into_iter().filter_map(|(value, nl, en)| Some((value?, nl, en)));
    let strong = strong.filter(|(value, ..)| *value >= STRONG);
    let strong = strong.map(|(value, nl, en)| format!("{} ({})", words.pick(nl, en), words.number(value)));
    let many = verdict.questions.filter(|count| *count > 1);
    let many = many.map(|count| format!("{count} {}", words.pick("vragen in één bericht", "questions in one message")));
    holds.chain(strong).chain(many).collect()
}

/// What the customer wants, as far as triage can tell.
fn wants(verdict: &Verdict, title: &impl Fn(&IntentName) -> String, words: Words) -> Option<String> {
    let best = verdict.intents.first()?;
    let title = title(&best.name);
    let sure = best.p >= best.threshold;
    Some(if sure { title } else { format!("{}: {title}", words.pick("Misschien", "Perhaps")) })
}

/// The questions in the words of the customer.
fn questions(verdict: &Verdict, text: &str) -> Vec<String> {
    let spans = verdict.evidence.iter().filter(|evidence| evidence.finding == FindingName::Question);
    let marked = spans.map(|evidence| (evidence.start as usize, evidence.end as usize));
    let marked: Vec<String> = marked
        .map(|(start, end)| text.chars().skip(start).take(end.saturating_sub(start)).collect::<String>())
        .collect();
    let sentences = text.split_inclusive(['?', '!', '.', '\n']).filter(|sentence| sentence.ends_with('?'));
    let found = if marked.is_empty() { sentences.map(str::to_owned).collect() } else { marked };
    let tidy = found.iter().map(|question| shape::preview(question.trim()));
    tidy.filter(|question| !question.is_empty()).take(MOST_QUESTIONS).collect()
}

/// What is not known, so that nobody takes silence for a finding.
fn unknown(verdict: &Verdict, words: Words) -> Vec<String> {
    let missing = [
        (verdict.language.is_none(), "De taal is niet zeker", "The language is not certain"),
        (verdict.intents.is_empty(), "Wat de klant wil, is niet herkend", "What the customer wants was not recognised"),
        (
            verdict.emotion.sadness.is_none(),
            "Naar verdriet of zorgen is niet gekeken",
            "Not examined: sadness or worry",
        ),
        (verdict.emotion.doubt.is_none(), "Naar twijfel is niet gekeken", "Not examined: doubt"),
        (verdict.urgent.is_none(), "Naar haast is niet gekeken", "Not examined: urgency"),
        (
            verdict.injection.is_none(),
            "Naar opdrachten aan de AI is niet gekeken",
            "Not examined: instructions to the AI",
        ),
    ];
    missing.into_iter().filter(|(holds, ..)| *holds).map(|(_, nl, en)| words.pick(nl, en).to_owned()).collect()
}

/// The language of the brief: Dutch, else English.
#[derive(Clone, Copy)]
struct Words(Language);

impl Words {
    fn pick<'a>(self, nl: &'a str, en: &'a str) -> &'a str {
        if self.0 == Language::Nl { nl } else { en }
    }

    fn localized(self, text: &Localized) -> &str {
        text.get(Some(self.0))
    }

    fn number(self, number: Decimal) -> String {
        let text = format!("{:.2}", number.as_f64());
        if self.0 == Language::Nl { text.replace('.', ",") } else { text }
    }
}

/// The language of the brief that a request asks for: Dutch where it comes before English, else English.
pub fn language_of(accept: Option<&str>) -> Language {
    let wanted =
        accept.unwrap_or_default().split(',').filter_map(|part| Language::of_locale(part.split(';').next()?.trim()));
    wanted.into_iter().find(|language| matches!(language, Language::Nl | Language::En)).unwrap_or(Language::En)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::{Emotion, Evidence, Finding, IntentScore, Why};

    fn verdict() -> Verdict {
        Verdict {
            language: Some(Language::Nl),
            questions: Some(2),
            emotion: Emotion { anger: Some(Decimal(7_100)), ..Emotion::default() },
            wants_person: Some(Finding { is: true, p: Decimal::ONE }),
            ..Verdict::default()
        }
    }

    #[test]
    fn the_findings_are_told_in_words() {
        assert_eq!(
            findings(&verdict(), Words(Language::Nl)),
            ["De klant vraagt om een mens", "Klinkt boos (0,71)", "2 vragen in één bericht"]
        );
        assert_eq!(findings(&verdict(), Words(Language::En))[1], "Sounds angry (0.71)");
    }

    #[test]
    fn questions_are_the_customers_own_words() {
        let text = "Hé. Waar is mijn pakket? En hoe ruil ik?";
        assert_eq!(questions(&Verdict::default(), text), ["Waar is mijn pakket?", "En hoe ruil ik?"]);
        let evidence = vec![Evidence { finding: FindingName::Question, start: 4, end: 24, why: Why::Shape }];
        assert_eq!(questions(&Verdict { evidence, ..Verdict::default() }, text), ["Waar is mijn pakket?"]);
        let beyond = vec![Evidence { finding: FindingName::Question, start: 400, end: 2, why: Why::Shape }];
        assert!(questions(&Verdict { evidence: beyond, ..Verdict::default() }, text).is_empty());
    }

    #[test]
    fn an_intent_below_its_threshold_is_a_perhaps() {
        let name = IntentName::new("delivery_time").unwrap();
        let score = IntentScore { name, p: Decimal(5_000), threshold: Decimal(8_000) };
        let verdict = Verdict { intents: vec![score], ..Verdict::default() };
        let title = |name: &IntentName| name.as_str().replace('_', " ");
        assert_eq!(wants(&verdict, &title, Words(Language::En)).unwrap(), "Perhaps: delivery time");
    }

    #[test]
    fn what_was_not_examined_is_said() {
        let unknown = unknown(&verdict(), Words(Language::En));
        assert!(unknown.contains(&"What the customer wants was not recognised".to_owned()));
        assert!(!unknown.contains(&"The language is not certain".to_owned()));
    }

    #[test]
    fn the_language_is_the_first_of_ours_that_is_accepted() {
        assert_eq!(language_of(Some("nl-NL,nl;q=0.9,en;q=0.8")), Language::Nl);
        assert_eq!(language_of(Some("fr-FR,en;q=0.8")), Language::En);
        assert_eq!(language_of(None), Language::En);
    }
}
