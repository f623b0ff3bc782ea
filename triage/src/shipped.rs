//! The heads that ship: linear, over hashed grams, in eight bits a weight. Trained by `examples/train.rs`; see `MODEL.md`.

use crate::ngrams::Grams;

/// The file that ships.
const SHIPPED: &[u8] = include_bytes!("../model/heads.bin");

/// The file begins so; then each head: dimensions, classes, sharpness, scales and biases, and the weights.
pub(crate) const MAGIC: &[u8; 8] = b"WSLHDS01";

/// Grams of the heads of emotion and of who asks for a person fall into so many rows; the dimensions of meaning come behind them.
pub(crate) const GRAM_ROWS: u32 = 1 << 16;

/// Anger, sadness or anxiety, doubt, joy, none.
pub(crate) const EMOTIONS: usize = 5;

/// The largest number of classes of a head.
const CLASSES: usize = 8;

/// The heads of all kinds.
#[derive(Default)]
pub(crate) struct Shipped {
    /// Which language: ours in their order, then the languages around us.
    pub(crate) language: Linear,
    /// Which emotion.
    pub(crate) emotion: Linear,
    /// Asks for a person, or does not.
    pub(crate) person: Linear,
}

/// Scores for a few classes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Linear {
    dimensions: usize,
    pub(crate) classes: usize,
    /// What a difference of scores is worth as log odds.
    pub(crate) sharpness: f32,
    scales: [f32; CLASSES],
    biases: [f32; CLASSES],
    weights: &'static [u8],
}

impl Shipped {
    /// The heads that ship; one that cannot be read has no classes.
    pub(crate) fn read() -> Self {
        let Some(mut rest) = SHIPPED.strip_prefix(MAGIC) else { return Self::default() };
        let mut next = || Linear::read(&mut rest).unwrap_or_default();
        Self { language: next(), emotion: next(), person: next() }
    }
}

impl Linear {
    fn read(rest: &mut &'static [u8]) -> Option<Self> {
        let mut number = || -> Option<[u8; 4]> {
            let (four, behind) = rest.split_first_chunk::<4>()?;
            *rest = behind;
            Some(*four)
        };
        let (dimensions, classes) = (u32::from_le_bytes(number()?) as usize, u32::from_le_bytes(number()?) as usize);
        let sharpness = f32::from_le_bytes(number()?);
        if classes > CLASSES {
            return None;
        }
        let (mut scales, mut biases) = ([0.0; CLASSES], [0.0; CLASSES]);
        for at in 0..classes {
            scales[at] = f32::from_le_bytes(number()?);
            biases[at] = f32::from_le_bytes(number()?);
        }
        let (weights, behind) = rest.split_at_checked(dimensions * classes)?;
        *rest = behind;
        Some(Self { dimensions, classes, sharpness, scales, biases, weights })
    }

    /// The log odds of the classes, of a vector of length one or less.
    pub(crate) fn scores(&self, vector: impl Iterator<Item = (u32, f32)>) -> [f32; CLASSES] {
        let mut sums = [0f32; CLASSES];
        for (dimension, x) in vector {
            let start = (dimension as usize).min(self.dimensions.saturating_sub(1)) * self.classes;
            let row = &self.weights[start..start + self.classes];
            sums.iter_mut().zip(row).for_each(|(sum, w)| *sum += x * f32::from(w.cast_signed()));
        }
        std::array::from_fn(|at| (sums[at] * self.scales[at] + self.biases[at]) * self.sharpness)
    }
}

/// How much the kinds of grams count for emotion.
const WORDS: f32 = 0.65;
const PIECES: f32 = 0.65;
const MEANING: f32 = 0.9;

/// The vector of a text for the heads of emotion and of who asks for a person.
pub(crate) fn gram_vector(grams: &Grams, meaning: &[f32]) -> Vec<(u32, f32)> {
    let words = grams.words.len() + grams.pairs.len();
    let mut vector = Vec::with_capacity(words + grams.pieces.len() + meaning.len());
    let mut kind = |grams: &mut dyn Iterator<Item = u32>, number: usize, weight: f32| {
        #[expect(clippy::cast_precision_loss, reason = "a few thousand grams")]
        let share = weight / (number.max(1) as f32).sqrt();
        vector.extend(grams.map(|gram| (gram % GRAM_ROWS, share)));
    };
    kind(&mut grams.words.iter().chain(&grams.pairs).map(|gram| gram >> 2), words, WORDS);
    kind(&mut grams.pieces.iter().copied(), grams.pieces.len(), PIECES);
    vector.extend((GRAM_ROWS..).zip(meaning.iter().map(|x| x * MEANING)));
    vector
}
