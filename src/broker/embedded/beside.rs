//! The embedded broker as another process sees it, beside the daemon that has the data folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension};

use super::letters::{self, Letter};
use super::queue;
use crate::broker::{Broker, BrokerError, Consumer, Delivery, Depth, Message, Queue};
use crate::sqlite::{self, Database};

/// How long the daemon may take to take up a letter.
const TAKEN_UP: Duration = Duration::from_secs(10);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Reads the queues of a daemon that runs, and asks it to publish and to take out. Only the queue of the dead can be
/// consumed.
pub struct BesideBroker {
    folder: PathBuf,
    database: Database,
}

impl BesideBroker {
    /// Beside the daemon that has `folder`; `database` is its file, opened for reading.
    #[must_use]
    pub fn new(folder: &Path, database: Database) -> Self {
        Self { folder: folder.to_owned(), database }
    }
}

/// Leaves letters, and waits until the daemon has taken them up.
async fn ask(folder: &Path, database: &Database, letters: Vec<Letter>) -> Result<(), BrokerError> {
    let last = sqlite::write_beside(folder, move |connection| letters::write(connection, &letters)).await?;
    let taken_up = async {
        while database.read(move |connection| letters::waits(connection, last)).await? {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    };
    let late = || {
        let seconds = TAKEN_UP.as_secs();
        BrokerError::Unavailable(format!(
            "the daemon that has the data folder has not done it within {seconds} s; it will when it can"
        ))
    };
    tokio::time::timeout(TAKEN_UP, taken_up).await.unwrap_or_else(|_| Err(late()))
}

#[async_trait]
impl Broker for BesideBroker {
    async fn declare(&self, _partitions: u16) -> Result<(), BrokerError> {
        Ok(())
    }

    async fn publish(&self, messages: Vec<(Queue, Message)>) -> Result<(), BrokerError> {
        let letters = messages.into_iter().map(|(queue, message)| Letter::Publish(queue, message)).collect();
        ask(&self.folder, &self.database, letters).await
    }

    async fn consume(&self, queue: &Queue) -> Result<Box<dyn Consumer>, BrokerError> {
        if *queue != Queue::Dead {
            let text = format!("{queue} belongs to the daemon that has the data folder; stop that one first");
            return Err(BrokerError::Unusable(text));
        }
        Ok(Box::new(BesideConsumer { folder: self.folder.clone(), database: self.database.clone(), after: 0 }))
    }

    async fn depth(&self, queue: &Queue) -> Result<Depth, BrokerError> {
        let name = queue.to_string();
        let messages = move |connection: &Connection| {
            let sql = "SELECT messages FROM broker_queues WHERE name = ?";
            connection.prepare_cached(sql)?.query_row([name], |row| row.get::<_, i64>(0)).optional()
        };
        let messages = self.database.read(messages).await?.unwrap_or(0);
        let messages = u64::try_from(messages).unwrap_or(0);
        // What consumers of the daemon have of them is not known here.
        Ok(Depth { messages, ready: messages, oldest: None })
    }

    async fn readers(&self, _queue: &Queue) -> Result<u64, BrokerError> {
        Err(not_ours())
    }

    async fn partitions(&self) -> Result<Option<u16>, BrokerError> {
        Err(not_ours())
    }

    async fn repartition(&self, _to: u16) -> Result<(), BrokerError> {
        Err(not_ours())
    }
}

fn not_ours() -> BrokerError {
    BrokerError::Unusable("a daemon has the data folder; stop it first".to_owned())
}

struct BesideConsumer {
    folder: PathBuf,
    database: Database,
    /// The last message that was given.
    after: i64,
}

#[async_trait]
impl Consumer for BesideConsumer {
    async fn take(&mut self, most: usize) -> Result<Vec<Delivery>, BrokerError> {
        loop {
            let after = self.after;
            let found = self.database.read(move |connection| read(connection, after, most)).await?;
            if let Some((last, _)) = found.last() {
                self.after = *last;
                let delivery =
                    |(seq, message): (i64, Message)| Delivery { message, redelivered: true, tag: seq.cast_unsigned() };
                return Ok(found.into_iter().map(delivery).collect());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn ack(&mut self, deliveries: Vec<Delivery>) -> Result<(), BrokerError> {
        let letters = deliveries.iter().map(|delivery| Letter::TakeOut(delivery.tag.cast_signed())).collect();
        ask(&self.folder, &self.database, letters).await
    }
}

/// The dead after `after`, at most `most`.
fn read(connection: &Connection, after: i64, most: usize) -> rusqlite::Result<Vec<(i64, Message)>> {
    let number: Option<i64> = connection
        .prepare_cached("SELECT number FROM broker_queues WHERE name = ?")?
        .query_row([Queue::Dead.to_string()], |row| row.get(0))
        .optional()?;
    let Some(number) = number else { return Ok(Vec::new()) };
    let (first, last) = queue::range(number);
    let sql = "SELECT seq, id, body FROM broker_messages WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?";
    let mut statement = connection.prepare_cached(sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map([after.max(first), last, most], |row| {
        Ok((row.get(0)?, Message { id: row.get(1)?, body: row.get::<_, Vec<u8>>(2)?.into() }))
    })?;
    rows.collect()
}
