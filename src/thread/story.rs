//! Story: a conversation told in a few lines, for a team lead who wants to know why it went where it went. Pure.

use wissel_channels::UnixMillis;

use super::explain::Step;
use crate::routing::{Decision, Language, Value};

/// Characters of a customer's message that are shown.
const SHOWN: usize = 60;
/// Changes that go without saying where nothing else happened.
const ROUTINE: [&str; 3] = ["bot: answered", "bot: asked", "ticket: "];

/// One line for the whole, then one or two for each event that somebody would notice.
#[must_use]
pub fn story(steps: &[Step], language: Option<Language>) -> Vec<String> {
    let Some(first) = steps.first() else { return vec!["nothing is known of this conversation yet".to_owned()] };
    let mut lines = vec![format!("{} UTC, {} events", day(first.at), steps.len())];
    lines.extend(steps.iter().filter_map(|step| line(step, language)));
    lines
}

fn day(at: UnixMillis) -> String {
    at.to_string().chars().take(10).collect()
}

fn clock(at: UnixMillis) -> String {
    at.to_string().chars().skip(11).take(8).collect()
}

fn line(step: &Step, language: Option<Language>) -> Option<String> {
    let told: Vec<&str> = step.changes.iter().map(String::as_str).filter(|change| is_news(change)).collect();
    let who = match (&step.by, step.kind) {
        (Some(person), _) => person.0.clone(),
        (None, "message") => "customer".to_owned(),
        (None, kind) => kind.to_owned(),
    };
    let at = clock(step.at);
    if let (Some(text), Some(decision)) = (&step.text, &step.decision) {
        let seq = step.seq.map_or_else(String::new, |seq| format!(" {seq}"));
        let moved = told.iter().find(|change| change.starts_with("owner: "));
        let moved = moved.map_or_else(|| format!("stays with {}", decision.queue), |moved| (*moved).to_owned());
        return Some(format!("{at}  {who}{seq}: \"{}\" | {moved} | {}", begin(text), reason(decision, language)));
    }
    if let Some(text) = &step.text {
        return Some(format!("{at}  {who}: \"{}\" | {}", begin(text), told.join("; ")));
    }
    (!told.is_empty()).then(|| format!("{at}  {who}: {}", told.join("; ")))
}

/// Whether a change is worth a word here. Places of messages are told by the messages themselves.
fn is_news(change: &str) -> bool {
    !ROUTINE.iter().any(|routine| change.starts_with(routine))
}

/// The rule, what made it hold, and its reason in words.
fn reason(decision: &Decision, language: Option<Language>) -> String {
    let held =
        decision.conditions.iter().filter(|condition| condition.holds && condition.written.rule == decision.rule);
    let held: Vec<String> =
        held.map(|condition| format!("{}{}", condition.written.text, shown(&condition.value))).collect();
    let why = if held.is_empty() { String::new() } else { format!(" because {}", held.join(", ")) };
    let words = decision.because.get(language);
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    format!("rule \"{}\"{why}{words}", decision.rule)
}

/// A value beside its comparison, where it says more than the comparison does.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => format!(" ({number})"),
        Value::Text(word) => format!(" ({word})"),
        _ => String::new(),
    }
}

/// The beginning of a text on one line.
fn begin(text: &str) -> String {
    let mut characters = text.chars().map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c });
    let mut begin: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        begin.push('…');
    }
    begin
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::{EventId, Person};

    fn step(kind: &'static str, changes: &[&str]) -> Step {
        Step {
            at: UnixMillis(1_790_000_000_123),
            event: EventId([1; 16]),
            kind,
            conversation: None,
            seq: None,
            text: None,
            decision: None,
            changes: changes.iter().map(|&change| change.to_owned()).collect(),
            by: None,
        }
    }

    #[test]
    fn what_nobody_would_notice_is_left_out() {
        let claim = Step { by: Some(Person("Sanne".into())), ..step("staff", &["owner: queue care -> Sanne"]) };
        let steps = [step("bot", &["bot: answered"]), step("handoff", &["ticket: 12"]), claim];
        let told = story(&steps, None);
        assert_eq!(told, ["2026-09-21 UTC, 3 events", "14:13:20  Sanne: owner: queue care -> Sanne"]);
    }

    #[test]
    fn a_long_message_is_cut_and_kept_on_one_line() {
        let text = Some(format!("Hallo\n{}", "x".repeat(1_000)));
        let told = story(&[Step { text, ..step("message", &["message 1: from customer"]) }], None);
        assert!(told[1].starts_with("14:13:20  customer: \"Hallo xxx"), "{}", told[1]);
        assert!(told[1].chars().count() < 120 && !told[1].contains('\n'));
    }

    #[test]
    fn a_conversation_of_which_nothing_is_known_is_said_to_be_so() {
        assert_eq!(story(&[], None), ["nothing is known of this conversation yet"]);
    }
}
