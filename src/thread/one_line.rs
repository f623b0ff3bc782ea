//! One line: the beginning of a text that somebody else wrote, safe to show.

/// The first `most` characters on one line, without characters that could change how the rest is shown.
#[must_use]
pub fn one_line(text: &str, most: usize) -> String {
    let mut shown = String::new();
    let mut characters = text.chars().map(|c| if c.is_whitespace() || is_hidden(c) { ' ' } else { c });
    for c in characters.by_ref().take(most) {
        if c != ' ' || !shown.is_empty() && !shown.ends_with(' ') {
            shown.push(c);
        }
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Control characters, marks of writing direction, and marks that take no room.
fn is_hidden(c: char) -> bool {
    let marks = '\u{200e}'..='\u{200f}';
    c.is_control()
        || marks.contains(&c)
        || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn the_beginning_is_one_short_line_that_cannot_turn_the_page_around() {
        assert_eq!(one_line("  Waar is\n\n mijn pakket?", 60), "Waar is mijn pakket?");
        assert_eq!(one_line("a\u{202e}b\u{0}c", 60), "a b c");
        assert_eq!(one_line(&"x".repeat(1_000_000), 60).chars().count(), 61);
    }
}
