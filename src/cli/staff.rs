//! `wissel staff`: the people of the desk.

use std::process::ExitCode;

use super::{Files, print};
use crate::app;
use crate::settings::Label;

/// Arguments of `wissel staff`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print the token by which somebody signs in to the desk and asks its API; works while the daemon runs
    Token {
        /// The person that it stands for
        name: Label,
    },
}

/// Prints a token and nothing else.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let Command::Token { name } = &args.command;
    let settings = files.settings()?;
    print(&app::staff_token(&settings, name.as_str())?)?;
    Ok(ExitCode::SUCCESS)
}
