//! `wissel run`: the daemon.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use super::Files;
use crate::app::{self, Start};
use crate::failpoint::Failpoints;
use crate::lifecycle::{self, Ending, Lifecycle};
use crate::settings::{Flag, Roles};
use crate::telemetry::{Metrics, logging};

/// How long calls that block a thread may still take when everything else has ended.
const BLOCKING: Duration = Duration::from_secs(2);

/// Where a test lets the daemon die: `router.saved:3`.
const FAILPOINT: &str = "WISSEL_FAILPOINT";

/// Arguments of `wissel run`.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Args {
    /// What this process does, of intake, router, bot, handoff, delivery, journal, timers, web; without it all of them
    #[arg(long, value_name = "ROLES")]
    roles: Option<Roles>,
}

/// Runs the daemon until it is asked to stop.
pub(super) fn run(files: &Files, args: &Args) -> anyhow::Result<ExitCode> {
    let roles = args.roles.as_ref().map(|roles| Flag { name: "--roles", key: "roles", value: roles.to_string() });
    let settings = files.settings_with(roles)?;
    logging::start(settings.log.format.0, settings.log.level.targets());
    let metrics = Arc::new(Metrics::new().context("metrics cannot be set up")?);
    let start = Start { settings, routing: files.routing(), metrics, failpoints: failpoints()? };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads can be started")?;
    let ending = runtime.block_on(live(start));
    runtime.shutdown_timeout(BLOCKING);
    ending.map(ExitCode::from)
}

/// The failpoint that a test sets, if any.
fn failpoints() -> anyhow::Result<Failpoints> {
    match std::env::var(FAILPOINT) {
        Ok(text) => text.parse().with_context(|| format!("{FAILPOINT} is wrong")),
        Err(_) => Ok(Failpoints::default()),
    }
}

/// The life of a daemon: put together, run, end. A signal while it is put together ends it too.
async fn live(start: Start) -> anyhow::Result<Ending> {
    let signals = lifecycle::signals().context("signals cannot be received")?;
    let lifecycle = Lifecycle::new(Arc::clone(&start.metrics));
    let grace = start.settings.limits.shutdown();
    let starting = async {
        let started = lifecycle.stop.run_until_cancelled(Box::pin(app::run(start, &lifecycle))).await.unwrap_or(Ok(()));
        if started.is_err() {
            lifecycle.stop.cancel();
        }
        started
    };
    let (started, ending) = tokio::join!(starting, lifecycle.clone().end(signals, grace));
    started.map(|()| ending)
}
