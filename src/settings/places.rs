//! Places: where each setting was written, for problems: file, line and column, a variable, or a flag.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::sources::{Sources, key_of};
use crate::routing::Problem;
use crate::routing::problem::Source;

/// Which part of a setting a problem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Its name.
    Key,
    /// What it is set to.
    Value,
}

/// Line and column.
type Spot = (u32, u32);

/// Where the settings of one reading were written.
pub(super) struct Places {
    file: String,
    /// Places in the file of each key, and of its value.
    spots: BTreeMap<String, (Spot, Spot)>,
    /// The variable or flag that last set a key.
    outside: BTreeMap<String, String>,
}

impl Places {
    /// The places of `sources`, with the table of the file.
    pub(super) fn of(sources: &Sources, file: &str, source: &Source<'_>, table: &DeTable<'_>) -> Self {
        let mut spots = BTreeMap::new();
        walk("", table, &mut |path, key, value| {
            spots.insert(path, (source.place(key.start), source.place(value.start)));
        });
        let variables = sources.environment.keys().filter_map(|name| Some((key_of(name)?, name.clone())));
        let flags = sources.flags.iter().map(|flag| (flag.key.to_owned(), flag.name.to_owned()));
        Self { file: file.to_owned(), spots, outside: variables.chain(flags).collect() }
    }

    /// A problem with the setting `key`, or with the nearest thing around it that was written.
    pub(super) fn problem(&self, key: &str, part: Part, message: String, remedy: String) -> Problem {
        let (file, (line, column)) = self.find(key, part);
        Problem { file, line, column, message, remedy }
    }

    fn find(&self, key: &str, part: Part) -> (String, Spot) {
        let mut key = key;
        loop {
            let below = format!("{key}.");
            let inside = self.outside.iter().find(|(other, _)| *other == key || other.starts_with(&below));
            if let Some((_, name)) = inside.filter(|(other, _)| *other == key || !self.spots.contains_key(key)) {
                return (name.clone(), (1, 1));
            }
            if let Some((name, value)) = self.spots.get(key) {
                return (self.file.clone(), if part == Part::Key { *name } else { *value });
            }
            match key.rsplit_once('.') {
                Some((around, _)) => key = around,
                None => return (self.file.clone(), (1, 1)),
            }
        }
    }
}

/// Visits every key of a table and of the tables in it, with the places of key and value.
fn walk(around: &str, table: &DeTable<'_>, visit: &mut impl FnMut(String, Range<usize>, Range<usize>)) {
    for (key, value) in table {
        let path = if around.is_empty() { key.get_ref().to_string() } else { format!("{around}.{}", key.get_ref()) };
        if let DeValue::Table(inner) = value.get_ref() {
            walk(&path, inner, visit);
        }
        visit(path, key.span(), value.span());
    }
}
