//! A number with four decimals, exact and hashable: probabilities, scores and values in expressions.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number in ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub i64);

impl Decimal {
    /// 0.
    pub const ZERO: Self = Self(0);
    /// 1.
    pub const ONE: Self = Self(10_000);

    /// Rounds to four decimals; what is not a number becomes 0.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is what is wanted")]
    pub fn from_f64(number: f64) -> Self {
        Self((number * 10_000.0).round() as i64)
    }

    /// A whole number, saturating.
    #[must_use]
    pub const fn whole(number: i64) -> Self {
        Self(number.saturating_mul(10_000))
    }

    /// The nearest float.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "values stay far below 2^53")]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 10_000.0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_f64().fmt(f)
    }
}

/// Written for people as the number that it is; on wire and disk as its ten-thousandths, which are shorter.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            plain::serialize(self, serializer)
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

/// Version 1 of wire and disk wrote floats, and whole numbers only above 1, where none of what is read so lies.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            plain::deserialize(deserializer)
        } else {
            deserializer.deserialize_any(TenThousandths)
        }
    }
}

struct TenThousandths;

impl Visitor<'_> for TenThousandths {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ten-thousandths, or a float")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
        Ok(Decimal(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
        i64::try_from(number).map(Decimal).map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Decimal, E> {
        Ok(Decimal::from_f64(number))
    }
}

/// A decimal as the number that it is: 0.71, 3.
pub(crate) mod plain {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Decimal;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
    pub(crate) fn serialize<S: Serializer>(decimal: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        if decimal.0 % 10_000 == 0 && decimal.0.abs() > 10_000 {
            serializer.serialize_i64(decimal.0 / 10_000)
        } else {
            serializer.serialize_f64(decimal.as_f64())
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        f64::deserialize(deserializer).map(Decimal::from_f64)
    }
}
