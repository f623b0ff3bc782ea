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
    /// Complains, is urgent, was written by a machine, instructs the bot, none.
    pub(crate) reason: Linear,
    /// The weights of the last three.
    pub(crate) beside: Beside,
}

/// The weights of the heads of emotion, of who asks for a person and of reasons, side by side: all are given the same grams.
#[derive(Default)]
pub(crate) struct Beside(Vec<[i8; BESIDE]>);

/// Emotion from 0 on, then who asks for a person, then reasons; the last lanes are empty.
const BESIDE: usize = 16;
const PERSON: usize = EMOTIONS;
const REASON: usize = PERSON + 2;

/// What the weights of a text's grams come to, lane by lane.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sums(pub(crate) [f32; BESIDE]);

/// What the weights of one kind of grams of a text come to before they are weighed: words with pairs, pieces, or marks. In whole
/// numbers, so that those of a text's parts add up to those of the text.
#[derive(Clone, Copy, Default)]
pub(crate) struct Kind {
    sums: [i32; BESIDE],
    /// How many grams they are.
    number: usize,
}

impl std::ops::Add for Kind {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            sums: std::array::from_fn(|lane| self.sums[lane] + other.sums[lane]),
            number: self.number + other.number,
        }
    }
}

/// Scores for a few classes.
#[derive(Clone, Default)]
pub(crate) struct Linear {
    pub(crate) classes: usize,
    /// What a difference of scores is worth as log odds.
    pub(crate) sharpness: f32,
    scales: [f32; CLASSES],
    biases: [f32; CLASSES],
    /// A row a dimension.
    rows: Vec<[i8; CLASSES]>,
}

impl Shipped {
    /// The heads that ship; one that cannot be read has no classes.
    pub(crate) fn read() -> Self {
        let Some(mut rest) = SHIPPED.strip_prefix(MAGIC) else { return Self::default() };
        let mut next = || Linear::read(&mut rest).unwrap_or_default();
        let (language, mut emotion, mut person, mut reason) = (next(), next(), next(), next());
        let beside = Beside::of([&mut emotion, &mut person, &mut reason]);
        Self { language, emotion, person, reason, beside }
    }

    /// The log odds of each emotion.
    pub(crate) fn emotion(&self, sums: &Sums) -> [f32; CLASSES] {
        self.emotion.of_sums(&sums.0, 1.0)
    }

    /// The log odds of who asks for a person.
    pub(crate) fn person(&self, sums: &Sums) -> [f32; CLASSES] {
        self.person.of_sums(&sums.0[PERSON..], 1.0)
    }

    /// The log odds of each reason.
    pub(crate) fn reason(&self, sums: &Sums) -> [f32; CLASSES] {
        self.reason.of_sums(&sums.0[REASON..], 1.0)
    }
}

impl Beside {
    /// Takes the rows out of the heads.
    fn of(heads: [&mut Linear; 3]) -> Self {
        let [emotion, person, reason] = heads.map(|head| std::mem::take(&mut head.rows));
        let row = |dimension: usize| {
            let mut row = [0; BESIDE];
            for (from, to, rows) in [(0, PERSON, &emotion), (PERSON, REASON, &person), (REASON, BESIDE, &reason)] {
                if let Some(weights) = rows.get(dimension) {
                    row[from..to].iter_mut().zip(weights).for_each(|(lane, weight)| *lane = *weight);
                }
            }
            row
        };
        Self((0..emotion.len().max(person.len()).max(reason.len())).map(row).collect())
    }

    /// What the weights of words or of pairs of words come to.
    pub(crate) fn words(&self, grams: &[u32]) -> Kind {
        self.kind(grams, 2)
    }

    /// The same of pieces of words, or of marks.
    pub(crate) fn pieces(&self, grams: &[u32]) -> Kind {
        self.kind(grams, 0)
    }

    fn kind(&self, grams: &[u32], shift: u32) -> Kind {
        #[cfg(target_arch = "x86_64")]
        if let Some(wide) = pulp::x86::V3::try_new() {
            return wide.vectorize(
                #[inline(always)]
                || self.count(grams, shift),
            );
        }
        self.count(grams, shift)
    }

    #[inline(always)]
    fn count(&self, grams: &[u32], shift: u32) -> Kind {
        // The sum of so many weights of eight bits fits in sixteen.
        const FIT: usize = 255;
        let mut all = [0; BESIDE];
        for grams in grams.chunks(FIT) {
            let mut sums = [0i16; BESIDE];
            for gram in grams {
                let Some(row) = self.0.get(((gram >> shift) % GRAM_ROWS) as usize) else { continue };
                for lane in 0..BESIDE {
                    sums[lane] += i16::from(row[lane]);
                }
            }
            all.iter_mut().zip(sums).for_each(|(all, sum)| *all += i32::from(sum));
        }
        Kind { sums: all, number: grams.len() }
    }

