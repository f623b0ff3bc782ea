//! Learning: linear heads by coordinate descent on the dual, each against all others or all against each other.
//! All heads learn from an example at once: their weights of one dimension lie side by side.

use super::space::Entry;
use super::sum;

/// One text that is learnt from; `head` is absent for a text about no intent.
#[derive(Clone, Copy)]
pub(crate) struct Example<'a> {
    pub(crate) head: Option<usize>,
    pub(crate) vector: &'a [Entry],
}

/// What the heads are to make small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Each head for itself: the square of what an example lacks to lie beyond its margin.
    Hinge,
    /// All heads against each other: the surprise at an example. What is about no intent is of a class that always scores 0.
    Softmax,
}

/// How hard the heads try.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// What an error costs.
    pub(crate) cost: f32,
    /// How many times more it costs to miss an own example; for the hinge alone.
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

/// A step of the softmax is as if the surprise were at least so much curved.
const LEAST_CURVE: f32 = 0.1;

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
        sum::add_rows(&mut self.rows, vector, steps);
    }
}

/// Learns `heads` heads over `dimensions` dimensions. The same examples always give the same weights.
pub(crate) fn train(examples: &[Example<'_>], heads: usize, dimensions: usize, effort: Effort) -> Weights {
    Learner::of(examples, heads, dimensions, Loss::Hinge, effort).weights
}

/// What was learnt, and how much of it each example brought, so that one can be forgotten.
pub(crate) struct Learner {
    loss: Loss,
    effort: Effort,
    pub(crate) weights: Weights,
    /// A row an example, a number a head.
    alphas: Vec<f32>,
    squares: Vec<f32>,
}

impl Learner {
    /// Learns from all examples.
    pub(crate) fn of(examples: &[Example<'_>], heads: usize, dimensions: usize, loss: Loss, effort: Effort) -> Self {
        let square = |e: &Example<'_>| BIAS * BIAS + e.vector.iter().map(|entry| entry.1 * entry.1).sum::<f32>();
        let mut learner = Self {
            loss,
            effort,
            weights: Weights::new(heads, dimensions),
            alphas: vec![0f32; examples.len() * heads],
            squares: examples.iter().map(square).collect(),
        };
        learner.learn(examples, (0..examples.len()).collect(), effort.rounds);
        learner
    }

    /// The weights as if some examples had never been there: what they brought is taken away, and the others settle in a few
    /// more rounds.
    pub(crate) fn without(&self, examples: &[Example<'_>], kept: &dyn Fn(usize) -> bool, rounds: usize) -> Weights {
        let mut other = Self {
            loss: self.loss,
            effort: self.effort,
            weights: self.weights.clone(),
            alphas: self.alphas.clone(),
            squares: self.squares.clone(),
        };
        let heads = self.weights.heads;
        let (away, order): (Vec<usize>, Vec<usize>) = (0..examples.len()).partition(|&number| kept(number));
        for number in away {
            let Example { head, vector } = examples[number];
            let alphas = self.alphas[number * heads..(number + 1) * heads].iter().enumerate();
            let back = alphas.map(|(at, a)| if self.loss == Loss::Hinge && head != Some(at) { *a } else { -a });
            other.weights.add(vector, &back.collect::<Vec<f32>>());
        }
        other.learn(examples, order, rounds);
        other.weights
    }

    fn learn(&mut self, examples: &[Example<'_>], mut order: Vec<usize>, rounds: usize) {
        let heads = self.weights.heads;
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let (mut scores, mut steps) = (Vec::with_capacity(heads), vec![0f32; heads]);
        for _ in 0..rounds {
            shuffle(&mut order, &mut seed);
            for &number in &order {
                let Example { head, vector } = examples[number];
                self.weights.scores(vector, &mut scores);
                let alphas = &mut self.alphas[number * heads..(number + 1) * heads];
                let moved = match self.loss {
                    Loss::Hinge => correct(head, &scores, alphas, self.squares[number], self.effort, &mut steps),
                    Loss::Softmax => weigh(head, &mut scores, alphas, self.squares[number], self.effort, &mut steps),
                };
                if moved {
                    self.weights.add(vector, &steps);
                }
            }
        }
    }
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

/// One step of all heads against each other on one example; `scores` become their shares.
fn weigh(
    own: Option<usize>,
    scores: &mut [f32],
    alphas: &mut [f32],
    square: f32,
    effort: Effort,
    steps: &mut [f32],
) -> bool {
    let most = scores.iter().fold(0f32, |most, score| most.max(*score));
    let mut all = (-most).exp();
    let none = all;
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
        all += *score;
    }
    let p = own.map_or(none, |head| scores[head]) / all;
    let length = 1.0 / (1.0 + effort.cost * square * (p * (1.0 - p)).max(LEAST_CURVE));
    for ((alpha, share), step) in alphas.iter_mut().zip(scores.iter()).zip(steps.iter_mut()) {
        *step = length * (-effort.cost * share / all - *alpha);
    }
    if let Some(head) = own {
        steps[head] += length * effort.cost;
    }
    alphas.iter_mut().zip(steps.iter()).for_each(|(alpha, step)| *alpha += step);
    true
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
