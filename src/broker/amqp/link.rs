//! Link: one connection to RabbitMQ, made when it is needed, and made again after it was lost.
//!
//! Lapin's own recovery is not used: what is on its way when a link dies has to fail at once, so that it is published
//! again, and channels whose marks may be acknowledged have to be told from those that are gone.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::{Channel, Connection};
use tokio::time::Instant;
use wissel_channels::backoff::jittered;

use super::dial::{Cut, Dial};
use super::fault;
use crate::broker::BrokerError;

/// How long RabbitMQ may take to answer a question.
pub(super) const ANSWER: Duration = Duration::from_secs(5);
/// The pause after a failed attempt to connect, which doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How often a blocked link is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// A connection for one purpose.
pub(super) struct Link {
    dial: Dial,
    purpose: &'static str,
    live: Mutex<Option<Arc<Live>>>,
    /// Whoever holds it connects; the others wait for what comes of it.
    turn: tokio::sync::Mutex<Attempts>,
}

/// A connection that was made.
struct Live {
    connection: Connection,
    cut: Cut,
}

/// What came of trying to connect.
#[derive(Default)]
struct Attempts {
    failed: Option<Failed>,
}

struct Failed {
    /// Before it nobody tries again: processes that lost their links at the same moment come back at different ones.
    again: Instant,
    /// Doubled by each failure.
    pause: Duration,
    error: BrokerError,
}

impl Link {
    pub(super) fn new(dial: Dial, purpose: &'static str) -> Self {
        Self { dial, purpose, live: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// The virtual host.
    pub(super) fn vhost(&self) -> &str {
        self.dial.vhost()
    }

    fn known(&self) -> Option<Arc<Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn connected(&self) -> Option<Arc<Live>> {
        self.known().filter(|live| live.connection.status().connected())
    }

    /// The connection, made if there is none. After a failure the next attempt waits for its time.
    async fn live(&self) -> Result<Arc<Live>, BrokerError> {
        if let Some(live) = self.connected() {
            return Ok(live);
        }
        let mut attempts = self.turn.lock().await;
        if let Some(live) = self.connected() {
            return Ok(live);
        }
        let pause = match &attempts.failed {
            Some(failed) if Instant::now() < failed.again => return Err(fault::again(&failed.error)),
            Some(failed) => (failed.pause * 2).min(LONGEST_PAUSE),
            None => FIRST_PAUSE,
        };
        match self.dial.connect(self.purpose).await {
            Ok((connection, cut)) => {
                tracing::info!(purpose = self.purpose, place = self.dial.place(), "connected to RabbitMQ");
                attempts.failed = None;
                let live = Arc::new(Live { connection, cut });
                *self.live.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&live));
                Ok(live)
            }
            Err(error) => {
                let again = Instant::now() + jittered(pause);
                attempts.failed = Some(Failed { again, pause, error: fault::again(&error) });
                Err(error)
            }
        }
    }

    /// Opens a channel. A link that does not answer is cut, and made again by the next call.
    pub(super) async fn channel(&self) -> Result<Channel, BrokerError> {
        let live = self.live().await?;
        match tokio::time::timeout(ANSWER, live.connection.create_channel()).await {
            Ok(Ok(channel)) => Ok(channel),
            Ok(Err(error)) => Err(fault::away("opening a channel", &error)),
            Err(_) if live.connection.status().blocked() => Err(fault::blocked()),
            Err(_) => {
                live.cut.cut();
                Err(fault::silent("opening a channel", ANSWER))
            }
        }
    }

    /// Whether an alarm keeps RabbitMQ from reading it.
    pub(super) fn is_blocked(&self) -> bool {
        self.connected().is_some_and(|live| live.connection.status().blocked())
    }

    /// Waits until no alarm blocks it.
    pub(super) async fn unblocked(&self, deadline: Instant) -> Result<(), BrokerError> {
        while self.is_blocked() {
            if Instant::now() >= deadline {
                return Err(fault::blocked());
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }
}
