//! Which language a text is in, or unsure: naive Bayes over hashed n-grams, learnt from words and the company's examples,
//! and a trained head over the same n-grams, which ships.

mod material;

use super::ngrams::{bucket, step};
use super::shipped::Linear;
use super::text::Text;
use crate::{Intent, Language};

/// N-grams fall into so many rows.
pub(crate) const ROWS: usize = 1 << 15;

/// Ours, and one for the languages around us, from Italian to Turkish.
pub(crate) const CLASSES: usize = 6;
const OTHER: usize = 5;

/// What is less probable than this is not said.
const SURE: f64 = 0.55;

/// Neighbouring n-grams say nearly the same twice over; so much of each one's evidence counts.
const TEMPER: f64 = 0.15;

/// What the trained head counts beside it.
const HEAD: f64 = 2.5;

/// What is left of it in a text of no letters at all, rising to all of it at `FEW` letters.
const LONE: f64 = 0.2;

/// How much rarer the languages around us are than ours, in log odds.
const AROUND: f64 = 2.0;

/// Log odds that the thread's language and the program's locale are worth.
const PRIOR: f64 = 3.2;
const LOCALE: f64 = 1.6;
/// What either is worth more for a text of no letters at all, falling to nothing at `FEW` letters: "hallo" and "retour" are
/// words of several languages, and then who wrote them says more than they do.
const SHORT: f64 = 7.0;
const FEW: f64 = 16.0;

/// What one n-gram says: of each class in the first half of the lanes, the head's weights in the second. Lane 6 is one where
/// the n-gram was ever seen.
type Row = [i16; LANES];
const LANES: usize = 16;
const SEEN: usize = 6;
const HEADS: usize = 8;

/// Log probabilities are kept in steps of so much of one.
const STEP: f32 = 1.0 / 2048.0;

/// Tells languages apart.
pub(crate) struct Languages {
    rows: Vec<Row>,
}

impl Languages {
    /// Learns from the material that is compiled in, and from the company's own examples.
    pub(crate) fn new(intents: &[Intent], head: &Linear) -> Self {
        let mut counts = vec![[0f32; CLASSES]; ROWS];
        let mut learn = |class: usize, line: &str| {
            each_gram(&Text::new(line).lower, |bucket, weight| counts[bucket][class] += weight);
        };
        for (class, material) in material::ALL.iter().enumerate() {
            material.lines().for_each(|line| learn(class, line));
        }
        for intent in intents {
            for (language, examples) in &intent.examples {
                for example in examples {
                    learn(number(*language), example);
                }
            }
        }
        let mut totals = [0f32; CLASSES];
        for row in &counts {
            (0..CLASSES).for_each(|class| totals[class] += row[class]);
        }
        let rows = counts.iter().enumerate().map(|(bucket, counts)| {
            let mut row = [0; LANES];
            if counts.iter().sum::<f32>() > 0.0 {
                for class in 0..CLASSES {
                    let log = ((counts[class] + 0.3) / (totals[class] + 3000.0)).ln();
                    #[expect(clippy::cast_possible_truncation, reason = "a log probability above -16")]
                    let steps = (log / STEP).round() as i16;
                    row[class] = steps;
                }
                row[SEEN] = 1;
            }
            row[HEADS..HEADS + CLASSES].copy_from_slice(&head.row::<CLASSES>(bucket));
            row
        });
        Self { rows: rows.collect() }
    }

    /// The sums of all n-grams' rows, and the length of the vector of their weights.
    fn sums(&self, lower: &[char]) -> ([f32; LANES], f32) {
        #[cfg(target_arch = "x86_64")]
        if let Some(wide) = pulp::x86::V3::try_new() {
            return wide.vectorize(
                #[inline(always)]
                || self.sums_of(lower),
            );
        }
        self.sums_of(lower)
    }

