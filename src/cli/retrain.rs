//! `wissel retrain`: what the examples that were taken in would change, and putting them in force.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::check::read_table;
use super::{Files, Problems, block_on, print};
use crate::app::learning::{Changes, Moves, retrain};
use crate::routing::IntentName;
use crate::routing::advice::ENOUGH;

/// Arguments of `wissel retrain`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only show what would change
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Shows who moves where; a daemon takes it up when it starts again.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let settings = files.settings()?;
    let table = read_table(files.routing().as_deref()).map_err(Problems)?;
    let changes = block_on(retrain(&settings, &table, args.dry_run))?;
    if args.json {
        print(&machine_readable(&changes, args.dry_run).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    for line in told(&changes) {
        print(&line)?;
    }
    print(if args.dry_run {
        "nothing was changed; run it without --dry-run to put this in force"
    } else {
        "in force from the next start of each process with the role router or bot"
    })?;
    Ok(ExitCode::SUCCESS)
}

fn machine_readable(changes: &Changes, dry_run: bool) -> Value {
    let moved = |from: Value, to: Value, moves: &Moves| {
        let first: Vec<String> = moves.first.iter().map(ToString::to_string).collect();
        json!({ "from": from, "to": to, "messages": moves.count, "conversations": first })
    };
    let queues =
        changes.queues.iter().map(|((from, to), moves)| moved(json!(from.as_str()), json!(to.as_str()), moves));
    let name = |intent: &Option<IntentName>| json!(intent.as_ref().map(IntentName::as_str));
    let intents = changes.intents.iter().map(|((from, to), moves)| moved(name(from), name(to), moves));
    let models = changes.proved.0.iter().flat_map(|(way, labels)| {
        labels.iter().map(move |(intent, tally)| {
            let (right, wrong) = (tally.right, tally.wrong);
            json!({
                "model": way.model, "prompt": way.prompt, "intent": intent, "right": right, "wrong": wrong,
                "right_at_least": tally.lower_bound().to_string(), "counts": right + wrong >= ENOUGH,
            })
        })
    });
    json!({
        "dry_run": dry_run,
        "examples": changes.examples,
        "messages": changes.messages,
        "queues": queues.collect::<Vec<_>>(),
        "intents": intents.collect::<Vec<_>>(),
        "models": models.collect::<Vec<_>>(),
    })
}

fn told(changes: &Changes) -> Vec<String> {
    let moved = |what: &str, from: &str, to: &str, moves: &Moves| {
        let first: Vec<String> = moves.first.iter().map(ToString::to_string).collect();
        let more = if moves.count > first.len() { ", …" } else { "" };
        let messages = if moves.count == 1 { "message" } else { "messages" };
        format!("{what}: {from} -> {to}: {} {messages} (conversations {}{more})", moves.count, first.join(", "))
    };
    let name = |intent: &Option<IntentName>| intent.as_ref().map_or_else(|| "not sure".to_owned(), ToString::to_string);
    let mut lines = vec![format!("{} confirmed examples, {} messages read again", changes.examples, changes.messages)];
    if changes.queues.is_empty() && changes.intents.is_empty() {
        lines.push("no message would go elsewhere, and triage would be as sure of each as before".to_owned());
    }
    lines.extend(changes.queues.iter().map(|((from, to), moves)| moved("queue", from.as_str(), to.as_str(), moves)));
    lines.extend(changes.intents.iter().map(|((from, to), moves)| moved("intent", &name(from), &name(to), moves)));
    for (way, labels) in &changes.proved.0 {
        let (model, prompt) = (&way.model, &way.prompt);
        for (intent, tally) in labels {
            let (right, wrong, bound) = (tally.right, tally.wrong, tally.lower_bound());
            let counts = if right + wrong < ENOUGH { format!("; counts from {ENOUGH} on") } else { String::new() };
            lines.push(format!(
                "language model {model} (prompt {prompt}), {intent}: {right} right, {wrong} wrong, right at least {bound}{counts}"
            ));
        }
    }
    lines
}
