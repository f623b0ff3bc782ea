//! Store: the state of threads, saved a partition's batch at a time by the one router that has the partition.
//!
//! The store sees sealed bytes and what it must compare: terms, heads, epochs, due times.

#[cfg(test)]
pub(crate) mod contract;
pub mod embedded;
pub mod redis;
mod watchers;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;
use wissel_channels::{ChannelName, CommandId, ConversationId, ThreadKey, UnixMillis};

use crate::routing::{Language, Priority, QueueName};
use crate::thread::{EventId, StateName, Switches};

wissel_channels::id16!(
    /// Made by chance when a partition's data are first stored, and again when some of them may have been lost.
    Incarnation
);

impl Incarnation {
    /// A new one, which tells when it was made.
    fn new(born: UnixMillis) -> Result<Self, StoreError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)
            .map_err(|_| StoreError::Unavailable("the operating system gives no random numbers".to_owned()))?;
        bytes[..6].copy_from_slice(&born.0.to_be_bytes()[2..]);
        bytes[6] = BORN;
        Ok(Self(bytes))
    }

    /// When it was made, by the store's clock; absent for that of a store which never loses a part of its data.
    #[must_use]
    pub fn born(self) -> Option<UnixMillis> {
        let mut millis = [0; 8];
        millis[2..].copy_from_slice(&self.0[..6]);
        (self.0[6] == BORN).then(|| UnixMillis(i64::from_be_bytes(millis)))
    }
}

/// Marks an incarnation that tells when it was made.
const BORN: u8 = 0xb0;

wissel_channels::id16!(
    /// A member of staff as the store knows them: a hash of their name under a secret of ours.
    Reader
);

/// A partition as the store knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    /// The newest term.
    pub term: u64,
    /// The number of the newest batch.
    pub head: u64,
    /// The journal message of that batch, to be published again by whoever takes the partition over.
    pub journal: Option<Vec<u8>>,
    /// The incarnation of its data; absent when it has none.
    pub incarnation: Option<Incarnation>,
    /// Whether it has been compared with the journal in this incarnation; see [`ThreadStore::vouch`].
    pub mended: bool,
}

/// What a lease that was renewed tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The partition's head: another one than its holder knows means that the store was set back.
    pub head: u64,
    /// Whether the partition is still mended: when it is not, it has to be taken over again.
    pub mended: bool,
}

/// The right to write a partition, until it expires or somebody takes it with a higher term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The partition.
    pub partition: u16,
    /// The term: greater than all before.
    pub term: u64,
}

/// A thread as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The state, sealed under the thread's data key.
    pub sealed: Vec<u8>,
    /// The data key, wrapped by the master key.
    pub key: Vec<u8>,
}

/// A thread with the ids of the events that it has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The thread.
    pub stored: Stored,
    /// The ids of the last 14 days, in no order.
    pub seen: Vec<EventId>,
}

/// A batch of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// The lease's partition and term.
    pub lease: Lease,
    /// The number of this batch: one more than the partition's head.
    pub head: u64,
    /// The batch's journal message.
    pub journal: Bytes,
    /// The threads.
    pub threads: Vec<SaveThread>,
}

/// A thread in a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveThread {
    /// Its key.
    pub thread: ThreadKey,
    /// State and key.
    pub stored: Stored,
    /// The epoch that automatic commands must have to be started.
    pub epoch: u64,
    /// A command that must not be started.
    pub revoked: Option<CommandId>,
    /// When its earliest timer is due.
    pub due: Option<UnixMillis>,
    /// Events that it has seen now, with their times. Kept for 14 days.
    pub seen: Vec<(EventId, UnixMillis)>,
    /// Its conversations that changed, for lists.
    pub rows: Vec<Row>,
    /// Answers to orders, kept for 14 days: the digest of the order's body, and the answer sealed.
    pub orders: Vec<StoredOrder>,
    /// People for whom it has something to notice now, or has nothing any more; nobody else is concerned.
    pub notices: Vec<(Reader, bool)>,
}

/// The answer to a person's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOrder {
    /// The order.
    pub order: EventId,
    /// Its thread.
    pub thread: ThreadKey,
    /// When it was answered.
    pub at: UnixMillis,
    /// Digest of the order's body.
    pub digest: [u8; 16],
    /// The answer: an `OrderOutcome`, sealed under the thread's data key.
    pub sealed: Vec<u8>,
}

/// A conversation in lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its thread.
    pub thread: ThreadKey,
    /// Its state.
    pub state: StateName,
    /// The queue that it is in; absent before the first decision.
    pub queue: Option<QueueName>,
    /// The channel.
    pub channel: ChannelName,
    /// The language, if known.
    pub language: Option<Language>,
    /// How soon.
    pub priority: Priority,
    /// Since when it is there.
    pub since: UnixMillis,
}

