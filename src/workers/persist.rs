//! Persisting: tries again, with growing pauses, what is away just now, and logs that once, not at every try.

use std::time::{Duration, Instant};

use wissel_channels::backoff;

use super::WorkerError;
use crate::store::StoreError;
use crate::telemetry::pulse;

/// The first pause; each is twice as long as the one before, up to the longest. A random part of it is waited.
const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);
/// How often it is told again.
const TELL: Duration = Duration::from_mins(1);

/// After how many tries in vain, some three seconds, it is given up when the daemon stops.
const LAST: u32 = 7;

/// How long one try may take: nothing that a worker asks for takes that long.
const ANSWER: Duration = Duration::from_secs(30);

/// Repeats something until it works or fails for good. Each try is a sign of life. When the daemon stops, what is away
/// for longer is not waited for: whatever was in hand comes again.
pub(crate) async fn persist<T, E, F>(what: &'static str, mut attempt: impl FnMut() -> F) -> Result<T, WorkerError>
where
    E: Into<WorkerError>,
    F: Future<Output = Result<T, E>>,
{
    let mut trouble: Option<Trouble> = None;
    loop {
        pulse::beat();
        let tried = async { attempt().await.map_err(Into::into) };
        match tokio::time::timeout(ANSWER, tried).await.unwrap_or_else(|_| Err(late())) {
            Err(error) if error.is_passing() => {
                let trouble = trouble.get_or_insert_with(Trouble::new);
                let pause = trouble.failed(what, &error);
                if trouble.tries >= LAST && pulse::is_stopping() {
                    tracing::warn!(what, %error, "given up, to stop; it is taken up again at the next start");
                    return Err(error);
                }
                tokio::time::sleep(backoff::jittered(pause)).await;
            }
            result => {
                if let (Some(trouble), true) = (trouble, result.is_ok()) {
                    let seconds = trouble.since.elapsed().as_secs();
                    tracing::info!(what, tries = trouble.tries, seconds, "works again");
                }
                return result;
            }
        }
    }
}

fn late() -> WorkerError {
    StoreError::Unavailable(format!("no answer within {} s", ANSWER.as_secs())).into()
}

/// Something that is away.
struct Trouble {
    since: Instant,
    told: Option<Instant>,
    tries: u32,
    pause: Duration,
}

impl Trouble {
    fn new() -> Self {
        Self { since: Instant::now(), told: None, tries: 0, pause: FIRST }
    }

    /// Tells it when it is news; gives the pause before the next try.
    fn failed(&mut self, what: &'static str, error: &WorkerError) -> Duration {
        self.tries += 1;
        if self.told.is_none_or(|told| told.elapsed() >= TELL) {
            self.told = Some(Instant::now());
            let seconds = self.since.elapsed().as_secs();
            tracing::warn!(what, %error, tries = self.tries, seconds, "trying again until it works");
        }
        let pause = self.pause;
        self.pause = (pause * 2).min(LONGEST);
        pause
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::telemetry::pulse::Pulse;

    /// Persists in something that works at this try; tells how often it was tried.
    async fn tries(stop: CancellationToken, works: u32) -> (Result<(), WorkerError>, u32) {
        let mut tries = 0;
        let attempt = || {
            tries += 1;
            let worked = tries == works;
            async move { if worked { Ok(()) } else { Err(StoreError::Unavailable("away".to_owned())) } }
        };
        (Pulse::until(stop).within(persist("test", attempt)).await, tries)
    }

    #[tokio::test]
    async fn what_is_away_is_tried_until_it_works_and_given_up_when_the_daemon_stops() {
        let stopped = CancellationToken::new();
        stopped.cancel();
        let (running, stopping) = tokio::join!(tries(CancellationToken::new(), LAST + 1), tries(stopped, LAST + 1));
        assert!(running.0.is_ok() && running.1 == LAST + 1, "{running:?}");
        assert!(stopping.0.is_err_and(|error| error.is_passing()) && stopping.1 == LAST);
    }
}
