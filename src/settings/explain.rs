//! Explaining: from what serde says about the first wrong setting to a message and a remedy for people.

use config::ConfigError;

use super::channels::CHANNELS;
use super::places::Part;
use crate::routing::near;
use crate::routing::problem::shown;

/// One wrong setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The setting, `limits.hops`; empty when it cannot be told.
    pub(super) key: String,
    /// What is wrong about it.
    pub(super) part: Part,
    /// In words.
    pub(super) message: String,
    /// What to do.
    pub(super) remedy: String,
}

impl Fault {
    /// What an error of reading is about.
    pub(super) fn of(error: &ConfigError) -> Self {
        match error {
            ConfigError::At { error, key, .. } => Self::at(key.as_deref().unwrap_or_default(), &error.to_string()),
            ConfigError::Type { key, expected, .. } => {
                let expected = match *expected {
                    "an integer" | "a 64 bit integer" => "a whole number",
                    "a floating point" => "a number",
                    "a boolean" => "true or false, without quotes",
                    other => other,
                };
                Self::at(key.as_deref().unwrap_or_default(), &format!("the value does not fit; write {expected}"))
            }
            other => Self::at("", &other.to_string()),
        }
    }

    fn at(place: &str, message: &str) -> Self {
        // An element of a list is reported at the list.
        let place = place.split('[').next().unwrap_or_default();
        if let Some((name, declared)) = unknown_field(message) {
            let key = if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
            return Self {
                message: format!("{} is not a setting", shown(&key)),
                remedy: near::choices(name, declared),
                key,
                part: Part::Key,
            };
        }
        let (key, part) = (place.to_owned(), Part::Value);
        if let Some((message, remedy)) = account(place, message) {
            return Self { key, part, message, remedy };
        }
        let (what, remedy) = message.split_once("; ").unwrap_or_else(|| plain(message));
        Self { key, part, message: format!("{place}: {what}"), remedy: remedy.to_owned() }
    }
}

/// Words for a channel's settings that stand where its accounts belong.
fn account(place: &str, message: &str) -> Option<(String, String)> {
    let (channel, key) = place.split_once('.').unwrap_or((place, ""));
    let no_table = message.starts_with("invalid type") && message.contains("expected ");
    if !CHANNELS.contains(&channel) || key.contains('.') || !no_table {
        return None;
    }
    let remedy = format!("write a table for each, under a name of yours, as [{channel}.shop], and its settings below");
    Some((format!("{place}: a channel has accounts, and each has its settings"), remedy))
}

/// Words for what serde says by itself, which shows the value: those of other types than text are left out.
fn plain(message: &str) -> (&str, &str) {
    match message.rsplit_once("expected ") {
        Some((_, kind)) if kind.starts_with("struct") => {
            ("this is a section, not a value", "write [name of the section] on a line and its settings below")
        }
        Some((_, "a sequence")) => ("this is a list", "write [\"…\", \"…\"], also in a variable"),
        _ if message.starts_with("invalid type: map") => ("this is a value, not a section", "write name = value"),
        Some(_) => ("the value is of the wrong type", "see the table of settings in the README"),
        None => (message, "see the table of settings in the README"),
    }
}

/// The name and the candidates in serde's "unknown field `a`, expected one of `b`, `c`".
fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
    let (name, rest) = message.strip_prefix("unknown field `")?.split_once("`, ")?;
    Some((name, rest.split('`').skip(1).step_by(2).collect()))
}

#[cfg(test)]
mod tests {
    use config::ConfigError;

    use super::{Fault, Part};

    #[test]
    fn an_unknown_key_gets_its_near_match() {
        let error = ConfigError::Message("unknown field `hop`, expected `hops` or `turns`".to_owned());
        let fault = Fault::of(&error.extend_with_key("limits"));
        assert_eq!((fault.key.as_str(), fault.part), ("limits.hop", Part::Key));
        assert_eq!(fault.remedy, "did you mean \"hops\"? there are: hops, turns");
    }

    #[test]
    fn a_list_is_named_as_a_whole() {
        let error = ConfigError::Message("bad; do better".to_owned()).extend_with_key("webchat.origins[1]");
        let fault = Fault::of(&error);
        assert_eq!((fault.key.as_str(), fault.remedy.as_str()), ("webchat.origins", "do better"));
    }
}
