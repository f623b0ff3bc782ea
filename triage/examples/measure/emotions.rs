//! Emotion and language.

use std::collections::BTreeMap;
use std::path::Path;

use wissel_triage::{Engine, Language, Message};

use crate::sets::{engine, lines};

const CLASSES: [&str; 5] = ["angry", "sad_anxious", "doubting", "happy", "neutral"];

/// Macro-F1 of pairs of (true, told) over the first `classes`.
fn macro_f1(pairs: &[(usize, usize)], classes: &[usize]) -> f64 {
    let f1 = |class: usize| {
        let count = |test: &dyn Fn(&(usize, usize)) -> bool| pairs.iter().filter(|p| test(p)).count() as f64;
        let hit = count(&|p| p.0 == class && p.1 == class);
        2.0 * hit / (count(&|p| p.0 == class) + count(&|p| p.1 == class)).max(1.0)
    };
    classes.iter().map(|&class| f1(class)).sum::<f64>() / classes.len() as f64
}

/// Emotion: the largest of the four, or none where all are below a half.
pub(crate) fn measure(folder: &Path) {
    let engine = engine(&[]);
    for (name, classes) in [
        ("goemotions/dev", &[0, 1, 2, 3, 4][..]),
        ("xed/nl", &[0, 1, 3][..]),
        ("brighter/de_dev", &[0, 1, 3, 4][..]),
        ("brighter/es_dev", &[0, 1, 3, 4][..]),
    ] {
        let mut pairs = Vec::new();
        for (number, line) in lines(folder, &format!("{name}.jsonl")).into_iter().enumerate() {
            if name == "goemotions/dev" && number % 2 == 0 {
                continue; // by these the lean was chosen
            }
            if name == "xed/nl" && number % 5 != 0 {
                continue; // learnt from
            }
            let Some(truth) = line.triage.and_then(|t| CLASSES.iter().position(|c| *c == t)) else { continue };
            if !classes.contains(&truth) {
                continue;
            }
            let felt = engine.examine(Message { text: &line.text, ..Message::default() }).emotion;
            let felt = [felt.anger, felt.sadness, felt.doubt, felt.joy];
            let none = if classes.contains(&4) { 0.5 } else { -1.0 };
            let best = classes.iter().filter(|&&c| c < 4).max_by(|&&a, &&b| felt[a].total_cmp(&felt[b])).copied();
            pairs.push((truth, best.filter(|&c| felt[c] >= none).unwrap_or(4)));
        }
        println!("emotion, {name}: n {} macro-F1 {:.1}", pairs.len(), macro_f1(&pairs, classes) * 100.0);
    }
}

/// Language of short messages.
pub(crate) fn languages(folder: &Path) {
    let shown = std::env::var("WISSEL_SHOW").is_ok();
    let engine = engine(&[]);
    for name in [
        "xsid/nl_valid",
        "xsid/en_valid",
        "xsid/de_valid",
        "xsid/it_valid",
        "brighter/de_dev",
        "brighter/es_dev",
        "homeassistant_intents/de",
        "homeassistant_intents/en",
        "xed/nl",
    ] {
        let mut told: BTreeMap<Option<Language>, usize> = BTreeMap::new();
        let mut lines = lines(folder, &format!("{name}.jsonl"));
        if name == "xed/nl" {
            lines = lines.into_iter().step_by(5).collect(); // the others are learnt from
            for line in &mut lines {
                line.text = line.text.split(' ').take(4).collect::<Vec<_>>().join(" ");
            }
        }
        let language = lines.first().map(|line| line.lang.clone()).unwrap_or_default();
        for line in &lines {
            let found = engine.examine(Message { text: &line.text, ..Message::default() }).language;
            *told.entry(found).or_default() += 1;
            if shown && found.map(Language::code) != Some(&line.lang) {
                println!("  {name} {found:?}: {}", line.text);
            }
        }
        let truth = language.parse().ok();
        let all = lines.len().max(1) as f64;
        let right = told.get(&truth).copied().unwrap_or(0) as f64;
        let unsure = told.get(&None).copied().unwrap_or(0) as f64;
        println!(
            "language, {name}: n {all} right {:.1} unsure {:.1} wrong {:.1}",
            right * 100.0 / all,
            unsure * 100.0 / all,
            if truth.is_some() { (all - right - unsure) * 100.0 / all } else { 100.0 - right * 100.0 / all }
        );
    }
}

/// Language of short messages of our own, none of which is learnt from: `LANGUAGE SIGN TEXT`.
pub(crate) fn own_languages() {
    let engine = engine(&[]);
    let mut told: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for file in ["person/held", "person/late", "person/fresh", "reasons/held"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/{file}.txt"));
        for line in std::fs::read_to_string(path).unwrap_or_default().lines() {
            let (language, Some(text)) = (&line[..2], line.get(5..)) else { continue };
            let Ok(truth) = language.parse::<Language>() else { continue };
            let found = engine.examine(Message { text, ..Message::default() }).language;
            let count = told.entry(language.to_owned()).or_default();
            count[found.map_or(1, |found| if found == truth { 0 } else { 2 })] += 1;
            if file.ends_with("fresh") && found != Some(truth) {
                println!("  {language} {found:?}: {text}");
            }
        }
    }
    print("own lines", told);
    short_languages(&engine);
}

/// Short messages, `LANGUAGE TEXT`: of a language that is not ours it is right to be unsure.
fn short_languages(engine: &Engine) {
    for file in ["blind1", "blind2", "blind3", "around1", "around2", "around3"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/language/{file}.txt"));
        let mut told: BTreeMap<String, [usize; 3]> = BTreeMap::new();
        for line in std::fs::read_to_string(path).unwrap_or_default().lines() {
            let Some((code, text)) = line.split_once(' ') else { continue };
            let truth: Option<Language> = code.parse().ok();
            let findings = engine.examine(Message { text, ..Message::default() });
            let found = findings.language;
            let kind = if found == truth { 0 } else { 1 + usize::from(found.is_some()) };
            if kind != 0 {
                println!("  {code} {found:?} {:.2}: {text}", findings.language_p);
            }
            for row in [code, "all"] {
                told.entry(row.to_owned()).or_default()[kind] += 1;
            }
        }
        print(file, told);
    }
}

/// Prints how many lines of each language are right, unsure and wrong.
fn print(name: &str, told: BTreeMap<String, [usize; 3]>) {
    for (language, count) in told {
        let all: usize = count.iter().sum();
        let [right, unsure, wrong] = count.map(|n| n as f64 * 100.0 / all as f64);
        println!("language, {name}, {language}: n {all} right {right:.1} unsure {unsure:.1} wrong {wrong:.1}");
    }
}
