//! S5: embedded triage of one message, 15 intents with 25 examples each. The bare loop hashes the same text 16 times
//! with BLAKE3.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::Deserialize;
use wissel::routing::{Decimal, Intent, Language, Localized};
use wissel::triage::{Embedded, Message, Triage};

use crate::table::{Table, percentile};

const ROUNDS: usize = 100;

#[derive(Deserialize)]
struct Shop {
    intents: BTreeMap<String, Examples>,
    messages: Vec<Text>,
}

#[derive(Deserialize)]
struct Examples {
    examples: BTreeMap<Language, Vec<String>>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

/// Measures every text of the set, 100 times.
pub(crate) fn measure(table: &mut Table) -> anyhow::Result<()> {
    let shop: Shop = serde_json::from_str(include_str!("../../tests/data/webshop.json"))?;
    let intents = shop.intents.into_iter().map(|(name, intent)| {
        let (title, examples) = (Localized::default(), intent.examples);
        Ok(Intent {
            name: name.parse()?,
            title,
            answerable: true,
            high_stakes: false,
            examples,
            max_error: Decimal(200),
        })
    });
    let intents = intents.collect::<anyhow::Result<Vec<Intent>>>()?;
    let start = Instant::now();
    let engine = Embedded::new(&intents);
    println!("{} intents learnt in {:?}", intents.len(), start.elapsed());

    let texts: Vec<&str> = shop.messages.iter().map(|message| message.text.as_str()).collect();
    let bare = times(&texts, |text| {
        for _ in 0..16 {
            black_box(blake3::hash(black_box(text).as_bytes()));
        }
    });
    let ours = times(&texts, |text| {
        black_box(engine.examine(Message { text: black_box(text), ..Message::default() }));
    });
    for (share, goal) in [(50, 25), (99, 200)] {
        let (ours, bare) = (percentile(&ours, share), percentile(&bare, share));
        table.time(&format!("S5 triage p{share}"), ours, Some(bare), Duration::from_micros(goal));
    }
    Ok(())
}

/// The time of each call over all texts and rounds, sorted.
fn times(texts: &[&str], work: impl Fn(&str)) -> Vec<Duration> {
    let mut times = Vec::with_capacity(texts.len() * ROUNDS);
    for _ in 0..ROUNDS {
        for text in texts {
            let start = Instant::now();
            work(text);
            times.push(start.elapsed());
        }
    }
    times.sort_unstable();
    times
}
