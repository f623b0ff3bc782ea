//! `wissel check`: every problem of settings, routing and articles, one a line, with its place.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{Files, print, say};
use crate::app::learning::intents_in_force;
use crate::bot::knowledge::Knowledge;
use crate::routing::problem::text_of;
use crate::routing::{IntentName, Problem, RoutingTable};
use crate::triage::Embedded;

/// So many intents are named.
const NAMED: usize = 8;

/// `wissel check` takes no arguments of its own.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Prints every problem; fails when there is one.
pub(super) fn run(files: &Files, _args: &Args) -> anyhow::Result<ExitCode> {
    let mut problems = files.settings().err().map(|problems| problems.0).unwrap_or_default();
    let routing = files.routing();
    let table = read_table(routing.as_deref());
    match &table {
        Ok(table) => problems.extend(knowledge(routing.as_deref(), table)),
        Err(found) => problems.extend(found.iter().cloned()),
    }
    for problem in &problems {
        print(&problem.to_string())?;
    }
    if problems.is_empty() {
        say(&format!("no problems in {}", read(files)));
        if let Ok(table) = table {
            advise(files, &table);
        }
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

/// Says which intents no message will ever be sure enough for: nothing is wrong, but their bot would have nothing to do.
fn advise(files: &Files, table: &RoutingTable) {
    let in_force = files.settings().ok().and_then(|settings| intents_in_force(&settings, table).ok());
    let intents = in_force.unwrap_or_else(|| table.intents.clone());
    let encoder = files.encoder(false).ok().flatten();
    let never = Embedded::over(&intents, encoder, None).never_sure(&intents);
    if !never.is_empty() {
        say(&never_sure(&never));
    }
}

/// That no message is ever sure enough for these intents, and what helps.
pub(super) fn never_sure(intents: &[IntentName]) -> String {
    let names = intents.iter().take(NAMED).map(IntentName::as_str).collect::<Vec<_>>().join(", ");
    let more = if intents.len() > NAMED { ", …" } else { "" };
    format!(
        "no message is ever sure enough to be left to a bot as one of: {names}{more}; their examples are too few to promise the max_error of the bot's queue. What helps: more examples, of any intent, as all are counted together; or a larger max_error"
    )
}

/// Which files were looked at: in another folder there are others, or none.
fn read(files: &Files) -> String {
    let named =
        |file: Option<PathBuf>, none: &str| file.map_or_else(|| none.to_owned(), |path| path.display().to_string());
    let settings = named(files.config_in_use(), "the defaults (no wissel.toml here)");
    let routing = named(files.routing(), "the routing built in (no routing.toml here)");
    format!("{settings} and {routing}")
}

/// The table of a routing file, or the shipped one; else every problem with it.
pub(super) fn read_table(path: Option<&Path>) -> Result<RoutingTable, Vec<Problem>> {
    let Some(path) = path else { return Ok(RoutingTable::shipped()) };
    let file = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| {
        let message = format!("the file cannot be read: {}", error.kind());
        let remedy = "name a file that is there and readable with --routing".to_owned();
        vec![Problem { file: file.clone(), line: 1, column: 1, message, remedy }]
    })?;
    let text = text_of(&file, &bytes).map_err(|problem| vec![problem])?;
    RoutingTable::parse(&file, text)
}

/// Every problem with the articles of a table; its folder is relative to its file.
fn knowledge(routing: Option<&Path>, table: &RoutingTable) -> Vec<Problem> {
    let beside = routing.and_then(Path::parent).unwrap_or(Path::new(""));
    let knowledge = match (routing, table.knowledge()) {
        (None, _) => Knowledge::shipped(),
        (Some(_), Some(folder)) => Knowledge::read_folder(&beside.join(folder)),
        (Some(_), None) => return Vec::new(),
    };
    let declared: Vec<_> = table.intents.iter().map(|intent| intent.name.clone()).collect();
    knowledge.map_or_else(|problems| problems, |knowledge| knowledge.undeclared_intents(&declared))
}
