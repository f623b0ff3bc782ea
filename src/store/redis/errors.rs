//! Errors: what an error of Redis means for the call and for the connection.

use redis::{ErrorKind, ParsingError, RedisError, ServerErrorKind};

use crate::store::StoreError;
use crate::telemetry::trust;

/// How much of a text of Redis is told.
const TOLD: usize = 200;

/// What an error means.
pub(super) struct Judged {
    /// What the caller is told.
    pub(super) error: StoreError,
    /// Whether the connection is of no more use.
    pub(super) broken: bool,
}

/// Judges an error. Redis's own texts hold no data of ours.
pub(super) fn judge(error: &RedisError) -> Judged {
    let text: String = error.to_string().chars().take(TOLD).collect();
    let text = trust::told(text, "store");
    let passing = |broken| Judged { error: StoreError::Unavailable(format!("Redis: {text}")), broken };
    let lasting = |hint: &str| Judged { error: StoreError::Unusable(format!("Redis: {text}{hint}")), broken: true };
    let refused = "; check the user and the password in store.url, and that user's rights";
    match error.kind() {
        ErrorKind::AuthenticationFailed | ErrorKind::Server(ServerErrorKind::NoPerm) => lasting(refused),
        ErrorKind::InvalidClientConfig => lasting("; check store.url"),
        ErrorKind::RESP3NotSupported => lasting("; Redis 6 or newer is needed"),
        // A server that has become a replica, or still loads what it kept: look for the primary again.
        ErrorKind::Server(
            ServerErrorKind::ReadOnly
            | ServerErrorKind::MasterDown
            | ServerErrorKind::BusyLoading
            | ServerErrorKind::NoScript,
        ) => passing(true),
        ErrorKind::Server(ServerErrorKind::ResponseError | ServerErrorKind::CrossSlot) => lasting(""),
        ErrorKind::Server(_) => passing(false),
        ErrorKind::Extension => match error.code() {
            Some("NOAUTH" | "WRONGPASS" | "NOPERM") => lasting(refused),
            Some("WRONGTYPE") => lasting("; the database is used by something else too: give Wissel one of its own"),
            // OOM, MISCONF, NOREPLICAS, BUSY: it is full, cannot write, or has too few replicas just now.
            _ => passing(false),
        },
        _ => passing(true),
    }
}

/// The same once more.
pub(super) fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::Unavailable(text) => StoreError::Unavailable(text.clone()),
        StoreError::Unusable(text) => StoreError::Unusable(text.clone()),
        other => StoreError::Unavailable(other.to_string()),
    }
}

/// An answer that is not what the command gives. What it is instead is not told: it may be data.
pub(super) fn strange(_: ParsingError) -> StoreError {
    StoreError::Unusable(
        "Redis gave an answer of another kind than the command gives; is it Redis 6 or newer?".to_owned(),
    )
}
