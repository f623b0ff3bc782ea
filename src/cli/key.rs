//! `wissel key`: the master key that all processes share.

use std::path::PathBuf;
use std::process::ExitCode;

use super::say;
use crate::settings::make_master_key;

/// Arguments of `wissel key`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a master key in a new file; give a copy of it to every process, and keep one where nothing can take it
    New {
        /// The file, which must not be there yet
        file: PathBuf,
    },
}

/// Makes the key; it is never printed.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Command::New { file } = &args.command;
    make_master_key(file)?;
    say(&format!("made {}; set secrets.master_key_file to it", file.display()));
    Ok(ExitCode::SUCCESS)
}
