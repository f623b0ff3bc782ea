//! Blobs: files and long texts by a hash of their content. Whoever stores something here has sealed it before.

#[cfg(test)]
pub(crate) mod contract;
pub mod folder;
pub mod s3;

use async_trait::async_trait;
use wissel_channels::UnixMillis;

wissel_channels::id16!(
    /// The hash under which content is found; keyed, so that it tells nothing to whoever lacks the master key.
    BlobHash
);

/// Where sealed content is kept.
#[async_trait]
pub trait Shelf: Send + Sync {
    /// Whether it can be used as it is set up. Stores nothing.
    async fn ready(&self) -> Result<(), Unready> {
        Ok(())
    }

    /// Stores bytes: durable on return. What is there already under this hash stays.
    async fn put(&self, hash: BlobHash, sealed: Vec<u8>) -> Result<(), ShelfError>;

    /// The bytes of this hash; `None` when there are none.
    async fn get(&self, hash: BlobHash) -> Result<Option<Vec<u8>>, ShelfError>;

    /// Whether there are bytes of this hash.
    async fn has(&self, hash: BlobHash) -> Result<bool, ShelfError>;

    /// The hashes that begin with the byte `first` and were stored before `before`, by the clock of whoever keeps them.
    async fn stored_before(&self, first: u8, before: UnixMillis) -> Result<Vec<BlobHash>, ShelfError>;

    /// Takes the bytes of this hash away; none is as good.
    async fn delete(&self, hash: BlobHash) -> Result<(), ShelfError>;
}

/// The shelf could not be used just now: away, full, or slow.
#[derive(Debug, thiserror::Error)]
#[error("files cannot be stored or read just now: {0}")]
pub struct ShelfError(pub String);

/// Why a shelf cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unready {
    /// It never will be, as it is set up.
    #[error("{0}")]
    Wrong(String),
    /// It is away.
    #[error(transparent)]
    Away(ShelfError),
}
