//! The form of the model's one file: a mark, a checksum, the vocabulary, the weights, and behind them the table of pieces.

use super::Table;
use super::darts::Darts;
use super::matrix::Matrix;
use super::network::{BRANCH, Branch, DIMENSIONS, FEATURES, NARROW, Network, Norm, PARTS, WINDOWS, Window};
use super::normal::Normal;
use super::pieces::Pieces;

/// What a file begins with; its last digit is the version of the form.
const MARK: &[u8; 16] = b"wissel encoder 1";
/// Bytes of the checksum of all that follows it.
const SUM: usize = 32;

/// Why bytes are no model.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// This release reads another form.
    #[error("it is no model that this release reads: {0}")]
    Form(&'static str),
    /// It was changed or cut off.
    #[error("its checksum is not that of its content: it was changed or cut off")]
    Sum,
}

/// What a file says of itself at its very start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The checksum (BLAKE3) of all bytes from [`Head::SUMMED`] on.
    pub sum: [u8; SUM],
    /// Bytes of the body, which follows the head: all that is to be in memory. The table follows the body, to the end.
    pub body: usize,
}

impl Head {
    /// Its bytes.
    pub const BYTES: usize = Self::SUMMED + 8;
    /// From this byte on all is summed.
    pub const SUMMED: usize = MARK.len() + SUM;

    /// Reads the head of a file.
    pub fn read(bytes: &[u8; Self::BYTES]) -> Result<Self, ModelError> {
        let rest = bytes.strip_prefix(MARK).ok_or(ModelError::Form("it does not begin as one"))?;
        let cut = || ModelError::Form("it is cut off");
        let (sum, rest) = rest.split_first_chunk().ok_or_else(cut)?;
        let (body, _) = rest.split_first_chunk().ok_or_else(cut)?;
        let body = usize::try_from(u64::from_le_bytes(*body)).map_err(|_| ModelError::Sum)?;
        Ok(Self { sum: *sum, body })
    }
}

/// Everything that is in memory.
pub(super) struct Model {
    pub(super) normal: Normal,
    pub(super) pieces: Pieces,
    pub(super) network: Network,
}

/// Reads the body of a file; its checksum has been compared before.
pub(super) fn read(body: &[u8], table: &dyn Table) -> Result<Model, ModelError> {
    let mut reader = Reader(body);
    let (normal, pieces, network) = (reader.normal()?, reader.pieces()?, reader.network()?);
    if table.rows() < pieces.scores.len() || !reader.0.is_empty() {
        return Err(ModelError::Form("its parts do not fit each other"));
    }
    Ok(Model { normal, pieces, network })
}

/// A model's file as bytes, made of its parts.
pub(super) fn write(model: &Model, table: &[u8]) -> Vec<u8> {
    let mut body = Writer(Vec::new());
    body.normal(&model.normal);
    body.pieces(&model.pieces);
    body.network(&model.network);
    let mut rest = (body.0.len() as u64).to_le_bytes().to_vec();
    rest.extend(body.0);
    rest.extend_from_slice(table);
    let sum = blake3::hash(&rest);
    [MARK.as_slice(), sum.as_bytes(), &rest].concat()
}

/// Parts, each behind its length in bytes.
struct Writer(Vec<u8>);

impl Writer {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn words(&mut self, words: &[u32]) {
        self.bytes(&words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>());
    }

    fn floats(&mut self, floats: &[f32]) {
        self.words(&floats.iter().map(|float| float.to_bits()).collect::<Vec<u32>>());
    }

    fn matrix(&mut self, matrix: &Matrix) {
        self.floats(&[matrix.step]);
        self.bytes(&matrix.weights.iter().map(|weight| weight.to_le_bytes()[0]).collect::<Vec<u8>>());
    }

    fn normal(&mut self, normal: &Normal) {
        self.words(&normal.trie.0);
        self.bytes(&normal.replacements);
    }

    fn pieces(&mut self, pieces: &Pieces) {
        self.words(&pieces.trie.0);
        self.floats(&pieces.scores);
    }

