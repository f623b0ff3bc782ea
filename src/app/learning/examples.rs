//! Examples: texts of which a person has said what they are about. Pure.
//!
//! A text has one label: what is said of it later stands in place of what was said before. Two texts are the same when triage
//! reads the same in them, in the same language; or in another one, where they are of the same message.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use wissel_triage::folded;

use crate::routing::{Intent, IntentName, Language};
use crate::thread::EventId;

/// A text of which a person has said what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::app) struct Confirmed {
    /// What was written.
    pub text: String,
    /// What it is about.
    pub intent: IntentName,
    /// Its language.
    pub language: Language,
    /// The message that it was, if it was one: what a language model said about it is proved right or wrong by this.
    #[serde(default)]
    pub message: Option<EventId>,
}

/// What is taken in: an example, or one to take out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Taken {
    pub(super) text: String,
    /// What it is about; `None` takes the text out again.
    pub(super) intent: Option<IntentName>,
    /// Its language; `None` takes it out in every language.
    pub(super) language: Option<Language>,
    #[serde(default)]
    pub(super) message: Option<EventId>,
}

/// What it comes to that something is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// The text had no label.
    New,
    /// It had another one, which this one replaces.
    Corrected,
    /// It had this one.
    Known,
    /// Its label is gone.
    Out,
    /// It had no label that could go.
    NotThere,
}

/// Examples with their folded texts, one label a text.
#[derive(Debug, Default)]
pub(super) struct Examples(Vec<(String, Confirmed)>);

impl Examples {
    /// Those of a file; where an earlier release has left two labels of a text, the later one counts.
    pub(super) fn of(examples: Vec<Confirmed>) -> Self {
        let mut all = Self::default();
        for example in examples {
            all.label(example);
        }
        all
    }

    /// They with what was taken in, in its order.
    pub(super) fn with(mut self, taken: &[Taken]) -> Vec<Confirmed> {
        for one in taken {
            self.take(one);
        }
        self.0.into_iter().map(|(_, example)| example).collect()
    }

    /// Takes one in.
    pub(super) fn take(&mut self, taken: &Taken) -> Effect {
        let Taken { text, intent, language, message } = taken;
        if let (Some(intent), Some(language)) = (intent, language) {
            let (text, intent, language, message) = (text.clone(), intent.clone(), *language, *message);
            return self.label(Confirmed { text, intent, language, message });
        }
        let (text, before) = (folded(text), self.0.len());
        self.0.retain(|(other, known)| *other != text || language.is_some_and(|language| language != known.language));
        if self.0.len() < before { Effect::Out } else { Effect::NotThere }
    }

    fn label(&mut self, mut new: Confirmed) -> Effect {
        let text = folded(&new.text);
        let same = |(other, known): &(String, Confirmed)| {
            let message = known.message.is_some() && known.message == new.message;
            *other == text && (known.language == new.language || message)
        };
        let Some(at) = self.0.iter().position(same) else {
            self.0.push((text, new));
            return Effect::New;
        };
        let (replaced, mut all): (Vec<_>, Vec<_>) = std::mem::take(&mut self.0).into_iter().partition(same);
        let known = replaced.iter().all(|(_, old)| old.intent == new.intent && old.language == new.language);
        new.message = new.message.or_else(|| replaced.iter().find_map(|(_, old)| old.message));
        all.insert(at, (text, new));
        self.0 = all;
        if known { Effect::Known } else { Effect::Corrected }
    }
}

/// The intents of a table with confirmed examples beside those that it declares. What is confirmed for an intent that is not
/// declared any more is left out; a text that is declared for one intent and confirmed for another belongs to the latter.
#[must_use]
pub(in crate::app) fn with_confirmed(intents: &[Intent], confirmed: &[Confirmed]) -> Vec<Intent> {
    let mut intents = intents.to_vec();
    if confirmed.is_empty() {
        return intents;
    }
    let names: BTreeSet<IntentName> = intents.iter().map(|intent| intent.name.clone()).collect();
    let labels: BTreeMap<(Language, String), &Confirmed> = confirmed
        .iter()
        .filter(|example| names.contains(&example.intent))
        .map(|example| ((example.language, folded(&example.text)), example))
        .collect();
    let mut declared = BTreeSet::new();
    for intent in &mut intents {
        intent.examples.retain(|language, texts| {
            texts.retain(|text| {
                let key = (*language, folded(text));
                let own = labels.get(&key).is_none_or(|example| example.intent == intent.name);
                if own {
                    declared.insert(key);
                }
                own
            });
            !texts.is_empty()
        });
    }
    for example in confirmed {
        let key = (example.language, folded(&example.text));
        let counts = labels.get(&key).is_some_and(|label| std::ptr::eq(*label, example)) && !declared.contains(&key);
        if let Some(intent) = intents.iter_mut().find(|intent| counts && intent.name == example.intent) {
            intent.examples.entry(example.language).or_default().push(example.text.clone());
        }
    }
    intents
}
