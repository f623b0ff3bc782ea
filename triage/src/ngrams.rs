//! Hashed n-grams: words, pairs of words and pieces of words as numbers, without a dictionary.

use std::ops::Range;

use super::marks::marks;
use super::phrases::Hit;
use super::text::{Stretch, Text};

/// At most this many grams of a kind are looked at.
const MOST: usize = 4000;

/// At most this many bytes of one word are looked at.
const WORD_BYTES: usize = 40;

/// Lengths of the pieces of words, in bytes, with the word's edges.
const SHORTEST: usize = 2;
const LONGEST: usize = 5;
const LENGTHS: usize = LONGEST + 1 - SHORTEST;

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
    /// Marks and pictures beside the words.
    pub(crate) marks: Vec<u32>,
    /// Where each word's pieces end.
    ends: Vec<usize>,
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
            marks: marks(text, words),
            ends: Vec::with_capacity(words.len()),
        };
        let mut before = 0;
        for &word in words {
            if grams.pieces.len() >= MOST || grams.words.len() >= MOST {
                break;
            }
            let hash = grams.word(text, word);
            grams.ends.push(grams.pieces.len());
            grams.pairs.push(pair(before, hash));
            before = hash;
        }
        if before != 0 {
            grams.pairs.push(pair(before, 0));
        }
        grams.name_concepts(concepts);
        grams
    }

    /// Where the pieces of some words of the text stand; absent where these are not the grams of all of the text.
    pub(crate) fn pieces_of(&self, words: &Range<usize>) -> Option<Range<usize>> {
        let end_of = |before: Option<usize>| before.map_or(Some(0), |word| self.ends.get(word).copied());
        Some(end_of(words.start.checked_sub(1))?..end_of(words.end.checked_sub(1))?)
    }

    /// The pairs with which some words of a text begin and end that stand by themselves.
    pub(crate) fn edges(text: &Text, words: &[Stretch]) -> impl Iterator<Item = u32> {
        let word = |word: Option<&Stretch>| word.map(|word| whole_word(letters(text, *word)));
        let last = word(words.last()).filter(|last| *last != 0);
        word(words.first()).map(|first| pair(0, first)).into_iter().chain(last.map(|last| pair(last, 0)))
    }

    /// Some words of the text by their numbers, each with its pieces.
    pub(crate) fn with_pieces(&self, words: Range<usize>) -> impl Iterator<Item = (u32, &[u32])> {
        let some = self.words.iter().enumerate().take(words.end).skip(words.start);
        some.map(|(at, word)| (*word, &self.pieces[self.pieces_of(&(at..at + 1)).unwrap_or_default()]))
    }

    /// The word itself and its pieces with its edges; gives the word's hash.
    fn word(&mut self, text: &Text, word: Stretch) -> u32 {
        let letters = letters(text, word);
        let whole = whole_word(letters);
        self.words.push(spread(whole));
        if is_number(letters) {
            return whole;
        }
        let mut edged = [b'_'; WORD_BYTES + 1 + LONGEST];
        edged[1..=letters.len()].copy_from_slice(letters);
        let first = self.pieces.len();
        self.pieces.resize(first + (letters.len() + 1) * LENGTHS, 0);
        let mut to = first;
        for start in 0..=letters.len() {
            // All lengths are hashed; those that reach beyond the word's edge are written over by what comes next.
            let mut hash = step(2, u32::from(edged[start]));
            for length in 0..LENGTHS {
                hash = step(hash, u32::from(edged[start + 1 + length]));
                #[expect(clippy::cast_possible_truncation, reason = "a length of two bits")]
                let piece = spread(hash) & !3 | length as u32;
                self.pieces[to + length] = piece;
            }
            to += LENGTHS.min(letters.len() + 1 - start);
        }
        self.pieces.truncate(to);
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

fn letters(text: &Text, word: Stretch) -> &[u8] {
    &text.folded.as_bytes()[word.start..word.end.min(word.start + WORD_BYTES)]
}

fn is_number(letters: &[u8]) -> bool {
    letters.iter().all(u8::is_ascii_digit)
}

/// The hash of a word; all numbers are one word.
fn whole_word(letters: &[u8]) -> u32 {
    if is_number(letters) { 7 } else { letters.iter().fold(1, |hash, &byte| step(hash, u32::from(byte))) }
}

const fn pair(before: u32, word: u32) -> u32 {
    spread(step(step(3, before), word))
}
