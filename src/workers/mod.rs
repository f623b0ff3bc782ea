//! Workers: routers, bot, handoff, delivery, journal, timers, and the ways in and out for channels.
//!
//! One shape: take, check that it may begin, do, report, acknowledge last.

mod barrier;
pub mod bot;
pub mod classify;
pub mod collecting;
pub mod delivery;
pub mod forgetting;
pub mod handoff;
pub mod intake;
pub mod journal;
pub mod marks;
mod noting;
mod persist;
pub mod pool;
pub mod present;
pub mod reload;
pub mod router;
pub mod rules;
pub mod sole;
pub mod source;
mod start;
pub mod timers;
pub mod transcript;
pub mod vault;
pub mod virus;
mod watched;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use wissel_channels::{Blobs, Clock};

use crate::blob::ShelfError;
use crate::broker::{Broker, BrokerError, Consumer, Delivery, Message, Queue};
use crate::failpoint::Failpoints;
use crate::journal::{Journal, JournalError};
use crate::store::{StoreError, ThreadStore};
use crate::telemetry::{Aside, Metrics};
use crate::thread::Limits;
use crate::wire::{Archive, ArchiveError, Keys, Post, WireError, aside};
pub(crate) use persist::persist;
pub use rules::Rules;

/// How long a worker waits before it tries something again that was away.
const AWAY: Duration = Duration::from_millis(250);

/// What all workers work with.
#[derive(Clone)]
pub struct Workplace {
    /// Durable queues.
    pub broker: Arc<dyn Broker>,
    /// The state of threads.
    pub store: Arc<dyn ThreadStore>,
    /// Everything that was decided.
    pub journal: Arc<dyn Journal>,
    /// Publishes events and commands.
    pub post: Post,
    /// Reads threads.
    pub archive: Archive,
    /// Files and long texts of customers.
    pub blobs: Arc<dyn Blobs>,
    /// The keys of wire and disk.
    pub keys: Keys,
    /// Tells the time.
    pub clock: Clock,
    /// What SREs see.
    pub metrics: Arc<Metrics>,
    /// Where a test lets the process die.
    pub failpoints: Failpoints,
    /// The routing table in force with the triage that was trained for it.
    pub rules: Arc<ArcSwap<Rules>>,
    /// Limits on conversations.
    pub limits: Limits,
}

/// Why a worker stopped. The lifecycle starts it again.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The broker.
    #[error(transparent)]
    Broker(#[from] BrokerError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What was read cannot be opened.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A thread could not be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Files.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// An event could not be decided on; a panic of ours.
    #[error("the decision on an event of kind {0} failed")]
    Panicked(&'static str),
}

impl WorkerError {
    /// Whether trying the same again may help.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Broker(BrokerError::Unavailable(_))
                | Self::Store(StoreError::Unavailable(_))
                | Self::Journal(JournalError::Unavailable(_))
                | Self::Archive(
                    ArchiveError::Store(StoreError::Unavailable(_))
                        | ArchiveError::Journal(JournalError::Unavailable(_))
                )
        )
    }
}

/// Sets a message of `queue` aside and acknowledges it.
pub(crate) async fn bury(
    place: &Workplace,
    consumer: &mut dyn Consumer,
    queue: &Queue,
    delivery: Delivery,
    reason: Aside,
) -> Result<(), WorkerError> {
    set_aside(place, queue, &delivery.message, reason).await?;
    consumer.ack(vec![delivery]).await?;
    Ok(())
}

/// Puts a message of `queue` with its raw bytes into the queue of the dead, with a note that says why and when.
pub(crate) async fn set_aside(
    place: &Workplace,
    queue: &Queue,
    message: &Message,
    reason: Aside,
) -> Result<(), WorkerError> {
    place.metrics.parked(reason);
    tracing::error!(reason = reason.word(), %queue, id = %wissel_channels::ids::Hex(&message.id), "set aside");
    let message = aside::write(message, queue, reason.word(), place.clock.now())?;
    persist("set aside", || place.post.confirmed(vec![(Queue::Dead, message.clone())])).await
}
