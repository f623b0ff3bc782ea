//! Routing: which queue a conversation goes to, and why. Pure: no I/O, no clock.

pub mod decimal;
pub mod decision;
pub mod facts;
pub mod intent;
pub mod near;
pub mod problem;
pub mod verdict;

pub use decimal::Decimal;
pub use decision::{Condition, Decision, Priority, QueueKind, QueueName, TableHash, Value};
pub use facts::Facts;
pub use intent::Intent;
pub use problem::Problem;
pub use verdict::{
    Emotion, Evidence, Finding, FindingName, IntentName, IntentScore, Language, Localized, Verdict, Why,
};
