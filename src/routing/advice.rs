//! Advice: what a language model says about a message that triage is not sure of, and how far it counts.
//!
//! It may add a reason to go to people, and name an intent. It decides nothing alone: above the threshold comes only what
//! triage had among its own guesses, and what has proved right as often as the intent's `max_error` demands.

use serde::{Deserialize, Serialize};

use super::floor::Floor;
use super::{Decimal, Finding, IntentName, IntentScore, RoutingTable, Verdict};

/// So many confirmed outcomes of a label must there be before it counts.
pub const ENOUGH: u32 = 30;

/// What triage itself takes for so likely is among its guesses.
const POSSIBLE: Decimal = Decimal(500);

/// What a language model said, checked: its labels are those that it was given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Advice {
    /// The intent that it named; `None` for "none of these".
    pub intent: Option<IntentName>,
    /// How sure it said it was. Recorded, and never used.
    pub says: Decimal,
    /// How often this label has proved right: the lower bound of it; 0 while nothing is known.
    pub proved: Decimal,
    /// On how many confirmed outcomes that stands.
    pub outcomes: u32,
    /// It read that the customer asks for a person.
    pub wants_person: bool,
    /// It read a complaint.
    pub complaint: bool,
    /// What was asked, and how.
    pub asked: Asked,
}

/// Which model was asked, and how: enough to ask it the same again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Asked {
    /// The model, as the settings name it.
    pub model: String,
    /// Hash of the instructions, the labels and the form of the answer.
    pub prompt: String,
    /// What else the model was given, as `temperature=0 max_tokens=200`.
    pub parameters: String,
    /// Tokens that the question took; 0 when nothing came back.
    pub tokens_in: u32,
    /// Tokens that the answer took.
    pub tokens_out: u32,
}

impl Verdict {
    /// The verdict with advice laid over it. Nothing that sends a message to people is taken away. What the intent's threshold
    /// is compared with is how often this label has proved right, so the threshold is what may not be wrong.
    #[must_use]
    pub fn advised(&self, advice: &Advice, table: &RoutingTable) -> Self {
        let mut verdict = self.clone();
        verdict.wants_person = added(self.wants_person, advice.wants_person);
        verdict.complaint = added(self.complaint, advice.complaint);
        verdict.engine = format!("{}+llm:{}", self.engine, advice.asked.model);
        if let Some(name) = &advice.intent {
            let own = self.intents.iter().find(|intent| intent.name == *name);
            let wrong = table.intent(name).map_or(Decimal::ONE, |intent| intent.max_error);
            let threshold = Decimal(Decimal::ONE.0 - wrong.0);
            let counts = own.is_some_and(|intent| intent.p >= POSSIBLE) && advice.outcomes >= ENOUGH;
            let p = if counts { advice.proved } else { advice.proved.min(Decimal(threshold.0 - 1)) };
            verdict.intents.retain(|intent| intent.name != *name);
            verdict.intents.insert(0, IntentScore { name: name.clone(), p: p.max(Decimal::ZERO), threshold });
        }
        verdict
    }
}

/// A finding that advice may add and never take away.
fn added(own: Option<Finding>, read: bool) -> Option<Finding> {
    if read { Some(Finding { is: true, p: own.map_or(Decimal(5_000), |f| f.p.max(Decimal(5_000))) }) } else { own }
}

impl RoutingTable {
    /// Whether triage is not sure of this message, and nothing yet keeps it from the bot: advice may help.
    #[must_use]
    pub fn is_unsure(&self, verdict: &Verdict) -> bool {
        let sure = verdict.intents.iter().any(|intent| intent.p >= intent.threshold);
        verdict.language.is_some() && !sure && Floor::under(self, verdict).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::Language;

    fn table() -> RoutingTable {
        let intents = ["hours", "delivery", "returns"].map(|name| format!("[intents.{name}]\nanswerable = true\n"));
        let text = format!(
            "[queues.care]\nkind = \"human\"\noverseer = \"A\"\n[queues.bot]\nkind = \"bot\"\noverseer = \"A\"\n\
             falls_back_to = \"care\"\nmax_error = 0.1\n{}[default]\nto = \"care\"\n",
            intents.concat()
        );
        RoutingTable::parse("routing.toml", &text).unwrap_or_else(|problems| panic!("{problems:#?}"))
    }

    fn intent(name: &str, p: i64) -> IntentScore {
        IntentScore { name: name.parse().unwrap(), p: Decimal(p), threshold: Decimal(9_000) }
    }

    fn advice(name: &str, outcomes: u32) -> Advice {
        Advice {
            intent: Some(name.parse().unwrap()),
            says: Decimal::ONE,
            proved: Decimal(9_500),
            outcomes,
            wants_person: false,
            complaint: false,
            asked: Asked { model: "m".to_owned(), ..Asked::default() },
        }
    }

    #[test]
    fn what_has_proved_right_counts_when_triage_had_it_among_its_guesses() {
        let verdict =
            Verdict { intents: vec![intent("hours", 4_000), intent("delivery", 3_000)], ..Verdict::default() };
        let table = table();
        let best = |advice: &Advice| verdict.advised(advice, &table).intents[0].clone();
        assert_eq!(best(&advice("delivery", ENOUGH)), intent("delivery", 9_500));
        assert_eq!(best(&advice("delivery", ENOUGH - 1)), intent("delivery", 8_999), "too few have been confirmed");
        assert_eq!(best(&advice("returns", 900)), intent("returns", 8_999), "nobody else thinks so");
    }

    #[test]
    fn a_reason_for_people_is_added_and_none_is_taken_away() {
        let yes = Some(Finding { is: true, p: Decimal(9_000) });
        let verdict = Verdict { wants_person: yes, language: Some(Language::Nl), ..Verdict::default() };
        let advised = verdict.advised(&Advice { complaint: true, ..advice("delivery", 0) }, &table());
        assert_eq!(advised.wants_person, yes);
        assert!(Verdict::holds(advised.complaint));
    }
}
