//! Learning a head with one inner layer: steps of Adam over small batches, the same each time.

use crate::layered::MAGIC;

/// How a head is learnt.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Units of the inner layer.
    pub inner: usize,
    /// Rounds over the texts.
    pub rounds: usize,
    /// How far weights shrink with each step.
    pub decay: f32,
    /// To which power of its rarity a class counts.
    pub rare: f32,
    /// How much of a text's class is given to the others.
    pub smooth: f32,
    /// Which share of the units is left out of each step, so that none leans on another.
    pub dropped: f32,
}

/// Texts of a batch.
const BATCH: usize = 128;

/// How long steps are at first; they shrink to nothing.
const RATE: f32 = 1e-3;

/// Vectors of length one have small numbers: they are stretched so far.
const STRETCH: f32 = 4.0;

/// Adam's two memories.
const FIRST: f32 = 0.9;
const SECOND: f32 = 0.999;

/// Numbers that are learnt, and what Adam remembers of each.
struct Learnt {
    numbers: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    steps: Vec<f32>,
    decay: f32,
}

impl Learnt {
    fn new(numbers: Vec<f32>, decay: f32) -> Self {
        let none = vec![0.0; numbers.len()];
        Self { first: none.clone(), second: none.clone(), steps: none, numbers, decay }
    }

    /// One step along what was gathered, which is then forgotten.
    fn step(&mut self, rate: f32, number: i32) {
        let (fresh, fresher) = (1.0 / (1.0 - FIRST.powi(number)), 1.0 / (1.0 - SECOND.powi(number)));
        let memories = self.first.iter_mut().zip(&mut self.second);
        for ((number, step), (first, second)) in self.numbers.iter_mut().zip(&mut self.steps).zip(memories) {
            let wanted = *step + self.decay * *number;
            *first = FIRST * *first + (1.0 - FIRST) * wanted;
            *second = SECOND * *second + (1.0 - SECOND) * wanted * wanted;
            *number -= rate * *first * fresh / ((*second * fresher).sqrt() + 1e-8);
            *step = 0.0;
        }
    }
}

/// A head with one inner layer.
pub struct LayeredHead {
    inputs: usize,
    inner: usize,
    classes: usize,
    rows: Learnt,
    biases: Learnt,
    outer: Learnt,
    outer_biases: Learnt,
}

/// A row of numbers that look like chance.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 16
    }

    /// About evenly between -1 and 1.
    fn even(&mut self) -> f32 {
        (self.next() % 65_536) as f32 / 32_768.0 - 1.0
    }
}

impl LayeredHead {
    /// Learns from vectors of one length: each with its class and how much it counts.
    #[must_use]
    pub fn learn(texts: &[(usize, f32, Vec<f32>)], classes: usize, plan: Plan) -> Self {
        let inputs = texts.first().map_or(0, |text| text.2.len());
        let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
        let mut even = |count: usize, most: f32| (0..count).map(|_| chance.even() * most).collect::<Vec<f32>>();
        let mut head = Self {
            inputs,
            inner: plan.inner,
            classes,
            rows: Learnt::new(even(inputs * plan.inner, 3.0 / (inputs.max(1) as f32).sqrt()), plan.decay),
            outer: Learnt::new(even(plan.inner * classes, 0.2), plan.decay),
            biases: Learnt::new(vec![0.0; plan.inner], 0.0),
            outer_biases: Learnt::new(vec![0.0; classes], 0.0),
        };
        let weights = rarity(texts, classes, plan.rare);
        let mut order: Vec<usize> = (0..texts.len()).collect();
        let batches = texts.len().div_ceil(BATCH) * plan.rounds;
        let mut number = 0;
        for _ in 0..plan.rounds {
            for at in (1..order.len()).rev() {
                order.swap(at, chance.next() as usize % (at + 1));
            }
            for batch in order.chunks(BATCH) {
                for &text in batch {
                    let (class, counts, vector) = &texts[text];
                    let counts = counts * weights[*class] / batch.len() as f32;
                    let kept: Vec<f32> = (0..plan.inner).map(|_| kept(&mut chance, plan.dropped)).collect();
                    head.gather(vector, *class, counts, plan.smooth, &kept);
                }
                number += 1;
                let rate = RATE * (1.0 - (number - 1) as f32 / batches as f32);
                for learnt in [&mut head.rows, &mut head.biases, &mut head.outer, &mut head.outer_biases] {
                    learnt.step(rate, number);
                }
            }
        }
        head
    }

