//! What a channel is given beside the intake, where a measurement needs none of it.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use wissel::workers::Workplace;
use wissel_channels::{
    Attachment, BlobError, Blobs, CursorError, Cursors, Intake, ReceiveContext, SignOfLife, ThreadKey, Transcript,
    TranscriptError, View, Watch,
};

struct Nothing;

/// What a channel receives with: this intake, and nothing else.
pub(crate) fn receiving(intake: Arc<dyn Intake>, place: &Workplace) -> ReceiveContext {
    ReceiveContext {
        scribe: None,
        intake,
        transcript: Arc::new(Nothing),
        blobs: Arc::new(Nothing),
        cursors: Arc::new(Nothing),
        progress: SignOfLife::default(),
        clock: place.clock.clone(),
        shutdown: CancellationToken::new(),
    }
}

#[async_trait]
impl Blobs for Nothing {
    async fn put(&self, _: &str, _: &str, _: Vec<u8>) -> Result<Attachment, BlobError> {
        Err(BlobError::Missing)
    }

    async fn get(&self, _: &str) -> Result<Vec<u8>, BlobError> {
        Err(BlobError::Missing)
    }

    fn most_bytes(&self) -> u64 {
        0
    }
}

#[async_trait]
impl Cursors for Nothing {
    async fn read(&self, _: &str) -> Result<Option<String>, CursorError> {
        Ok(None)
    }

    async fn write(&self, _: &str, _: &str) -> Result<(), CursorError> {
        Ok(())
    }
}

#[async_trait]
impl Transcript for Nothing {
    async fn read(&self, _: ThreadKey, _: u64) -> Result<View, TranscriptError> {
        Ok(View::default())
    }

    fn watch(&self, _: ThreadKey) -> Watch {
        watch::channel(0).1
    }
}
