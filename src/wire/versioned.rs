//! Versioned: a value with its version, as it is sealed under a thread's data key and kept for long. Compressed: what was
//! said, who it was and what triage found stand in a record several times.

use std::cell::RefCell;

use lz4_flex::block::{self, CompressTable};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_bytes::Bytes;

use super::WireError;
use super::envelope::{VERSION, binary, pack_into, unpack, unpack_borrowed};
use super::seal::TAG;

/// `{"v": 3, "lz4": …`: what every release looks at first.
const PREFIX: &[u8] = b"\x82\xa1v\x03\xa3lz4";
const _: () = assert!(VERSION == 3, "the version stands in PREFIX too");
/// How many times longer than its compressed form anything can be.
const MOST_TIMES: usize = 255;
/// The bytes around what is compressed: its mark with its length, its size, and behind it the tag of its seal.
const AROUND: usize = 5 + 4 + TAG;
/// How many bytes of room are kept.
const MOST_KEPT: usize = 64 << 10;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Room to write in, kept for the next value: making it costs as much as compressing.
#[derive(Default)]
struct Scratch {
    plain: Vec<u8>,
    compressed: Vec<u8>,
    table: CompressTable,
}

#[derive(Deserialize)]
struct Version {
    v: u16,
}

/// As version 1 wrote it.
#[derive(Deserialize)]
struct Plain<T> {
    value: T,
}

#[derive(Deserialize)]
struct Compressed<'a> {
    #[serde(borrow)]
    lz4: &'a Bytes,
}

/// Appends a value.
pub(super) fn write<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> Result<(), WireError> {
    SCRATCH.with_borrow_mut(|scratch| {
        let written = scratch.write(bytes, value);
        if scratch.plain.capacity() > MOST_KEPT {
            *scratch = Scratch::default();
        }
        written
    })
}

impl Scratch {
    fn write<T: Serialize>(&mut self, bytes: &mut Vec<u8>, value: &T) -> Result<(), WireError> {
        let Self { plain, compressed, table } = self;
        plain.clear();
        pack_into(plain, value)?;
        let size = u32::try_from(plain.len()).map_err(|_| WireError::Malformed("more than 4 GiB".to_owned()))?;
        let most = block::get_maximum_output_size(plain.len());
        if compressed.len() < most {
            compressed.resize(most, 0);
        }
        let length = block::compress_into_with_table(plain, compressed, table);
        let length = length.map_err(|error| WireError::Malformed(error.to_string()))?;
        bytes.reserve_exact(PREFIX.len() + AROUND + length);
        bytes.extend_from_slice(PREFIX);
        binary(bytes, |bytes| {
            // The form of `compress_prepend_size`.
            bytes.extend_from_slice(&size.to_le_bytes());
            bytes.extend_from_slice(&compressed[..length]);
            Ok(())
        })
    }
}

/// Reads a value of this version or one before.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    let Version { v } = unpack(bytes)?;
    match v {
        ..2 => unpack::<Plain<T>>(bytes).map(|plain| plain.value),
        2..=VERSION => unpack(&decompress(unpack_borrowed::<Compressed<'_>>(bytes)?.lz4)?),
        newer => Err(WireError::Newer(newer)),
    }
}

/// The bytes of a value as they are written, in whichever version.
pub(super) fn plain(bytes: Vec<u8>) -> Result<Vec<u8>, WireError> {
    let Version { v } = unpack(&bytes)?;
    match v {
        ..2 => Ok(bytes),
        2..=VERSION => decompress(unpack_borrowed::<Compressed<'_>>(&bytes)?.lz4),
        newer => Err(WireError::Newer(newer)),
    }
}

fn decompress(lz4: &[u8]) -> Result<Vec<u8>, WireError> {
    let malformed = |error: block::DecompressError| WireError::Malformed(error.to_string());
    let (size, compressed) = block::uncompressed_size(lz4).map_err(malformed)?;
    if size > compressed.len().saturating_mul(MOST_TIMES) {
        return Err(WireError::Malformed("a length that cannot be".to_owned()));
    }
    block::decompress(compressed, size).map_err(malformed)
}
