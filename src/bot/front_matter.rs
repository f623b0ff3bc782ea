//! Front matter: reads one article, and says everything that is wrong with it, each with its place and remedy.

use std::ops::Range;

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, de::DeString};

use super::knowledge::{Article, ListedIntent};
use super::passages;
use crate::routing::near;
use crate::routing::problem::{Problem, Source, shown};
use crate::routing::{IntentName, Language};

/// The largest file that is read, in bytes.
pub(super) const MAX_FILE_BYTES: usize = 256 * 1024;
/// The longest header, in bytes.
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// The longest title, owner or link, in characters.
const MAX_VALUE_CHARACTERS: usize = 300;
/// The most intents that one article may list.
const MAX_INTENTS: usize = 32;

const KEYS: [&str; 6] = ["title", "lang", "version", "source", "owner", "intents"];
const EXAMPLES: [&str; 6] = [
    "title = \"Delivery times\"",
    "lang = \"en\"",
    "version = \"2026-03-01\"",
    "source = \"https://shop.example/delivery\"",
    "owner = \"Team logistics\"",
    "intents = [\"delivery_time\"]",
];

/// Reads one article from the bytes of the file named `file`.
///
/// # Errors
/// Everything that is wrong with it, in the order of the places.
pub(super) fn read_article(file: &str, bytes: &[u8]) -> Result<Article, Vec<Problem>> {
    let at_most = &bytes[..bytes.len().min(MAX_FILE_BYTES)];
    let (text, valid) = match std::str::from_utf8(at_most) {
        Ok(text) => (text, true),
        Err(error) => (std::str::from_utf8(&at_most[..error.valid_up_to()]).unwrap_or_default(), false),
    };
    let mut source = Source::new(file, text);
    if bytes.len() > MAX_FILE_BYTES {
        let remedy = format!("split it into several articles; a file holds at most {} KiB", MAX_FILE_BYTES / 1024);
        source.problem(0, format!("the file has {} KiB", bytes.len() / 1024), remedy);
    } else if !valid {
        source.problem(text.len(), "the file is not UTF-8 from here on", "save it as UTF-8");
    } else if let Some(at) = text.find('\0') {
        source.problem(at, "the file holds a NUL character", "remove it, or save the file as UTF-8");
    }
    if source.is_broken() {
        return Err(source.into_problems());
    }
    let article = split(&mut source).and_then(|(header, body)| Header::read(&mut source, header, body));
    match article {
        Some(mut article) if !source.is_broken() => {
            file.clone_into(&mut article.file);
            Ok(article)
        }
        _ => Err(source.into_problems()),
    }
}

/// Where the header and the body are.
fn split(source: &mut Source<'_>) -> Option<(Range<usize>, Range<usize>)> {
    let text = source.text();
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines = text[start..].split_inclusive('\n').scan(start, |at, line| {
        let from = *at;
        *at += line.len();
        Some((from, line))
    });
    let example = "begin the file with +++, the lines title, lang, version, source, owner, intents, and +++";
    let first = lines.next().map(|(_, line)| line.trim()).unwrap_or_default();
    if first != "+++" {
        let yaml = first == "---";
        let remedy =
            if yaml { "write TOML (name = \"value\") between two lines +++, not YAML between ---" } else { example };
        source.problem(start, "the article has no front matter", remedy);
        return None;
    }
    let header = lines.next().map_or(text.len(), |(from, _)| from);
    let mut closing = text[header..].split_inclusive('\n').scan(header, |at, line| {
        let from = *at;
        *at += line.len();
        Some((from, line))
    });
    let Some((end, line)) = closing.find(|(_, line)| line.trim() == "+++") else {
        source.problem(start, "the front matter that begins here does not end", "put a line +++ after its last line");
        return None;
    };
    if end - header > MAX_HEADER_BYTES {
        let remedy = format!("shorten it to {} KiB; the text goes after the second +++", MAX_HEADER_BYTES / 1024);
        source.problem(header, "the front matter is too long", remedy);
        return None;
    }
    Some((header..end, end + line.len()..text.len()))
}

type Values<'i> = Vec<(&'static str, Spanned<DeValue<'i>>)>;

/// The header while it is read.
struct Header<'s, 't, 'i> {
    source: &'s mut Source<'t>,
    values: Values<'i>,
    end: usize,
}

impl<'i> Header<'_, '_, 'i> {
    /// Reads header and body; absent when a value is missing, with a problem noted.
    fn read(source: &mut Source<'_>, header: Range<usize>, body: Range<usize>) -> Option<Article> {
        let text = source.text();
        // Blanks keep the parser's offsets those of the file.
        let padded = " ".repeat(header.start) + &text[header.clone()];
        let (table, errors) = DeTable::parse_recoverable(&padded);
        for error in &errors {
            source.syntax(error);
        }
        let values = known_values(source, table.into_inner());
        let broken = !errors.is_empty();
        let mut header = Header { source, values, end: header.end };
        let title = header.text("title", broken);
        let language = header.language(broken);
        let version = header.version(broken);
        let link = header.link(broken);
        let owner = header.text("owner", broken);
        let intents = header.intents(broken);
        let body_text = text[body.clone()].to_owned();
        if passages::split(&body_text).is_empty() {
            header.source.problem(body.start, "the article has no text", "write the text after the second +++");
        }
        let file = String::new();
        let version = version?.to_string();
        Some(Article {
            file,
            title: title?,
            language: language?,
            version,
            source: link?,
            owner: owner?,
            intents: intents?,
            body: body_text,
        })
    }

