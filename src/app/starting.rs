//! Starting: from backends that may be away to backends that are set up. What is missing is told by `/readyz`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::backends::{Backends, key_of};
use crate::settings::Settings;
use crate::web::ops::Readiness;
use crate::wire::Keys;
use crate::workers::WorkerError;

/// The name under which the journal keeps the mark of the master key.
const KEY_MARK: &str = "master_key_mark";
/// How long one try may take.
const TRY: Duration = Duration::from_secs(10);
/// How soon the next one follows.
const AGAIN: Duration = Duration::from_millis(500);
/// How often the log says that something is still missing.
const SAY: Duration = Duration::from_secs(30);

/// Sets up broker and journal, for as long as it takes. Fails when trying again does not help.
pub(super) async fn set_up(
    backends: &Backends,
    settings: &Settings,
    keys: &Keys,
    readiness: &Readiness,
) -> anyhow::Result<()> {
    let partitions = settings.partitions.get();
    let journal = async {
        insist("journal", readiness, || backends.journal.declare(partitions)).await?;
        // What one process seals all others must be able to open.
        let mark = insist("journal", readiness, || backends.journal.fix(KEY_MARK, keys.mark())).await?;
        if mark != keys.mark() {
            anyhow::bail!(
                "{} is not the one that the journal was written under; give every process the same key: \
                 a copy of the file that secrets.master_key_file of the others names",
                key_of(settings)
            );
        }
        Ok(())
    };
    let broker = insist("broker", readiness, || backends.broker.declare(partitions));
    tokio::try_join!(journal, broker).map(drop)
}

/// Tries until it works. A reason that does not pass ends the start.
async fn insist<T, E, F>(name: &'static str, readiness: &Readiness, attempt: impl Fn() -> F) -> anyhow::Result<T>
where
    E: Into<WorkerError>,
    F: Future<Output = Result<T, E>>,
{
    let mut said: Option<Instant> = None;
    loop {
        let reason = match tokio::time::timeout(TRY, attempt()).await.map(|result| result.map_err(Into::into)) {
            Ok(Ok(done)) => {
                if said.is_some() {
                    tracing::info!(port = name, "it is there now");
                }
                return Ok(done);
            }
            Ok(Err(error)) if !error.is_passing() => return Err(error.into()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} s", TRY.as_secs()),
        };
        if said.is_none_or(|at| at.elapsed() > SAY) {
            tracing::warn!(port = name, reason, "waiting for it");
            said = Some(Instant::now());
        }
        readiness.wrong(name, reason);
        tokio::time::sleep(AGAIN).await;
    }
}

/// What the work of this process cannot be done without.
pub(super) fn needs(settings: &Settings) -> Arc<[&'static str]> {
    use crate::settings::Role::{Bot, Delivery, Handoff, Intake, Journal, Router, Timers, Web};
    let asked = [
        ("broker", &[Intake, Router, Bot, Handoff, Delivery, Journal, Timers, Web][..]),
        ("store", &[Intake, Router, Bot, Handoff, Delivery, Timers, Web]),
        ("journal", &[Router, Journal, Web]),
        ("router", &[Router]),
    ];
    asked.into_iter().filter(|(_, roles)| settings.roles.any(roles)).map(|(name, _)| name).collect()
}
