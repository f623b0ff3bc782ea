//! Journal: everything that was decided, kept for good: inputs and changes by thread, data keys, routing tables.

#[cfg(test)]
pub(crate) mod contract;
pub mod embedded;
mod known;
pub mod postgres;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wissel_channels::{ConversationId, ThreadKey, UnixMillis};

use crate::thread::EventId;
pub(crate) use known::{Judged, Known};

/// The name under which it is kept from which head on batches belong to the present partitions.
const BASE: &str = "base_head";
/// After how many days a barrier is forgotten: nobody has waited for it that long.
const BARRIER_DAYS: u16 = 7;

/// What a router tells the journal about one batch. Sealed inside; itself the payload of a message in the journal queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// The partition.
    pub partition: u16,
    /// The term that it was saved under.
    pub term: u64,
    /// Its number in the partition, from 1 on; 0 for an announcement.
    pub head: u64,
    /// What was decided, in order.
    pub entries: Vec<Entry>,
    /// Data keys of threads that are new in this batch.
    pub keys: Vec<Key>,
    /// Things that decisions name by their hash, such as routing tables.
    pub blobs: Vec<Blob>,
}

impl Batch {
    /// What a router says before it looks how far the journal is: from here on batches of older terms come too late.
    #[must_use]
    pub const fn announcement(partition: u16, term: u64) -> Self {
        Self { partition, term, head: 0, entries: Vec::new(), keys: Vec::new(), blobs: Vec::new() }
    }

    /// Whether it only announces a term.
    #[must_use]
    pub const fn announces(&self) -> bool {
        self.head == 0
    }
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The thread.
    pub thread: ThreadKey,
    /// The event.
    pub event: EventId,
    /// The conversation that was open after it, if any.
    pub conversation: Option<ConversationId>,
    /// The time of the event.
    pub at: UnixMillis,
    /// A [`Record`](crate::wire::Record), sealed under the thread's data key.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// A thread's data key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The thread.
    pub thread: ThreadKey,
    /// Its data key, wrapped by the master key.
    #[serde(with = "serde_bytes")]
    pub wrapped: Vec<u8>,
}

/// Something that decisions name by its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// The hash.
    pub hash: [u8; 16],
    /// The content.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// What the journal worker finds in its queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Write a batch.
    Append(Batch),
    /// Note that everything before this in the queue is written.
    Barrier([u8; 16]),
}

/// An entry with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The batch.
    pub head: u64,
    /// The entry.
    pub entry: Entry,
}

/// A whole thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The thread.
    pub thread: ThreadKey,
    /// Its data key, wrapped by the master key.
    pub wrapped: Vec<u8>,
    /// Its entries, in the order of their decisions.
    pub entries: Vec<Placed>,
}

/// How far the journal has a partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The partition.
    pub partition: u16,
    /// The largest term.
    pub term: u64,
    /// The largest head.
    pub head: u64,
}

/// Why the journal did not do it.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It is away or full: try again.
    #[error("the journal cannot be used just now: {0}")]
    Unavailable(String),
    /// What it holds does not go with the settings, or is damaged; trying again does not help.
    #[error("the journal cannot be used: {0}")]
    Unusable(String),
}

/// Everything that was decided.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Makes the journal ready for `partitions` partitions. The number is fixed by the first call ever.
    ///
    /// # Errors
    /// [`JournalError::Unusable`] when it was set up with another number.
    async fn declare(&self, partitions: u16) -> Result<(), JournalError>;

    /// The number of partitions that it was set up with, if it was.
    async fn partitions(&self) -> Result<Option<u16>, JournalError>;

    /// Changes that number while nobody writes, all or nothing: each thread gets its new partition, and each partition
    /// the largest term of all and `head`, which must be greater than every head that is there. To whoever asks from a
    /// head before that one, all threads of a partition have changed. Doing it again changes nothing.
    async fn repartition(&self, to: u16, head: u64) -> Result<(), JournalError>;

    /// Keeps `value` under `name` if nothing is there yet, and gives what is there.
    async fn fix(&self, name: &'static str, value: i64) -> Result<i64, JournalError>;

    /// Writes orders of the queue, in order; durable on return. A batch that is there already changes nothing. Gives
    /// back batches that came too late, after a newer term was announced or into a place that another batch has:
    /// nothing of them is written, and what was decided in them is to be decided again. Forgets old barriers.
    async fn append(&self, orders: Vec<Order>) -> Result<Vec<Batch>, JournalError>;

    /// The newest batch and the largest term of each partition, cheap to ask often; partitions of which nothing is
    /// known are not here.
    async fn reach(&self) -> Result<Vec<Reach>, JournalError>;

    /// Whether it answers and, as far as this process has tried, takes what is appended.
    async fn answers(&self) -> Result<(), JournalError> {
        self.reach().await.map(drop)
    }

    /// Whether a barrier has been written.
    async fn has_barrier(&self, barrier: [u8; 16]) -> Result<bool, JournalError>;

    /// The entries of a thread, in the order of their decisions.
    async fn thread(&self, thread: ThreadKey) -> Result<Vec<Placed>, JournalError>;

    /// Whole threads, in no order; those that have no key are not here. A page of them at a time: it is in memory.
    async fn histories(&self, threads: &[ThreadKey]) -> Result<Vec<History>, JournalError>;

    /// Threads of a partition after `after` in the order of their keys, at most `most`.
    async fn threads(
        &self,
        partition: u16,
        after: Option<ThreadKey>,
        most: usize,
    ) -> Result<Vec<ThreadKey>, JournalError>;

    /// Threads that have entries in batches of a partition after `head`.
    async fn changed(&self, partition: u16, head: u64) -> Result<Vec<ThreadKey>, JournalError>;

    /// The thread of a conversation.
    async fn conversation(&self, conversation: ConversationId) -> Result<Option<ThreadKey>, JournalError>;

    /// A thread's wrapped data key.
    async fn key(&self, thread: ThreadKey) -> Result<Option<Vec<u8>>, JournalError>;

    /// Something by its hash.
    async fn blob(&self, hash: [u8; 16]) -> Result<Option<Vec<u8>>, JournalError>;
}

/// Compares the number of partitions that a journal was set up with to the settings'.
fn fixed_partitions(found: i64, partitions: u16) -> Result<(), JournalError> {
    if found == i64::from(partitions) {
        return Ok(());
    }
    let text =
        format!("it was set up with {found} partitions, the settings say {partitions}; set partitions = {found}");
    Err(JournalError::Unusable(text))
}
