//! Reading data sets: one JSON object a line.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use wissel_triage::{Intent, Language};

/// One labelled text.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) triage: Option<String>,
    #[serde(default)]
    pub(crate) lang: String,
}

/// The lines of a file, or nothing, and a word about it.
pub(crate) fn lines(folder: &Path, name: &str) -> Vec<Line> {
    let file = folder.join(name);
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("left out: {name} is not there");
        return Vec::new();
    };
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Declares the labels of `lines` as intents, in one language.
pub(crate) fn declare<'a>(lines: impl Iterator<Item = &'a Line>, language: Language, max_error: f64) -> Vec<Intent> {
    let mut labels: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in lines {
        labels.entry(&line.label).or_default().push(line.text.clone());
    }
    let intent = |(name, texts): (&str, Vec<String>)| Intent {
        name: name.to_owned(),
        examples: [(language, texts)].into(),
        max_error,
        automatic: true,
    };
    labels.into_iter().map(intent).collect()
}
