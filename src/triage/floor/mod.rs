//! The rule floor: findings that no model may take away, by word tables in five languages.

pub(super) mod automatic;
pub(super) mod complaint;
pub(super) mod injection;
pub(super) mod thanks;
pub(super) mod wants_person;

use super::phrases::Row;
use crate::routing::{Decimal, Finding};

/// All tables of the floor.
pub(super) const TABLES: &[&[Row]] =
    &[wants_person::TABLE, complaint::TABLE, automatic::TABLE, injection::TABLE, thanks::TABLE];

/// A finding of the floor with how sure it is, in ten-thousandths.
const fn finding(p: i64) -> Finding {
    Finding { is: p >= 5_000, p: Decimal(p) }
}