    fn network(&mut self, network: &Network) {
        self.floats(&network.scales);
        self.floats(&network.lows);
        for branch in &network.branches {
            self.matrix(&branch.projection);
            self.floats(&branch.bias);
            for layer in &branch.layers {
                self.matrix(&layer.matrix);
                self.floats(&layer.bias);
            }
        }
        for norm in [&network.inner, &network.outer] {
            self.floats(&norm.gain);
            self.floats(&norm.bias);
        }
        self.matrix(&network.pooled);
        self.floats(&network.pooled_bias);
        network.last.iter().for_each(|matrix| self.matrix(matrix));
        self.floats(&[network.epsilon]);
    }
}

/// The same, read back.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self) -> Result<&'a [u8], ModelError> {
        let cut = ModelError::Form("a part of it is missing");
        let Some((length, rest)) = self.0.split_first_chunk() else { return Err(cut) };
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let Some((bytes, rest)) = rest.split_at_checked(length) else { return Err(cut) };
        self.0 = rest;
        Ok(bytes)
    }

    fn words(&mut self) -> Result<Vec<u32>, ModelError> {
        Ok(self.bytes()?.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect())
    }

    fn floats(&mut self) -> Result<Vec<f32>, ModelError> {
        Ok(self.words()?.into_iter().map(f32::from_bits).collect())
    }

    fn exactly(&mut self, count: usize) -> Result<Vec<f32>, ModelError> {
        let floats = self.floats()?;
        if floats.len() == count { Ok(floats) } else { Err(ModelError::Form("a part of it has another size")) }
    }

    fn matrix(&mut self, inputs: usize, outputs: usize) -> Result<Matrix, ModelError> {
        let step = self.exactly(1)?[0];
        let weights: Vec<i8> = self.bytes()?.iter().map(|byte| i8::from_le_bytes([*byte])).collect();
        if weights.len() != inputs * outputs {
            return Err(ModelError::Form("a matrix of it has another size"));
        }
        Ok(Matrix { inputs, step, weights })
    }

    fn normal(&mut self) -> Result<Normal, ModelError> {
        Ok(Normal { trie: Darts(self.words()?), replacements: self.bytes()?.to_vec() })
    }

    fn pieces(&mut self) -> Result<Pieces, ModelError> {
        Ok(Pieces::new(Darts(self.words()?), self.floats()?))
    }

    fn window(&mut self, seen: usize) -> Result<Window, ModelError> {
        Ok(Window { matrix: self.matrix(seen * BRANCH, BRANCH)?, bias: self.exactly(BRANCH)? })
    }

    fn branch(&mut self, seen: usize) -> Result<Branch, ModelError> {
        let projection = self.matrix(DIMENSIONS, BRANCH)?;
        Ok(Branch {
            sums: projection.sums(),
            projection,
            bias: self.exactly(BRANCH)?,
            layers: [self.window(seen)?, self.window(seen)?],
        })
    }

    fn norm(&mut self, width: usize) -> Result<Norm, ModelError> {
        Ok(Norm { gain: self.exactly(width)?, bias: self.exactly(width)? })
    }

    fn network(&mut self) -> Result<Network, ModelError> {
        let (scales, lows) = (self.exactly(PARTS)?, self.exactly(PARTS)?);
        let [two, three, five] = WINDOWS.map(|window| window.0);
        let branches = [self.branch(two)?, self.branch(three)?, self.branch(five)?];
        let (inner, outer) = (self.norm(WINDOWS.len() * BRANCH)?, self.norm(FEATURES)?);
        let (pooled, pooled_bias) = (self.matrix(FEATURES, DIMENSIONS)?, self.exactly(DIMENSIONS)?);
        let [wide, narrow] = [DIMENSIONS, NARROW];
        let last = [
            self.matrix(wide, narrow)?,
            self.matrix(narrow, narrow)?,
            self.matrix(wide, narrow)?,
            self.matrix(narrow, wide)?,
            self.matrix(narrow, wide)?,
            self.matrix(wide, wide)?,
        ];
        let epsilon = self.exactly(1)?[0];
        Ok(Network { scales, lows, branches, inner, outer, pooled, pooled_bias, last, epsilon })
    }
}
