//! Workers: routers, bot, handoff, delivery, journal, timers, and the ways in and out for channels.
//!
//! One shape: take, check that it may begin, do, report, acknowledge last.

pub mod bot;
pub mod delivery;
pub mod forgetting;
pub mod handoff;
pub mod intake;
pub mod journal;
mod persist;
pub mod pool;
pub mod reload;
pub mod router;
pub mod rules;
mod start;
pub mod timers;
pub mod transcript;
mod watched;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use wissel_channels::Clock;

use crate::broker::{Broker, BrokerError, Consumer, Delivery, Queue};
use crate::failpoint::Failpoints;
use crate::journal::{Journal, JournalError};
use crate::store::{StoreError, ThreadStore};
use crate::telemetry::metrics::Metrics;
use crate::thread::Limits;
use crate::wire::{Archive, ArchiveError, Keys, Post, WireError};
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

/// Sets a message aside in the queue of the dead, with its raw bytes, and acknowledges it.
pub(crate) async fn bury(
    place: &Workplace,
    consumer: &mut dyn Consumer,
    delivery: Delivery,
    reason: &'static str,
) -> Result<(), WorkerError> {
    place.metrics.parked(reason);
    tracing::error!(reason, id = %wissel_channels::ids::Hex(&delivery.message.id), "set aside");
    let message = delivery.message.clone();
    persist("bury", || place.post.confirmed(vec![(Queue::Dead, message.clone())])).await?;
    consumer.ack(vec![delivery]).await?;
    Ok(())
}
