//! The figures as one page that needs nothing else: Dutch and English, light and dark, phone and desk.

use std::fmt::Write as _;
use std::path::Path;

use askama::Template;

use super::compared;
use super::figures::{Figures, share};
use super::intents::{Automated, Intents, Kinds, Mistake, NONE, Point};
use crate::routing::Language;
use crate::routing::found::name;

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
    /// So many of so many.
    of: Option<(usize, usize)>,
}

struct Compared {
    en: String,
    nl: String,
    a: String,
    b: String,
    change: String,
}

/// The curves and tables of intents.
struct Drawn<'a> {
    reliability: Vec<Bar>,
    risk: String,
    allowed: Vec<Allowed>,
    matrix: Matrix,
    mistakes: Vec<Told<'a>>,
    by_intent: Vec<(&'a str, usize, String, String, String)>,
}

/// How much could go without a person: shares with their counts.
struct Allowed {
    nl: String,
    en: String,
    share: String,
    error: String,
    /// For people, about none, another of the bot's.
    wrong: Option<[usize; 3]>,
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
    /// The same names in rows and columns.
    told: Vec<String>,
    rows: Vec<(String, Vec<Cell>)>,
}

struct Cell {
    texts: usize,
    /// 0 to 5.
    shade: usize,
    /// Whether it holds what was right.
    own: bool,
    examples: String,
}

/// A mistake, its text in pieces.
struct Told<'a> {
    mistake: &'a Mistake,
    p: String,
    /// What was found in a piece, in Dutch and English.
    pieces: Vec<(String, Option<(&'static str, &'static str)>)>,
}

/// The page about these engines.
pub(super) fn render(set: &Path, measured: &[Figures]) -> anyhow::Result<String> {
    let compared = match measured {
        [a, b] => compared::rows(a, b).into_iter().map(compared).collect(),
        _ => Vec::new(),
    };
    let sections = (1..).zip(measured).map(|(number, figures)| section(number, figures)).collect();
    let set = set.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Page { set, sections, compared }.render()?)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn compared(row: compared::Row) -> Compared {
    let [a, b] = [row.a, row.b].map(|value| row.unit.shown(value));
    Compared { change: row.change(), en: row.en, nl: row.nl, a, b }
}

fn section(number: usize, figures: &Figures) -> Section<'_> {
    let mut rows = Vec::new();
    let mut row = |nl, en, value: Option<(String, Option<(usize, usize)>)>| {
        rows.extend(value.map(|(value, of)| Row { nl, en, value, of }));
    };
    let plain = |share: f64| (percent(share), None);
    let of = |share: Option<f64>, right, all| share.map(|share| (percent(share), Some((right, all))));
    if let Some(left) = &figures.left_to_bot {
        row("Aan de bot overgelaten", "Left to the bot", of(Some(left.share), left.texts, left.of));
        row("Daarvan fout", "Of which wrong", of(Some(left.error), left.wrong_texts, left.texts));
    }
    let intents = figures.intents.as_ref();
    row("Intenties goed", "Intents right", intents.map(|i| plain(i.accuracy)));
    row("Intenties, macro-F1", "Intents, macro-F1", intents.map(|i| plain(i.macro_f1)));
    row("AUROC van geen intentie", "AUROC of no intent", intents.and_then(|i| i.auroc_none).map(plain));
    row("Kansen er gemiddeld naast (ECE)", "Probabilities off by (ECE)", intents.map(|i| plain(i.ece)));
    if let Some(f) = &figures.wants_person {
        row("Vraagt om een mens: gevonden", "Asks for a person: found", of(f.recall, f.found, f.texts));
        let told = f.found + f.false_alarms;
        row("Vraagt om een mens: terecht", "Asks for a person: rightly", of(f.precision, f.found, told));
        let alarms = share(f.false_alarms, f.others);
        row(
            "Vraagt om een mens: vals alarm",
            "Asks for a person: false alarms",
            of(Some(alarms), f.false_alarms, f.others),
        );
    }
    row("Taal goed", "Language right", figures.language.and_then(|f| of(Some(f.of_all), f.right, f.texts)));
    row("Emotie, macro-F1", "Emotion, macro-F1", figures.emotion.as_ref().map(|f| plain(f.macro_f1)));
    if let Some(f) = &figures.route {
        row("Goed doorgestuurd", "Sent to the right place", of(Some(f.right), f.right_texts, f.texts));
        let to_bot = of(f.people_to_bot, f.people_to_bot_texts, f.people);
        row("Mensenwerk naar de bot", "People's work sent to the bot", to_bot);
        row("Botwerk naar mensen", "The bot's work sent to people", of(f.bot_to_people, f.bot_to_people_texts, f.bot));
    }
    row("Tijd per bericht", "Time a message", Some((format!("{} µs", figures.microseconds.p50), None)));
    Section { number, figures, rows, intents: intents.map(drawn) }
}

