//! The multilingual sentence encoder: a text becomes a vector of 512 numbers, near to those of texts that mean the same, in
//! any of 16 languages. Its vocabulary and weights are installed by the user (`wissel models install`).
//!
//! It is the network "Universal Sentence Encoder, multilingual, version 3" on the processor alone. A text is normalised
//! (`normal`), cut into pieces (`pieces`), each piece's row is looked up in a [`Table`], and `network` makes one vector of
//! the rows. Weights have eight bits, as they ship, and are multiplied exactly (`matrix`, `dots`).

mod darts;
mod dots;
mod form;
pub(crate) mod matrix;
mod network;
mod normal;
mod pieces;
mod wheel;

use crate::Sentences;
use pieces::Pieces;

pub use form::{Head, ModelError};
pub use network::DIMENSIONS;
pub use wheel::{WheelError, convert};

/// Pieces that are looked at: some 100 words. Of a longer text the beginning counts, which is where people say what they want.
const MOST_PIECES: usize = 128;

/// The rows of the pieces of the vocabulary, wherever they are.
pub trait Table: Send + Sync {
    /// How many there are.
    fn rows(&self) -> usize;

    /// Fills in the row of a piece. False where it cannot be read.
    fn row(&self, piece: usize, row: &mut [u8; DIMENSIONS]) -> bool;
}

impl Table for Vec<u8> {
    fn rows(&self) -> usize {
        self.len() / DIMENSIONS
    }

    fn row(&self, piece: usize, row: &mut [u8; DIMENSIONS]) -> bool {
        self.as_chunks().0.get(piece).is_some_and(|own| {
            *row = *own;
            true
        })
    }
}

/// The encoder, ready.
pub struct Encoder {
    model: form::Model,
    table: Box<dyn Table>,
    name: String,
}

impl Encoder {
    /// An encoder of the body of a model's file, whose checksum has been compared, and of its table. `name` is what the
    /// model is called; with the checksum it tells this encoder from others.
    pub fn new(name: &str, head: Head, body: &[u8], table: Box<dyn Table>) -> Result<Self, ModelError> {
        let sum = blake3::Hash::from_bytes(head.sum).to_hex();
        Ok(Self { model: form::read(body, table.as_ref())?, table, name: format!("{name}@{}", &sum[..12]) })
    }

    /// An encoder of all bytes of a model's file, kept in memory.
    pub fn of_bytes(name: &str, bytes: &[u8]) -> Result<Self, ModelError> {
        let (first, rest) = bytes.split_first_chunk().ok_or(ModelError::Form("it is cut off"))?;
        let head = Head::read(first)?;
        let sound = *blake3::hash(&bytes[Head::SUMMED..]).as_bytes() == head.sum;
        let (body, table) = rest.split_at_checked(head.body).filter(|_| sound).ok_or(ModelError::Sum)?;
        Self::new(name, head, body, Box::new(table.to_vec()))
    }

    /// The pieces that a text is cut into, as numbers of the vocabulary: one that begins each text, its own, one that ends it.
    #[must_use]
    pub fn pieces(&self, text: &str) -> Vec<u32> {
        self.model.pieces.cut(&self.model.normal.apply(text))
    }

    /// The vector of pieces; `None` where a row cannot be read.
    fn vector(&self, pieces: &[u32]) -> Option<[f32; DIMENSIONS]> {
        let mut rows = vec![0; pieces.len() * DIMENSIONS];
        let mut places = pieces.iter().zip(rows.as_chunks_mut().0);
        let read = places.all(|(piece, row)| self.table.row(*piece as usize, row));
        read.then(|| self.model.network.vector(pieces, &rows))
    }
}

impl Sentences for Encoder {
    fn name(&self) -> &str {
        &self.name
    }

    fn dimensions(&self) -> usize {
        DIMENSIONS
    }

    /// All zero too where the table can no longer be read: then the other view of the text decides.
    fn embed(&self, text: &str) -> Vec<f32> {
        let mut pieces = self.pieces(text);
        if Pieces::nothing(&pieces) {
            return vec![0.0; DIMENSIONS];
        }
        pieces.truncate(MOST_PIECES);
        self.vector(&pieces).map_or_else(|| vec![0.0; DIMENSIONS], Vec::from)
    }
}
