//! What the commands that train the shipped files need of the inside; the daemon has no use for it.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "sizes of what is trained here are small"
)]

mod layered;

use std::sync::LazyLock;

use crate::floor::wants_person;
use crate::intents::train::{Effort, Example, Weights, train};
use crate::ngrams::Grams;
use crate::phrases::{self, Phrases};
use crate::spans::Gathered;
use crate::text::Text;
use crate::vectors::{self, Vectors};
use crate::{Language, language, person, reasons, shipped};

pub use layered::{LayeredHead, Plan, over_sentences};

/// One number of a vector: which dimension, and how much.
pub type Entry = (u32, f32);

/// A class, and the vector of a text of it.
pub type Labelled = (usize, Vec<Entry>);

/// The words of a text as the static table knows them, in thirty bits, each with its pieces.
#[must_use]
pub fn table_words(text: &str) -> Vec<(u32, Vec<u32>)> {
    let told =
        |pieces: &[u32]| pieces.iter().filter(|piece| vectors::is_told(**piece)).map(|p| vectors::hash(*p)).collect();
    let grams = Grams::new(&Text::new(text), &[]);
    grams.with_pieces(0..grams.words.len()).map(|(word, pieces)| (vectors::hash(word), told(pieces))).collect()
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

/// A text as the head of who asks for a person is given it.
pub struct Asked {
    /// Its vector.
    pub vector: Vec<Entry>,
    /// Whether the rules hear a wish for a person for sure.
    pub ruled: bool,
    /// Whether they hear what mostly is one.
    pub likely: bool,
    /// Whether there is a word in it about people, machines or being in touch.
    pub signed: bool,
}

/// Reads a text in a language, if that is known, for the head of who asks for a person.
#[must_use]
pub fn asked(text: &str, language: Option<Language>) -> Asked {
    static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::new);
    let text = Text::new(text);
    let mut hits = PHRASES.find(&text);
    phrases::keep_language(&mut hits, language);
    let ruled = wants_person::examine(&text, &hits, &mut Gathered::default());
    let grams = Grams::new(&text, &[]);
    let mut vector = shipped::gram_vector(&grams, &Vectors::shipped().of(&grams));
    vector.extend(person::signs(&text, &text.words, &hits));
    let (ruled, likely) = (ruled.sure.is, !ruled.likely.is_empty());
    Asked { vector, ruled, likely, signed: person::may_be_asked(&text.words, &hits) }
}

/// The heads that ship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Which language, classes as in `data/language`.
    Language,
    /// Which emotion: anger, sadness or anxiety, doubt, joy, none.
    Emotion,
    /// Asks for a person (class 0) or does not.
    Person,
    /// Complains, is urgent, was written by a machine, instructs the bot, none.
    Reason,
}

impl Head {
    /// In the order of the file.
    const ALL: [Self; 4] = [Self::Language, Self::Emotion, Self::Person, Self::Reason];

    fn dimensions(self) -> usize {
        match self {
            Self::Language => language::ROWS,
            _ => shipped::GRAM_ROWS as usize + Vectors::shipped().dimensions(),
        }
    }

    const fn classes(self) -> usize {
        match self {
            Self::Language => language::CLASSES,
            Self::Emotion => shipped::EMOTIONS,
            Self::Person => 2,
            Self::Reason => reasons::CLASSES,
        }
    }

    const fn effort(self) -> Effort {
        match self {
            Self::Language => Effort { cost: 0.5, own: 1.0, rounds: 8 },
            Self::Emotion => Effort { cost: 0.3, own: 1.6, rounds: 6 },
            Self::Person => Effort { cost: 0.6, own: 2.5, rounds: 8 },
            Self::Reason => Effort { cost: 0.15, own: 2.0, rounds: 6 },
        }
    }
}

/// The shipped file: what each head has learnt from its texts, in the order language, emotion, person, reason.
#[must_use]
pub fn heads(texts: &[Vec<Labelled>; 4]) -> Vec<u8> {
    let mut file = shipped::MAGIC.to_vec();
    for (head, texts) in Head::ALL.into_iter().zip(texts) {
        let (weights, sharpness) = learnt(head, texts);
        write(head, &weights, sharpness, &mut file);
    }
    file
}

/// The log odds of the classes of some texts, by a head that learnt from others.
#[must_use]
pub fn tried(head: Head, learnt_from: &[Labelled], asked: &[Labelled]) -> Vec<Vec<f32>> {
    let (weights, sharpness) = learnt(head, learnt_from);
    let mut scores = Vec::new();
    let told = |text: &Labelled| {
        weights.scores(&text.1, &mut scores);
        scores.iter().map(|score| score * sharpness).collect()
    };
    asked.iter().map(told).collect()
}

/// Learns a head from all but each tenth text, by which it is sharpened.
fn learnt(head: Head, texts: &[Labelled]) -> (Weights, f32) {
    let kept = texts.iter().enumerate().filter(|(n, _)| n % 10 != 9);
    let kept: Vec<Labelled> = kept.map(|(_, text)| (text.0, merged(&text.1))).collect();
    let own: Vec<Example<'_>> = kept.iter().map(|text| Example { head: Some(text.0), vector: &text.1 }).collect();
    let weights = train(&own, head.classes(), head.dimensions(), head.effort());
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
    (weights, sharpness.unwrap_or(1.0))
}

/// A vector in which each dimension stands once: a step is as long as the vector is, and one that seems shorter than it is,
/// because a word stands in it ten times, makes steps that never settle.
fn merged(vector: &[Entry]) -> Vec<Entry> {
    let mut sorted = vector.to_vec();
    sorted.sort_unstable_by_key(|entry| entry.0);
    sorted.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0.0 };
        same
    });
    sorted
}

/// Writes a head in eight bits a weight.
fn write(head: Head, weights: &Weights, sharpness: f32, file: &mut Vec<u8>) {
    let (dimensions, classes) = (head.dimensions(), head.classes());
    let rows = &weights.rows[..dimensions * classes];
    let largest = |class| rows.iter().skip(class).step_by(classes).fold(1e-9, |m: f32, w| m.max(w.abs()));
    let most: Vec<f32> = (0..classes).map(largest).collect();
    let mut scores = Vec::new();
    weights.scores(&[], &mut scores);
    file.extend((dimensions as u32).to_le_bytes());
    file.extend((classes as u32).to_le_bytes());
    file.extend(sharpness.to_le_bytes());
    for class in 0..classes {
        file.extend((most[class] / 127.0).to_le_bytes());
        file.extend(scores[class].to_le_bytes());
    }
    for row in rows.chunks_exact(classes) {
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
