//! Present: each process registers in the store, and says whether it writes the journal. So a command that needs all
//! processes stopped can tell which one is not, and a journal worker that stands by can tell that another one is at work.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{WorkerError, Workplace};
use crate::store::{StoreError, ThreadStore};
use crate::telemetry::pulse;

/// The group that every process attends.
pub const PROCESS: &str = "process";
/// The group of those that write the journal.
pub const JOURNAL: &str = "journal";
/// How often a process says that it is there.
const PERIOD: Duration = Duration::from_secs(2);
/// For how long it counts after that.
pub const PRESENT: Duration = Duration::from_secs(8);
/// How long saying so may take.
const ANSWER: Duration = Duration::from_secs(3);
/// Who asks who is there, for a moment.
const ASKING: [u8; 16] = [0; 16];

/// Attends a group under a mark until told to stop.
pub async fn run(
    place: Workplace,
    (group, mark): (&'static str, [u8; 16]),
    stop: CancellationToken,
) -> Result<(), WorkerError> {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(pulse::waiting(ticks.tick())).await.is_some() {
        let told = tokio::time::timeout(ANSWER, place.store.attend(group, mark, PRESENT)).await;
        if let Ok(Err(error @ StoreError::Unusable(_))) = told {
            return Err(error.into());
        }
    }
    let _late = tokio::time::timeout(ANSWER, place.store.depart(group, mark)).await;
    Ok(())
}

/// How many attend a group.
pub async fn who(store: &dyn ThreadStore, group: &str) -> Result<usize, StoreError> {
    let asked = async {
        let all = store.attend(group, ASKING, PERIOD).await?;
        store.depart(group, ASKING).await?;
        Ok(all.iter().filter(|mark| **mark != ASKING).count())
    };
    let late = |_| Err(StoreError::Unavailable(format!("no answer within {} s", ANSWER.as_secs())));
    tokio::time::timeout(ANSWER, asked).await.unwrap_or_else(late)
}
