//! Looking things up in the journal.

use std::collections::HashMap;

use deadpool_postgres::Client;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use wissel_channels::{ConversationId, ThreadKey, UnixMillis};

use super::error::Failure;
use crate::journal::{BASE, Entry, History, Placed, Reach};
use crate::thread::EventId;

async fn rows(client: &Client, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Failure> {
    let statement = client.prepare_cached(sql).await?;
    Ok(client.query(&statement, values).await?)
}

/// The first column of the first row.
async fn bytes(client: &Client, sql: &str, value: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    let found = rows(client, sql, &[&value]).await?;
    Ok(found.first().map(|row| row.try_get::<_, Option<Vec<u8>>>(0)).transpose()?.flatten())
}

/// Bytes that were written as 16, or what is wrong with them.
fn id(bytes: &[u8]) -> Result<[u8; 16], Failure> {
    let wrong =
        |_| Failure::Refused(format!("an id of {} bytes is in it; put back a copy of the database", bytes.len()));
    bytes.try_into().map_err(wrong)
}

pub(super) fn threads_of(rows: &[Row]) -> Result<Vec<ThreadKey>, Failure> {
    rows.iter().map(|row| Ok(ThreadKey(id(row.try_get(0)?)?))).collect()
}

/// The number that is kept under a name.
pub(super) async fn number(client: &Client, name: &str) -> Result<Option<i64>, Failure> {
    let found = rows(client, "SELECT value FROM journal_meta WHERE name = $1", &[&name]).await?;
    Ok(found.first().map(|row| row.try_get(0)).transpose()?)
}

/// How far each partition is.
pub(super) async fn reach(client: &Client) -> Result<Vec<Reach>, Failure> {
    let found = rows(client, "SELECT partition, term, head FROM journal_partitions ORDER BY partition", &[]).await?;
    let reach = |row: &Row| {
        let partition = u16::try_from(row.try_get::<_, i32>(0)?).unwrap_or(u16::MAX);
        let unsigned = |column| row.try_get::<_, i64>(column).map(i64::cast_unsigned);
        Ok(Reach { partition, term: unsigned(1)?, head: unsigned(2)? })
    };
    found.iter().map(reach).collect()
}

/// Whether a barrier has been written.
pub(super) async fn has_barrier(client: &Client, barrier: [u8; 16]) -> Result<bool, Failure> {
    let found = rows(client, "SELECT 1 FROM journal_barriers WHERE barrier = $1", &[&barrier.as_slice()]).await?;
    Ok(!found.is_empty())
}

/// The entries of a thread, in order.
pub(super) async fn thread(client: &Client, thread: ThreadKey) -> Result<Vec<Placed>, Failure> {
    let sql =
        "SELECT thread, head, event, conversation, at, sealed FROM journal_entries WHERE thread = $1 ORDER BY seq";
    rows(client, sql, &[&thread.0.as_slice()]).await?.iter().map(placed).collect()
}

fn placed(row: &Row) -> Result<Placed, Failure> {
    let conversation: Option<&[u8]> = row.try_get(3)?;
    let entry = Entry {
        thread: ThreadKey(id(row.try_get(0)?)?),
        event: EventId(id(row.try_get(2)?)?),
        conversation: conversation.map(id).transpose()?.map(ConversationId),
        at: UnixMillis(row.try_get(4)?),
        sealed: row.try_get(5)?,
    };
    Ok(Placed { head: row.try_get::<_, i64>(1)?.cast_unsigned(), entry })
}

/// Whole threads: two statements for all of them.
pub(super) async fn histories(client: &Client, threads: &[ThreadKey]) -> Result<Vec<History>, Failure> {
    let asked: Vec<&[u8]> = threads.iter().map(|thread| thread.0.as_slice()).collect();
    let keys = "SELECT thread, wrapped FROM journal_threads WHERE thread = ANY ($1) AND wrapped IS NOT NULL";
    let entries = "SELECT thread, head, event, conversation, at, sealed FROM journal_entries
        WHERE thread = ANY ($1) ORDER BY seq";
    let values: [&(dyn ToSql + Sync); 1] = [&asked];
    let (keys, entries) = tokio::try_join!(rows(client, keys, &values), rows(client, entries, &values))?;
    let mut all = HashMap::with_capacity(keys.len());
    for row in &keys {
        let thread = ThreadKey(id(row.try_get(0)?)?);
        all.insert(thread, History { thread, wrapped: row.try_get(1)?, entries: Vec::new() });
    }
    for row in &entries {
        let placed = placed(row)?;
        if let Some(history) = all.get_mut(&placed.entry.thread) {
            history.entries.push(placed);
        }
    }
    Ok(all.into_values().collect())
}

/// A page of the threads of a partition.
pub(super) async fn threads(
    client: &Client,
    partition: u16,
    after: Option<ThreadKey>,
    most: usize,
) -> Result<Vec<ThreadKey>, Failure> {
    let sql = "SELECT thread FROM journal_threads WHERE partition = $1 AND thread > $2 ORDER BY thread LIMIT $3";
    let after = after.map_or_else(Vec::new, |thread| thread.0.to_vec());
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    threads_of(&rows(client, sql, &[&i32::from(partition), &after, &most]).await?)
}

/// The threads that have entries in batches after `head`.
pub(super) async fn changed(client: &Client, partition: u16, head: u64) -> Result<Vec<ThreadKey>, Failure> {
    let partition = i32::from(partition);
    // All of them, also when the partitions were others then: known without reading through every entry.
    if head == 0 || head < number(client, BASE).await?.map_or(0, i64::cast_unsigned) {
        let sql = "SELECT thread FROM journal_threads WHERE partition = $1 ORDER BY thread";
        return threads_of(&rows(client, sql, &[&partition]).await?);
    }
    let sql = "SELECT DISTINCT thread FROM journal_entries WHERE partition = $1 AND head > $2 ORDER BY thread";
    threads_of(&rows(client, sql, &[&partition, &head.cast_signed()]).await?)
}

/// The thread of a conversation.
pub(super) async fn conversation(client: &Client, conversation: ConversationId) -> Result<Option<ThreadKey>, Failure> {
    let sql = "SELECT thread FROM journal_entries WHERE conversation = $1 ORDER BY seq LIMIT 1";
    let found = bytes(client, sql, &conversation.0).await?;
    Ok(found.map(|thread| id(&thread)).transpose()?.map(ThreadKey))
}

/// A thread's wrapped data key.
pub(super) async fn key(client: &Client, thread: ThreadKey) -> Result<Option<Vec<u8>>, Failure> {
    bytes(client, "SELECT wrapped FROM journal_threads WHERE thread = $1", &thread.0).await
}

/// Something by its hash.
pub(super) async fn blob(client: &Client, hash: [u8; 16]) -> Result<Option<Vec<u8>>, Failure> {
    bytes(client, "SELECT bytes FROM journal_blobs WHERE hash = $1", &hash).await
}
