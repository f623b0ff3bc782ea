//! Section: one table of a TOML file, read key by key with a place for every complaint.

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wissel_channels::ids::check_name;

use crate::routing::problem::{Source, shown};
use crate::routing::{Language, Localized, near};

/// One table, and what it is called in messages: `queue "care"`.
pub(super) struct Section<'t> {
    pub(super) what: String,
    pub(super) at: usize,
    table: &'t DeTable<'t>,
}

/// A value and where it stands.
pub(super) struct Placed<T> {
    pub(super) at: usize,
    pub(super) value: T,
}

pub(super) type RawValue<'t> = Spanned<DeValue<'t>>;

impl<'t> Section<'t> {
    pub(super) fn new(what: impl Into<String>, at: usize, table: &'t DeTable<'t>) -> Self {
        Self { what: what.into(), at, table }
    }

    /// The same section, called otherwise in messages.
    pub(super) fn called(&self, what: String) -> Self {
        Self { what, at: self.at, table: self.table }
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<&'t RawValue<'t>> {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// All keys with their places and values, in the order of their places.
    pub(super) fn entries(&self) -> Vec<(Placed<&'t str>, &'t RawValue<'t>)> {
        let placed = |key: &'t Spanned<_>| Placed { at: key.span().start, value: as_str(key) };
        let mut entries: Vec<_> = self.table.iter().map(|(key, value)| (placed(key), value)).collect();
        entries.sort_by_key(|(key, _)| key.at);
        entries
    }

    /// Notes every key that is not one of `known`.
    pub(super) fn refuse_unknown(&self, source: &mut Source<'_>, known: &[&'static str]) {
        for (key, _) in self.entries() {
            if !known.contains(&key.value) {
                let near = near::nearest(key.value, known.iter().copied());
                let near = near.map_or(String::new(), |near| format!("did you mean \"{near}\"? "));
                let message = format!("{} has an unknown key \"{}\"", self.what, shown(key.value));
                source.problem(key.at, message, format!("{near}its keys are {}", known.join(", ")));
            }
        }
    }

    /// A table below this one, as a section of its own.
    pub(super) fn section(&self, source: &mut Source<'_>, key: &str, what: &str) -> Option<Section<'t>> {
        let value = self.get(key)?;
        as_section(source, what, value)
    }

    /// Tables by name below this one, such as `[queues.<name>]`; `kind` is what one of them is called.
    pub(super) fn named(&self, source: &mut Source<'_>, key: &str, kind: &str) -> Vec<(Placed<&'t str>, Section<'t>)> {
        let Some(all) = self.section(source, key, &format!("[{key}]")) else { return Vec::new() };
        let mut sections = Vec::new();
        for (name, value) in all.entries() {
            let what = format!("{kind} \"{}\"", shown(name.value));
            if check_name(name.value).is_err() {
                let remedy = "rename it: 1 to 64 of a-z, 0-9, _ and -";
                source.problem(name.at, format!("{what} has a name that cannot be used"), remedy);
            } else if let Some(section) = as_section(source, &what, value) {
                let section = Section { at: name.at, ..section };
                sections.push((name, section));
            }
        }
        sections
    }

    /// A text, if it is there.
    pub(super) fn text(&self, source: &mut Source<'_>, key: &str) -> Option<Placed<&'t str>> {
        let value = self.get(key)?;
        let at = value.span().start;
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                source.problem(at, format!("{}: {key} is empty", self.what), "write it, or remove the line");
                None
            }
            DeValue::String(text) => Some(Placed { at, value: text.as_ref() }),
            other => {
                self.wrong_type(source, at, key, "a text", other, "put it in quotes");
                None
            }
        }
    }

    /// A text that must be there; `remedy` says what to write.
    pub(super) fn required_text(&self, source: &mut Source<'_>, key: &str, remedy: &str) -> Option<Placed<&'t str>> {
        if self.get(key).is_none() {
            self.missing(source, key, remedy);
        }
        self.text(source, key)
    }

    pub(super) fn missing(&self, source: &mut Source<'_>, key: &str, remedy: &str) {
        source.problem(self.at, format!("{} has no {key}", self.what), remedy);
    }

    /// A yes or no; no when it is not there.
    pub(super) fn flag(&self, source: &mut Source<'_>, key: &str) -> bool {
        let Some(value) = self.get(key) else { return false };
        match value.get_ref() {
            DeValue::Boolean(flag) => *flag,
            other => {
                let remedy = "write true or false without quotes";
                self.wrong_type(source, value.span().start, key, "true or false", other, remedy);
                false
            }
        }
    }

    /// A number, if it is there.
    pub(super) fn number(&self, source: &mut Source<'_>, key: &str) -> Option<Placed<f64>> {
        let value = self.get(key)?;
        let at = value.span().start;
        let parsed = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse::<f64>().ok(),
            DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
            _ => None,
        };
        if let Some(number) = parsed.filter(|number| number.is_finite()) {
            return Some(Placed { at, value: number });
        }
        self.wrong_type(source, at, key, "a number", value.get_ref(), "write digits without quotes, such as 0.02");
        None
    }

    /// A text in several languages, if it is there: `{ nl = "…", en = "…" }`.
    pub(super) fn localized(&self, source: &mut Source<'_>, key: &str) -> Option<Localized> {
        let value = self.get(key)?;
        if let DeValue::String(text) = value.get_ref() {
            let message = format!("{}: {key} is one text, and wants one for each language", self.what);
            source.problem(value.span().start, message, format!("write {key} = {{ nl = \"{}\" }}", shown(text)));
            return None;
        }
        let section = self.section(source, key, &format!("{}: {key}", self.what))?;
        let mut texts = Localized::default();
        for (name, _) in section.entries() {
            if let Some(language) = language(source, &section.what, &name)
                && let Some(text) = section.text(source, name.value)
            {
                texts.0.insert(language, text.value.to_owned());
            }
        }
        Some(texts)
    }

    pub(super) fn wrong_type(
        &self,
        source: &mut Source<'_>,
        at: usize,
        key: &str,
        wanted: &str,
        found: &DeValue<'_>,
        remedy: &str,
    ) {
        let message = format!("{}: {key} is {wanted}, and here is {}", self.what, kind_of(found));
        source.problem(at, message, remedy);
    }
}

fn as_str<'t>(key: &'t Spanned<std::borrow::Cow<'t, str>>) -> &'t str {
    key.get_ref()
}

/// A language code as a key.
pub(super) fn language(source: &mut Source<'_>, what: &str, name: &Placed<&str>) -> Option<Language> {
    let found = name.value.parse::<Language>().ok();
    if found.is_none() {
        let codes = Language::ALL.map(Language::code);
        let message = format!("{what}: \"{}\" is not a language here", shown(name.value));
        source.problem(name.at, message, format!("the languages are {}", codes.join(", ")));
    }
    found
}

/// A value that must be a table.
pub(super) fn as_section<'t>(source: &mut Source<'_>, what: &str, value: &'t RawValue<'t>) -> Option<Section<'t>> {
    let at = value.span().start;
    match value.get_ref() {
        DeValue::Table(table) => Some(Section::new(what, at, table)),
        other => {
            let message = format!("{what} is a section, and here is {}", kind_of(other));
            source.problem(at, message, "write it as [section] with name = value lines below, or as { name = value }");
            None
        }
    }
}

/// What a value is, for messages.
pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// The members of a list of texts; a lone text is refused with what to write.
pub(super) fn texts<'t>(source: &mut Source<'_>, what: &str, value: &'t RawValue<'t>) -> Vec<Placed<&'t str>> {
    let DeValue::Array(members) = value.get_ref() else {
        let message = format!("{what} is a list of texts, and here is {}", kind_of(value.get_ref()));
        source.problem(value.span().start, message, "write [\"…\", \"…\"]");
        return Vec::new();
    };
    let mut texts = Vec::new();
    for member in members {
        let at = member.span().start;
        match member.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => texts.push(Placed { at, value: text.as_ref() }),
            DeValue::String(_) => source.problem(at, format!("{what} holds an empty text"), "write it or remove it"),
            other => {
                let message = format!("{what} holds {}, and wants texts", kind_of(other));
                source.problem(at, message, "put it in quotes");
            }
        }
    }
    texts
}
