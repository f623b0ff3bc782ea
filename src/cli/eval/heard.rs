//! Findings that hold or do not: how many were found, how often rightly, and which were not.

use serde::Serialize;

use super::figures::{Pair, share};
use super::looked::Looked;
use super::set::Case;

/// Texts that are told of each kind of mistake.
pub(super) const TOLD: usize = 40;

/// A finding that holds or does not.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Finding {
    /// Texts of which it holds, and of those the ones that were found.
    pub(super) texts: usize,
    pub(super) found: usize,
    /// Texts of which it does not hold, and of those the ones that were found as if it did.
    pub(super) others: usize,
    pub(super) false_alarms: usize,
    /// Absent where it holds of none.
    pub(super) recall: Option<f64>,
    /// Absent where none was found.
    pub(super) precision: Option<f64>,
}

/// Counts a finding that holds or does not, where the set tells.
pub(super) fn finding(
    pairs: &[Pair<'_>],
    truth: fn(&Case) -> Option<bool>,
    told: fn(&Looked) -> Option<bool>,
) -> Option<Finding> {
    let known: Vec<(bool, bool)> =
        pairs.iter().filter_map(|(case, looked)| Some((truth(case)?, told(looked).unwrap_or(false)))).collect();
    let count = |pair: (bool, bool)| known.iter().filter(|known| **known == pair).count();
    let (found, missed, false_alarms) = (count((true, true)), count((true, false)), count((false, true)));
    let (texts, told) = (found + missed, found + false_alarms);
    (!known.is_empty()).then(|| Finding {
        texts,
        found,
        others: known.len() - texts,
        false_alarms,
        recall: (texts > 0).then(|| share(found, texts)),
        precision: (told > 0).then(|| share(found, told)),
    })
}

/// Who asked for a person and was not heard, and who was heard without asking; at most [`TOLD`] of each.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Misheard {
    pub(super) missed: Vec<Unheard>,
    pub(super) falsely: Vec<Unheard>,
}

/// A text with where it went all the same.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Unheard {
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) queue: String,
    pub(super) left_to_bot: bool,
}

/// Requests for a person that were missed or falsely heard; those that went to a bot first.
pub(super) fn misheard(pairs: &[Pair<'_>]) -> Misheard {
    let of = |asked: bool| {
        let wrong = |(case, looked): &&Pair<'_>| {
            case.wants_person == Some(asked) && looked.wants_person.unwrap_or(false) != asked
        };
        let told = |(case, looked): &Pair<'_>| Unheard {
            line: case.line,
            text: case.text.clone(),
            queue: looked.queue.clone(),
            left_to_bot: looked.is_left_to_bot(),
        };
        let mut all: Vec<Unheard> = pairs.iter().filter(wrong).map(told).collect();
        all.sort_by_key(|one| !one.left_to_bot);
        all.truncate(TOLD);
        all
    };
    Misheard { missed: of(true), falsely: of(false) }
}
