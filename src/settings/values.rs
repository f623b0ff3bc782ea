//! Values: the types of single settings. Their refusals read `what is wrong; what to do`.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use tracing_subscriber::filter::Targets;

use crate::routing::near;
use crate::routing::problem::shown;
use crate::telemetry::logging::LogFormat;

/// Reads a whole number from `min` to `max`; text that is one counts, since the environment has only text.
struct Whole {
    min: u32,
    max: u32,
    remedy: &'static str,
}

impl Whole {
    fn refuse<E: de::Error>(&self, found: impl fmt::Display) -> E {
        E::custom(format_args!("{found} is not a whole number from {} to {}; {}", self.min, self.max, self.remedy))
    }
}

impl Visitor<'_> for Whole {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {} to {}", self.min, self.max)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<u32, E> {
        let fits = u32::try_from(number).ok().filter(|n| (self.min..=self.max).contains(n));
        fits.ok_or_else(|| self.refuse(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<u32, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<u32, E> {
        Err(self.refuse(number))
    }

    fn visit_bool<E: de::Error>(self, yes: bool) -> Result<u32, E> {
        Err(self.refuse(yes))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u32, E> {
        match text.trim().parse() {
            Ok(number) => self.visit_i64(number),
            Err(_) => Err(self.refuse(format_args!("\"{}\"", shown(text)))),
        }
    }
}

/// A limit; 0 means that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub u32);

impl Limit {
    /// The limit, unless there is none.
    #[must_use]
    pub const fn get(self) -> Option<u32> {
        if self.0 == 0 { None } else { Some(self.0) }
    }

    /// Whether `amount` keeps within it.
    #[must_use]
    pub fn allows(self, amount: u64) -> bool {
        self.get().is_none_or(|limit| amount <= u64::from(limit))
    }

    /// The limit as seconds, unless there is none.
    #[must_use]
    pub fn seconds(self) -> Option<Duration> {
        self.get().map(|seconds| Duration::from_secs(seconds.into()))
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let whole =
            Whole { min: 0, max: 1_000_000_000, remedy: "write such a number without quotes; 0 means no limit" };
        deserializer.deserialize_any(whole).map(Self)
    }
}

/// How many of something: 1 to 256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(u16);

impl Count {
    pub(super) const fn fixed(count: u16) -> Self {
        Self(count)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl FromStr for Count {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.parse().ok().filter(|number| (1..=256).contains(number));
        number.map(Self).ok_or("write a number from 1 to 256")
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(Whole { min: 1, max: 256, remedy: "write such a number" })?;
        u16::try_from(number).map(Self).map_err(de::Error::custom)
    }
}

/// Reads text that [`FromStr`] checks.
macro_rules! from_text {
    ($($name:ident),*) => { $(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    )* };
}
from_text!(Address, EncoderUse, Folder, Format, Label, LogLevel);

/// Where to listen, as `127.0.0.1:8080`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub SocketAddr);

impl FromStr for Address {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = |_| format!("\"{}\" is not an address with a port; write it as \"127.0.0.1:8080\"", shown(text));
        text.parse().map(Self).map_err(refuse)
    }
}

/// A folder or a file, relative to the working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(PathBuf);

impl Folder {
    pub(super) fn fixed(path: &str) -> Self {
        Self(path.into())
    }

    /// The path.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        &self.0
    }
}

impl FromStr for Folder {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("the path is empty; write one, or leave the setting out".to_owned());
        }
        Ok(Self(text.into()))
    }
}

/// A name that people read: 1 to 80 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    pub(super) fn fixed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Label {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 80 || text.chars().any(char::is_control) {
            return Err(format!("\"{}\" is not a name; write 1 to 80 characters on one line", shown(text)));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Reads a log format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format(pub LogFormat);

impl FromStr for Format {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self(LogFormat::Text)),
            "json" => Ok(Self(LogFormat::Json)),
            other => {
                Err(format!("\"{}\" is not a log format; {}", shown(other), near::choices(other, ["text", "json"])))
            }
        }
    }
}

/// Whether triage uses the sentence encoder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EncoderUse {
    /// Where it is installed.
    #[default]
    Auto,
    /// Never.
    Off,
}

impl FromStr for EncoderUse {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "off" => Ok(Self::Off),
            other => {
                Err(format!("\"{}\" is no use of the encoder; {}", shown(other), near::choices(other, ["auto", "off"])))
            }
        }
    }
}

/// From which level on to log, for all or for parts of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLevel(Targets);

impl LogLevel {
    /// The filter.
    #[must_use]
    pub fn targets(&self) -> Targets {
        self.0.clone()
    }
}

impl Default for LogLevel {
    fn default() -> Self {
        Self::quiet(Targets::new().with_default(tracing::Level::INFO))
    }
}

impl LogLevel {
    /// Keeps the client of `RabbitMQ` from logging: it repeats what we say, and writes whole messages. So does the pool of
    /// connections to `PostgreSQL`, which says that there was an error and not which.
    fn quiet(targets: Targets) -> Self {
        let off = tracing::level_filters::LevelFilter::OFF;
        Self(targets.with_target("lapin", off).with_target("deadpool", off))
    }
}

impl FromStr for LogLevel {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let levels = ["error", "warn", "info", "debug", "trace", "off"];
        let known = |part: &str| levels.contains(&part.rsplit('=').next().unwrap_or_default().trim());
        let wrong = text.split(',').find(|part| !known(part));
        match (wrong, text.parse::<Targets>()) {
            (None, Ok(targets)) if text.contains("lapin") || text.contains("deadpool") => Ok(Self(targets)),
            (None, Ok(targets)) => Ok(Self::quiet(targets)),
            (part, _) => {
                let word = part.unwrap_or(text);
                let near = near::remedy(word, levels).replace("declared:", "levels:");
                Err(format!("\"{}\" is not a log level; {near}; for parts write \"info,wissel=debug\"", shown(word)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Label, Limit, LogLevel};

    #[test]
    fn a_limit_of_zero_allows_everything() {
        assert!(Limit(0).allows(u64::MAX));
        assert!(Limit(3).allows(3) && !Limit(3).allows(4));
    }

    #[test]
    fn levels_may_differ_for_parts_of_the_program() {
        assert!("info,wissel=debug".parse::<LogLevel>().is_ok());
        let enabled = |text: &str, part: &str| {
            text.parse::<LogLevel>().unwrap().targets().would_enable(part, &tracing::Level::ERROR)
        };
        assert!(enabled("info", "wissel") && !enabled("info", "lapin::channel") && enabled("lapin=warn", "lapin"));
        assert!(!enabled("info", "deadpool.postgres") && enabled("info,deadpool=warn", "deadpool.postgres"));
        assert!("inof".parse::<LogLevel>().unwrap_err().contains("did you mean \"info\""));
    }

    #[test]
    fn an_address_needs_its_port_and_a_name_its_letters() {
        assert!("127.0.0.1".parse::<Address>().is_err());
        assert!("[::1]:8080".parse::<Address>().is_ok());
        assert!(" ".parse::<Label>().is_err() && "a\nb".parse::<Label>().is_err());
    }
}
