//! S8: the daemon from its start to ready, in a fresh folder; and after a kill with many messages pending, from its start
//! to the first message routed. The bare loop starts the same program for its version alone.

use std::path::Path;
use std::time::{Duration, Instant};

use wissel::broker::embedded::EmbeddedBroker;
use wissel::broker::{Broker, Message, Queue};
use wissel::settings::load_master_key;
use wissel::sqlite::Database;
use wissel::wire::post::partition_of;
use wissel::wire::{Keys, envelope};
use wissel_channels::Clock;

use crate::daemon::{Daemon, data, has_decided, is_ready, program};
use crate::table::{Table, number_of, percentile};
use crate::visitors::{event, texts};

const STARTS: usize = 7;
pub(crate) const PENDING: u32 = 1_000_000;
const PARTITIONS: u16 = 16;
const COLD: Duration = Duration::from_millis(500);
pub(crate) const FIRST: Duration = Duration::from_secs(1);

/// Measures cold starts, the median, and one start with messages pending: `--pending N`, or a million.
pub(crate) fn measure(table: &mut Table) -> anyhow::Result<()> {
    let bare = sorted(version)?;
    let cold = sorted(|| {
        let folder = tempfile::tempdir()?;
        Daemon::start(folder.path(), &[])?.wait_for("/readyz", is_ready)
    })?;
    println!("S8 cold starts: {cold:.0?}");
    table.time("S8 cold start to ready", percentile(&cold, 50), Some(percentile(&bare, 50)), COLD);
    let pending = number_of("--pending", PENDING);
    let first = first_of(pending)?;
    let what = format!("S8 first routed after a kill, {pending} pending");
    table.time(&what, first, Some(percentile(&bare, 50)), FIRST);
    Ok(())
}

/// The times of some runs, sorted.
fn sorted<T>(work: impl Fn() -> anyhow::Result<T>) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let start = Instant::now();
        let held = work()?;
        times.push(start.elapsed());
        drop(held);
    }
    times.sort_unstable();
    Ok(times)
}

fn version() -> anyhow::Result<()> {
    anyhow::ensure!(program().arg("--version").status()?.success(), "the program runs");
    Ok(())
}

/// Leaves messages in a folder whose daemon is killed while it routes them, starts it again, and waits for a decision.
fn first_of(pending: u32) -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir()?;
    drop(Daemon::start(folder.path(), &[])?.wait_for("/readyz", is_ready)?);
    fill(&data(folder.path()), pending)?;
    drop(Daemon::start(folder.path(), &[])?.wait_for("/metrics", has_decided)?);
    let start = Instant::now();
    let daemon = Daemon::start(folder.path(), &[])?.wait_for("/metrics", has_decided)?;
    let first = start.elapsed();
    let file = std::fs::metadata(data(folder.path()).join(wissel::sqlite::FILE))?.len();
    println!("S8 {pending} pending, a file of {} MiB: first routed after {first:?}", file >> 20);
    drop(daemon);
    Ok(first)
}

/// Publishes messages into the folder of a daemon that does not run.
fn fill(data: &Path, pending: u32) -> anyhow::Result<()> {
    let texts = texts()?;
    let key = load_master_key(&data.join("master.key"))?.ok_or_else(|| anyhow::anyhow!("the daemon has made a key"))?;
    let keys = Keys::new(key);
    let broker = EmbeddedBroker::new(Database::open(data, Clock::system())?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for from in (0..pending).step_by(5000) {
        let mut messages = Vec::new();
        for number in from..pending.min(from + 5000) {
            let event = event(number, &texts);
            let body = envelope::write_event(&keys, &event)?;
            messages.push((
                Queue::Inbound(partition_of(event.thread, PARTITIONS)),
                Message { id: event.id.0, body: body.into() },
            ));
        }
        runtime.block_on(broker.publish(messages))?;
    }
    Ok(())
}
