//! Collecting: deletes the files that nothing refers to any more, once they are so old that nothing new can refer to them.
//!
//! Files are referred to by entries of the journal, or by what is still on its way into it. Content that comes again after
//! a while is stored under another name ([`super::vault`]), so every reference to an old file is old too. The journal is
//! brought up to date and read whole; old files that it does not name are deleted. Events that were set aside may name files
//! as well: while there are any, nothing is deleted. If anything cannot be read, the round ends and every file stays.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::barrier::barrier;
use super::{WorkerError, Workplace, persist};
use crate::blob::{BlobHash, Shelf};
use crate::broker::Queue;
use crate::telemetry::pulse;
use crate::wire::{WireError, envelope};

/// How often a process looks whether a round is due.
const LOOK: Duration = Duration::from_hours(1);
/// A round follows the one before after so long.
const ROUND_MILLIS: i64 = 20 * 60 * 60 * 1000;
/// For how long a process has a round, from each partition on.
const LEASE: Duration = Duration::from_mins(30);
/// The name of the lease, and of the mark that tells when the last round was.
const NAME: &str = "collecting/files";
/// How many old files are looked for in one round.
const MOST: usize = 500_000;
/// How many threads are in memory at a time.
const PAGE: usize = 100;
/// Hexadecimal digits of a hash.
const DIGITS: usize = 32;

/// What is collected, and when.
#[derive(Clone)]
pub struct Collector {
    /// Where the files are.
    pub shelf: Arc<dyn Shelf>,
    /// How old a file is at least; more than content keeps its name for, and events wait for.
    pub unused: Duration,
    /// How many partitions there are.
    pub partitions: u16,
    /// This process, among those that may collect.
    pub holder: [u8; 16],
}

/// Collects until told to stop.
pub async fn run(place: Workplace, collector: Collector, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut ticks = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = pulse::waiting(ticks.tick()) => {}
        }
        match stop.run_until_cancelled(collector.round(&place)).await {
            None => return Ok(()),
            Some(Ok(())) => {}
            Some(Err(error)) => tracing::warn!(%error, "files are not collected this time; all of them stay"),
        }
    }
}

impl Collector {
    /// One round, if it is due and no other process has it.
    async fn round(&self, place: &Workplace) -> Result<(), WorkerError> {
        let now = place.clock.now();
        let last = persist("collecting", || place.store.mark(NAME)).await?;
        let last = last.and_then(|mark| String::from_utf8(mark).ok()?.parse::<i64>().ok());
        if last.is_some_and(|last| (0..ROUND_MILLIS).contains(&(now.0 - last))) || !self.hold(place).await? {
            return Ok(());
        }
        let collected = self.collect(place).await?;
        if collected > 0 {
            tracing::info!(files = collected, "files that nothing refers to were deleted");
        }
        persist("collecting", || place.store.set_mark(NAME, now.0.to_string().into_bytes())).await
    }

    async fn hold(&self, place: &Workplace) -> Result<bool, WorkerError> {
        persist("collecting", || place.store.hold_source(NAME, self.holder, LEASE)).await
    }

    /// Takes away what nothing refers to; gives how many files that were.
    pub(super) async fn collect(&self, place: &Workplace) -> Result<u64, WorkerError> {
        let unused = i64::try_from(self.unused.as_millis()).unwrap_or(i64::MAX);
        let before = place.clock.now().plus(-unused);
        let mut old = HashSet::new();
        for first in 0..=u8::MAX {
            pulse::beat();
            old.extend(self.shelf.stored_before(first, before).await?);
            if old.len() >= MOST {
                break;
            }
        }
        if old.is_empty() || something_is_set_aside(place).await? {
            return Ok(0);
        }
        barrier(place).await?;
        for partition in 0..self.partitions {
            if !self.hold(place).await? {
                return Ok(0);
            }
            spare(place, partition, &mut old).await?;
        }
        if something_is_set_aside(place).await? {
            return Ok(0);
        }
        let mut collected = 0;
        for hash in old {
            pulse::beat();
            self.shelf.delete(hash).await?;
            place.metrics.file_collected();
            collected += 1;
        }
        Ok(collected)
    }
}

/// Whether there is what somebody may put back that nobody can look into from here.
async fn something_is_set_aside(place: &Workplace) -> Result<bool, WorkerError> {
    let dead = persist("collecting", || place.broker.depth(&Queue::Dead)).await?.messages > 0;
    if dead {
        tracing::info!("files are not collected while something is set aside; see wissel dead list");
    }
    Ok(dead)
}

/// Takes out of `old` what the threads of a partition refer to.
async fn spare(place: &Workplace, partition: u16, old: &mut HashSet<BlobHash>) -> Result<(), WorkerError> {
    let mut after = None;
    loop {
        let threads = persist("collecting", || place.journal.threads(partition, after, PAGE)).await?;
        let Some(&last) = threads.last() else { return Ok(()) };
        after = Some(last);
        for history in persist("collecting", || place.journal.histories(&threads)).await? {
            let key = place.keys.unwrap(history.thread, &history.wrapped).map_err(WireError::from)?;
            for placed in &history.entries {
                let (event, sealed) = (placed.entry.event, &placed.entry.sealed);
                spare_in(&envelope::plain_record(&key, history.thread, event, sealed)?, old);
            }
        }
        tokio::task::yield_now().await;
    }
}

/// Takes out of `old` every hash that stands in `plain`, in whatever place: an attachment's is text there.
fn spare_in(plain: &[u8], old: &mut HashSet<BlobHash>) {
    for digits in plain.split(|byte| !byte.is_ascii_hexdigit()).filter(|digits| digits.len() >= DIGITS) {
        for hash in digits.windows(DIGITS) {
            if let Some(hash) = std::str::from_utf8(hash).ok().and_then(|hash| hash.parse().ok()) {
                old.remove(&hash);
            }
        }
    }
}

#[cfg(test)]
#[path = "collecting_tests.rs"]
mod tests;
