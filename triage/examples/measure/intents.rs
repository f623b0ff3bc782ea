//! Intents from declared examples: accuracy, calibration, what can be automated, out of scope, other languages.

use std::collections::HashSet;
use std::path::Path;
use std::time::Instant;

use wissel_triage::{Engine, Intent, Language, Message};

use crate::sets::{Line, declare, engine, lines};

/// What one text got.
struct Told {
    right: bool,
    p: f64,
    threshold: f64,
    /// That it is about any intent.
    about: f64,
}

/// Shares of many texts.
pub(crate) struct Figures {
    accuracy: f64,
    ece: f64,
    automated: f64,
    error: f64,
    p50: f64,
    p99: f64,
}

fn share(of: usize, all: usize) -> f64 {
    of as f64 / all.max(1) as f64
}

fn tell(engine: &Engine, intents: &[Intent], tests: &[Line]) -> (Vec<Told>, Vec<f64>) {
    let mut micros = Vec::with_capacity(tests.len());
    let told = tests.iter().map(|line| {
        let start = Instant::now();
        let found = engine.examine(Message { text: &line.text, ..Message::default() });
        micros.push(start.elapsed().as_secs_f64() * 1e6);
        let best = found.intents.first();
        Told {
            right: best.is_some_and(|best| intents[best.intent].name == line.label),
            p: best.map_or(0.0, |best| best.p),
            threshold: best.map_or(1.0, |best| best.threshold),
            about: 1.0 - found.none,
        }
    });
    let told = told.collect();
    micros.sort_by(f64::total_cmp);
    (told, micros)
}

