//! Starting: from backends that may be away to backends that are set up. `/readyz` says what is missing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Start;
use super::backends::{Backends, key_of};
use crate::blob::{Shelf, Unready};
use crate::journal::Journal;
use crate::lifecycle::Lifecycle;
use crate::settings::{Port, Settings};
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

/// Says what starts, and where what it needs is: no user and no password.
pub(super) fn say(start: &Start) {
    let Start { settings, routing, .. } = start;
    let server = |port: &Port| port.server().map_or_else(|| "embedded".to_owned(), ToString::to_string);
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        roles = %settings.roles,
        data_dir = %settings.data_dir.as_path().display(),
        routing = %routing.as_ref().map_or_else(|| "built in".into(), |file| file.to_string_lossy()),
        broker = server(&settings.broker),
        store = server(&settings.store),
        journal = server(&settings.journal),
        "wissel starts"
    );
}

/// Sets up the broker, for as long as it takes, the store and the journal. A process whose store or journal is away goes on
/// without, and what they have to say is heard when they are back. Fails when trying again does not help.
pub(super) async fn set_up(
    backends: &Backends,
    settings: &Settings,
    keys: &Keys,
    readiness: &Readiness,
    lifecycle: &Lifecycle,
) -> anyhow::Result<()> {
    let partitions = settings.partitions.get();
    let (store, told) = (Arc::clone(&backends.store), readiness.clone());
    let agreeing = agree(Arc::clone(&backends.journal), partitions, keys.mark(), key_of(settings), readiness.clone());
    let mut agreeing =
        Box::pin(async move { tokio::try_join!(agreeing, insist("store", &told, || store.answers())).map(drop) });
    let broker = insist("broker", readiness, || backends.broker.declare(partitions));
    let agreed = async {
        match tokio::time::timeout(TRY, &mut agreeing).await {
            Ok(result) => result.map(|()| true),
            Err(_) => Ok(false),
        }
    };
    if let ((), true) = tokio::try_join!(broker, agreed)? {
        return Ok(());
    }
    tracing::warn!("the journal or the store is away; starting without");
    let stop = lifecycle.stop.clone();
    lifecycle.spawn("agreeing with journal and store", async move {
        match stop.run_until_cancelled(agreeing).await {
            Some(Ok(())) => stop.cancelled().await,
            Some(Err(refused)) => return Err(refused),
            None => {}
        }
        anyhow::Ok(())
    });
    Ok(())
}

/// Looks whether files can be kept. One that is away may come back; one that is set up wrongly ends the start.
pub(super) async fn look_at(shelf: &dyn Shelf) -> anyhow::Result<()> {
    match tokio::time::timeout(TRY, shelf.ready()).await {
        Ok(Ok(())) => {}
        Ok(Err(Unready::Wrong(why))) => anyhow::bail!("files cannot be kept: {why}"),
        Ok(Err(Unready::Away(error))) => tracing::warn!(%error, "the bucket is away; starting without it"),
        Err(_) => tracing::warn!("the bucket does not answer; starting without it"),
    }
    Ok(())
}

/// Sets up the journal, and compares keys: what one process seals all others must be able to open.
async fn agree(
    journal: Arc<dyn Journal>,
    partitions: u16,
    mark: i64,
    key: String,
    readiness: Readiness,
) -> anyhow::Result<()> {
    insist("journal", &readiness, || journal.declare(partitions)).await?;
    if insist("journal", &readiness, || journal.fix(KEY_MARK, mark)).await? != mark {
        anyhow::bail!(
            "{key} is not the one that the journal was written under; give every process the same key: \
             a copy of the file that secrets.master_key_file of the others names"
        );
    }
    Ok(())
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
                    tracing::info!(port = name, "the server is there now");
                }
                return Ok(done);
            }
            Ok(Err(error)) if !error.is_passing() => return Err(error.into()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} s", TRY.as_secs()),
        };
        if said.is_none_or(|at| at.elapsed() > SAY) {
            tracing::warn!(port = name, reason, "waiting for the server");
            said = Some(Instant::now());
        }
        // Not every process needs every port.
        if readiness.has(name) {
            readiness.wrong(name, reason);
        }
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::store::StoreError;

    #[tokio::test]
    async fn what_a_process_does_not_need_does_not_keep_it_from_being_ready() {
        let (readiness, tried) = (Readiness::of(&["broker"]), AtomicBool::new(false));
        let attempt = || async {
            let there = tried.swap(true, Ordering::SeqCst);
            if there { Ok(()) } else { Err(StoreError::Unavailable("away".to_owned())) }
        };
        for (name, needed) in [("journal", false), ("broker", true)] {
            tried.store(false, Ordering::SeqCst);
            insist(name, &readiness, attempt).await.unwrap();
            assert_eq!(readiness.has(name), needed, "{name}");
        }
    }
}
