//! The space that the heads live in: the grams that the examples hold, each with its rarity, and dimensions of meaning.

use crate::ngrams::Grams;

/// One number of a vector: which dimension, and how much.
pub(crate) type Entry = (u32, f32);

/// How much the kinds of grams count against each other: words with pairs, pieces, concepts, meaning.
const WORDS: f32 = 0.65;
const PIECES: f32 = 0.75;
const CONCEPTS: f32 = 0.45;

/// A gram that no example holds says that the text is about something else, but only so much.
const UNSEEN: f32 = 0.35;

/// A gram that is not there.
const NOTHING: u32 = u32::MAX;

/// The dimensions of all examples together.
pub(crate) struct Space {
    /// Open addressing: the gram and its dimension.
    pub(crate) slots: Vec<(u32, u32)>,
    /// How rare each dimension is.
    pub(crate) rarity: Vec<f32>,
    /// How rare a gram is that was never seen.
    pub(crate) unseen: f32,
}

impl Space {
    /// Gathers the grams of the examples.
    pub(crate) fn of<'a>(examples: impl Iterator<Item = &'a Grams> + Clone) -> Self {
        let mut all: Vec<u32> = Vec::new();
        let mut count = 0u16;
        let mut number = 0.0f32;
        let mut own: Vec<u32> = Vec::new();
        for grams in examples {
            own.clear();
            let kinds = [&grams.words, &grams.pairs, &grams.pieces, &grams.concepts];
            own.extend(kinds.into_iter().flatten());
            own.sort_unstable();
            own.dedup();
            all.extend(&own);
            count = count.saturating_add(1);
            number += 1.0;
        }
        all.sort_unstable();
        let distinct: Vec<&[u32]> = all.chunk_by(|a, b| a == b).collect();
        let mut slots = vec![(0, NOTHING); (distinct.len() * 2 + 2).next_power_of_two()];
        let mut rarity = Vec::with_capacity(distinct.len());
        for (dimension, same) in (0..).zip(&distinct) {
            let at = place(&slots, same[0]);
            slots[at] = (same[0], dimension);
            rarity.push(rare(number, same.len()));
        }
        Self { slots, rarity, unseen: rare(number, 0) * UNSEEN }
    }

    /// Grams have so many dimensions; those of meaning come behind them.
    pub(crate) const fn grams(&self) -> usize {
        self.rarity.len()
    }

    /// Whether an example holds this gram.
    pub(crate) fn holds(&self, gram: u32) -> bool {
        self.slots[place(&self.slots, gram)].1 != NOTHING
    }

    /// The vector of a text; `meaning` comes behind the grams, as it is.
    pub(crate) fn vector(&self, grams: &mut Grams, meaning: &[f32]) -> Vec<Entry> {
        let kinds = grams.words.len() + grams.pairs.len() + grams.pieces.len() + grams.concepts.len();
        let mut vector = Vec::with_capacity(kinds + meaning.len());
        grams.words.append(&mut grams.pairs);
        self.kind(&mut grams.words, WORDS, &mut vector);
        self.kind(&mut grams.pieces, PIECES, &mut vector);
        self.kind(&mut grams.concepts, CONCEPTS, &mut vector);
        let behind = u32::try_from(self.grams()).unwrap_or(NOTHING);
        vector.extend((behind..).zip(meaning.iter().copied()));
        vector
    }

    /// Adds one kind of grams, of length `weight` together.
    fn kind(&self, grams: &mut [u32], weight: f32, vector: &mut Vec<Entry>) {
        grams.sort_unstable();
        let first = vector.len();
        let mut square = 0f32;
        for same in grams.chunk_by(|a, b| a == b) {
            let dimension = self.slots[place(&self.slots, same[0])].1;
            let often = if same.len() == 1 { 1.0 } else { 1.0 + times(same.len()).ln() };
            let Some(rarity) = self.rarity.get(dimension as usize) else {
                square += self.unseen * self.unseen;
                continue;
            };
            let x = often * rarity;
            square += x * x;
            vector.push((dimension, x));
        }
        let scale = if square > 0.0 { weight / square.sqrt() } else { 0.0 };
        for entry in &mut vector[first..] {
            entry.1 *= scale;
        }
    }
}

/// Where a gram stands, or would stand.
fn place(slots: &[(u32, u32)], gram: u32) -> usize {
    let mask = slots.len() - 1;
    let mut at = gram.wrapping_mul(0x9e37_79b1) as usize >> 7 & mask;
    while slots[at].1 != NOTHING && slots[at].0 != gram {
        at = (at + 1) & mask;
    }
    at
}

fn rare(examples: f32, holding: usize) -> f32 {
    ((1.0 + examples) / (1.0 + times(holding))).ln() + 1.0
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand examples")]
fn times(number: usize) -> f32 {
    number as f32
}
