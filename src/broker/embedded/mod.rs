//! The embedded broker: queues in the SQLite file, and in memory what is next of each.
//!
//! What consumers have is noted in memory alone, so a process that dies gives everything back.

mod beside;
mod consumer;
mod letters;
mod queue;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};
use wissel_channels::UnixMillis;

use super::{Broker, BrokerError, Consumer, Depth, Message, Queue};
use crate::sqlite::{self, Database};

pub use beside::BesideBroker;
use consumer::EmbeddedConsumer;
use queue::{Found, QueueState};

/// The name under which the number of partitions is kept.
const PARTITIONS: &str = "broker_partitions";

/// Queues in the SQLite file of the one process that has the data folder.
pub struct EmbeddedBroker {
    database: Database,
    queues: Arc<Mutex<HashMap<Queue, Arc<QueueState>>>>,
}

impl EmbeddedBroker {
    /// The broker in `database`. There must be one of them at a time.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, queues: Arc::default() }
    }

    /// A queue, made when it is used for the first time ever.
    async fn queue(&self, queue: &Queue) -> Result<Arc<QueueState>, BrokerError> {
        if let Some(known) = self.queues.lock().unwrap_or_else(PoisonError::into_inner).get(queue) {
            return Ok(Arc::clone(known));
        }
        let name = queue.to_string();
        let (queues, queue) = (Arc::clone(&self.queues), queue.clone());
        // Noted on the writer's thread: nothing can be published to the queue between the look and the note.
        let note = move |found: Found| {
            let mut queues = queues.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(queues.entry(queue.clone()).or_insert_with(|| Arc::new(QueueState::new(&queue, &found))))
        };
        Ok(self.database.write(move |connection| find(connection, &name), note).await?)
    }
}

#[async_trait]
impl Broker for EmbeddedBroker {
    async fn declare(&self, partitions: u16) -> Result<(), BrokerError> {
        let found = self.database.fix_number(PARTITIONS, partitions.into()).await?;
        if found == i64::from(partitions) {
            return Ok(());
        }
        let text =
            format!("it was set up with {found} partitions, the settings say {partitions}; set partitions = {found}");
        Err(BrokerError::Unusable(text))
    }

    async fn publish(&self, messages: Vec<(Queue, Message)>) -> Result<(), BrokerError> {
        let mut placed = Vec::with_capacity(messages.len());
        for (queue, message) in messages {
            placed.push((self.queue(&queue).await?, message));
        }
        let at = self.database.clock().now();
        let arrived = |placed: Vec<(Arc<QueueState>, i64, Message)>| {
            for (queue, seq, message) in placed {
                queue.arrived(seq, message);
            }
        };
        Ok(self.database.write_plain(move |connection| insert(connection, at, placed), arrived).await?)
    }

    async fn consume(&self, queue: &Queue) -> Result<Box<dyn Consumer>, BrokerError> {
        Ok(Box::new(EmbeddedConsumer::new(self.database.clone(), self.queue(queue).await?)))
    }

    async fn depth(&self, queue: &Queue) -> Result<Depth, BrokerError> {
        let queue = self.queue(queue).await?;
        let (messages, ready) = (queue.messages(), queue.ready());
        if messages == 0 {
            return Ok(Depth::default());
        }
        let (first, last) = queue.range();
        let oldest = self.database.read(move |connection| oldest(connection, first, last)).await?;
        Ok(Depth { messages, ready, oldest: oldest.map(UnixMillis) })
    }

    async fn messages(&self, queue: &Queue) -> Result<u64, BrokerError> {
        Ok(self.queue(queue).await?.messages())
    }

    /// Other processes have none: the data folder belongs to this one.
    async fn readers(&self, _queue: &Queue) -> Result<u64, BrokerError> {
        Ok(0)
    }

    async fn partitions(&self) -> Result<Option<u16>, BrokerError> {
        Ok(self.database.number(PARTITIONS).await?.and_then(|found| u16::try_from(found).ok()))
    }

    async fn repartition(&self, to: u16) -> Result<(), BrokerError> {
        if let Some(from) = self.partitions().await? {
            for partition in to..from {
                let queue = Queue::Inbound(partition);
                if self.depth(&queue).await?.messages > 0 {
                    return Err(BrokerError::Unusable(super::not_empty(&queue)));
                }
            }
        }
        Ok(self.database.set_number(PARTITIONS, to.into()).await?)
    }
}

/// Finds what is in a queue, and gives it a number if it has none.
fn find(connection: &Connection, name: &str) -> rusqlite::Result<Found> {
    connection.prepare_cached("INSERT OR IGNORE INTO broker_queues (name) VALUES (?)")?.execute([name])?;
    let (number, messages) = connection
        .prepare_cached("SELECT number, messages FROM broker_queues WHERE name = ?")?
        .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (first, last) = queue::range(number);
    let last = connection
        .prepare_cached("SELECT max(seq) FROM broker_messages WHERE seq BETWEEN ? AND ?")?
        .query_row([first, last], |row| row.get(0))?;
    Ok(Found { number, messages, last })
}

fn insert(
    connection: &Connection,
    at: UnixMillis,
    messages: Vec<(Arc<QueueState>, Message)>,
) -> rusqlite::Result<Vec<(Arc<QueueState>, i64, Message)>> {
    let mut insert =
        connection.prepare_cached("INSERT INTO broker_messages (seq, at, id, body) VALUES (?, ?, ?, ?)")?;
    let mut counts: Vec<(i64, i64)> = Vec::new();
    let mut placed = Vec::with_capacity(messages.len());
    for (queue, message) in messages {
        let seq = queue.next_seq();
        insert.execute(params![seq, at.0, message.id, &message.body[..]])?;
        match counts.iter_mut().find(|(number, _)| *number == queue.number()) {
            Some((_, count)) => *count += 1,
            None => counts.push((queue.number(), 1)),
        }
        placed.push((queue, seq, message));
    }
    for (number, count) in counts {
        queue::add(connection, number, count)?;
    }
    Ok(placed)
}

fn oldest(connection: &Connection, first: i64, last: i64) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT at FROM broker_messages WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT 1")?
        .query_row([first, last], |row| row.get(0))
        .optional()
}

impl From<sqlite::Error> for BrokerError {
    fn from(error: sqlite::Error) -> Self {
        match error {
            sqlite::Error::Damaged(_) | sqlite::Error::Panicked => Self::Unusable(error.to_string()),
            sqlite::Error::Unavailable(_) | sqlite::Error::Closed => Self::Unavailable(error.to_string()),
        }
    }
}
