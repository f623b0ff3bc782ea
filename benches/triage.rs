//! S5: embedded triage of one message on one core, 15 intents with 25 examples each: p50 ≤ 25 µs, p99 ≤ 200 µs.
//!
//! `cargo bench --bench triage`. Beside the times stands their ratio to a bare loop of the same run, which hashes the
//! same text 16 times with BLAKE3: machines differ, ratios hold.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::Deserialize;
use wissel::routing::{Intent, Language, Localized};
use wissel::triage::{Embedded, Message, Triage};

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

fn main() -> anyhow::Result<()> {
    let shop: Shop = serde_json::from_str(include_str!("../tests/data/webshop.json"))?;
    let intents = shop.intents.into_iter().map(|(name, intent)| {
        let (title, examples) = (Localized::default(), intent.examples);
        Ok(Intent { name: name.parse()?, title, answerable: true, high_stakes: false, examples })
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
    let at = |sorted: &[Duration], share: usize| sorted[(sorted.len() - 1) * share / 100];
    for share in [50, 99] {
        let (ours, bare) = (at(&ours, share), at(&bare, share));
        let ratio = ours.as_secs_f64() / bare.as_secs_f64();
        println!("S5 p{share}: {ours:?} a message, bare loop {bare:?}, ratio {ratio:.2}");
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
