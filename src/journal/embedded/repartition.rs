//! Another number of partitions, in one transaction.

use rusqlite::{Connection, params};
use wissel_channels::ThreadKey;

use super::PARTITIONS;
use crate::journal::BASE;
use crate::sqlite::put_number;

/// Gives each thread its new partition, and each partition a head and a term.
pub(super) fn repartition(connection: &Connection, to: u16, head: u64) -> rusqlite::Result<()> {
    let sql = "SELECT max(
            coalesce((SELECT max(term) FROM journal_terms), 0),
            coalesce((SELECT max(term) FROM journal_batches), 0))";
    let term: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    let all = |row: &rusqlite::Row<'_>| Ok((ThreadKey(row.get(0)?), row.get::<_, u16>(1)?));
    let threads: Vec<(ThreadKey, u16)> = connection
        .prepare("SELECT thread, partition FROM journal_threads")?
        .query_map([], all)?
        .collect::<Result<_, _>>()?;
    let mut update = connection.prepare("UPDATE journal_threads SET partition = ? WHERE thread = ?")?;
    for (thread, before) in threads {
        let partition = thread.partition(to);
        if partition != before {
            update.execute(params![partition, thread.0])?;
        }
    }
    connection.execute("DELETE FROM journal_terms", [])?;
    // A batch without entries tells where each partition is. Older ones stay: their entries belong to their threads.
    let batch = "INSERT OR REPLACE INTO journal_batches (partition, head, term, first, last) VALUES (?, ?, ?, 1, 0)";
    for partition in 0..to {
        connection.execute("INSERT INTO journal_terms (partition, term) VALUES (?, ?)", params![partition, term])?;
        connection.execute(batch, params![partition, head.cast_signed(), term])?;
    }
    put_number(connection, BASE, head.cast_signed())?;
    put_number(connection, PARTITIONS, to.into())
}
