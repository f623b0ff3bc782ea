//! Faults: what went wrong with RabbitMQ, in words for operations and as a decision. Never with a password.

use std::time::Duration;

use lapin::ErrorKind;
use lapin::protocol::AMQPError;

use crate::broker::BrokerError;
use crate::telemetry::trust;

/// Reply codes of RabbitMQ.
pub(super) const NOT_FOUND: u16 = 404;
pub(super) const REFUSED: u16 = 403;
pub(super) const PRECONDITION: u16 = 406;

/// What RabbitMQ itself replied, if it did.
pub(super) fn reply(error: &lapin::Error) -> Option<&AMQPError> {
    match error.kind() {
        ErrorKind::ProtocolError(error) => Some(error),
        _ => None,
    }
}

/// It did not work, and may work later; unless it is the login that RabbitMQ refuses.
pub(super) fn away(what: &str, error: &lapin::Error) -> BrokerError {
    match reply(error) {
        Some(error) if refuses_login(error) => BrokerError::Unusable(format!(
            "{what}: RabbitMQ refuses the login ({}); check the user and the password in broker.url",
            error.get_message()
        )),
        Some(error) => BrokerError::Unavailable(format!("{what}: RabbitMQ says {}", error.get_message())),
        None => BrokerError::Unavailable(trust::told(format!("{what}: {error}"), "broker")),
    }
}

fn refuses_login(error: &AMQPError) -> bool {
    error.get_id() == REFUSED && error.get_message().as_str().contains("Login was refused")
}

/// There was no answer.
pub(super) fn silent(what: &str, after: Duration) -> BrokerError {
    BrokerError::Unavailable(format!("{what}: RabbitMQ did not answer within {} s", after.as_secs()))
}

/// An alarm keeps RabbitMQ from taking messages.
pub(super) fn blocked() -> BrokerError {
    let text = "blocked by a RabbitMQ alarm: its memory or disk is short (rabbitmqctl status names it)";
    BrokerError::Unavailable(text.to_owned())
}

/// The same once more.
pub(super) fn again(error: &BrokerError) -> BrokerError {
    match error {
        BrokerError::Unavailable(text) => BrokerError::Unavailable(text.clone()),
        BrokerError::Unusable(text) => BrokerError::Unusable(text.clone()),
    }
}

/// Waits for an answer of RabbitMQ, but not for ever.
pub(super) async fn answer<T>(
    what: &str,
    within: Duration,
    asked: impl Future<Output = lapin::Result<T>>,
) -> Result<T, BrokerError> {
    match tokio::time::timeout(within, asked).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(away(what, &error)),
        Err(_) => Err(silent(what, within)),
    }
}
