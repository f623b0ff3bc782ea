//! Sums of products of small whole numbers, with the processor's instruction for them where it has one.

/// Numbers that are multiplied beside each other.
pub(super) const LANES: usize = 16;

/// Numbers of one row that are multiplied in one step.
type Lane = [i16; LANES];

/// Rows that are multiplied with a line of weights at once.
const BESIDE: usize = 8;

/// Fills `sums`, row by row: the products of each row with each line of `inputs` weights. `inputs` is a multiple of
/// [`LANES`]; a row begins `stride` numbers behind the one before. Sums must fit 32 bits.
pub(super) fn multiply(numbers: &[i16], stride: usize, weights: &[i8], inputs: usize, sums: &mut [i32]) {
    let outputs = weights.len() / inputs.max(1);
    let count = sums.len() / outputs.max(1);
    // As even as can be: nine rows are five and four, not eight and one.
    let taken = count.div_ceil(count.div_ceil(BESIDE).max(1)).max(1);
    for (block, sums) in sums.chunks_mut(taken * outputs).enumerate() {
        let numbers = &numbers[block * taken * stride..];
        let block = Block { numbers, stride, weights, inputs };
        match sums.len() / outputs {
            1 => block.run::<1>(sums),
            2 => block.run::<2>(sums),
            3 => block.run::<3>(sums),
            4 => block.run::<4>(sums),
            5 => block.run::<5>(sums),
            6 => block.run::<6>(sums),
            7 => block.run::<7>(sums),
            _ => block.run::<8>(sums),
        }
    }
}

/// Some rows and all weights.
#[derive(Clone, Copy)]
struct Block<'a> {
    numbers: &'a [i16],
    stride: usize,
    weights: &'a [i8],
    inputs: usize,
}

impl Block<'_> {
    fn run<const R: usize>(self, sums: &mut [i32]) {
        #[cfg(target_arch = "x86_64")]
        if let Some(wide) = pulp::x86::V3::try_new() {
            return wide.vectorize(
                #[inline(always)]
                || self.lines::<R>(sums, |rows, line| wide_dots(wide, rows, line)),
            );
        }
        self.lines::<R>(sums, plain_dots);
    }

    /// Goes through the lines of weights. The rows are laid beside each other first, so that one step of all of them is in
    /// one place: each line passes over them from end to end.
    #[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
    #[inline(always)]
    fn lines<const R: usize>(self, sums: &mut [i32], dots: impl Fn(&[[Lane; R]], &[[i8; LANES]]) -> [i32; R]) {
        let mut beside = vec![[[0; LANES]; R]; self.inputs / LANES];
        for row in 0..R {
            let numbers = &self.numbers[row * self.stride..][..self.inputs];
            beside.iter_mut().zip(numbers.as_chunks().0).for_each(|(step, lane)| step[row] = *lane);
        }
        let outputs = self.weights.len() / self.inputs;
        for (output, line) in self.weights.chunks_exact(self.inputs).enumerate() {
            let found = dots(&beside, line.as_chunks().0);
            for (row, sum) in found.into_iter().enumerate() {
                sums[row * outputs + output] = sum;
            }
        }
    }
}

/// In steps of 16 numbers.
#[cfg(target_arch = "x86_64")]
#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
fn wide_dots<const R: usize>(wide: pulp::x86::V3, rows: &[[Lane; R]], line: &[[i8; LANES]]) -> [i32; R] {
    let mut sums = [wide.avx._mm256_setzero_si256(); R];
    for (step, weights) in rows.iter().zip(line) {
        let weights = wide.avx2._mm256_cvtepi8_epi16(pulp::cast(*weights));
        for (sum, lane) in sums.iter_mut().zip(step) {
            *sum = wide.avx2._mm256_add_epi32(*sum, wide.avx2._mm256_madd_epi16(pulp::cast(*lane), weights));
        }
    }
    sums.map(|sum| pulp::cast::<_, [i32; 8]>(sum).iter().sum())
}

/// On any processor.
fn plain_dots<const R: usize>(rows: &[[Lane; R]], line: &[[i8; LANES]]) -> [i32; R] {
    let mut sums = [0; R];
    for (step, weights) in rows.iter().zip(line) {
        for (sum, lane) in sums.iter_mut().zip(step) {
            *sum +=
                lane.iter().zip(weights).map(|(number, weight)| i32::from(*number) * i32::from(*weight)).sum::<i32>();
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::{Block, LANES, multiply, plain_dots};

    #[test]
    fn the_wide_way_counts_as_the_plain_one() {
        let (inputs, outputs, stride) = (5 * LANES, 7, 2 * LANES);
        for count in [0_usize, 1, 2, 3, 8, 9, 17, 24] {
            let numbers: Vec<i16> =
                (0..count * stride + inputs).map(|n| i16::try_from(n * 7_919 % 16_383).unwrap() - 8_191).collect();
            let weights: Vec<i8> =
                (0..inputs * outputs).map(|n| i8::try_from(n * 10_007 % 127).unwrap() - 63).collect();
            let mut wide = vec![0; count * outputs];
            multiply(&numbers, stride, &weights, inputs, &mut wide);
            for (row, sums) in wide.chunks(outputs).enumerate() {
                let mut plain = vec![0; outputs];
                let numbers = &numbers[row * stride..];
                Block { numbers, stride, weights: &weights, inputs }.lines::<1>(&mut plain, plain_dots);
                assert_eq!(sums, plain);
            }
        }
    }
}
