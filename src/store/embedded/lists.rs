//! Lists and single looks: conversations, counts, orders, switches.

use rusqlite::{Connection, OptionalExtension, params};
use wissel_channels::{ConversationId, ThreadKey, UnixMillis};

use super::code;
use crate::routing::QueueName;
use crate::store::{Count, Reader, Row, StoredOrder, Wanted};
use crate::thread::{EventId, Switches};

/// A state and a queue that have rows together.
type Place = (i64, String);

/// The places after `after`, in the order of the index, without reading all rows.
fn next_place(connection: &Connection, after: Option<&Place>) -> rusqlite::Result<Option<Place>> {
    let sql = "SELECT state, queue FROM store_rows WHERE (state, queue) > (?, ?) ORDER BY state, queue LIMIT 1";
    let (state, queue) = after.map_or((-1, ""), |(state, queue)| (*state, queue.as_str()));
    connection.prepare_cached(sql)?.query_row(params![state, queue], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

fn places(connection: &Connection) -> rusqlite::Result<Vec<Place>> {
    let mut places = Vec::new();
    while let Some(place) = next_place(connection, places.last())? {
        places.push(place);
    }
    Ok(places)
}

/// Conversations, oldest first: of each place that is wanted, merged.
pub(super) fn rows(connection: &Connection, wanted: &Wanted) -> rusqlite::Result<Vec<Row>> {
    let sql = "SELECT * FROM store_rows WHERE state = ? AND queue = ? AND (since, conversation) > (?, ?)
        ORDER BY since, conversation LIMIT ?";
    let mut statement = connection.prepare_cached(sql)?;
    let after = wanted.after.map_or((i64::MIN, Vec::new()), |(since, conversation)| (since.0, conversation.0.to_vec()));
    let mut found: Vec<Row> = Vec::new();
    for (state, queue) in places(connection)? {
        let fits = wanted.state.is_none_or(|wanted| code::state(wanted) == state)
            && wanted.queue.as_ref().is_none_or(|wanted| wanted.as_str() == queue);
        if fits {
            let rows =
                statement.query_map(params![state, queue, after.0, after.1, code::limit(wanted.most)], code::row_of)?;
            for row in rows {
                found.push(row?);
            }
        }
    }
    found.sort_unstable_by_key(|row| (row.since, row.conversation));
    found.truncate(wanted.most);
    Ok(found)
}

/// Threads that have something to notice for somebody.
pub(super) fn noticed(connection: &Connection, reader: Reader, most: usize) -> rusqlite::Result<Vec<ThreadKey>> {
    let sql = "SELECT thread FROM store_notices WHERE reader = ? LIMIT ?";
    let mut statement = connection.prepare_cached(sql)?;
    let threads = statement.query_map(params![reader.0, code::limit(most)], |row| row.get(0).map(ThreadKey))?;
    threads.collect()
}

/// One conversation.
pub(super) fn row(connection: &Connection, conversation: ConversationId) -> rusqlite::Result<Option<Row>> {
    connection
        .prepare_cached("SELECT * FROM store_rows WHERE conversation = ?")?
        .query_row([conversation.0], code::row_of)
        .optional()
}

/// How many conversations are where.
pub(super) fn counts(connection: &Connection) -> rusqlite::Result<Vec<Count>> {
    let sql = "SELECT state, queue, count(*) AS n, min(since) AS oldest FROM store_rows GROUP BY state, queue";
    let mut statement = connection.prepare_cached(sql)?;
    let counts = statement.query_map([], |row| {
        Ok(Count {
            queue: code::name_of::<QueueName>(row, "queue")?,
            state: code::state_of(row)?,
            conversations: row.get::<_, i64>("n")?.cast_unsigned(),
            oldest: row.get::<_, Option<i64>>("oldest")?.map(UnixMillis),
        })
    })?;
    counts.collect()
}

/// The answer to an order.
pub(super) fn order(connection: &Connection, order: EventId) -> rusqlite::Result<Option<StoredOrder>> {
    connection
        .prepare_cached("SELECT thread, at, digest, sealed FROM store_orders WHERE order_id = ?")?
        .query_row([order.0], |row| {
            Ok(StoredOrder {
                order,
                thread: ThreadKey(row.get(0)?),
                at: UnixMillis(row.get(1)?),
                digest: row.get(2)?,
                sealed: row.get(3)?,
            })
        })
        .optional()
}

/// The operators' switches; all on when they were never set.
pub(super) fn switches(connection: &Connection) -> rusqlite::Result<Switches> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM store_meta WHERE name = 'switches'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    text.map_or_else(|| Ok(Switches::default()), |text| serde_json::from_str(&text).map_err(code::unreadable))
}

/// Sets the switches, if they are at `version`.
pub(super) fn set_switches(connection: &Connection, version: u64, new: Switches) -> rusqlite::Result<Option<Switches>> {
    if switches(connection)?.version != version {
        return Ok(None);
    }
    let new = Switches { version: version + 1, ..new };
    write_switches(connection, &new)?;
    Ok(Some(new))
}

/// Sets the switches as they were seen, if those here are older; gives those that are there now.
pub(super) fn restore_switches(connection: &Connection, seen: Switches) -> rusqlite::Result<Switches> {
    let there = switches(connection)?;
    if there.version >= seen.version {
        return Ok(there);
    }
    write_switches(connection, &seen)?;
    Ok(seen)
}

fn write_switches(connection: &Connection, new: &Switches) -> rusqlite::Result<()> {
    let text = serde_json::to_string(new).map_err(code::unreadable)?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO store_meta (name, value) VALUES ('switches', ?)")?
        .execute([text])
        .map(|_| ())
}
