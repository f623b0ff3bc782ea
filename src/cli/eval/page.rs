//! The figures as one page that needs nothing else: Dutch and English, light and dark, phone and desk.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use askama::Template;

use super::figures::Figures;
use super::intents::{Confusion, Intents, Mistake, Point};
use super::words;

/// Intents in the table of confusions, each way.
const MATRIX: usize = 12;
/// The size of a curve, without its margins.
const WIDE: f64 = 320.0;
const HIGH: f64 = 200.0;
/// The share of wrong answers at the upper edge of the curve of risk.
const MOST_RISK: f64 = 0.2;

#[derive(Template)]
#[template(path = "eval.html")]
struct Page<'a> {
    set: String,
    sections: Vec<Section<'a>>,
    compared: Vec<Compared>,
}

/// One engine.
struct Section<'a> {
    number: usize,
    figures: &'a Figures,
    rows: Vec<Row>,
    intents: Option<Drawn<'a>>,
}

/// A figure with its name in both languages.
struct Row {
    nl: &'static str,
    en: &'static str,
    value: String,
}

struct Compared {
    name: &'static str,
    nl: &'static str,
    a: String,
    b: String,
    change: String,
}

/// The curves and tables of intents.
struct Drawn<'a> {
    found: &'a Intents,
    reliability: Vec<Bar>,
    risk: String,
    matrix: Matrix,
    mistakes: Vec<Told<'a>>,
    by_intent: Vec<(&'a str, usize, String, String)>,
}

/// A bin of probabilities: where it stands, and how high.
struct Bar {
    x: String,
    y: String,
    radius: String,
    told: String,
    came_true: String,
    texts: usize,
}

/// Which intents were taken for which.
struct Matrix {
    told: Vec<String>,
    rows: Vec<(String, Vec<Cell>)>,
}

struct Cell {
    texts: usize,
    /// 0 to 5.
    shade: usize,
    examples: String,
}

/// A mistake, its text in pieces.
struct Told<'a> {
    mistake: &'a Mistake,
    p: String,
    pieces: Vec<(String, Option<String>)>,
}

/// The page about these engines.
pub(super) fn render(set: &Path, measured: &[Figures]) -> anyhow::Result<String> {
    let compared = match measured {
        [a, b] => words::rows(a, b).into_iter().map(compared).collect(),
        _ => Vec::new(),
    };
    let sections = (1..).zip(measured).map(|(number, figures)| section(number, figures)).collect();
    let set = set.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Page { set, sections, compared }.render()?)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn compared((name, a, b): (&'static str, f64, f64)) -> Compared {
    let nl = match name {
        "intents right" => "intenties goed",
        "intents, macro-F1" => "intenties, macro-F1",
        "AUROC of none" => "AUROC van geen intentie",
        "left to the bot" => "aan de bot overgelaten",
        "of which wrong" => "daarvan fout",
        "wants a person, found" => "vraagt om een mens, gevonden",
        "emotion, macro-F1" => "emotie, macro-F1",
        "route right" => "goed doorgestuurd",
        "people's messages sent to the bot" => "mensenwerk naar de bot",
        other => other,
    };
    Compared { name, nl, a: percent(a), b: percent(b), change: format!("{:+.1}", (b - a) * 100.0) }
}

fn section(number: usize, figures: &Figures) -> Section<'_> {
    let mut rows = Vec::new();
    let mut row = |nl, en, value: Option<String>| rows.extend(value.map(|value| Row { nl, en, value }));
    let intents = figures.intents.as_ref();
    row("Intenties goed", "Intents right", intents.map(|i| percent(i.accuracy)));
    row("Intenties, macro-F1", "Intents, macro-F1", intents.map(|i| percent(i.macro_f1)));
    row("AUROC van geen intentie", "AUROC of no intent", intents.and_then(|i| i.auroc_none).map(percent));
    row("Kansen er gemiddeld naast (ECE)", "Probabilities off by (ECE)", intents.map(|i| percent(i.ece)));
    row("Aan de bot overgelaten", "Left to the bot", intents.map(|i| percent(i.at_thresholds.share)));
    row("Daarvan fout", "Of which wrong", intents.map(|i| percent(i.at_thresholds.error)));
    let person = figures.wants_person.as_ref();
    row("Vraagt om een mens: gevonden", "Asks for a person: found", person.map(|f| percent(f.recall)));
    row("Vraagt om een mens: terecht", "Asks for a person: rightly", person.map(|f| percent(f.precision)));
    row("Taal goed", "Language right", figures.language.map(|f| percent(f.of_all)));
    row("Emotie, macro-F1", "Emotion, macro-F1", figures.emotion.as_ref().map(|f| percent(f.macro_f1)));
    let route = figures.route.as_ref();
    row("Goed doorgestuurd", "Sent to the right place", route.map(|f| percent(f.right)));
    row("Mensenwerk naar de bot", "People's work sent to the bot", route.map(|f| percent(f.people_to_bot)));
    row("Tijd per bericht", "Time a message", Some(format!("{} µs", figures.microseconds.p50)));
    Section { number, figures, rows, intents: intents.map(drawn) }
}

