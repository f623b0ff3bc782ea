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

    /// The vector of a text, in which `meaning` comes behind the grams, as it is.
    pub(crate) fn vector(&self, grams: &mut Grams, meaning: &[f32]) -> Vec<Entry> {
        let own = grams.words.len() + grams.pairs.len() + grams.pieces.len() + grams.concepts.len();
        let mut vector = Vec::with_capacity(own + meaning.len());
        let mut distinct = Distinct::default();
        grams.words.append(&mut grams.pairs);
        self.kind(&grams.words, WORDS, &mut distinct, &mut vector);
        self.kind(&grams.pieces, PIECES, &mut distinct, &mut vector);
        self.kind(&grams.concepts, CONCEPTS, &mut distinct, &mut vector);
        let behind = u32::try_from(self.grams()).unwrap_or(NOTHING);
        vector.extend((behind..).zip(meaning.iter().copied()));
        vector
    }

    /// Adds one kind of grams, of length `weight` together. Whether the examples hold them cannot be foreseen, so
    /// hardly a step depends on it, and all are on their way from memory at once.
    fn kind(&self, grams: &[u32], weight: f32, distinct: &mut Distinct, vector: &mut Vec<Entry>) {
        distinct.of(grams);
        let start = vector.len();
        vector.extend(distinct.grams.iter().map(|gram| (self.dimension(*gram), 0.0)));
        let (mut square, mut to) = (0f32, start);
        for (from, times) in (start..).zip(&distinct.times) {
            let dimension = vector[from].0;
            let rarity = self.rarity.get(dimension as usize).copied();
            let x = often(if rarity.is_some() { *times } else { 1 }) * rarity.unwrap_or(self.unseen);
            square += x * x;
            vector[to] = (dimension, x);
            to += usize::from(rarity.is_some());
        }
        vector.truncate(to);
        let scale = if square > 0.0 { weight / square.sqrt() } else { 0.0 };
        for entry in &mut vector[start..] {
            entry.1 *= scale;
        }
    }

    /// The dimension of a gram; `NOTHING` where no example holds it.
    fn dimension(&self, gram: u32) -> u32 {
        let (found, dimension) = self.slots[first(&self.slots, gram)];
        if dimension == NOTHING || found == gram { dimension } else { self.slots[place(&self.slots, gram)].1 }
    }
}

/// What a gram counts that is there so often.
fn often(number: u32) -> f32 {
    /// 1 + ln of the first ones.
    const FIRST: [f32; 4] = [1.0, 1.0, 1.693_147_2, 2.098_612_3];
    FIRST.get(number as usize).copied().unwrap_or_else(|| 1.0 + times(number as usize).ln())
}

/// Grams, each once, and how often each is there.
#[derive(Default)]
struct Distinct {
    grams: Vec<u32>,
    times: Vec<u32>,
    /// Where each stands in `grams`, from one on, by its first bits.
    places: Vec<u16>,
}

impl Distinct {
    /// So many places for each gram: few fall on one that is taken.
    const ROOM: usize = 4;

    /// In the order in which they first come; at most 65 535 of them.
    fn of(&mut self, all: &[u32]) {
        let bits = (all.len() * Self::ROOM).next_power_of_two().ilog2().max(1);
        self.places.clear();
        self.places.resize(1 << bits, 0);
        for list in [&mut self.grams, &mut self.times] {
            list.clear();
            list.resize(all.len(), 0);
        }
        let mut number = 0;
        for &gram in all {
            let mut place = (gram >> (32 - bits)) as usize;
            while self.places[place] != 0 && self.grams[usize::from(self.places[place]) - 1] != gram {
                place = (place + 1) % self.places.len();
            }
            let is_new = self.places[place] == 0;
            let at = if is_new { number } else { usize::from(self.places[place]) - 1 };
            number += usize::from(is_new);
            self.grams[at] = gram;
            self.times[at] += 1;
            self.places[place] = u16::try_from(at + 1).unwrap_or(u16::MAX);
        }
        self.grams.truncate(number);
        self.times.truncate(number);
    }
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
    use super::Distinct;
    use crate::ngrams::spread;

    #[test]
    fn grams_are_counted_however_many_and_however_alike_they_are() {
        let mut distinct = Distinct::default();
        for length in [0, 1, 15, 512, 513, 8000] {
            for few in [1, 30, u32::MAX] {
                let all: Vec<u32> = (0..length).map(|at| spread(at % few)).chain([0, 0, u32::MAX]).collect();
                distinct.of(&all);
                let once: Vec<u32> = (0..length.min(few)).map(spread).collect();
                assert!(distinct.grams.starts_with(&once), "{length} {few}");
                for (gram, times) in distinct.grams.iter().zip(&distinct.times) {
                    assert_eq!(all.iter().filter(|one| *one == gram).count(), *times as usize, "{length} {few}");
                }
            }
        }
    }
}
