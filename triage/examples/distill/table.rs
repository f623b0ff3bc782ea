//! The table as it ships: four bits a number. `src/vectors.rs` reads it.

use crate::DIMENSIONS;
use crate::words::{Word, Words};

const LINE: usize = 64;
/// Numbers of four bits lie in words of four bytes, those of one place in all words beside each other.
const LANES: usize = LINE / 4 - 1;
const GROUP_BITS: u32 = 14;
const GROUPS: usize = 1 << GROUP_BITS;
/// Places are kept in two bytes.
const MOST: usize = u16::MAX as usize;

/// The table of the words that stand in texts often enough, the most frequent ones if they are too many, and of the rows that
/// pieces share.
pub(crate) fn table(words: &Words, whole: &[f32], shared: &[f32], often: u32) -> Vec<u8> {
    let mut known: Vec<(&Word, &[f32])> = words.all.iter().zip(whole.chunks_exact(DIMENSIONS)).collect();
    known.retain(|(word, _)| word.count >= often);
    known.sort_by_key(|(word, _)| std::cmp::Reverse(word.count));
    known.truncate(MOST);
    let group = |word: &Word| word.hash & (GROUPS as u32 - 1);
    known.sort_by_key(|(word, _)| (group(word), word.hash));
    let mut file = b"WSLVEC02".to_vec();
    file.extend((known.len() as u32).to_le_bytes());
    file.extend(((shared.len() / DIMENSIONS) as u32).to_le_bytes());
    file.resize(LINE, 0);
    let (mut noise, mut all) = (0.0, 0.0);
    for row in known.iter().map(|known| known.1).chain(shared.chunks_exact(DIMENSIONS)) {
        let (line, missed) = line(row);
        file.extend(line);
        noise += f64::from(missed);
        all += f64::from(row.iter().map(|x| x * x).sum::<f32>());
    }
    println!("{} words have rows; four bits lose {:.4}", known.len(), noise / all);
    for at in 0..=GROUPS as u32 {
        file.extend((known.partition_point(|(word, _)| group(word) < at) as u16).to_le_bytes());
    }
    file.extend(known.iter().flat_map(|(word, _)| ((word.hash >> GROUP_BITS) as u16).to_le_bytes()));
    file
}

/// A row in four bits a number and its step, and the square of what is lost.
fn line(row: &[f32]) -> ([u8; LINE], f32) {
    let most = row.iter().fold(1e-30f32, |most, x| most.max(x.abs()));
    let (step, missed) = (0..16)
        .map(|way| fitted(row, most / 7.5 * (1.0 - 0.045 * way as f32)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or_default();
    let mut words = [0u32; LANES + 1];
    for (at, x) in row.iter().enumerate() {
        words[at % LANES] |= ((level(*x, step) + 7.5) as u32) << (4 * (at / LANES));
    }
    words[LANES] = step.to_bits();
    let mut line = [0; LINE];
    line.as_chunks_mut::<4>().0.iter_mut().zip(words).for_each(|(four, word)| *four = word.to_le_bytes());
    (line, missed)
}

/// The step that suits best the levels which a step gives, and the square of what is lost by it.
fn fitted(row: &[f32], step: f32) -> (f32, f32) {
    let levels = || row.iter().map(|x| level(*x, step));
    let along: f32 = row.iter().zip(levels()).map(|(x, level)| x * level).sum();
    let fitted = (along / levels().map(|level| level * level).sum::<f32>()).max(f32::MIN_POSITIVE);
    let missed = |(x, _): (&f32, f32)| (x - fitted * level(*x, fitted)).powi(2);
    (fitted, row.iter().zip(levels()).map(missed).sum())
}

/// Which of the sixteen levels a number has, in steps from nought: from -7.5 to 7.5.
fn level(x: f32, step: f32) -> f32 {
    (x / step).floor().clamp(-8.0, 7.0) + 0.5
}
