//! Words: tokens, folded and cut to a stem so that inflections of Dutch, English, German, French and Spanish meet.

use crate::routing::Language;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case, without accents.
    pub(super) folded: String,
    /// Whether it begins with a capital although it does not begin a sentence.
    pub(super) is_name: bool,
}

/// Longer words are cut to this many characters.
const MAX_CHARACTERS: usize = 48;

/// The first `limit` words of a text.
#[must_use]
pub(super) fn words(text: &str, limit: usize) -> Vec<Word> {
    let mut found = Vec::new();
    let mut begins = true;
    let mut rest = text;
    while found.len() < limit {
        let Some(start) = rest.find(char::is_alphanumeric) else { break };
        begins |= rest[..start].contains(['.', '!', '?', '\n', ':', '¿', '¡']);
        rest = &rest[start..];
        let length = token_length(rest);
        let (token, after) = rest.split_at(length);
        let folded = fold(token);
        let is_name = !begins && token.starts_with(char::is_uppercase);
        if !folded.is_empty() {
            found.push(Word { folded, is_name });
        }
        begins = false;
        rest = after;
    }
    found
}

/// How many bytes the token at the beginning has: letters and digits, and `.,:` between digits.
fn token_length(text: &str) -> usize {
    let mut previous = ' ';
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, c)| *c);
        let inside_number = matches!(c, '.' | ',' | ':') && previous.is_ascii_digit() && next.is_ascii_digit();
        if !c.is_alphanumeric() && !is_mark(c) && !inside_number {
            return at;
        }
        previous = c;
    }
    text.len()
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Lower case without accents, at most [`MAX_CHARACTERS`] characters.
#[must_use]
pub(super) fn fold(token: &str) -> String {
    let mut folded = String::with_capacity(token.len());
    let letters = token.chars().filter(|c| !is_mark(*c) && c.is_alphanumeric()).flat_map(char::to_lowercase);
    for c in letters.take(MAX_CHARACTERS) {
        match c {
            'à'..='å' => folded.push('a'),
            'ç' => folded.push('c'),
            'è'..='ë' => folded.push('e'),
            'ì'..='ï' => folded.push('i'),
            'ñ' => folded.push('n'),
            'ò'..='ö' | 'ø' => folded.push('o'),
            'ù'..='ü' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            c if is_mark(c) => {}
            c => folded.push(c),
        }
    }
    folded
}

/// The stem of a folded word. Two inflections of a word nearly always have the same; two words seldom do.
#[must_use]
pub(super) fn stem(folded: &str, language: Language) -> String {
    if !folded.is_ascii() || folded.bytes().any(|b| b.is_ascii_digit()) {
        return folded.to_owned();
    }
    let mut word = folded.to_owned();
    match language {
        Language::Nl => dutch(&mut word),
        Language::De => german(&mut word),
        Language::En => english(&mut word),
        Language::Fr => {
            strip(&mut word, &["ements", "ement", "ations", "ation", "ees", "ee", "er", "ez", "es", "e", "s"], 4);
        }
        Language::Es => {
            strip(&mut word, &["es", "s"], 3);
            strip(
                &mut word,
                &["aciones", "acion", "ando", "ado", "ada", "ido", "ida", "ar", "er", "ir", "o", "a", "e"],
                3,
            );
        }
    }
    undouble(&mut word);
    word
}

/// Takes off the first ending that leaves at least `left` letters.
fn strip(word: &mut String, endings: &[&str], left: usize) -> bool {
    let found = endings.iter().find(|ending| word.len() >= left + ending.len() && word.ends_with(*ending));
    if let Some(ending) = found {
        word.truncate(word.len() - ending.len());
    }
    found.is_some()
}

fn dutch(word: &mut String) {
    if word.len() >= 7 && word.starts_with("ge") && word.ends_with(['d', 't']) {
        word.drain(..2);
    }
    strip(word, &["jes", "je"], 4);
    let plural = strip(word, &["heden", "ingen", "ing", "eren", "ende", "end", "en"], 3);
    if !plural {
        strip(word, &["de", "te", "dt", "e"], 3);
    }
    strip(word, &["er"], 5);
    strip(word, &["s"], 3);
    strip(word, &["d", "t"], 4);
    if let Some(last) = word.pop() {
        word.push(match last {
            'v' => 'f',
            'z' => 's',
            other => other,
        });
    }
}

fn german(word: &mut String) {
    if word.len() >= 7 && word.starts_with("ge") && word.ends_with(['t', 'n']) {
        word.drain(..2);
    }
    strip(word, &["ungen", "ung", "ern", "em", "en", "er", "es", "e", "n", "s", "st", "t"], 4);
}

fn english(word: &mut String) {
    if word.ends_with("ies") && word.len() >= 5 {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if !word.ends_with("ss") {
        strip(word, &["s"], 3);
    }
    strip(word, &["ation", "ing", "ment", "ed", "ly"], 3);
    strip(word, &["e"], 3);
    if word.len() > 3 && word.ends_with('y') {
        word.pop();
    }
}

/// Makes double letters single: `maat` and `maten`, `stopped` and `stop` meet.
fn undouble(word: &mut String) {
    let mut single = String::with_capacity(word.len());
    for c in word.chars() {
        if !single.ends_with(c) {
            single.push(c);
        }
    }
    *word = single;
}

/// How alike a word of the question and a word of an article are, from 0 to 1. Both are stems.
#[must_use]
pub(super) fn likeness(asked: &str, written: &str, language: Language) -> f32 {
    if asked == written {
        return 1.0;
    }
    let (short, long) = if asked.len() < written.len() { (asked, written) } else { (written, asked) };
    let (prefix, suffix) = (long.starts_with(short), long.ends_with(short));
    if short.len() < 4 || !prefix && !suffix || long.bytes().any(|b| b.is_ascii_digit()) {
        return 0.0;
    }
    let more = long.len() - short.len();
    let compounds = matches!(language, Language::Nl | Language::De);
    let asked_is_part = asked.len() < written.len();
    match (prefix, suffix) {
        (true, _) if more <= 2 => 0.9,
        (true, _) if asked_is_part && compounds => 0.7,
        (true, _) if asked_is_part && short.len() >= 5 => 0.6,
        (_, true) if asked_is_part && compounds => 0.7,
        (_, true) if compounds => 0.55,
        (true, _) if compounds => 0.4,
        _ => 0.0,
    }
}
