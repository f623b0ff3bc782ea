//! The network: from pieces to one vector. Each piece's meaning is seen with its neighbours (windows of two, three and five),
//! all are added up, and three small layers turn the sum into the vector.

use super::matrix::{Matrix, Rows, round};

/// Numbers of a vector, and of a piece in the table.
pub const DIMENSIONS: usize = 512;
/// Numbers of a piece in one branch.
pub(super) const BRANCH: usize = 256;
/// What one piece brings into the sum: itself and what each branch makes of it.
pub(super) const FEATURES: usize = DIMENSIONS + WINDOWS.len() * BRANCH;
/// For each branch, how many pieces it sees beside each other, and how many of them stand before the piece itself.
pub(super) const WINDOWS: [(usize, usize); 3] = [(2, 0), (3, 1), (5, 2)];
/// Numbers within the last layers.
pub(super) const NARROW: usize = 320;
/// What a piece's numbers are divided into: each part of the vocabulary has its own scale.
pub(super) const PARTS: usize = 17;

/// Weights of a normalisation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Norm {
    pub(super) gain: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// One layer that looks at neighbours.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Window {
    pub(super) matrix: Matrix,
    pub(super) bias: Vec<f32>,
}

/// One branch: what its pieces are made of is the `projection`'s, then two layers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Branch {
    pub(super) projection: Matrix,
    /// What the projection makes of a row of ones.
    pub(super) sums: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) layers: [Window; 2],
}

/// All weights but the table of pieces.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Network {
    /// What a piece's numbers count, and what is added, for each part.
    pub(super) scales: Vec<f32>,
    pub(super) lows: Vec<f32>,
    pub(super) branches: [Branch; 3],
    /// Over what all branches have for a piece.
    pub(super) inner: Norm,
    /// Over all of a piece's features.
    pub(super) outer: Norm,
    pub(super) pooled: Matrix,
    pub(super) pooled_bias: Vec<f32>,
    /// `d0`, `d1`, `p1`, `d2`, `p3`, `d3` of the last layers.
    pub(super) last: [Matrix; 6],
    pub(super) epsilon: f32,
}

impl Network {
    /// The vector of these pieces, of length one. `table` has one row a piece.
    pub(super) fn vector(&self, pieces: &[u32], table: &[u8]) -> [f32; DIMENSIONS] {
        let count = pieces.len();
        let mut features = vec![0.0; count * FEATURES];
        self.lookup(pieces, table, &mut features);
        let inner = self.inner(pieces, table);
        for (number, branch) in self.branches.iter().enumerate() {
            branch.see(&inner, number, WINDOWS[number], &mut features);
        }
        let mut sum = vec![0.0; FEATURES];
        for row in features.chunks_exact_mut(FEATURES) {
            self.outer.apply(row, self.epsilon);
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += *value);
        }
        self.pool(&sum, count)
    }

    /// Fills in what the table says of each piece.
    fn lookup(&self, pieces: &[u32], table: &[u8], features: &mut [f32]) {
        for ((piece, numbers), row) in
            pieces.iter().zip(table.chunks_exact(DIMENSIONS)).zip(features.chunks_exact_mut(FEATURES))
        {
            let part = *piece as usize % PARTS;
            let (scale, low) = (self.scales[part], self.lows[part]);
            row.iter_mut().zip(numbers).for_each(|(value, number)| *value = f32::from(*number) * scale + low);
        }
    }

    /// What the branches begin with: each piece's numbers projected for each branch, normalised together.
    fn inner(&self, pieces: &[u32], table: &[u8]) -> Vec<f32> {
        let width = WINDOWS.len() * BRANCH;
        let numbers: Vec<i16> = table.iter().map(|number| i16::from(*number)).collect();
        let mut inner = vec![0.0; pieces.len() * width];
        let rows = Rows { numbers: &numbers, stride: DIMENSIONS, count: pieces.len(), step: 1.0 };
        for (number, branch) in self.branches.iter().enumerate() {
            let products = branch.projection.multiply(rows);
            for ((row, products), piece) in inner.chunks_exact_mut(width).zip(products.chunks_exact(BRANCH)).zip(pieces)
            {
                let part = *piece as usize % PARTS;
                let (scale, low) = (self.scales[part], self.lows[part]);
                let own = &mut row[number * BRANCH..][..BRANCH];
                let fixed = branch.sums.iter().zip(&branch.bias).map(|(sum, bias)| sum * low + bias);
                own.iter_mut()
                    .zip(products)
                    .zip(fixed)
                    .for_each(|((own, product), fixed)| *own = product * scale + fixed);
            }
        }
        inner.chunks_exact_mut(width).for_each(|row| self.inner.apply(row, self.epsilon));
        inner
    }

    /// The last layers.
    #[expect(clippy::cast_precision_loss, reason = "far fewer pieces than that")]
    fn pool(&self, sum: &[f32], count: usize) -> [f32; DIMENSIONS] {
        let count = count as f32;
        let mut mean: Vec<f32> = self.pooled_bias.iter().map(|bias| bias * count).collect();
        self.pooled.add_one(sum, &mut mean);
        let scale = count.sqrt().recip();
        scaled(&mut mean, scale);
        let [d0, d1, p1, d2, p3, d3] = &self.last;
        let layer = |sources: &[(&Matrix, &[f32])]| {
            let mut out = vec![0.0; sources[0].0.outputs()];
            for (matrix, values) in sources {
                matrix.add_one(values, &mut out);
            }
            out
        };
        let positive = |mut values: Vec<f32>| {
            for value in &mut values {
                *value = value.max(0.0);
            }
            values
        };
        let first = positive(layer(&[(d0, &mean)]));
        let second = positive(layer(&[(p1, &mean), (d1, &first)]));
        let third = positive(layer(&[(d2, &second)]));
        let last = layer(&[(p3, &second), (d3, &third)]);
        let mut vector: [f32; DIMENSIONS] = std::array::from_fn(|place| last[place].tanh());
        let square: f32 = vector.iter().map(|value| value * value).sum();
        let scale = square.max(self.epsilon).sqrt().recip();
        scaled(&mut vector, scale);
        vector
    }
}

