//! Intake: the way in for channels. A message is accepted when the broker has it, and not before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use wissel_channels::{ChannelName, InboundMessage, Intake, IntakeError, StatusReport};

use super::Workplace;
use crate::broker::BrokerError;
use crate::failpoint::Point;
use crate::thread::Event;

/// How many locks the threads share.
const LOCKS: usize = 1024;
/// When to try again after the broker was away.
const RETRY: Duration = Duration::from_secs(2);
/// When to try again while too much waits.
const CROWDED: Duration = Duration::from_secs(10);
/// The largest event, in bytes of text; larger bodies go to the blob port.
const EVENT_BYTES: usize = 64 * 1024;

/// How many events wait to be routed: what was counted last, and what this process added since.
#[derive(Clone, Debug, Default)]
pub struct Backlog(Arc<AtomicU64>);

impl Backlog {
    /// So many were counted.
    pub fn counted(&self, events: u64) {
        self.0.store(events, Ordering::Relaxed);
    }

    /// How many.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn is_above(&self, most: Option<u64>) -> bool {
        most.is_some_and(|most| self.events() >= most)
    }

    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// When nothing more is let in.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    /// What waits.
    pub backlog: Backlog,
    /// From how many events on; `None` for never.
    pub most: Option<u64>,
}

/// The way in.
pub struct Inlet {
    place: Workplace,
    admission: Admission,
    /// At most one unconfirmed event a thread: threads that share a lock wait for each other, which does no harm.
    locks: Arc<[Mutex<()>]>,
}

impl Inlet {
    /// A way in.
    #[must_use]
    pub fn new(place: Workplace, admission: Admission) -> Self {
        Self { place, admission, locks: (0..LOCKS).map(|_| Mutex::new(())).collect() }
    }
}

impl Inlet {
    /// Returns once the broker has the event.
    async fn publish(&self, channel: &ChannelName, event: &Event) -> Result<(), IntakeError> {
        if self.admission.backlog.is_above(self.admission.most) {
            tracing::warn!(%channel, "too much waits: something was not accepted");
            return Err(IntakeError::Busy { retry_after: CROWDED });
        }
        let slot = usize::from(u16::from_le_bytes([event.thread.0[14], event.thread.0[15]])) % LOCKS;
        let _one_at_a_time = self.locks[slot].lock().await;
        self.place.post.event(event).await.map_err(|error| {
            tracing::warn!(%error, %channel, "something was not accepted");
            match error {
                BrokerError::Unavailable(_) | BrokerError::Unusable(_) => IntakeError::Busy { retry_after: RETRY },
            }
        })?;
        self.admission.backlog.add();
        Ok(())
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
        self.publish(&channel, &Event::message(message)).await?;
        self.place.failpoints.pass(Point::IntakePublished);
        self.place.metrics.message_acknowledged(channel.as_str());
        Ok(())
    }

    async fn status(&self, report: StatusReport) -> Result<(), IntakeError> {
        self.publish(&report.channel.clone(), &Event::status(report)).await
    }
}
