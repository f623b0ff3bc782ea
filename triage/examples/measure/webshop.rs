//! The demo shop's intents on texts of one's own, and how long its messages take.

use std::path::Path;

use serde_json::Value;
use wissel_triage::{Intent, Message};

use crate::sets::engine;

/// The demo shop.
fn shop() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/webshop.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap_or_default()).unwrap_or_default()
}

/// Prints how long the demo shop's messages take, each forty times: all of these times, and of each message the least, which
/// tells more where others use the machine as well.
pub(crate) fn time() {
    let shop = shop();
    let engine = engine(&intents(&shop));
    let texts: Vec<&str> =
        shop["messages"].as_array().into_iter().flatten().filter_map(|m| m["text"].as_str()).collect();
    let mut took = Vec::new();
    let mut least = vec![f64::MAX; texts.len()];
    for (number, text) in (0..40).flat_map(|_| texts.iter().enumerate()) {
        let start = std::time::Instant::now();
        std::hint::black_box(engine.examine(Message { text, ..Message::default() }));
        let micros = start.elapsed().as_nanos() as f64 / 1000.0;
        took.push(micros);
        least[number] = least[number].min(micros);
    }
    for (name, mut took) in [("", took), (", each at its best", least)] {
        took.sort_by(f64::total_cmp);
        let at = |share: f64| took.get((took.len() as f64 * share) as usize).copied().unwrap_or_default();
        println!("a message of the shop{name}: p50 {:.1} µs p99 {:.1} µs", at(0.5), at(0.99));
    }
}

fn intents(shop: &Value) -> Vec<Intent> {
    let intent = |(name, intent): (&String, &Value)| {
        let most = std::env::var("MOST").map_or(0.1, |m| m.parse().unwrap_or(0.1));
        Intent {
            name: name.clone(),
            examples: serde_json::from_value::<std::collections::BTreeMap<String, Vec<String>>>(
                intent["examples"].clone(),
            )
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(language, texts)| Some((language.parse().ok()?, texts)))
            .collect(),
            max_error: if intent["answerable"] == true { most } else { 0.2 },
        }
    };
    shop["intents"].as_object().into_iter().flatten().map(intent).collect()
}

/// Prints how many of the demo shop's messages would go where they belong, people for every reason for people and the bot for
/// courtesy and what it may answer, and each that would not.
pub(crate) fn routes() {
    let shop = shop();
    let intents = intents(&shop);
    let engine = engine(&intents);
    let (mut all, mut right, mut people, mut wrongly) = (0, 0, 0, 0);
    let (mut angry, mut heard) = (0, 0);
    for message in shop["messages"].as_array().into_iter().flatten() {
        let text = message["text"].as_str().unwrap_or_default();
        let found = engine.examine(Message { text, ..Message::default() });
        let reasons = reasons(&found);
        let best = found.intents.first();
        let answerable = best.is_some_and(|best| {
            best.p >= best.threshold && shop["intents"][&intents[best.intent].name]["answerable"] == true
        });
        let bot = reasons.is_empty() && (found.questions == 0 || answerable);
        let should = message["route"] == "bot";
        all += 1;
        right += u32::from(bot == should);
        people += u32::from(!should);
        angry += u32::from(message["emotion"] == "angry");
        heard += u32::from(message["emotion"] == "angry" && found.emotion.anger >= 0.5);
        wrongly += u32::from(bot && !should);
        let asks = message["asks_human"] == true;
        if found.wants_person.is != asks {
            println!(
                "  {} asks for a person {asks} ({:.2}): {text} ({})",
                message["id"], found.wants_person.p, message["why"]
            );
        }
        if bot != should {
            let told = best.map(|best| format!("{} {:.2} of {:.2}", intents[best.intent].name, best.p, best.threshold));
            let (named, why) = (&message["intents"], &message["why"]);
            let language = found.language.map(wissel_triage::Language::code);
            println!("  {} {language:?} {named} {told:?} {reasons:?}: {text} ({why})", message["id"]);
        }
    }
    let percent = |of: u32, all: u32| 100.0 * f64::from(of) / f64::from(all.max(1));
    println!(
        "shop: n {all} route right {:.1} people's to the bot {:.1} anger heard {:.1}",
        percent(right, all),
        percent(wrongly, people),
        percent(heard, angry)
    );
}

/// Why a message goes to people.
fn reasons(found: &wissel_triage::Findings) -> Vec<&'static str> {
    let all = [
        ("wants a person", found.wants_person.is),
        ("complains", found.complaint.is),
        ("instructs the bot", found.injection.is),
        ("a machine", found.automatic.is),
        ("anger", found.emotion.anger >= 0.5),
        ("sadness", found.emotion.sadness >= 0.5),
        ("questions", found.questions > 1),
    ];
    all.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name).collect()
}

/// Prints what is found in `texts`, with the demo shop's intents. Its figures: `cargo test -p wissel-triage webshop`.
pub(crate) fn tell(texts: &[String]) {
    let intents = intents(&shop());
    let engine = engine(&intents);
    for text in texts {
        let found = engine.examine(Message { text, ..Message::default() });
        let named = |likely: &wissel_triage::Likely| {
            format!("{} {:.2} of {:.2}", intents[likely.intent].name, likely.p, likely.threshold)
        };
        let likely: Vec<String> = found.intents.iter().map(named).collect();
        println!("{text}: {:?} {likely:?} {:?} questions {}", found.language, found.emotion, found.questions);
    }
}