fn drawn(found: &Intents) -> Drawn<'_> {
    let most = found.bins.iter().map(|bin| bin.texts).max().unwrap_or(0).max(1);
    let bar = |bin: &super::intents::Bin| Bar {
        x: format!("{:.1}", bin.told * WIDE),
        y: format!("{:.1}", (1.0 - bin.came_true) * HIGH),
        radius: format!("{:.1}", 3.0 + 7.0 * super::figures::share(bin.texts, most).sqrt()),
        told: percent(bin.told),
        came_true: percent(bin.came_true),
        texts: bin.texts,
    };
    let mut by_intent: Vec<_> = found.by_intent.iter().collect();
    by_intent.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
    Drawn {
        found,
        reliability: found.bins.iter().filter(|bin| bin.texts > 0).map(bar).collect(),
        risk: line(&found.curve),
        matrix: matrix(&found.confusions),
        mistakes: found.mistakes.iter().map(told).collect(),
        by_intent: by_intent
            .into_iter()
            .map(|(name, one)| (name.as_str(), one.texts, percent(one.recall), percent(one.f1)))
            .collect(),
    }
}

/// The curve of risk as points of a line.
fn line(curve: &[Point]) -> String {
    let mut points = String::new();
    for point in curve {
        let (x, y) = (point.coverage * WIDE, (1.0 - (point.error / MOST_RISK).min(1.0)) * HIGH);
        // Writing to a string cannot fail.
        let _written = write!(points, "{x:.1},{y:.1} ");
    }
    points
}

fn matrix(confusions: &[Confusion]) -> Matrix {
    let mut truths: Vec<&str> = Vec::new();
    let mut tolds: BTreeSet<&str> = BTreeSet::new();
    for confusion in confusions {
        if !truths.contains(&confusion.truth.as_str()) && truths.len() < MATRIX {
            truths.push(&confusion.truth);
        }
        if tolds.len() < MATRIX {
            tolds.insert(&confusion.told);
        }
    }
    let most = confusions.first().map_or(1, |confusion| confusion.texts).max(1);
    let cell = |truth: &str, told: &str| {
        let found = confusions.iter().find(|c| c.truth == truth && c.told == told);
        let texts = found.map_or(0, |c| c.texts);
        let examples = found.map(|c| c.examples.join(" · ")).unwrap_or_default();
        Cell { texts, shade: (texts * 5).div_ceil(most).min(5), examples }
    };
    let rows = truths.iter().map(|truth| ((*truth).to_owned(), tolds.iter().map(|told| cell(truth, told)).collect()));
    Matrix { rows: rows.collect(), told: tolds.iter().map(|told| (*told).to_owned()).collect() }
}

/// The text of a mistake in pieces, those marked in which something was found.
fn told(mistake: &Mistake) -> Told<'_> {
    let characters: Vec<char> = mistake.text.chars().collect();
    let mut spans: Vec<_> = mistake.spans.iter().filter(|span| span.start < span.end).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let mut pieces = Vec::new();
    let mut at = 0;
    let text = |from: usize, to: usize| characters.get(from..to).unwrap_or_default().iter().collect::<String>();
    for span in spans {
        let (start, end) = (span.start as usize, (span.end as usize).min(characters.len()));
        // One mark within another says no more to a reader; nor does one over everything.
        if start < at || end <= start || (start == 0 && end == characters.len()) {
            continue;
        }
        pieces.push((text(at, start), None));
        pieces.push((text(start, end), Some(name(span.finding))));
        at = end;
    }
    pieces.push((text(at, characters.len()), None));
    pieces.retain(|piece| !piece.0.is_empty());
    Told { mistake, p: percent(mistake.p), pieces }
}

fn name(finding: crate::routing::FindingName) -> String {
    serde_json::to_value(finding).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}
