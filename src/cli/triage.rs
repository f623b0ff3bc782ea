//! `wissel triage`: what the embedded engine finds in texts, one JSON object a line.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde::Deserialize;

use super::{Files, Problems, print};
use crate::routing::{Language, Problem, RoutingTable, verdict_json};
use crate::triage::{Embedded, Message, Triage};

/// Arguments of `wissel triage`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    texts: Texts,
    /// Print JSON (this command prints nothing else)
    #[arg(long)]
    json: bool,
}

/// Where texts come from.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Texts {
    /// One text
    #[arg(long, allow_hyphen_values = true)]
    text: Option<String>,
    /// A file with one JSON object a line: {"text": "…", "locale": "nl"}
    #[arg(long, value_name = "FILE")]
    jsonl: Option<PathBuf>,
}

/// A line of a file of texts.
#[derive(Debug, Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    locale: Option<String>,
}

/// Prints the verdict of each text.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let engine = Embedded::new(&table(files.routing().as_deref())?.intents);
    let verdict = |text: &str, locale: Option<Language>| {
        let verdict = engine.examine(Message { text, locale, ..Message::default() });
        print(&verdict_json(&verdict, text).to_string())
    };
    if let Some(text) = &args.texts.text {
        verdict(text, None)?;
    }
    if let Some(path) = &args.texts.jsonl {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        for (number, line) in (1_usize..).zip(BufReader::new(file).lines()) {
            let place = || format!("{}:{number}: not a line of {{\"text\": …}}", path.display());
            let line: Line = serde_json::from_str(&line.with_context(place)?).with_context(place)?;
            verdict(&line.text, line.locale.as_deref().and_then(Language::of_locale))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The routing of this start, or every problem with it.
fn table(path: Option<&Path>) -> Result<RoutingTable, Problems> {
    let Some(path) = path else { return Ok(RoutingTable::shipped()) };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Problems(vec![Problem {
            file: name.clone(),
            line: 1,
            column: 1,
            message: format!("cannot be read: {error}"),
            remedy: "name a routing file that exists, in UTF-8".to_owned(),
        }])
    })?;
    RoutingTable::parse(&name, &text).map_err(Problems)
}
