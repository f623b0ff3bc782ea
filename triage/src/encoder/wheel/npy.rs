//! Arrays in numpy's form: bytes and floats.

/// An array: its shape and its values, row by row.
pub(super) struct Array {
    pub(super) shape: Vec<usize>,
    kind: Kind,
    data: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Byte,
    Single,
    Double,
}

/// Reads an array: a mark, the length of a head, the head, the values.
pub(super) fn read(bytes: &[u8]) -> Option<Array> {
    let rest = bytes.strip_prefix(b"\x93NUMPY\x01\x00")?;
    let (length, rest) = rest.split_first_chunk()?;
    let (head, data) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    let head = std::str::from_utf8(head).ok()?;
    if !head.contains("'fortran_order': False") {
        return None;
    }
    let kinds = [("|u1", Kind::Byte), ("|i1", Kind::Byte), ("<f4", Kind::Single), ("<f8", Kind::Double)];
    let kind = kinds.into_iter().find(|(name, _)| head.contains(&format!("'descr': '{name}'")))?.1;
    let shape = head.split_once("'shape': (")?.1.split_once(')')?.0;
    let shape: Vec<usize> = shape.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    let wide = match kind {
        Kind::Byte => 1,
        Kind::Single => 4,
        Kind::Double => 8,
    };
    let fits = shape.iter().try_fold(wide, |all: usize, part| all.checked_mul(*part))? == data.len();
    fits.then(|| Array { shape, kind, data: data.to_vec() })
}

impl Array {
    /// Its values, where it holds bytes.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        (self.kind == Kind::Byte).then_some(&self.data)
    }

    /// Its values, where it holds floats.
    #[expect(clippy::cast_possible_truncation, reason = "the network computes in singles")]
    pub(super) fn floats(&self) -> Option<Vec<f32>> {
        match self.kind {
            Kind::Byte => None,
            Kind::Single => Some(self.data.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect()),
            Kind::Double => {
                Some(self.data.as_chunks().0.iter().map(|eight| f64::from_le_bytes(*eight) as f32).collect())
            }
        }
    }
}