    #[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
    #[inline(always)]
    fn sums_of(&self, lower: &[char]) -> ([f32; LANES], f32) {
        let mut sums = [0f32; LANES];
        let mut square = 0f32;
        each_gram(
            lower,
            #[inline(always)]
            |bucket, weight| {
                square += weight * weight;
                let row = &self.rows[bucket];
                for lane in 0..LANES {
                    sums[lane] += weight * f32::from(row[lane]);
                }
            },
        );
        (sums, square.sqrt())
    }

    /// The language and how sure; absent when it is not sure enough or not one of ours.
    pub(crate) fn tell(
        &self,
        head: &Linear,
        text: &Text,
        prior: Option<Language>,
        locale: Option<Language>,
    ) -> (Option<Language>, f64) {
        if text.shape.foreign * 2 > text.shape.letters {
            return (None, 0.0);
        }
        let (sums, length) = self.sums(&text.lower);
        let seen = sums[SEEN] > 0.0 && text.shape.letters > 0;
        let mut odds: [f64; CLASSES] = std::array::from_fn(|class| f64::from(sums[class] * STEP) * TEMPER);
        odds[OTHER] -= AROUND;
        let letters = f64::from(text.shape.letters);
        let worth = HEAD * (LONE + (1.0 - LONE) * (letters / FEW).min(1.0));
        if seen && head.classes == CLASSES {
            let scores = head.of_sums(&sums[HEADS..], length);
            odds.iter_mut().zip(scores).for_each(|(odds, score)| *odds += worth * f64::from(score));
        }
        let more = SHORT * (1.0 - letters / FEW).max(0.0);
        if let Some((language, worth)) = prior.map(|prior| (prior, PRIOR)).or(locale.map(|locale| (locale, LOCALE))) {
            odds[number(language)] += worth + more;
        }
        if !seen && prior.or(locale).is_none() {
            return (None, 0.0);
        }
        let most = odds.iter().copied().fold(f64::MIN, f64::max);
        let parts = odds.map(|o| (o - most).exp());
        let all: f64 = parts.iter().sum();
        let (best, part) = parts.iter().enumerate().fold((OTHER, 0.0), |a, (c, &p)| if p > a.1 { (c, p) } else { a });
        let p = part / all;
        let language = Language::ALL.get(best).copied().filter(|_| p >= SURE);
        (language, p.min(0.9999))
    }
}

const fn number(language: Language) -> usize {
    language as usize
}

/// The vector of a text's letters and words, of length one.
pub(crate) fn vector(lower: &[char]) -> Vec<(u32, f32)> {
    let mut vector = Vec::with_capacity(lower.len() * 4);
    #[expect(clippy::cast_possible_truncation, reason = "a row of 2^15")]
    each_gram(lower, |row, weight| vector.push((row as u32, weight)));
    let square: f32 = vector.iter().map(|entry: &(u32, f32)| entry.1 * entry.1).sum();
    let scale = if square > 0.0 { square.sqrt().recip() } else { 0.0 };
    for entry in &mut vector {
        entry.1 *= scale;
    }
    vector
}

/// Hands every n-gram of one to four letters and every whole word to `take`, with its weight.
#[inline(always)]
fn each_gram(lower: &[char], mut take: impl FnMut(usize, f32)) {
    const WEIGHTS: [f32; 4] = [0.15, 0.4, 0.8, 1.0];
    let mut word = 11;
    let mut letters = 0;
    for start in 0..lower.len() {
        let c = lower[start];
        if c == ' ' {
            if letters > 0 {
                take(bucket(word, ROWS), 2.0);
            }
            (word, letters) = (11, 0);
        } else {
            word = step(word, c as u32);
            letters += 1;
        }
        let mut hash = 12;
        for (length, weight) in WEIGHTS.iter().enumerate() {
            let Some(&next) = lower.get(start + length) else { break };
            hash = step(hash, next as u32);
            if !(length == 0 && next == ' ') {
                take(bucket(hash, ROWS), *weight);
            }
            if next == ' ' && length > 0 {
                break;
            }
        }
    }
}
