//! Thresholds: what those that were learnt stand on, and what they can never allow.

use serde::Serialize;

use crate::routing::{Decimal, Intent, IntentName};
use crate::triage::Embedded;

/// What thresholds stand on.
#[derive(Debug, Serialize)]
pub(super) struct Thresholds {
    /// Whether they bound the errors of all intents together: a few examples cannot bound those of each.
    pub(super) pooled: bool,
    pub(super) intents: usize,
    pub(super) examples: usize,
    /// The least `max_error` of what a bot may answer.
    pub(super) max_error: Option<f64>,
    /// Intents that a bot may answer and that no message is ever sure enough for.
    pub(super) never: Vec<IntentName>,
}

impl Thresholds {
    pub(super) fn of(intents: &[Intent], engine: &Embedded) -> Self {
        let answerable = || intents.iter().filter(|intent| intent.answerable);
        let max_error = answerable().map(|intent| intent.max_error).min().map(Decimal::as_f64);
        Self {
            pooled: true,
            intents: intents.len(),
            examples: intents.iter().flat_map(|intent| intent.examples.values()).map(Vec::len).sum(),
            max_error,
            never: engine.never_sure(intents),
        }
    }
}
