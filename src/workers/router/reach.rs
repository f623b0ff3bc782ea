//! How far the journal has each partition: what it has may leave the state of threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::telemetry::pulse;
use crate::workers::{WorkerError, Workplace, persist};

/// How often the journal is asked.
const PERIOD: Duration = Duration::from_secs(1);

/// What is known of each partition in this process: the newest batch that the journal has, and whether it is routed.
#[derive(Clone, Debug)]
pub struct Reaches(Arc<[Known]>);

#[derive(Debug, Default)]
struct Known {
    journaled: AtomicU64,
    held: AtomicBool,
}

impl Reaches {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(partitions: u16) -> Self {
        Self((0..partitions).map(|_| Known::default()).collect())
    }

    /// The newest batch of a partition that the journal is known to have.
    #[must_use]
    pub fn of(&self, partition: u16) -> u64 {
        self.0.get(usize::from(partition)).map_or(0, |known| known.journaled.load(Ordering::Relaxed))
    }

    fn set(&self, partition: u16, head: u64) {
        if let Some(known) = self.0.get(usize::from(partition)) {
            known.journaled.store(head, Ordering::Relaxed);
        }
    }

    /// Says whether a router of this process holds a partition and has mended it.
    pub(super) fn hold(&self, partition: u16, held: bool) {
        if let Some(known) = self.0.get(usize::from(partition)) {
            known.held.store(held, Ordering::Relaxed);
        }
    }

    /// How many partitions routers of this process hold.
    #[must_use]
    pub fn held(&self) -> usize {
        self.0.iter().filter(|known| known.held.load(Ordering::Relaxed)).count()
    }
}

/// Asks the journal how far it is, until told to stop.
pub async fn watch_journal(place: Workplace, reaches: Reaches, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = pulse::waiting(ticks.tick()) => {
                let reach = persist("reach", || place.journal.reach()).await?;
                for reach in reach {
                    reaches.set(reach.partition, reach.head);
                }
            }
        }
    }
}
