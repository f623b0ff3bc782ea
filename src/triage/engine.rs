//! The embedded engine behind the port: the crate `wissel-triage`, and its findings as a verdict.

use std::path::Path;
use std::sync::Arc;

use wissel_triage::{self as reader, Sentences};

use super::{Message, Triage, cache};
use crate::routing::{
    Decimal, Emotion, Evidence, Finding, FindingName, Intent, IntentName, IntentScore, Language, Verdict, Why,
};

/// The engine's name in verdicts; an encoder's comes behind it.
const NAME: &str = concat!("embedded@", env!("CARGO_PKG_VERSION"));

/// Languages, intents, emotion, questions and the rule floor, in one process and without I/O.
pub struct Embedded {
    engine: reader::Engine,
    names: Vec<IntentName>,
    name: String,
}

impl Embedded {
    /// Learns these intents. Takes some tens of milliseconds for hundreds of examples; the same intents always give the same engine.
    #[must_use]
    pub fn new(intents: &[Intent]) -> Self {
        Self::cached(intents, None)
    }

    /// As [`new`](Self::new), keeping what was learnt in `folder` and finding it there again when nothing has changed.
    /// A file that is not sound is learnt anew; a folder that cannot be written changes nothing.
    #[must_use]
    pub fn cached(intents: &[Intent], folder: Option<&Path>) -> Self {
        Self::over(intents, None, folder)
    }

    /// As [`cached`](Self::cached), with an encoder whose vectors the heads learn from as well.
    #[must_use]
    pub fn over(intents: &[Intent], encoder: Option<Arc<dyn Sentences>>, folder: Option<&Path>) -> Self {
        let names = intents.iter().map(|intent| intent.name.clone()).collect();
        let declared: Vec<reader::Intent> = intents.iter().map(declared).collect();
        let name = encoder.as_ref().map_or_else(|| NAME.to_owned(), |encoder| format!("{NAME}+{}", encoder.name()));
        let engine = match folder {
            Some(folder) => cache::engine(&declared, encoder, folder),
            None => reader::Engine::over(&declared, encoder),
        };
        Self { engine, names, name }
    }

    /// Examines a message, and says how likely it is about none of the intents: 0 to 1. Verdicts hold what is decided by; this
    /// tells, where triage is measured, what is about something else.
    #[must_use]
    pub fn examine_with_none(&self, message: Message<'_>) -> (Verdict, f64) {
        let found = self.engine.examine(reader::Message {
            text: message.text,
            prior: message.prior.map(language_of),
            locale: message.locale.map(language_of),
            automatic: message.automatic,
        });
        let emotion = found.emotion;
        let felt = |value: f64| Some(Decimal::from_f64(value));
        let verdict = Verdict {
            language: found.language.map(language),
            language_p: Decimal::from_f64(found.language_p),
            intents: found.intents.iter().filter_map(|likely| self.score(likely)).collect(),
            questions: Some(found.questions),
            emotion: Emotion {
                anger: felt(emotion.anger),
                sadness: felt(emotion.sadness),
                doubt: felt(emotion.doubt),
                joy: felt(emotion.joy),
            },
            wants_person: Some(finding(found.wants_person)),
            complaint: Some(finding(found.complaint)),
            urgent: Some(finding(found.urgent)),
            automatic: Some(finding(found.automatic)),
            injection: Some(finding(found.injection)),
            thanks: Some(finding(found.thanks)),
            evidence: found.evidence.into_iter().map(evidence).collect(),
            engine: self.name.clone(),
        };
        (verdict, found.none)
    }

    /// Which of `intents` a bot may answer and that no message is ever sure enough for, in any language.
    #[must_use]
    pub fn never_sure(&self, intents: &[Intent]) -> Vec<IntentName> {
        let least = |name: &IntentName| self.names.iter().position(|own| own == name);
        let never = |name: &IntentName| {
            let threshold = least(name).and_then(|at| self.engine.thresholds().get(at));
            threshold.is_some_and(|threshold| Decimal::from_f64(*threshold) >= Decimal::ONE)
        };
        let answerable = intents.iter().filter(|intent| intent.answerable);
        answerable.map(|intent| &intent.name).filter(|name| never(name)).cloned().collect()
    }

    fn score(&self, likely: &reader::Likely) -> Option<IntentScore> {
        let name = self.names.get(likely.intent)?.clone();
        Some(IntentScore { name, p: Decimal::from_f64(likely.p), threshold: Decimal::from_f64(likely.threshold) })
    }
}

impl Triage for Embedded {
    fn telling(&self, message: Message<'_>, intent: &IntentName) -> Vec<(u32, u32)> {
        super::telling::telling(message.text, |text| {
            let verdict = self.examine(Message { text, ..message });
            let found = verdict.intents.iter().find(|found| found.name == *intent);
            found.map_or(0.0, |found| found.p.as_f64())
        })
    }

    fn examine(&self, message: Message<'_>) -> Verdict {
        self.examine_with_none(message).0
    }
}

fn declared(intent: &Intent) -> reader::Intent {
    let examples = intent.examples.iter().map(|(language, texts)| (language_of(*language), texts.clone()));
    reader::Intent { name: intent.name.to_string(), examples: examples.collect(), max_error: intent.max_error.as_f64() }
}

const fn language_of(language: Language) -> reader::Language {
    match language {
        Language::Nl => reader::Language::Nl,
        Language::En => reader::Language::En,
        Language::De => reader::Language::De,
        Language::Fr => reader::Language::Fr,
        Language::Es => reader::Language::Es,
    }
}

const fn language(language: reader::Language) -> Language {
    match language {
        reader::Language::Nl => Language::Nl,
        reader::Language::En => Language::En,
        reader::Language::De => Language::De,
        reader::Language::Fr => Language::Fr,
        reader::Language::Es => Language::Es,
    }
}

fn finding(found: reader::Finding) -> Finding {
    Finding { is: found.is, p: Decimal::from_f64(found.p) }
}

fn evidence(found: reader::Evidence) -> Evidence {
    let finding = match found.finding {
        reader::FindingName::Language => FindingName::Language,
        reader::FindingName::Intent => FindingName::Intent,
        reader::FindingName::Question => FindingName::Question,
        reader::FindingName::Anger => FindingName::Anger,
        reader::FindingName::Sadness => FindingName::Sadness,
        reader::FindingName::Doubt => FindingName::Doubt,
        reader::FindingName::Joy => FindingName::Joy,
        reader::FindingName::WantsPerson => FindingName::WantsPerson,
        reader::FindingName::Complaint => FindingName::Complaint,
        reader::FindingName::Urgent => FindingName::Urgent,
        reader::FindingName::Automatic => FindingName::Automatic,
        reader::FindingName::Injection => FindingName::Injection,
        reader::FindingName::Thanks => FindingName::Thanks,
    };
    let why = match found.why {
        reader::Why::Floor => Why::Floor,
        reader::Why::Model => Why::Model,
        reader::Why::Shape => Why::Shape,
        reader::Why::Channel => Why::Channel,
    };
    Evidence { finding, start: found.start, end: found.end, why }
}
