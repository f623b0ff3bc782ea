//! A set of phrases, found from where they begin: the hash of what was read is looked up wherever a word ends, and says which
//! phrases end there and whether any goes on.

use std::hint::black_box;

/// A place in the table: some bits of a hash, and what is known of it.
#[derive(Clone, Copy)]
struct Slot {
    check: u32,
    known: u32,
}

/// Nothing begins so.
const NOTHING: u32 = u32::MAX;
/// Phrases go on from here, none ends.
const GOES_ON: u32 = u32::MAX - 1;

/// One of the phrases.
#[derive(Clone, Copy)]
struct Phrase {
    hash: u64,
    /// May be part of a longer word: that which begins earlier, that which ends later.
    open: [bool; 2],
}

/// Phrases in a hash table, together with how each of them begins up to the end of each of its words.
pub(crate) struct Prefixes {
    phrases: Vec<Phrase>,
    slots: Vec<Slot>,
    /// A bit for the hash of each phrase that may end within a word.
    within: Vec<u64>,
    /// For each byte whether a phrase begins so.
    firsts: [bool; 256],
    /// A bit for the first two bytes of each phrase that may begin within a word.
    pairs: Vec<u64>,
    /// The length of the longest one, in bytes.
    longest: usize,
}

/// Few enough bits to stay in the nearest cache.
const WITHIN_BITS: u32 = 14;

impl Prefixes {
    /// Of phrases that are sorted, each with whether it may be part of a longer word that begins earlier or ends later. One may
    /// stand there more than once.
    pub(crate) fn of<'a>(sorted: impl Iterator<Item = (&'a str, [bool; 2])>) -> Self {
        let all: Vec<(&[u8], [bool; 2])> = sorted.map(|(phrase, open)| (phrase.as_bytes(), open)).collect();
        let mut keys: Vec<(u64, u32)> = Vec::new();
        let mut phrases: Vec<Phrase> = Vec::with_capacity(all.len());
        let (mut within, mut pairs) = (vec![0; 1 << (WITHIN_BITS - 6)], vec![0; 1 << 10]);
        let mut firsts = [false; 256];
        for ((phrase, open), number) in all.iter().zip(0..) {
            phrase.first().iter().for_each(|&&first| firsts[usize::from(first)] = true);
            let mut hash = SEED;
            for (at, &byte) in phrase.iter().enumerate() {
                hash = step(hash, byte);
                if phrase.get(at + 1).is_some_and(|next| !next.is_ascii_alphanumeric()) {
                    keys.push((hash, GOES_ON));
                }
            }
            keys.push((hash, number));
            phrases.push(Phrase { hash, open: *open });
            if open[1] {
                set(&mut within, within_bit(hash));
            }
            if let (true, [first, second, ..]) = (open[0], *phrase) {
                set(&mut pairs, pair(*first, *second));
            }
        }
        keys.sort_unstable();
        keys.dedup_by_key(|key| key.0); // of those with one hash the first: the phrase that comes first
        let mut slots = vec![Slot { check: 0, known: NOTHING }; (keys.len() * 2 + 2).next_power_of_two()];
        for (hash, known) in keys {
            let at = place(&slots, hash);
            slots[at] = Slot { check: check(hash), known };
        }
        let longest = all.iter().map(|(phrase, _)| phrase.len()).max().unwrap_or(0);
        Self { phrases, slots, within, firsts, pairs, longest }
    }

    /// Hands each phrase that stands in the text to `take`: where it starts, where it ends, and its number; in the order of
    /// their starts.
    pub(crate) fn find(&self, bytes: &[u8], mut take: impl FnMut(usize, usize, usize)) {
        self.fetch(bytes);
        let mut inside = false;
        for (at, byte) in bytes.iter().enumerate() {
            let may_inside = |next: &u8| is_set(&self.pairs, pair(*byte, *next));
            if if inside { bytes.get(at + 1).is_some_and(may_inside) } else { self.firsts[usize::from(*byte)] } {
                self.from(bytes, at, inside, &mut take);
            }
            inside = byte.is_ascii_alphanumeric();
        }
    }

    /// Reads where each word should stand, so that all are on their way from memory at once.
    fn fetch(&self, bytes: &[u8]) {
        let (mut hash, mut all) = (SEED, 0);
        for byte in bytes {
            if byte.is_ascii_alphanumeric() {
                hash = step(hash, *byte);
            } else if hash != SEED {
                all ^= self.slots[first(&self.slots, hash)].check;
                hash = SEED;
            }
        }
        black_box(all ^ self.slots[first(&self.slots, hash)].check);
    }

    /// The phrases that begin here; inside a word only those that may.
    fn from(&self, bytes: &[u8], start: usize, inside: bool, take: &mut impl FnMut(usize, usize, usize)) {
        let mut hash = SEED;
        for (end, byte) in (start + 1..).zip(bytes[start..].iter().take(self.longest)) {
            hash = step(hash, *byte);
            let joined = bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
            if joined && !is_set(&self.within, within_bit(hash)) {
                continue;
            }
            match self.slots[place(&self.slots, hash)].known {
                NOTHING if joined => {}
                NOTHING => return,
                GOES_ON => {}
                first => {
                    let same = self.phrases[first as usize..].iter().take_while(|phrase| phrase.hash == hash);
                    for (number, phrase) in (first as usize..).zip(same) {
                        if (phrase.open[0] || !inside) && (phrase.open[1] || !joined) {
                            take(start, end, number);
                        }
                    }
                }
            }
        }
    }
}

const SEED: u64 = 0x243f_6a88_85a3_08d3;

/// Continues a hash with one byte.
const fn step(hash: u64, byte: u8) -> u64 {
    (hash.rotate_left(23) ^ byte as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[expect(clippy::cast_possible_truncation, reason = "the bits that say where in the table are others")]
const fn check(hash: u64) -> u32 {
    (hash >> 8) as u32
}

/// Where a hash is looked for first.
const fn first(slots: &[Slot], hash: u64) -> usize {
    (hash >> 40) as usize & (slots.len() - 1)
}

/// Where a hash stands, or would stand.
fn place(slots: &[Slot], hash: u64) -> usize {
    let mask = slots.len() - 1;
    let mut at = first(slots, hash);
    while slots[at].known != NOTHING && slots[at].check != check(hash) {
        at = (at + 1) & mask;
    }
    at
}

const fn within_bit(hash: u64) -> usize {
    (hash >> (64 - WITHIN_BITS)) as usize
}

const fn pair(first: u8, second: u8) -> usize {
    (first as usize) << 8 | second as usize
}

fn set(bits: &mut [u64], bit: usize) {
    bits[bit / 64] |= 1 << (bit % 64);
}

fn is_set(bits: &[u64], bit: usize) -> bool {
    bits[bit / 64] >> (bit % 64) & 1 == 1
}
