//! Loading: file, environment and flags become [`Settings`], or every problem at once.
//!
//! The crate `config` merges the sources but knows no places and stops at the first fault. So the same text is
//! parsed with spans, and each fault is noted and taken out until what is left can be read.

use std::collections::BTreeSet;
use std::fs;

use config::{Config, ConfigError, Environment, Map, Source as ConfigSource, Value, ValueKind};
use serde::Deserialize;
use toml::de::{DeTable, DeValue};
use wissel_channels::AccountName;

use super::Settings;
use super::channels::CHANNELS;
use super::check;
use super::explain::Fault;
use super::places::{Part, Places};
use super::port;
use super::sources::{DEFAULT_FILE, Sources, key_of};
use crate::routing::Problem;
use crate::routing::problem::{Source, shown, text_of};

/// Reads all settings.
///
/// # Errors
/// Every problem, in the order of their places.
pub fn load(sources: &Sources) -> Result<Settings, Vec<Problem>> {
    let (file, bytes) = read(sources).map_err(|problem| vec![problem])?;
    let text = text_of(&file, &bytes).map_err(|problem| vec![problem])?;
    let mut source = Source::new(&file, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        source.syntax(error);
    }
    let places = Places::of(sources, &file, &source, table.get_ref());
    let mut problems = source.into_problems();
    let broken_lines: BTreeSet<u32> = problems.iter().map(|problem| problem.line).collect();

    let mut found = variables(sources);
    let mut settings = match merge(sources, table.get_ref()) {
        Ok(mut tree) => {
            misnamed(&mut tree, &places, &mut found);
            deserialize(tree, &places, &mut found)
        }
        Err(error) => {
            let fault = Fault::of(&error);
            found.push(places.problem(&fault.key, fault.part, fault.message, fault.remedy));
            None
        }
    };
    if let Some(settings) = &mut settings {
        check::check(settings, &places, &mut found);
    }
    not_missing_too(&mut found);
    // What the parser made of a broken line says nothing about the settings on it.
    problems.extend(found.into_iter().filter(|p| p.file != file || !broken_lines.contains(&p.line)));
    problems.sort_by(|a, b| (&a.file, a.line, a.column, &a.message).cmp(&(&b.file, b.line, b.column, &b.message)));
    problems.dedup();
    settings.filter(|_| problems.is_empty()).ok_or(problems)
}

/// Drops what says of a setting that it is missing where it is there, and wrong.
fn not_missing_too(found: &mut Vec<Problem>) {
    const MISSING: &str = "it is missing";
    let parts =
        |problem: &Problem| problem.message.split_once(": ").map(|(key, what)| (key.to_owned(), what == MISSING));
    let wrong: BTreeSet<String> =
        found.iter().filter_map(parts).filter(|(_, missing)| !missing).map(|(key, _)| key).collect();
    found.retain(|problem| parts(problem).is_none_or(|(key, missing)| !missing || !wrong.contains(&key)));
}

/// The name and the content of the file; nothing when none is named and none is there.
fn read(sources: &Sources) -> Result<(String, Vec<u8>), Problem> {
    let named = sources.file.is_some();
    let path = sources.file.clone().unwrap_or_else(|| DEFAULT_FILE.into());
    let file = path.display().to_string();
    match fs::read(&path) {
        Ok(bytes) => Ok((file, bytes)),
        Err(error) if !named && error.kind() == std::io::ErrorKind::NotFound => Ok((file, Vec::new())),
        Err(error) => {
            let message = format!("the file cannot be read: {}", error.kind());
            let remedy = "name a file that is there and readable with --config, or leave the flag out".to_owned();
            Err(Problem { file, line: 1, column: 1, message, remedy })
        }
    }
}

/// Problems of the variables themselves.
fn variables(sources: &Sources) -> Vec<Problem> {
    let problem = |file: &String, message: &str, remedy: &str| Problem {
        file: file.clone(),
        line: 1,
        column: 1,
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    };
    let of = |(name, value): (&String, &String)| match key_of(name) {
        None => Some(problem(name, "this variable names no setting", "write WISSEL__SECTION__KEY in capitals")),
        Some(_) if value.is_empty() => Some(problem(name, "this variable is empty", "give it a value, or unset it")),
        Some(_) => None,
    };
    sources.environment.iter().filter_map(of).collect()
}

