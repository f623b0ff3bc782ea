//! `wissel explain`: why each message of a conversation went where it went.

use std::process::ExitCode;

use anyhow::Context;
use wissel_channels::ConversationId;

use super::check::read_table;
use super::route::told;
use super::{Files, Problems, block_on, print};
use crate::app;
use crate::app::learning::intents_in_force;
use crate::settings::Settings;
use crate::thread::explain::{Step, document};
use crate::thread::one_line::one_line;
use crate::thread::story::story;
use crate::triage::Embedded;

/// Characters of a message that are shown.
const SHOWN: usize = 60;

/// Arguments of `wissel explain`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The conversation, as the desk shows it
    conversation: ConversationId,
    /// Tell also what was found in each message, and by what
    #[arg(long)]
    evidence: bool,
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
    if args.evidence {
        for line in findings(files, &settings, &steps)? {
            print(&line)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What was found in each message that was decided on by the table that this start would use; of another one the examples
/// are not at hand.
fn findings(files: &Files, settings: &Settings, steps: &[Step]) -> anyhow::Result<Vec<String>> {
    let table = read_table(files.routing().as_deref()).map_err(Problems)?;
    let decided = steps.iter().filter_map(|step| {
        let text = step.about.as_ref().or(step.text.as_ref())?;
        step.decision.as_ref().filter(|decision| decision.table == table.hash).map(|decision| (text, decision))
    });
    let decided: Vec<_> = decided.collect();
    if decided.is_empty() {
        return Ok(Vec::new());
    }
    let intents = intents_in_force(settings, &table)?;
    let engine = Embedded::over(&intents, files.encoder(false)?, files.learnt().as_deref());
    let mut lines = Vec::new();
    for (text, decision) in decided {
        lines.push(format!("found in \"{}\":", one_line(text, SHOWN)));
        lines.extend(told(&table, &engine, decision, text).into_iter().map(|line| format!("  {line}")));
    }
    Ok(lines)
}
