//! The gate before an outward call: atomic with the check of epoch, revocation and incarnation.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::{Incarnation, Start, Started, StoreError};

/// The store's incarnation, if it has one.
pub(super) fn incarnation(connection: &Connection) -> rusqlite::Result<Option<Incarnation>> {
    connection
        .prepare_cached("SELECT value FROM store_meta WHERE name = 'incarnation'")?
        .query_row([], |row| row.get(0).map(Incarnation))
        .optional()
}

/// The store's incarnation, made when it has none.
pub(super) fn make_incarnation(connection: &Connection) -> rusqlite::Result<Incarnation> {
    if let Some(found) = incarnation(connection)? {
        return Ok(found);
    }
    // One that tells no time of birth: this store never loses a part of its data. See `Incarnation::born`.
    let sql = "INSERT INTO store_meta (name, value)
        VALUES ('incarnation', CAST(randomblob(6) || x'00' || randomblob(9) AS BLOB)) RETURNING value";
    connection.query_row(sql, [], |row| row.get(0).map(Incarnation))
}

/// Whether a command may be carried out; if so, that is recorded.
pub(super) fn start(connection: &Connection, start: &Start) -> rusqlite::Result<Result<Started, StoreError>> {
    let thread: Option<(i64, Option<[u8; 16]>)> = connection
        .prepare_cached("SELECT epoch, revoked FROM store_threads WHERE thread = ?")?
        .query_row([start.thread.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    // A command is published after its thread was saved: this store has lost that.
    let ours = start.epoch.map(u64::cast_signed);
    let Some((epoch, revoked)) = thread.filter(|(epoch, _)| ours.is_none_or(|ours| ours <= *epoch)) else {
        let text = "it does not have the thread as it was when the command was made";
        return Ok(Err(StoreError::Unavailable(text.to_owned())));
    };
    // What may have begun is settled, also where it would be refused now: the customer may have it.
    if let Some(published_under) = start.incarnation
        && (published_under != make_incarnation(connection)? || has_begun(connection, start)?)
    {
        return Ok(Ok(Started::Settle));
    }
    if revoked == Some(start.command.0) || ours.is_some_and(|ours| ours < epoch) {
        return Ok(Ok(Started::Refused));
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO store_starts (command, attempt, at) VALUES (?, ?, ?)")?
        .execute(params![start.command.0, start.attempt, start.at.0])?;
    Ok(Ok(Started::Go))
}

fn has_begun(connection: &Connection, start: &Start) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM store_starts WHERE command = ? AND attempt = ?")?
        .exists(params![start.command.0, start.attempt])
}
