//! Decision: where a conversation goes, which rule said so, and every comparison on the way there.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wissel_channels::UnixMillis;

use super::decimal::plain;
use super::{Because, Conditions, Decimal, RoutingTable, Verdict};

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
    /// The reason in words.
    pub because: Because,
    /// The table that decided.
    pub table: TableHash,
    /// The time of the event that was decided on.
    pub at: UnixMillis,
    /// The comparisons that were evaluated, in order; short-circuited ones are not here.
    pub conditions: Conditions,
    /// What triage had found.
    #[serde(with = "shared")]
    pub verdict: Arc<Verdict>,
}

impl Decision {
    /// Fills in what stands in the table and was left out on wire and disk. `table` is the one that it names; without
    /// it, comparisons are shown by their numbers.
    pub fn fill_in(&mut self, table: Option<&RoutingTable>) {
        match table.filter(|table| table.hash == self.table) {
            Some(table) => {
                self.conditions.fill_in(&table.written);
                self.because.fill_in(table.because_of(&self.rule));
            }
            None => self.conditions.number_them(self.table),
        }
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
    Number(#[serde(with = "plain")] Decimal),
    /// A word from a closed list: a language, an intent, a queue, a channel, a weekday, a date.
    Text(#[serde(with = "shared_text")] Arc<str>),
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

/// Something shared as serde sees it: as if it were not.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<T: Serialize, S: Serializer>(shared: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error> {
        shared.as_ref().serialize(serializer)
    }

    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<T>, D::Error> {
        T::deserialize(deserializer).map(Arc::new)
    }
}

/// A shared text as serde sees it: text.
mod shared_text {
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
