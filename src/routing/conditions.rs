//! Conditions: every comparison that was evaluated on the way to a decision, with its value.
//!
//! A decision over hundreds of rules records hundreds of comparisons. They are kept as numbers into the table's own list
//! of comparisons: no text is copied, and nothing is counted, until somebody reads them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::{Decimal, Value};

/// A comparison as written in a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Written {
    /// The name of the rule that it stands in.
    pub rule: String,
    /// Its text.
    pub text: String,
}

/// One comparison that was evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition<'a> {
    /// The comparison as written in the table, and the rule that it stands in: `rule` and `text` in JSON.
    pub written: &'a Written,
    /// The value of its left side. Never text of a customer: matches are recorded as offsets, and where a pattern
    /// matches nowhere the value is `false`.
    pub value: Value,
    /// Whether it held; an absent value never does.
    pub holds: bool,
}

/// The comparisons that were evaluated, in order; short-circuited ones are not here. A list of
/// `{rule, text, value, holds}` wherever it is written.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "Vec<Plain>")]
pub struct Conditions {
    /// All comparisons of the table.
    written: Arc<[Arc<Written>]>,
    made: Vec<Made>,
    /// The values that `made` only points to.
    kept: Vec<Value>,
}

/// A comparison that was made: which one, and what came of it.
#[derive(Clone, Copy)]
struct Made {
    written: u32,
    holds: bool,
    value: Noted,
}

/// A [`Value`] that is copied for nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    Absent,
    Bool(bool),
    Number(Decimal),
    Span {
        start: u32,
        end: u32,
    },
    /// One of those that are kept.
    Kept(u32),
}

impl Conditions {
    /// None of `written` was made yet.
    pub(crate) fn of(written: &Arc<[Arc<Written>]>) -> Self {
        Self { written: Arc::clone(written), made: Vec::with_capacity(written.len()), kept: Vec::new() }
    }

    /// Adds the comparison with this number.
    pub(crate) fn push(&mut self, written: u32, value: Noted, holds: bool) {
        self.made.push(Made { written, holds, value });
    }

    /// Keeps a value for one comparison or many.
    pub(crate) fn keep(&mut self, value: Value) -> Noted {
        match value {
            Value::Absent => Noted::Absent,
            Value::Bool(is) => Noted::Bool(is),
            Value::Number(number) => Noted::Number(number),
            Value::Span { start, end } => Noted::Span { start, end },
            Value::Text(_) | Value::List(_) => {
                self.kept.push(value);
                Noted::Kept(number(self.kept.len() - 1))
            }
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Condition<'_>> + Clone {
        self.made.iter().filter_map(|made| {
            let written = self.written.get(made.written as usize)?;
            Some(Condition { written, value: self.value(made.value), holds: made.holds })
        })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.made.len()
    }

    /// Whether nothing had to be compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    fn value(&self, noted: Noted) -> Value {
        match noted {
            Noted::Absent => Value::Absent,
            Noted::Bool(is) => Value::Bool(is),
            Noted::Number(number) => Value::Number(number),
            Noted::Span { start, end } => Value::Span { start, end },
            Noted::Kept(place) => self.kept.get(place as usize).cloned().unwrap_or(Value::Absent),
        }
    }
}

/// The number of a place in a list.
pub(crate) fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl PartialEq for Conditions {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Conditions {}

impl Hash for Conditions {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        self.iter().for_each(|condition| condition.hash(state));
    }
}

impl fmt::Debug for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Conditions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = |condition| Shown::from(condition);
        // With its length: the packed form writes it first.
        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for condition in self.iter().map(shown) {
            serde::ser::SerializeSeq::serialize_element(&mut list, &condition)?;
        }
        serde::ser::SerializeSeq::end(list)
    }
}

/// A condition as it is written.
#[derive(Serialize)]
struct Shown<'a> {
    rule: &'a str,
    text: &'a str,
    value: Value,
    holds: bool,
}

impl<'a> From<Condition<'a>> for Shown<'a> {
    fn from(Condition { written, value, holds }: Condition<'a>) -> Self {
        Self { rule: &written.rule, text: &written.text, value, holds }
    }
}

/// A condition as it is read.
#[derive(Deserialize)]
struct Plain {
    rule: String,
    text: String,
    value: Value,
    holds: bool,
}

impl From<Vec<Plain>> for Conditions {
    fn from(plain: Vec<Plain>) -> Self {
        let mut read = Self::default();
        let mut written = Vec::with_capacity(plain.len());
        for (place, Plain { rule, text, value, holds }) in plain.into_iter().enumerate() {
            written.push(Arc::new(Written { rule, text }));
            let value = read.keep(value);
            read.push(number(place), value, holds);
        }
        read.written = written.into();
        read
    }
}
