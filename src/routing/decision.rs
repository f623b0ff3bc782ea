//! Decision: where a conversation goes, which rule said so, and every comparison on the way there.

use serde::{Deserialize, Serialize};
use wissel_channels::UnixMillis;

use super::{Decimal, Localized, Verdict};

wissel_channels::name!(
    /// A queue that `routing.toml` declares.
    QueueName
);

wissel_channels::id16!(
    /// Content hash of a routing table, which every decision records.
    TableHash
);

/// Who works a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QueueKind {
    /// People.
    Human,
    /// The AI.
    Bot,
}

/// How soon people should look at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// After the rest.
    Low,
    /// In order.
    #[default]
    Normal,
    /// Before the rest.
    High,
}

/// Where a conversation goes, and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decision {
    /// The queue.
    pub queue: QueueName,
    /// Who works it.
    pub kind: QueueKind,
    /// The rule that matched; `default`, or `floor:<finding>` where the floor overruled the table.
    pub rule: String,
    /// How soon.
    pub priority: Priority,
    /// The rule's reason in words, as `routing.toml` gives it.
    pub because: Localized,
    /// The table that decided.
    pub table: TableHash,
    /// The time of the event that was decided on.
    pub at: UnixMillis,
    /// The comparisons that were evaluated, in order; short-circuited ones are not here.
    pub conditions: Vec<Condition>,
    /// What triage had found.
    pub verdict: Verdict,
}

/// One comparison that was evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Condition {
    /// The rule that it stands in.
    pub rule: String,
    /// The comparison as written in the table.
    pub text: String,
    /// The value of its left side. Never text of a customer: matches are recorded as offsets.
    pub value: Value,
    /// Whether it held; an absent value never does.
    pub holds: bool,
}

/// A value in an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// The engine has no such finding, or the customer no such attribute. `null` in JSON.
    Absent,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// A word from a closed list: a language, an intent, a queue, a channel, a weekday, a date.
    Text(String),
    /// Such words.
    List(Vec<String>),
    /// Where a pattern matched in the customer's text, in Unicode scalar values.
    Span {
        /// First character.
        start: u32,
        /// One past the last character.
        end: u32,
    },
}