/// Which rows are wanted: oldest `since` first, then by conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only of this queue.
    pub queue: Option<QueueName>,
    /// Only in this state.
    pub state: Option<StateName>,
    /// Only after this row.
    pub after: Option<(UnixMillis, ConversationId)>,
    /// At most so many.
    pub most: usize,
}

/// How many conversations of a queue are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The queue.
    pub queue: Option<QueueName>,
    /// The state.
    pub state: StateName,
    /// How many.
    pub conversations: u64,
    /// The oldest `since` of them.
    pub oldest: Option<UnixMillis>,
}

/// A command that a worker is about to carry out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The thread.
    pub thread: ThreadKey,
    /// The command.
    pub command: CommandId,
    /// Which try.
    pub attempt: u32,
    /// For what is automatic: the epoch that it was made under.
    pub epoch: Option<u64>,
    /// The partition's incarnation when the command was published; absent after it has been settled: it is safe to call.
    pub incarnation: Option<Incarnation>,
    /// Now, for keeping the record 14 days.
    pub at: UnixMillis,
}

/// Whether a worker may carry out a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// Yes; and it is recorded that it began.
    Go,
    /// Somebody had begun this try already, or the record of it may have been lost: find out what became of it. Comes
    /// before [`Started::Refused`]: what has begun may have arrived, also when it would be refused now.
    Settle,
    /// No: the conversation has moved on, or it was revoked.
    Refused,
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is away or full: try again.
    #[error("the store cannot be used just now: {0}")]
    Unavailable(String),
    /// Somebody with a higher term has the partition. Nothing was written.
    #[error("partition {partition} was taken over: our term {ours}, newest {newest}")]
    StaleTerm {
        /// The partition.
        partition: u16,
        /// The term of the call.
        ours: u64,
        /// The newest term.
        newest: u64,
    },
    /// The store's partition is not where the router thinks. Nothing was written.
    #[error("partition {partition} is at batch {found}, not at {expected}")]
    WrongHead {
        /// The partition.
        partition: u16,
        /// The head that the call went with.
        expected: u64,
        /// The store's head.
        found: u64,
    },
    /// The store was restarted or set back, and nobody has compared the partition with the journal since. Nothing was
    /// written.
    #[error("partition {partition} has not been compared with the journal since the store was restarted")]
    NotMended {
        /// The partition.
        partition: u16,
    },
    /// What it holds does not go with the settings, or is damaged; trying again does not help.
    #[error("the store cannot be used: {0}")]
    Unusable(String),
}

/// The state of threads.
///
/// Whatever is held for a time is held by the store's clock, which all processes share.
#[async_trait]
pub trait ThreadStore: Send + Sync {
    /// Whether it answers just now.
    async fn answers(&self) -> Result<(), StoreError>;

    /// The incarnation of a partition's data; made when it has none. A store may tell an older one for as long as nothing
    /// can be saved in the partition under it: whatever is published with that is settled.
    async fn incarnation(&self, partition: u16) -> Result<Incarnation, StoreError>;

    /// A partition's newest term and head.
    async fn partition(&self, partition: u16) -> Result<Partition, StoreError>;

    /// Takes a partition for `holder`, if nobody else holds it. The term is greater than the store's and than `at_least`.
    async fn lease(
        &self,
        partition: u16,
        holder: [u8; 16],
        for_: Duration,
        at_least: u64,
    ) -> Result<Option<Lease>, StoreError>;

    /// Holds a partition for `for_` from now on. `None` when somebody else has the partition, or the store has lost it.
    async fn renew(&self, lease: Lease, holder: [u8; 16], for_: Duration) -> Result<Option<Held>, StoreError>;

    /// Gives a partition up.
    async fn release(&self, lease: Lease, holder: [u8; 16]) -> Result<(), StoreError>;

    /// Says that `holder` is one of a group of processes for `for_` from now on; gives all who are there, sorted.
    async fn attend(&self, group: &str, holder: [u8; 16], for_: Duration) -> Result<Vec<[u8; 16]>, StoreError>;

    /// Leaves a group.
    async fn depart(&self, group: &str, holder: [u8; 16]) -> Result<(), StoreError>;

    /// Takes a source of messages (a mailbox, a bot's updates), or holds it for `for_` from now on. `false` when somebody
    /// else has it.
    async fn hold_source(&self, source: &str, holder: [u8; 16], for_: Duration) -> Result<bool, StoreError>;

