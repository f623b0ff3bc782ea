//! `wissel explain`: why each message of a conversation went where it went.

use std::process::ExitCode;

use wissel_channels::ConversationId;

use super::{Files, block_on, print};
use crate::app;

/// Arguments of `wissel explain`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The conversation, as the desk shows it
    conversation: ConversationId,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the explanation.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let settings = files.settings()?;
    print(&block_on(app::explain(&settings, args.conversation, args.json))?)?;
    Ok(ExitCode::SUCCESS)
}
