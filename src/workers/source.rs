//! Sources: lets a channel receive. One that polls runs in the one process that has its lease.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wissel_channels::{Channel, ChannelError, Clock, ReceiveContext, SignOfLife};

use super::Workplace;
use crate::telemetry::Metrics;

/// For how long a source is held; it is held longer three times within it.
const LEASE: Duration = Duration::from_secs(30);
/// How soon another process looks whether the source is free.
const LOOK: Duration = Duration::from_secs(5);
/// How long the store may take to answer.
const ANSWER: Duration = Duration::from_secs(5);
/// How long a channel may take to stop when its source is gone.
const STOPPING: Duration = Duration::from_secs(4);
/// How long a source that polls may show no sign of life before it is started again.
const SILENT: Duration = Duration::from_mins(10);

/// A channel that receives in this process, or may.
#[derive(Clone)]
pub struct Source {
    /// The channel.
    pub channel: Arc<dyn Channel>,
    /// What it is given.
    pub cx: ReceiveContext,
    /// When it last showed a sign of life.
    pub life: Life,
    /// This process, among those that may have the source.
    pub holder: [u8; 16],
}

/// When a source last showed a sign of life; 0 while this process does not have it.
#[derive(Clone, Debug, Default)]
pub struct Life(Arc<AtomicI64>);

impl Life {
    /// What a channel is given to show signs of life with.
    #[must_use]
    pub fn sign(&self, channel: &dyn Channel, clock: Clock, metrics: Arc<Metrics>) -> SignOfLife {
        let (life, name, account) = (self.clone(), channel.name().clone(), channel.account().clone());
        SignOfLife::new(move || {
            let now = clock.now();
            life.0.store(now.0, Ordering::Relaxed);
            metrics.source_progress(name.as_str(), account.as_str(), now.0 / 1000);
        })
    }

    /// How long it has been silent, if this process has it and it ever showed a sign of life.
    #[must_use]
    pub fn silent(&self, clock: &Clock) -> Option<Duration> {
        let last = self.0.load(Ordering::Relaxed);
        let millis = clock.now().since(wissel_channels::UnixMillis(last));
        (last != 0).then(|| Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
    }

    fn end(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// Receives until told to stop; whoever polls, while it has the source.
pub async fn run(place: Workplace, source: Source, stop: CancellationToken) -> Result<(), ChannelError> {
    if !source.channel.polls() {
        return source.channel.receive(source.cx).await;
    }
    let name = format!("{}/{}", source.channel.name(), source.channel.account());
    while !stop.is_cancelled() {
        if hold(&place, &name, source.holder).await == Some(true) {
            let received = receive(&place, &name, &source, &stop).await;
            source.life.end();
            place.metrics.source_gone(source.channel.name().as_str(), source.channel.account().as_str());
            let _expires = tokio::time::timeout(ANSWER, place.store.let_go(&name, source.holder)).await;
            received?;
        }
        stop.run_until_cancelled(tokio::time::sleep(LOOK)).await;
    }
    Ok(())
}

/// Takes the source or holds it longer; `None` when the store does not say.
async fn hold(place: &Workplace, name: &str, holder: [u8; 16]) -> Option<bool> {
    match tokio::time::timeout(ANSWER, place.store.hold_source(name, holder, LEASE)).await {
        Ok(Ok(held)) => Some(held),
        Ok(Err(error)) => {
            tracing::debug!(source = name, %error, "whether the source is ours is not known");
            None
        }
        Err(_) => None,
    }
}

/// Receives for as long as the source is ours. It is let go before another process may have it.
async fn receive(place: &Workplace, name: &str, source: &Source, stop: &CancellationToken) -> Result<(), ChannelError> {
    let ours = stop.child_token();
    let cx = ReceiveContext { shutdown: ours.clone(), ..source.cx.clone() };
    let mut receiving = source.channel.receive(cx);
    let mut until = Instant::now() + LEASE;
    let mut ticks = tokio::time::interval(LEASE / 3);
    loop {
        tokio::select! {
            received = &mut receiving => return received,
            _ = ticks.tick() => {}
        }
        let asked = Instant::now();
        match hold(place, name, source.holder).await {
            Some(true) => until = asked + LEASE,
            Some(false) => break,
            None if asked + ANSWER + LEASE / 3 > until => break,
            None => {}
        }
        if let Some(silent) = source.life.silent(&place.clock).filter(|silent| *silent > SILENT) {
            return Err(ChannelError {
                channel: source.channel.name().clone(),
                reason: format!("no sign of life of {name} for {} s; it is started again", silent.as_secs()),
            });
        }
    }
    tracing::warn!(source = name, "another process has the source, or the store cannot tell; it is let go");
    ours.cancel();
    match tokio::time::timeout(STOPPING, receiving).await {
        Ok(received) => received,
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
