//! The words of texts and their pieces, and what a text holds of them.

use std::collections::{BTreeMap, BTreeSet};

use wissel_triage::training::table_words;

use crate::least_squares::Sparse;

/// How much a word counts in a text, and a piece of one.
const WORD: f32 = 1.0;
const PIECE: f32 = 0.35;

/// One word.
pub(crate) struct Word {
    /// Thirty bits.
    pub(crate) hash: u32,
    /// In how many places it stands.
    pub(crate) count: u32,
    /// Which pieces, by their number.
    pieces: Vec<u32>,
}

/// All words of the texts, in the order of their hashes, and their pieces. Grams are the words, then the pieces.
pub(crate) struct Words {
    pub(crate) all: Vec<Word>,
    /// Their hashes, in order.
    pub(crate) pieces: Vec<u32>,
}

impl Words {
    /// The words of the texts, and what each text holds of the grams: their weights sum up to one.
    pub(crate) fn of(texts: &[&str]) -> (Self, Sparse) {
        let mut found: BTreeMap<u32, (u32, Vec<u32>)> = BTreeMap::new();
        let mut stand: Vec<Vec<u32>> = Vec::with_capacity(texts.len());
        for text in texts {
            let words = table_words(text);
            stand.push(words.iter().map(|word| word.0).collect());
            for (hash, pieces) in words {
                found.entry(hash).or_insert((0, pieces)).0 += 1;
            }
        }
        let pieces: BTreeSet<u32> = found.values().flat_map(|(_, pieces)| pieces).copied().collect();
        let pieces: Vec<u32> = pieces.into_iter().collect();
        let number = |piece: &u32| pieces.partition_point(|other| other < piece) as u32;
        let word = |(hash, (count, own)): (u32, (u32, Vec<u32>))| Word {
            hash,
            count,
            pieces: own.iter().map(number).collect(),
        };
        let all: Vec<Word> = found.into_iter().map(word).collect();
        let words = Self { all, pieces };
        let mut inputs = Sparse::default();
        for hashes in &stand {
            inputs.push(&words.weights(hashes));
        }
        (words, inputs)
    }

    /// How many grams there are.
    pub(crate) fn grams(&self) -> usize {
        self.all.len() + self.pieces.len()
    }

    fn weights(&self, hashes: &[u32]) -> Vec<(u32, f32)> {
        let mut weights: BTreeMap<u32, f32> = BTreeMap::new();
        for hash in hashes {
            let at = self.all.partition_point(|word| word.hash < *hash);
            *weights.entry(at as u32).or_default() += WORD;
            for piece in &self.all[at].pieces {
                *weights.entry(self.all.len() as u32 + piece).or_default() += PIECE;
            }
        }
        let sum: f32 = weights.values().sum();
        weights.into_iter().map(|(gram, weight)| (gram, weight / sum)).collect()
    }

    /// What each word comes to, of the rows of all grams: its own row with those of its pieces.
    pub(crate) fn together(&self, rows: &[f32], dimensions: usize) -> Vec<f32> {
        let (own, pieces) = rows.split_at(self.all.len() * dimensions);
        let mut whole: Vec<f32> = own.iter().map(|x| x * WORD).collect();
        for (row, word) in whole.chunks_exact_mut(dimensions).zip(&self.all) {
            for &piece in &word.pieces {
                let piece = &pieces[piece as usize * dimensions..(piece as usize + 1) * dimensions];
                row.iter_mut().zip(piece).for_each(|(x, y)| *x += PIECE * y);
            }
        }
        whole
    }

    /// What each word holds of so many rows that pieces share.
    pub(crate) fn shared(&self, rows: usize) -> Sparse {
        let mut inputs = Sparse::default();
        for word in &self.all {
            let mut held: BTreeMap<u32, f32> = BTreeMap::new();
            for &piece in &word.pieces {
                *held.entry(self.pieces[piece as usize] & (rows as u32 - 1)).or_default() += 1.0;
            }
            inputs.push(&held.into_iter().collect::<Vec<_>>());
        }
        inputs
    }
}
