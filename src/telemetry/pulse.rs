//! Pulse: whether a task makes progress. A task that is busy and has not reported progress for long is stuck.
//!
//! The pulse belongs to the running task, so that anything inside the task may [`beat`]. Outside of a task with a pulse,
//! nothing happens.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

tokio::task_local! {
    static PULSE: Pulse;
}

/// Since when a task has been at work without a sign of progress; nothing while it waits for work. And whether it is
/// told to stop.
#[derive(Clone, Debug, Default)]
pub struct Pulse(Arc<Mutex<Option<Instant>>>, CancellationToken);

impl Pulse {
    /// The pulse of a task that is told to stop by `stop`.
    #[must_use]
    pub fn until(stop: CancellationToken) -> Self {
        Self(Arc::default(), stop)
    }

    /// Runs a task with this pulse.
    pub async fn within<F: Future>(self, task: F) -> F::Output {
        PULSE.scope(self, task).await
    }

    /// How long the task has been at work without a sign of progress.
    #[must_use]
    pub fn silent(&self) -> Duration {
        let since = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }
}

/// Says that the running task makes progress, from now on at work.
pub fn beat() {
    let _outside = PULSE.try_with(|pulse| pulse.set(Some(Instant::now())));
}

/// Whether the running task is told to stop.
#[must_use]
pub fn is_stopping() -> bool {
    PULSE.try_with(|pulse| pulse.1.is_cancelled()).unwrap_or(false)
}

/// Waits for work: no progress is to be expected until there is some.
pub async fn waiting<F: Future>(work: F) -> F::Output {
    let _outside = PULSE.try_with(|pulse| pulse.set(None));
    let work = work.await;
    beat();
    work
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Pulse, beat, waiting};

    #[tokio::test]
    async fn it_is_silent_since_the_last_beat_and_never_while_it_waits() {
        let pulse = Pulse::default();
        pulse
            .clone()
            .within(async {
                assert_eq!(pulse.silent(), Duration::ZERO, "nobody has begun");
                beat();
                tokio::time::sleep(Duration::from_millis(5)).await;
                assert!(pulse.silent() >= Duration::from_millis(5));
                waiting(async { assert_eq!(pulse.silent(), Duration::ZERO) }).await;
                assert!(pulse.silent() < Duration::from_mins(1));
            })
            .await;
        beat();
    }
}
