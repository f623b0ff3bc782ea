//! Hashed n-grams: words, pairs of words and pieces of words as numbered features, without a dictionary.

use super::phrases::Hit;
use super::text::{Stretch, Text};

/// How many buckets features fall into.
pub(crate) const BUCKETS: usize = 1 << 15;

/// At most this many features of one message are looked at.
const MOST: usize = 4000;

/// At most this many bytes of one word are looked at.
const WORD_BYTES: usize = 40;

const WORD: f32 = 1.0;
const PAIR: f32 = 0.6;
const PIECE: f32 = 0.35;
const CONCEPT: f32 = 1.6;
const CONCEPT_PAIR: f32 = 1.0;

/// Continues a hash with one symbol.
pub(crate) const fn step(hash: u32, symbol: u32) -> u32 {
    (hash ^ symbol).wrapping_mul(0x0100_0193).rotate_left(5)
}

/// Spreads a hash evenly over `buckets`, a power of two.
pub(crate) const fn bucket(hash: u32, buckets: usize) -> usize {
    let mixed = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    ((mixed ^ (mixed >> 13)) as usize) & (buckets - 1)
}

/// A bucket and how much the feature counts.
pub(crate) type Feature = (u32, f32);

/// The features of a text and of the concepts that were found in it.
pub(crate) fn features(text: &Text, concepts: &[Hit]) -> Vec<Feature> {
    let mut features = Vec::with_capacity((text.folded.len() * 3).min(MOST) + 16);
    let mut before = None;
    for &word in &text.words {
        if features.len() >= MOST {
            break;
        }
        let hash = word_features(text, word, &mut features);
        if let Some(before) = before {
            push(&mut features, step(step(3, before), hash), PAIR);
        }
        before = Some(hash);
    }
    concept_features(concepts, &mut features);
    features
}

fn push(features: &mut Vec<Feature>, hash: u32, weight: f32) {
    #[expect(clippy::cast_possible_truncation, reason = "there are 2^15 buckets")]
    features.push((bucket(hash, BUCKETS) as u32, weight));
}

/// The word itself and its pieces of three to five bytes with its edges; gives the word's hash.
fn word_features(text: &Text, word: Stretch, features: &mut Vec<Feature>) -> u32 {
    let bytes = text.folded.as_bytes();
    let end = word.end.min(word.start + WORD_BYTES);
    let letters = &bytes[word.start..end];
    let number = letters.iter().all(u8::is_ascii_digit);
    let whole = if number { 7 } else { letters.iter().fold(1, |hash, &byte| step(hash, u32::from(byte))) };
    push(features, whole, WORD);
    if number || letters.len() < 3 {
        return whole;
    }
    let edged = |at: usize| if at == 0 || at == letters.len() + 1 { b'_' } else { letters[at - 1] };
    for start in 0..letters.len() {
        let mut hash = 2;
        for length in 1..=5 {
            if start + length > letters.len() + 2 {
                break;
            }
            hash = step(hash, u32::from(edged(start + length - 1)));
            if length >= 3 {
                push(features, hash, PIECE);
            }
        }
    }
    whole
}

/// What is talked about, whatever the language: each concept, and each neighbouring pair of different ones.
fn concept_features(concepts: &[Hit], features: &mut Vec<Feature>) {
    let mut before: Option<u16> = None;
    for hit in concepts.iter().take(MOST / 8) {
        let concept = u32::from(hit.value);
        push(features, step(4, concept), CONCEPT);
        if let Some(before) = before.filter(|&before| before != hit.value) {
            let (low, high) = (before.min(hit.value), before.max(hit.value));
            push(features, step(step(5, u32::from(low)), u32::from(high)), CONCEPT_PAIR);
        }
        before = Some(hit.value);
    }
}
