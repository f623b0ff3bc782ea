//! Difference: what RabbitMQ says when a queue is there with another argument, read back into parts. Pure.

use std::fmt;

/// One argument of a queue that is not as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Its name, `x-delivery-limit` for one, or `durable`.
    pub(super) argument: String,
    /// Wissel's value; nothing where Wissel has no such argument.
    pub(super) expected: Option<String>,
    /// RabbitMQ's value; nothing where the queue has no such argument.
    pub(super) found: Option<String>,
}

impl Difference {
    /// Reads `… inequivalent arg 'A' for queue 'Q' in vhost 'V': received X but current is Y`, where a value is
    /// `none`, `'16'`, or `the value '16' of type 'long'`.
    pub(super) fn read(words: &str) -> Option<Self> {
        let (_, rest) = words.split_once("inequivalent arg '")?;
        let (argument, rest) = rest.split_once('\'')?;
        let (_, rest) = rest.split_once(": received ")?;
        let (expected, found) = rest.split_once(" but current is ")?;
        Some(Self { argument: argument.to_owned(), expected: value(expected), found: value(found) })
    }
}

/// What stands between the first quotes, or the bare word.
fn value(text: &str) -> Option<String> {
    let quoted = text.split_once('\'').and_then(|(_, rest)| rest.split_once('\'')).map(|(value, _)| value);
    match quoted {
        Some(value) => Some(value.to_owned()),
        None if text == "none" => None,
        None => Some(text.to_owned()),
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<String>| value.as_ref().map_or("absent".to_owned(), |value| format!("{value:?}"));
        write!(f, "{} is {}, Wissel needs {}", self.argument, shown(&self.found), shown(&self.expected))
    }
}

#[cfg(test)]
mod tests {
    use super::Difference;

    fn read(end: &str) -> String {
        let words = format!("PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'q' in vhost '/': {end}");
        Difference::read(&words).unwrap().to_string()
    }

    #[test]
    fn every_form_of_a_value_is_read() {
        let typed = "received the value '8' of type 'signedint' but current is the value '16' of type 'signedint'";
        assert_eq!(read(typed), "x-max-length is \"16\", Wissel needs \"8\"");
        assert_eq!(read("received '8' but current is '16'"), "x-max-length is \"16\", Wissel needs \"8\"");
        assert_eq!(read("received none but current is '16'"), "x-max-length is \"16\", Wissel needs absent");
        assert_eq!(read("received 'true' but current is none"), "x-max-length is absent, Wissel needs \"true\"");
    }

    #[test]
    fn other_words_are_not_a_difference() {
        assert_eq!(Difference::read("PRECONDITION_FAILED - unknown delivery tag 3"), None);
    }
}
