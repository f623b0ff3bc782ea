//! Tags and texts of HTML, in one pass and without a tree: no input costs more than its length.
//!
//! Mails are not pages: they are cut off, nested ten thousand deep, and full of tags that nobody closes. What a tree would
//! add is not needed to read their text.

use mail_parser::decoders::html::add_html_token;
use memchr::memmem::find;

/// Attributes of a tag that are kept; what comes after them is skipped.
const MOST_ATTRIBUTES: usize = 200;
/// Bytes of an attribute's value that are kept: an inline picture says nothing.
const MOST_VALUE: usize = 4096;

/// A piece of HTML.
pub(super) enum Token<'h> {
    Open(Tag<'h>),
    /// An end tag: its name, lower case.
    Close(String),
    /// Text between tags, with its character references resolved.
    Text(String),
    /// A style sheet.
    Sheet(&'h str),
}

/// A start tag.
pub(super) struct Tag<'h> {
    /// Lower case.
    pub(super) name: String,
    pub(super) attributes: Vec<(&'h str, &'h str)>,
}

impl Tag<'_> {
    /// An attribute's value, lower case; empty when it is not there.
    pub(super) fn attribute(&self, name: &str) -> String {
        let found = self.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map_or(String::new(), |(_, value)| value.to_lowercase())
    }

    pub(super) fn is_void(&self) -> bool {
        matches!(
            self.name.as_str(),
            "br" | "img" | "hr" | "input" | "meta" | "link" | "base" | "wbr" | "col" | "area" | "source" | "embed"
        )
    }
}

/// Reads HTML piece by piece.
pub(super) struct Tokens<'h> {
    rest: &'h str,
    /// The element whose content is no HTML, until its end tag.
    raw: Option<&'static str>,
}

impl<'h> Tokens<'h> {
    pub(super) fn new(html: &'h str) -> Self {
        Self { rest: html, raw: None }
    }

    fn cut(&mut self, at: usize) -> &'h str {
        let (before, rest) = self.rest.split_at(at.min(self.rest.len()));
        self.rest = rest;
        before
    }

    /// Skips what starts with `<!` or `<?`.
    fn skip_markup(&mut self) {
        let (end, length) = if self.rest.starts_with("<!--") { ("-->", 3) } else { (">", 1) };
        let at = find(self.rest.as_bytes(), end.as_bytes()).map_or(self.rest.len(), |at| at + length);
        self.cut(at);
    }

    /// Skips to the end tag of a raw element, and gives what stands before it.
    fn skip_raw(&mut self, name: &str) -> &'h str {
        let mut from = 0;
        while let Some(at) = find(&self.rest.as_bytes()[from..], b"</") {
            from += at + 2;
            let here = &self.rest.as_bytes()[from..];
            if here.len() >= name.len() && here[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
                return self.cut(from - 2);
            }
        }
        self.cut(self.rest.len())
    }

    fn word(&mut self, ends: impl Fn(char) -> bool) -> &'h str {
        let at = self.rest.find(ends).unwrap_or(self.rest.len());
        self.cut(at)
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace());
    }

    fn value(&mut self) -> &'h str {
        self.skip_spaces();
        match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                self.cut(1);
                let value = self.word(|letter| letter == quote);
                self.cut(1);
                value
            }
            _ => self.word(|letter| letter == '>' || letter.is_ascii_whitespace()),
        }
    }

    fn attributes(&mut self) -> Vec<(&'h str, &'h str)> {
        let mut attributes = Vec::new();
        loop {
            self.rest = self.rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
            match self.rest.chars().next() {
                None => return attributes,
                Some('>') => {
                    self.cut(1);
                    return attributes;
                }
                Some(_) => {}
            }
            let start = self.rest;
            let first = self.rest.chars().next().map_or(0, char::len_utf8);
            self.cut(first);
            let more = self.word(|letter| matches!(letter, '=' | '>' | '/') || letter.is_ascii_whitespace());
            let name = &start[..first + more.len()];
            self.skip_spaces();
            let value = if self.rest.starts_with('=') {
                self.cut(1);
                self.value()
            } else {
                ""
            };
            if attributes.len() < MOST_ATTRIBUTES {
                attributes.push((name, &value[..value.floor_char_boundary(MOST_VALUE)]));
            }
        }
    }

    fn tag(&mut self) -> Token<'h> {
        self.cut(1);
        let closes = self.rest.starts_with('/');
        if closes {
            self.cut(1);
        }
        let ends = |letter: char| matches!(letter, '>' | '/') || letter.is_ascii_whitespace();
        let name = self.word(ends);
        let name = name[..name.floor_char_boundary(40)].to_ascii_lowercase();
        let attributes = self.attributes();
        if closes {
            return Token::Close(name);
        }
        let raw = ["style", "script", "title", "textarea", "noscript", "template"];
        self.raw = raw.into_iter().find(|element| *element == name);
        Token::Open(Tag { name, attributes })
    }
}

impl<'h> Iterator for Tokens<'h> {
    type Item = Token<'h>;

    fn next(&mut self) -> Option<Token<'h>> {
        if let Some(name) = self.raw.take() {
            let content = self.skip_raw(name);
            if name == "style" {
                return Some(Token::Sheet(content));
            }
        }
        loop {
            let mut ahead = self.rest.chars();
            return match (ahead.next(), ahead.next()) {
                (None, _) => None,
                (Some('<'), Some('!' | '?')) => {
                    self.skip_markup();
                    continue;
                }
                (Some('<'), Some(next)) if next.is_ascii_alphabetic() || next == '/' => Some(self.tag()),
                (Some(first), _) => {
                    let length = first.len_utf8();
                    let more = self.rest[length..].find('<').unwrap_or(self.rest.len() - length);
                    Some(Token::Text(resolved(self.cut(length + more))))
                }
            };
        }
    }
}

/// Resolves character references.
fn resolved(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        result.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(40).position(|byte| byte == b';');
        let name = |end: usize| rest[1..end].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
        if let Some(end) = end.filter(|end| *end > 1 && name(*end)) {
            add_html_token(&mut result, &rest.as_bytes()[..=end], false);
            rest = &rest[end + 1..];
        } else {
            result.push('&');
            rest = &rest[1..];
        }
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Token, Tokens};

    fn shown(html: &str) -> String {
        let show = |token| match token {
            Token::Open(tag) => {
                let attributes: Vec<_> = tag.attributes.iter().map(|(key, value)| format!(" {key}={value}")).collect();
                format!("<{}{}>", tag.name, attributes.concat())
            }
            Token::Close(name) => format!("</{name}>"),
            Token::Text(text) => text,
            Token::Sheet(_) => String::new(),
        };
        Tokens::new(html).map(show).collect()
    }

    #[test]
    fn tags_texts_and_references_are_read() {
        for (html, pieces) in [
            ("<P Class='a b' x>T&eacute;&amp;&#8364;&nope;&</p>", "<p Class=a b x=>Té&€&nope;&</p>"),
            ("<!-- <b> --><![if !x]>a<!DOCTYPE x>b", "ab"),
            ("<style>p > b {}</STYLE>x", "<style></style>x"),
            ("1 < 2 <3 <br/>", "1 < 2 <3 <br>"),
            ("<a href=x>y", "<a href=x>y"),
            ("<a ='>z", "<a ='=>z"),
            ("<div", "<div>"),
        ] {
            assert_eq!(shown(html), pieces, "{html}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic_or_grow(html in "[<>/!a-z&#;=\"' é-]{0,200}") {
            prop_assert!(shown(&html).len() <= 4 * html.len() + 8);
        }
    }
}
