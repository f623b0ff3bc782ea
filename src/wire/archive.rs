//! Archive: reads threads, from the store as they are and from the journal as they came to be.

use std::sync::Arc;

use wissel_channels::ThreadKey;

use super::{Keys, Record, Tables, WireError, envelope};
use crate::journal::{Journal, JournalError};
use crate::store::{StoreError, StoredOrder, ThreadStore};
use crate::thread::{OrderOutcome, Thread};

/// How many threads are listed at once.
const PAGE: usize = 1_000;

/// Reads threads.
#[derive(Clone)]
pub struct Archive {
    /// The state of threads.
    pub store: Arc<dyn ThreadStore>,
    /// Everything that was decided.
    pub journal: Arc<dyn Journal>,
    /// The keys that open them.
    pub keys: Keys,
    /// The routing tables that decisions name.
    pub tables: Tables,
}

/// Why a thread could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What was read could not be opened.
    #[error(transparent)]
    Wire(#[from] WireError),
}

impl Archive {
    /// A thread's state; absent when nothing has happened in it. Its decision is as it was written: see
    /// [`Archive::told_state`].
    pub async fn state(&self, thread: ThreadKey) -> Result<Option<Thread>, ArchiveError> {
        let Some(stored) = self.store.read(thread).await? else { return Ok(None) };
        let key = self.keys.unwrap(thread, &stored.key).map_err(WireError::from)?;
        Ok(Some(envelope::open_state(&key, thread, &stored.sealed)?))
    }

    /// Everything that was decided about a thread, in order, as far as the journal has it. Decisions are as they were
    /// written: see [`Archive::told`].
    pub async fn records(&self, thread: ThreadKey) -> Result<Vec<Record>, ArchiveError> {
        let Some(wrapped) = self.journal.key(thread).await? else { return Ok(Vec::new()) };
        let key = self.keys.unwrap(thread, &wrapped).map_err(WireError::from)?;
        let placed = self.journal.thread(thread).await?;
        let open = |p: &crate::journal::Placed| envelope::open_record(&key, thread, p.entry.event, &p.entry.sealed);
        Ok(placed.iter().map(open).collect::<Result<_, _>>()?)
    }

    /// Goes through every thread of `partitions` partitions that the journal has, one after another, until one fails.
    pub async fn each_thread(
        &self,
        partitions: u16,
        mut read: impl AsyncFnMut(ThreadKey) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        for partition in 0..partitions {
            let mut after = None;
            loop {
                let threads = self.journal.threads(partition, after, PAGE).await?;
                let Some(last) = threads.last() else { break };
                after = Some(*last);
                for thread in threads {
                    read(thread).await?;
                }
            }
        }
        Ok(())
    }

    /// A thread's state, for people: with the words of its last decision, which stand in the routing table.
    pub async fn told_state(&self, thread: ThreadKey) -> Result<Option<Thread>, ArchiveError> {
        let mut state = self.state(thread).await?;
        if let Some(state) = &mut state {
            self.tables.fill_in_state(self.journal.as_ref(), state).await?;
        }
        Ok(state)
    }

    /// Everything that was decided about a thread, for people: with the words of the decisions.
    pub async fn told(&self, thread: ThreadKey) -> Result<Vec<Record>, ArchiveError> {
        let mut records = self.records(thread).await?;
        self.tables.fill_in_records(self.journal.as_ref(), &mut records).await?;
        Ok(records)
    }

    /// The answer to an order, opened.
    pub async fn outcome(&self, order: &StoredOrder) -> Result<OrderOutcome, ArchiveError> {
        let stored = self.store.read(order.thread).await?;
        let stored = stored.ok_or_else(|| WireError::Malformed("an answer without its thread".to_owned()))?;
        let key = self.keys.unwrap(order.thread, &stored.key).map_err(WireError::from)?;
        Ok(envelope::open_value(&key, &order.order.0, &order.sealed)?)
    }
}
