//! Errors of PostgreSQL: what goes away by itself and what does not.

use deadpool_postgres::{HookError, PoolError, TimeoutType};
use tokio_postgres::error::SqlState;

use crate::journal::JournalError;
use crate::telemetry::{Chain, trust};

/// Why a call was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// PostgreSQL, or the way there.
    #[error(transparent)]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// No answer in time.
    #[error("no answer within {0} s")]
    Late(u64),
    /// What is there does not go with this release or its settings.
    #[error("{0}")]
    Refused(String),
}

impl Failure {
    /// Whether tables are missing that were there: somebody has put another database in its place.
    pub(super) fn lacks_tables(&self) -> bool {
        matches!(self, Self::Postgres(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE))
    }
}

impl From<Failure> for JournalError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Postgres(error)
            | Failure::Pool(PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error))) => {
                of(&error)
            }
            Failure::Pool(PoolError::Timeout(kind)) => Self::Unavailable(match kind {
                TimeoutType::Wait => "all connections to PostgreSQL are in use".to_owned(),
                _ => "PostgreSQL does not answer when it is connected to".to_owned(),
            }),
            Failure::Refused(text) => Self::Unusable(text),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

/// Tells what the settings must cure from what time cures.
fn of(error: &tokio_postgres::Error) -> JournalError {
    let Some(told) = error.as_db_error() else {
        return JournalError::Unavailable(trust::told(Chain(error).to_string(), "journal"));
    };
    let code = told.code();
    // Without the detail, which may repeat values.
    let text = format!("PostgreSQL says: {} (SQLSTATE {})", told.message(), code.code());
    let cure = match code {
        code if code.code().starts_with("28") => "; check the user and the password in journal.url",
        code if *code == SqlState::INVALID_CATALOG_NAME => "; make the database, or name another in journal.url",
        code if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
            "; let the user of journal.url make tables in its schema, and read and write them"
        }
        code if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED => {
            "; put back a copy of the database"
        }
        _ => return JournalError::Unavailable(text),
    };
    JournalError::Unusable(text + cure)
}
