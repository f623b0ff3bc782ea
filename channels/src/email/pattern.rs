//! Patterns that are written in the program: a broken one is a mistake of ours, and each test would meet it.

use regex::Regex;

/// Compiles a pattern of ours.
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| panic!("pattern {text}: {error}"))
}

/// Compiles a pattern with alternatives: `before`, any of `words`, `after`.
pub(super) fn one_of(before: &str, words: &[&str], after: &str) -> Regex {
    pattern(&[before, &words.join("|"), after].concat())
}
