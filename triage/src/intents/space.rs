//! The space that the heads live in: the grams that the examples hold, each with its rarity, and dimensions of meaning.

use std::hint::black_box;

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
    fn holds(&self, gram: u32) -> bool {
        self.slots[place(&self.slots, gram)].1 != NOTHING
    }

    /// The vector of a text, in which `meaning` comes behind the grams, as it is; and the share of its words and pieces that
    /// the examples hold, 0 to 1.
    pub(crate) fn vector(&self, grams: &mut Grams, meaning: &[f32]) -> (Vec<Entry>, f64) {
        let (words, pieces) = (grams.words.len(), grams.pieces.len());
        let mut vector = Vec::with_capacity(words + grams.pairs.len() + pieces + grams.concepts.len() + meaning.len());
        let mut known = grams.words.iter().filter(|gram| self.holds(**gram)).count();
        grams.words.append(&mut grams.pairs);
        self.kind(&mut grams.words, WORDS, &mut vector);
        known += self.kind(&mut grams.pieces, PIECES, &mut vector);
        self.kind(&mut grams.concepts, CONCEPTS, &mut vector);
        let behind = u32::try_from(self.grams()).unwrap_or(NOTHING);
        vector.extend((behind..).zip(meaning.iter().copied()));
        (vector, share(known, words + pieces))
    }

    /// Reads where each gram should stand, so that all are on their way from memory at once.
    fn fetch(&self, grams: &[u32]) {
        black_box(grams.iter().fold(0, |all, gram| all ^ self.slots[first(&self.slots, *gram)].0));
    }

    /// Adds one kind of grams, of length `weight` together; gives how many of them the examples hold.
    fn kind(&self, grams: &mut [u32], weight: f32, vector: &mut Vec<Entry>) -> usize {
        sort(grams);
        self.fetch(grams);
        let first = vector.len();
        let mut square = 0f32;
        let mut known = 0;
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
            known += same.len();
        }
        let scale = if square > 0.0 { weight / square.sqrt() } else { 0.0 };
        for entry in &mut vector[first..] {
            entry.1 *= scale;
        }
        known
    }
}

/// Sorts hashes: into parts by their first bits, in which next to nothing is left to sort.
fn sort(grams: &mut [u32]) {
    const PARTS: usize = 128;
    const LARGEST: usize = 512;
    const SMALLEST: usize = 16;
    if !(SMALLEST..=LARGEST).contains(&grams.len()) {
        grams.sort_unstable();
        return;
    }
    let part = |gram: u32| (gram >> 25) as usize;
    let mut ends = [0u16; PARTS];
    for &gram in grams.iter() {
        ends[part(gram)] += 1;
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    let mut parted = [0u32; LARGEST];
    for &gram in grams.iter() {
        let end = &mut ends[part(gram)];
        *end -= 1;
        parted[usize::from(*end)] = gram;
    }
    grams.copy_from_slice(&parted[..grams.len()]);
    for at in 1..grams.len() {
        let gram = grams[at];
        let mut to = at;
        while to > 0 && grams[to - 1] > gram {
            grams[to] = grams[to - 1];
            to -= 1;
        }
        grams[to] = gram;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand grams")]
fn share(known: usize, all: usize) -> f64 {
    known as f64 / all.max(1) as f64
}

/// Where a gram is looked for first.
fn first(slots: &[(u32, u32)], gram: u32) -> usize {
    gram.wrapping_mul(0x9e37_79b1) as usize >> 7 & (slots.len() - 1)
}

/// Where a gram stands, or would stand.
fn place(slots: &[(u32, u32)], gram: u32) -> usize {
    let mask = slots.len() - 1;
    let mut at = first(slots, gram);
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

#[cfg(test)]
mod tests {
    use super::sort;
    use crate::ngrams::spread;

    #[test]
    fn hashes_are_sorted_however_many_and_however_alike_they_are() {
        for length in [0, 1, 15, 16, 200, 512, 513, 4000] {
            for few in [1, 30, u32::MAX] {
                let mut grams: Vec<u32> = (0..length).map(|at| spread(at % few)).collect();
                let mut sorted = grams.clone();
                sorted.sort_unstable();
                sort(&mut grams);
                assert_eq!(grams, sorted, "{length} {few}");
            }
        }
    }
}
