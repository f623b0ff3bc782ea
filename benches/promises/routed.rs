//! S4: customers' messages routed on the embedded backends: triage, rules and decision made, state saved, first command
//! and journal message confirmed, acknowledged. The journal worker runs beside the routers; bot, handoff and delivery do
//! not. Each message is the first one of its visitor, which costs most: a new thread, a new key, a command.
//!
//! The bare loop is the cycle of SQLite with bodies of 1 KiB: as many messages, which wait or arrive in the same way, are
//! enqueued, dequeued and acknowledged, each step durable before the next. Rounds of both take turns, the bare ones before
//! and after each of ours, as syncs of a disk swing; the medians of each are compared.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use wissel::broker::Queue;
use wissel::broker::embedded::EmbeddedBroker;
use wissel::journal::embedded::EmbeddedJournal;
use wissel::sqlite::Database;
use wissel::store::embedded::EmbeddedStore;
use wissel::wire::{Keys, envelope};
use wissel::workers::journal;
use wissel_channels::Clock;

use crate::bare;
use crate::routers::{AllDone, Counting, route, workplace};
use crate::table::Table;
use crate::visitors::{event, publish, texts};

const MESSAGES: u32 = 15_000;
const RUNS: usize = 3;
/// How many publishers bring messages that arrive, one at a time each.
pub(crate) const PUBLISHERS: u32 = 256;
const GOAL: f64 = 0.50;

/// How messages come.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Arrival {
    /// All wait when the routers begin.
    Waiting,
    /// Many publishers bring them meanwhile, one at a time each.
    Live,
}

/// Measures messages that wait, and messages that arrive meanwhile.
pub(crate) fn measure(table: &mut Table) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let texts = texts()?;
    let size = envelope::write_event(&Keys::new([7; 32]), &event(0, &texts))?.len();
    println!("S4: {MESSAGES} events of about {size} bytes, SQLite {}", rusqlite::version());
    for (arrival, name) in [(Arrival::Waiting, "waiting"), (Arrival::Live, "arriving")] {
        let (mut ours, mut bare) = (Vec::with_capacity(RUNS), vec![bare_rate(&runtime, arrival)?]);
        for _ in 0..RUNS {
            let (before, (time, written)) = (cpu(), in_folder(|folder| routed(&runtime, folder, &texts, arrival))?);
            let cpu = (cpu() - before) / f64::from(MESSAGES);
            ours.push(rate(MESSAGES, time));
            bare.push(bare_rate(&runtime, arrival)?);
            let (ours, bare) = (ours[ours.len() - 1], bare[bare.len() - 1]);
            println!(
                "S4 {name}: {ours:.0}/s, {cpu:.0} µs of CPU each, journal written {written:.0?} later; bare {bare:.0}/s"
            );
        }
        table.rate(&format!("S4 routed, embedded, messages {name}"), median(ours), median(bare), GOAL);
    }
    Ok(())
}

fn rate(messages: u32, time: Duration) -> f64 {
    f64::from(messages) / time.as_secs_f64()
}

fn bare_rate(runtime: &Runtime, arrival: Arrival) -> anyhow::Result<f64> {
    Ok(rate(MESSAGES, in_folder(|folder| bare::cycle(runtime, folder, MESSAGES, arrival))?))
}

pub(crate) fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// The processor time that this process has used, in microseconds.
pub(crate) fn cpu() -> f64 {
    const TICK_MICROS: f64 = 10_000.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = after_name.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() * TICK_MICROS
}

/// How many bytes a routed message has left, by kind.
fn left_behind(folder: &Path) -> anyhow::Result<String> {
    let file = rusqlite::Connection::open(folder.join(wissel::sqlite::FILE))?;
    let mean = |sql: &str| file.query_row(sql, [], |row| row.get::<_, Option<f64>>(0));
    let record = mean("SELECT avg(length(sealed)) FROM journal_entries")?.unwrap_or_default();
    let state = mean("SELECT avg(length(sealed)) FROM store_threads")?.unwrap_or_default();
    let command = mean("SELECT avg(length(body)) FROM broker_messages")?.unwrap_or_default();
    let commands = mean("SELECT count(*) FROM broker_messages")?.unwrap_or_default() / f64::from(MESSAGES);
    let file = std::fs::metadata(folder.join(wissel::sqlite::FILE))?.len() / u64::from(MESSAGES);
    Ok(format!(
        "record {record:.0} bytes (three times: with the head, in the queue, in the journal), state {state:.0}, \
         {commands:.2} commands of {command:.0}; the file has {file} a message"
    ))
}

fn in_folder<T>(measure: impl FnOnce(&Path) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let folder = tempfile::tempdir()?;
    measure(folder.path())
}

/// How long it took until all messages were acknowledged, and how much longer until the journal was written.
fn routed(
    runtime: &Runtime,
    folder: &Path,
    texts: &[String],
    arrival: Arrival,
) -> anyhow::Result<(Duration, Duration)> {
    let database = Database::open(folder, Clock::system())?;
    let all = AllDone::of(MESSAGES);
    let broker = Counting { inner: Arc::new(EmbeddedBroker::new(database.clone())), all: Arc::clone(&all) };
    let store = Arc::new(EmbeddedStore::new(database.clone()));
    let place = workplace(Arc::new(broker), store, Arc::new(EmbeddedJournal::new(database)))?;
    runtime.block_on(async {
        let waiting = if arrival == Arrival::Waiting { MESSAGES } else { 0 };
        for from in (0..waiting).step_by(1000) {
            publish(&place, texts, from..waiting.min(from + 1000)).await?;
        }
        let start = Instant::now();
        let stop = CancellationToken::new();
        let mut workers = route(&place, &stop);
        workers.spawn(journal::run(place.clone(), stop.clone()));
        let mut publishers = JoinSet::new();
        let next = Arc::new(AtomicU32::new(waiting));
        let texts: Arc<[String]> = texts.into();
        for _ in 0..PUBLISHERS {
            let (place, texts, next) = (place.clone(), Arc::clone(&texts), Arc::clone(&next));
            publishers.spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= MESSAGES {
                        return anyhow::Ok(());
                    }
                    place.post.event(&event(number, &texts)).await?;
                }
            });
        }
        tokio::select! {
            () = all.told.notified() => {}
            Some(ended) = workers.join_next() => anyhow::bail!("a worker ended: {ended:?}"),
        }
        let time = start.elapsed();
        while place.broker.depth(&Queue::Journal).await?.messages > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let written = start.elapsed().saturating_sub(time);
        stop.cancel();
        while let Some(ended) = workers.join_next().await {
            ended??;
        }
        while let Some(ended) = publishers.join_next().await {
            ended??;
        }
        println!("S4 {}", left_behind(folder)?);
        Ok((time, written))
    })
}
