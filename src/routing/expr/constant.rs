//! Constant conditions: found when the table is read, because a rule that can never match is a mistake.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::field::{NumberField, WordField};
use super::parser::Order;
use super::test::{Check, Expr, Number, Test, Word};
use crate::routing::Decimal;

/// Whether `expr` holds of no facts at all. May miss some, is never wrong.
pub(crate) fn never_holds(expr: &Expr) -> bool {
    match expr {
        Expr::Const(value) => !value,
        Expr::Test(test) => contradict(&[test]),
        Expr::Not(inner) => always_holds(inner),
        Expr::Or(parts) => parts.iter().all(never_holds),
        Expr::And(parts) => {
            let mut tests = Vec::new();
            gather(expr, &mut tests);
            parts.iter().any(never_holds) || contradict(&tests)
        }
    }
}

/// Whether `expr` holds of all facts. May miss some, is never wrong.
pub(crate) fn always_holds(expr: &Expr) -> bool {
    match expr {
        Expr::Const(value) => *value,
        Expr::Test(test) => matches!(&test.check, Check::Number { field, order, right: Number::Const(number) }
            if field.is_total() && is_whole_range(*field, *order, *number)),
        Expr::Not(inner) => is_total(inner) && never_holds(inner),
        Expr::And(parts) => parts.iter().all(always_holds),
        Expr::Or(parts) => parts.iter().any(always_holds),
    }
}

/// Whether nothing in it can be absent.
fn is_total(expr: &Expr) -> bool {
    match expr {
        Expr::Const(_) => true,
        Expr::Test(test) => match &test.check {
            Check::Open { .. } | Check::Body(_) => true,
            Check::Number { field, right: Number::Const(_), .. } | Check::NumberIn { field, .. } => field.is_total(),
            _ => false,
        },
        Expr::Not(inner) => is_total(inner),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().all(is_total),
    }
}

/// The tests that all must hold for `expr` to hold.
fn gather<'e>(expr: &'e Expr, tests: &mut Vec<&'e Test>) {
    match expr {
        Expr::Test(test) => tests.push(test),
        Expr::And(parts) => parts.iter().for_each(|part| gather(part, tests)),
        _ => {}
    }
}

/// Whether tests that all must hold exclude each other.
fn contradict(tests: &[&Test]) -> bool {
    tests.iter().enumerate().any(|(at, test)| match &test.check {
        Check::Number { field, right: Number::Const(_), .. } | Check::NumberIn { field, .. } => {
            at == first_about_number(tests, *field) && numbers_left(tests, *field).is_empty()
        }
        Check::Word { field, .. } | Check::WordIn { field, .. } => {
            at == first_about_word(tests, field) && words_exclude(tests, test)
        }
        Check::Truth { field, is } => {
            tests.iter().any(|other| matches!(&other.check, Check::Truth { field: f, is: i } if f == field && i != is))
        }
        Check::Open { queue, is } => {
            tests.iter().any(|other| matches!(&other.check, Check::Open { queue: q, is: i } if q == queue && i != is))
        }
        _ => false,
    })
}

fn first_about_number(tests: &[&Test], wanted: NumberField) -> usize {
    let about = |test: &&Test| match &test.check {
        Check::Number { field, .. } | Check::NumberIn { field, .. } => *field == wanted,
        _ => false,
    };
    tests.iter().position(about).unwrap_or(0)
}

fn first_about_word(tests: &[&Test], wanted: &WordField) -> usize {
    tests.iter().position(|test| allowed(test).is_some_and(|(field, _)| field == wanted)).unwrap_or(0)
}

/// A range of numbers in ten-thousandths, both ends included.
struct Interval {
    least: i64,
    most: i64,
}

impl Interval {
    fn is_empty(&self) -> bool {
        self.least > self.most
    }
}

fn numbers_left(tests: &[&Test], wanted: NumberField) -> Interval {
    let (least, most) = wanted.range();
    let mut left = Interval { least, most };
    for test in tests {
        match &test.check {
            Check::Number { field, order, right: Number::Const(number) } if *field == wanted => {
                narrow(&mut left, wanted, *order, *number);
            }
            Check::NumberIn { field, list } if *field == wanted => {
                left.least = left.least.max(list.iter().map(|n| n.0).min().unwrap_or(i64::MAX));
                left.most = left.most.min(list.iter().map(|n| n.0).max().unwrap_or(i64::MIN));
            }
            _ => {}
        }
    }
    left
}

fn narrow(left: &mut Interval, field: NumberField, order: Order, number: Decimal) {
    let step = if field.is_whole() { 10_000 } else { 1 };
    let floor = number.0.div_euclid(step).saturating_mul(step);
    let ceiling = if floor == number.0 { floor } else { floor.saturating_add(step) };
    let (least, most) = match order {
        Order::Equal => (ceiling, floor),
        Order::NotEqual => (i64::MIN, i64::MAX),
        Order::Less => (i64::MIN, ceiling.saturating_sub(step)),
        Order::LessOrEqual => (i64::MIN, floor),
        Order::Greater => (floor.saturating_add(step), i64::MAX),
        Order::GreaterOrEqual => (ceiling, i64::MAX),
    };
    left.least = left.least.max(least);
    left.most = left.most.min(most);
}

fn is_whole_range(field: NumberField, order: Order, number: Decimal) -> bool {
    let (least, most) = field.range();
    let mut left = Interval { least, most };
    narrow(&mut left, field, order, number);
    order != Order::NotEqual && left.least == least && left.most == most
}

/// Whether the words that `test` allows are none of those that the other tests of the same field allow.
fn words_exclude(tests: &[&Test], test: &Test) -> bool {
    let Some((field, mut allowed)) = allowed(test) else { return false };
    for other in tests {
        if let Some((about, words)) = self::allowed(other)
            && about == field
        {
            allowed = allowed.intersection(&words).cloned().collect();
        }
    }
    allowed.is_empty()
}

fn allowed(test: &Test) -> Option<(&WordField, BTreeSet<Arc<str>>)> {
    match &test.check {
        Check::Word { field, order: Order::Equal, right: Word::Const(word) } => {
            Some((field, BTreeSet::from([Arc::clone(word)])))
        }
        Check::WordIn { field, list } => Some((field, list.iter().cloned().collect())),
        _ => None,
    }
}
