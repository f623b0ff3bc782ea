//! Looking things up in the journal.

use rusqlite::{Connection, OptionalExtension, params};
use wissel_channels::{ConversationId, ThreadKey, UnixMillis};

use crate::journal::{BASE, Entry, History, Placed, Reach};
use crate::thread::EventId;

/// The newest batch and the largest term of each partition: a step or two down the tree for each.
pub(super) fn reach(connection: &Connection) -> rusqlite::Result<Vec<Reach>> {
    let sql = "SELECT partition, head FROM journal_batches WHERE partition = (
            SELECT partition FROM journal_batches WHERE partition > ? ORDER BY partition LIMIT 1
        ) ORDER BY head DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut all: Vec<Reach> = Vec::new();
    loop {
        let after = all.last().map_or(-1, |reach| i32::from(reach.partition));
        let newest = statement.query_row([after], |row| Ok((row.get(0)?, unsigned(row, 1)?)));
        match newest.optional()? {
            Some((partition, head)) => all.push(Reach { partition, term: term(connection, partition)?, head }),
            None => return with_announced(connection, all),
        }
    }
}

/// Adds partitions that have a term and no batch.
fn with_announced(connection: &Connection, mut all: Vec<Reach>) -> rusqlite::Result<Vec<Reach>> {
    let mut statement = connection.prepare_cached("SELECT partition, term FROM journal_terms")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (partition, term) = (row.get(0)?, unsigned(row, 1)?);
        if !all.iter().any(|reach| reach.partition == partition) {
            all.push(Reach { partition, term, head: 0 });
        }
    }
    Ok(all)
}

/// The largest term of a partition; 0 when nothing is known of it.
pub(super) fn term(connection: &Connection, partition: u16) -> rusqlite::Result<u64> {
    let sql = "SELECT max(
            coalesce((SELECT term FROM journal_terms WHERE partition = ?1), 0),
            coalesce((SELECT term FROM journal_batches WHERE partition = ?1 ORDER BY head DESC LIMIT 1), 0))";
    connection.prepare_cached(sql)?.query_row([partition], |row| unsigned(row, 0))
}

/// Whether a barrier has been written.
pub(super) fn has_barrier(connection: &Connection, barrier: [u8; 16]) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM journal_waits WHERE barrier = ?")?.exists([barrier])
}

/// The entries of a thread, in order.
pub(super) fn thread(connection: &Connection, thread: ThreadKey) -> rusqlite::Result<Vec<Placed>> {
    let sql = "SELECT head, event, conversation, at, sealed FROM journal_entries WHERE thread = ? ORDER BY seq";
    let mut statement = connection.prepare_cached(sql)?;
    let entries = statement.query_map([thread.0], |row| {
        let entry = Entry {
            thread,
            event: EventId(row.get(1)?),
            conversation: row.get::<_, Option<[u8; 16]>>(2)?.map(ConversationId),
            at: UnixMillis(row.get(3)?),
            sealed: row.get(4)?,
        };
        Ok(Placed { head: unsigned(row, 0)?, entry })
    })?;
    entries.collect()
}

/// Whole threads.
pub(super) fn histories(connection: &Connection, threads: &[ThreadKey]) -> rusqlite::Result<Vec<History>> {
    let mut all = Vec::with_capacity(threads.len());
    for &key in threads {
        if let Some(wrapped) = self::key(connection, key)? {
            all.push(History { thread: key, wrapped, entries: thread(connection, key)? });
        }
    }
    Ok(all)
}

/// A page of the threads of a partition.
pub(super) fn threads(
    connection: &Connection,
    partition: u16,
    after: Option<ThreadKey>,
    most: usize,
) -> rusqlite::Result<Vec<ThreadKey>> {
    let sql = "SELECT thread FROM journal_threads WHERE partition = ? AND thread > ? ORDER BY thread LIMIT ?";
    let after = after.map_or_else(Vec::new, |thread| thread.0.to_vec());
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map(params![partition, after, most], |row| row.get(0).map(ThreadKey))?.collect()
}

/// The threads that have entries in batches after `head`: all, when the partitions were others then.
pub(super) fn changed(connection: &Connection, partition: u16, head: u64) -> rusqlite::Result<Vec<ThreadKey>> {
    let base = crate::sqlite::number_at(connection, BASE)?.map_or(0, i64::cast_unsigned);
    if head < base {
        let sql = "SELECT thread FROM journal_threads WHERE partition = ? ORDER BY thread";
        let mut statement = connection.prepare_cached(sql)?;
        return statement.query_map([partition], |row| row.get(0).map(ThreadKey))?.collect();
    }
    let sql = "SELECT DISTINCT thread FROM journal_batches JOIN journal_entries ON seq BETWEEN first AND last
        WHERE partition = ? AND journal_batches.head > ? ORDER BY thread";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map(params![partition, head.cast_signed()], |row| row.get(0).map(ThreadKey))?.collect()
}

/// The thread of a conversation.
pub(super) fn conversation(
    connection: &Connection,
    conversation: ConversationId,
) -> rusqlite::Result<Option<ThreadKey>> {
    connection
        .prepare_cached("SELECT thread FROM journal_conversations WHERE conversation = ?")?
        .query_row([conversation.0], |row| row.get(0).map(ThreadKey))
        .optional()
}

/// A thread's wrapped data key.
pub(super) fn key(connection: &Connection, thread: ThreadKey) -> rusqlite::Result<Option<Vec<u8>>> {
    let found = connection
        .prepare_cached("SELECT wrapped FROM journal_threads WHERE thread = ?")?
        .query_row([thread.0], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// Something by its hash.
pub(super) fn blob(connection: &Connection, hash: [u8; 16]) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT bytes FROM journal_blobs WHERE hash = ?")?
        .query_row([hash], |row| row.get(0))
        .optional()
}

fn unsigned(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}
