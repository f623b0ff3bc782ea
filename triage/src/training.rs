//! What the commands that train the shipped files need of the inside; the daemon has no use for it.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "sizes of what is trained here are small"
)]

use std::sync::LazyLock;

use crate::floor::wants_person;
use crate::intents::train::{Effort, Example, train};
use crate::ngrams::Grams;
use crate::phrases::{self, Phrases};
use crate::spans::Gathered;
use crate::text::Text;
use crate::vectors::{self, Vectors};
use crate::{Language, language, person, shipped};

/// One number of a vector: which dimension, and how much.
pub type Entry = (u32, f32);

/// A class, and the vector of a text of it.
pub type Labelled = (usize, Vec<Entry>);

/// The grams of a text that the static table has rows for, before they are folded into the table's rows, with weights.
#[must_use]
pub fn table_grams(text: &str) -> Vec<Entry> {
    let mut grams = Vec::new();
    vectors::each(&Grams::new(&Text::new(text), &[]), |gram, weight| grams.push((gram, weight)));
    grams
}

/// The vector of a text for the head of language.
#[must_use]
pub fn language_vector(text: &str) -> Vec<Entry> {
    language::vector(&Text::new(text).lower)
}

/// The vector of a text for the heads of emotion and of who asks for a person.
#[must_use]
pub fn gram_vector(text: &str) -> Vec<Entry> {
    let grams = Grams::new(&Text::new(text), &[]);
    shipped::gram_vector(&grams, &Vectors::shipped().of(&grams))
}

/// The vector of a text in a language, if that is known, for the head of who asks for a person; and whether the rules
/// hear it already.
#[must_use]
pub fn person_vector(text: &str, language: Option<Language>) -> (Vec<Entry>, bool) {
    static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::new);
    let text = Text::new(text);
    let mut hits = PHRASES.find(&text);
    phrases::keep_language(&mut hits, language);
    let ruled = wants_person::examine(&text, &hits, &mut Gathered::default()).is;
    (person::vector(&text, &text.words, &hits, &Vectors::shipped()), ruled)
}

/// The shipped file with these texts learnt: the heads of language, of emotion, and of who asks for a person (class 0).
#[must_use]
pub fn heads(languages: &[Labelled], emotions: &[Labelled], persons: &[Labelled]) -> Vec<u8> {
    let mut file = shipped::MAGIC.to_vec();
    let effort = Effort { cost: 4.0, own: 1.0, rounds: 5 };
    linear(languages, language::ROWS, language::CLASSES, effort, &mut file);
    let dimensions = shipped::GRAM_ROWS as usize + Vectors::shipped().dimensions();
    let effort = Effort { cost: 0.15, own: 1.6, rounds: 4 };
    linear(emotions, dimensions, shipped::EMOTIONS, effort, &mut file);
    let effort = Effort { cost: 0.12, own: 2.5, rounds: 8 };
    linear(persons, dimensions, 2, effort, &mut file);
    file
}

/// Learns a head from all but each tenth text, by which it is sharpened, and writes it in eight bits a weight.
fn linear(texts: &[Labelled], dimensions: usize, classes: usize, effort: Effort, file: &mut Vec<u8>) {
    let learnt: Vec<Example<'_>> = texts
        .iter()
        .enumerate()
        .filter(|(n, _)| n % 10 != 9)
        .map(|(_, text)| Example { head: Some(text.0), vector: &text.1 })
        .collect();
    let weights = train(&learnt, classes, dimensions, effort);
    let mut scores = Vec::new();
    let trials: Vec<(usize, Vec<f32>)> = texts
        .iter()
        .skip(9)
        .step_by(10)
        .map(|(class, vector)| {
            weights.scores(vector, &mut scores);
            (*class, scores.clone())
        })
        .collect();
    let sharpness = (1..60)
        .map(|tenths| tenths as f32 / 5.0)
        .max_by(|a, b| likelihood(&trials, *a).total_cmp(&likelihood(&trials, *b)));
    let sharpness = sharpness.unwrap_or(1.0);
    let most: Vec<f32> = (0..classes)
        .map(|class| {
            weights.rows[..dimensions * classes]
                .iter()
                .skip(class)
                .step_by(classes)
                .fold(1e-9, |m: f32, w| m.max(w.abs()))
        })
        .collect();
    file.extend((dimensions as u32).to_le_bytes());
    file.extend((classes as u32).to_le_bytes());
    file.extend(sharpness.to_le_bytes());
    weights.scores(&[], &mut scores);
    for class in 0..classes {
        file.extend((most[class] / 127.0).to_le_bytes());
        file.extend(scores[class].to_le_bytes());
    }
    for row in weights.rows[..dimensions * classes].chunks_exact(classes) {
        file.extend(row.iter().zip(&most).map(|(w, most)| ((w / most * 127.0).round() as i8).cast_unsigned()));
    }
}

fn likelihood(trials: &[(usize, Vec<f32>)], sharpness: f32) -> f32 {
    let of = |(class, scores): &(usize, Vec<f32>)| {
        let all: f32 = scores.iter().map(|score| (sharpness * (score - scores[*class])).exp()).sum();
        -all.ln()
    };
    trials.iter().map(of).sum()
}
