//! Matrices of whole numbers: eight bits a weight, as the model was trained to bear, multiplied exactly.
//!
//! Inputs are rounded to fourteen bits; products are added in 32, where up to 2 000 of them cannot overflow.

use super::dots;

/// Values are rounded to whole numbers up to this.
const MOST: f32 = 8191.0;

/// A matrix of weights: each is a whole number times `step`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matrix {
    /// A multiple of [`dots::LANES`].
    pub(crate) inputs: usize,
    pub(crate) step: f32,
    /// For each output, the weights of all inputs.
    pub(crate) weights: Vec<i8>,
}

/// Rows of whole numbers, each times `step`. A row begins `stride` behind the one before and may reach into the next.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) numbers: &'a [i16],
    pub(super) stride: usize,
    pub(super) count: usize,
    pub(super) step: f32,
}

/// Rounds values to whole numbers into `out`; gives the step that they count.
#[expect(clippy::cast_possible_truncation, reason = "values are at most MOST")]
pub(super) fn round(values: &[f32], out: &mut [i16]) -> f32 {
    let most = values.iter().fold(0_f32, |most, value| most.max(value.abs()));
    let scale = if most > 0.0 { MOST / most } else { 0.0 };
    // By hand: a call for each value would cost more than the products.
    let nearest = |value: f32| (value * scale + 0.5_f32.copysign(value)) as i32 as i16;
    out.iter_mut().zip(values).for_each(|(whole, value)| *whole = nearest(*value));
    most / MOST
}

impl Matrix {
    /// The matrix whose outputs have these rows of as many weights, rounded to eight bits; what a row lacks of a multiple of
    /// [`dots::LANES`] is filled up with nothing.
    #[expect(clippy::cast_possible_truncation, reason = "weights are at most 127")]
    pub(crate) fn rounded(rows: &[f32], width: usize) -> Self {
        let most = rows.iter().fold(1e-9_f32, |most, weight| most.max(weight.abs()));
        let inputs = Self::inputs_of(width);
        let whole = |weight: &f32| (weight / most * 127.0).round() as i8;
        let row = |row: &[f32]| row.iter().map(whole).chain(std::iter::repeat_n(0, inputs - width)).collect::<Vec<_>>();
        Self { inputs, step: most / 127.0, weights: rows.chunks_exact(width.max(1)).flat_map(row).collect() }
    }

    /// The inputs of a matrix for rows of so many values.
    pub(crate) const fn inputs_of(width: usize) -> usize {
        width.next_multiple_of(dots::LANES)
    }

    pub(crate) fn outputs(&self) -> usize {
        self.weights.len() / self.inputs.max(1)
    }

    /// What comes of a row of ones.
    pub(super) fn sums(&self) -> Vec<f32> {
        #[expect(clippy::cast_precision_loss, reason = "sums of some hundred small numbers")]
        let sum = |line: &[i8]| line.iter().map(|weight| i32::from(*weight)).sum::<i32>() as f32 * self.step;
        self.weights.chunks_exact(self.inputs).map(sum).collect()
    }

    /// Multiplies one row of values, and adds the products to `out`.
    pub(crate) fn add_one(&self, values: &[f32], out: &mut [f32]) {
        let mut numbers = vec![0; values.len()];
        let step = round(values, &mut numbers);
        let products = self.multiply(Rows { numbers: &numbers, stride: 0, count: 1, step });
        out.iter_mut().zip(products).for_each(|(out, product)| *out += product);
    }

    /// Multiplies each row: the products of the first row, of the second, and so on.
    #[expect(clippy::cast_precision_loss, reason = "24 bits of it are enough")]
    pub(super) fn multiply(&self, rows: Rows<'_>) -> Vec<f32> {
        let mut sums = vec![0; rows.count * self.outputs()];
        dots::multiply(rows.numbers, rows.stride, &self.weights, self.inputs, &mut sums);
        let step = rows.step * self.step;
        sums.into_iter().map(|sum| sum as f32 * step).collect()
    }
}
