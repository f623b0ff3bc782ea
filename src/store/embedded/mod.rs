//! The embedded store: threads, partitions and lists in the SQLite file.

mod code;
mod forget;
mod known;
mod lease;
mod lists;
mod present;
mod save;
mod start;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::watch;
use wissel_channels::{ConversationId, ThreadKey, UnixMillis};

use super::watchers::Watchers;
use super::{
    Count, Held, Incarnation, Lease, Loaded, Partition, Reader, Row, Save, SaveThread, Start, Started, StoreError,
    Stored, StoredOrder, ThreadStore, Wanted,
};
use crate::sqlite::{self, Database};
use crate::thread::{EventId, Switches};

use known::Known;
use present::Presence;

/// The state of threads in the SQLite file.
pub struct EmbeddedStore {
    database: Database,
    watchers: Arc<Watchers>,
    known: Arc<Known>,
}

impl EmbeddedStore {
    /// The store in `database`. Watchers see what is saved through this value and its clones of the database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, watchers: Arc::default(), known: Arc::default() }
    }

    /// Saves a batch and tells the watchers.
    async fn write_batch(&self, batch: Arc<Save>) -> Result<(), StoreError> {
        let watchers = Arc::clone(&self.watchers);
        let work = move |connection: &Connection| match save::check(connection, &batch)? {
            Ok(save::Check::Write) => save::write(connection, &batch).map(|()| Ok(batch)),
            Ok(save::Check::Written) => Ok(Ok(batch)),
            Err(refused) => Ok(Err(refused)),
        };
        let told = move |outcome: Result<Arc<Save>, StoreError>| {
            outcome.map(|batch| batch.threads.iter().for_each(|saved| watchers.changed(saved.thread)))
        };
        self.database.write_plain(work, told).await?
    }

    /// Now, and when what is held for `for_` ends.
    fn term(&self, holder: [u8; 16], for_: Duration) -> Presence {
        let now = self.database.clock().now();
        Presence { holder, now, until: now.plus(i64::try_from(for_.as_millis()).unwrap_or(i64::MAX)) }
    }
}

#[async_trait]
impl ThreadStore for EmbeddedStore {
    async fn answers(&self) -> Result<(), StoreError> {
        self.database.read(start::incarnation).await?;
        Ok(self.database.can_write().await?)
    }

    async fn incarnation(&self, _partition: u16) -> Result<Incarnation, StoreError> {
        if let Some(known) = self.known.incarnation() {
            return Ok(known);
        }
        let incarnation = match self.database.read(start::incarnation).await? {
            Some(found) => found,
            None => self.database.write(start::make_incarnation, |made| made).await?,
        };
        self.known.keep_incarnation(incarnation);
        Ok(incarnation)
    }

    async fn partition(&self, partition: u16) -> Result<Partition, StoreError> {
        Ok(self.database.read(move |connection| lease::partition(connection, partition)).await?)
    }

    async fn lease(
        &self,
        partition: u16,
        holder: [u8; 16],
        for_: Duration,
        at_least: u64,
    ) -> Result<Option<Lease>, StoreError> {
        let wish = lease::Wish { partition, who: self.term(holder, for_), at_least };
        Ok(self.database.write(move |connection| lease::take(connection, wish), |lease| lease).await?)
    }

    async fn renew(&self, lease: Lease, holder: [u8; 16], for_: Duration) -> Result<Option<Held>, StoreError> {
        let until = self.term(holder, for_).until;
        Ok(self.database.write(move |connection| lease::renew(connection, lease, holder, until), |held| held).await?)
    }

    async fn release(&self, lease: Lease, holder: [u8; 16]) -> Result<(), StoreError> {
        Ok(self.database.write(move |connection| lease::release(connection, lease, holder), |()| ()).await?)
    }

    async fn attend(&self, group: &str, holder: [u8; 16], for_: Duration) -> Result<Vec<[u8; 16]>, StoreError> {
        let (group, who) = (group.to_owned(), self.term(holder, for_));
        Ok(self.database.write(move |connection| present::attend(connection, &group, who), |all| all).await?)
    }

    async fn depart(&self, group: &str, holder: [u8; 16]) -> Result<(), StoreError> {
        let group = group.to_owned();
        Ok(self.database.write(move |connection| present::depart(connection, &group, holder), |()| ()).await?)
    }

    async fn hold_source(&self, source: &str, holder: [u8; 16], for_: Duration) -> Result<bool, StoreError> {
        let (source, who) = (source.to_owned(), self.term(holder, for_));
        Ok(self.database.write(move |connection| present::hold_source(connection, &source, who), |held| held).await?)
    }

    async fn let_go(&self, source: &str, holder: [u8; 16]) -> Result<(), StoreError> {
        let source = source.to_owned();
        Ok(self.database.write(move |connection| present::let_go(connection, &source, holder), |()| ()).await?)
    }

    async fn marks(&self, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let names = names.to_vec();
        Ok(self.database.read(move |connection| present::marks(connection, &names)).await?)
    }

    async fn set_marks(&self, marks: Vec<(String, Vec<u8>)>) -> Result<(), StoreError> {
        Ok(self.database.write(move |connection| present::set_marks(connection, &marks), |()| ()).await?)
    }

    async fn load(&self, threads: &[ThreadKey]) -> Result<Vec<Option<Loaded>>, StoreError> {
        let threads = threads.to_vec();
        let work = move |connection: &Connection| {
            threads.into_iter().map(|thread| load(connection, thread)).collect::<rusqlite::Result<_>>()
        };
        Ok(self.database.read(work).await?)
    }

    async fn read(&self, thread: ThreadKey) -> Result<Option<Stored>, StoreError> {
        Ok(self.database.read(move |connection| stored(connection, thread)).await?)
    }