    /// What a text's weights come to: of its grams, of which each kind is weighed, and of its meaning.
    pub(crate) fn told(&self, kinds: [Kind; 3], meaning: &[f32]) -> Sums {
        let mut sums = Sums::default();
        for (kind, weight) in kinds.into_iter().zip([WORDS, PIECES, MARKS]) {
            let share = share(kind.number, weight);
            #[expect(clippy::cast_precision_loss, reason = "a few thousand weights of eight bits")]
            sums.0.iter_mut().zip(kind.sums).for_each(|(sum, own)| *sum += share * own as f32);
        }
        let rows = self.0.get(GRAM_ROWS as usize..).unwrap_or_default();
        #[cfg(target_arch = "x86_64")]
        if let Some(wide) = pulp::x86::V3::try_new() {
            return wide.vectorize(
                #[inline(always)]
                || mean(rows, meaning, sums),
            );
        }
        mean(rows, meaning, sums)
    }

    /// Adds the weights of a vector of length one or less.
    pub(crate) fn add(&self, sums: Sums, vector: &[(u32, f32)]) -> Sums {
        #[cfg(target_arch = "x86_64")]
        if let Some(wide) = pulp::x86::V3::try_new() {
            return wide.vectorize(
                #[inline(always)]
                || self.sum(sums, vector),
            );
        }
        self.sum(sums, vector)
    }

    #[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
    #[inline(always)]
    fn sum(&self, Sums(mut sums): Sums, vector: &[(u32, f32)]) -> Sums {
        for &(dimension, x) in vector {
            let Some(row) = self.0.get(dimension as usize) else { continue };
            for lane in 0..BESIDE {
                sums[lane] += x * f32::from(row[lane]);
            }
        }
        Sums(sums)
    }
}

/// Adds the weights of a meaning, a row a number.
#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
fn mean(rows: &[[i8; BESIDE]], meaning: &[f32], Sums(mut sums): Sums) -> Sums {
    for (row, x) in rows.iter().zip(meaning) {
        for lane in 0..BESIDE {
            sums[lane] += x * MEANING * f32::from(row[lane]);
        }
    }
    Sums(sums)
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
        let row = |weights: &[u8]| std::array::from_fn(|at| weights.get(at).map_or(0, |w| w.cast_signed()));
        let rows = weights.chunks_exact(classes.max(1)).map(row).collect();
        Some(Self { classes, sharpness, scales, biases, rows })
    }

    /// The weights of one dimension, as they are kept.
    pub(crate) fn row<const N: usize>(&self, dimension: usize) -> [i16; N] {
        let row = self.rows.get(dimension).copied().unwrap_or_default();
        std::array::from_fn(|class| row.get(class).map_or(0, |w| i16::from(*w)))
    }

    /// The log odds of the classes, of a vector of this length whose weights were summed.
    pub(crate) fn of_sums(&self, sums: &[f32], length: f32) -> [f32; CLASSES] {
        let share = if length > 0.0 { length.recip() } else { 0.0 };
        std::array::from_fn(|at| {
            let sum = sums.get(at).copied().unwrap_or_default();
            (sum * share * self.scales[at] + self.biases[at]) * self.sharpness
        })
    }
}

/// How much the kinds of grams count for emotion.
const WORDS: f32 = 0.65;
const PIECES: f32 = 0.65;
const MEANING: f32 = 0.9;
const MARKS: f32 = 0.35;

/// What each of so many grams of a kind counts.
#[expect(clippy::cast_precision_loss, reason = "a few thousand grams")]
fn share(number: usize, weight: f32) -> f32 {
    weight / (number.max(1) as f32).sqrt()
}

/// The vector of a text for the heads of emotion and of who asks for a person, to learn from: what [`Beside::told`] sums up.
pub(crate) fn gram_vector(grams: &Grams, meaning: &[f32]) -> Vec<(u32, f32)> {
    let words = grams.words.len() + grams.pairs.len();
    let mut vector = Vec::with_capacity(words + grams.pieces.len() + grams.marks.len() + meaning.len());
    let entry = |share: f32| move |gram: &u32| (gram % GRAM_ROWS, share);
    let word = entry(share(words, WORDS));
    vector.extend(grams.words.iter().map(|gram| word(&(gram >> 2))));
    vector.extend(grams.pairs.iter().map(|gram| word(&(gram >> 2))));
    vector.extend(grams.pieces.iter().map(entry(share(grams.pieces.len(), PIECES))));
    vector.extend(grams.marks.iter().map(entry(share(grams.marks.len(), MARKS))));
    vector.extend((GRAM_ROWS..).zip(meaning.iter().map(|x| x * MEANING)));
    vector
}
