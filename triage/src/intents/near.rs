//! Nearness to the examples, over an encoder's vectors: each example pulls a text towards its own intent, the more the nearer
//! the text lies to it. How hard each pulls is solved exactly (kernel ridge regression), so that what was learnt without some
//! examples is exact as well.

use super::space::Entry;
use super::sum;
use super::train::Example;
use crate::encoder::matrix::Matrix;

/// So many examples are solved at most: the work grows with the cube of their number.
pub(crate) const MOST: usize = 2000;

/// How fast nearness falls with the square of the distance.
const FALL: f32 = 1.0;

/// How much an example is nearer to itself than it seems: so much less each one is believed.
const RIDGE: f32 = 0.1;

/// The score of an intent far from all examples, and how far above it one of its own should lie.
const FAR: f32 = -1.0;
const OWN: f32 = 2.0;

/// Examples, and how hard each pulls towards each intent.
pub(crate) struct Near {
    pub(crate) heads: usize,
    /// A row an example, of length one, in eight bits a number.
    pub(crate) points: Matrix,
    /// A row an example, a number an intent.
    pub(crate) pulls: Vec<f32>,
}

impl Near {
    /// The score of each intent.
    pub(crate) fn scores(&self, vector: &[Entry]) -> Vec<f32> {
        let mut values: Vec<f32> = vector.iter().map(|entry| entry.1).collect();
        values.resize(self.points.inputs, 0.0);
        let mut products = vec![0.0; self.points.outputs()];
        self.points.add_one(&values, &mut products);
        let near: Vec<Entry> = (0..).zip(products.into_iter().map(nearness)).collect();
        let mut scores = vec![FAR; self.heads];
        sum::rows(&self.pulls, &near, &mut scores);
        scores
    }
}

/// How near two vectors of length one are whose product is this: 1 where they are the same.
fn nearness(product: f32) -> f32 {
    (2.0 * FALL * (product - 1.0)).exp()
}

/// All examples, and how near each is to each.
pub(crate) struct Solver {
    heads: usize,
    dimensions: usize,
    own: Vec<Option<usize>>,
    points: Vec<f32>,
    near: Vec<f32>,
}

impl Solver {
    pub(crate) fn of(examples: &[Example<'_>], heads: usize, dimensions: usize) -> Self {
        let points: Vec<f32> = examples.iter().flat_map(|e| e.vector.iter().map(|entry| entry.1)).collect();
        let rows = || points.chunks_exact(dimensions);
        let near = rows().enumerate().flat_map(|(at, a)| {
            let before = rows().take(at + 1).map(move |b| nearness(sum::dot(a, b)));
            before.chain(std::iter::repeat_n(0.0, examples.len() - at - 1))
        });
        let near = near.collect();
        Self { heads, dimensions, own: examples.iter().map(|e| e.head).collect(), points, near }
    }

    /// Solves without the examples whose numbers are `kept` apart.
    pub(crate) fn without(&self, kept: &dyn Fn(usize) -> bool) -> Near {
        let among: Vec<usize> = (0..self.own.len()).filter(|&number| !kept(number)).collect();
        let (heads, all) = (self.heads, self.own.len());
        let row = |&number: &usize| among.iter().map(move |&other| self.near[number * all + other]);
        let mut matrix: Vec<f32> = among.iter().flat_map(row).collect();
        factored(&mut matrix, among.len());
        let mut pulls = vec![0.0; among.len() * heads];
        for (row, &number) in pulls.chunks_exact_mut(heads.max(1)).zip(&among) {
            if let Some(head) = self.own[number] {
                row[head] = OWN;
            }
        }
        solved(&matrix, &mut pulls, heads);
        let point = |&number: &usize| &self.points[number * self.dimensions..(number + 1) * self.dimensions];
        let points: Vec<f32> = among.iter().flat_map(point).copied().collect();
        Near { heads, points: Matrix::rounded(&points, self.dimensions), pulls }
    }
}

/// Cholesky: the lower half of a symmetric matrix, with the ridge on it, becomes the lower factor.
fn factored(matrix: &mut [f32], size: usize) {
    for i in 0..size {
        let (before, rest) = matrix.split_at_mut(i * size);
        let row = &mut rest[..=i];
        for (j, other) in before.chunks_exact(size).enumerate() {
            row[j] = (row[j] - sum::dot(&row[..j], &other[..j])) / other[j];
        }
        row[i] = (row[i] + RIDGE - sum::dot(&row[..i], &row[..i])).max(1e-6).sqrt();
    }
}

/// Solves with the lower factor, for all columns of `values` at once.
fn solved(factor: &[f32], values: &mut [f32], columns: usize) {
    let size = values.len() / columns.max(1);
    let mut sums = vec![0.0; columns];
    let mut entries: Vec<Entry> = Vec::with_capacity(size);
    let mut step = |i: usize, values: &mut [f32], others: &mut dyn Iterator<Item = Entry>| {
        entries.clear();
        entries.extend(others);
        sums.copy_from_slice(&values[i * columns..(i + 1) * columns]);
        sum::rows(values, &entries, &mut sums);
        let scale = factor[i * size + i].recip();
        values[i * columns..(i + 1) * columns].iter_mut().zip(&sums).for_each(|(value, sum)| *value = sum * scale);
    };
    for i in 0..size {
        step(i, values, &mut (0..).zip(&factor[i * size..i * size + i]).map(|(k, x)| (k, -x)));
    }
    for i in (0..size).rev() {
        let below = (0..).zip(factor.chunks_exact(size)).skip(i + 1);
        step(i, values, &mut below.map(|(k, row)| (k, -row[i])));
    }
}

#[cfg(test)]
mod tests {
    use super::{Example, Solver};

    #[test]
    fn what_is_solved_without_an_example_does_not_know_it_and_meets_the_others() {
        // Numbers that eight bits hold as they are.
        let number = |n: u32, at: u32| match at.checked_sub(n % 5).filter(|&at| at < 4) {
            Some(at) => 0.5 - f32::from(n >> at & 1 == 1),
            None => 0.0,
        };
        let vectors: Vec<Vec<(u32, f32)>> = (0..40).map(|n| (0..8).map(|at| (at, number(n, at))).collect()).collect();
        let examples: Vec<Example<'_>> = vectors
            .iter()
            .enumerate()
            .map(|(n, vector)| Example { head: (n % 5 < 4).then_some(n % 5 % 3), vector })
            .collect();
        let near = Solver::of(&examples, 3, 8).without(&|number| number % 9 == 4);
        assert_eq!(near.points.outputs(), 36);
        let others = examples.iter().enumerate().filter(|(number, _)| number % 9 != 4);
        for (row, (_, example)) in others.enumerate() {
            for (head, score) in near.scores(example.vector).iter().enumerate() {
                let target = if example.head == Some(head) { 1.0 } else { -1.0 };
                let slack = 0.1 * near.pulls[row * 3 + head];
                assert!((score + slack - target).abs() < 1e-3, "{row} {head}: {score} and {slack} of {target}");
            }
        }
    }
}
