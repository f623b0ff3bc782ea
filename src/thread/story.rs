//! Story: a conversation told in a few lines, for a team lead who wants to know why it went where it went. Pure.

use wissel_channels::UnixMillis;

use super::EventId;
use super::explain::{ASKED, Step};
use super::one_line::one_line;
use crate::routing::{Decision, Language, Value};

/// Characters of a customer's message that are shown.
const SHOWN: usize = 60;
/// What came so many milliseconds after its line began has a time of its own.
const LATER_MILLIS: i64 = 60_000;

/// The day, then a line for each message of the customer, each time that a person took something in hand, and what
/// happened by itself. What followed stands in the line of what caused it.
#[must_use]
pub fn story(steps: &[Step], language: Option<Language>) -> Vec<String> {
    let Some(first) = steps.first() else { return vec!["nothing is known of this conversation yet".to_owned()] };
    let mut lines: Vec<Line> = Vec::new();
    for step in steps {
        tell(&mut lines, step, language);
    }
    let day: String = first.at.to_string().chars().take(10).collect();
    let mut story = vec![format!("{day}, times in UTC")];
    story.extend(lines.iter().map(|line| format!("{}  {} {}", clock(line.at), line.who, line.told.join("; "))));
    story
}

/// A line of the story.
struct Line {
    at: UnixMillis,
    who: String,
    /// The events that are told in it.
    events: Vec<EventId>,
    told: Vec<String>,
}

/// Tells an event: in the line of its cause, in the last one when the same person goes on, or in a line of its own.
fn tell(lines: &mut Vec<Line>, step: &Step, language: Option<Language>) {
    // What waits for more is told with it.
    let text = step.text.as_ref().filter(|_| !step.gathers);
    let said = match (text, &step.decision) {
        (Some(text), None) if step.changes.iter().any(|change| change == ASKED) => {
            Some(format!("\"{}\", of which triage was not sure", one_line(text, SHOWN)))
        }
        (Some(text), decision) => Some(said(text, decision.as_ref(), language)),
        (None, Some(decision)) => Some(format!("-> {}, {}", decision.queue, reason(decision, language))),
        (None, None) => None,
    };
    let told: Vec<String> = said.into_iter().chain(step.deeds.iter().cloned()).collect();
    let who = match (&step.by, &step.text) {
        (Some(person), _) => person.0.clone(),
        (None, Some(_)) => "customer".to_owned(),
        (None, None) => "it".to_owned(),
    };
    let goes_on = |line: &Line| step.by.is_some() && line.who == who;
    let last = lines.len().checked_sub(1).filter(|&last| goes_on(&lines[last]));
    let line = last.or_else(|| lines.iter().position(|line| line.events.contains(&step.cause)));
    let Some(line) = line.and_then(|index| lines.get_mut(index)) else {
        if !told.is_empty() {
            lines.push(Line { at: step.at, who, events: vec![step.event], told });
        }
        return;
    };
    line.events.push(step.event);
    let later = step.at.since(line.at) >= LATER_MILLIS;
    for deed in told {
        let deed = if later { format!("{deed} ({})", clock(step.at)) } else { deed };
        // The same again, such as one more try, says nothing new.
        if line.told.last() != Some(&deed) {
            line.told.push(deed);
        }
    }
}

fn clock(at: UnixMillis) -> String {
    at.to_string().chars().skip(11).take(8).collect()
}

/// A customer's message with where it went, and why.
fn said(text: &str, decision: Option<&Decision>, language: Option<Language>) -> String {
    let text = one_line(text, SHOWN);
    match decision {
        Some(decision) => format!("\"{text}\" -> {}, {}", decision.queue, reason(decision, language)),
        None => format!("\"{text}\", which needed no decision"),
    }
}

/// The rule, what made it hold, and its reason in words.
fn reason(decision: &Decision, language: Option<Language>) -> String {
    let held =
        decision.conditions.iter().filter(|condition| condition.holds && condition.written.rule == decision.rule);
    let held: Vec<String> =
        held.map(|condition| format!("{}{}", condition.written.text, shown(&condition.value))).collect();
    let held = if held.is_empty() { String::new() } else { format!(" [{}]", held.join("; ")) };
    let words = decision.because.get(language);
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    format!("by \"{}\"{held}{words}", decision.rule)
}

/// A value beside its comparison, where it says more than the comparison does.
fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => format!(": {number}"),
        Value::Text(word) => format!(": {word}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::Person;

    fn step(kind: &'static str, id: u8, cause: u8, deeds: &[&str]) -> Step {
        Step {
            at: UnixMillis(1_790_000_000_123),
            event: EventId([id; 16]),
            kind,
            conversation: None,
            seq: None,
            text: None,
            decision: None,
            about: None,
            changes: Vec::new(),
            by: None,
            cause: EventId([cause; 16]),
            deeds: deeds.iter().map(|&deed| deed.to_owned()).collect(),
            gathers: false,
        }
    }

    fn order(id: u8, by: &str, deed: &str) -> Step {
        Step { by: Some(Person(by.into())), ..step("staff", id, id, &[deed]) }
    }

    fn message(id: u8, text: &str) -> Step {
        Step { text: Some(text.into()), ..step("message", id, id, &[]) }
    }

    #[test]
    fn what_followed_stands_in_the_line_of_what_caused_it() {
        let steps = [
            message(1, "Hoi"),
            order(2, "Sanne", "claimed it"),
            step("bot", 3, 1, &["an answer of the bot came too late and was not sent"]),
            step("delivery", 4, 2, &[]),
            order(5, "Sanne", "closed it"),
        ];
        let told = story(&steps, None);
        assert_eq!(
            told,
            [
                "2026-09-21, times in UTC",
                "14:13:20  customer \"Hoi\", which needed no decision; an answer of the bot came too late and was not sent",
                "14:13:20  Sanne claimed it; closed it",
            ]
        );
    }

    #[test]
    fn what_nobody_would_notice_is_left_out_and_what_came_by_itself_has_a_line() {
        let mut lapsed = step("timer", 9, 9, &["went to care: The last person did nothing for too long"]);
        lapsed.at = lapsed.at.plus(900_000);
        let told = story(&[order(2, "Sanne", "claimed it"), step("handoff", 3, 7, &[]), lapsed], None);
        assert_eq!(told.len(), 3);
        assert_eq!(told[2], "14:28:20  it went to care: The last person did nothing for too long");
    }

    #[test]
    fn what_came_much_later_has_its_own_time_and_a_repetition_says_nothing_new() {
        let late =
            |id| Step { at: UnixMillis(1_790_000_060_123), ..step("delivery", id, 1, &["was not delivered: gone"]) };
        let told = story(&[message(1, "Hoi"), late(2), late(3)], None);
        assert_eq!(told[1], "14:13:20  customer \"Hoi\", which needed no decision; was not delivered: gone (14:14:20)");
    }

    #[test]
    fn a_long_message_is_cut_and_kept_on_one_line() {
        let told = story(&[message(1, &format!("Hallo\n{}", "x".repeat(1_000)))], None);
        assert!(told[1].starts_with("14:13:20  customer \"Hallo xxx"), "{}", told[1]);
        assert!(told[1].chars().count() < 120 && !told[1].contains('\n'));
    }

    #[test]
    fn a_conversation_of_which_nothing_is_known_is_said_to_be_so() {
        assert_eq!(story(&[], None), ["nothing is known of this conversation yet"]);
    }
}
