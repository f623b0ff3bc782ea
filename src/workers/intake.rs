//! Intake: the way in for channels. A message is accepted when the broker has it, and not before.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use wissel_channels::message::ROUTE_BYTES;
use wissel_channels::reading::clip;
use wissel_channels::{
    AccountName, Channel, ChannelName, InboundMessage, Intake, IntakeError, Seldom, StatusReport, TurnedAway,
};

use super::Workplace;
use super::noting::Noting;
use crate::broker::BrokerError;
use crate::failpoint::Point;
use crate::thread::Event;
use crate::wire::identities::Identity;

/// How many locks the threads share.
const LOCKS: usize = 1024;
/// When to try again after the broker was away.
const RETRY: Duration = Duration::from_secs(2);
/// When to try again while too much waits.
const CROWDED: Duration = Duration::from_secs(10);
/// The longest text of an event, in bytes, so that the event keeps within 64 KiB; longer ones are stored as files.
const TEXT_BYTES: usize = 48 * 1024;
/// The longest quotation and the longest signature.
const BESIDE_BYTES: usize = 4 * 1024;

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
    /// For how many milliseconds more of a customer is waited for, by channel and account.
    quiet: BTreeMap<(ChannelName, AccountName), u32>,
    noting: Noting,
    /// What was told of what was not accepted: while the broker is away, that is all there is.
    seldom: Seldom,
}

impl Inlet {
    /// A way in.
    #[must_use]
    pub fn new(place: Workplace, admission: Admission) -> Self {
        let locks = (0..LOCKS).map(|_| Mutex::new(())).collect();
        let noting = Noting::new(Arc::clone(&place.store), &place.keys);
        Self { place, admission, locks, quiet: BTreeMap::new(), noting, seldom: Seldom::default() }
    }

    /// The same with the quiet windows of these channels.
    #[must_use]
    pub fn with_quiet(mut self, channels: &[Arc<dyn Channel>]) -> Self {
        let millis = |channel: &Arc<dyn Channel>| u32::try_from(channel.quiet().as_millis()).unwrap_or(u32::MAX);
        let of = |channel: &Arc<dyn Channel>| (channel.name().clone(), channel.account().clone());
        self.quiet = channels.iter().map(|channel| (of(channel), millis(channel))).collect();
        self
    }
}

impl Inlet {
    fn crowded(&self, channel: &ChannelName) -> IntakeError {
        if let Some(more) = self.seldom.tell("crowded") {
            let waiting = self.admission.backlog.events();
            tracing::warn!(%channel, waiting, more, "too much waits: a message was not accepted");
        }
        IntakeError::Crowded { retry_after: CROWDED }
    }

    /// Stores the whole of a long text as a file, and leaves its beginning; what is quoted is cut.
    async fn shorten(&self, message: &mut InboundMessage) -> Result<(), IntakeError> {
        if message.text.len() > TEXT_BYTES {
            let whole = std::mem::take(&mut message.text);
            clip(&whole, TEXT_BYTES).clone_into(&mut message.text);
            let stored = self.place.blobs.keep("message.txt", "text/plain", whole.into_bytes()).await;
            message.whole = Some(stored.map_err(|error| {
                if let Some(more) = self.seldom.tell(&error.to_string()) {
                    tracing::warn!(%error, channel = %message.channel, more, "a long text cannot be stored");
                }
                IntakeError::Busy { retry_after: RETRY }
            })?);
        }
        for beside in [&mut message.quoted, &mut message.signature] {
            if beside.len() > BESIDE_BYTES {
                beside.truncate(clip(beside, BESIDE_BYTES).len());
            }
        }
        Ok(())
    }

    /// Returns once the broker has the event.
    async fn publish(&self, channel: &ChannelName, event: &Event) -> Result<(), IntakeError> {
        if self.admission.backlog.is_above(self.admission.most) {
            return Err(self.crowded(channel));
        }
        let slot = usize::from(u16::from_le_bytes([event.thread.0[14], event.thread.0[15]])) % LOCKS;
        let _one_at_a_time = self.locks[slot].lock().await;
        self.place.post.event(event).await.map_err(|error| {
            if let Some(more) = self.seldom.tell(&error.to_string()) {
                tracing::warn!(%error, %channel, more, "an event was not accepted");
            }
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
    async fn accept(&self, mut message: InboundMessage) -> Result<(), IntakeError> {
        if message.route.as_ref().is_some_and(|route| route.len() > ROUTE_BYTES) {
            return Err(IntakeError::Invalid { reason: format!("its route is longer than {ROUTE_BYTES} bytes") });
        }
        let channel = message.channel.clone();
        let here = (message.channel.clone(), message.account.clone());
        message.quiet_millis = self.quiet.get(&here).copied().unwrap_or(0);
        if self.admission.backlog.is_above(self.admission.most) {
            // Before anything of it is stored.
            return Err(self.crowded(&channel));
        }
        self.shorten(&mut message).await?;
        self.place.metrics.message_received(channel.as_str());
        // Beside each other: who wrote something that was not accepted writes it again.
        let noted = self.noting.note(Identity::of(&message), message.thread, message.at);
        let event = Event::message(message);
        let (published, ()) = tokio::join!(self.publish(&channel, &event), noted);
        published?;
        self.place.failpoints.pass(Point::IntakePublished);
        self.place.metrics.message_acknowledged(channel.as_str());
        Ok(())
    }

    async fn status(&self, report: StatusReport) -> Result<(), IntakeError> {
        self.publish(&report.channel.clone(), &Event::status(report)).await
    }

    fn turned_away(&self, channel: &ChannelName, why: TurnedAway) {
        self.place.metrics.turned_away(channel.as_str(), why.word());
    }
}

#[cfg(test)]
#[path = "intake_tests.rs"]
mod tests;
