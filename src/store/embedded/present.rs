//! Who is there: processes in groups, who has which source, and how far a source was read.

use rusqlite::{Connection, OptionalExtension, params};
use wissel_channels::UnixMillis;

/// Who says that it is there, since `now`, until when.
#[derive(Clone, Copy)]
pub(super) struct Presence {
    pub(super) holder: [u8; 16],
    pub(super) now: UnixMillis,
    pub(super) until: UnixMillis,
}

/// Joins a group or stays in it; gives all of it.
pub(super) fn attend(connection: &Connection, group: &str, who: Presence) -> rusqlite::Result<Vec<[u8; 16]>> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO store_groups (name, holder, until) VALUES (?, ?, ?)")?
        .execute(params![group, who.holder, who.until.0])?;
    connection
        .prepare_cached("DELETE FROM store_groups WHERE until <= ? AND holder <> ?")?
        .execute(params![who.now.0, who.holder])?;
    let mut statement = connection.prepare_cached("SELECT holder FROM store_groups WHERE name = ? ORDER BY holder")?;
    statement.query_map([group], |row| row.get(0))?.collect()
}

/// Leaves a group.
pub(super) fn depart(connection: &Connection, group: &str, holder: [u8; 16]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM store_groups WHERE name = ? AND holder = ?")?;
    statement.execute(params![group, holder]).map(|_| ())
}

/// Takes a source or keeps it, if nobody else has it.
pub(super) fn hold_source(connection: &Connection, source: &str, who: Presence) -> rusqlite::Result<bool> {
    let sql = "INSERT INTO store_sources (name, holder, until) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET holder = ?2, until = ?3 WHERE holder = ?2 OR until <= ?4";
    let changed = connection.prepare_cached(sql)?.execute(params![source, who.holder, who.until.0, who.now.0])?;
    Ok(changed == 1)
}

/// Gives a source up.
pub(super) fn let_go(connection: &Connection, source: &str, holder: [u8; 16]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM store_sources WHERE name = ? AND holder = ?")?;
    statement.execute(params![source, holder]).map(|_| ())
}

/// Marks of channels.
pub(super) fn marks(connection: &Connection, names: &[String]) -> rusqlite::Result<Vec<Option<Vec<u8>>>> {
    let mut statement = connection.prepare_cached("SELECT value FROM store_marks WHERE name = ?")?;
    names.iter().map(|name| statement.query_row([name], |row| row.get(0)).optional()).collect()
}

/// Sets marks.
pub(super) fn set_marks(connection: &Connection, marks: &[(String, Vec<u8>)]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("INSERT OR REPLACE INTO store_marks (name, value) VALUES (?, ?)")?;
    marks.iter().try_for_each(|(name, value)| statement.execute(params![name, value]).map(drop))
}