    async fn save(&self, batch: Arc<Save>) -> Result<(), StoreError> {
        self.write_batch(batch).await
    }

    async fn restore(&self, lease: Lease, threads: Vec<SaveThread>) -> Result<(), StoreError> {
        let watchers = Arc::clone(&self.watchers);
        let work = move |connection: &Connection| {
            if let Err(refused) = save::check_term(connection, lease)? {
                return Ok(Err(refused));
            }
            save::write_threads(connection, &threads)?;
            Ok(Ok(threads))
        };
        let told = move |outcome: Result<Vec<SaveThread>, StoreError>| {
            outcome.map(|threads| threads.iter().for_each(|saved| watchers.changed(saved.thread)))
        };
        self.database.write(work, told).await?
    }

    async fn vouch(&self, lease: Lease, incarnation: Incarnation, head: u64) -> Result<(), StoreError> {
        let work = move |connection: &Connection| {
            if let Err(refused) = save::check_term(connection, lease)? {
                return Ok(Err(refused));
            }
            if start::incarnation(connection)? != Some(incarnation) {
                return Ok(Err(StoreError::NotMended { partition: lease.partition }));
            }
            save::set_head(connection, lease.partition, head).map(Ok)
        };
        self.database.write(work, |done| done).await?
    }

    async fn start(&self, start: Start) -> Result<Started, StoreError> {
        self.database.write_plain(move |connection| start::start(connection, &start), |started| started).await?
    }

    async fn due(&self, now: UnixMillis, most: usize) -> Result<Vec<(ThreadKey, UnixMillis)>, StoreError> {
        let work = move |connection: &Connection| {
            let sql = "SELECT thread, due FROM store_threads WHERE due <= ? ORDER BY due LIMIT ?";
            let mut statement = connection.prepare_cached(sql)?;
            let thread = |row: &rusqlite::Row<'_>| Ok((ThreadKey(row.get(0)?), UnixMillis(row.get(1)?)));
            statement.query_map(params![now.0, code::limit(most)], thread)?.collect::<rusqlite::Result<_>>()
        };
        Ok(self.database.read(work).await?)
    }

    async fn noticed(&self, reader: Reader, most: usize) -> Result<Vec<ThreadKey>, StoreError> {
        Ok(self.database.read(move |connection| lists::noticed(connection, reader, most)).await?)
    }

    async fn rows(&self, wanted: &Wanted) -> Result<Vec<Row>, StoreError> {
        let wanted = wanted.clone();
        Ok(self.database.read(move |connection| lists::rows(connection, &wanted)).await?)
    }

    async fn row(&self, conversation: ConversationId) -> Result<Option<Row>, StoreError> {
        Ok(self.database.read(move |connection| lists::row(connection, conversation)).await?)
    }

    async fn counts(&self) -> Result<Vec<Count>, StoreError> {
        Ok(self.database.read(lists::counts).await?)
    }

    async fn order(&self, order: EventId) -> Result<Option<StoredOrder>, StoreError> {
        Ok(self.database.read(move |connection| lists::order(connection, order)).await?)
    }

    async fn switches(&self) -> Result<Switches, StoreError> {
        if let Some(known) = self.known.switches() {
            return Ok(known);
        }
        let asked = Instant::now();
        let read = self.database.read(lists::switches).await?;
        self.known.keep_switches(asked, &read);
        Ok(read)
    }

    async fn restore_switches(&self, seen: Switches) -> Result<(), StoreError> {
        let known = Arc::clone(&self.known);
        let then = move |there: Switches| known.keep_switches(Instant::now(), &there);
        Ok(self.database.write(move |connection| lists::restore_switches(connection, seen), then).await?)
    }

    async fn set_switches(&self, version: u64, new: Switches) -> Result<Option<Switches>, StoreError> {
        let work = move |connection: &Connection| lists::set_switches(connection, version, new);
        let known = Arc::clone(&self.known);
        let then = move |set: Option<Switches>| set.inspect(|switches| known.keep_switches(Instant::now(), switches));
        Ok(self.database.write(work, then).await?)
    }

    fn watch(&self, thread: ThreadKey) -> watch::Receiver<u64> {
        self.watchers.watch(thread)
    }

    async fn repartition(&self, to: u16, head: u64) -> Result<(), StoreError> {
        Ok(self.database.write(move |connection| lease::repartition(connection, to, head), |()| ()).await?)
    }

    async fn forget(&self, before: UnixMillis) -> Result<(), StoreError> {
        Ok(forget::forget(&self.database, before).await?)
    }
}

fn stored(connection: &Connection, thread: ThreadKey) -> rusqlite::Result<Option<Stored>> {
    connection
        .prepare_cached("SELECT sealed, key FROM store_threads WHERE thread = ?")?
        .query_row([thread.0], |row| Ok(Stored { sealed: row.get(0)?, key: row.get(1)? }))
        .optional()
}

fn load(connection: &Connection, thread: ThreadKey) -> rusqlite::Result<Option<Loaded>> {
    let Some(stored) = stored(connection, thread)? else { return Ok(None) };
    let mut statement = connection.prepare_cached("SELECT event FROM store_seen WHERE thread = ?")?;
    let seen = statement.query_map([thread.0], |row| row.get(0).map(EventId))?.collect::<rusqlite::Result<_>>()?;
    Ok(Some(Loaded { stored, seen }))
}

impl From<sqlite::Error> for StoreError {
    fn from(error: sqlite::Error) -> Self {
        match error {
            sqlite::Error::Damaged(_) | sqlite::Error::Panicked => Self::Unusable(error.to_string()),
            sqlite::Error::Unavailable(_) | sqlite::Error::Closed => Self::Unavailable(error.to_string()),
        }
    }
}
