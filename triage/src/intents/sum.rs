//! Sums of weighted rows, with the processor's wide registers where it has them. The same numbers in the same order either
//! way: what is learnt and told does not depend on the machine.

use super::space::Entry;

/// Numbers of a row that are summed side by side, in registers.
const WIDE: usize = 32;
const NARROW: usize = 8;

/// Adds to `sums`, for each entry, its row of as many numbers, times the entry's number.
pub(crate) fn rows(rows: &[f32], vector: &[Entry], sums: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(wide) = pulp::x86::V3::try_new() {
        return wide.vectorize(
            #[inline(always)]
            || tiles(rows, vector, sums),
        );
    }
    tiles(rows, vector, sums);
}

#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
fn tiles(rows: &[f32], vector: &[Entry], sums: &mut [f32]) {
    let mut from = 0;
    while from + WIDE <= sums.len() {
        tile::<WIDE>(rows, vector, sums, from);
        from += WIDE;
    }
    while from + NARROW <= sums.len() {
        tile::<NARROW>(rows, vector, sums, from);
        from += NARROW;
    }
    if from < sums.len() {
        let width = sums.len();
        for &(row, x) in vector {
            let row = &rows[row as usize * width..(row as usize + 1) * width];
            sums[from..].iter_mut().zip(&row[from..]).for_each(|(sum, w)| *sum += x * w);
        }
    }
}

#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
fn tile<const N: usize>(rows: &[f32], vector: &[Entry], sums: &mut [f32], from: usize) {
    let width = sums.len();
    let Some(sums) = sums[from..].first_chunk_mut::<N>() else { return };
    let mut beside = *sums;
    for &(row, x) in vector {
        let Some(row) = rows[row as usize * width + from..].first_chunk::<N>() else { return };
        for lane in 0..N {
            beside[lane] += x * row[lane];
        }
    }
    *sums = beside;
}
