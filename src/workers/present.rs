//! Present: each process says in the store that it is there, so that what needs everybody gone can tell who is not.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{WorkerError, Workplace};
use crate::store::{StoreError, ThreadStore};
use crate::telemetry::pulse;

/// The group that every process attends.
const GROUP: &str = "process";
/// How often a process says that it is there.
const PERIOD: Duration = Duration::from_secs(2);
/// For how long it counts after that.
pub const PRESENT: Duration = Duration::from_secs(8);
/// How long saying so may take.
const ANSWER: Duration = Duration::from_secs(3);

/// Says so until told to stop.
pub async fn run(place: Workplace, holder: [u8; 16], stop: CancellationToken) -> Result<(), WorkerError> {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(pulse::waiting(ticks.tick())).await.is_some() {
        let told = tokio::time::timeout(ANSWER, place.store.attend(GROUP, holder, PRESENT)).await;
        if let Ok(Err(error @ StoreError::Unusable(_))) = told {
            return Err(error.into());
        }
    }
    let _late = tokio::time::timeout(ANSWER, place.store.depart(GROUP, holder)).await;
    Ok(())
}

/// How many processes are there, without the one that asks.
pub async fn who(store: &dyn ThreadStore, asking: [u8; 16]) -> Result<usize, StoreError> {
    let all = store.attend(GROUP, asking, Duration::from_secs(1)).await?;
    store.depart(GROUP, asking).await?;
    Ok(all.len().saturating_sub(1))
}
