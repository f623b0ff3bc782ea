//! SQLite: one file that the embedded broker, store and journal share. One thread writes, a few read.
//!
//! Writes that wait together are committed together; whoever is alone never waits for others to come. A write is
//! durable when it returns. The file can be read by other processes beside the one that writes.

mod error;
mod folder;
mod open;
mod readers;
mod schema;
mod writer;

#[cfg(test)]
pub(crate) mod tests;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::oneshot;
use wissel_channels::Clock;

pub use error::{Error, OpenError};
pub use folder::FolderLock;

use readers::Readers;
use writer::{Task, Writer};

/// The name of the file in the data folder.
pub const FILE: &str = "wissel.db";

/// The file, open. Cloning shares it; it is closed when the last clone is dropped, after what was given to it is done.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

/// A write that somebody has handed in and not asked about.
pub struct HandedIn<R>(oneshot::Receiver<Result<R, Error>>);

impl<R> HandedIn<R> {
    /// Waits until it is durable.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub async fn durable(self) -> Result<R, Error> {
        self.0.await.map_err(|_| Error::Closed)?
    }
}

struct Inner {
    // Dropped in this order: the last connection to close is the writer's, which clears the log away.
    readers: Readers,
    writer: Option<Writer>,
    clock: Clock,
    /// Whether the last write failed.
    failing: AtomicBool,
}

/// The name of a number that is written to see whether the file can be.
const TRIED: &str = "tried";

impl Database {
    /// Opens the file in `folder` for the one process that writes it; makes folder and file when they are missing.
    /// Blocks; hold the [`FolderLock`] first.
    ///
    /// # Errors
    /// When the file cannot be made or written, is damaged, or was written by a newer version.
    pub fn open(folder: &Path, clock: Clock) -> Result<Self, OpenError> {
        folder::make(folder)?;
        let file = folder::make_file(folder, FILE)?;
        let writer = Writer::start(open::writer(&file)?).map_err(|source| OpenError::Thread { source })?;
        Ok(Self(Arc::new(Inner {
            readers: Self::readers(&file)?,
            writer: Some(writer),
            clock,
            failing: AtomicBool::default(),
        })))
    }

    /// Opens the file in `folder` for reading, beside the process that writes it. Blocks.
    ///
    /// # Errors
    /// When it is not there or cannot be read, is damaged, or was written by another version.
    pub fn open_reader(folder: &Path, clock: Clock) -> Result<Self, OpenError> {
        let file = folder.join(FILE);
        if !file.exists() {
            return Err(OpenError::Missing { file });
        }
        open::check_reader(&file)?;
        Ok(Self(Arc::new(Inner {
            readers: Self::readers(&file)?,
            writer: None,
            clock,
            failing: AtomicBool::default(),
        })))
    }

    fn readers(file: &Path) -> Result<Readers, OpenError> {
        let connections = (0..readers::THREADS).map(|_| open::reader(file)).collect::<Result<_, _>>()?;
        Readers::start(connections).map_err(|source| OpenError::Thread { source })
    }

    /// The clock that it was opened with.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Runs `work` in a transaction that it shares with what waits beside it, and returns once that is durable. When
    /// `work` fails, nothing of it is written. `then` turns its outcome into the answer, on the writer's thread, in the
    /// order of the writes, also when the caller does not wait any more.
    ///
    /// # Errors
    /// When it was not written; unless the error is [`Error::Closed`], which leaves it open.
    pub async fn write<T: Send + 'static, R: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(T) -> R + Send + 'static,
    ) -> Result<R, Error> {
        self.submit(work, true, then).await
    }

    /// The same for work that can only fail when the file does: then all that waited beside it fails with it. It costs
    /// less: nothing keeps a copy of each page that the work touches.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub async fn write_plain<T: Send + 'static, R: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(T) -> R + Send + 'static,
    ) -> Result<R, Error> {
        self.submit(work, false, then).await
    }

    /// The same without waiting for it: what comes of it can be asked for later. It stands in its place among the writes.
    ///
    /// # Errors
    /// When it was not handed in.
    pub async fn hand_in<T: Send + 'static, R: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(T) -> R + Send + 'static,
    ) -> Result<HandedIn<R>, Error> {
        let writer = self.0.writer.as_ref().ok_or(Error::Closed)?;
        let (reply, answer) = oneshot::channel();
        writer.submit(Box::new(Task::new(work, false, then, reply))).await?;
        Ok(HandedIn(answer))
    }

    async fn submit<T: Send + 'static, R: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        stands_alone: bool,
        then: impl FnOnce(T) -> R + Send + 'static,
    ) -> Result<R, Error> {
        let writer = self.0.writer.as_ref().ok_or(Error::Closed)?;
        let (reply, answer) = oneshot::channel();
        writer.submit(Box::new(Task::new(work, stands_alone, then, reply))).await?;
        let outcome = answer.await.map_err(|_| Error::Closed)?;
        self.0.failing.store(outcome.is_err(), Ordering::Relaxed);
        outcome
    }

    /// Whether it can be written. Asked often: the disk is left alone unless the last write failed.
    ///
    /// # Errors
    /// When it cannot, as when the disk is full.
    pub async fn can_write(&self) -> Result<(), Error> {
        if self.0.failing.load(Ordering::Relaxed) { self.set_number(TRIED, self.clock().now().0).await } else { Ok(()) }
    }

    /// Runs `work` on a connection that can only read; it sees all writes that have returned.
    ///
    /// # Errors
    /// When it fails.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let job = move |connection: &Connection| {
            // Nobody may be waiting any more.
            let _ = reply.send(writer::unharmed(|| work(connection)));
        };
        self.0.readers.submit(Box::new(job)).await?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Keeps `number` under `name` if nothing is there yet, and gives what is there.
    ///
    /// # Errors
    /// When it was not written.
    pub async fn fix_number(&self, name: &'static str, number: i64) -> Result<i64, Error> {
        let work = move |connection: &Connection| {
            connection.execute("INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)", params![name, number])?;
            connection.query_row("SELECT value FROM meta WHERE name = ?", [name], |row| row.get(0))
        };
        match self.read(move |c| number_at(c, name)).await? {
            Some(found) => Ok(found),
            None => self.write(work, |found| found).await,
        }
    }

    /// The number under `name`, if there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn number(&self, name: &'static str) -> Result<Option<i64>, Error> {
        self.read(move |connection| number_at(connection, name)).await
    }

    /// Puts `number` under `name`, whatever is there.
    ///
    /// # Errors
    /// When it was not written.
    pub async fn set_number(&self, name: &'static str, number: i64) -> Result<(), Error> {
        self.write(move |connection| put_number(connection, name, number), |()| ()).await
    }
}

/// Runs `work` in a transaction of its own on the file in `folder`, beside the process that has it; durable on return.
///
/// # Errors
/// When it was not written.
pub async fn write_beside<T: Send + 'static>(
    folder: &Path,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let file = folder.join(FILE);
    let writing = tokio::task::spawn_blocking(move || {
        let mut connection = open::beside(&file)?;
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    });
    writing.await.map_err(|_| Error::Closed)?
}

/// Puts `number` under `name`, as a part of something larger.
pub fn put_number(connection: &Connection, name: &str, number: i64) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)";
    connection.execute(sql, params![name, number]).map(|_| ())
}

/// The number under `name`, as a part of something larger.
pub fn number_at(connection: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    connection.query_row("SELECT value FROM meta WHERE name = ?", [name], |row| row.get(0)).optional()
}
