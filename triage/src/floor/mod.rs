//! The rule floor: findings that no model may take away, by word tables in five languages.

pub(crate) mod automatic;
pub(crate) mod complaint;
pub(crate) mod grief;
pub(crate) mod injection;
#[cfg(test)]
mod tests;
pub(crate) mod thanks;
pub(crate) mod wants_person;

use super::phrases::Row;
use crate::Finding;

/// All tables of the floor.
pub(crate) const TABLES: &[&[Row]] =
    &[wants_person::TABLE, complaint::TABLE, automatic::TABLE, injection::TABLE, thanks::TABLE, grief::TABLE];

/// A finding of the floor with how sure it is, in ten-thousandths.
fn finding(p: i32) -> Finding {
    Finding { is: p >= 5_000, p: f64::from(p) / 10_000.0 }
}
