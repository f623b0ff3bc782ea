//! What customers want: linear heads over hashed n-grams, one an intent, learnt from the examples in `routing.toml`.

mod bytes;
mod calibrate;
mod material;
mod train;

use super::ngrams::{BUCKETS, Feature, features};
use super::phrases::{Hit, Phrases, Tag};
use super::text::Text;
use crate::{Intent, Likely};
pub use bytes::{StaleHeads, fingerprint};
use train::{Example, Weights};

/// What is less probable than this is not named.
const NAMED: f64 = 0.1;

/// At most this many intents are named.
const MOST: usize = 3;

/// The heads of all intents.
pub(crate) struct Heads {
    weights: Weights,
    calibration: Calibration,
}

/// From scores to probabilities, and from which one on an intent may be acted upon.
#[derive(Clone, Debug, PartialEq)]
struct Calibration {
    slope: f64,
    offset: f64,
    thresholds: Vec<f64>,
}

impl Calibration {
    fn p(&self, score: f32) -> f64 {
        1.0 / (1.0 + (-(self.slope * f64::from(score) + self.offset)).exp())
    }
}

impl Heads {
    /// Learns from the examples; the same examples always give the same heads.
    pub(crate) fn learn(intents: &[Intent], phrases: &Phrases) -> Self {
        let examples = examples(intents, phrases);
        let heads = intents.len();
        let rarity = train::rarity(&examples);
        let calibration = calibrate::calibrate(&examples, heads, &rarity);
        let weights = train::train(&examples.iter().collect::<Vec<_>>(), heads, &rarity);
        Self { weights, calibration }
    }

    /// The likely intents, best first; none when nothing is near.
    pub(crate) fn tell(&self, text: &Text, concepts: &[Hit]) -> Vec<Likely> {
        if self.weights.heads == 0 || text.words.is_empty() {
            return Vec::new();
        }
        let scores = self.weights.scores(&features(text, concepts));
        let ps = scores.iter().map(|&score| self.calibration.p(score));
        let mut likely: Vec<(usize, f64)> = ps.enumerate().filter(|&(_, p)| p >= NAMED).collect();
        likely.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let named = likely.into_iter().take(MOST).map(|(head, p)| Likely {
            intent: head,
            p,
            threshold: self.calibration.thresholds[head],
        });
        named.collect()
    }
}

/// The company's examples, and texts that are about none of its intents.
fn examples(intents: &[Intent], phrases: &Phrases) -> Vec<Example> {
    let of = |head: usize| move |text: &String| (Some(head), text.clone());
    let own = intents.iter().enumerate().flat_map(|(head, intent)| intent.examples.values().flatten().map(of(head)));
    let none = material::NONE.iter().map(|text| (None, (*text).to_owned()));
    let read = |(head, text): (Option<usize>, String)| Example { head, features: read(&text, phrases) };
    own.chain(none).map(read).collect()
}

fn read(text: &str, phrases: &Phrases) -> Vec<Feature> {
    let text = Text::new(text);
    let concepts: Vec<Hit> = phrases.find(&text).into_iter().filter(|hit| hit.tag == Tag::Concept).collect();
    features(&text, &concepts)
}
