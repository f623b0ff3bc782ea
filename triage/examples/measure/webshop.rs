//! The demo shop's intents on texts of one's own.

use std::path::Path;

use serde_json::Value;
use wissel_triage::{Intent, Message};

use crate::sets::engine;

/// Prints what is found in `texts`, with the demo shop's intents. Its figures: `cargo test -p wissel-triage webshop`.
pub(crate) fn tell(texts: &[String]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/webshop.json");
    let shop: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap_or_default()).unwrap_or_default();
    let intent = |(name, intent): (&String, &Value)| {
        let automatic = intent["answerable"] == true;
        Intent {
            name: name.clone(),
            examples: serde_json::from_value::<std::collections::BTreeMap<String, Vec<String>>>(
                intent["examples"].clone(),
            )
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(language, texts)| Some((language.parse().ok()?, texts)))
            .collect(),
            max_error: if automatic { 0.02 } else { 0.2 },
            automatic,
        }
    };
    let intents: Vec<Intent> = shop["intents"].as_object().into_iter().flatten().map(intent).collect();
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
