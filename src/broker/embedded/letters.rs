//! Letters: what other processes want of the daemon that has the data folder: publish this, take that out.
//!
//! One process alone writes the queues, because it knows in memory what is in them. Others leave letters in a table of
//! their own and wait until they are gone.

use std::time::Duration;

use rusqlite::{Connection, params};
use tokio_util::sync::CancellationToken;

use super::{EmbeddedBroker, queue};
use crate::broker::{BrokerError, Message, Queue};

/// How often the daemon looks for letters.
const LOOK: Duration = Duration::from_millis(500);
/// How many letters it takes up at once.
const MOST: i64 = 256;

/// What a letter asks for.
pub(super) enum Letter {
    /// Publish a message.
    Publish(Queue, Message),
    /// Take a message out of the queue of the dead, by its `seq`.
    TakeOut(i64),
}

/// Writes letters; gives the number of the last.
pub(super) fn write(connection: &Connection, letters: &[Letter]) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO broker_letters (queue, id, body, gone) VALUES (?, ?, ?, ?)";
    let mut insert = connection.prepare_cached(sql)?;
    for letter in letters {
        match letter {
            Letter::Publish(queue, message) => {
                insert.execute(params![queue.to_string(), message.id, &message.body[..], None::<i64>])?
            }
            Letter::TakeOut(seq) => insert.execute(params![None::<String>, None::<Vec<u8>>, None::<Vec<u8>>, seq])?,
        };
    }
    Ok(connection.last_insert_rowid())
}

/// Whether a letter still waits.
pub(super) fn waits(connection: &Connection, number: i64) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM broker_letters WHERE number <= ?")?.exists([number])
}

/// The oldest letters with their numbers; those that nobody understands are passed over.
fn read(connection: &Connection) -> rusqlite::Result<Vec<(i64, Option<Letter>)>> {
    let sql = "SELECT number, queue, id, body, gone FROM broker_letters ORDER BY number LIMIT ?";
    let mut statement = connection.prepare_cached(sql)?;
    let letters = statement.query_map([MOST], |row| {
        let number = row.get(0)?;
        if let Some(seq) = row.get(4)? {
            return Ok((number, Some(Letter::TakeOut(seq))));
        }
        let queue: Option<Queue> = row.get::<_, String>(1)?.parse().ok();
        let message = Message { id: row.get(2)?, body: row.get::<_, Vec<u8>>(3)?.into() };
        Ok((number, queue.map(|queue| Letter::Publish(queue, message))))
    })?;
    letters.collect()
}

impl EmbeddedBroker {
    /// Takes up letters until told to stop.
    pub async fn take_letters(&self, stop: CancellationToken) -> Result<(), BrokerError> {
        let mut ticks = tokio::time::interval(LOOK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = ticks.tick() => while self.take_up().await? {},
            }
        }
    }

    /// Does what the oldest letters ask for; `false` when there are none.
    async fn take_up(&self) -> Result<bool, BrokerError> {
        use crate::broker::Broker;
        let letters = self.database.read(read).await?;
        let Some((last, _)) = letters.last() else { return Ok(false) };
        let (last, mut messages, mut gone) = (*last, Vec::new(), Vec::new());
        for (_, letter) in letters {
            match letter {
                Some(Letter::Publish(queue, message)) => messages.push((queue, message)),
                Some(Letter::TakeOut(seq)) => gone.push(seq),
                None => tracing::warn!("a letter to the broker names no queue of this release: passed over"),
            }
        }
        // First: whoever asks to take a message out has put it elsewhere before.
        self.publish(messages).await?;
        let dead = self.queue(&Queue::Dead).await?;
        let number = dead.number();
        let work = move |connection: &Connection| {
            let mut taken = 0;
            for seq in &gone {
                let delete = "DELETE FROM broker_messages WHERE seq = ?";
                taken += connection.prepare_cached(delete)?.execute([seq])?;
            }
            queue::add(connection, number, -i64::try_from(taken).unwrap_or(0))?;
            connection.prepare_cached("DELETE FROM broker_letters WHERE number <= ?")?.execute([last])?;
            Ok((gone, taken))
        };
        let done = move |(gone, taken): (Vec<i64>, usize)| dead.taken_out(&gone, taken);
        self.database.write(work, done).await?;
        Ok(true)
    }
}
