//! The figures as words on a terminal.

use std::fmt::Write as _;

use super::figures::{Figures, Finding};
use super::intents::{Automated, Intents};

/// Confusions and intents that are shown.
const SHOWN: usize = 8;

/// Several engines beside each other, or one in full.
pub(super) fn report(measured: &[Figures]) -> String {
    let mut out = String::new();
    for figures in measured {
        // Writing to a string cannot fail.
        let _written = one(&mut out, figures, measured.len() == 1);
        out.push('\n');
    }
    if let [a, b] = measured {
        let _written = difference(&mut out, a, b);
    }
    out
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn finding(out: &mut String, name: &str, found: Option<&Finding>) -> std::fmt::Result {
    let Some(found) = found else { return Ok(()) };
    let (recall, precision) = (percent(found.recall), percent(found.precision));
    writeln!(out, "  {name:<16} found {recall} of {}, of what was found {precision} right", found.texts)
}

fn automated(out: &mut String, automated: &Automated) -> std::fmt::Result {
    let (share, error) = (percent(automated.share), percent(automated.error));
    match automated.max_error {
        None => write!(out, "  left to the bot  {share}, of which {error} wrong")?,
        Some(most) => write!(out, "    at most {:<3} %  {share}, of which {error} wrong", most * 100.0)?,
    }
    let Some(wrong) = automated.wrong.filter(|_| automated.error > 0.0) else { return writeln!(out) };
    let [people, none, another] = [wrong.for_people, wrong.about_none, wrong.another].map(percent);
    writeln!(out, ": {people} for people, {none} about none, {another} about another of the bot's")
}

fn intents(out: &mut String, found: &Intents, full: bool) -> std::fmt::Result {
    let (accuracy, f1) = (percent(found.accuracy), percent(found.macro_f1));
    writeln!(out, "  intents          {accuracy} of {} right, macro-F1 {f1}", found.texts)?;
    if let Some(auroc) = found.auroc_none {
        writeln!(out, "  none of them     AUROC {} over {} texts", percent(auroc), found.texts_about_none)?;
    }
    writeln!(out, "  probabilities    off by {} on average (ECE)", percent(found.ece))?;
    automated(out, &found.at_thresholds)?;
    if !found.learnt_for.is_empty() {
        writeln!(out, "  would be left to the bot, learnt for a max_error of")?;
        found.learnt_for.iter().try_for_each(|one| automated(out, one))?;
    }
    writeln!(out, "  could be automated, with thresholds chosen on this very set:")?;
    found.in_hindsight.iter().try_for_each(|one| automated(out, one))?;
    if !full {
        return Ok(());
    }
    let mut worst: Vec<_> = found.by_intent.iter().collect();
    worst.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
    writeln!(out, "  weakest intents")?;
    for (name, one) in worst.iter().take(SHOWN) {
        writeln!(out, "    {name:<32} F1 {:>7}  found {:>7} of {}", percent(one.f1), percent(one.recall), one.texts)?;
    }
    writeln!(out, "  mixed up most often")?;
    for confusion in found.confusions.iter().take(SHOWN) {
        let example =
            confusion.examples.first().map(|text| text.chars().take(60).collect::<String>()).unwrap_or_default();
        writeln!(out, "    {:>4}  {} taken for {}: {:?}", confusion.texts, confusion.truth, confusion.told, example)?;
    }
    Ok(())
}

fn one(out: &mut String, figures: &Figures, full: bool) -> std::fmt::Result {
    writeln!(out, "{}: {}, {} texts", figures.name, figures.engine, figures.texts)?;
    if let Some(found) = &figures.intents {
        intents(out, found, full)?;
    }
    finding(out, "wants a person", figures.wants_person.as_ref())?;
    finding(out, "complains", figures.complaint.as_ref())?;
    if let Some(found) = &figures.language {
        writeln!(out, "  language         {} of {} right", percent(found.of_all), found.texts)?;
    }
    if let Some(found) = &figures.emotion {
        writeln!(out, "  emotion          macro-F1 {} over {} texts", percent(found.macro_f1), found.texts)?;
    }
    if let Some(found) = &figures.route {
        let (right, wrong) = (percent(found.right), percent(found.people_to_bot));
        writeln!(
            out,
            "  route            {right} of {} right; of people's messages {wrong} went to the bot",
            found.texts
        )?;
    }
    for (language, found) in figures.languages.iter().filter(|_| full) {
        let accuracy = found.intents.map_or_else(|| "-".to_owned(), percent);
        let route = found.route.map_or_else(|| "-".to_owned(), percent);
        writeln!(out, "  in {language}            {} texts: intents {accuracy}, route {route}", found.texts)?;
    }
    let times = &figures.microseconds;
    writeln!(
        out,
        "  time a message   {} µs, 99 of 100 within {} µs; learnt in {:.2} s",
        times.p50, times.p99, figures.learnt_seconds
    )
}

/// What the second is better or worse in.
fn difference(out: &mut String, a: &Figures, b: &Figures) -> std::fmt::Result {
    writeln!(out, "{} against {}", b.name, a.name)?;
    for (name, a, b) in rows(a, b) {
        writeln!(out, "  {name:<34} {:>8} -> {:>8}  {:+.1}", percent(a), percent(b), (b - a) * 100.0)?;
    }
    Ok(())
}

/// Figures that both have, by name.
pub(super) fn rows(a: &Figures, b: &Figures) -> Vec<(&'static str, f64, f64)> {
    type Get = fn(&Figures) -> Option<f64>;
    let all: [(&'static str, Get); 10] = [
        ("intents right", |f| Some(f.intents.as_ref()?.accuracy)),
        ("intents, macro-F1", |f| Some(f.intents.as_ref()?.macro_f1)),
        ("AUROC of none", |f| f.intents.as_ref()?.auroc_none),
        ("ECE", |f| Some(f.intents.as_ref()?.ece)),
        ("left to the bot", |f| Some(f.intents.as_ref()?.at_thresholds.share)),
        ("of which wrong", |f| Some(f.intents.as_ref()?.at_thresholds.error)),
        ("wants a person, found", |f| Some(f.wants_person.as_ref()?.recall)),
        ("emotion, macro-F1", |f| Some(f.emotion.as_ref()?.macro_f1)),
        ("route right", |f| Some(f.route.as_ref()?.right)),
        ("people's messages sent to the bot", |f| Some(f.route.as_ref()?.people_to_bot)),
    ];
    all.iter().filter_map(|(name, get)| Some((*name, get(a)?, get(b)?))).collect()
}
