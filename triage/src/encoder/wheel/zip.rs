//! Archives in the form of zip, as far as wheels and numpy's files need it.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::WheelError;

/// No file in these archives is larger.
const MOST: usize = 256 << 20;

/// One file of an archive, as its list at the end tells of it.
struct Entry<'a> {
    name: &'a str,
    deflated: bool,
    packed: usize,
    unpacked: usize,
    /// Where its own head stands.
    at: usize,
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..)?.get(..length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// What an archive holds.
fn entries(archive: &[u8]) -> Option<Vec<Entry<'_>>> {
    let end = archive.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let (count, mut at) = (number(archive, end + 10, 2)?, number(archive, end + 16, 4)?);
    let mut entries = Vec::new();
    for _ in 0..count {
        if archive.get(at..)?.get(..4)? != b"PK\x01\x02" {
            return None;
        }
        let [name, extra, comment] = [28, 30, 32].map(|place| number(archive, at + place, 2));
        let (name, extra, comment) = (name?, extra?, comment?);
        entries.push(Entry {
            name: std::str::from_utf8(archive.get(at + 46..)?.get(..name)?).ok()?,
            deflated: number(archive, at + 10, 2)? == 8,
            packed: number(archive, at + 20, 4)?,
            unpacked: number(archive, at + 24, 4)?,
            at: number(archive, at + 42, 4)?,
        });
        at += 46 + name + extra + comment;
    }
    Some(entries)
}

/// The content of one file.
fn content(archive: &[u8], entry: &Entry<'_>) -> Option<Vec<u8>> {
    let start = entry.at + 30 + number(archive, entry.at + 26, 2)? + number(archive, entry.at + 28, 2)?;
    let packed = archive.get(start..)?.get(..entry.packed)?;
    let bytes = if entry.deflated {
        decompress_to_vec_with_limit(packed, entry.unpacked.min(MOST)).ok()?
    } else {
        packed.to_vec()
    };
    Some(bytes).filter(|bytes| bytes.len() == entry.unpacked)
}

/// The file of this name.
pub(super) fn read(archive: &[u8], name: &str) -> Result<Vec<u8>, WheelError> {
    let found = entries(archive).and_then(|all| content(archive, all.iter().find(|entry| entry.name == name)?));
    found.ok_or_else(|| WheelError::new(name))
}

/// All files, with their names.
pub(super) fn all(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, WheelError> {
    let entries = entries(archive).ok_or_else(|| WheelError::new("the list of weights"))?;
    let read = |entry: &Entry<'_>| {
        let content = content(archive, entry).ok_or_else(|| WheelError::new(entry.name))?;
        Ok((entry.name.to_owned(), content))
    };
    entries.iter().map(read).collect()
}
