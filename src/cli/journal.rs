//! `wissel journal`: what the journal has, and whether every decision follows from it.

use std::process::ExitCode;

use super::{Files, block_on, print};
use crate::app;

/// Arguments of `wissel journal`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Recompute every decision from the journal alone, and compare the store with it; works while the daemon runs
    Verify {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Recomputes; fails when something differs.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let Command::Verify { json } = &args.command;
    let settings = files.settings()?;
    let audit = block_on(app::verify(&settings))?;
    let stale = block_on(app::compare(&settings))?;
    let fine = audit.different.is_empty() && stale.is_empty();
    if *json {
        let stale: Vec<String> = stale.iter().map(ToString::to_string).collect();
        print(&serde_json::json!({ "audit": audit, "states_that_differ": stale }).to_string())?;
    } else {
        print(&format!(
            "{} threads, {} decisions, {} recomputed identically, {} otherwise; {} states in the store differ",
            audit.threads,
            audit.decisions,
            audit.identical,
            audit.different.len(),
            stale.len()
        ))?;
        for difference in &audit.different {
            let event = difference.event.map_or_else(|| "all events".to_owned(), |event| format!("event {event}"));
            print(&format!("thread {}, {event}: {}", difference.thread, difference.problem))?;
        }
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