    /// The value of `key` and its place; notes when it is missing. Where the TOML is broken, keys may be missing for
    /// that reason alone, and nothing is noted.
    fn take(&mut self, key: &'static str, broken: bool) -> Option<Spanned<DeValue<'i>>> {
        let found = self.values.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone());
        if found.is_none() && !broken {
            let example = KEYS.iter().position(|k| *k == key).map_or("", |at| EXAMPLES[at]);
            self.source.problem(self.end, format!("`{key}` is missing"), format!("add {example}"));
        }
        found
    }

    /// Text under `key`, not empty and not too long, with its place.
    fn placed_text(&mut self, key: &'static str, broken: bool) -> Option<(usize, String)> {
        let value = self.take(key, broken)?;
        let (at, kind) = (value.span().start, value.get_ref().type_str());
        let found = value.get_ref().as_str().map(|text| passages::visible(text).trim().to_owned());
        let problem = match &found {
            None => format!("`{key}` is a text, not a value of type {kind}"),
            Some(text) if text.is_empty() => format!("`{key}` is empty"),
            Some(text) if text.chars().count() > MAX_VALUE_CHARACTERS => {
                format!("`{key}` is longer than {MAX_VALUE_CHARACTERS} characters")
            }
            Some(_) => return found.map(|text| (at, text)),
        };
        let example = KEYS.iter().position(|k| *k == key).map_or("", |at| EXAMPLES[at]);
        self.source.problem(at, problem, format!("write it like {example}"));
        None
    }

    fn text(&mut self, key: &'static str, broken: bool) -> Option<String> {
        self.placed_text(key, broken).map(|(_, text)| text)
    }

    fn language(&mut self, broken: bool) -> Option<Language> {
        let (at, code) = self.placed_text("lang", broken)?;
        let language = code.parse().ok();
        if language.is_none() {
            let near = Language::of_locale(&code).map(Language::code);
            let languages = "the languages are nl, en, de, fr, es";
            let remedy = near.map_or(languages.to_owned(), |code| format!("did you mean \"{code}\"? {languages}"));
            self.source.problem(at, format!("\"{}\" is not a language here", shown(&code)), remedy);
        }
        language
    }

    fn version(&mut self, broken: bool) -> Option<Date> {
        let value = self.take("version", broken)?;
        let at = value.span().start;
        let written = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.trim().to_owned(),
            other => other.type_str().to_owned(),
        };
        let shape = written.len() == 10 && written.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let date = if shape { written.parse::<Date>().ok() } else { None };
        if date.is_none() && !(broken && written.is_empty()) {
            let message = format!("`version` is not a date: \"{}\"", shown(&written));
            self.source.problem(at, message, "write the day of the last change as \"2026-03-01\"");
        }
        date
    }

    fn link(&mut self, broken: bool) -> Option<String> {
        let (at, link) = self.placed_text("source", broken)?;
        let host = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
        let fits = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
        let good =
            host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()) && host.chars().all(fits));
        if !good {
            let message = format!("`source` is not a web address: \"{}\"", shown(&link));
            self.source.problem(at, message, "write where customers can read it, beginning with https://");
        }
        good.then_some(link)
    }

    fn intents(&mut self, broken: bool) -> Option<Vec<ListedIntent>> {
        let value = self.take("intents", broken)?;
        let at = value.span().start;
        let remedy = "list the intents that it answers: intents = [\"delivery_time\"]";
        let Some(listed) = value.get_ref().as_array() else {
            self.source.problem(at, "`intents` is not a list", remedy);
            return None;
        };
        if listed.is_empty() || listed.len() > MAX_INTENTS {
            let message = format!("`intents` has {} entries, not 1 to {MAX_INTENTS}", listed.len());
            self.source.problem(at, message, remedy);
            return None;
        }
        let mut intents: Vec<ListedIntent> = Vec::new();
        for entry in listed {
            let at = entry.span().start;
            let name = entry.get_ref().as_str().unwrap_or_default();
            match IntentName::new(name) {
                Err(_) => {
                    let message = format!("\"{}\" is not the name of an intent", shown(name));
                    self.source.problem(at, message, "use the names of routing.toml: 1 to 64 of a-z, 0-9, _ and -");
                }
                Ok(name) if intents.iter().any(|i| i.name == name) => {
                    self.source.problem(at, format!("intent \"{name}\" is listed twice"), "remove one of the two");
                }
                Ok(name) => {
                    let (line, column) = self.source.place(at);
                    intents.push(ListedIntent { name, line, column });
                }
            }
        }
        Some(intents)
    }
}

/// The values under known keys; notes the unknown ones.
fn known_values<'i>(source: &mut Source<'_>, table: DeTable<'i>) -> Values<'i> {
    let mut values = Vec::new();
    for (key, value) in table {
        let name: &DeString<'_> = key.get_ref();
        if let Some(known) = KEYS.iter().find(|known| **known == name.as_ref()) {
            values.push((*known, value));
            continue;
        }
        let remedy = match near::nearest(name, KEYS) {
            Some(near) => format!("did you mean `{near}`? The keys are {}", KEYS.join(", ")),
            None => format!("remove it; the keys are {}", KEYS.join(", ")),
        };
        source.problem(key.span().start, format!("unknown key `{}`", shown(name)), remedy);
    }
    values
}
