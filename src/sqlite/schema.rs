//! The version of the tables: newer ones are refused, older ones brought up to date.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use super::OpenError;

/// The version that this release writes.
pub(super) const VERSION: i64 = 1;

const TABLES: &str = include_str!("schema.sql");

/// The version of a file; 0 for one without tables.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    let there = connection.query_row("SELECT 1 FROM sqlite_schema WHERE name = 'meta'", [], |_| Ok(())).optional()?;
    if there.is_none() {
        return Ok(0);
    }
    let version = connection.query_row("SELECT value FROM meta WHERE name = 'version'", [], |row| row.get(0));
    Ok(version.optional()?.unwrap_or(0))
}

/// Refuses a file of a newer release.
pub(super) fn refuse_newer(file: &Path, found: i64) -> Result<(), OpenError> {
    if found > VERSION {
        return Err(OpenError::Newer { file: file.to_owned(), found, known: VERSION });
    }
    Ok(())
}

/// Makes what is missing, in one transaction.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('version', ?)", params![VERSION])?;
    transaction.commit()
}