fn drawn(found: &Intents) -> Drawn<'_> {
    let most = found.bins.iter().map(|bin| bin.texts).max().unwrap_or(0).max(1);
    let bar = |bin: &super::intents::Bin| Bar {
        x: format!("{:.1}", bin.told * WIDE),
        y: format!("{:.1}", (1.0 - bin.came_true) * HIGH),
        radius: format!("{:.1}", 3.0 + 7.0 * share(bin.texts, most).sqrt()),
        told: percent(bin.told),
        came_true: percent(bin.came_true),
        texts: bin.texts,
    };
    let mut by_intent: Vec<_> = found.by_intent.iter().collect();
    by_intent.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
    Drawn {
        reliability: found.bins.iter().filter(|bin| bin.texts > 0).map(bar).collect(),
        risk: line(&found.curve),
        allowed: allowed(found),
        matrix: matrix(found),
        mistakes: found.mistakes.iter().map(told).collect(),
        by_intent: by_intent
            .into_iter()
            .map(|(name, one)| {
                let precision = one.precision.map(percent).unwrap_or_default();
                (name.as_str(), one.texts, percent(one.recall), precision, percent(one.f1))
            })
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

fn allowed(found: &Intents) -> Vec<Allowed> {
    let row = |automated: &Automated, (nl, en): (String, String)| Allowed {
        nl,
        en,
        share: format!("{} ({})", percent(automated.share), automated.texts),
        error: format!("{} ({})", percent(automated.error), automated.wrong_texts),
        wrong: automated.wrong.map(|wrong| {
            let Kinds { for_people, about_none, another } = wrong.texts;
            [for_people, about_none, another]
        }),
    };
    let most = |automated: &Automated, nl: &str, en: &str| {
        let most = automated.max_error.unwrap_or_default() * 100.0;
        (format!("{most:.0} % ({nl})"), format!("{most:.0} % ({en})"))
    };
    let in_force = ("drempels die gelden".to_owned(), "thresholds in force".to_owned());
    let mut rows = vec![row(&found.at_thresholds, in_force)];
    rows.extend(found.learnt_for.iter().map(|one| row(one, most(one, "daarvoor geleerd", "learnt for it"))));
    rows.extend(found.in_hindsight.iter().map(|one| row(one, most(one, "gekozen op deze set", "chosen on this set"))));
    rows
}

/// The intents that are mixed up most, each against each; what was right stands on the diagonal.
fn matrix(found: &Intents) -> Matrix {
    let mut names: Vec<&str> = Vec::new();
    for name in found.confusions.iter().flat_map(|confusion| [&confusion.truth, &confusion.told]) {
        if !names.contains(&name.as_str()) && names.len() < MATRIX {
            names.push(name);
        }
    }
    names.sort_by_key(|name| (*name != NONE, *name));
    let right = |name: &str| {
        let acted: usize = found.confusions.iter().filter(|c| c.truth == NONE).map(|c| c.texts).sum();
        let none = (name == NONE).then(|| found.texts_about_none.saturating_sub(acted));
        none.or_else(|| Some(found.by_intent.get(name)?.found)).unwrap_or(0)
    };
    let cell = |truth: &str, told: &str| {
        if truth == told {
            return Cell { texts: right(truth), shade: 0, own: true, examples: String::new() };
        }
        let found = found.confusions.iter().find(|c| c.truth == truth && c.told == told);
        let texts = found.map_or(0, |c| c.texts);
        let examples = found.map(|c| c.examples.join(" · ")).unwrap_or_default();
        Cell { texts, shade: shade(texts), own: false, examples }
    };
    let rows = names.iter().map(|truth| ((*truth).to_owned(), names.iter().map(|told| cell(truth, told)).collect()));
    Matrix { rows: rows.collect(), told: names.iter().map(|told| (*told).to_owned()).collect() }
}

/// How deep a count is coloured: one mistake is no pattern.
const fn shade(texts: usize) -> usize {
    match texts {
        0 => 0,
        1 => 1,
        2 => 2,
        3..=4 => 3,
        5..=9 => 4,
        _ => 5,
    }
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
        pieces.push((text(start, end), Some((name(span.finding, Language::Nl), name(span.finding, Language::En)))));
        at = end;
    }
    pieces.push((text(at, characters.len()), None));
    pieces.retain(|piece| !piece.0.is_empty());
    Told { mistake, p: percent(mistake.p), pieces }
}
