//! Versioned: a value with its version, as it is sealed under a thread's data key and kept for long. Compressed: what was
//! said, who it was and what triage found stand in a record several times.

use lz4_flex::block;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_bytes::Bytes;

use super::WireError;
use super::envelope::{VERSION, binary, pack, unpack, unpack_borrowed};

/// `{"v": 2, "lz4": …`: what every release looks at first.
const PREFIX: &[u8] = b"\x82\xa1v\x02\xa3lz4";
const _: () = assert!(VERSION == 2, "the version stands in PREFIX too");
/// How many times longer than its compressed form anything can be.
const MOST_TIMES: usize = 255;

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
    let plain = pack(value)?;
    let size = u32::try_from(plain.len()).map_err(|_| WireError::Malformed("more than 4 GiB".to_owned()))?;
    bytes.extend_from_slice(PREFIX);
    binary(bytes, |bytes| {
        // The form of `compress_prepend_size`, where it stands.
        bytes.extend_from_slice(&size.to_le_bytes());
        let from = bytes.len();
        bytes.resize(from + block::get_maximum_output_size(plain.len()), 0);
        let compressed = block::compress_into(&plain, &mut bytes[from..]);
        let length = compressed.map_err(|error| WireError::Malformed(error.to_string()))?;
        bytes.truncate(from + length);
        Ok(())
    })
}

/// Reads a value of this version or the one before.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    let Version { v } = unpack(bytes)?;
    match v {
        ..2 => unpack::<Plain<T>>(bytes).map(|plain| plain.value),
        VERSION => unpack(&decompress(unpack_borrowed::<Compressed<'_>>(bytes)?.lz4)?),
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
