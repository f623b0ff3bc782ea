//! What a channel under test keeps: files and marks, in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{Attachment, BlobError, Blobs, CursorError, Cursors};

/// Files in memory, of at most 1 MB each.
#[derive(Debug, Default)]
pub struct MemoryBlobs(Mutex<BTreeMap<String, Vec<u8>>>);

/// Marks in memory: of one channel and account.
#[derive(Debug, Default)]
pub struct MemoryCursors(Mutex<BTreeMap<String, String>>);

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemoryBlobs {
    /// How many files there are.
    #[must_use]
    pub fn count(&self) -> usize {
        open(&self.0).len()
    }
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn put(&self, name: &str, media_type: &str, bytes: Vec<u8>) -> Result<Attachment, BlobError> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > self.most_bytes() {
            return Err(BlobError::Refused("larger than 1 MB".to_owned()));
        }
        let hash = blake3::hash(&bytes).to_hex()[..32].to_owned();
        open(&self.0).insert(hash.clone(), bytes);
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        Ok(Attachment { name, media_type, bytes: size, hash, refused: None })
    }

    async fn get(&self, hash: &str) -> Result<Vec<u8>, BlobError> {
        open(&self.0).get(hash).cloned().ok_or(BlobError::Missing)
    }

    fn most_bytes(&self) -> u64 {
        1 << 20
    }
}

#[async_trait]
impl Cursors for MemoryCursors {
    async fn read(&self, name: &str) -> Result<Option<String>, CursorError> {
        Ok(open(&self.0).get(name).cloned())
    }

    async fn write(&self, name: &str, value: &str) -> Result<(), CursorError> {
        open(&self.0).insert(name.to_owned(), value.to_owned());
        Ok(())
    }
}