    /// Gives a source up.
    async fn let_go(&self, source: &str, holder: [u8; 16]) -> Result<(), StoreError>;

    /// A small mark of a channel, as it was last set; `None` when it was never set, or is lost.
    async fn mark(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.marks(&[name.to_owned()]).await?.pop().flatten())
    }

    /// Marks, one for each name, in one go.
    async fn marks(&self, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, StoreError>;

    /// Sets a mark; durable on return.
    async fn set_mark(&self, name: &str, value: Vec<u8>) -> Result<(), StoreError> {
        self.set_marks(vec![(name.to_owned(), value)]).await
    }

    /// Sets marks by their names, in one go; durable on return.
    async fn set_marks(&self, marks: Vec<(String, Vec<u8>)>) -> Result<(), StoreError>;

    /// Threads with what they have seen; absent where the store has none.
    async fn load(&self, threads: &[ThreadKey]) -> Result<Vec<Option<Loaded>>, StoreError>;

    /// A thread's state alone.
    async fn read(&self, thread: ThreadKey) -> Result<Option<Stored>, StoreError>;

    /// Saves a batch: all of it or nothing, durable on return. Wakes the watchers of its threads. An id that is seen
    /// again keeps its first time, an order its first answer. A term that the store does not know is
    /// [`StoreError::StaleTerm`] too: the store has lost it. The newest batch, told by its journal message, may be saved
    /// again by somebody who did not hear that it was: that changes nothing.
    async fn save(&self, batch: Arc<Save>) -> Result<(), StoreError>;

    /// Saves threads that were rebuilt from the journal: all of them or none. Checks the term alone, and leaves the head
    /// where it is.
    async fn restore(&self, lease: Lease, threads: Vec<SaveThread>) -> Result<(), StoreError>;

    /// Says that a partition holds everything up to batch `head`, in the incarnation that it had when the comparison with
    /// the journal began: sets the head. Before, a store that may have been set back saves and starts nothing in the
    /// partition. [`StoreError::NotMended`] when the incarnation is another one by now.
    async fn vouch(&self, lease: Lease, incarnation: Incarnation, head: u64) -> Result<(), StoreError>;

    /// Records that a worker begins to carry out a command, if it may: atomic with the check of epoch and revocation.
    /// [`StoreError::Unavailable`] while the store lacks the thread, or has it under an older epoch than the command's:
    /// it has lost what was saved before the command was published, and will be rebuilt. The same while nobody has
    /// vouched for the partition.
    async fn start(&self, start: Start) -> Result<Started, StoreError>;

    /// Threads of which a timer is due at `now`, each with when its earliest one was; earliest first, at most `most`.
    async fn due(&self, now: UnixMillis, most: usize) -> Result<Vec<(ThreadKey, UnixMillis)>, StoreError>;

    /// Threads that have something to notice for somebody, in no order, at most `most`.
    async fn noticed(&self, reader: Reader, most: usize) -> Result<Vec<ThreadKey>, StoreError>;

    /// Conversations for lists.
    async fn rows(&self, wanted: &Wanted) -> Result<Vec<Row>, StoreError>;

    /// One conversation.
    async fn row(&self, conversation: ConversationId) -> Result<Option<Row>, StoreError>;

    /// How many conversations are where.
    async fn counts(&self) -> Result<Vec<Count>, StoreError>;

    /// The answer to an order, if it has been decided.
    async fn order(&self, order: EventId) -> Result<Option<StoredOrder>, StoreError>;

    /// The operators' switches, as they were at most a second ago.
    async fn switches(&self) -> Result<Switches, StoreError>;

    /// Sets the switches as somebody saw them, version and all, if the store has older ones: it has lost those.
    async fn restore_switches(&self, seen: Switches) -> Result<(), StoreError>;

    /// Sets the switches if their version is still `version`; the new version is one more. `None` when it is not.
    async fn set_switches(&self, version: u64, new: Switches) -> Result<Option<Switches>, StoreError>;

    /// Marked changed after each save that a thread is in, in any process; also when saves may have been missed.
    fn watch(&self, thread: ThreadKey) -> watch::Receiver<u64>;

    /// Changes the number of partitions while nobody uses the store: each is at batch `head` then, with everything up to
    /// there. A store that knows its threads by their partitions empties itself instead, but for the operators'
    /// switches, and is rebuilt from the journal. Doing it again changes nothing else.
    async fn repartition(&self, to: u16, head: u64) -> Result<(), StoreError>;

    /// Forgets ids, answers to orders and records of starts older than `before`, and rows of conversations closed then.
    async fn forget(&self, before: UnixMillis) -> Result<(), StoreError>;
}
