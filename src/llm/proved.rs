//! Proved: how often each label of a model has turned out right, from confirmed outcomes. It changes only when an operator
//! takes new outcomes in; nothing learns while it runs.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::routing::{Asked, Decimal, IntentName};

/// The quantile of one-sided 95 %.
const Z: f64 = 1.645;

/// Confirmed outcomes by model, and by the label that it had given. What one model has proved says nothing of another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Proved(pub BTreeMap<String, BTreeMap<IntentName, Tally>>);

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
    pub fn note(&mut self, model: &str, label: &IntentName, right: bool) {
        let tally = self.0.entry(model.to_owned()).or_default().entry(label.clone()).or_default();
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
        let tally = self.0.get(&asked.model).and_then(|labels| labels.get(intent)).copied().unwrap_or_default();
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
        (0..40).for_each(|_| proved.note("a", &name, true));
        let asked = |model: &str| Asked { model: model.to_owned(), ..Asked::default() };
        assert_eq!(proved.of(&name, &asked("a")).1, 40);
        assert_eq!(proved.of(&name, &asked("b")), (Decimal::ZERO, 0));
    }
}
