//! Errors of the file: what goes away by itself and what does not.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::ErrorCode;

/// Why a read or write was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The disk is full, the file is held by somebody, or the like: try again.
    #[error("{0}")]
    Unavailable(Arc<rusqlite::Error>),
    /// The file is not as it should be: trying again does not help.
    #[error("{0}; stop the daemon and put back a copy of the data folder")]
    Damaged(Arc<rusqlite::Error>),
    /// The work itself panicked, and nothing of it was written; or what followed its commit did.
    #[error("work on the database panicked")]
    Panicked,
    /// The database is closing, or was opened for reading only.
    #[error("the database is closed")]
    Closed,
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let passing = matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::OutOfMemory
                    | ErrorCode::CannotOpen
                    | ErrorCode::ReadOnly
                    | ErrorCode::PermissionDenied
                    | ErrorCode::FileLockingProtocolFailed
                    | ErrorCode::OperationInterrupted
            )
        );
        if passing { Self::Unavailable(Arc::new(error)) } else { Self::Damaged(Arc::new(error)) }
    }
}

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made or written.
    #[error(
        "the data folder {folder} cannot be written: {source}; let the user of this daemon write there, or name another folder with --data"
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another daemon has it.
    #[error(
        "the data folder {folder} is in use by another wissel daemon; stop that one, or name another folder with --data"
    )]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// There is no file.
    #[error("there is no {file}; start `wissel run` once with this data folder, or name another with --data")]
    Missing {
        /// The file.
        file: PathBuf,
    },
    /// The file cannot be written.
    #[error(
        "{file} cannot be written; let the user of this daemon write it and its folder, or name another folder with --data"
    )]
    ReadOnly {
        /// The file.
        file: PathBuf,
    },
    /// The file is damaged.
    #[error("{file} is damaged: {found}; move it aside and put back a copy, or begin anew without it")]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What was found.
        found: String,
    },
    /// A newer release wrote it.
    #[error(
        "{file} has version {found} and this release knows up to {known}; run the release that wrote it, or a newer one"
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// An older release wrote it, and it is open for reading only.
    #[error(
        "{file} has version {found} and this release needs {known}; start `wissel run` once, which brings it up to date"
    )]
    Older {
        /// The file.
        file: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// It cannot be opened for another reason.
    #[error("{file} cannot be opened: {source}")]
    Sqlite {
        /// The file.
        file: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// The system gives no thread.
    #[error("no thread can be started for the database: {source}")]
    Thread {
        /// Why.
        source: io::Error,
    },
}
