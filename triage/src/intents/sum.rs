//! Sums of weighted rows, with the processor's wide registers where it has them. The same numbers in the same order either
//! way: what is learnt and told does not depend on the machine.

use std::hint::black_box;

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

/// Bytes of a row of four bits a number: as many as a line of the processor's cache.
pub(crate) const LINE: usize = 64;

/// Such a row: words of four bytes, whose eight numbers of four bits lie fifteen apart, and what a step of these is worth.
pub(crate) type Line = [u8; LINE];

/// Words of a row that hold numbers.
const WORDS: usize = LINE / 4 - 1;

/// Numbers of such a row.
pub(crate) const LINE_NUMBERS: usize = WORDS * 8;

/// Where nought lies, in steps.
const NOUGHT: f32 = 7.5;

/// The sum of the rows whose numbers are named; what is beyond the last one is left out.
pub(crate) fn lines(rows: &[Line], which: &[u32]) -> [f32; LINE_NUMBERS] {
    let fetched = which.iter().filter_map(|row| rows.get(*row as usize)).fold(0, |all, row| all ^ row[0]);
    black_box(fetched);
    #[cfg(target_arch = "x86_64")]
    if let Some(wide) = pulp::x86::V3::try_new() {
        return wide.vectorize(
            #[inline(always)]
            || sum_of_lines(rows, which),
        );
    }
    sum_of_lines(rows, which)
}

#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "numbers of four bits")]
fn sum_of_lines(rows: &[Line], which: &[u32]) -> [f32; LINE_NUMBERS] {
    // The numbers of a word lie beside each other here: one register takes a word at once.
    let mut lanes = [[0f32; 8]; WORDS];
    let mut noughts = 0f32;
    for &row in which {
        let Some(row) = rows.get(row as usize) else { continue };
        let words = row.as_chunks::<4>().0;
        let step = words.last().map_or(0.0, |bytes| f32::from_le_bytes(*bytes));
        noughts += NOUGHT * step;
        for (lanes, bytes) in lanes.iter_mut().zip(words) {
            let word = u32::from_le_bytes(*bytes);
            for (lane, shift) in lanes.iter_mut().zip([0, 4, 8, 12, 16, 20, 24, 28]) {
                *lane += step * ((word >> shift) & 15).cast_signed() as f32;
            }
        }
    }
    std::array::from_fn(|at| lanes[at % WORDS][at / WORDS] - noughts)
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

#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
fn tiles(rows: &[f32], vector: &[Entry], sums: &mut [f32]) {
    let width = sums.len();
    // The last numbers are summed in a full tile, which reaches back over numbers that another tile sums: as they began.
    let last = (!width.is_multiple_of(NARROW)).then(|| sums.last_chunk::<NARROW>().copied()).flatten();
    let mut from = 0;
    while from + WIDE <= width {
        tile::<WIDE>(rows, vector, width, from, &mut sums[from..]);
        from += WIDE;
    }
    while from + NARROW <= width {
        tile::<NARROW>(rows, vector, width, from, &mut sums[from..]);
        from += NARROW;
    }
    if let Some(mut last) = last {
        tile::<NARROW>(rows, vector, width, width - NARROW, &mut last);
        sums[from..].copy_from_slice(&last[NARROW - (width - from)..]);
    } else if from < width {
        for &(row, x) in vector {
            let row = &rows[row as usize * width..(row as usize + 1) * width];
            sums[from..].iter_mut().zip(&row[from..]).for_each(|(sum, w)| *sum += x * w);
        }
    }
}

#[expect(clippy::inline_always, reason = "only inside `vectorize` the wide instructions are to be had")]
#[inline(always)]
fn tile<const WIDTH: usize>(rows: &[f32], vector: &[Entry], width: usize, from: usize, sums: &mut [f32]) {
    let Some(sums) = sums.first_chunk_mut::<WIDTH>() else { return };
    let mut beside = *sums;
    for &(row, x) in vector {
        let Some(row) = rows[row as usize * width + from..].first_chunk::<WIDTH>() else { return };
        for lane in 0..WIDTH {
            beside[lane] += x * row[lane];
        }
    }
    *sums = beside;
}

#[cfg(test)]
mod tests {
    use super::{LINE, LINE_NUMBERS, Line, lines, rows};

    #[test]
    fn rows_of_any_width_are_summed_to_the_bit_as_one_number_after_the_other() {
        let real = |at: usize| f32::from(u16::try_from(at * 7919 % 1009).unwrap()) / 3.1 - 170.0;
        for width in 1..=90 {
            let reals: Vec<f32> = (0..width * 9).map(real).collect();
            let vector: Vec<(u32, f32)> = [4, 0, 8, 4, 7].into_iter().zip((1..).map(real)).collect();
            let mut sums: Vec<f32> = (0..width).map(|lane| real(lane * 5)).collect();
            let mut plain = sums.clone();
            for &(row, x) in &vector {
                for lane in 0..width {
                    plain[lane] += x * reals[row as usize * width + lane];
                }
            }
            rows(&reals, &vector, &mut sums);
            assert_eq!(sums, plain, "{width}");
        }
    }

    #[test]
    fn numbers_of_four_bits_are_summed_in_the_order_that_they_are_kept_in() {
        let row = |first: u8, step: f32| -> Line {
            let mut row = [0x77; LINE];
            row[0] = first;
            row[LINE - 4..].copy_from_slice(&step.to_le_bytes());
            row
        };
        let table = [row(0x8f, 2.0), row(0x70, 1.0)];
        let sums = lines(&table, &[0, 1, 0, 2]);
        // 15, 0 and 15 of the first four bits, 8, 7 and 8 of the next, and 7, 7 and 7 of all others, each less seven and a half
        // steps.
        let mut plain = vec![-2.5; LINE_NUMBERS];
        (plain[0], plain[LINE_NUMBERS / 8]) = (22.5, 1.5);
        assert_eq!(sums.to_vec(), plain);
    }
}
