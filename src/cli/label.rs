//! `wissel label`: what staff's deeds say about decisions, taken out for people to look at.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde_json::{Value, json};

use super::check::read_table;
use super::{Files, Problems, block_on, print, say};
use crate::app;
use crate::app::learning::{TakenIn, take_in};
use crate::thread::label::{Label, Outcome};

/// So many numbers of lines are told.
const SHOWN: usize = 10;

/// Arguments of `wissel label`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What `--help` says about a line.
const FORM: &str = r#"A line of the file:
  {"text": "…", "intent": "delivery_time", "language": "nl"}   what the text is about
  {"text": "…", "remove": true}                                takes the text out again, in one language if `language` says which

A text has one label: a later one, of the same file or of another, stands in place of the earlier one. Case, accents and blanks
make no other text. A line whose intent is null, as in an export, is not taken in and counted. When a line is not right, every
such line is told, and nothing is taken in."#;

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print every transfer, wrong answer, and suggestion that was sent or edited, one JSON object a line, with the
    /// customers' own words: personal data
    Export,
    /// Take in confirmed examples: lines as the export prints them, with the right `intent` filled in. They are kept sealed, and
    /// change nothing before `wissel retrain`
    #[command(after_help = FORM)]
    Import {
        /// One JSON object a line
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
    let taken = take_in(&files.settings()?, &table, &shown.to_string(), &text)?;
    for line in told(&taken) {
        say(&line);
    }
    Ok(ExitCode::SUCCESS)
}

/// What became of the lines, in words.
fn told(taken: &TakenIn) -> Vec<String> {
    let TakenIn { new, corrected, known, out, unfilled } = taken;
    let all = new + corrected + known + out;
    let mut lines =
        vec![format!("{all} taken in: {new} new, {corrected} corrected, {known} known already, {out} taken out")];
    if !unfilled.is_empty() {
        let numbers: Vec<String> = unfilled.iter().take(SHOWN).map(ToString::to_string).collect();
        let more = if unfilled.len() > SHOWN { ", …" } else { "" };
        let (count, numbers) = (unfilled.len(), numbers.join(", "));
        lines.push(format!(
            "{count} not taken in: their intent is null (lines {numbers}{more}); fill it in to take them in"
        ));
    }
    if new + corrected + out > 0 {
        lines.push("see what they change with: wissel retrain --dry-run".to_owned());
    }
    lines
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
    let advice = advice
        .map(|advice| json!({ "model": advice.asked.model, "prompt": advice.asked.prompt, "intent": advice.intent }));
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
