//! `wissel label`: what staff's deeds say about decisions, taken out for people to look at.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Value, json};

use super::check::read_table;
use super::{Files, Problems, block_on, print, say};
use crate::app;
use crate::app::learning::{read_lines, take_in};
use crate::thread::label::{Label, Outcome};

/// Arguments of `wissel label`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print every transfer, wrong answer, and suggestion that was sent or edited, one JSON object a line, with the
    /// customers' own words: personal data
    Export,
    /// Take in confirmed examples: lines as the export prints them, with the right `intent` filled in. They are kept sealed, and
    /// change nothing before `wissel retrain`
    Import {
        /// One JSON object a line: {"text": "…", "intent": "…", "language": "nl"}
        file: PathBuf,
    },
}

/// Prints the labels, or takes examples in.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    if let Command::Import { file } = &args.command {
        return import(files, file);
    }
    let labels = block_on(app::labels(&files.settings()?))?;
    for label in &labels {
        print(&line(label).to_string())?;
    }
    say(&format!("{} labels, with what customers wrote: keep them as you keep customers' mail", labels.len()));
    Ok(ExitCode::SUCCESS)
}

fn import(files: &Files, file: &Path) -> anyhow::Result<ExitCode> {
    let shown = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("{shown} cannot be read; name another file"))?;
    let table = read_table(files.routing().as_deref()).map_err(Problems)?;
    let examples = read_lines(&text).with_context(|| shown.to_string())?;
    let new = take_in(&files.settings()?, &table, examples).with_context(|| shown.to_string())?;
    say(&format!("{new} new examples; see what they change with: wissel retrain --dry-run"));
    Ok(ExitCode::SUCCESS)
}

fn line(label: &Label) -> Value {
    let verdict = &label.decision.verdict;
    let (to, intent) = match &label.outcome {
        Outcome::Transferred(queue) => (Some(queue), None),
        Outcome::WrongAnswer(intent) => (None, intent.as_ref()),
        Outcome::SuggestionSent => (None, verdict.intents.first().map(|intent| &intent.name)),
        Outcome::SuggestionEdited => (None, None),
    };
    let advice = label.advice.as_ref();
    let advice = advice.map(|advice| json!({ "model": advice.asked.model, "intent": advice.intent }));
    json!({
        "conversation": label.conversation,
        "message": label.message,
        "at": label.at,
        "text": label.text,
        "language": verdict.language,
        "intents": verdict.intents,
        "engine": verdict.engine,
        "queue": label.decision.queue,
        "rule": label.decision.rule,
        "outcome": label.outcome.word(),
        "to": to,
        "intent": intent,
        "advice": advice,
    })
}
