//! `wissel check`: every problem of settings and routing, one a line, with its place.

use std::process::ExitCode;

use super::{Files, print, say};

/// `wissel check` takes no arguments of its own.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Prints every problem; fails when there is one.
pub(super) fn run(files: &Files, _args: &Args) -> anyhow::Result<ExitCode> {
    let problems = files.settings().err().map(|problems| problems.0).unwrap_or_default();
    for problem in &problems {
        print(&problem.to_string())?;
    }
    if problems.is_empty() {
        say("no problems");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
