//! Hashed n-grams: words, pairs of words and pieces of words as numbers, without a dictionary.

use super::phrases::Hit;
use super::text::{Stretch, Text};

/// At most this many grams of a kind are looked at.
const MOST: usize = 4000;

/// At most this many bytes of one word are looked at.
const WORD_BYTES: usize = 40;

/// Lengths of the pieces of words, in bytes, with the word's edges.
const SHORTEST: usize = 2;
const LONGEST: usize = 5;

/// Continues a hash with one symbol.
pub(crate) const fn step(hash: u32, symbol: u32) -> u32 {
    (hash ^ symbol).wrapping_mul(0x0100_0193).rotate_left(5)
}

/// Spreads a hash evenly over 32 bits.
pub(crate) const fn spread(hash: u32) -> u32 {
    let mixed = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    let mixed = (mixed ^ (mixed >> 12)).wrapping_mul(0x297a_2d39);
    mixed ^ (mixed >> 15)
}

/// Spreads a hash evenly over `buckets`, a power of two.
pub(crate) const fn bucket(hash: u32, buckets: usize) -> usize {
    spread(hash) as usize & (buckets - 1)
}

/// The grams of a text, each kind in the order of the text, with repetitions.
#[derive(Debug, Default)]
pub(crate) struct Grams {
    pub(crate) words: Vec<u32>,
    pub(crate) pairs: Vec<u32>,
    /// Pieces of words; the lowest two bits are the length, less the shortest.
    pub(crate) pieces: Vec<u32>,
    /// What is talked about, whatever the language, and pairs of it.
    pub(crate) concepts: Vec<u32>,
}

impl Grams {
    pub(crate) fn new(text: &Text, concepts: &[Hit]) -> Self {
        Self::within(text, &text.words, concepts)
    }

    /// Of some words of a text alone.
    pub(crate) fn within(text: &Text, words: &[Stretch], concepts: &[Hit]) -> Self {
        let mut grams = Self {
            words: Vec::with_capacity(words.len()),
            pairs: Vec::with_capacity(words.len() + 1),
            pieces: Vec::with_capacity((words.len() * 28).min(MOST)),
            concepts: Vec::new(),
        };
        let mut before = 0;
        for &word in words {
            if grams.pieces.len() >= MOST || grams.words.len() >= MOST {
                break;
            }
            let hash = grams.word(text, word);
            grams.pairs.push(spread(step(step(3, before), hash)));
            before = hash;
        }
        if before != 0 {
            grams.pairs.push(spread(step(step(3, before), 0)));
        }
        grams.name_concepts(concepts);
        grams
    }

    /// The word itself and its pieces with its edges; gives the word's hash.
    fn word(&mut self, text: &Text, word: Stretch) -> u32 {
        let bytes = text.folded.as_bytes();
        let end = word.end.min(word.start + WORD_BYTES);
        let letters = &bytes[word.start..end];
        let number = letters.iter().all(u8::is_ascii_digit);
        let whole = if number { 7 } else { letters.iter().fold(1, |hash, &byte| step(hash, u32::from(byte))) };
        self.words.push(spread(whole));
        if number {
            return whole;
        }
        let edged = |at: usize| if at == 0 || at > letters.len() { b'_' } else { letters[at - 1] };
        for start in 0..=letters.len() {
            let mut hash = 2;
            for length in 1..=LONGEST.min(letters.len() + 2 - start) {
                hash = step(hash, u32::from(edged(start + length - 1)));
                if length >= SHORTEST {
                    #[expect(clippy::cast_possible_truncation, reason = "a length of two bits")]
                    self.pieces.push(spread(hash) & !3 | (length - SHORTEST) as u32);
                }
            }
        }
        whole
    }

    fn name_concepts(&mut self, concepts: &[Hit]) {
        let mut before: Option<u16> = None;
        for hit in concepts.iter().take(MOST / 8) {
            let concept = u32::from(hit.value);
            self.concepts.push(spread(step(4, concept)));
            if let Some(before) = before.filter(|&before| before != hit.value) {
                let (low, high) = (before.min(hit.value), before.max(hit.value));
                self.concepts.push(spread(step(step(5, u32::from(low)), u32::from(high))));
            }
            before = Some(hit.value);
        }
    }
}
