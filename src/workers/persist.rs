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

/// How long one try may take: nothing that a worker asks for takes that long.
const ANSWER: Duration = Duration::from_secs(30);

/// Repeats something until it works or fails for good. Each try is a sign of life.
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
                let pause = trouble.get_or_insert_with(Trouble::new).failed(what, &error);
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
