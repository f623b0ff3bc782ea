//! `wissel eval`: how well triage does on labelled texts of your own.

mod compared;
mod figures;
mod heard;
mod intents;
mod looked;
mod page;
mod places;
mod set;
mod thresholds;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use jiff::Timestamp;
use serde_json::json;
use wissel_channels::UnixMillis;
use wissel_triage::Sentences;

use super::check::{never_sure, read_table};
use super::{Files, Problems, print, route, say};
use crate::app::learning::intents_in_force;
use crate::routing::{Decimal, Intent, RoutingTable, near};
use crate::triage::{Embedded, Message, Triage, models};
use figures::Figures;
use set::Case;
use thresholds::Thresholds;

/// A working morning: whether people are there is part of where a message goes.
const MORNING: &str = "2026-06-03T09:00:00Z";

/// Arguments of `wissel eval`.
#[derive(Debug, clap::Args)]
#[command(after_help = set::FORM)]
pub(super) struct Args {
    /// The labelled texts, one JSON object a line
    #[arg(long, value_name = "FILE")]
    set: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write a page with curves, confusions and the worst mistakes; it needs no network
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Compare two: `embedded` (without the encoder), `encoder` (with it), or a routing file each
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    compare: Vec<String>,
    /// When the messages come, for rules that look at the time
    #[arg(long, value_name = "TIME", value_parser = route::time, default_value = MORNING)]
    at: Timestamp,
}

/// One that is measured.
struct Candidate {
    name: String,
    routing: Option<PathBuf>,
    /// Whether the encoder is used; if absent, as the settings say.
    encoder: Option<bool>,
}

impl Candidate {
    fn of(word: &str, routing: Option<PathBuf>) -> anyhow::Result<Self> {
        Ok(match word {
            "embedded" => Self { name: word.to_owned(), routing, encoder: Some(false) },
            "encoder" => Self { name: word.to_owned(), routing, encoder: Some(true) },
            file if Path::new(file).is_file() => {
                Self { name: file.to_owned(), routing: Some(file.into()), encoder: None }
            }
            other => {
                let meant = near::nearest(other, ["embedded", "encoder"]);
                let meant = meant.map(|word| format!("did you mean {word}? ")).unwrap_or_default();
                anyhow::bail!(
                    "--compare: {other:?} is neither an engine nor a file that is there; {meant}it takes `embedded`, `encoder` or a routing file, each of the two"
                )
            }
        })
    }

    /// Learns, looks at the whole set, and counts.
    fn measure(&self, files: &Files, (set, cases): (&Path, &[Case]), at: UnixMillis) -> anyhow::Result<Figures> {
        let table = read_table(self.routing.as_deref()).map_err(Problems)?;
        undeclared(&table, cases);
        undeclared_queues(&table, set, cases);
        let encoder = match self.encoder {
            Some(false) => None,
            asked => {
                let found = files.encoder(asked.is_some())?;
                if asked.is_some() && found.is_none() {
                    anyhow::bail!("the encoder is not installed; run `wissel models install {}`", models::ENCODER.name);
                }
                found
            }
        };
        // As a daemon knows them: with the examples that were confirmed and put in force.
        let intents = intents_in_force(&files.settings()?, &table)?;
        learnt_from(&intents, cases);
        let begun = Instant::now();
        let engine = Embedded::over(&intents, encoder.clone(), None);
        let learnt = begun.elapsed().as_secs_f64();
        let looked = looked::all(&table, &engine, cases, at);
        let pairs: Vec<_> = cases.iter().zip(&looked).collect();
        let name = engine.examine(Message::default()).engine;
        let thresholds = Thresholds::of(&intents, &engine);
        if !thresholds.never.is_empty() {
            say(&never_sure(&thresholds.never));
        }
        let mut figures = Figures::new((self.name.clone(), name), thresholds, &pairs, learnt);
        if let Some(found) = &mut figures.intents {
            found.learnt_for =
                intents::ERRORS.map(|error| learnt_for(&table, &intents, encoder.clone(), cases, error, at)).to_vec();
        }
        Ok(figures)
    }
}

