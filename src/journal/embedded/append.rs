//! Writing into the journal.

use std::collections::HashSet;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use wissel_channels::{ThreadKey, UnixMillis};

use super::look;
use crate::journal::{BARRIER_DAYS, Batch, Entry, Judged, Known, Order};

/// How many milliseconds a barrier is kept.
const BARRIER_MILLIS: i64 = BARRIER_DAYS as i64 * 24 * 60 * 60 * 1000;

/// Writes orders, in order; gives back the batches that came too late.
pub(super) fn append(connection: &Connection, orders: Vec<Order>, now: UnixMillis) -> rusqlite::Result<Vec<Batch>> {
    let mut late = Vec::new();
    for order in orders {
        match order {
            Order::Barrier(barrier) => append_barrier(connection, barrier, now)?,
            Order::Append(batch) => match judge(connection, &batch)? {
                Judged::New => append_batch(connection, &batch)?,
                Judged::There => {}
                Judged::Late => late.push(batch),
            },
        }
    }
    Ok(late)
}

fn append_barrier(connection: &Connection, barrier: [u8; 16], now: UnixMillis) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM journal_waits WHERE at < ?")?.execute([now.0 - BARRIER_MILLIS])?;
    connection
        .prepare_cached("INSERT OR IGNORE INTO journal_waits (barrier, at) VALUES (?, ?)")?
        .execute(params![barrier, now.0])
        .map(|_| ())
}

/// Says what is to become of a batch, and notes a new term.
fn judge(connection: &Connection, batch: &Batch) -> rusqlite::Result<Judged> {
    let mut known = Known::default();
    let there: Option<i64> = connection
        .prepare_cached("SELECT term FROM journal_batches WHERE partition = ? AND head = ?")?
        .query_row(params![batch.partition, batch.head.cast_signed()], |row| row.get(0))
        .optional()?;
    if let Some(term) = there {
        known.batch(batch.partition, batch.head, term.cast_unsigned());
    }
    let term = look::term(connection, batch.partition)?;
    known.partition(batch.partition, term, 0);
    let judged = known.judge(batch);
    if batch.term > term && known.moved().next().is_some() {
        connection
            .prepare_cached("INSERT OR REPLACE INTO journal_terms (partition, term) VALUES (?, ?)")?
            .execute(params![batch.partition, batch.term.cast_signed()])?;
    }
    Ok(judged)
}

fn append_batch(connection: &Connection, batch: &Batch) -> rusqlite::Result<()> {
    // Before the entries, so that a thread's row is written once.
    append_keys_and_blobs(connection, batch)?;
    let newest: Option<i64> = connection
        .prepare_cached("SELECT seq FROM journal_entries ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let mut seq = newest.unwrap_or(0);
    let first = seq + 1;
    // Those of new threads were noted with their keys.
    let new: HashSet<ThreadKey> = batch.keys.iter().map(|key| key.thread).collect();
    let mut often = Often::new(connection)?;
    for entry in &batch.entries {
        seq += 1;
        often.append(seq, batch, entry)?;
        if !new.contains(&entry.thread) {
            append_thread(connection, batch.partition, entry.thread)?;
        }
    }
    connection
        .prepare_cached("INSERT INTO journal_batches (partition, head, term, first, last) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![batch.partition, batch.head.cast_signed(), batch.term.cast_signed(), first, seq])?;
    Ok(())
}

/// The statements that every entry needs: looked up once a batch.
struct Often<'a> {
    entry: CachedStatement<'a>,
    conversation: CachedStatement<'a>,
}

impl<'a> Often<'a> {
    fn new(connection: &'a Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            entry: connection.prepare_cached(
                "INSERT INTO journal_entries (seq, thread, head, event, conversation, at, sealed)
                VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?,
            conversation: connection
                .prepare_cached("INSERT OR IGNORE INTO journal_conversations (conversation, thread) VALUES (?, ?)")?,
        })
    }

    fn append(&mut self, seq: i64, batch: &Batch, entry: &Entry) -> rusqlite::Result<()> {
        self.entry.execute(params![
            seq,
            entry.thread.0,
            batch.head.cast_signed(),
            entry.event.0,
            entry.conversation.map(|conversation| conversation.0),
            entry.at.0,
            entry.sealed,
        ])?;
        if let Some(conversation) = entry.conversation {
            self.conversation.execute(params![conversation.0, entry.thread.0])?;
        }
        Ok(())
    }
}

/// Notes a thread, whose key may come later.
fn append_thread(connection: &Connection, partition: u16, thread: ThreadKey) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO journal_threads (thread, partition) VALUES (?, ?)")?
        .execute(params![thread.0, partition])
        .map(|_| ())
}

fn append_keys_and_blobs(connection: &Connection, batch: &Batch) -> rusqlite::Result<()> {
    // The first key stays: there are entries that only it opens.
    let sql = "INSERT INTO journal_threads (thread, partition, wrapped) VALUES (?1, ?2, ?3)
        ON CONFLICT (thread) DO UPDATE SET wrapped = ?3 WHERE wrapped IS NULL";
    let mut keys = connection.prepare_cached(sql)?;
    for key in &batch.keys {
        keys.execute(params![key.thread.0, batch.partition, key.wrapped])?;
    }
    let sql = "INSERT OR IGNORE INTO journal_blobs (hash, bytes) VALUES (?, ?)";
    for blob in &batch.blobs {
        connection.prepare_cached(sql)?.execute(params![blob.hash, blob.bytes])?;
    }
    Ok(())
}
