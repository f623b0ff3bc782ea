//! Complaints, urgency, machines and orders to the bot, on lines of our own: `LANGUAGE SIGN text`, where the sign is `c`, `u`,
//! `a`, `i`, or `-` for what only sounds like it.

use std::collections::BTreeMap;
use std::path::Path;

use wissel_triage::{Engine, Findings, Message, Why};

/// Prints recall and precision of each finding, of all languages and of each.
pub(crate) fn measure() {
    let engine = Engine::new(&[]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/reasons/held.txt");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut counts: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for line in text.lines() {
        let mut parts = line.splitn(3, ' ');
        let (Some(language), Some(sign), Some(said)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let found = engine.examine(Message { text: said, ..Message::default() });
        for (own, is, by_rule) in told(&found) {
            for row in [own.to_owned(), format!("{own}, {language}")] {
                let count = counts.entry(row).or_default();
                let kind = match (sign == own, is) {
                    (true, true) => 0,
                    (true, false) => 1,
                    (false, true) => 2,
                    (false, false) => continue,
                };
                count[kind] += 1;
                count[3] += usize::from(kind == 0 && by_rule);
            }
        }
    }
    for (row, [hit, missed, wrong, ruled]) in counts {
        let percent = |of: usize, all: usize| 100.0 * of as f64 / all.max(1) as f64;
        println!(
            "reasons, held, {row}: n {} recall {:.1} (rules alone {:.1}) precision {:.1}",
            hit + missed,
            percent(hit, hit + missed),
            percent(ruled, hit + missed),
            percent(hit, hit + wrong)
        );
    }
}

/// The sign of each finding, whether it holds, and whether a rule found it.
fn told(found: &Findings) -> [(&'static str, bool, bool); 4] {
    use wissel_triage::FindingName::{Automatic, Complaint, Injection, Urgent};
    let ruled = |name| found.evidence.iter().any(|e| e.finding == name && e.why != Why::Model);
    [
        ("c", found.complaint.is, ruled(Complaint)),
        ("u", found.urgent.is, ruled(Urgent)),
        ("a", found.automatic.is, ruled(Automatic)),
        ("i", found.injection.is, ruled(Injection)),
    ]
}