/// What would be acted on, had every intent been learnt for this share of wrong answers.
fn learnt_for(
    table: &RoutingTable,
    intents: &[Intent],
    encoder: Option<Arc<dyn Sentences>>,
    cases: &[Case],
    error: f64,
    at: UnixMillis,
) -> intents::Automated {
    let mut intents = intents.to_vec();
    for intent in &mut intents {
        intent.max_error = Decimal::from_f64(error);
    }
    let engine = Embedded::over(&intents, encoder, None);
    let looked = looked::all(table, &engine, cases, at);
    intents::automated(&cases.iter().zip(&looked).collect::<Vec<_>>(), Some(error))
}

/// Measures, and tells the figures.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let cases = set::read(&args.set)?;
    let at = UnixMillis::from(args.at);
    let candidates = if args.compare.is_empty() {
        vec![Candidate { name: "triage".to_owned(), routing: files.routing(), encoder: None }]
    } else {
        args.compare.iter().map(|word| Candidate::of(word, files.routing())).collect::<Result<_, _>>()?
    };
    let measured: Vec<Figures> =
        candidates.iter().map(|one| one.measure(files, (&args.set, &cases), at)).collect::<Result<_, _>>()?;
    if args.json {
        let json = match measured.as_slice() {
            [one] => json!(one),
            several => json!({ "compared": several }),
        };
        print(&json.to_string())?;
    } else {
        print(words::report(&measured).trim_end())?;
    }
    if let Some(path) = &args.html {
        write(path, &page::render(&args.set, &measured)?)?;
        say(&format!("wrote {}; it holds texts of the set: keep it as you keep those", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, page: &str) -> anyhow::Result<()> {
    let shown = path.display();
    std::fs::write(path, page)
        .with_context(|| format!("{shown} cannot be written; name a place where this user may write"))
}

/// Says how many texts are examples themselves: what has been learnt from is no measure.
fn learnt_from(intents: &[Intent], cases: &[Case]) {
    let examples: BTreeSet<&str> =
        intents.iter().flat_map(|intent| intent.examples.values().flatten()).map(|text| text.trim()).collect();
    let known = cases.iter().filter(|case| examples.contains(case.text.trim())).count();
    if known > 0 {
        say(&format!(
            "{known} of {} texts of the set are examples that triage learns from; the figures look better than they are: leave these out of the set",
            cases.len()
        ));
    }
}

/// Says which labels the routing file does not declare: texts with them count as wrong whatever is found.
fn undeclared(table: &RoutingTable, cases: &[Case]) {
    let names = cases.iter().flat_map(|case| case.intents.iter().flatten());
    let mut unknown: Vec<&str> = names
        .map(String::as_str)
        .filter(|name| !table.intents.iter().any(|intent| intent.name.as_str() == *name))
        .collect();
    unknown.sort_unstable();
    unknown.dedup();
    if !unknown.is_empty() {
        let first = unknown.iter().take(8).copied().collect::<Vec<_>>().join(", ");
        say(&format!(
            "{} intents of the set are not declared in the routing file and are never right: {first}{}; declare them, or label these texts \"none\"",
            unknown.len(),
            if unknown.len() > 8 { ", …" } else { "" }
        ));
    }
}

/// Says which queues of the set the routing file does not declare: whose these texts are is not known.
fn undeclared_queues(table: &RoutingTable, set: &Path, cases: &[Case]) {
    let mut unknown: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for case in cases {
        if let Some(route) = case.route.as_deref().filter(|route| looked::belongs(table, route).is_none()) {
            unknown.entry(route).or_default().push(case.line);
        }
    }
    let names: Vec<&str> = table.queues().map(|queue| queue.name.as_str()).chain(["people"]).collect();
    for (name, lines) in unknown {
        let (first, texts) = (lines.first().copied().unwrap_or_default(), lines.len());
        say(&format!(
            "{}:{first}: queue {name:?} is not declared in the routing file: texts with it ({texts}) are never right, and count neither as people's nor as the bot's; {}",
            set.display(),
            near::remedy(name, names.iter().copied())
        ));
    }
}
