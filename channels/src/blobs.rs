//! Files and long texts: stored by the hash of their content before the message that they came with is accepted.

use std::time::Duration;

use async_trait::async_trait;

use crate::Attachment;

/// Where the content of attachments is. What it takes, how large, and whether it is looked at for viruses, is behind it.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Stores content: durable on return. The same content has the same hash when it comes again soon.
    async fn put(&self, name: &str, media_type: &str, bytes: Vec<u8>) -> Result<Attachment, BlobError>;

    /// The content of this hash.
    async fn get(&self, hash: &str) -> Result<Vec<u8>, BlobError>;

    /// The largest content that is taken, in bytes: whoever can tell the size beforehand need not fetch more.
    fn most_bytes(&self) -> u64;

    /// Stores content that came with a message. What is refused for good becomes an attachment without content that says
    /// why, so that the message gets through and staff know; only [`BlobError::Unavailable`] is left as an error.
    async fn keep(&self, name: &str, media_type: &str, bytes: Vec<u8>) -> Result<Attachment, BlobError> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        match self.put(name, media_type, bytes).await {
            Err(BlobError::Refused(why)) => Ok(Attachment::refused(name, media_type, size, why)),
            other => other,
        }
    }
}

impl Attachment {
    /// A file whose content was not kept, and why.
    #[must_use]
    pub fn refused(name: &str, media_type: &str, bytes: u64, why: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            bytes,
            hash: String::new(),
            refused: Some(why.into()),
        }
    }
}

/// Why content was not stored or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// It will never be taken: too large, a type that is not taken, a virus.
    #[error("the file is not taken: {0}")]
    Refused(String),
    /// There is no such content: never stored, or collected.
    #[error("there is no such file")]
    Missing,
    /// Not just now.
    #[error("files cannot be stored or read just now: {reason}")]
    Unavailable {
        /// When to try again.
        retry_after: Duration,
        /// Why, without customer data.
        reason: String,
    },
}
