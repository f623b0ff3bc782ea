//! `wissel check`: every problem of settings and routing, one a line, with its place.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use super::{Files, print, say};
use crate::routing::problem::text_of;
use crate::routing::{Problem, RoutingTable};

/// `wissel check` takes no arguments of its own.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Prints every problem; fails when there is one.
pub(super) fn run(files: &Files, _args: &Args) -> anyhow::Result<ExitCode> {
    let mut problems = files.settings().err().map(|problems| problems.0).unwrap_or_default();
    if let Some(path) = files.routing() {
        problems.extend(read_routing(&path).err().unwrap_or_default());
    }
    for problem in &problems {
        print(&problem.to_string())?;
    }
    if problems.is_empty() {
        say("no problems");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

/// Reads a routing file, or tells every problem with it.
pub(super) fn read_routing(path: &Path) -> Result<RoutingTable, Vec<Problem>> {
    let file = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| {
        let message = format!("the file cannot be read: {}", error.kind());
        let remedy = "name a file that is there and readable with --routing".to_owned();
        vec![Problem { file: file.clone(), line: 1, column: 1, message, remedy }]
    })?;
    let text = text_of(&file, &bytes).map_err(|problem| vec![problem])?;
    RoutingTable::parse(&file, text)
}
