//! Intake: the way in for channels. A message is accepted when the broker has it, and not before.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use wissel_channels::{InboundMessage, Intake, IntakeError};

use super::Workplace;
use crate::broker::BrokerError;
use crate::failpoint::Point;
use crate::thread::Event;

/// How many locks the threads share.
const LOCKS: usize = 1024;
/// When to try again after the broker was away.
const RETRY: Duration = Duration::from_secs(2);
/// The largest event, in bytes of text; larger bodies go to the blob port.
const EVENT_BYTES: usize = 64 * 1024;

/// The way in.
pub struct Inlet {
    place: Workplace,
    /// At most one unconfirmed event a thread: threads that share a lock wait for each other, which does no harm.
    locks: Arc<[Mutex<()>]>,
}

impl Inlet {
    /// A way in.
    #[must_use]
    pub fn new(place: Workplace) -> Self {
        Self { place, locks: (0..LOCKS).map(|_| Mutex::new(())).collect() }
    }
}

#[async_trait]
impl Intake for Inlet {
    async fn accept(&self, message: InboundMessage) -> Result<(), IntakeError> {
        if message.text.len() > EVENT_BYTES {
            return Err(IntakeError::Invalid { reason: format!("longer than {EVENT_BYTES} bytes") });
        }
        let channel = message.channel.clone();
        self.place.metrics.message_received(channel.as_str());
        let slot = usize::from(u16::from_le_bytes([message.thread.0[14], message.thread.0[15]])) % LOCKS;
        let event = Event::message(message);
        let _one_at_a_time = self.locks[slot].lock().await;
        self.place.post.event(&event).await.map_err(|error| {
            tracing::warn!(%error, %channel, "a message was not accepted");
            match error {
                BrokerError::Unavailable(_) | BrokerError::Unusable(_) => IntakeError::Busy { retry_after: RETRY },
            }
        })?;
        self.place.failpoints.pass(Point::IntakePublished);
        self.place.metrics.message_acknowledged(channel.as_str());
        Ok(())
    }
}
