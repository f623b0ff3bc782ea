//! Later: why what a webhook brought was not taken, and when all of it is to come again.

use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::{BlobError, CursorError, IntakeError};

/// When to come again with what could not be stored.
const SOON: Duration = Duration::from_secs(3);

/// Why something was not taken: all of it comes again.
#[derive(Clone, Debug)]
pub(crate) struct Later {
    /// What a webhook is answered with: 429 where too much waits already, 503 where something is away.
    status: StatusCode,
    /// When to come again.
    pub(crate) after: Duration,
    /// Why.
    pub(crate) why: String,
}

impl Later {
    /// Something that is needed is away, for about as long as `after`.
    pub(crate) fn away(after: Duration, why: impl Into<String>) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, after, why: why.into() }
    }

    /// Something that is needed is away; it did not say for how long.
    pub(crate) fn soon(why: impl Into<String>) -> Self {
        Self::away(SOON, why)
    }
}

impl From<CursorError> for Later {
    fn from(error: CursorError) -> Self {
        Self::soon(error.to_string())
    }
}

impl From<BlobError> for Later {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Unavailable { retry_after, reason } => Self::away(retry_after, reason),
            other => Self::soon(other.to_string()),
        }
    }
}

impl IntoResponse for Later {
    fn into_response(self) -> Response {
        let seconds = self.after.as_secs().max(1).to_string();
        (self.status, [(header::RETRY_AFTER, seconds)], "it was not taken; please send it again\n").into_response()
    }
}

/// What became of a message that was handed over. One that can never be accepted is left out: it would come for ever.
pub(crate) fn accepted(outcome: Result<(), IntakeError>) -> Result<(), Later> {
    match outcome {
        Ok(()) => Ok(()),
        Err(IntakeError::Crowded { retry_after }) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            Err(Later { status, ..Later::away(retry_after, "too many messages wait already") })
        }
        Err(IntakeError::Busy { retry_after }) => Err(Later::away(retry_after, "messages cannot be stored just now")),
        Err(IntakeError::Invalid { reason }) => {
            tracing::error!(%reason, "a message that can never be accepted was left out");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_told_whether_it_is_too_many_or_something_is_away_and_when_to_come_again() {
        let retry_after = Duration::from_millis(1);
        let told = |error| {
            let response = accepted(Err(error)).unwrap_err().into_response();
            (response.status().as_u16(), response.headers()[header::RETRY_AFTER].to_str().unwrap().to_owned())
        };
        assert_eq!(told(IntakeError::Crowded { retry_after }), (429, "1".to_owned()));
        assert_eq!(told(IntakeError::Busy { retry_after }), (503, "1".to_owned()));
        assert!(accepted(Err(IntakeError::Invalid { reason: "no text".to_owned() })).is_ok());
    }
}
