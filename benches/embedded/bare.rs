//! The bare cycle of SQLite: what a queue in a file costs at the least, with bodies of 1 KiB, which is about what one
//! routed message must write: its event, its command and what is told to the journal.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use wissel::broker::Message;

/// How many messages a commit takes in.
pub(crate) const GROUP: u32 = 256;

/// The size of a body.
pub(crate) const BODY: usize = 1024;

/// Enqueue, dequeue and acknowledge on one connection: each commit takes in one group and deletes the one before.
pub(crate) fn cycle(folder: &Path, messages: u32) -> anyhow::Result<Duration> {
    let mut connection = Connection::open(folder.join("bare.db"))?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.execute_batch("CREATE TABLE queue (seq INTEGER PRIMARY KEY, at INTEGER, id BLOB, body BLOB)")?;
    let body = vec![7_u8; BODY];
    let start = Instant::now();
    let mut taken: Vec<i64> = Vec::new();
    for group in 0..=messages.div_ceil(GROUP) {
        let transaction = connection.transaction()?;
        {
            let mut delete = transaction.prepare_cached("DELETE FROM queue WHERE seq = ?")?;
            for seq in taken.drain(..) {
                delete.execute([seq])?;
            }
            let mut insert = transaction.prepare_cached("INSERT INTO queue (at, id, body) VALUES (?, ?, ?)")?;
            for number in group * GROUP..((group + 1) * GROUP).min(messages) {
                insert.execute(params![number, id(number), body])?;
            }
        }
        transaction.commit()?;
        let mut select = connection.prepare_cached("SELECT seq, id, body FROM queue ORDER BY seq LIMIT 256")?;
        let rows = select.query_map([], |row| {
            let message = Message { id: row.get(1)?, body: row.get::<_, Vec<u8>>(2)?.into() };
            Ok((row.get::<_, i64>(0)?, message))
        })?;
        for row in rows {
            taken.push(row?.0);
        }
    }
    Ok(start.elapsed())
}

/// A message's id.
pub(crate) fn id(number: u32) -> [u8; 16] {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_le_bytes());
    id
}
