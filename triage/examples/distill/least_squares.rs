//! Least squares over sparse inputs: which rows, summed up by their weights, come nearest to what is wanted.

use crate::dot;

/// Each of so many inputs is not learnt from: how well the rows do is seen on it.
const HELD: usize = 50;

/// Rows with weights, an input after the other.
pub(crate) struct Sparse {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Default for Sparse {
    fn default() -> Self {
        Self { starts: vec![0], entries: Vec::new() }
    }
}

impl Sparse {
    pub(crate) fn push(&mut self, entries: &[(u32, f32)]) {
        self.entries.extend(entries);
        self.starts.push(self.entries.len());
    }
}

/// The rows whose sums come nearest to the targets, small ones rather than large ones.
pub(crate) fn solve(inputs: &Sparse, targets: &[f32], rows: usize, (ridge, rounds): (f32, usize)) -> Vec<f32> {
    let dimensions = targets.len() / (inputs.starts.len() - 1);
    let (inputs, scales) = evened(inputs, rows, ridge);
    let mut table = descend(&inputs, targets, &scales, (ridge, rounds));
    for (row, scale) in table.chunks_exact_mut(dimensions).zip(&scales) {
        for x in row {
            *x *= scale;
        }
    }
    table
}

/// Rare and frequent rows made to count the same, so that both are found in a few rounds; and what each counts now.
fn evened(inputs: &Sparse, rows: usize, ridge: f32) -> (Sparse, Vec<f32>) {
    let mut brought = vec![ridge; rows];
    inputs.entries.iter().for_each(|&(row, weight)| brought[row as usize] += weight * weight);
    let scales: Vec<f32> = brought.into_iter().map(|sum| sum.sqrt().recip()).collect();
    let entries = inputs.entries.iter().map(|&(row, weight)| (row, weight * scales[row as usize])).collect();
    (Sparse { starts: inputs.starts.clone(), entries }, scales)
}

/// Conjugate gradients on the normal equations, for all dimensions at once.
fn descend(inputs: &Sparse, targets: &[f32], scales: &[f32], (ridge, rounds): (f32, usize)) -> Vec<f32> {
    let (rows, dimensions) = (scales.len(), targets.len() / (inputs.starts.len() - 1));
    let held = |number: usize| number.is_multiple_of(HELD);
    let learnt: Vec<f32> = targets
        .chunks_exact(dimensions)
        .enumerate()
        .flat_map(|(number, row)| row.iter().map(move |x| if held(number) { 0.0 } else { *x }))
        .collect();
    let mut table = vec![0f32; rows * dimensions];
    let mut residual = transposed(inputs, &learnt, rows, dimensions);
    let mut direction = residual.clone();
    let mut square = columns(&residual, &residual, dimensions);
    for round in 0..rounds {
        let mut told = product(inputs, &direction, dimensions);
        told.chunks_exact_mut(dimensions).step_by(HELD).for_each(|row| row.fill(0.0));
        let mut image = transposed(inputs, &told, rows, dimensions);
        let drawn = |at: usize| ridge * scales[at / dimensions] * scales[at / dimensions];
        image.iter_mut().zip(&direction).enumerate().for_each(|(at, (x, y))| *x += drawn(at) * y);
        let curve = columns(&direction, &image, dimensions);
        let step: Vec<f32> = square.iter().zip(&curve).map(|(s, c)| (s / c.max(1e-30)) as f32).collect();
        for (at, x) in table.iter_mut().enumerate() {
            *x += step[at % dimensions] * direction[at];
        }
        for (at, x) in residual.iter_mut().enumerate() {
            *x -= step[at % dimensions] * image[at];
        }
        let next = columns(&residual, &residual, dimensions);
        let keep: Vec<f32> = next.iter().zip(&square).map(|(n, s)| (n / s.max(1e-30)) as f32).collect();
        for (at, x) in direction.iter_mut().enumerate() {
            *x = residual[at] + keep[at % dimensions] * *x;
        }
        square = next;
        if round % 4 == 3 {
            let told = product(inputs, &table, dimensions);
            let unexplained = |step: usize| {
                let rows = told.chunks_exact(dimensions).zip(targets.chunks_exact(dimensions)).step_by(step);
                let sums = rows.map(|(x, y)| (x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f32>(), dot(y, y)));
                let (error, all) = sums.fold((0.0, 0.0), |a, b| (a.0 + f64::from(b.0), a.1 + f64::from(b.1)));
                error / all
            };
            println!("round {round}: unexplained {:.3}, of texts held out {:.3}", unexplained(1), unexplained(HELD));
        }
    }
    table
}

fn columns(a: &[f32], b: &[f32], dimensions: usize) -> Vec<f64> {
    let mut sums = vec![0f64; dimensions];
    for (x, y) in a.chunks_exact(dimensions).zip(b.chunks_exact(dimensions)) {
        sums.iter_mut().zip(x.iter().zip(y)).for_each(|(sum, (x, y))| *sum += f64::from(x * y));
    }
    sums
}

fn product(inputs: &Sparse, table: &[f32], dimensions: usize) -> Vec<f32> {
    let mut out = vec![0f32; (inputs.starts.len() - 1) * dimensions];
    for (number, row) in out.chunks_exact_mut(dimensions).enumerate() {
        for &(gram, weight) in &inputs.entries[inputs.starts[number]..inputs.starts[number + 1]] {
            let own = &table[gram as usize * dimensions..(gram as usize + 1) * dimensions];
            row.iter_mut().zip(own).for_each(|(x, y)| *x += weight * y);
        }
    }
    out
}

fn transposed(inputs: &Sparse, values: &[f32], rows: usize, dimensions: usize) -> Vec<f32> {
    let mut out = vec![0f32; rows * dimensions];
    for (number, row) in values.chunks_exact(dimensions).enumerate() {
        for &(gram, weight) in &inputs.entries[inputs.starts[number]..inputs.starts[number + 1]] {
            let own = &mut out[gram as usize * dimensions..(gram as usize + 1) * dimensions];
            own.iter_mut().zip(row).for_each(|(x, y)| *x += weight * y);
        }
    }
    out
}
