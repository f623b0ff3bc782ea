//! What the settings of every account of a channel have: problems in words, and secrets that may stand in files.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

/// The settings of one account of a channel: a table `[<channel>.<account>]` of `wissel.toml`.
pub trait AccountConfig {
    /// What is wrong with them, one sentence each: `<key>: <what is wrong>; <what to do>`. Secrets have been read from
    /// their files before.
    fn problems(&self) -> Vec<String>;

    /// The secrets, each given as itself or as the file that holds it.
    fn secrets(&mut self) -> Vec<SecretSlot<'_>>;
}

/// A secret among settings.
#[derive(Debug)]
pub struct SecretSlot<'a> {
    /// Its key, such as `password`; the file's key is the same with `_file`.
    pub key: &'static str,
    /// Where it stands, once it is read.
    pub value: &'a mut Option<Secret>,
    /// The file that holds it.
    pub file: Option<&'a Path>,
}

impl<'a> SecretSlot<'a> {
    /// A secret of this key.
    #[must_use]
    pub fn new(key: &'static str, value: &'a mut Option<Secret>, file: &'a Option<PathBuf>) -> Self {
        Self { key, value, file: file.as_deref() }
    }
}

/// Text that no log, error or debug output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Its text, for the one who is to be shown it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

struct SecretVisitor;

/// Refuses other types without showing the value, which serde's own message would.
impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret, E> {
        Err(refuse())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Secret, E> {
        Err(refuse())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        Err(refuse())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Secret, E> {
        Err(refuse())
    }
}

fn refuse<E: de::Error>() -> E {
    E::custom("a secret is text; put it in quotes, or give the file that holds it")
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

/// Seconds, with a fraction if need be, as milliseconds; what is no time at all, or longer than a minute, is a minute.
#[must_use]
pub fn quiet_millis(seconds: f64) -> u32 {
    let millis = (seconds.clamp(0.0, 60.0) * 1000.0).round();
    // In bounds by the clamp; not a number becomes 0.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 60 000")]
    let whole = millis as u32;
    whole
}

/// What is wrong with a quiet window, if anything.
#[must_use]
pub fn quiet_problem(seconds: f64) -> Option<String> {
    let fits = (0.0..=60.0).contains(&seconds);
    (!fits).then(|| format!("quiet_seconds: {seconds} is no such time; write seconds from 0 to 60, as 2.5"))
}

/// The value of one of a few words; else what is wrong and which words there are.
///
/// # Errors
/// When it is none of them.
pub fn one_of<T: Copy>(word: &str, words: &[(&str, T)]) -> Result<T, String> {
    let known: Vec<String> = words.iter().map(|(known, _)| format!("\"{known}\"")).collect();
    let found = words.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
    found.ok_or_else(|| format!("\"{word}\" is no word for it; write one of {}", known.join(", ")))
}

/// What is wrong with a rate or a time between, if anything.
#[must_use]
pub fn rate_problem(key: &str, rate: f64) -> Option<String> {
    let fits = rate == 0.0 || (0.001..=10_000.0).contains(&rate);
    (!fits).then(|| format!("{key}: {rate} is none; write a number from 0.001 to 10000, or 0 for no limit"))
}

#[cfg(test)]
mod tests {
    use super::{Secret, quiet_millis, quiet_problem};

    #[test]
    fn a_secret_is_never_shown() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "(secret)");
        let refused = toml::from_str::<std::collections::BTreeMap<String, Secret>>("password = 1234").unwrap_err();
        assert!(!refused.message().contains("1234"), "{refused}");
    }

    #[test]
    fn a_quiet_window_is_at_most_a_minute() {
        assert_eq!([quiet_millis(2.5), quiet_millis(-1.0), quiet_millis(1e9)], [2_500, 0, 60_000]);
        assert_eq!(quiet_millis(f64::NAN), 0);
        assert!(quiet_problem(0.0).is_none() && quiet_problem(f64::NAN).is_some() && quiet_problem(61.0).is_some());
    }
}
