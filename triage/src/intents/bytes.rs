//! The heads as bytes: checked when read, learnt again when not sound.

use super::{BUCKETS, Calibration, Heads, Weights};
use crate::Intent;

/// Changes whenever features or training change; the version of the program does so too.
const FORMAT: &str = concat!("wissel intents 1 ", env!("CARGO_PKG_VERSION"));

/// Bytes of the checksum that the heads begin with.
const SUM: usize = 32;

/// Bytes that are not heads, or heads of other intents: learn again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these are not the heads of these intents, or they are torn; they are learnt anew")]
pub struct StaleHeads;

/// A name for all that the heads of these intents are learnt from: 32 hexadecimal digits.
#[must_use]
pub fn fingerprint(intents: &[Intent]) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &str| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    add(FORMAT);
    for learnt in super::material::NONE.iter().chain(crate::concepts::CONCEPTS) {
        add(learnt);
    }
    for intent in intents {
        add(&intent.name);
        for (language, examples) in &intent.examples {
            add(language.code());
            for example in examples {
                add(example);
            }
        }
        add("");
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

impl Heads {
    /// Reads what [`write`](Self::write) gave.
    pub(crate) fn read(bytes: &[u8], heads: usize) -> Result<Self, StaleHeads> {
        let (sum, body) = bytes.split_at_checked(SUM).ok_or(StaleHeads)?;
        let rows = BUCKETS * Weights::width(heads);
        let sound = blake3::hash(body).as_bytes() == sum && body.len() == 8 * (2 + heads) + 4 * (rows + heads);
        if !sound {
            return Err(StaleHeads);
        }
        let (doubles, singles) = body.split_at(8 * (2 + heads));
        let doubles: Vec<f64> = doubles.as_chunks().0.iter().map(|eight| f64::from_le_bytes(*eight)).collect();
        let singles: Vec<f32> = singles.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        let calibration = Calibration { slope: doubles[0], offset: doubles[1], thresholds: doubles[2..].to_vec() };
        let (rows, bias) = singles.split_at(rows);
        Ok(Self { weights: Weights { heads, rows: rows.to_vec(), bias: bias.to_vec() }, calibration })
    }

    /// The heads as bytes, with their checksum.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(4 * self.weights.rows.len() + 1024);
        let doubles = [self.calibration.slope, self.calibration.offset];
        doubles.iter().chain(&self.calibration.thresholds).for_each(|n| body.extend_from_slice(&n.to_le_bytes()));
        self.weights.rows.iter().chain(&self.weights.bias).for_each(|n| body.extend_from_slice(&n.to_le_bytes()));
        let mut bytes = blake3::hash(&body).as_bytes().to_vec();
        bytes.append(&mut body);
        bytes
    }
}
