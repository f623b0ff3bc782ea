//! Comparisons as they stand on wire and disk: in this version steps and values, in version 1 a list of what was written.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Conditions, Plain};
use crate::routing::{Decimal, Value};

/// A value in few bytes: numbers as ten-thousandths, a place in the text as a map of start to end.
pub(super) struct Packed(pub(super) Value);

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::Absent => serializer.serialize_unit(),
            Value::Bool(is) => serializer.serialize_bool(*is),
            Value::Number(number) => serializer.serialize_i64(number.0),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(list) => serializer.collect_seq(list.iter()),
            Value::Span { start, end } => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(start, end)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a comparison")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Absent)
    }

    fn visit_bool<E: de::Error>(self, is: bool) -> Result<Value, E> {
        Ok(Value::Bool(is))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(Decimal(number)))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number).map(|number| Value::Number(Decimal(number))).map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Value, A::Error> {
        Vec::<String>::deserialize(SeqAccessDeserializer::new(list)).map(|list| Value::List(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let (start, end) = map.next_entry()?.ok_or_else(|| de::Error::invalid_length(0, &self))?;
        Ok(Value::Span { start, end })
    }
}

/// Reads either form.
pub(super) struct Both;

impl<'de> Visitor<'de> for Both {
    type Value = Conditions;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("comparisons")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Conditions, A::Error> {
        match seq.next_element()? {
            None => Ok(Conditions::default()),
            Some(First::Steps(steps)) => {
                let values: Vec<Packed> = seq.next_element()?.ok_or_else(|| de::Error::invalid_length(1, &self))?;
                if values.len() != steps.len() {
                    return Err(de::Error::invalid_length(values.len(), &self));
                }
                Ok(Conditions::unpacked(&steps, values))
            }
            Some(First::Plain(first)) => {
                let mut all = vec![first];
                while let Some(next) = seq.next_element()? {
                    all.push(next);
                }
                Ok(all.into())
            }
        }
    }
}

/// What comes first tells the form.
enum First {
    Steps(Vec<u64>),
    Plain(Plain),
}

impl<'de> Deserialize<'de> for First {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FirstVisitor)
    }
}

struct FirstVisitor;

impl<'de> Visitor<'de> for FirstVisitor {
    type Value = First;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("steps, or a comparison")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, steps: A) -> Result<First, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(steps)).map(First::Steps)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<First, A::Error> {
        Plain::deserialize(MapAccessDeserializer::new(map)).map(First::Plain)
    }
}