/// Merges file, environment and flags; the later wins.
fn merge(sources: &Sources, table: &DeTable<'_>) -> Result<Value, ConfigError> {
    let usable = sources.environment.iter().filter(|(name, value)| key_of(name).is_some() && !value.is_empty());
    let (lists, plain): (Vec<_>, Vec<_>) = usable.partition(|(_, value)| value.trim_start().starts_with('['));
    let plain: Map<String, String> = plain.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let environment = Environment::with_prefix("WISSEL").separator("__").source(Some(plain));
    // `config` takes a key with dots or brackets for a path: `"x[9999999999]" = 1` would fill the memory.
    let plain_key = |key: &str| key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let (named, odd): (Map<_, _>, Map<_, _>) = values(table).into_iter().partition(|(key, _)| plain_key(key));
    let mut builder = Config::builder().add_source(FileTable(named)).add_source(environment);
    for (name, list) in lists {
        let value = DeValue::parse(list).map_or_else(|_| ValueKind::from(list.clone()).into(), |v| value(v.get_ref()));
        builder = builder.set_override(key_of(name).unwrap_or_default(), value)?;
    }
    for flag in &sources.flags {
        builder = builder.set_override(flag.key, flag.value.clone())?;
    }
    let mut tree = builder.build()?.cache;
    if let ValueKind::Table(table) = &mut tree.kind {
        table.extend(odd);
        // serde would read a list as the settings of a section in order: there are no lists here, only sections.
        let lists = table.values_mut().filter(|value| matches!(value.kind, ValueKind::Array(_)));
        lists.for_each(|list| list.kind = ValueKind::Nil);
    }
    Ok(tree)
}

/// The table of the file as a source of `config`.
#[derive(Clone, Debug)]
struct FileTable(Map<String, Value>);

impl ConfigSource for FileTable {
    fn clone_into_box(&self) -> Box<dyn ConfigSource + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.0.clone())
    }
}

fn values(table: &DeTable<'_>) -> Map<String, Value> {
    table.iter().map(|(key, inner)| (key.get_ref().to_string(), value(inner.get_ref()))).collect()
}

fn value(value: &DeValue<'_>) -> Value {
    let kind = match value {
        DeValue::String(text) => ValueKind::String(text.to_string()),
        DeValue::Integer(number) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            parsed.map_or_else(|_| ValueKind::String(number.as_str().to_owned()), ValueKind::I64)
        }
        DeValue::Float(number) => ValueKind::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(yes) => ValueKind::Boolean(*yes),
        DeValue::Datetime(time) => ValueKind::String(time.to_string()),
        DeValue::Array(list) => ValueKind::Array(list.iter().map(|inner| self::value(inner.get_ref())).collect()),
        DeValue::Table(table) => ValueKind::Table(values(table)),
    };
    Value::new(None, kind)
}

/// Takes out accounts whose names are none, and notes each: serde would stop at the first one, for its whole channel.
fn misnamed(tree: &mut Value, places: &Places, found: &mut Vec<Problem>) {
    let ValueKind::Table(sections) = &mut tree.kind else { return };
    for channel in CHANNELS {
        let Some(Value { kind: ValueKind::Table(accounts), .. }) = sections.get_mut(channel) else { continue };
        let odd: Vec<String> = accounts.keys().filter(|name| AccountName::new(name).is_err()).cloned().collect();
        for name in odd {
            accounts.remove(&name);
            let message = format!("{channel}: \"{}\" is not a name of an account", shown(&name));
            let remedy = format!("use 1 to 64 of a-z, 0-9, _ and -, as [{channel}.shop]");
            found.push(places.problem(&format!("{channel}.{name}"), Part::Key, message, remedy));
        }
    }
}

/// Reads the tree. Each wrong setting is noted and taken out, so that the next one is found too.
fn deserialize(mut tree: Value, places: &Places, found: &mut Vec<Problem>) -> Option<Settings> {
    loop {
        let fault = match Settings::deserialize(tree.clone()) {
            Ok(settings) => return Some(settings),
            Err(error) => port::in_its_words(Fault::of(&error)),
        };
        let more = remove(&mut tree, &fault.key);
        found.push(places.problem(&fault.key, fault.part, fault.message, fault.remedy));
        if !more {
            return None;
        }
    }
}

/// Takes a setting out of the tree; whether it was there. A name that itself holds dots is taken whole first.
fn remove(tree: &mut Value, key: &str) -> bool {
    let ValueKind::Table(table) = &mut tree.kind else { return false };
    if table.remove(key).is_some() {
        return true;
    }
    let mut dots = key.match_indices('.');
    dots.any(|(at, _)| table.get_mut(&key[..at]).is_some_and(|inner| remove(inner, &key[at + 1..])))
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
