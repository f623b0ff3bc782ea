//! Opening the file: settings of each connection, and what is checked before anybody works with it.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{OpenError, schema};

/// How long a start may look for damage. A small file is looked at whole.
const CHECK: Duration = Duration::from_millis(200);
/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(5);
/// After how many pages (of 4 KiB) the log is brought into the file.
const CHECKPOINT_PAGES: u32 = 8000;

/// Opens the connection that writes: makes or migrates the tables, and looks for damage.
pub(super) fn writer(file: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error| failure(file, error);
    let mut connection = Connection::open_with_flags(file, flags).map_err(failed)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Err(OpenError::ReadOnly { file: file.to_owned() });
    }
    set_up(&connection, 32).map_err(failed)?;
    schema::refuse_newer(file, schema::version(&connection).map_err(failed)?)?;
    look_for_damage(file, &connection)?;
    log_mode(&connection).map_err(failed)?;
    schema::bring_up_to_date(&mut connection).map_err(failed)?;
    Ok(connection)
}

/// Opens a connection that reads.
pub(super) fn reader(file: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(|error| failure(file, error))?;
    set_up(&connection, 4).map_err(|error| failure(file, error))?;
    Ok(connection)
}

/// Opens a connection that may write now and then, beside the process that has the file.
pub(super) fn beside(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    set_up(&connection, 4)?;
    connection.pragma_update(None, "synchronous", "full")?;
    Ok(connection)
}

/// Checks that a process which only reads knows what is in the file.
pub(super) fn check_reader(file: &Path) -> Result<(), OpenError> {
    let found = schema::version(&reader(file)?).map_err(|error| failure(file, error))?;
    schema::refuse_newer(file, found)?;
    if found < schema::VERSION {
        return Err(OpenError::Older { file: file.to_owned(), found, known: schema::VERSION });
    }
    Ok(())
}

fn set_up(connection: &Connection, cache_mib: i64) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.pragma_update(None, "cache_size", -1024 * cache_mib)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "foreign_keys", false)
}

fn log_mode(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |_| Ok(()))
}

/// Reads through the trees of the file, for a short time at most: a large file must not hold up a start. What it
/// does not come to shows when it is used.
fn look_for_damage(file: &Path, connection: &Connection) -> Result<(), OpenError> {
    let interrupt = connection.get_interrupt_handle();
    let (done, waiting) = mpsc::sync_channel::<()>(1);
    let found = thread::scope(|scope| {
        scope.spawn(move || {
            if waiting.recv_timeout(CHECK) == Err(RecvTimeoutError::Timeout) {
                interrupt.interrupt();
            }
        });
        let found = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        drop(done);
        found
    });
    match found {
        Ok(found) if found == "ok" => Ok(()),
        Ok(found) => Err(OpenError::Damaged { file: file.to_owned(), found }),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => Ok(()),
        Err(error) => Err(failure(file, error)),
    }
}

fn failure(file: &Path, error: rusqlite::Error) -> OpenError {
    let file = file.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            OpenError::Damaged { file, found: error.to_string() }
        }
        Some(ErrorCode::ReadOnly) => OpenError::ReadOnly { file },
        _ => OpenError::Sqlite { file, source: error },
    }
}
