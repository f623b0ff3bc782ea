//! `wissel triage`: what the embedded engine finds in texts, one JSON object a line.

use std::process::ExitCode;

use serde_json::{Value, json};
use wissel_triage::{Personal, personal};

use super::check::read_table;
use super::texts::Texts;
use super::{Files, Problems, print};
use crate::app::learning::intents_in_force;
use crate::routing::{Decimal, Language, verdict_json};
use crate::triage::{Embedded, Message};

/// Arguments of `wissel triage`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    texts: Texts,
    /// Print JSON (this command prints nothing else)
    #[arg(long)]
    json: bool,
}

/// Prints the verdict of each text.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let table = read_table(files.routing().as_deref()).map_err(Problems)?;
    let intents = intents_in_force(&files.settings()?, &table)?;
    let engine = Embedded::over(&intents, files.encoder(false)?, files.learnt().as_deref());
    let verdict = |text: &str, locale: Option<Language>| {
        let (verdict, none) = engine.examine_with_none(Message { text, locale, ..Message::default() });
        let mut shown = verdict_json(&verdict, text);
        shown["none"] = json!({ "p": Decimal::from_f64(none) });
        shown["personal"] = personal(text).iter().map(place).collect();
        Ok(print(&shown.to_string())?)
    };
    args.texts.each(|line| verdict(&line.text, line.locale.as_deref().and_then(Language::of_locale)))?;
    Ok(ExitCode::SUCCESS)
}

/// Of what kind personal data are and where they stand, in characters; never the data themselves.
fn place(found: &Personal) -> Value {
    json!({ "kind": found.kind.as_str(), "start": found.start, "end": found.end })
}
