//! Reading data sets: one JSON object a line.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use wissel_triage::encoder::Encoder;
use wissel_triage::{Engine, Intent, Language, Sentences};

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
    };
    labels.into_iter().map(intent).collect()
}

/// The encoder whose file `WISSEL_ENCODER` names, if it names one.
static ENCODER: LazyLock<Option<Arc<dyn Sentences>>> = LazyLock::new(|| {
    let bytes = std::fs::read(std::env::var_os("WISSEL_ENCODER")?).ok()?;
    Some(Arc::new(Encoder::of_bytes("use-multilingual", &bytes).ok()?))
});

/// The engine for these intents, over the encoder where there is one.
pub(crate) fn engine(intents: &[Intent]) -> Engine {
    Engine::over(intents, ENCODER.clone())
}
