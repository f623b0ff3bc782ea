//! Reads `routing.toml`: every problem at once, each with its place and remedy.

mod hours;
mod intents;
mod offsets;
mod queues;
mod rules;
mod section;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use toml::de::DeTable;

use self::section::Section;
use super::calendar::{Calendar, Hours};
use super::expr::check::Scope;
use super::problem::{Source, refuse_marks};
use super::{Problem, QueueKind, QueueName, RoutingTable, TableHash};

/// The largest file.
const MAX_BYTES: usize = 1024 * 1024;

const KEYS: [&str; 8] = ["zone", "queues", "hours", "intents", "rule", "default", "knowledge", "moved"];

/// Reads a table, or tells everything that is wrong with it.
pub(super) fn read(file: &str, text: &str) -> Result<RoutingTable, Vec<Problem>> {
    let mut source = Source::new(file, text);
    if text.len() > MAX_BYTES {
        source.problem(0, format!("the file has {} bytes, more than {MAX_BYTES}", text.len()), "make it smaller");
        return Err(source.into_problems());
    }
    refuse_marks(&mut source);
    if source.is_broken() {
        return Err(source.into_problems());
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    syntax(&mut source, &errors);
    // What follows a broken line may have been misread: then the syntax alone is told. A key that is there twice
    // misleads nobody.
    if errors.iter().any(|error| !error.message().contains("duplicate key")) {
        return Err(source.into_problems());
    }
    let table = table(&mut source, &Section::new("routing", 0, document.get_ref()));
    match table {
        Some(table) if !source.is_broken() => Ok(table),
        _ => Err(source.into_problems()),
    }
}

/// Notes the first complaint of the TOML parser about each line: the others follow from it.
fn syntax(source: &mut Source<'_>, errors: &[toml::de::Error]) {
    let mut lines = BTreeSet::new();
    for error in errors {
        if lines.insert(source.place(error.span().map_or(0, |span| span.start)).0) {
            source.syntax(error);
        }
    }
}

fn table(source: &mut Source<'_>, root: &Section<'_>) -> Option<RoutingTable> {
    root.refuse_unknown(source, &KEYS);
    let hours = hours::read(source, root);
    let queues = queues::read(source, root, &hours);
    let bots = queues.queues.values().filter_map(|queue| queue.max_error);
    let max_error = bots.min().unwrap_or(queues::MAX_ERROR);
    let intents = intents::read(source, root, max_error);
    let scope = Scope { queues: &queues.names, intents: &intents };
    let mut rules = rules::read(source, root, scope);
    let default = rules::default(source, root, scope);
    let moved = queues::moved(source, root, &queues);
    let knowledge = knowledge(source, root);
    let zone = zone(source, root, &hours, &rules);
    let by_queue = queues.queues.values().filter_map(|queue| Some((queue.name.clone(), queue.hours.clone()?)));
    let calendar = Calendar { zone, queues: by_queue.collect() };
    let hash = TableHash::of("routing table", &[source.text().as_bytes()]);
    let default = default?;
    let written = super::table::written(&mut rules);
    let is_bot = |name: &QueueName| queues.queues.get(name).is_some_and(|queue| queue.kind == QueueKind::Bot);
    for rule in &mut rules {
        rule.is_strict = is_bot(&rule.target.to);
    }
    Some(RoutingTable { hash, queues: queues.queues, intents, rules, default, moved, knowledge, calendar, written })
}

fn knowledge(source: &mut Source<'_>, root: &Section<'_>) -> Option<PathBuf> {
    let section = root.section(source, "knowledge", "[knowledge]")?;
    section.refuse_unknown(source, &["folder"]);
    let remedy = "name the folder with the articles, relative to this file: folder = \"…\"";
    section.required_text(source, "folder", remedy).map(|folder| PathBuf::from(folder.value))
}

/// The zone in which `hour`, `weekday` and `date` are told: `zone`, else the one that all hours share, else UTC.
fn zone(
    source: &mut Source<'_>,
    root: &Section<'_>,
    hours: &BTreeMap<&str, Arc<Hours>>,
    rules: &[super::table::Rule],
) -> TimeZone {
    if let Some(zone) = root.text(source, "zone") {
        return hours::read_zone(source, "routing", &zone);
    }
    let mut zones = hours.values().map(|hours| &hours.zone);
    let Some(first) = zones.next() else { return TimeZone::UTC };
    if zones.any(|zone| zone != first) && rules.iter().any(super::table::Rule::asks_the_calendar) {
        let message = "hours are in several zones, and a rule asks for hour, weekday or date";
        source.problem(root.at, message, "write zone = \"…\" at the top of the file: the zone that rules are in");
    }
    first.clone()
}
