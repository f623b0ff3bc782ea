//! Ids and names: newtypes over 16-byte hashes and over checked short words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not an id: it must be 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 32 hexadecimal digits")]
pub struct IdError;

/// Writes 16 bytes as 32 hexadecimal digits.
fn hex(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Reads 32 hexadecimal digits.
fn unhex(text: &str) -> Result<[u8; 16], IdError> {
    let bytes = text.as_bytes();
    if bytes.len() != 32 {
        return Err(IdError);
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok()).ok_or(IdError);
    let mut id = [0; 16];
    for (slot, pair) in id.iter_mut().zip(bytes.chunks_exact(2)) {
        *slot = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Ok(id)
}

/// Hashes length-prefixed parts under a domain into 16 bytes: the base of every id.
#[must_use]
pub fn hash_parts(domain: &str, parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in std::iter::once(domain.as_bytes()).chain(parts.iter().copied()) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    id
}

struct IdVisitor;

impl de::Visitor<'_> for IdVisitor {
    type Value = [u8; 16];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("16 bytes or 32 hexadecimal digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<[u8; 16], E> {
        unhex(text).map_err(E::custom)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<[u8; 16], E> {
        bytes.try_into().map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

/// Declares a newtype over 16 bytes: hexadecimal in text and JSON, raw bytes in binary formats.
#[macro_export]
macro_rules! id16 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// The id made from `parts` under `domain`; the same parts always give the same id.
            #[must_use]
            pub fn of(domain: &str, parts: &[&[u8]]) -> Self {
                Self($crate::ids::hash_parts(domain, parts))
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&$crate::ids::Hex(&self.0), f)
            }
        }
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&$crate::ids::Hex(&self.0), f)
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = $crate::ids::IdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse::<$crate::ids::Bytes16>().map(|bytes| Self(bytes.0))
            }
        }
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::ids::Bytes16(self.0).serialize(serializer)
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::ids::Bytes16::deserialize(deserializer).map(|bytes| Self(bytes.0))
            }
        }
    };
}

/// Shows 16 bytes as hexadecimal digits.
pub struct Hex<'a>(pub &'a [u8; 16]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(self.0, f)
    }
}

/// Sixteen bytes with the serde form that all ids share.
#[derive(Clone, Copy)]
pub struct Bytes16(pub [u8; 16]);

impl FromStr for Bytes16 {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        unhex(text).map(Self)
    }
}

impl Serialize for Bytes16 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(&Hex(&self.0))
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Bytes16 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(IdVisitor).map(Self)
        } else {
            deserializer.deserialize_bytes(IdVisitor).map(Self)
        }
    }
}

id16!(
    /// One customer on one account of one channel. A pure function of the raw message and our own secrets.
    ThreadKey
);

impl ThreadKey {
    /// The partition that the thread belongs to, among `partitions`: the same for ever, as long as their number is.
    #[must_use]
    pub fn partition(self, partitions: u16) -> u16 {
        let mut first = [0; 8];
        first.copy_from_slice(&self.0[..8]);
        let slot = u64::from_le_bytes(first) % u64::from(partitions.max(1));
        u16::try_from(slot).unwrap_or(0)
    }
}
id16!(
    /// An event from a channel: hash of tenant, channel, account and the provider's id.
    MessageId
);
id16!(
    /// An episode in a thread, from its opening to its close.
    ConversationId
);
id16!(
    /// A command: hash of the event that caused it, its ordinal and its kind. A retry keeps it.
    CommandId
);

/// Why a text is not a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a name: use 1 to 64 of a-z, 0-9, _ and -")]
pub struct NameError(pub String);

/// Declares a newtype over a short checked word.
#[macro_export]
macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(::std::sync::Arc<str>);

        impl $name {
            /// Checks and wraps a name.
            ///
            /// # Errors
            /// When `text` is not 1 to 64 of a-z, 0-9, `_` and `-`.
            pub fn new(text: &str) -> Result<Self, $crate::ids::NameError> {
                $crate::ids::check_name(text)?;
                Ok(Self(text.into()))
            }

            /// A name that is written in the program itself.
            #[must_use]
            pub fn from_static(text: &'static str) -> Self {
                debug_assert!($crate::ids::check_name(text).is_ok(), "not a name: {text}");
                Self(text.into())
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = $crate::ids::NameError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(&text)
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.as_ref().to_owned()
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = $crate::ids::NameError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }
        impl ::std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
        // By hand: as a `String` each would be copied, and a state holds dozens.
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_string($crate::ids::Named(Self::new))
            }
        }
    };
}

/// Checks that `text` is 1 to 64 of a-z, 0-9, `_` and `-`.
///
/// # Errors
/// When it is not.
pub fn check_name(text: &str) -> Result<(), NameError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    if (1..=64).contains(&text.len()) && text.bytes().all(fits) { Ok(()) } else { Err(NameError(text.to_owned())) }
}

/// Reads a name, which this function checks and wraps.
#[derive(Debug)]
pub struct Named<T>(pub fn(&str) -> Result<T, NameError>);

impl<T> serde::de::Visitor<'_> for Named<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

name!(
    /// A kind of channel: `webchat`, `email`, `telegram`, `whatsapp`.
    ChannelName
);
name!(
    /// One of the company's accounts on a channel: a mailbox, a bot, a phone number.
    AccountName
);

#[cfg(test)]
mod tests {
    use super::{ChannelName, ThreadKey};

    #[test]
    fn an_id_reads_back_from_its_text_and_refuses_other_text() {
        let id = ThreadKey::of("test", &[b"a", b"bc"]);
        assert_eq!(id.to_string().parse::<ThreadKey>().unwrap(), id);
        assert_ne!(id, ThreadKey::of("test", &[b"ab", b"c"]));
        assert!("12".parse::<ThreadKey>().is_err());
        assert!("zz".repeat(16).parse::<ThreadKey>().is_err());
    }

    #[test]
    fn a_name_is_a_short_lower_case_word() {
        assert!(ChannelName::new("webchat").is_ok());
        for bad in ["", "Web", "a b", "ü", &"x".repeat(65)] {
            assert!(ChannelName::new(bad).is_err(), "{bad}");
        }
    }
}
