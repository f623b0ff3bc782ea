//! Rebuild: what the store lacks of a partition is made again from the journal, with `apply` alone, a page at a time.

use std::time::Instant;

use super::saving::{noticed, row, save_thread, stored_order};
use crate::journal::History;
use crate::store::{Lease, SaveThread};
use crate::thread::{Rebuilt, Switches};
use crate::wire::{WireError, envelope};
use crate::workers::{WorkerError, Workplace, persist};

/// How many threads are read, made and restored together.
const PAGE: usize = 256;
/// After how many of them others may have the processor.
const TURN: usize = 16;

/// Rebuilds the threads of a partition that changed after batch `from`.
pub(super) async fn rebuild(place: &Workplace, lease: Lease, from: u64, to: u64) -> Result<(), WorkerError> {
    let began = Instant::now();
    let changed = persist("changed", || place.journal.changed(lease.partition, from)).await?;
    let (partition, threads) = (lease.partition, changed.len());
    tracing::warn!(partition, from, to, threads, "mending the store from the journal");
    let mut switches = Switches::default();
    for page in changed.chunks(PAGE) {
        let histories = persist("histories", || place.journal.histories(page)).await?;
        let mut rebuilt = Vec::with_capacity(histories.len());
        for some in histories.chunks(TURN) {
            for history in some {
                rebuilt.push(rebuild_thread(place, history, &mut switches)?);
            }
            tokio::task::yield_now().await;
        }
        // What was off stays off: before a thread is there, nothing of it is started.
        persist("switches", || place.store.restore_switches(switches.clone())).await?;
        persist("restore", || place.store.restore(lease, rebuilt.clone())).await?;
    }
    place.metrics.threads_mended(threads as u64);
    tracing::info!(partition, threads, millis = began.elapsed().as_millis(), "the store is whole again");
    Ok(())
}

/// A thread as the journal's changes make it. Keeps the newest switches that were seen.
fn rebuild_thread(place: &Workplace, history: &History, newest: &mut Switches) -> Result<SaveThread, WorkerError> {
    let thread = history.thread;
    let key = place.keys.unwrap(thread, &history.wrapped).map_err(WireError::from)?;
    let mut rebuilt = Rebuilt::new(thread);
    for placed in &history.entries {
        let record = envelope::open_record(&key, thread, placed.entry.event, &placed.entry.sealed)?;
        rebuilt.fold(record.input.event.id, record.input.event.at, &record.changes);
        let seen = record.input.circumstances.switches;
        if seen.version > newest.version {
            *newest = seen;
        }
    }
    let mut save = save_thread(&rebuilt.thread, &key, history.wrapped.clone())?;
    let conversations = rebuilt.past.iter().chain(&rebuilt.thread.conversation);
    save.rows = conversations.filter_map(|conversation| row(&rebuilt.thread, conversation)).collect();
    for (order, at, digest, outcome) in &rebuilt.orders {
        save.orders.push(stored_order(&key, thread, (*order, *at, *digest), outcome)?);
    }
    let notices = &rebuilt.thread.notices;
    save.notices = notices.iter().map(|notice| noticed(&place.keys, &rebuilt.thread, &notice.person.0)).collect();
    save.seen = rebuilt.seen;
    Ok(save)
}
