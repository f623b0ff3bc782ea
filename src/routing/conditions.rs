//! Conditions: every comparison that was evaluated on the way to a decision, with its value.
//!
//! A decision over hundreds of rules records hundreds of comparisons. They are kept as numbers into the table's own list
//! of comparisons: no text is copied, and nothing is counted, until somebody reads them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use self::packed::Packed;
use super::{Decimal, TableHash, Value};

mod packed;

/// More comparisons than any table has.
const MOST: u32 = 100_000;

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

/// The comparisons that were evaluated, in order; short-circuited ones are not here. For people a list of
/// `{rule, text, value, holds}`; on wire and disk numbers and values alone, which [`super::Decision::fill_in`] completes.
#[derive(Clone, Default)]
pub struct Conditions {
    /// All comparisons of the table; empty in what was read and not filled in.
    written: Arc<[Arc<Written>]>,
    made: Vec<Made>,
    /// The values that `made` only points to.
    kept: Vec<Value>,
}

/// Stands for comparisons of a table that is not at hand.
static UNKNOWN: Written = Written { rule: String::new(), text: String::new() };

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

    /// All of them, in order. Rule and text are empty in what was read and not filled in.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Condition<'_>> + Clone {
        self.made.iter().map(|made| {
            let written = self.written.get(made.written as usize).map_or(&UNKNOWN, |written| written);
            Condition { written, value: self.value(made.value), holds: made.holds }
        })
    }

    /// Gives the words of their table back to what was read without them.
    pub(crate) fn fill_in(&mut self, written: &Arc<[Arc<Written>]>) {
        if self.written.is_empty() {
            self.written = Arc::clone(written);
        }
    }

    /// The same where the table is not at hand.
    pub(crate) fn number_them(&mut self, table: TableHash) {
        if self.written.is_empty() {
            let most = self.made.iter().map(|made| made.written).max().map_or(0, |most| most.min(MOST) + 1);
            let text = |number| format!("comparison {number} of table {table}");
            let all = (0..most).map(|number| Arc::new(Written { rule: String::new(), text: text(number) }));
            self.written = all.collect();
        }
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

/// Compared by their words where both have them, else by their numbers.
impl PartialEq for Conditions {
    fn eq(&self, other: &Self) -> bool {
        let bare = self.written.is_empty() || other.written.is_empty();
        let same = |(one, two): (&Made, &Made)| {
            let written = if bare {
                one.written == two.written
            } else {
                self.written.get(one.written as usize) == other.written.get(two.written as usize)
            };
            written && one.holds == two.holds && self.value(one.value) == other.value(two.value)
        };
        self.len() == other.len() && self.made.iter().zip(&other.made).all(same)
    }
}

impl Eq for Conditions {}

impl Hash for Conditions {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for made in &self.made {
            (made.holds, self.value(made.value)).hash(state);
        }
    }
}

impl fmt::Debug for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Conditions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_seq(self.iter().map(Shown::from));
        }
        let mut last = 0;
        let steps = self.made.iter().map(|made| {
            let step = made.written.wrapping_sub(std::mem::replace(&mut last, made.written));
            u64::from(step) << 1 | u64::from(made.holds)
        });
        let steps: Vec<u64> = steps.collect();
        let values: Vec<Packed> = self.made.iter().map(|made| Packed(self.value(made.value))).collect();
        (steps, values).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Conditions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(packed::Both)
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

/// A condition as people and version 1 of wire and disk have it.
#[derive(Deserialize)]
pub(super) struct Plain {
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

impl Conditions {
    /// What was written as steps from one comparison to the next, and values.
    fn unpacked(steps: &[u64], values: Vec<Packed>) -> Self {
        let mut read = Self::default();
        let mut last = 0_u32;
        for (step, Packed(value)) in steps.iter().zip(values) {
            last = last.wrapping_add(u32::try_from(step >> 1).unwrap_or(u32::MAX));
            let value = read.keep(value);
            read.push(last, value, step & 1 == 1);
        }
        read
    }
}
