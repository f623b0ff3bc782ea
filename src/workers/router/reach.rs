//! How far the journal has each partition: what it has may leave the state of threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::workers::{WorkerError, Workplace, persist};

/// How often the journal is asked.
const PERIOD: Duration = Duration::from_secs(1);

/// The newest batch of each partition that the journal is known to have.
#[derive(Clone, Debug)]
pub struct Reaches(Arc<[AtomicU64]>);

impl Reaches {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(partitions: u16) -> Self {
        Self((0..partitions).map(|_| AtomicU64::new(0)).collect())
    }

    /// The newest batch of a partition that the journal is known to have.
    #[must_use]
    pub fn of(&self, partition: u16) -> u64 {
        self.0.get(usize::from(partition)).map_or(0, |reach| reach.load(Ordering::Relaxed))
    }

    fn set(&self, partition: u16, head: u64) {
        if let Some(reach) = self.0.get(usize::from(partition)) {
            reach.store(head, Ordering::Relaxed);
        }
    }
}

/// Asks the journal how far it is, until told to stop.
pub async fn watch_journal(place: Workplace, reaches: Reaches, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = ticks.tick() => {
                let reach = persist("reach", || place.journal.reach()).await?;
                for reach in reach {
                    reaches.set(reach.partition, reach.head);
                }
            }
        }
    }
}
