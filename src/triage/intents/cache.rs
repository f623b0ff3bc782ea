//! The heads on disk: named after what they were learnt from, checked when read, learnt again when not sound.

use std::fs;
use std::path::{Path, PathBuf};

use super::{BUCKETS, Calibration, Weights};
use crate::routing::Intent;

/// Changes whenever features or training change; the version of the program does so too.
const FORMAT: &str = concat!("wissel intents 1 ", env!("CARGO_PKG_VERSION"));

/// Bytes of the checksum that a file begins with.
const SUM: usize = 32;

/// The file for these intents: its name is the hash of all that is learnt from.
pub(super) fn file(folder: &Path, intents: &[Intent]) -> PathBuf {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &str| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    add(FORMAT);
    for learnt in super::material::NONE.iter().chain(super::super::concepts::CONCEPTS) {
        add(learnt);
    }
    for intent in intents {
        add(intent.name.as_str());
        for (language, examples) in &intent.examples {
            add(language.code());
            for example in examples {
                add(example);
            }
        }
        add("");
    }
    folder.join(format!("intents-{}.bin", &hasher.finalize().to_hex()[..32]))
}

/// Reads a file back; nothing when it is missing or not sound.
pub(super) fn read(file: &Path, heads: usize) -> Option<(Weights, Calibration)> {
    let bytes = fs::read(file).ok()?;
    let (sum, body) = bytes.split_at_checked(SUM)?;
    let rows = BUCKETS * Weights::width(heads);
    let sound = blake3::hash(body).as_bytes() == sum && body.len() == 8 * (2 + heads) + 4 * (rows + heads);
    if !sound {
        return None;
    }
    let (doubles, singles) = body.split_at(8 * (2 + heads));
    let doubles: Vec<f64> = doubles.as_chunks().0.iter().map(|eight| f64::from_le_bytes(*eight)).collect();
    let singles: Vec<f32> = singles.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    let calibration = Calibration { slope: doubles[0], offset: doubles[1], thresholds: doubles[2..].to_vec() };
    let (rows, bias) = singles.split_at(rows);
    Some((Weights { heads, rows: rows.to_vec(), bias: bias.to_vec() }, calibration))
}

/// Writes the file, whole or not at all. That it cannot is no error: the next start learns again.
pub(super) fn write(file: &Path, weights: &Weights, calibration: &Calibration) {
    let mut body = Vec::with_capacity(4 * weights.rows.len() + 1024);
    let doubles = [calibration.slope, calibration.offset];
    doubles.iter().chain(&calibration.thresholds).for_each(|n| body.extend_from_slice(&n.to_le_bytes()));
    weights.rows.iter().chain(&weights.bias).for_each(|n| body.extend_from_slice(&n.to_le_bytes()));
    let mut bytes = blake3::hash(&body).as_bytes().to_vec();
    bytes.append(&mut body);
    let draft = file.with_extension(format!("{}.part", std::process::id()));
    let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&draft, bytes));
    if let Err(error) = written.and_then(|()| fs::rename(&draft, file)) {
        drop(fs::remove_file(&draft));
        let file = file.display();
        tracing::warn!(%file, %error, "the learnt intents could not be kept; they are learnt again at the next start");
    }
}
