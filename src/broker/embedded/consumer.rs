//! A consumer of the embedded broker.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::{Notify, OwnedSemaphorePermit};

use super::queue::{self, Claim, QueueState};
use crate::broker::{BrokerError, Consumer, Delivery};
use crate::sqlite::Database;

/// A reader of one queue.
pub(super) struct EmbeddedConsumer {
    database: Database,
    queue: Arc<QueueState>,
    /// What it has taken and not acknowledged.
    taken: HashSet<i64>,
    /// Held by the one consumer of an exclusive queue, from its first `take` on.
    turn: Option<OwnedSemaphorePermit>,
}

impl EmbeddedConsumer {
    pub(super) fn new(database: Database, queue: Arc<QueueState>) -> Self {
        Self { database, queue, taken: HashSet::new(), turn: None }
    }

    async fn wait_for_turn(&mut self) -> Result<(), BrokerError> {
        if let (Some(turn), None) = (&self.queue.turn, &self.turn) {
            let permit = Arc::clone(turn).acquire_owned().await;
            self.turn = Some(permit.map_err(|_| BrokerError::Unavailable("the queue is closed".to_owned()))?);
        }
        Ok(())
    }
}

#[async_trait]
impl Consumer for EmbeddedConsumer {
    async fn take(&mut self, most: usize) -> Result<Vec<Delivery>, BrokerError> {
        self.wait_for_turn().await?;
        loop {
            match self.queue.claim(most) {
                Claim::Some(deliveries) => {
                    self.taken.extend(deliveries.iter().map(|delivery| delivery.tag.cast_signed()));
                    return Ok(deliveries);
                }
                Claim::InFile(from, to) => {
                    // Whoever else waits is to look too, should this `take` be dropped here.
                    let _pass_on = PassOn(&self.queue.wake);
                    let (read, found) = self.database.read(move |c| queue::read(c, from, to)).await?;
                    self.queue.loaded(from, read, found);
                }
                Claim::Nothing => self.queue.wake.notified().await,
            }
        }
    }

    async fn ack(&mut self, deliveries: Vec<Delivery>) -> Result<(), BrokerError> {
        let tags = deliveries.iter().map(|delivery| delivery.tag.cast_signed());
        let mut seqs: Vec<i64> = tags.filter(|seq| self.taken.contains(seq)).collect();
        if seqs.is_empty() {
            return Ok(());
        }
        seqs.sort_unstable();
        let queue = Arc::clone(&self.queue);
        let number = queue.number();
        let work = move |connection: &Connection| Ok((delete(connection, number, &seqs)?, seqs));
        let done = move |(deleted, seqs): (usize, Vec<i64>)| {
            queue.acknowledged(&seqs, deleted);
            seqs
        };
        for seq in self.database.write_plain(work, done).await? {
            self.taken.remove(&seq);
        }
        Ok(())
    }
}

impl Drop for EmbeddedConsumer {
    fn drop(&mut self) {
        // Before the turn passes on, which happens when the fields are dropped.
        self.queue.give_back(&self.taken);
    }
}

/// Wakes another consumer when it is dropped.
struct PassOn<'a>(&'a Notify);

impl Drop for PassOn<'_> {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// Deletes messages, a run of neighbours at once. `seqs` is sorted.
fn delete(connection: &Connection, number: i64, seqs: &[i64]) -> rusqlite::Result<usize> {
    let mut statement = connection.prepare_cached("DELETE FROM broker_messages WHERE seq BETWEEN ? AND ?")?;
    let mut deleted = 0;
    for run in seqs.chunk_by(|a, b| a + 1 == *b) {
        deleted += statement.execute([run[0], run[run.len() - 1]])?;
    }
    queue::add(connection, number, -i64::try_from(deleted).unwrap_or(0))?;
    Ok(deleted)
}
