//! The embedded journal: decisions, keys and blobs in the SQLite file.

mod append;
mod look;
mod repartition;

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use rusqlite::Connection;
use wissel_channels::{ConversationId, ThreadKey};

use super::{Batch, History, Journal, JournalError, Order, Placed, Reach, fixed_partitions};
use crate::sqlite::{self, Database};

/// The name under which the number of partitions is kept.
const PARTITIONS: &str = "journal_partitions";

/// Everything that was decided, in the SQLite file.
pub struct EmbeddedJournal {
    database: Database,
}

impl EmbeddedJournal {
    /// The journal in `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, JournalError> {
        Ok(self.database.read(work).await?)
    }
}

#[async_trait]
impl Journal for EmbeddedJournal {
    async fn declare(&self, partitions: u16) -> Result<(), JournalError> {
        fixed_partitions(self.database.fix_number(PARTITIONS, partitions.into()).await?, partitions)
    }

    async fn partitions(&self) -> Result<Option<u16>, JournalError> {
        Ok(self.database.number(PARTITIONS).await?.and_then(|found| u16::try_from(found).ok()))
    }

    async fn repartition(&self, to: u16, head: u64) -> Result<(), JournalError> {
        Ok(self.database.write(move |connection| repartition::repartition(connection, to, head), |()| ()).await?)
    }

    async fn fix(&self, name: &'static str, value: i64) -> Result<i64, JournalError> {
        Ok(self.database.fix_number(name, value).await?)
    }

    async fn append(&self, orders: Vec<Order>) -> Result<Vec<Batch>, JournalError> {
        let now = self.database.clock().now();
        Ok(self.database.write_plain(move |connection| append::append(connection, orders, now), |late| late).await?)
    }

    async fn reach(&self) -> Result<Vec<Reach>, JournalError> {
        self.read(look::reach).await
    }

    async fn has_barrier(&self, barrier: [u8; 16]) -> Result<bool, JournalError> {
        self.read(move |connection| look::has_barrier(connection, barrier)).await
    }

    async fn thread(&self, thread: ThreadKey) -> Result<Vec<Placed>, JournalError> {
        self.read(move |connection| look::thread(connection, thread)).await
    }

    async fn histories(&self, threads: &[ThreadKey]) -> Result<Vec<History>, JournalError> {
        let threads = threads.to_vec();
        self.read(move |connection| look::histories(connection, &threads)).await
    }

    async fn threads(
        &self,
        partition: u16,
        after: Option<ThreadKey>,
        most: usize,
    ) -> Result<Vec<ThreadKey>, JournalError> {
        self.read(move |connection| look::threads(connection, partition, after, most)).await
    }

    async fn changed(&self, partition: u16, head: u64) -> Result<Vec<ThreadKey>, JournalError> {
        self.read(move |connection| look::changed(connection, partition, head)).await
    }

    async fn conversation(&self, conversation: ConversationId) -> Result<Option<ThreadKey>, JournalError> {
        self.read(move |connection| look::conversation(connection, conversation)).await
    }

    async fn key(&self, thread: ThreadKey) -> Result<Option<Vec<u8>>, JournalError> {
        self.read(move |connection| look::key(connection, thread)).await
    }

    async fn blob(&self, hash: [u8; 16]) -> Result<Option<Vec<u8>>, JournalError> {
        self.read(move |connection| look::blob(connection, hash)).await
    }
}

impl From<sqlite::Error> for JournalError {
    fn from(error: sqlite::Error) -> Self {
        match error {
            sqlite::Error::Damaged(_) | sqlite::Error::Panicked => Self::Unusable(error.to_string()),
            sqlite::Error::Unavailable(_) | sqlite::Error::Closed => Self::Unavailable(error.to_string()),
        }
    }
}
