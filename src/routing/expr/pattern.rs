//! Pattern: a text to find, or a regular expression that takes linear time and bounded memory.

use regex::{Regex, RegexBuilder};

use crate::routing::Value;
use crate::routing::problem::shown;

const MAX_BYTES: usize = 1024;
const MAX_COMPILED: usize = 256 * 1024;
const MAX_NESTING: u32 = 32;

/// What is looked for in a text.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Regex);

impl Pattern {
    /// Finds `text` itself, in upper or lower case.
    pub(crate) fn containing(text: &str) -> Result<Self, String> {
        Self::build(&regex::escape(text), true)
    }

    /// Finds what `pattern` describes.
    pub(crate) fn matching(pattern: &str) -> Result<Self, String> {
        Self::build(pattern, false)
    }

    fn build(pattern: &str, ignore_case: bool) -> Result<Self, String> {
        if pattern.len() > MAX_BYTES {
            return Err(format!("it has {} bytes, more than {MAX_BYTES}", pattern.len()));
        }
        let built = RegexBuilder::new(pattern)
            .case_insensitive(ignore_case)
            .size_limit(MAX_COMPILED)
            .dfa_size_limit(MAX_COMPILED)
            .nest_limit(MAX_NESTING)
            .build();
        built.map(Self).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "it is too large once its repetitions are written out".to_owned(),
            other => shown(other.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ")),
        })
    }

    /// Where it is found in `text`, in Unicode scalar values; `false` where it is not.
    pub(crate) fn find(&self, text: &str) -> Value {
        let Some(found) = self.0.find(text) else { return Value::Bool(false) };
        let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let start = count(&text[..found.start()]);
        Value::Span { start, end: start.saturating_add(count(found.as_str())) }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;
    use crate::routing::Value;

    #[test]
    fn a_find_counts_characters() {
        let found = Pattern::containing("PAKJE").unwrap().find("één pakje");
        assert_eq!(found, Value::Span { start: 4, end: 9 });
        assert_eq!(Pattern::matching("a+").unwrap().find("bbb"), Value::Bool(false));
    }

    #[test]
    fn patterns_are_bounded() {
        assert!(Pattern::matching(r"\w{500}{500}").unwrap_err().contains("large"));
        assert!(Pattern::matching(&"(".repeat(2_000)).is_err());
        assert!(Pattern::matching("(").unwrap_err().contains("unclosed"));
        assert!(Pattern::containing(&"x".repeat(2_000)).is_err());
    }
}
