//! Words that are no names, and letters that measure something.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Articles, pronouns, prepositions, auxiliaries and words of questions, in five languages.
const SMALL: &str = include_str!("small.txt");

/// What stands where a name could, and is none.
const NO_NAMES: &str = include_str!("no_names.txt");

/// Names that are also such words.
const NAMES_TOO: &[&str] = &["will", "an", "jo", "god", "dag", "son", "ihr", "ben", "per", "al"];

/// Titles before these make a brand, or somebody out of a story.
const BRANDS: &str = include_str!("brands.txt");

/// Letters after figures that measure, count or order something.
const UNITS: &[&str] = &[
    "kg", "mg", "km", "hm", "dm", "cm", "mm", "nm", "ml", "cl", "dl", "hl", "cc", "kb", "mb", "gb", "tb", "kw", "mw",
    "gw", "wh", "kj", "hz", "hp", "pk", "ps", "cv", "px", "dp", "dpi", "mp", "lm", "lx", "db", "ma", "va", "kv", "mv",
    "bp", "oz", "lb", "ft", "yd", "sq", "st", "nd", "rd", "th", "er", "am", "pm", "hr", "uu", "pc", "ct", "cd", "xl",
    "xs", "xx", "ha", "kn", "kp", "gr", "rp", "pg", "eu", "hd",
];

static SMALL_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| SMALL.split_whitespace().collect());
static NO_NAME_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| NO_NAMES.split_whitespace().collect());

/// Whether it is one of the small words of the five languages, in whatever letters.
pub(super) fn is_small_word(word: &str) -> bool {
    SMALL_WORDS.contains(word.to_lowercase().as_str())
}

/// Whether a word may be somebody's name. In small letters, or in a text that shouts, less may.
pub(super) fn may_be_name(word: &str) -> bool {
    let lower = word.to_lowercase();
    let capital = word.chars().next().is_some_and(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase);
    if capital && NAMES_TOO.contains(&lower.as_str()) {
        return true;
    }
    let plain = lower.split(['\'', '’']).next().unwrap_or_default();
    let elided =
        lower.contains(['\'', '’']) && ["j", "c", "qu", "s", "n", "i", "it", "that", "what", "where"].contains(&plain);
    !elided && !SMALL_WORDS.contains(lower.as_str()) && !NO_NAME_WORDS.contains(lower.as_str())
}

/// Whether a title before this word makes a brand of it.
pub(super) fn is_brand(word: &str) -> bool {
    BRANDS.lines().any(|brand| brand == word.to_lowercase())
}

/// Whether the letters at the end are a measure, as in `1500 ml`.
pub(super) fn ends_in_unit(written: &str) -> bool {
    let start = written.rfind(|c: char| !c.is_alphabetic()).map_or(0, |at| at + 1);
    written.get(start..).is_some_and(|letters| UNITS.contains(&letters.to_lowercase().as_str()))
}
