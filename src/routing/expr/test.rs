//! Test: a checked condition, ready to be evaluated.

use std::sync::Arc;

use super::field::{NumberField, TruthField, WordField};
use super::parser::Order;
use super::pattern::Pattern;
use crate::routing::conditions::number;
use crate::routing::{Decimal, QueueName, Written};

/// A checked condition.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Const(bool),
    Test(Test),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
}

/// One comparison, with the text that it was written as.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) written: Arc<Written>,
    /// Its number among the comparisons of the table.
    pub(crate) number: u32,
    pub(crate) check: Check,
}

/// What a comparison compares. The field is on the left, whichever side it was written on.
#[derive(Clone, Debug)]
pub(crate) enum Check {
    Truth { field: TruthField, is: bool },
    Open { queue: QueueName, is: bool },
    Number { field: NumberField, order: Order, right: Number },
    NumberIn { field: NumberField, list: Vec<Decimal> },
    Word { field: WordField, order: Order, right: Word },
    WordIn { field: WordField, list: Vec<Arc<str>> },
    HasIntent(Arc<str>),
    Body(Pattern),
    WordPattern { field: WordField, pattern: Pattern },
}

/// The right side of a comparison of numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Const(Decimal),
    Field(NumberField),
}

/// The right side of a comparison of words.
#[derive(Clone, Debug)]
pub(crate) enum Word {
    Const(Arc<str>),
    Field(WordField),
}

impl Order {
    /// Whether it holds of two values that compare so.
    pub(crate) fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The same comparison with its sides exchanged.
    pub(crate) const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    /// Whether it asks for more than equality.
    pub(crate) const fn is_ordered(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }
}

impl Expr {
    /// Gives its comparisons the numbers of their places in `written`, behind what is there.
    pub(crate) fn number(&mut self, written: &mut Vec<Arc<Written>>) {
        match self {
            Self::Const(_) => {}
            Self::Test(test) => {
                test.number = number(written.len());
                written.push(Arc::clone(&test.written));
            }
            Self::Not(inner) => inner.number(written),
            Self::And(parts) | Self::Or(parts) => parts.iter_mut().for_each(|part| part.number(written)),
        }
    }

    /// Whether it asks for `hour`, `weekday` or `date`.
    pub(crate) fn asks_the_calendar(&self) -> bool {
        match self {
            Self::Const(_) => false,
            Self::Not(inner) => inner.asks_the_calendar(),
            Self::And(parts) | Self::Or(parts) => parts.iter().any(Self::asks_the_calendar),
            Self::Test(test) => matches!(
                test.check,
                Check::Number { field: NumberField::Hour, .. }
                    | Check::NumberIn { field: NumberField::Hour, .. }
                    | Check::Word { field: WordField::Weekday | WordField::Date, .. }
                    | Check::WordIn { field: WordField::Weekday | WordField::Date, .. }
                    | Check::WordPattern { field: WordField::Weekday | WordField::Date, .. }
            ),
        }
    }
}
