//! A small static table of meaning in many languages: what a text is about, as the sum of its words' rows. A word that the
//! table does not know is the sum of its pieces' rows, which it shares with others. Distilled from a sentence encoder by
//! `examples/distill`; see `MODEL.md`.

use std::ops::Range;

use crate::intents::sum::{self, LINE, Line};
use crate::ngrams::Grams;

/// Begins where a line of the processor's cache begins, and so does each row.
#[repr(align(64))]
struct Aligned<B: ?Sized>(B);

/// The table that ships.
static SHIPPED: &Aligned<[u8]> = &Aligned(*include_bytes!("../model/vectors.bin"));

/// The file begins so; then how many words it knows, and how many rows for pieces; the rest of the line is empty. Then the
/// rows, those of words in the order of their hashes' groups; where each group begins, and the last one ends, in two bytes;
/// and what is left of each word's hash, in two.
const MAGIC: &[u8; 8] = b"WSLVEC02";

/// The lowest bits of a gram are the group of its word: words are looked for among a few.
const GROUP_BITS: u32 = 14;
const GROUPS: usize = 1 << GROUP_BITS;

/// Numbers of a row.
pub(crate) const DIMENSIONS: usize = sum::LINE_NUMBERS;

/// Words and pieces to vectors of four bits a number.
#[derive(Clone, Copy)]
pub(crate) struct Vectors {
    words: u32,
    /// How many rows the pieces have; a power of two.
    pieces: u32,
    rows: &'static [Line],
    groups: &'static [[u8; 2]],
    rests: &'static [[u8; 2]],
}

impl Vectors {
    /// The table that ships; an empty one has no dimensions.
    pub(crate) fn shipped() -> Self {
        Self::read(&SHIPPED.0).unwrap_or(Self { words: 0, pieces: 0, rows: &[], groups: &[], rests: &[] })
    }

    fn read(bytes: &'static [u8]) -> Option<Self> {
        let (head, body) = bytes.split_first_chunk::<LINE>()?;
        let [words, pieces, ..] = *head.strip_prefix(MAGIC)?.as_chunks::<4>().0 else { return None };
        let (words, pieces) = (u32::from_le_bytes(words), u32::from_le_bytes(pieces));
        let (rows, keys) = body.split_at_checked((words as usize + pieces as usize) * LINE)?;
        let (groups, rests) = keys.as_chunks::<2>().0.split_at_checked(GROUPS + 1)?;
        let sound =
            pieces.is_power_of_two() && rests.len() == words as usize && groups.is_sorted_by_key(|bytes| place(*bytes));
        let last = groups.last().map(|bytes| place(*bytes));
        (sound && last == Some(words as usize)).then_some(Self {
            words,
            pieces,
            rows: rows.as_chunks().0,
            groups,
            rests,
        })
    }

    pub(crate) const fn dimensions(&self) -> usize {
        if self.rows.is_empty() { 0 } else { DIMENSIONS }
    }

    /// The meaning of a text, of length one, or zero where nothing is known.
    pub(crate) fn of(&self, grams: &Grams) -> Vec<f32> {
        unit(self.sum(grams, 0..grams.words.len()))
    }

    /// The sum of the rows of some words of a text by their numbers: those of a text's parts add up to that of the text.
    pub(crate) fn sum(&self, grams: &Grams, words: Range<usize>) -> Vec<f32> {
        let mut rows = Vec::with_capacity(words.len() + 16);
        for (word, pieces) in grams.with_pieces(words) {
            if let Some(row) = self.word(hash(word)) {
                rows.push(row);
            } else {
                let told = pieces.iter().filter(|piece| is_told(**piece));
                rows.extend(told.map(|piece| self.piece(hash(*piece))));
            }
        }
        sum::lines(self.rows, &rows)[..self.dimensions()].to_vec()
    }

    /// The row of a word that is known.
    fn word(&self, hash: u32) -> Option<u32> {
        let group = hash as usize & (GROUPS - 1);
        let (from, to) = (place(*self.groups.get(group)?), place(*self.groups.get(group + 1)?));
        let rest = (hash >> GROUP_BITS).to_le_bytes();
        let at = self.rests.get(from..to)?.iter().position(|own| *own == rest[..2])?;
        u32::try_from(from + at).ok()
    }

    const fn piece(&self, hash: u32) -> u32 {
        self.words + (hash & self.pieces.wrapping_sub(1))
    }
}

fn place(bytes: [u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(bytes))
}

/// The hash of the table that ships.
pub(crate) fn sum() -> &'static str {
    static SUM: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| blake3::hash(&SHIPPED.0).to_hex().to_string());
    &SUM
}

/// A sum of rows as what it points to: of length one, or zero where nothing is known.
pub(crate) fn unit(mut sum: Vec<f32>) -> Vec<f32> {
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        for x in &mut sum {
            *x /= length;
        }
    }
    sum
}

/// The thirty bits of a gram that the table knows it by: sixteen and those of its group.
pub(crate) const fn hash(gram: u32) -> u32 {
    gram >> 2
}

/// Whether the table has a row for a piece: it is of three or four letters.
pub(crate) const fn is_told(piece: u32) -> bool {
    matches!(piece & 3, 1 | 2)
}

#[cfg(test)]
mod tests {
    use super::Vectors;
    use crate::ngrams::Grams;
    use crate::text::Text;

    fn likeness(a: &str, b: &str) -> f32 {
        let meaning = |text: &str| Vectors::shipped().of(&Grams::new(&Text::new(text), &[]));
        meaning(a).iter().zip(meaning(b)).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn words_of_two_languages_are_near_each_other_and_a_slip_of_the_finger_keeps_a_word_near() {
        assert!(likeness("mijn bestelling is kapot", "my order is broken") > 0.5);
        assert!(likeness("refrigeratorr", "refrigerator") > 0.4);
        assert!(likeness("mijn bestelling is kapot", "what a lovely song") < 0.3);
    }

    #[test]
    fn a_text_without_words_has_no_meaning() {
        assert!(likeness("!!", "!!") <= 0.0);
    }
}
