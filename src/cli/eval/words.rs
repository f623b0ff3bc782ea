//! The figures as words on a terminal.

use std::fmt::Write as _;

use super::compared::rows;
use super::figures::{Figures, Language, share};
use super::heard::Finding;
use super::intents::{Automated, Intents, Kinds};
use super::places::Route;
use super::thresholds::Thresholds;

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

/// A share with what it was counted of.
pub(super) fn counted(texts: usize, of: usize, share: f64) -> String {
    format!("{} ({texts} of {of})", percent(share))
}

fn finding(out: &mut String, name: &str, found: Option<&Finding>) -> std::fmt::Result {
    let Some(found) = found else { return Ok(()) };
    write!(out, "  {name:<16} ")?;
    match found.recall {
        Some(recall) => write!(out, "found {}", counted(found.found, found.texts, recall))?,
        None => write!(out, "holds of none of the texts")?,
    }
    if let Some(precision) = found.precision {
        let told = found.found + found.false_alarms;
        write!(out, ", of what was found {} right", counted(found.found, told, precision))?;
    }
    let others = found.others;
    writeln!(out, "; false alarms {}", counted(found.false_alarms, others, share(found.false_alarms, others)))
}

fn automated(out: &mut String, name: &str, automated: &Automated) -> std::fmt::Result {
    let left = counted(automated.texts, automated.of, automated.share);
    match automated.max_error {
        None => write!(out, "  {name:<16} {left}")?,
        Some(most) => write!(out, "    at most {:<3} %  {left}", most * 100.0)?,
    }
    write!(out, ", of which {} wrong", counted(automated.wrong_texts, automated.texts, automated.error))?;
    let Some(wrong) = automated.wrong.filter(|_| automated.error > 0.0) else { return writeln!(out) };
    let Kinds { for_people, about_none, another } = wrong.texts;
    writeln!(out, ": {for_people} for people, {about_none} about none, {another} about another of the bot's")
}

/// What thresholds stand on, so that nobody takes them for more.
fn thresholds(out: &mut String, found: &Thresholds) -> std::fmt::Result {
    writeln!(
        out,
        "  thresholds       pooled over all {} intents and their {} examples: a few examples cannot bound the errors of each on its own",
        found.intents, found.examples
    )
}

fn intents(out: &mut String, found: &Intents, full: bool) -> std::fmt::Result {
    let (accuracy, f1) = (percent(found.accuracy), percent(found.macro_f1));
    writeln!(out, "  intents          {accuracy} of {} right, macro-F1 {f1}", found.texts)?;
    if let Some(auroc) = found.auroc_none {
        writeln!(out, "  none of them     AUROC {} over {} texts", percent(auroc), found.texts_about_none)?;
    }
    writeln!(out, "  probabilities    off by {} on average (ECE)", percent(found.ece))?;
    automated(out, "thresholds alone", &found.at_thresholds)?;
    if !found.learnt_for.is_empty() {
        writeln!(out, "  thresholds alone would leave to the bot, learnt for a max_error of")?;
        found.learnt_for.iter().try_for_each(|one| automated(out, "", one))?;
    }
    writeln!(out, "  could be automated, with thresholds chosen on this very set:")?;
    found.in_hindsight.iter().try_for_each(|one| automated(out, "", one))?;
    if !full {
        return Ok(());
    }
    let mut worst: Vec<_> = found.by_intent.iter().collect();
    worst.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
    writeln!(out, "  weakest intents")?;
    for (name, one) in worst.iter().take(SHOWN) {
        let (f1, found) = (percent(one.f1), percent(one.recall));
        let right = one.precision.map_or_else(|| "-".to_owned(), percent);
        writeln!(out, "    {name:<32} F1 {f1:>7}  found {found:>7} of {}  rightly {right:>7}", one.texts)?;
    }
    writeln!(out, "  mixed up most often")?;
    for confusion in found.confusions.iter().take(SHOWN) {
        let example = confusion.examples.first().map(|text| cut(text)).unwrap_or_default();
        writeln!(out, "    {:>4}  {} taken for {}: {:?}", confusion.texts, confusion.truth, confusion.told, example)?;
    }
    Ok(())
}

fn one(out: &mut String, figures: &Figures, full: bool) -> std::fmt::Result {
    writeln!(out, "{}: {}, {} texts", figures.name, figures.engine, figures.texts)?;
    if let Some(found) = &figures.left_to_bot {
        automated(out, "left to the bot", found)?;
    }
    thresholds(out, &figures.thresholds)?;
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
        route(out, found)?;
    }
    if full {
        mistakes(out, figures)?;
        figures.languages.iter().try_for_each(|(code, found)| language(out, code, found))?;
    }
    let times = &figures.microseconds;
    writeln!(
        out,
        "  time a message   {} µs, 99 of 100 within {} µs; learnt in {:.2} s",
        times.p50, times.p99, figures.learnt_seconds
    )
}

fn route(out: &mut String, found: &Route) -> std::fmt::Result {
    write!(out, "  route            {} right", counted(found.right_texts, found.texts, found.right))?;
    if let Some(wrong) = found.people_to_bot {
        let wrong = counted(found.people_to_bot_texts, found.people, wrong);
        write!(out, "; of people's messages {wrong} went to the bot")?;
    }
    if let Some(wrong) = found.bot_to_people {
        let wrong = counted(found.bot_to_people_texts, found.bot, wrong);
        write!(out, "; of the bot's {wrong} went to people")?;
    }
    if found.undeclared > 0 {
        write!(out, "; {} name queues that are not declared", found.undeclared)?;
    }
    writeln!(out)
}

/// Who was not heard, who was heard without asking, and what went elsewhere.
fn mistakes(out: &mut String, figures: &Figures) -> std::fmt::Result {
    let misheard = &figures.misheard;
    for (name, texts) in [("not heard", &misheard.missed), ("heard without asking", &misheard.falsely)] {
        if !texts.is_empty() {
            writeln!(out, "  {name}")?;
        }
        for one in texts.iter().take(SHOWN) {
            writeln!(out, "    line {} went to {}: {:?}", one.line, one.queue, cut(&one.text))?;
        }
    }
    if !figures.misrouted.is_empty() {
        writeln!(out, "  went elsewhere")?;
    }
    for one in figures.misrouted.iter().take(SHOWN) {
        writeln!(out, "    line {} is {}'s, went to {}: {:?}", one.line, one.belongs, one.went, cut(&one.text))?;
    }
    Ok(())
}

fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

fn language(out: &mut String, code: &str, found: &Language) -> std::fmt::Result {
    let of = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), percent);
    write!(
        out,
        "  in {code}            {} texts: intents {}, route {}",
        found.texts,
        of(found.intents),
        of(found.route)
    )?;
    if let Some(left) = &found.left_to_bot {
        write!(out, ", left to the bot {}", counted(left.texts, left.of, left.share))?;
    }
    if found.ece.is_some() {
        write!(out, ", ECE {}, AUROC of none {}", of(found.ece), of(found.auroc_none))?;
    }
    writeln!(out)
}

/// What the second is better or worse in.
fn difference(out: &mut String, a: &Figures, b: &Figures) -> std::fmt::Result {
    writeln!(out, "{} against {}", b.name, a.name)?;
    for row in rows(a, b) {
        let [a, b] = [row.a, row.b].map(|value| row.unit.shown(value));
        writeln!(out, "  {:<34} {a:>8} -> {b:>8}  {}", row.en, row.change())?;
    }
    Ok(())
}
