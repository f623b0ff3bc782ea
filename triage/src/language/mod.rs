//! Which language a text is in, or unsure: naive Bayes over hashed n-grams, learnt from words and the company's examples,
//! and a trained head over the same n-grams, which ships.

mod material;

use super::ngrams::{bucket, step};
use super::shipped::Linear;
use super::text::Text;
use crate::{Intent, Language};

/// N-grams fall into so many rows.
pub(crate) const ROWS: usize = 1 << 15;

/// Ours, and one for the languages around us: Portuguese, Italian, Danish, Swedish, Polish, Turkish.
pub(crate) const CLASSES: usize = 6;
const OTHER: usize = 5;

/// What is less probable than this is not said.
const SURE: f64 = 0.6;

/// Neighbouring n-grams say nearly the same twice over; so much of each one's evidence counts.
const TEMPER: f64 = 0.22;

/// What the trained head counts beside it.
const HEAD: f64 = 0.6;

/// Log odds that the thread's language and the program's locale are worth.
const PRIOR: f64 = 2.2;
const LOCALE: f64 = 0.8;

/// Tells languages apart.
pub(crate) struct Languages {
    /// For each bucket the log probability of it in each class.
    weights: Vec<[f32; CLASSES]>,
    known: Vec<bool>,
}

impl Languages {
    /// Learns from the material that is compiled in, and from the company's own examples.
    pub(crate) fn new(intents: &[Intent]) -> Self {
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
        let known = counts.iter().map(|row| row.iter().sum::<f32>() > 0.0).collect();
        let weight = |row: [f32; CLASSES]| std::array::from_fn(|c| ((row[c] + 0.3) / (totals[c] + 3000.0)).ln());
        Self { weights: counts.into_iter().map(weight).collect(), known }
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
        let mut sums = [0f32; CLASSES];
        let mut seen = false;
        each_gram(&text.lower, |bucket, weight| {
            if self.known[bucket] {
                seen = true;
                let row = &self.weights[bucket];
                (0..CLASSES).for_each(|class| sums[class] += weight * row[class]);
            }
        });
        let mut odds = sums.map(|sum| f64::from(sum) * TEMPER);
        odds[OTHER] -= 0.7;
        if seen && head.classes == CLASSES {
            let scores = head.scores(vector(&text.lower).into_iter());
            odds.iter_mut().zip(scores).for_each(|(odds, score)| *odds += HEAD * f64::from(score));
        }
        for (hint, worth) in [(prior, PRIOR), (locale, LOCALE)] {
            if let Some(language) = hint {
                odds[number(language)] += worth;
            }
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
