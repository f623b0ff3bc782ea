//! `wissel explain`: why each message of a conversation went where it went.

use std::process::ExitCode;

use anyhow::Context;
use wissel_channels::ConversationId;

use super::{Files, block_on, print};
use crate::app;
use crate::thread::explain::document;
use crate::thread::story::story;

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
    let id = args.conversation;
    let steps = block_on(app::explain(&settings, id))?;
    let steps = steps.with_context(|| format!("conversation {id} is not in the journal; the desk shows the ids"))?;
    if args.json {
        print(&document(id, &steps).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    print(&story(&steps, None).join("\n"))?;
    Ok(ExitCode::SUCCESS)
}
