//! Decision: where a conversation goes, which rule said so, and every comparison on the way there.

use std::sync::Arc;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use wissel_channels::UnixMillis;

use super::{Decimal, Localized, Verdict};

wissel_channels::name!(
    /// A queue that `routing.toml` declares.
    QueueName
);

impl QueueName {
    /// The queue of a table of last resort.
    pub(crate) fn default_people() -> Self {
        Self("care".into())
    }
}

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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "Plain")]
pub struct Condition {
    /// The comparison as written in the table, and the rule that it stands in: `rule` and `text` in JSON. Shared with
    /// the table, so that a decision over hundreds of rules copies no text.
    pub written: Arc<Written>,
    /// The value of its left side. Never text of a customer: matches are recorded as offsets, and where a pattern
    /// matches nowhere the value is `false`.
    pub value: Value,
    /// Whether it held; an absent value never does.
    pub holds: bool,
}

/// A comparison as written in a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Written {
    /// The name of the rule that it stands in.
    pub rule: String,
    /// Its text.
    pub text: String,
}

/// A condition as it is read.
#[derive(Deserialize)]
struct Plain {
    rule: String,
    text: String,
    value: Value,
    holds: bool,
}

impl From<Plain> for Condition {
    fn from(Plain { rule, text, value, holds }: Plain) -> Self {
        Self { written: Arc::new(Written { rule, text }), value, holds }
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Condition", 4)?;
        fields.serialize_field("rule", &self.written.rule)?;
        fields.serialize_field("text", &self.written.text)?;
        fields.serialize_field("value", &self.value)?;
        fields.serialize_field("holds", &self.holds)?;
        fields.end()
    }
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
    Text(#[serde(with = "shared")] Arc<str>),
    /// Such words.
    List(#[serde(with = "shared_list")] Arc<[String]>),
    /// Where a pattern matched in the customer's text, in Unicode scalar values.
    Span {
        /// First character.
        start: u32,
        /// One past the last character.
        end: u32,
    },
}

/// Shared text as serde sees it: text.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(deserializer).map(Arc::from)
    }
}

/// A shared list as serde sees it: a list of texts.
mod shared_list {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(list: &Arc<[String]>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(list.iter())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<[String]>, D::Error> {
        Vec::deserialize(deserializer).map(Arc::from)
    }
}
