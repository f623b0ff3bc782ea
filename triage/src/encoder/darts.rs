//! Double-array tries over bytes: where the keys of a text's next bytes are found in one step a byte.
//!
//! The layout is that of the tables in the vocabulary's own file: a unit of 32 bits a node. Bits 0 to 7 are the byte that leads to
//! it, bit 8 says that a key ends there, bits 10 and up say where its children are, from its own place by exclusive or; bit 9
//! says that they are eight bits further up. The value of a key stands at the place of its child by the byte 0, with bit 31.

use std::ops::ControlFlow;

/// A trie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Darts(pub(super) Vec<u32>);

const LEAF: u32 = 1 << 8;
const VALUE: u32 = 1 << 31;

/// Only the last so many places are searched for room: those before are nearly full.
const OPEN: usize = 16 * 256;

/// A unit's children, from its own place.
const fn offset(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 0x200) >> 6)) as usize
}

impl Darts {
    /// Tells of each key that `text` begins with, the shortest first: its length in bytes and its value.
    pub(super) fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, u32)) {
        let Some(&root) = self.0.first() else { return };
        let walk = text.iter().enumerate().try_fold(offset(root), |at, (number, &byte)| {
            let at = at ^ usize::from(byte);
            let Some(&unit) = self.0.get(at).filter(|unit| **unit & (VALUE | 0xff) == u32::from(byte)) else {
                return ControlFlow::Break(());
            };
            let children = at ^ offset(unit);
            if unit & LEAF != 0
                && let Some(value) = self.0.get(children)
            {
                found(number + 1, value & !VALUE);
            }
            ControlFlow::Continue(children)
        });
        let (ControlFlow::Break(()) | ControlFlow::Continue(_)) = walk;
    }

    /// The longest key that `text` begins with: its length in bytes and its value.
    pub(super) fn longest(&self, text: &[u8]) -> Option<(usize, u32)> {
        let mut longest = None;
        self.prefixes(text, |length, value| longest = Some((length, value)));
        longest
    }

    /// Builds a trie of keys, sorted and each once, none empty and none with a byte 0. `None` where one does not fit.
    pub(super) fn build(keys: &[(&[u8], u32)]) -> Option<Self> {
        let mut built = Building { units: vec![0; 256], taken: vec![false; 256], bases: vec![false; 256], first: 1 };
        built.taken[0] = true;
        built.node(keys, 0, 0)?;
        Some(Self(built.units))
    }
}

/// A trie in the making.
struct Building {
    units: Vec<u32>,
    taken: Vec<bool>,
    /// Which places are some node's base: two with the same would find each other's children.
    bases: Vec<bool>,
    /// All places before this one are taken.
    first: usize,
}

impl Building {
    /// Lays out the children of the node at `place`, whose keys share their first `depth` bytes.
    fn node(&mut self, keys: &[(&[u8], u32)], depth: usize, place: usize) -> Option<()> {
        let (ending, longer) = keys.split_at(usize::from(keys.first()?.0.len() == depth));
        let groups: Vec<&[(&[u8], u32)]> = longer.chunk_by(|a, b| a.0[depth] == b.0[depth]).collect();
        let value = ending.first().map(|key| key.1);
        let labels: Vec<u8> = value.map(|_| 0).into_iter().chain(groups.iter().map(|g| g[0].0[depth])).collect();
        let base = self.room(&labels);
        self.bases[base] = true;
        let way = u32::try_from(place ^ base).ok().filter(|way| *way < 1 << 21)?;
        self.units[place] |= way << 10;
        for label in &labels {
            self.taken[base ^ usize::from(*label)] = true;
        }
        if let Some(value) = value {
            self.units[place] |= LEAF;
            self.units[base] = value | VALUE;
        }
        for group in &groups {
            let label = group[0].0[depth];
            self.units[base ^ usize::from(label)] = u32::from(label);
        }
        groups.iter().try_for_each(|group| self.node(group, depth + 1, base ^ usize::from(group[0].0[depth])))
    }

    /// A base at which all labels find free places.
    fn room(&mut self, labels: &[u8]) -> usize {
        while self.taken.get(self.first).copied().unwrap_or(false) {
            self.first += 1;
        }
        let lead = usize::from(labels[0]);
        let mut place = self.first.max(self.units.len().saturating_sub(OPEN));
        loop {
            if self.units.len() <= place | 0xff {
                self.units.resize((place | 0xff) + 1, 0);
                self.taken.resize(self.units.len(), false);
                self.bases.resize(self.units.len(), false);
            }
            let base = place ^ lead;
            if !self.bases[base] && labels.iter().all(|label| !self.taken[base ^ usize::from(*label)]) {
                return base;
            }
            place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Darts;

    #[test]
    fn every_key_is_found_where_a_text_begins_with_it_and_nothing_else_is() {
        let mut words: Vec<Vec<u8>> = (0_u32..4_000)
            .map(|n| format!("{:x}é{}", n.wrapping_mul(2_654_435_761) % 9_973, n % 7).into_bytes())
            .collect();
        words.extend([b"a".to_vec(), b"ab".to_vec(), b"abc".to_vec(), vec![255, 254]]);
        words.sort();
        words.dedup();
        let keys: Vec<(&[u8], u32)> = words.iter().map(Vec::as_slice).zip(7..).collect();
        let trie = Darts::build(&keys).unwrap();
        for (key, value) in &keys {
            assert_eq!(trie.longest(key), Some((key.len(), *value)));
        }
        let mut found = Vec::new();
        trie.prefixes(b"abcd", |length, _| found.push(length));
        let expected: Vec<usize> = (1..=4).filter(|n| words.iter().any(|word| word == &b"abcd"[..*n])).collect();
        assert_eq!(found, expected);
        assert_eq!(trie.longest(b"zz"), None);
        assert_eq!(Darts(Vec::new()).longest(b"zz"), None);
    }
}
