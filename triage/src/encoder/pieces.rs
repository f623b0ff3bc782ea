//! Pieces: a normalised text cut into those pieces of the vocabulary that are likeliest together.

use super::darts::Darts;

/// What stands for a character that no piece has.
const UNKNOWN: u32 = 0;
/// What stands before and behind each text.
const FIRST: u32 = 1;
const LAST: u32 = 2;

/// How much less likely a character without a piece is than the unlikeliest piece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// The vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pieces {
    /// From a piece to its number.
    pub(super) trie: Darts,
    /// The logarithm of each piece's likelihood.
    pub(super) scores: Vec<f32>,
    /// That of a character without a piece.
    unknown: f64,
}

/// The likeliest way to a place in the text.
#[derive(Clone, Copy)]
struct Way {
    score: f64,
    from: usize,
    piece: u32,
}

impl Pieces {
    pub(super) fn new(trie: Darts, scores: Vec<f32>) -> Self {
        let least = scores.iter().copied().fold(f32::INFINITY, f32::min);
        Self { trie, scores, unknown: f64::from(least) - UNKNOWN_PENALTY }
    }

    /// Whether these pieces stand for a text without any.
    pub(super) fn nothing(pieces: &[u32]) -> bool {
        matches!(pieces, [FIRST, UNKNOWN, LAST])
    }

    /// The numbers of the pieces of a normalised text, with those that begin and end each text.
    pub(super) fn cut(&self, text: &str) -> Vec<u32> {
        let mut ways = vec![Way { score: f64::NEG_INFINITY, from: 0, piece: UNKNOWN }; text.len() + 1];
        ways[0].score = 0.0;
        for (from, character) in text.char_indices() {
            let (base, first) = (ways[from].score, character.len_utf8());
            let mut better = |length: usize, piece: u32, score: f64| {
                if let Some(way) = ways.get_mut(from + length).filter(|way| score > way.score) {
                    *way = Way { score, from, piece };
                }
            };
            let mut alone = false;
            self.trie.prefixes(&text.as_bytes()[from..], |length, piece| {
                let score = self.scores.get(piece as usize).copied().map_or(f64::NEG_INFINITY, f64::from);
                alone |= length == first;
                better(length, piece, base + score);
            });
            if !alone {
                better(first, UNKNOWN, base + self.unknown);
            }
        }
        let mut cut = vec![LAST];
        let mut at = text.len();
        while at > 0 {
            cut.push(ways[at].piece);
            at = ways[at].from;
        }
        if text.is_empty() {
            cut.push(UNKNOWN);
        }
        cut.push(FIRST);
        cut.reverse();
        cut
    }
}
