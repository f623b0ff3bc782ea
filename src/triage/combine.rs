//! Several engines as one: a model may add a reason to go to people, and can never remove one.

use super::{Message, Triage};
use crate::routing::{Decimal, Emotion, Finding, IntentName, IntentScore, Verdict};

/// An engine with a rule floor, and engines laid over it.
pub struct Combined {
    floor: Box<dyn Triage>,
    over: Vec<Box<dyn Triage>>,
}

impl Combined {
    /// Starts with the engine whose findings always stand.
    #[must_use]
    pub fn new(floor: Box<dyn Triage>) -> Self {
        Self { floor, over: Vec::new() }
    }

    /// Lays an engine over it.
    #[must_use]
    pub fn with(mut self, engine: Box<dyn Triage>) -> Self {
        self.over.push(engine);
        self
    }
}

impl Triage for Combined {
    fn telling(&self, message: Message<'_>, intent: &IntentName) -> Vec<(u32, u32)> {
        let engines = self.over.iter().rev().chain([&self.floor]);
        engines.map(|engine| engine.telling(message, intent)).find(|places| !places.is_empty()).unwrap_or_default()
    }

    fn examine(&self, message: Message<'_>) -> Verdict {
        self.over.iter().fold(self.floor.examine(message), |below, engine| combine(below, engine.examine(message)))
    }
}

/// Lays one verdict over another. What sends a message to people is kept from either; intents and language are the upper
/// engine's where it has them, but an intent that the lower one would act on stays in the list; a thank-you needs both.
#[must_use]
pub fn combine(below: Verdict, over: Verdict) -> Verdict {
    let (language, language_p) = match over.language {
        Some(_) => (over.language, over.language_p),
        None => (below.language, below.language_p),
    };
    let mut evidence = below.evidence;
    let new: Vec<_> = over.evidence.into_iter().filter(|e| !evidence.contains(e)).collect();
    evidence.extend(new);
    Verdict {
        language,
        language_p,
        intents: intents(below.intents, over.intents),
        questions: below.questions.max(over.questions),
        emotion: Emotion {
            anger: below.emotion.anger.max(over.emotion.anger),
            sadness: below.emotion.sadness.max(over.emotion.sadness),
            doubt: below.emotion.doubt.max(over.emotion.doubt),
            joy: over.emotion.joy.or(below.emotion.joy),
        },
        wants_person: either(below.wants_person, over.wants_person),
        complaint: either(below.complaint, over.complaint),
        urgent: either(below.urgent, over.urgent),
        automatic: either(below.automatic, over.automatic),
        injection: either(below.injection, over.injection),
        thanks: both(below.thanks, over.thanks),
        evidence,
        engine: format!("{}+{}", below.engine, over.engine),
    }
}

fn intents(below: Vec<IntentScore>, over: Vec<IntentScore>) -> Vec<IntentScore> {
    if over.is_empty() {
        return below;
    }
    let acted = |lower: &IntentScore| lower.p >= lower.threshold && !over.iter().any(|upper| upper.name == lower.name);
    let kept: Vec<IntentScore> = below.into_iter().filter(acted).collect();
    over.into_iter().chain(kept).collect()
}

fn either(below: Option<Finding>, over: Option<Finding>) -> Option<Finding> {
    match (below, over) {
        (Some(a), Some(b)) => Some(Finding { is: a.is || b.is, p: a.p.max(b.p) }),
        (a, b) => a.or(b),
    }
}

fn both(below: Option<Finding>, over: Option<Finding>) -> Option<Finding> {
    match (below, over) {
        (Some(a), Some(b)) => Some(Finding { is: a.is && b.is, p: Decimal(a.p.0.min(b.p.0)) }),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::{Combined, Verdict};
    use crate::routing::{Decimal, Finding, IntentScore};
    use crate::triage::{Message, Triage};

    struct Says(Verdict);

    impl Triage for Says {
        fn examine(&self, _: Message<'_>) -> Verdict {
            self.0.clone()
        }
    }

    fn intent(name: &str, p: i64) -> IntentScore {
        IntentScore { name: name.parse().unwrap(), p: Decimal(p), threshold: Decimal(5_000) }
    }

    #[test]
    fn a_model_cannot_take_a_reason_for_people_away_and_can_add_one() {
        let yes = Some(Finding { is: true, p: Decimal(9_000) });
        let no = Some(Finding { is: false, p: Decimal::ZERO });
        let floor = Verdict { wants_person: yes, complaint: no, thanks: yes, questions: Some(2), ..Verdict::default() };
        let model = Verdict { wants_person: no, complaint: yes, thanks: no, questions: Some(1), ..Verdict::default() };
        let both = Combined::new(Box::new(Says(floor))).with(Box::new(Says(model)));
        let verdict = both.examine(Message::default());
        assert!(verdict.wants_person.unwrap().is && verdict.complaint.unwrap().is);
        assert!(!verdict.thanks.unwrap().is);
        assert_eq!(verdict.questions, Some(2));
    }

    #[test]
    fn an_intent_that_the_floor_is_sure_of_stays_beside_the_models() {
        let floor = Verdict { intents: vec![intent("fraud", 9_000), intent("hours", 1_000)], ..Verdict::default() };
        let model = Verdict { intents: vec![intent("delivery", 9_500)], ..Verdict::default() };
        let names: Vec<_> = super::combine(floor, model).intents.into_iter().map(|i| i.name.to_string()).collect();
        assert_eq!(names, ["delivery", "fraud"]);
    }
}
