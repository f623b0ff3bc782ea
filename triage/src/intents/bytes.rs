//! The heads as bytes: checked when read, learnt again when not sound.

use super::calibrate::Curves;
use super::near::Near;
use super::train::Weights;
use super::views::Meaning;
use super::{Calibration, Heads, Space, Views};
use crate::encoder::matrix::Matrix;
use crate::reader::Reader;
use crate::{Intent, Language};

/// Changes whenever features or training change; the version of the program does so too.
const FORMAT: &str = concat!("wissel intents 11 ", env!("CARGO_PKG_VERSION"));

/// Bytes of the checksum that the heads begin with.
const SUM: usize = 32;

/// Bytes that are not heads, or heads of other intents: learn again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these are not the heads of these intents, or they are torn; they are learnt anew")]
pub struct StaleHeads;

/// A name for all that the heads of these intents are learnt from: 32 hexadecimal digits.
#[must_use]
pub fn fingerprint(intents: &[Intent], encoder: Option<&str>) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &str| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    add(FORMAT);
    add(crate::vectors::sum());
    add(encoder.unwrap_or_default());
    for learnt in super::material::NONE.iter().chain(crate::concepts::CONCEPTS) {
        add(learnt);
    }
    for intent in intents {
        add(&intent.name);
        add(&intent.max_error.to_string());
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
    pub(crate) fn read(bytes: &[u8], intents: &[Intent], reader: &Reader) -> Result<Self, StaleHeads> {
        let (sum, body) = bytes.split_at_checked(SUM).ok_or(StaleHeads)?;
        if blake3::hash(body).as_bytes() != sum {
            return Err(StaleHeads);
        }
        let mut rest = Rest(body);
        let heads = intents.len();
        let languages =
            rest.words()?.iter().map(|&word| word == 1).collect::<Vec<_>>().try_into().map_err(|_| StaleHeads)?;
        let mut curve = || rest.doubles()?.try_into().map_err(|_| StaleHeads);
        let curves = Curves { inside: curve()?, right: curve()? };
        let (thresholds, least) = (rest.doubles()?, rest.doubles()?);
        let slots = rest.words()?.as_chunks().0.iter().map(|&[gram, place]| (gram, place)).collect::<Vec<_>>();
        let mut rarity = rest.singles()?;
        let unseen = rarity.pop().ok_or(StaleHeads)?;
        let (grams, meaning) = (rest.singles()?, rest.singles()?);
        let (step, points, pulls) = (rest.singles()?, rest.words()?, rest.singles()?);
        let points: Vec<i8> = points.iter().flat_map(|four| four.to_le_bytes()).map(u8::cast_signed).collect();
        let dimensions = rarity.len() + reader.vectors.dimensions();
        let wide = reader.meaning();
        let inputs = Matrix::inputs_of(wide);
        let sound = thresholds.len() == heads && least.len() == Language::ALL.len() && slots.len().is_power_of_two();
        let fits = grams.len() == heads * (dimensions + 1) && meaning.len() == heads * (wide + 1);
        if !sound || !fits || points.len() * heads != pulls.len() * inputs {
            return Err(StaleHeads);
        }
        let near = step.first().map(|&step| Near { heads, points: Matrix { inputs, step, weights: points }, pulls });
        let meaning = Meaning { heads: Weights { heads, rows: meaning }, near };
        let views = Views { grams: Weights { heads, rows: grams }, meaning };
        Ok(Self {
            space: Space { slots, rarity, unseen },
            views,
            calibration: Calibration { curves, thresholds, languages: least },
            languages,
        })
    }

    /// The heads as bytes, with their checksum.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut body = Vec::new();
        let words = |numbers: &mut dyn Iterator<Item = u32>, body: &mut Vec<u8>| {
            let numbers: Vec<u32> = numbers.collect();
            body.extend(u32::try_from(numbers.len()).unwrap_or(0).to_le_bytes());
            body.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
        };
        words(&mut self.languages.iter().map(|&has| u32::from(has)), &mut body);
        let curves = &self.calibration.curves;
        for doubles in [&curves.inside[..], &curves.right, &self.calibration.thresholds, &self.calibration.languages] {
            let bytes: Vec<u8> = doubles.iter().flat_map(|n| n.to_le_bytes()).collect();
            words(&mut bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)), &mut body);
        }
        words(&mut self.space.slots.iter().flat_map(|&(gram, place)| [gram, place]), &mut body);
        let rarity = self.space.rarity.iter().chain([&self.space.unseen]);
        words(&mut rarity.map(|n| n.to_bits()), &mut body);
        words(&mut self.views.grams.rows.iter().map(|n| n.to_bits()), &mut body);
        words(&mut self.views.meaning.heads.rows.iter().map(|n| n.to_bits()), &mut body);
        let near = self.views.meaning.near.as_ref();
        words(&mut near.iter().map(|near| near.points.step.to_bits()), &mut body);
        let bytes: Vec<u8> = near.iter().flat_map(|near| &near.points.weights).map(|w| w.cast_unsigned()).collect();
        words(&mut bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)), &mut body);
        words(&mut near.iter().flat_map(|near| &near.pulls).map(|n| n.to_bits()), &mut body);
        let mut bytes = blake3::hash(&body).as_bytes().to_vec();
        bytes.append(&mut body);
        bytes
    }
}

/// What is still to be read: lists of words of four bytes, each with its length before it.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn words(&mut self) -> Result<Vec<u32>, StaleHeads> {
        let (length, rest) = self.0.split_first_chunk::<4>().ok_or(StaleHeads)?;
        let bytes = (u32::from_le_bytes(*length) as usize).checked_mul(4).ok_or(StaleHeads)?;
        let (list, rest) = rest.split_at_checked(bytes).ok_or(StaleHeads)?;
        self.0 = rest;
        Ok(list.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect())
    }

    fn singles(&mut self) -> Result<Vec<f32>, StaleHeads> {
        Ok(self.words()?.into_iter().map(f32::from_bits).collect())
    }

    fn doubles(&mut self) -> Result<Vec<f64>, StaleHeads> {
        let words = self.words()?;
        let double = |&[low, high]: &[u32; 2]| f64::from_bits(u64::from(high) << 32 | u64::from(low));
        Ok(words.as_chunks().0.iter().map(double).collect())
    }
}
