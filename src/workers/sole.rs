//! Sole: of all processes that deliver, the only one that sends by a channel whose provider limits the rate.
//!
//! Such a channel keeps its rates in memory; since only one process sends, they hold for all processes together. The store
//! has the lease. A process that takes over does not know what the last one sent just before, and begins slowly enough not
//! to need to.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wissel_channels::ChannelName;

use super::{WorkerError, Workplace};
use crate::telemetry::pulse;

/// For how long a channel is held; it is held longer three times within it. So long customers wait when a process dies.
const LEASE: Duration = Duration::from_secs(6);
/// How soon another process looks whether it is free.
const LOOK: Duration = Duration::from_secs(1);
/// How long the store may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// A channel that one process sends by.
#[derive(Debug)]
pub struct Sole {
    name: String,
    holder: [u8; 16],
    /// Until when this process has it.
    until: watch::Sender<Option<Instant>>,
}

impl Sole {
    /// `holder` is this process.
    #[must_use]
    pub fn new(channel: &ChannelName, holder: [u8; 16]) -> Arc<Self> {
        Arc::new(Self { name: format!("send/{channel}"), holder, until: watch::Sender::new(None) })
    }

    fn is_held(&self) -> bool {
        self.until.borrow().is_some_and(|until| Instant::now() < until)
    }

    /// Waits until the channel is this process's.
    pub(super) async fn granted(&self) {
        let mut changes = self.until.subscribe();
        while !self.is_held() && changes.changed().await.is_ok() {}
    }

    /// Waits until it is this process's no longer.
    pub(super) async fn lost(&self) {
        let mut changes = self.until.subscribe();
        loop {
            let until = *changes.borrow_and_update();
            match until.filter(|until| Instant::now() < *until) {
                None => return,
                Some(until) => {
                    let _either = tokio::time::timeout_at(until, changes.changed()).await;
                }
            }
        }
    }
}

/// Holds the channel, or looks whether it is free, until told to stop.
pub async fn govern(place: Workplace, sole: Arc<Sole>, stop: CancellationToken) -> Result<(), WorkerError> {
    loop {
        let asked = Instant::now();
        match tokio::time::timeout(ANSWER, place.store.hold_source(&sole.name, sole.holder, LEASE)).await {
            Ok(Ok(true)) => drop(sole.until.send_replace(Some(asked + LEASE))),
            Ok(Ok(false)) => drop(sole.until.send_replace(None)),
            // What is held stays so for as long as nobody else can have it.
            Ok(Err(error)) => tracing::debug!(name = sole.name, %error, "whether the channel is ours is not known"),
            Err(_) => {}
        }
        let pause = if sole.is_held() { LEASE / 3 } else { LOOK };
        if stop.run_until_cancelled(pulse::waiting(tokio::time::sleep(pause))).await.is_none() {
            break;
        }
    }
    if sole.until.send_replace(None).is_some() {
        let _expires = tokio::time::timeout(ANSWER, place.store.let_go(&sole.name, sole.holder)).await;
    }
    Ok(())
}
