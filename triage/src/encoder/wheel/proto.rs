//! The vocabulary, in the form of protocol buffers: pieces in field 1, how texts are normalised in field 2 of field 3.

use super::super::darts::Darts;
use super::super::normal::Normal;
use super::super::pieces::Pieces;

/// Fields of a message, one after the other.
struct Fields<'a>(&'a [u8]);

/// A field's number and content, where it has one of bytes.
type Field<'a> = (u64, &'a [u8]);

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let tag = varint(&mut self.0)?;
        let length = match tag & 7 {
            0 => {
                varint(&mut self.0)?;
                0
            }
            1 => 8,
            2 => usize::try_from(varint(&mut self.0)?).ok()?,
            5 => 4,
            _ => return None,
        };
        let (content, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some((tag >> 3, content))
    }
}

fn field(message: &[u8], wanted: u64) -> Option<&[u8]> {
    Fields(message).find(|(number, _)| *number == wanted).map(|(_, content)| content)
}

/// Normalisation and pieces.
pub(super) fn vocabulary(model: &[u8]) -> Option<(Normal, Pieces)> {
    let (mut pieces, mut scores) = (Vec::new(), Vec::new());
    for (_, message) in Fields(model).filter(|(number, _)| *number == 1) {
        let Some(piece) = field(message, 1) else { continue };
        pieces.push(piece.to_vec());
        let score = field(message, 2).and_then(|bytes| bytes.try_into().ok());
        scores.push(score.map_or(0.0, f32::from_le_bytes));
    }
    let charsmap = field(field(model, 3)?, 2)?;
    let (length, rest) = charsmap.split_first_chunk()?;
    let (units, replacements) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    let units = units.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect();
    let normal = Normal { trie: Darts(units), replacements: replacements.to_vec() };
    Some((normal, Pieces::new(super::trie(&pieces)?, scores)))
}
