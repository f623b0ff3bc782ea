//! `wissel repartition`: another number of partitions, offline.

use std::process::ExitCode;

use super::{Files, block_on, print};
use crate::app::repartition::{Done, Step, repartition};
use crate::settings::Count;

/// Arguments of `wissel repartition`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How many there are to be
    #[arg(long, value_name = "N")]
    to: Count,
}

/// Changes it, and says what is left to do.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let settings = files.settings()?;
    let to = args.to.get();
    let tell = |step| {
        Ok(print(match step {
            Step::Store => "the store is made ready",
            Step::Journal => "the journal gives each conversation its partition",
            Step::Broker => "the broker gets its queues, and the number",
        })?)
    };
    let words = match block_on(repartition(&settings, args.to, tell))? {
        Done::Already => format!("there are {to} partitions already"),
        Done::From(from) => format!("{from} partitions are {to} now"),
    };
    print(&format!("{words}; every process needs partitions = {to} in its settings"))?;
    Ok(ExitCode::SUCCESS)
}
