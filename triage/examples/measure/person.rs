//! Who asks for a person, on lines of our own: `LANGUAGE + text` asks, `LANGUAGE - text` does not.

use std::collections::BTreeMap;
use std::path::Path;

use wissel_triage::Message;

use crate::sets::{engine, lines};

/// Hits, misses and false alarms.
type Counts = (usize, usize, usize);

/// Prints recall and precision of both files, and what was missed of the one that may be learnt from.
pub(crate) fn measure() {
    let engine = engine(&[]);
    let blind = (1..=9).map(|number| format!("blind{number}"));
    let files = ["train", "dev", "fresh", "held", "late"].map(str::to_owned);
    for file in files.into_iter().chain(blind) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/person/{file}.txt"));
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut told_at: Vec<(bool, bool, f64)> = Vec::new();
        let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
        for line in text.lines() {
            let (language, rest) = line.split_at(line.len().min(2));
            let Some((sign, said)) = rest.trim_start().split_once(' ') else { continue };
            let found = engine.examine(Message { text: said, ..Message::default() }).wants_person;
            let told = found.is;
            told_at.push((sign == "+", told, found.p));
            for row in [language, "all"] {
                let count = counts.entry(row).or_default();
                match (sign == "+", told) {
                    (true, true) => count.0 += 1,
                    (true, false) => count.1 += 1,
                    (false, true) => count.2 += 1,
                    (false, false) => {}
                }
            }
            if std::env::var("WISSEL_SHOW").is_ok() {
                println!("{file}\t{line}\t{:.3}", found.p);
            }
            if (file == "dev" || file == "fresh" || file.starts_with("blind")) && (sign == "+") != told {
                println!("  {line} ({:.2})", found.p);
            }
        }
        if file == "dev" {
            for least in [0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05, 0.02] {
                let of = |asks: bool, told: bool| {
                    told_at.iter().filter(|(a, t, p)| *a == asks && (*t || *p >= least) == told).count() as f64
                };
                let hit = of(true, true);
                println!(
                    "  from {least} on: recall {:.1} precision {:.1}",
                    100.0 * hit / (hit + of(true, false)),
                    100.0 * hit / (hit + of(false, true))
                );
            }
        }
        for (row, (hit, missed, wrong)) in counts {
            let percent = |of: usize, all: usize| 100.0 * of as f64 / all.max(1) as f64;
            println!(
                "wants a person, {file}, {row}: n {} recall {:.1} precision {:.1}",
                hit + missed,
                percent(hit, hit + missed),
                percent(hit, hit + wrong)
            );
        }
    }
}

/// Sets that are not learnt from, in which next to nobody asks for a person.
const PLAIN: [&str; 8] = [
    "banking77/train_10shot",
    "multidogo/airline_dev",
    "multidogo/media_dev",
    "multidogo/software_dev",
    "clinc150/val",
    "xsid/nl_valid",
    "xsid/de_valid",
    "goemotions/dev",
];

/// Prints how many plain requests of each set are taken for a wish for a person.
pub(crate) fn alarms(folder: &Path) {
    let engine = engine(&[]);
    for name in PLAIN {
        let all = lines(folder, &format!("{name}.jsonl"));
        let taken = all.iter().filter(|line| {
            let found = engine.examine(Message { text: &line.text, ..Message::default() }).wants_person;
            if found.is && std::env::var("WISSEL_SHOW").is_ok() {
                println!("  {name} ({:.2}): {}", found.p, line.text);
            }
            found.is
        });
        println!("taken for asking for a person, {name}: {} of {}", taken.count(), all.len());
    }
}
