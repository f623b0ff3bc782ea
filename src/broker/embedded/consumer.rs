//! A consumer of the embedded broker.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::{Notify, OwnedSemaphorePermit};

use super::queue::{self, Claim, QueueState};
use crate::broker::{BrokerError, Consumer, Delivery};
use crate::sqlite::{Database, HandedIn};

/// A reader of one queue.
pub(super) struct EmbeddedConsumer {
    database: Database,
    queue: Arc<QueueState>,
    /// What it has taken and not acknowledged.
    taken: HashSet<i64>,
    /// The acknowledgement that was handed in last, while nobody has waited for it.
    leaving: Option<HandedIn<()>>,
    /// Held by the one consumer of an exclusive queue, from its first `take` on.
    turn: Option<OwnedSemaphorePermit>,
}

impl EmbeddedConsumer {
    pub(super) fn new(database: Database, queue: Arc<QueueState>) -> Self {
        Self { database, queue, taken: HashSet::new(), leaving: None, turn: None }
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
                Claim::InFile(gap) => {
                    // Whoever else waits is to look too, should this `take` be dropped here.
                    let _pass_on = PassOn(&self.queue.wake);
                    let most = self.queue.most_bytes;
                    let (read, found) = self.database.read(move |c| queue::read(c, gap, most)).await?;
                    self.queue.loaded(gap, read, found);
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
        if let Some(before) = self.leaving.take() {
            before.durable().await?;
        }
        for seq in &seqs {
            self.taken.remove(seq);
        }
        let number = self.queue.number();
        let leaving = Leaving { queue: Arc::clone(&self.queue), seqs: seqs.clone() };
        let work = move |connection: &Connection| delete(connection, number, &seqs);
        let handed_in = self.database.hand_in(work, move |deleted| leaving.gone(deleted)).await?;
        // The one consumer of a queue goes on meanwhile: should the process die, what comes again is known.
        if self.turn.is_some() {
            self.leaving = Some(handed_in);
            return Ok(());
        }
        Ok(handed_in.durable().await?)
    }
}

impl Drop for EmbeddedConsumer {
    fn drop(&mut self) {
        // Before the turn passes on, which happens when the fields are dropped.
        self.queue.give_back(&self.taken);
    }
}

/// Messages that are on their way out of the file. If they do not get out, they are given back.
struct Leaving {
    queue: Arc<QueueState>,
    seqs: Vec<i64>,
}

impl Leaving {
    /// They are gone; `deleted` of them were there.
    fn gone(mut self, deleted: usize) {
        self.queue.acknowledged(&std::mem::take(&mut self.seqs), deleted);
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.queue.give_back(&self.seqs.iter().copied().collect());
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
