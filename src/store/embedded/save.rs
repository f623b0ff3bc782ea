//! Saving a batch of a partition.

use rusqlite::{CachedStatement, Connection, params};

use super::{code, lease};
use crate::routing::{Language, QueueName};
use crate::store::{Lease, Row, Save, SaveThread, StoreError};

/// What is to be done with a batch.
pub(super) enum Check {
    /// It is to be written.
    Write,
    /// It was written already.
    Written,
}

/// Whether a batch may be written: under the newest term and right after the head.
pub(super) fn check(connection: &Connection, batch: &Save) -> rusqlite::Result<Result<Check, StoreError>> {
    let partition = batch.lease.partition;
    if let Err(refused) = check_term(connection, batch.lease)? {
        return Ok(Err(refused));
    }
    let (_, head) = lease::terms(connection, partition)?;
    if head.checked_add(1) != Some(batch.head) {
        if head == batch.head && lease::partition(connection, partition)?.journal.as_deref() == Some(&batch.journal[..])
        {
            return Ok(Ok(Check::Written));
        }
        let expected = batch.head.saturating_sub(1);
        return Ok(Err(StoreError::WrongHead { partition, expected, found: head }));
    }
    Ok(Ok(Check::Write))
}

/// Whether a lease has the newest term.
pub(super) fn check_term(connection: &Connection, lease: Lease) -> rusqlite::Result<Result<(), StoreError>> {
    let Lease { partition, term: ours } = lease;
    let (newest, _) = lease::terms(connection, partition)?;
    Ok(if newest == ours { Ok(()) } else { Err(StoreError::StaleTerm { partition, ours, newest }) })
}

/// Writes a batch.
pub(super) fn write(connection: &Connection, batch: &Save) -> rusqlite::Result<()> {
    set_head(connection, batch.lease.partition, batch.head)?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO store_batches (partition, journal) VALUES (?, ?)")?
        .execute(params![batch.lease.partition, &batch.journal[..]])?;
    write_threads(connection, &batch.threads)
}

/// Sets the head of a partition.
pub(super) fn set_head(connection: &Connection, partition: u16, head: u64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE store_partitions SET head = ? WHERE partition = ?")?
        .execute(params![head.cast_signed(), partition])
        .map(|_| ())
}

/// Writes threads with what stands beside them.
pub(super) fn write_threads(connection: &Connection, threads: &[SaveThread]) -> rusqlite::Result<()> {
    let mut often = Often::new(connection)?;
    threads.iter().try_for_each(|saved| {
        often.write(saved)?;
        write_beside(connection, saved)
    })
}

/// The statements that nearly every thread needs: looked up once a batch.
struct Often<'a> {
    thread: CachedStatement<'a>,
    seen: CachedStatement<'a>,
    row: CachedStatement<'a>,
}

impl<'a> Often<'a> {
    fn new(connection: &'a Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            thread: connection.prepare_cached(
                "INSERT INTO store_threads (thread, epoch, revoked, due, key, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT (thread) DO UPDATE SET epoch = ?2, revoked = ?3, due = ?4, key = ?5, sealed = ?6",
            )?,
            // Whoever has seen an event keeps its first time.
            seen: connection.prepare_cached("INSERT OR IGNORE INTO store_seen (thread, event, at) VALUES (?, ?, ?)")?,
            row: connection.prepare_cached(
                "INSERT INTO store_rows (conversation, thread, state, queue, channel, language, priority, since)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                ON CONFLICT (conversation) DO UPDATE
                SET thread = ?2, state = ?3, queue = ?4, channel = ?5, language = ?6, priority = ?7, since = ?8",
            )?,
        })
    }

    fn write(&mut self, saved: &SaveThread) -> rusqlite::Result<()> {
        self.thread.execute(params![
            saved.thread.0,
            saved.epoch.cast_signed(),
            saved.revoked.map(|command| command.0),
            saved.due.map(|at| at.0),
            saved.stored.key,
            saved.stored.sealed,
        ])?;
        for (event, at) in &saved.seen {
            self.seen.execute(params![saved.thread.0, event.0, at.0])?;
        }
        saved.rows.iter().try_for_each(|row| self.write_row(row))
    }

    fn write_row(&mut self, row: &Row) -> rusqlite::Result<()> {
        self.row.execute(params![
            row.conversation.0,
            row.thread.0,
            code::state(row.state),
            row.queue.as_ref().map_or("", QueueName::as_str),
            row.channel.as_str(),
            row.language.map(Language::code),
            code::priority(row.priority),
            row.since.0,
        ])?;
        Ok(())
    }
}

/// Writes what few threads have.
fn write_beside(connection: &Connection, saved: &SaveThread) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO store_orders (order_id, thread, at, digest, sealed) VALUES (?, ?, ?, ?, ?)";
    for order in &saved.orders {
        connection.prepare_cached(sql)?.execute(params![
            order.order.0,
            order.thread.0,
            order.at.0,
            order.digest,
            order.sealed,
        ])?;
    }
    for (reader, there) in &saved.notices {
        let sql = if *there {
            "INSERT OR IGNORE INTO store_notices (reader, thread) VALUES (?, ?)"
        } else {
            "DELETE FROM store_notices WHERE reader = ? AND thread = ?"
        };
        connection.prepare_cached(sql)?.execute(params![reader.0, saved.thread.0])?;
    }
    Ok(())
}
