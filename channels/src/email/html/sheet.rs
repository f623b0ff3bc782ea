//! Style sheets of mails: the few kinds of rules that are needed to tell what can be seen.

use std::collections::HashMap;

use super::tokens::Tag;

/// Bytes and rules of style sheets that are read, at most.
const MOST_BYTES: usize = 64 << 10;
const MOST_RULES: usize = 2_000;

type Rules = Vec<(String, String)>;

/// Rules by their selector: a name of an element, a `.class`, an `#id`, or an element with a class.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: HashMap<String, Rules>,
    count: usize,
}

impl Sheet {
    /// Takes in a style sheet. What holds for some screens only (`@media`) is skipped, as are selectors of several elements.
    pub(super) fn read(&mut self, text: &str) {
        let text = without_comments(&text[..text.floor_char_boundary(MOST_BYTES)]).to_lowercase();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['{', ';']) {
            let head = rest[..at].trim();
            if rest.as_bytes()[at] == b';' {
                rest = &rest[at + 1..];
                continue;
            }
            rest = &rest[at + 1..];
            if head.starts_with('@') {
                rest = &rest[closing(rest)..];
                continue;
            }
            let end = rest.find('}').unwrap_or(rest.len());
            self.add(head, &rest[..end]);
            rest = rest.get(end + 1..).unwrap_or_default();
        }
    }

    fn add(&mut self, selectors: &str, body: &str) {
        for selector in selectors.split(',').map(str::trim) {
            let simple = !selector.is_empty() && !selector.contains([' ', '>', '+', '~', ':', '[', '*']);
            if simple && self.count < MOST_RULES {
                self.count += 1;
                let rules = self.rules.entry(selector.to_owned()).or_default();
                rules.extend(declarations(body).map(|(name, value)| (name.to_owned(), value.to_owned())));
            }
        }
    }

    /// Gives the rules for an element, from the most general to the most special.
    pub(super) fn of(&self, tag: &Tag<'_>, mut take: impl FnMut(&Rules)) {
        if self.rules.is_empty() {
            return;
        }
        let mut give = |selector: &str| self.rules.get(selector).into_iter().for_each(&mut take);
        give(&tag.name);
        for class in tag.attribute("class").split_ascii_whitespace().take(20) {
            give(&format!(".{class}"));
            give(&format!("{}.{class}", tag.name));
        }
        let id = tag.attribute("id");
        if !id.is_empty() {
            give(&format!("#{id}"));
        }
    }
}

/// The properties of a style and their values. Both are lower case if the style is.
pub(super) fn declarations(style: &str) -> impl Iterator<Item = (&str, &str)> {
    style.split(';').filter_map(|rule| rule.split_once(':')).map(|(name, value)| (name.trim(), value.trim()))
}

/// How far it is to the brace that closes a block which is open.
fn closing(text: &str) -> usize {
    let mut depth = 1_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

fn without_comments(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("/*") {
        result.push_str(&rest[..at]);
        rest = rest[at..].find("*/").map_or("", |end| &rest[at + end + 2..]);
    }
    result.push_str(rest);
    result.replace("<!--", " ").replace("-->", " ")
}