fn figures(told: &[Told], micros: &[f64]) -> Figures {
    let mut bins = [(0usize, 0usize, 0f64); 10];
    for one in told {
        let bin = &mut bins[((one.p * 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += usize::from(one.right);
        bin.2 += one.p;
    }
    let gaps = bins.iter().map(|&(n, right, sum)| (right as f64 - sum).abs() * f64::from(u8::from(n > 0)));
    let above: Vec<&Told> = told.iter().filter(|one| one.p >= one.threshold).collect();
    let at = |q: f64| micros.get((micros.len() as f64 * q) as usize).copied().unwrap_or(0.0);
    Figures {
        accuracy: share(told.iter().filter(|one| one.right).count(), told.len()),
        ece: gaps.sum::<f64>() / told.len().max(1) as f64,
        automated: share(above.len(), told.len()),
        error: share(above.iter().filter(|one| !one.right).count(), above.len()),
        p50: at(0.5),
        p99: at(0.99),
    }
}

fn run(name: &str, intents: &[Intent], tests: &[Line]) -> f64 {
    let start = Instant::now();
    let engine = engine(intents);
    let learnt = start.elapsed().as_secs_f64();
    let (told, micros) = tell(&engine, intents, tests);
    let f = figures(&told, &micros);
    println!(
        "{name:28} n {:5}  accuracy {:5.1}  ECE {:4.1}  at 2 %: automated {:5.1} wrong {:4.2}  learnt {learnt:5.2} s  p50 {:4.0} p99 {:4.0} us",
        told.len(),
        f.accuracy * 100.0,
        f.ece * 100.0,
        f.automated * 100.0,
        f.error * 100.0,
        f.p50,
        f.p99
    );
    let mut best: Vec<&Told> = told.iter().collect();
    best.sort_by(|a, b| b.p.total_cmp(&a.p));
    let at = |percent: usize| {
        let top = &best[..best.len() * percent / 100];
        format!("{percent} %: {:.2}", 100.0 * share(top.iter().filter(|one| !one.right).count(), top.len()))
    };
    println!("{:28} wrong of the surest {}", "", [10, 20, 30, 40, 50, 60].map(at).join("  "));
    f.accuracy
}

/// What was not learnt from, whatever its case and blanks.
fn rest(all: Vec<Line>, learnt: &[Line]) -> Vec<Line> {
    let plain = |line: &Line| line.text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let known: HashSet<String> = learnt.iter().map(plain).collect();
    all.into_iter().filter(|line| !known.contains(&plain(line))).collect()
}

pub(crate) fn banking(folder: &Path) {
    let learnt = lines(folder, "banking77/train_10shot.jsonl");
    let tests = rest(lines(folder, "banking77/train.jsonl"), &learnt);
    run("banking77, 10 examples", &declare(learnt.iter(), Language::En, 0.02), &tests);
}

pub(crate) fn banking_all(folder: &Path) {
    let all = lines(folder, "banking77/train.jsonl");
    let parts = 5;
    let mut sum = 0.0;
    for part in 0..parts {
        let kept = |n: usize| n % parts == part;
        let learnt = all.iter().enumerate().filter(|(n, _)| !kept(*n)).map(|(_, line)| line);
        let tests: Vec<Line> = all.iter().enumerate().filter(|(n, _)| kept(*n)).map(|(_, l)| l.clone()).collect();
        sum += run("banking77, all, part", &declare(learnt, Language::En, 0.02), &tests);
    }
    println!("banking77, all, cross-validated: {:.1}", sum * 100.0 / parts as f64);
}

pub(crate) fn clinc(folder: &Path) {
    let learnt = lines(folder, "clinc150/train.jsonl");
    let tests = lines(folder, "clinc150/val.jsonl");
    let out = lines(folder, "clinc150/oos_val.jsonl");
    let intents = declare(learnt.iter(), Language::En, 0.02);
    let engine = engine(&intents);
    let (inside, micros) = tell(&engine, &intents, &tests);
    let (outside, _) = tell(&engine, &intents, &out);
    let f = figures(&inside, &micros);
    let pairs = inside.iter().map(|a| {
        outside
            .iter()
            .map(|b| match a.about.total_cmp(&b.about) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            })
            .sum::<f64>()
    });
    let auroc = pairs.sum::<f64>() / (inside.len() * outside.len()).max(1) as f64;
    // Both are to hold, and three points more are asked of the first.
    let least = |(accuracy, recall, _): (f64, f64, f64)| accuracy.min(recall + 0.03);
    let best = (1..200).map(|t| f64::from(t) / 200.0).map(|t| {
        let accuracy = share(inside.iter().filter(|one| one.right && one.about >= t).count(), inside.len());
        let recall = share(outside.iter().filter(|one| one.about < t).count(), outside.len());
        (accuracy, recall, t)
    });
    let best = best.max_by(|a, b| least(*a).total_cmp(&least(*b))).unwrap_or_default();
    println!(
        "CLINC150: accuracy {:.1}  ECE {:.1}  AUROC of out of scope {:.1}  at 1 - none {:.3}: in scope {:.1}, out of scope found {:.1}  p50 {:.0} p99 {:.0} us",
        f.accuracy * 100.0,
        f.ece * 100.0,
        auroc * 100.0,
        best.2,
        best.0 * 100.0,
        best.1 * 100.0,
        f.p50,
        f.p99
    );
}

pub(crate) fn xsid(folder: &Path) {
    let en = lines(folder, "xsid/en_valid.jsonl");
    let nl = lines(folder, "xsid/nl_valid.jsonl");
    let de = lines(folder, "xsid/de_valid.jsonl");
    let mut sum = 0.0;
    for part in 0..5 {
        let learnt = nl.iter().enumerate().filter(|(n, _)| n % 5 != part).map(|(_, line)| line);
        let tests: Vec<Line> = nl.iter().enumerate().filter(|(n, _)| n % 5 == part).map(|(_, l)| l.clone()).collect();
        sum += run("xSID, Dutch from Dutch, part", &declare(learnt, Language::Nl, 0.02), &tests);
    }
    println!("xSID, Dutch from Dutch: {:.1}", sum * 20.0);
    run("xSID, Dutch from English", &declare(en.iter(), Language::En, 0.02), &nl);
    run("xSID, German from English", &declare(en.iter(), Language::En, 0.02), &de);
}

/// Sets that nothing is reported of: what is tuned is tuned on these.
pub(crate) fn tune(folder: &Path) {
    let learnt = lines(folder, "clinc150/train_10shot.jsonl");
    let tests: Vec<Line> = rest(lines(folder, "clinc150/train.jsonl"), &learnt).into_iter().step_by(5).collect();
    run("CLINC150, 10 examples", &declare(learnt.iter(), Language::En, 0.02), &tests);
    for (name, train, every) in [
        ("bitext", "bitext_cs/train.jsonl", 20),
        ("home assistant en", "homeassistant_intents/en.jsonl", 4),
        ("home assistant de", "homeassistant_intents/de.jsonl", 10),
    ] {
        let all = lines(folder, train);
        let learnt: Vec<Line> = all.iter().step_by(every).cloned().collect();
        let language = if name.ends_with("de") { Language::De } else { Language::En };
        run(name, &declare(learnt.iter(), language, 0.02), &rest(all, &learnt));
    }
}
