//! Lexer: from the text of an expression to tokens with their places.

use std::ops::Range;

use crate::routing::Decimal;
use crate::routing::problem::shown;

/// Something wrong in an expression, at a range of bytes of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: Range<usize>,
    pub(crate) message: String,
    pub(crate) remedy: String,
}

impl Fault {
    pub(crate) fn new(at: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { at, message: message.into(), remedy: remedy.into() }
    }
}

/// The least that an expression is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Word(String),
    Number(Decimal),
    Text(String),
    Operator(&'static str),
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
}

/// A token and where it stands.
pub(crate) type Placed = (Token, Range<usize>);

/// Splits `text` into tokens.
pub(crate) fn tokens(text: &str) -> Result<Vec<Placed>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = token(&text[at..], first, at)?;
        tokens.push((token, at..at + length));
        at += length;
    }
    Ok(tokens)
}

fn token(rest: &str, first: char, at: usize) -> Result<(Token, usize), Fault> {
    let single = match first {
        '(' => Some(Token::Open),
        ')' => Some(Token::Close),
        '[' => Some(Token::OpenList),
        ']' => Some(Token::CloseList),
        ',' => Some(Token::Comma),
        _ => None,
    };
    if let Some(token) = single {
        return Ok((token, 1));
    }
    let signed = first == '-' && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    match first {
        '"' | '\'' => text_literal(rest, first, at),
        '0'..='9' => number(rest, at),
        '-' if signed => number(rest, at),
        c if c.is_ascii_alphabetic() || c == '_' => Ok(word(rest)),
        _ => operator(rest, first, at),
    }
}

fn word(rest: &str) -> (Token, usize) {
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    (Token::Word(rest[..length].to_owned()), length)
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), Fault> {
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let length = rest[1..].find(|c| !belongs(c)).map_or(rest.len(), |n| n + 1);
    let digits = &rest[..length];
    let plain = digits.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match digits.parse::<f64>() {
        Ok(number) if plain && number.abs() <= 1e12 => Ok((Token::Number(Decimal::from_f64(number)), length)),
        _ => Err(Fault::new(
            at..at + length,
            format!("{} is not a number here", shown(digits)),
            "write digits with an optional point, such as 3 or 0.75; text stands in double quotes",
        )),
    }
}

/// A text in quotes. A backslash before the quote or before another backslash takes its meaning away; any other
/// backslash stays, so that patterns can be written as they are.
fn text_literal(rest: &str, quote: char, at: usize) -> Result<(Token, usize), Fault> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((place, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        if character == quote {
            return Ok((Token::Text(text), place + 1));
        }
        if character == '\\' && (next == Some(quote) || next == Some('\\')) {
            characters.next();
            text.push(next.unwrap_or(quote));
        } else {
            text.push(character);
        }
    }
    Err(Fault::new(at..at + rest.len(), "a text that begins here does not end", format!("add {quote} at its end")))
}

const OPERATORS: [&str; 6] = ["==", "!=", "<=", ">=", "<", ">"];

fn operator(rest: &str, first: char, at: usize) -> Result<(Token, usize), Fault> {
    if let Some(operator) = OPERATORS.into_iter().find(|operator| rest.starts_with(operator)) {
        return Ok((Token::Operator(operator), operator.len()));
    }
    let remedy = match first {
        '=' => "to compare, write ==",
        '&' => "write and",
        '|' => "write or",
        '!' => "write not",
        '~' => "write matches",
        '-' | '–' | '—' => "there is no arithmetic here; a negative number has no space after its minus",
        '“' | '”' | '„' | '‘' | '’' => "use straight quotes: \"…\"",
        _ => "remove it; text stands in double quotes",
    };
    let message = format!("\"{}\" means nothing here", shown(&first.to_string()));
    Err(Fault::new(at..at + first.len_utf8(), message, remedy))
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};
    use crate::routing::Decimal;

    #[test]
    fn tokens_carry_their_places() {
        let found = tokens("emotion.anger>= 0.5").unwrap();
        assert_eq!(found[0], (Token::Word("emotion.anger".into()), 0..13));
        assert_eq!(found[1], (Token::Operator(">="), 13..15));
        assert_eq!(found[2], (Token::Number(Decimal(5_000)), 16..19));
    }

    #[test]
    fn a_pattern_keeps_its_backslashes_and_a_quote_can_be_escaped() {
        let text = |expression| tokens(expression).unwrap().remove(0).0;
        assert_eq!(text(r#""\bterug\b""#), Token::Text(r"\bterug\b".into()));
        assert_eq!(text(r#""a \"b\" \\ c""#), Token::Text(r#"a "b" \ c"#.into()));
        assert_eq!(text("'it is \"so\"'"), Token::Text("it is \"so\"".into()));
    }

    #[test]
    fn what_other_languages_write_gets_the_word_to_write_here() {
        let remedy = |expression| tokens(expression).unwrap_err().remedy;
        assert_eq!(remedy("urgent && automatic"), "write and");
        assert_eq!(remedy("hour = 3"), "to compare, write ==");
        assert_eq!(remedy("!urgent"), "write not");
        assert!(tokens("12e5").is_err() && tokens("1.2.3").is_err() && tokens("\"open").is_err());
    }
}
