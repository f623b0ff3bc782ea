//! Shapes of single lines: a name, a greeting, a rule, a sentence.

use super::wording::{COMPANY, FIRM, MATTER, REGISTERED, SIGN_OFF};

/// Whether somebody says it, in a sentence.
pub(super) fn is_said(text: &str) -> bool {
    let called = text.ends_with('!') && text.split_whitespace().count() >= 4;
    called || is_sentence(text) || !is_card_line(text) && text.chars().count() > 100
}

/// A rule, however short.
pub(super) fn is_dashes(text: &str) -> bool {
    text.len() >= 2 && text.chars().all(|letter| matches!(letter, '_' | '-' | '=' | '*' | '~' | '—' | '–'))
}

/// Whether it is one of several things that somebody counts.
pub(super) fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    rest.len() < text.len()
        && text.len() - rest.len() <= 2
        && rest.starts_with([')', '.'])
        && rest[1..].starts_with(' ')
}

pub(super) fn is_firm(text: &str) -> bool {
    FIRM.is_match(text)
        || REGISTERED.is_match(text)
        || COMPANY.is_match(text) && text.contains(|letter: char| letter.is_ascii_digit())
}

/// Whether it is what somebody writes about, and no part of a card: the number of an order.
pub(super) fn is_matter(text: &str) -> bool {
    MATTER.is_match(text) && text.contains(|letter: char| letter.is_ascii_digit()) && !COMPANY.is_match(text)
}

/// A greeting, in one language or in two ("Met vriendelijke groet / Kind regards"), with a name behind it or without.
pub(super) fn is_sign_off(text: &str) -> bool {
    text.chars().count() <= 100 && text.split(['/', '|']).all(|piece| signed(piece.trim()).is_some())
}

/// The name behind a greeting; empty if there is none. "Thanks for your help" greets nobody.
pub(super) fn signed(text: &str) -> Option<&str> {
    if text.starts_with(char::is_lowercase) && text.split_whitespace().count() >= 4 {
        return None;
    }
    let name = SIGN_OFF.captures(text)?.name("name").map_or("", |name| name.as_str().trim());
    if let Some((_, greeting)) = [" und ", " and ", " en ", " et ", " y "].iter().find_map(|word| name.split_once(word))
    {
        return signed(greeting);
    }
    if let Some(greeting) = ["und ", "and ", "en ", "et ", "y "].iter().find_map(|word| name.strip_prefix(word)) {
        return signed(greeting);
    }
    let from = ["van ", "von ", "from ", "de ", "aus ", "uit ", "desde "];
    let whose = from.iter().find_map(|word| name.strip_prefix(word));
    let few = whose.is_some_and(|whose| whose.split(' ').count() <= 3 && whose.contains(char::is_uppercase));
    let whose = whose.unwrap_or(name);
    let alone = !whose.contains(' ') && whose.chars().count() <= 12;
    (alone || few || is_name(whose)).then_some(whose)
}

pub(super) fn is_sentence(text: &str) -> bool {
    text.split_whitespace().count() >= 5 && text.ends_with(['.', '!', '?']) && !text.contains(" | ")
}

/// A line of a card: a few words, or several such pieces beside each other.
pub(super) fn is_card_line(text: &str) -> bool {
    let piece = |piece: &str| piece.chars().count() <= 60 && piece.split_whitespace().count() <= 8;
    let whole = text.chars().count() <= 240
        && text.split(['|', '•', '·', '–', '/']).flat_map(|part| part.split(" - ")).all(piece);
    whole && !text.ends_with(['!', '?', ':', ',']) && !is_sentence(text) && !text.starts_with(['-', '*', '•'])
}

/// Whether a line can be a person's name: one to five words that begin with capitals, small words between them aside.
pub(super) fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.trim_end_matches(',').split_whitespace().collect();
    let small = |word: &str| word.chars().count() <= 3;
    let capital = |word: &&str| word.trim_start_matches('(').starts_with(char::is_uppercase) || small(word);
    (1..=5).contains(&words.len()) && words[0].starts_with(char::is_uppercase) && words.iter().all(capital)
}

/// Whether a line begins with a name, as "i. A. Renate Vogel" and "Jan Smit | Inkoper" do.
pub(super) fn begins_with_name(text: &str) -> bool {
    let bare = text.trim_start_matches(|letter: char| letter.is_lowercase() || matches!(letter, '.' | ' '));
    let for_whom = &text[..text.len() - bare.len()];
    let bare = if for_whom.contains('.') && for_whom.len() <= 6 { bare } else { text };
    let piece = bare.split(" - ").next().unwrap_or_default();
    let first = piece.split([',', '|', '(', '–', '•', '·']).next().unwrap_or_default().trim();
    is_name(bare) || is_name(first)
}

/// Whether a name has a word of the sender's.
pub(super) fn names(name: &str, sender: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split_whitespace().map(str::to_lowercase).filter(|word| word.chars().count() >= 3).collect()
    };
    let theirs = words(sender);
    words(name).iter().any(|word| theirs.contains(word))
}
