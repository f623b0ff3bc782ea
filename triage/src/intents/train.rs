//! Learning: linear heads, one an intent against all others, with a squared hinge, by coordinate descent on the dual.
//! All heads learn from an example at once: their weights of one dimension lie side by side.

use super::space::Entry;
use super::sum;

/// One text that is learnt from; `head` is absent for a text about no intent.
#[derive(Clone, Copy)]
pub(crate) struct Example<'a> {
    pub(crate) head: Option<usize>,
    pub(crate) vector: &'a [Entry],
}

/// How hard the heads try.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// What an error costs.
    pub(crate) cost: f32,
    /// How many times more it costs to miss an own example.
    pub(crate) own: f32,
    /// Rounds over the examples.
    pub(crate) rounds: usize,
}

/// The weights of all heads: one row a dimension, and the bias last.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights {
    pub(crate) heads: usize,
    pub(crate) rows: Vec<f32>,
}

/// The input of the bias.
const BIAS: f32 = 0.6;

impl Weights {
    fn new(heads: usize, dimensions: usize) -> Self {
        Self { heads, rows: vec![0.0; heads * (dimensions + 1)] }
    }

    /// The score of each head.
    pub(crate) fn scores(&self, vector: &[Entry], scores: &mut Vec<f32>) {
        scores.clear();
        let bias = &self.rows[self.rows.len() - self.heads..];
        scores.extend(bias.iter().map(|w| w * BIAS));
        sum::rows(&self.rows, vector, scores);
    }

    fn add(&mut self, vector: &[Entry], steps: &[f32]) {
        let heads = self.heads;
        let bias = self.rows.len() - heads;
        self.rows[bias..].iter_mut().zip(steps).for_each(|(w, step)| *w += BIAS * step);
        for &(dimension, x) in vector {
            let start = dimension as usize * heads;
            let row = &mut self.rows[start..start + heads];
            row.iter_mut().zip(steps).for_each(|(w, step)| *w += x * step);
        }
    }
}

/// Learns `heads` heads over `dimensions` dimensions. The same examples always give the same weights.
pub(crate) fn train(examples: &[Example<'_>], heads: usize, dimensions: usize, effort: Effort) -> Weights {
    let mut weights = Weights::new(heads, dimensions);
    let squares: Vec<f32> =
        examples.iter().map(|e| BIAS * BIAS + e.vector.iter().map(|entry| entry.1 * entry.1).sum::<f32>()).collect();
    let mut alphas = vec![0f32; examples.len() * heads];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let (mut scores, mut steps) = (Vec::with_capacity(heads), vec![0f32; heads]);
    for _ in 0..effort.rounds {
        shuffle(&mut order, &mut seed);
        for &number in &order {
            let example = examples[number];
            weights.scores(example.vector, &mut scores);
            let alphas = &mut alphas[number * heads..(number + 1) * heads];
            if correct(example.head, &scores, alphas, squares[number], effort, &mut steps) {
                weights.add(example.vector, &steps);
            }
        }
    }
    weights
}

/// One step of each head on one example; whether there was any.
fn correct(
    own: Option<usize>,
    scores: &[f32],
    alphas: &mut [f32],
    square: f32,
    effort: Effort,
    steps: &mut [f32],
) -> bool {
    let other = 0.5 / effort.cost;
    let mut largest = 0f32;
    for ((alpha, score), step) in alphas.iter_mut().zip(scores).zip(steps.iter_mut()) {
        let gradient = -score - 1.0 + other * *alpha;
        let next = (*alpha - gradient_step(gradient, square + other)).max(0.0);
        *step = *alpha - next;
        *alpha = next;
        largest = largest.max(step.abs());
    }
    if let Some(head) = own {
        // The loop above took this example for a foreign one: take that back, and step as its own.
        let before = alphas[head] + steps[head];
        let cost = 0.5 / (effort.cost * effort.own);
        let gradient = scores[head] - 1.0 + cost * before;
        let next = (before - gradient_step(gradient, square + cost)).max(0.0);
        steps[head] = next - before;
        alphas[head] = next;
        largest = largest.max(steps[head].abs());
    }
    largest > 1e-6
}

fn gradient_step(gradient: f32, curvature: f32) -> f32 {
    gradient / curvature
}

/// Fisher and Yates with a fixed seed.
fn shuffle(order: &mut [usize], seed: &mut u64) {
    for at in (1..order.len()).rev() {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        #[expect(clippy::cast_possible_truncation, reason = "the remainder is an index")]
        order.swap(at, (*seed % (at as u64 + 1)) as usize);
    }
}
