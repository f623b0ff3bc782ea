//! Forgetting: what nobody will ask for any more leaves the store.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{WorkerError, Workplace, persist};
use crate::telemetry::pulse;

/// How long ids, answers to orders and records of starts are kept.
const KEPT_MILLIS: i64 = 14 * 24 * 60 * 60 * 1000;
/// How often what is older is forgotten.
const PERIOD: Duration = Duration::from_hours(1);

/// Forgets until told to stop.
pub async fn run(place: Workplace, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut ticks = tokio::time::interval(PERIOD);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = pulse::waiting(ticks.tick()) => {}
        }
        let before = place.clock.now().plus(-KEPT_MILLIS);
        let forgotten = persist("forget", || place.store.forget(before));
        let Some(done) = stop.run_until_cancelled(forgotten).await else { return Ok(()) };
        done?;
    }
}
