//! Forgetting what is old: found by a reader and deleted in small steps, so that the writer is never busy for long.

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use wissel_channels::UnixMillis;

use super::code;
use crate::sqlite::{Database, Error};

/// How many rows go in one step.
const STEP: usize = 1000;

/// How old rows of a table are found, in the order of their keys, and deleted.
#[derive(Clone, Copy)]
struct Old {
    find: &'static str,
    delete: &'static str,
}

const OLD: [Old; 4] = [
    Old {
        find: "SELECT thread, event FROM store_seen
            WHERE at < ?1 AND (thread, event) > (?2, ?3) ORDER BY thread, event LIMIT ?4",
        delete: "DELETE FROM store_seen WHERE at < ?1 AND thread = ?2 AND event = ?3",
    },
    Old {
        find: "SELECT command, attempt FROM store_starts
            WHERE at < ?1 AND (command, attempt) > (?2, ?3) ORDER BY command, attempt LIMIT ?4",
        delete: "DELETE FROM store_starts WHERE at < ?1 AND command = ?2 AND attempt = ?3",
    },
    Old {
        find: "SELECT order_id, at FROM store_orders
            WHERE at < ?1 AND (order_id, at) > (?2, ?3) ORDER BY order_id, at LIMIT ?4",
        delete: "DELETE FROM store_orders WHERE at < ?1 AND order_id = ?2 AND at = ?3",
    },
    // State 3 is `Closed`; see code.rs.
    Old {
        find: "SELECT conversation, since FROM store_rows
            WHERE state = 3 AND since < ?1 AND (conversation, since) > (?2, ?3) ORDER BY conversation, since LIMIT ?4",
        delete: "DELETE FROM store_rows WHERE state = 3 AND since < ?1 AND conversation = ?2 AND since = ?3",
    },
];

type Key = (Value, Value);

/// Forgets what is older than `before`.
pub(super) async fn forget(database: &Database, before: UnixMillis) -> Result<(), Error> {
    for old in OLD {
        let mut after = (Value::Blob(Vec::new()), Value::Integer(0));
        loop {
            let from = after.clone();
            let found = database.read(move |connection| find(connection, old, before, &from)).await?;
            let Some(last) = found.last() else { break };
            after = last.clone();
            let whole = found.len() == STEP;
            database.write(move |connection| delete(connection, old, before, &found), |()| ()).await?;
            if !whole {
                break;
            }
        }
    }
    Ok(())
}

fn find(connection: &Connection, old: Old, before: UnixMillis, after: &Key) -> rusqlite::Result<Vec<Key>> {
    let mut statement = connection.prepare_cached(old.find)?;
    let keys = statement
        .query_map(params![before.0, after.0, after.1, code::limit(STEP)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    keys.collect()
}

fn delete(connection: &Connection, old: Old, before: UnixMillis, keys: &[Key]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(old.delete)?;
    keys.iter().try_for_each(|(first, second)| statement.execute(params![before.0, first, second]).map(|_| ()))
}
