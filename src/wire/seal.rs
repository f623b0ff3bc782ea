//! Sealing: personal text is on wire and disk only as ciphertext (XChaCha20-Poly1305).
//!
//! The master key wraps each thread's own random data key, and gives a wire key for each day. A sealed value is
//! `nonce (24 bytes) | ciphertext`, bound to a context that names what it is.

use std::sync::{Arc, Mutex, PoisonError};

use chacha20::{R20, hchacha};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use wissel_channels::ThreadKey;

/// Milliseconds of a day.
const DAY_MILLIS: i64 = 86_400_000;
/// Bytes of a nonce.
const NONCE: usize = 24;
/// Bytes of the tag behind the ciphertext.
pub(super) const TAG: usize = 16;

/// Why something could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key is not the one that it was sealed under, or the bytes were changed.
    #[error("cannot be opened: another master key, or damaged bytes; check secrets.master_key_file")]
    Closed,
    /// The machine gives no random numbers.
    #[error("the operating system gives no random numbers")]
    NoRandom,
}

/// A key that seals and opens.
#[derive(Clone)]
pub struct DataKey {
    bytes: [u8; 32],
}

impl DataKey {
    /// A key from its bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self { bytes }
    }

    /// A new random key.
    pub fn random() -> Result<Self, SealError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandom)?;
        Ok(Self::new(bytes))
    }

    /// Seals `plain`, bound to `context`.
    pub fn seal(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut out = Vec::with_capacity(NONCE + plain.len() + TAG);
        let write = |out: &mut Vec<u8>| {
            out.extend_from_slice(plain);
            Ok::<_, SealError>(())
        };
        self.seal_onto(&mut out, context, write)?;
        Ok(out)
    }

    /// Seals what `write` appends to `out`, where it stands.
    pub(super) fn seal_onto<E: From<SealError>>(
        &self,
        out: &mut Vec<u8>,
        context: &[u8],
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut nonce = [0; NONCE];
        // Seeded by the operating system: asking it each time costs more than sealing.
        rand::fill(&mut nonce[..]);
        out.extend_from_slice(&nonce);
        let from = out.len();
        write(out)?;
        let (key, nonce) = self.for_nonce(&nonce)?;
        let sealed = key.seal_in_place_separate_tag(nonce, Aad::from(context), &mut out[from..]);
        let tag = sealed.map_err(|_| SealError::Closed)?;
        out.extend_from_slice(tag.as_ref());
        Ok(())
    }

    /// Opens what was sealed under this key with the same context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(SealError::Closed)?;
        let (key, nonce) = self.for_nonce(nonce)?;
        let mut body = body.to_vec();
        let plain = key.open_in_place(nonce, Aad::from(context), &mut body).map_err(|_| SealError::Closed)?.len();
        body.truncate(plain);
        Ok(body)
    }

    /// XChaCha20-Poly1305 is ChaCha20-Poly1305 with the rest of the nonce, under a key that follows from its first 16 bytes.
    fn for_nonce(&self, nonce: &[u8; NONCE]) -> Result<(LessSafeKey, Nonce), SealError> {
        let (mut first, mut rest) = ([0; 16], [0; 12]);
        first.copy_from_slice(&nonce[..16]);
        rest[4..].copy_from_slice(&nonce[16..]);
        let key = hchacha::<R20>(&self.bytes.into(), &first.into());
        let key = UnboundKey::new(&CHACHA20_POLY1305, &key).map_err(|_| SealError::Closed)?;
        Ok((LessSafeKey::new(key), Nonce::assume_unique_for_key(rest)))
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey")
    }
}

/// The keys that follow from the master key.
#[derive(Clone)]
pub struct Keys {
    master: [u8; 32],
    wrap: DataKey,
    /// The wire key that was used last, with its day: nearly always the one that is wanted next.
    wire: Arc<Mutex<Option<(u32, DataKey)>>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// The keys of a master key.
    #[must_use]
    pub fn new(master: [u8; 32]) -> Self {
        let wrap = DataKey::new(blake3::derive_key("wissel 1 wrap data keys", &master));
        Self { master, wrap, wire: Arc::default() }
    }

    /// A secret for one purpose, such as signing visitors' tokens.
    #[must_use]
    pub fn secret(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(&format!("wissel 1 secret {purpose}"), &self.master)
    }

    /// A number that tells this master key from others and gives nothing of it away.
    #[must_use]
    pub fn mark(&self) -> i64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.secret("mark")[..8]);
        i64::from_le_bytes(bytes)
    }

    /// The number of the day of a moment, which names its wire key.
    #[must_use]
    pub fn day(at_millis: i64) -> u32 {
        u32::try_from(at_millis.div_euclid(DAY_MILLIS)).unwrap_or(0)
    }

    /// The wire key of a day.
    #[must_use]
    pub fn wire(&self, day: u32) -> DataKey {
        let mut last = self.wire.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((of, key)) if *of == day => key.clone(),
            _ => {
                let key = DataKey::new(blake3::derive_key(&format!("wissel 1 wire {day}"), &self.master));
                *last = Some((day, key.clone()));
                key
            }
        }
    }

    /// Wraps a thread's data key.
    pub fn wrap(&self, thread: ThreadKey, key: &DataKey) -> Result<Vec<u8>, SealError> {
        self.wrap.seal(&thread.0, &key.bytes)
    }

    /// Unwraps a thread's data key.
    pub fn unwrap(&self, thread: ThreadKey, wrapped: &[u8]) -> Result<DataKey, SealError> {
        let bytes = self.wrap.open(&thread.0, wrapped)?;
        bytes.try_into().map(DataKey::new).map_err(|_| SealError::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_and_context_only() {
        let keys = Keys::new([7; 32]);
        let key = DataKey::random().unwrap();
        let sealed = key.seal(b"state", b"hallo").unwrap();
        assert_eq!(key.open(b"state", &sealed).unwrap(), b"hallo");
        assert_eq!(key.open(b"other", &sealed), Err(SealError::Closed));
        assert_eq!(keys.wire(1).open(b"state", &sealed), Err(SealError::Closed));
        assert_eq!(key.open(b"state", &sealed[..20]), Err(SealError::Closed));
    }

    #[test]
    fn a_data_key_opens_under_its_master_key_and_thread_only() {
        let keys = Keys::new([7; 32]);
        let (thread, other) = (ThreadKey([1; 16]), ThreadKey([2; 16]));
        let key = DataKey::random().unwrap();
        let wrapped = keys.wrap(thread, &key).unwrap();
        assert_eq!(keys.unwrap(thread, &wrapped).unwrap().bytes, key.bytes);
        assert!(keys.unwrap(other, &wrapped).is_err());
        assert!(Keys::new([8; 32]).unwrap(thread, &wrapped).is_err());
    }
}