    /// The inner values of a vector.
    fn inner(&self, vector: &[f32]) -> Vec<f32> {
        let mut inner = self.biases.numbers.clone();
        for (x, row) in vector.iter().zip(self.rows.numbers.chunks_exact(self.inner)) {
            inner.iter_mut().zip(row).for_each(|(sum, weight)| *sum += x * STRETCH * weight);
        }
        for value in &mut inner {
            *value = value.max(0.0);
        }
        inner
    }

    /// The scores of the classes, of inner values.
    fn outer(&self, inner: &[f32]) -> Vec<f32> {
        let mut scores = self.outer_biases.numbers.clone();
        for (value, weights) in inner.iter().zip(self.outer.numbers.chunks_exact(self.classes)) {
            scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += value * weight);
        }
        scores
    }

    /// Adds what one text asks of the numbers; each unit counts as much as `kept` says.
    fn gather(&mut self, vector: &[f32], class: usize, counts: f32, smooth: f32, kept: &[f32]) {
        let inner: Vec<f32> = self.inner(vector).iter().zip(kept).map(|(value, kept)| value * kept).collect();
        let scores = self.outer(&inner);
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let parts: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
        let all: f32 = parts.iter().sum();
        let others = smooth / self.classes as f32;
        let wanted = |at: usize| others + if at == class { 1.0 - smooth } else { 0.0 };
        let off: Vec<f32> = parts.iter().enumerate().map(|(at, part)| (part / all - wanted(at)) * counts).collect();
        self.outer_biases.steps.iter_mut().zip(&off).for_each(|(step, off)| *step += off);
        let mut back = vec![0f32; self.inner];
        for (unit, value) in inner.iter().enumerate().filter(|(_, value)| **value > 0.0) {
            let own = unit * self.classes..(unit + 1) * self.classes;
            let asked: f32 = self.outer.numbers[own.clone()].iter().zip(&off).map(|(w, off)| w * off).sum();
            back[unit] = asked * kept[unit];
            self.outer.steps[own].iter_mut().zip(&off).for_each(|(step, off)| *step += value * off);
        }
        self.biases.steps.iter_mut().zip(&back).for_each(|(step, back)| *step += back);
        for (x, row) in vector.iter().zip(self.rows.steps.chunks_exact_mut(self.inner)) {
            row.iter_mut().zip(&back).for_each(|(step, back)| *step += x * STRETCH * back);
        }
    }

    /// The scores of the classes.
    #[must_use]
    pub fn scores(&self, vector: &[f32]) -> Vec<f32> {
        self.outer(&self.inner(vector))
    }

    fn write(&self, file: &mut Vec<u8>) {
        for size in [self.inputs, self.inner, self.classes] {
            file.extend((size as u32).to_le_bytes());
        }
        let rows = &self.rows.numbers;
        let largest = |unit: usize| rows.iter().skip(unit).step_by(self.inner).fold(1e-9, |m: f32, w| m.max(w.abs()));
        let most: Vec<f32> = (0..self.inner).map(largest).collect();
        let scales = most.iter().map(|most| most * STRETCH / 127.0);
        let numbers = scales.chain(self.biases.numbers.iter().copied()).chain(self.outer.numbers.iter().copied());
        let numbers: Vec<f32> = numbers.chain(self.outer_biases.numbers.iter().copied()).collect();
        for number in numbers {
            file.extend(number.to_le_bytes());
        }
        for row in rows.chunks_exact(self.inner) {
            file.extend(row.iter().zip(&most).map(|(w, most)| ((w / most * 127.0).round() as i8).cast_unsigned()));
        }
    }
}

/// Whether a unit is kept, and how much it then counts for those that are not.
fn kept(chance: &mut Chance, dropped: f32) -> f32 {
    if f32::midpoint(chance.even(), 1.0) < dropped { 0.0 } else { 1.0 / (1.0 - dropped) }
}

/// How much a text of each class counts: rare ones more, the mean is about one.
fn rarity(texts: &[(usize, f32, Vec<f32>)], classes: usize, power: f32) -> Vec<f32> {
    let mut counts = vec![0f32; classes];
    for text in texts {
        counts[text.0] += text.1;
    }
    let mean = counts.iter().sum::<f32>() / classes as f32;
    counts.iter().map(|count| (mean / count.max(1.0)).powf(power)).collect()
}

/// The shipped file of heads over an encoder's vectors: emotion, person.
#[must_use]
pub fn over_sentences(encoder: &str, heads: [&LayeredHead; 2]) -> Vec<u8> {
    let mut file = MAGIC.to_vec();
    file.extend((encoder.len() as u32).to_le_bytes());
    file.extend(encoder.bytes());
    for head in heads {
        head.write(&mut file);
    }
    file
}