impl Norm {
    /// Brings a row to mean 0 and variance 1, then applies gain and bias.
    #[expect(clippy::cast_precision_loss, reason = "rows have hundreds of values")]
    fn apply(&self, row: &mut [f32], epsilon: f32) {
        let share = (row.len() as f32).recip();
        let mean = total(row, |value| value) * share;
        for value in &mut *row {
            *value -= mean;
        }
        let scale = (total(row, |value| value * value) * share + epsilon).sqrt().recip();
        let weights = self.gain.iter().zip(&self.bias);
        row.iter_mut().zip(weights).for_each(|(value, (gain, bias))| *value = *value * scale * gain + bias);
    }
}

fn scaled(values: &mut [f32], scale: f32) {
    for value in values {
        *value *= scale;
    }
}

/// The sum of a row, in eight lanes beside each other.
fn total(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (eights, rest) = row.as_chunks::<8>();
    let mut lanes = [0.0_f32; 8];
    for eight in eights {
        lanes.iter_mut().zip(eight).for_each(|(lane, value)| *lane += of(*value));
    }
    lanes.iter().sum::<f32>() + rest.iter().map(|value| of(*value)).sum::<f32>()
}

impl Branch {
    /// Two layers over the windows of each piece; what comes out stands in its place among the features.
    fn see(&self, inner: &[f32], number: usize, window: (usize, usize), features: &mut [f32]) {
        let width = WINDOWS.len() * BRANCH;
        let mine = |row: &[f32]| row[number * BRANCH..(number + 1) * BRANCH].to_vec();
        let mut values: Vec<f32> = inner.chunks_exact(width).flat_map(mine).collect();
        for layer in &self.layers {
            layer.apply(&mut values, window);
        }
        let start = DIMENSIONS + number * BRANCH;
        for (row, own) in features.chunks_exact_mut(FEATURES).zip(values.chunks_exact(BRANCH)) {
            row[start..start + BRANCH].copy_from_slice(own);
        }
    }
}

impl Window {
    /// Adds to each piece what the layer makes of it and its neighbours. Beyond the ends there is nothing.
    fn apply(&self, values: &mut [f32], (seen, before): (usize, usize)) {
        let mut numbers = vec![0; values.len() + (seen - 1) * BRANCH];
        let step = round(values, &mut numbers[before * BRANCH..][..values.len()]);
        let rows = Rows { numbers: &numbers, stride: BRANCH, count: values.len() / BRANCH, step };
        let products = self.matrix.multiply(rows);
        for (row, products) in values.chunks_exact_mut(BRANCH).zip(products.chunks_exact(BRANCH)) {
            let layer = products.iter().zip(&self.bias).map(|(product, bias)| (product + bias).max(0.0));
            row.iter_mut().zip(layer).for_each(|(value, layer)| *value += layer);
        }
    }
}
