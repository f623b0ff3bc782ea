//! Writing into the journal.

use rusqlite::{Connection, OptionalExtension, params};

use crate::journal::{Batch, Entry, Order};

/// Writes orders, in order; a batch that is there already changes nothing.
pub(super) fn append(connection: &Connection, orders: &[Order]) -> rusqlite::Result<()> {
    orders.iter().try_for_each(|order| match order {
        Order::Append(batch) => append_batch(connection, batch),
        Order::Barrier(barrier) => connection
            .prepare_cached("INSERT OR IGNORE INTO journal_barriers (barrier) VALUES (?)")?
            .execute([barrier])
            .map(|_| ()),
    })
}

fn append_batch(connection: &Connection, batch: &Batch) -> rusqlite::Result<()> {
    let there = connection
        .prepare_cached("SELECT 1 FROM journal_batches WHERE partition = ? AND head = ?")?
        .exists(params![batch.partition, batch.head.cast_signed()])?;
    if there {
        return Ok(());
    }
    let newest: Option<i64> = connection
        .prepare_cached("SELECT seq FROM journal_entries ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let mut seq = newest.unwrap_or(0);
    let first = seq + 1;
    for entry in &batch.entries {
        seq += 1;
        append_entry(connection, seq, batch, entry)?;
    }
    connection
        .prepare_cached("INSERT INTO journal_batches (partition, head, term, first, last) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![batch.partition, batch.head.cast_signed(), batch.term.cast_signed(), first, seq])?;
    append_keys_and_blobs(connection, batch)
}

fn append_entry(connection: &Connection, seq: i64, batch: &Batch, entry: &Entry) -> rusqlite::Result<()> {
    let sql = "INSERT INTO journal_entries (seq, thread, head, event, conversation, at, sealed)
        VALUES (?, ?, ?, ?, ?, ?, ?)";
    connection.prepare_cached(sql)?.execute(params![
        seq,
        entry.thread.0,
        batch.head.cast_signed(),
        entry.event.0,
        entry.conversation.map(|conversation| conversation.0),
        entry.at.0,
        entry.sealed,
    ])?;
    connection
        .prepare_cached("INSERT OR IGNORE INTO journal_threads (thread, partition) VALUES (?, ?)")?
        .execute(params![entry.thread.0, batch.partition])?;
    if let Some(conversation) = entry.conversation {
        connection
            .prepare_cached("INSERT OR IGNORE INTO journal_conversations (conversation, thread) VALUES (?, ?)")?
            .execute(params![conversation.0, entry.thread.0])?;
    }
    Ok(())
}

fn append_keys_and_blobs(connection: &Connection, batch: &Batch) -> rusqlite::Result<()> {
    // The first key stays: there are entries that only it opens.
    let sql = "INSERT INTO journal_threads (thread, partition, wrapped) VALUES (?1, ?2, ?3)
        ON CONFLICT (thread) DO UPDATE SET wrapped = ?3 WHERE wrapped IS NULL";
    for key in &batch.keys {
        connection.prepare_cached(sql)?.execute(params![key.thread.0, batch.partition, key.wrapped])?;
    }
    let sql = "INSERT OR IGNORE INTO journal_blobs (hash, bytes) VALUES (?, ?)";
    for blob in &batch.blobs {
        connection.prepare_cached(sql)?.execute(params![blob.hash, blob.bytes])?;
    }
    Ok(())
}
