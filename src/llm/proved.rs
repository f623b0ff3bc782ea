//! Proved: how often each label of a model has turned out right, from confirmed outcomes. It changes only when an operator
//! takes new outcomes in; nothing learns while it runs.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::routing::{Asked, Decimal, IntentName};

/// The quantile of one-sided 95 %.
const Z: f64 = 1.645;

/// Confirmed outcomes by model and prompt, and by the label that the model had given. What one model has proved says nothing of
/// another, nor of itself when it is asked otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Proved(pub BTreeMap<Way, BTreeMap<IntentName, Tally>>);

/// A model and how it was asked. Written as one text; an earlier release takes that for a model that it does not ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Way {
    /// The model, as the settings name it.
    pub model: String,
    /// Hash of the prompt; empty in a file of an earlier release, which did not keep it: then it proves nothing.
    pub prompt: String,
}

/// What stands between a model and its prompt.
const BETWEEN: &str = ", prompt ";

impl From<&Asked> for Way {
    fn from(asked: &Asked) -> Self {
        Self { model: asked.model.clone(), prompt: asked.prompt.clone() }
    }
}

impl From<Way> for String {
    fn from(Way { model, prompt }: Way) -> Self {
        if prompt.is_empty() { model } else { model + BETWEEN + &prompt }
    }
}

impl From<String> for Way {
    fn from(text: String) -> Self {
        match text.rsplit_once(BETWEEN) {
            Some((model, prompt)) => Self { model: model.to_owned(), prompt: prompt.to_owned() },
            None => Self { model: text, prompt: String::new() },
        }
    }
}

/// How often a label was right and wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Confirmed.
    pub right: u32,
    /// Refuted.
    pub wrong: u32,
}

impl Tally {
    /// The lower bound of the share that is right (Wilson, one-sided 95 %).
    #[must_use]
    pub fn lower_bound(self) -> Decimal {
        let n = f64::from(self.right) + f64::from(self.wrong);
        if n == 0.0 {
            return Decimal::ZERO;
        }
        let (p, z2) = (f64::from(self.right) / n, Z * Z);
        let centre = p + z2 / (2.0 * n);
        let spread = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        Decimal::from_f64(((centre - spread) / (1.0 + z2 / n)).clamp(0.0, 1.0))
    }
}

impl Proved {
    /// A person has said what a message is about that a model had given this label.
    pub fn note(&mut self, asked: &Asked, label: &IntentName, right: bool) {
        let tally = self.0.entry(asked.into()).or_default().entry(label.clone()).or_default();
        if right { tally.right += 1 } else { tally.wrong += 1 }
    }

    /// Reads the file of confirmed outcomes; nothing is confirmed where there is none.
    ///
    /// # Errors
    /// When the file is there and cannot be read, with what to do.
    pub fn read(file: &Path) -> Result<Self, String> {
        let wrong = |why: &dyn std::fmt::Display| format!("{}: {why}; run wissel retrain again", file.display());
        match std::fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| wrong(&error)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(wrong(&error.kind())),
        }
    }

    /// How often this label has proved right, and on how many outcomes that stands.
    #[must_use]
    pub fn of(&self, intent: &IntentName, asked: &Asked) -> (Decimal, u32) {
        let tally = self.0.get(&Way::from(asked)).and_then(|labels| labels.get(intent)).copied().unwrap_or_default();
        (tally.lower_bound(), tally.right.saturating_add(tally.wrong))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_outcomes_prove_little_and_another_model_has_proved_nothing() {
        let tally = |right, wrong| Tally { right, wrong }.lower_bound();
        assert_eq!(tally(0, 0), Decimal::ZERO);
        assert!(tally(3, 0) < Decimal(5_300) && tally(30, 0) > Decimal(9_100) && tally(30, 30) < Decimal(4_000));
        let name: IntentName = "hours".parse().unwrap();
        let mut proved = Proved::default();
        let asked = |model: &str, prompt: &str| Asked {
            model: model.to_owned(),
            prompt: prompt.to_owned(),
            ..Asked::default()
        };
        (0..40).for_each(|_| proved.note(&asked("a", "01"), &name, true));
        assert_eq!(proved.of(&name, &asked("a", "01")).1, 40);
        assert_eq!(proved.of(&name, &asked("b", "01")), (Decimal::ZERO, 0));
        assert_eq!(proved.of(&name, &asked("a", "02")), (Decimal::ZERO, 0), "another prompt is another question");
    }

    #[test]
    fn a_file_of_an_earlier_release_is_read_and_proves_nothing_and_it_reads_ours() {
        let earlier = r#"{"a":{"hours":{"right":40,"wrong":0}}}"#;
        let proved: Proved = serde_json::from_str(earlier).unwrap();
        let (name, asked) =
            ("hours".parse().unwrap(), Asked { model: "a".into(), prompt: "01".into(), ..Asked::default() });
        assert_eq!(proved.of(&name, &asked), (Decimal::ZERO, 0));
        let mut ours = proved;
        ours.note(&asked, &name, true);
        let text = serde_json::to_string(&ours).unwrap();
        assert_eq!(serde_json::from_str::<Proved>(&text).unwrap(), ours);
        let read: BTreeMap<String, BTreeMap<IntentName, Tally>> = serde_json::from_str(&text).unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), ["a", "a, prompt 01"]);
    }
}
