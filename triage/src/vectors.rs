//! A small static table of meaning in many languages: what a text is about, as the sum of its words' and pieces' rows.
//! Distilled from a sentence encoder by `examples/distill.rs`; see `MODEL.md`.

use crate::intents::sum;
use crate::ngrams::Grams;

/// The table that ships.
const SHIPPED: &[u8] = include_bytes!("../model/vectors.bin");

/// The file begins so; then rows and dimensions, a scale for each row, and the rows in eighths of a byte's range.
const MAGIC: &[u8; 8] = b"WSLVEC01";

/// How much a word counts, and a piece of one.
pub(crate) const WORD: f32 = 1.0;
/// A piece of a word.
pub(crate) const PIECE: f32 = 0.35;

/// Hashed grams to vectors of eight bits a number.
#[derive(Clone, Copy)]
pub(crate) struct Vectors {
    rows: usize,
    dimensions: usize,
    scales: &'static [u8],
    numbers: &'static [u8],
}

impl Vectors {
    /// The table that ships; an empty one has no dimensions.
    pub(crate) fn shipped() -> Self {
        Self::read(SHIPPED).unwrap_or(Self { rows: 0, dimensions: 0, scales: &[], numbers: &[] })
    }

    fn read(bytes: &'static [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (rows, rest) = rest.split_first_chunk::<4>()?;
        let (dimensions, rest) = rest.split_first_chunk::<4>()?;
        let (rows, dimensions) = (u32::from_le_bytes(*rows) as usize, u32::from_le_bytes(*dimensions) as usize);
        let (scales, numbers) = rest.split_at_checked(rows * 4)?;
        (rows.is_power_of_two() && numbers.len() == rows * dimensions).then_some(Self {
            rows,
            dimensions,
            scales,
            numbers,
        })
    }

    pub(crate) const fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The meaning of a text, of length one, or zero where nothing is known.
    pub(crate) fn of(&self, grams: &Grams) -> Vec<f32> {
        unit(self.sum(&grams.words, &grams.pieces))
    }

    /// The sum of the rows of some words and their pieces: those of a text's parts add up to that of the text.
    pub(crate) fn sum(&self, words: &[u32], pieces: &[u32]) -> Vec<f32> {
        let mut sum = vec![0f32; self.dimensions];
        if self.rows > 0 {
            let mut rows = Vec::with_capacity(words.len() + pieces.len());
            each(words, pieces, |gram, weight| rows.extend(self.row(gram).map(|(row, scale)| (row, scale * weight))));
            sum::byte_rows(self.numbers, &rows, &mut sum);
        }
        sum
    }

    /// The row of a gram, and its scale.
    fn row(&self, gram: u32) -> Option<(u32, f32)> {
        #[expect(clippy::cast_possible_truncation, reason = "the number of rows is read from 32 bits")]
        let row = gram & (self.rows - 1) as u32;
        let scale = self.scales.as_chunks::<4>().0.get(row as usize)?;
        Some((row, f32::from_le_bytes(*scale)))
    }
}

/// The hash of the table that ships.
pub(crate) fn sum() -> &'static str {
    static SUM: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| blake3::hash(SHIPPED).to_hex().to_string());
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

/// Hands each gram that the table knows to `take`, with its weight: words, and pieces of three and four letters.
pub(crate) fn each(words: &[u32], pieces: &[u32], mut take: impl FnMut(u32, f32)) {
    for &gram in words {
        take(gram >> 2, WORD);
    }
    for &gram in pieces {
        if matches!(gram & 3, 1 | 2) {
            take(gram >> 2, PIECE);
        }
    }
}
