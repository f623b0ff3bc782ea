//! Heads with one inner layer over an encoder's vectors: which feeling, and who asks for a person. They ship (`model/`) and
//! are heard beside the heads over grams where their encoder is installed. Trained by `examples/train`; see `MODEL.md`.

/// The file that ships.
const SHIPPED: &[u8] = include_bytes!("../model/sentences.bin");

/// The file begins so; then the length of the encoder's name and the name, and each head: inputs, inner units and classes; a
/// scale and a bias for each unit; for each unit its weights for the classes; a bias for each class; a row of weights in eight
/// bits an input.
pub(crate) const MAGIC: &[u8; 8] = b"WSLSEN01";

/// The heads over one encoder's vectors.
#[derive(Default)]
pub(crate) struct OverSentences {
    /// Whose vectors they are.
    encoder: String,
    /// Which emotion, classes as in the head over grams.
    pub(crate) emotion: Layered,
    /// Asks for a person (class 0), or does not.
    pub(crate) person: Layered,
}

/// What the heads say of one text.
#[derive(Default)]
pub(crate) struct Told {
    /// The log odds of each emotion.
    pub(crate) emotion: Option<Vec<f32>>,
    /// The log odds that it asks for a person.
    pub(crate) person: Option<f32>,
}

/// One inner layer, then a score a class.
#[derive(Clone, Default)]
pub(crate) struct Layered {
    inputs: usize,
    classes: usize,
    scales: Vec<f32>,
    biases: Vec<f32>,
    outer: Vec<f32>,
    outer_biases: Vec<f32>,
    rows: Vec<i8>,
}

impl OverSentences {
    /// The heads that ship, if they are of this encoder; others say nothing.
    pub(crate) fn of(encoder: Option<&str>) -> Self {
        Self::read(SHIPPED).filter(|heads| encoder == Some(&heads.encoder)).unwrap_or_default()
    }

    /// What they say of a text's vector.
    pub(crate) fn told(&self, vector: Option<&[f32]>) -> Told {
        let person = vector.and_then(|vector| self.person.scores(vector));
        Told {
            emotion: vector.and_then(|vector| self.emotion.scores(vector)),
            person: person.and_then(|scores| Some(scores.first()? - scores.get(1)?)),
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (name, mut rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let encoder = String::from_utf8(name.to_vec()).ok()?;
        let emotion = Layered::read(&mut rest)?;
        let person = Layered::read(&mut rest)?;
        Some(Self { encoder, emotion, person })
    }
}

impl Layered {
    fn read(rest: &mut &[u8]) -> Option<Self> {
        let [inputs, inner, classes] = sizes(rest)?;
        let scales = floats(rest, inner)?;
        let biases = floats(rest, inner)?;
        let outer = floats(rest, inner * classes)?;
        let outer_biases = floats(rest, classes)?;
        let (rows, behind) = rest.split_at_checked(inputs * inner)?;
        *rest = behind;
        let rows = rows.iter().map(|weight| weight.cast_signed()).collect();
        Some(Self { inputs, classes, scales, biases, outer, outer_biases, rows })
    }

    /// The log odds of the classes; none for a vector that it has not learnt to read, or of a text without words.
    pub(crate) fn scores(&self, vector: &[f32]) -> Option<Vec<f32>> {
        if self.classes == 0 || vector.len() != self.inputs || vector.iter().all(|x| *x == 0.0) {
            return None;
        }
        let mut inner = vec![0f32; self.scales.len()];
        for (x, row) in vector.iter().zip(self.rows.chunks_exact(inner.len())) {
            inner.iter_mut().zip(row).for_each(|(sum, weight)| *sum += x * f32::from(*weight));
        }
        let mut scores = self.outer_biases.clone();
        for (unit, sum) in inner.iter().enumerate() {
            let value = (sum * self.scales[unit] + self.biases[unit]).max(0.0);
            let weights = &self.outer[unit * self.classes..(unit + 1) * self.classes];
            scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += value * weight);
        }
        Some(scores)
    }
}

/// The sizes that a head begins with.
fn sizes(rest: &mut &[u8]) -> Option<[usize; 3]> {
    let (twelve, behind) = rest.split_first_chunk::<12>()?;
    *rest = behind;
    let number = |at: usize| u32::from_le_bytes([twelve[at], twelve[at + 1], twelve[at + 2], twelve[at + 3]]) as usize;
    Some([number(0), number(4), number(8)])
}

fn floats(rest: &mut &[u8], count: usize) -> Option<Vec<f32>> {
    let (numbers, behind) = rest.split_at_checked(count * 4)?;
    *rest = behind;
    Some(numbers.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect())
}

#[cfg(test)]
mod tests {
    use super::{OverSentences, SHIPPED};

    #[test]
    fn the_heads_that_ship_are_whole_and_say_nothing_of_another_encoders_vectors() {
        let heads = OverSentences::read(SHIPPED).unwrap();
        let own = OverSentences::of(Some(&heads.encoder));
        assert_eq!(own.emotion.scores(&[0.04; 512]).unwrap().len(), 5);
        assert_eq!(own.person.scores(&[0.04; 512]).unwrap().len(), 2);
        assert_eq!(own.emotion.scores(&[0.0; 512]), None);
        assert_eq!(own.emotion.scores(&[0.5; 3]), None);
        assert_eq!(OverSentences::of(Some("another")).emotion.scores(&[0.04; 512]), None);
        assert_eq!(OverSentences::of(None).person.scores(&[0.04; 512]), None);
    }

    #[test]
    fn a_file_that_is_cut_off_is_no_head() {
        for length in [0, 8, 20, SHIPPED.len() - 1] {
            assert!(OverSentences::read(&SHIPPED[..length]).is_none());
        }
    }
}
