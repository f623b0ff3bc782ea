//! Sums of weighted rows, with the processor's wide registers where it has them. The same numbers in the same order either
//! way: what is learnt and told does not depend on the machine.

use std::hint::black_box;

use super::space::Entry;

/// Numbers of a row that are summed side by side, in registers.
const WIDE: usize = 32;
const NARROW: usize = 8;

/// Adds to `sums`, for each entry, its row of as many numbers, times the entry's number.
pub(crate) fn rows(rows: &[f32], vector: &[Entry], sums: &mut [f32]) {
    of(rows, |x| x, vector, sums);
}

/// As [`rows`], of rows of signed bytes.
pub(crate) fn byte_rows(rows: &[u8], vector: &[Entry], sums: &mut [f32]) {
    fetch(rows, vector, sums.len());
    of(rows, |x| f32::from(x.cast_signed()), vector, sums);
}

/// Adds to the row of each entry the `steps`, times the entry's number.
pub(crate) fn add_rows(rows: &mut [f32], vector: &[Entry], steps: &[f32]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(wide) = pulp::x86::V3::try_new() {
        return wide.vectorize(
            #[inline(always)]
            || add(rows, vector, steps),
        );
    }
    add(rows, vector, steps);
}

#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
fn add(rows: &mut [f32], vector: &[Entry], steps: &[f32]) {
    for &(row, x) in vector {
        let start = row as usize * steps.len();
        let Some(row) = rows.get_mut(start..start + steps.len()) else { return };
        row.iter_mut().zip(steps).for_each(|(w, step)| *w += x * step);
    }
}

/// The sum of the products of two rows of one length, in lanes beside each other.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    #[cfg(target_arch = "x86_64")]
    if let Some(wide) = pulp::x86::V3::try_new() {
        return wide.vectorize(
            #[inline(always)]
            || product(a, b),
        );
    }
    product(a, b)
}

#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
fn product(a: &[f32], b: &[f32]) -> f32 {
    let ((a, more), (b, others)) = (a.as_chunks::<WIDE>(), b.as_chunks::<WIDE>());
    let mut lanes = [0f32; WIDE];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..WIDE {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    for width in [16, 8, 4, 2, 1] {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
    }
    more.iter().zip(others).fold(lanes[0], |sum, (a, b)| sum + a * b)
}

/// Reads the ends of each row, so that all rows are on their way from memory at once; the sums would ask for a few at a time.
fn fetch(rows: &[u8], vector: &[Entry], width: usize) {
    let ends = |row: usize| rows[row * width] ^ rows[(row + 1) * width - 1];
    black_box(vector.iter().fold(0, |all, entry| all ^ ends(entry.0 as usize)));
}

#[expect(clippy::inline_always, reason = "what reads a number is to be had in wide registers")]
#[inline(always)]
fn of<N: Copy>(rows: &[N], real: impl Fn(N) -> f32 + Copy, vector: &[Entry], sums: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(wide) = pulp::x86::V3::try_new() {
        return wide.vectorize(
            #[inline(always)]
            || tiles(rows, real, vector, sums),
        );
    }
    tiles(rows, real, vector, sums);
}

#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
fn tiles<N: Copy>(rows: &[N], real: impl Fn(N) -> f32 + Copy, vector: &[Entry], sums: &mut [f32]) {
    let width = sums.len();
    // The last numbers are summed in a full tile, which reaches back over numbers that another tile sums: as they began.
    let last = (!width.is_multiple_of(NARROW)).then(|| sums.last_chunk::<NARROW>().copied()).flatten();
    let mut from = 0;
    while from + WIDE <= width {
        tile::<N, WIDE>(rows, real, vector, width, from, &mut sums[from..]);
        from += WIDE;
    }
    while from + NARROW <= width {
        tile::<N, NARROW>(rows, real, vector, width, from, &mut sums[from..]);
        from += NARROW;
    }
    if let Some(mut last) = last {
        tile::<N, NARROW>(rows, real, vector, width, width - NARROW, &mut last);
        sums[from..].copy_from_slice(&last[NARROW - (width - from)..]);
    } else if from < width {
        for &(row, x) in vector {
            let row = &rows[row as usize * width..(row as usize + 1) * width];
            sums[from..].iter_mut().zip(&row[from..]).for_each(|(sum, w)| *sum += x * real(*w));
        }
    }
}

#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
fn tile<N: Copy, const WIDTH: usize>(
    rows: &[N],
    real: impl Fn(N) -> f32 + Copy,
    vector: &[Entry],
    width: usize,
    from: usize,
    sums: &mut [f32],
) {
    let Some(sums) = sums.first_chunk_mut::<WIDTH>() else { return };
    let mut beside = *sums;
    for &(row, x) in vector {
        let Some(row) = rows[row as usize * width + from..].first_chunk::<WIDTH>() else { return };
        for lane in 0..WIDTH {
            beside[lane] += x * real(row[lane]);
        }
    }
    *sums = beside;
}

#[cfg(test)]
mod tests {
    use super::{byte_rows, rows};

    #[test]
    fn rows_of_any_width_are_summed_to_the_bit_as_one_number_after_the_other() {
        let real = |at: usize| f32::from(u16::try_from(at * 7919 % 1009).unwrap()) / 3.1 - 170.0;
        for width in 1..=90 {
            let (reals, bytes): (Vec<f32>, Vec<u8>) =
                (0..width * 9).map(|at| (real(at), u8::try_from(at * 31 % 256).unwrap())).unzip();
            let vector: Vec<(u32, f32)> = [4, 0, 8, 4, 7].into_iter().zip((1..).map(real)).collect();
            let mut sums: Vec<f32> = (0..width).map(|lane| real(lane * 5)).collect();
            let (mut plain, mut of_bytes, mut plain_of_bytes) = (sums.clone(), sums.clone(), sums.clone());
            for &(row, x) in &vector {
                for lane in 0..width {
                    plain[lane] += x * reals[row as usize * width + lane];
                    plain_of_bytes[lane] += x * f32::from(bytes[row as usize * width + lane].cast_signed());
                }
            }
            rows(&reals, &vector, &mut sums);
            byte_rows(&bytes, &vector, &mut of_bytes);
            assert_eq!((sums, of_bytes), (plain, plain_of_bytes), "{width}");
        }
    }
}
