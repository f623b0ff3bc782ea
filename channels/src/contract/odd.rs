//! Texts that somebody may write, and that are shown to others.

/// Bytes that a channel keeps of one text, at most.
const MOST: usize = 256 << 10;

/// Odd texts, each with a name: endless words, piles of marks, what turns letters around, what cannot be seen.
#[must_use]
pub fn odd_texts() -> Vec<(&'static str, String)> {
    vec![
        ("one word of a megabyte", "x".repeat(1 << 20)),
        ("a hundred thousand marks on one letter", format!("e{}", "\u{301}".repeat(100_000))),
        ("letters turned around", "abc \u{202e}txet\u{202c} \u{2066}x\u{2069}".to_owned()),
        ("controls", "a\u{1}\u{7}\u{1b}[31mb\u{9f}".to_owned()),
        ("nothing but emoji", "👩\u{200d}👩\u{200d}👧 🏳\u{fe0f}\u{200d}🌈 👍🏽".to_owned()),
        ("zeros", "a\u{0}b\u{0}".to_owned()),
        ("markup", "</script><img src=x onerror=alert(1)>".to_owned()),
    ]
}

/// What is shown of an odd text is bounded, plays no tricks, and is still what was written.
///
/// # Panics
/// When it is not.
pub fn is_shown_without_harm(name: &str, written: &str, shown: &str) {
    assert!(shown.len() <= MOST, "{name}: {} bytes are kept", shown.len());
    let trick = |letter: char| {
        letter.is_control() && !matches!(letter, '\n' | '\t') || ('\u{202a}'..='\u{202e}').contains(&letter)
    };
    assert!(!shown.contains(trick) && !shown.contains(['\u{2066}', '\u{2069}']), "{name}: {shown:?}");
    let first = written.chars().next().unwrap_or_default();
    assert!(shown.starts_with(first), "{name}: {shown:?} is not what was written");
    if written.contains('👍') {
        assert_eq!(shown.split_whitespace().count(), 3, "{name}: {shown}");
        assert!(shown.contains("👩\u{200d}👩\u{200d}👧"), "{name}: a family is still one");
    }
}
