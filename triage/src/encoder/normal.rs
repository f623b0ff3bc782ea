//! Normalising: the text as the vocabulary knows it. Compatible characters become one, runs of white space one mark.

use super::darts::Darts;

/// What white space becomes: U+2581.
const SPACE: &[u8] = "\u{2581}".as_bytes();

/// Which stretches of bytes are replaced by which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Normal {
    /// From a stretch to the place of its replacement.
    pub(super) trie: Darts,
    /// Replacements, each ended by a byte 0.
    pub(super) replacements: Vec<u8>,
}

impl Normal {
    /// What stands for the beginning of `text`, which is not empty, and how many bytes that was.
    fn step<'a>(&'a self, text: &'a str) -> (&'a [u8], usize) {
        let bytes = text.as_bytes();
        let replaced = self.trie.longest(bytes).and_then(|(length, at)| {
            let replacement = self.replacements.get(at as usize..)?.split(|byte| *byte == 0).next()?;
            Some((replacement, length))
        });
        replaced.unwrap_or_else(|| {
            let length = text.chars().next().map_or(1, char::len_utf8);
            (&bytes[..length], length)
        })
    }

    /// The normalised text: a mark of white space before each word, none behind the last. Empty where nothing is said.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut out: Vec<u8> = SPACE.to_vec();
        let mut after_space = true;
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, length) = self.step(rest);
            // A replacement never ends within a character; were a table to say so, what is left is not read.
            rest = rest.get(length..).unwrap_or_default();
            let skipped = if after_space { piece.iter().take_while(|byte| **byte == b' ').count() } else { 0 };
            let piece = &piece[skipped..];
            for byte in piece {
                if *byte == b' ' { out.extend_from_slice(SPACE) } else { out.push(*byte) }
            }
            after_space = piece.last().map_or(after_space, |last| *last == b' ');
        }
        while out.ends_with(SPACE) {
            out.truncate(out.len() - SPACE.len());
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}
