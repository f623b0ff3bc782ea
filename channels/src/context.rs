//! What a channel is given to work with: the way in, durable marks, stored files, the time.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::{Blobs, Clock, Intake, Scribe, Transcript};

/// What a channel is given to receive with.
#[derive(Clone)]
pub struct ReceiveContext {
    /// Where messages go.
    pub intake: Arc<dyn Intake>,
    /// What customers may see of their threads.
    pub transcript: Arc<dyn Transcript>,
    /// Where files and long texts go before their message does.
    pub blobs: Arc<dyn Blobs>,
    /// How far the channel has read, for this channel and account.
    pub cursors: Arc<dyn Cursors>,
    /// Who writes voice notes down, if anybody does.
    pub scribe: Option<Arc<dyn Scribe>>,
    /// To be told at each sign of life of the other side.
    pub progress: SignOfLife,
    /// Tells the time.
    pub clock: Clock,
    /// Cancelled when the daemon stops taking, or when another process has the source by now.
    pub shutdown: CancellationToken,
}

/// What a channel is given to send and settle with.
#[derive(Clone)]
pub struct SendContext {
    /// The content of files to send.
    pub blobs: Arc<dyn Blobs>,
    /// What the channel remembers, for this channel and account.
    pub cursors: Arc<dyn Cursors>,
    /// Tells the time.
    pub clock: Clock,
    /// The queue that the conversation is in, for a channel that [`Channel::differs_by_queue`](crate::Channel).
    pub queue: Option<String>,
}

/// Small marks that a channel keeps between starts, for one channel and account: how far it has read, who has moved where.
/// Written marks are durable; all of them may be lost with the store, and then the source is read again from its
/// beginning: what comes twice has the same id.
#[async_trait]
pub trait Cursors: Send + Sync {
    /// The mark of this name; `None` when it was never written, or is lost.
    async fn read(&self, name: &str) -> Result<Option<String>, CursorError>;

    /// Writes the mark of this name, of at most [`CURSOR_BYTES`] bytes. Durable on return.
    async fn write(&self, name: &str, value: &str) -> Result<(), CursorError>;

    /// Holds a mark, so that no other process reads and writes it meanwhile; for a quarter of a minute at most. `false`:
    /// another one holds it. Nothing else holds what one process keeps for itself.
    async fn hold(&self, _name: &str) -> Result<bool, CursorError> {
        Ok(true)
    }

    /// Holds a mark no longer.
    async fn let_go(&self, _name: &str) {}
}

/// Bytes of a mark, at most.
pub const CURSOR_BYTES: usize = 65_536;

/// A mark could not be read or written just now.
#[derive(Debug, thiserror::Error)]
#[error("a mark of the channel cannot be read or written just now: {0}")]
pub struct CursorError(pub String);

/// Tells the daemon that a source is alive: an answer came, though perhaps an empty one. A source that tells nothing for
/// long is shown as silent, and one that has begun to tell is started again after a long silence.
#[derive(Clone)]
pub struct SignOfLife(Arc<dyn Fn() + Send + Sync>);

impl SignOfLife {
    /// Calls `told` at each sign.
    #[must_use]
    pub fn new(told: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
    }

    /// Here is one.
    pub fn beat(&self) {
        (self.0)();
    }
}

impl Default for SignOfLife {
    fn default() -> Self {
        Self::new(|| {})
    }
}

impl fmt::Debug for SignOfLife {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignOfLife")
    }
}
