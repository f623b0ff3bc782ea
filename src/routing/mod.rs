//! Routing: which queue a conversation goes to, and why. Pure: no I/O, no clock.

pub mod advice;
pub mod because;
pub mod calendar;
pub mod conditions;
mod decide;
pub mod decimal;
pub mod decision;
mod expr;
pub mod facts;
mod floor;
pub mod found;
pub mod intent;
pub mod near;
pub mod problem;
mod read;
pub mod shown;
pub mod table;
#[cfg(test)]
mod tests;
pub mod verdict;

pub use advice::{Advice, Asked};
pub use because::Because;
pub use calendar::Hours;
pub use conditions::{Condition, Conditions, Written};
pub use decimal::Decimal;
pub use decision::{Decision, Priority, QueueKind, QueueName, TableHash, Value};
pub use facts::Facts;
pub use intent::Intent;
pub use problem::Problem;
pub use shown::{decision_json, verdict_json};
pub use table::{Queue, RoutingTable};
pub use verdict::{
    Emotion, Evidence, Finding, FindingName, IntentName, IntentScore, Language, Localized, Verdict, Why,
};
