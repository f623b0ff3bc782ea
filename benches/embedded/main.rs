//! Speed of the embedded backends, as ratios to a bare SQLite loop of the same run.
//!
//! `cargo bench --bench embedded` measures; `-- --pending 1000000` measures the start with so many messages waiting too.

mod bare;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use wissel::broker::embedded::EmbeddedBroker;
use wissel::broker::{Broker, Message, Queue};
use wissel::sqlite::Database;
use wissel::store::embedded::EmbeddedStore;
use wissel::store::{Lease, Save, SaveThread, Stored, ThreadStore};
use wissel::thread::EventId;
use wissel_channels::{Clock, ThreadKey, UnixMillis};

use bare::{BODY, GROUP, id};

const MESSAGES: u32 = 30_000;
const RUNS: usize = 3;
const PARTITIONS: u16 = 16;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    println!("{MESSAGES} messages of {BODY} bytes, groups of up to {GROUP}, SQLite {}", rusqlite::version());
    let mut ratios = Vec::new();
    for run in 1..=RUNS {
        let bare = rate(in_folder(|folder| bare::cycle(folder, MESSAGES))?);
        let broker = rate(in_folder(|folder| broker_cycle(&runtime, folder))?);
        println!("run {run}: bare cycle {bare:.0}/s, broker {broker:.0}/s, ratio {:.2}", broker / bare);
        ratios.push(broker / bare);
    }
    ratios.sort_by(f64::total_cmp);
    println!("broker to bare cycle, median: {:.2}", ratios[RUNS / 2]);
    in_folder(|folder| small_things(&runtime, folder))?;
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--pending") {
        let pending = arguments.get(place + 1).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
        in_folder(|folder| start_with_pending(&runtime, folder, pending))?;
    }
    Ok(())
}

fn rate(time: Duration) -> f64 {
    f64::from(MESSAGES) / time.as_secs_f64()
}

fn in_folder<T>(measure: impl FnOnce(&Path) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let folder = tempfile::tempdir()?;
    measure(folder.path())
}

fn inbound(number: u32) -> Queue {
    Queue::Inbound(u16::try_from(number % u32::from(PARTITIONS)).unwrap_or(0))
}

/// The same through the broker: `GROUP` publishers with one message each at a time, a consumer a partition.
fn broker_cycle(runtime: &Runtime, folder: &Path) -> anyhow::Result<Duration> {
    let broker = Arc::new(EmbeddedBroker::new(Database::open(folder, Clock::system())?));
    runtime.block_on(async {
        let start = Instant::now();
        let next = Arc::new(AtomicU32::new(0));
        let mut tasks: JoinSet<anyhow::Result<()>> = JoinSet::new();
        for _ in 0..GROUP {
            let (broker, next) = (Arc::clone(&broker), Arc::clone(&next));
            tasks.spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= MESSAGES {
                        return Ok(());
                    }
                    let message = Message { id: id(number), body: vec![7; BODY].into() };
                    broker.publish(vec![(inbound(number), message)]).await?;
                }
            });
        }
        for partition in 0..u32::from(PARTITIONS) {
            let mut consumer = broker.consume(&inbound(partition)).await?;
            let mut left = (partition..MESSAGES).step_by(PARTITIONS.into()).count();
            tasks.spawn(async move {
                while left > 0 {
                    let taken = consumer.take(64).await?;
                    left -= taken.len();
                    consumer.ack(taken).await?;
                }
                Ok(())
            });
        }
        while let Some(task) = tasks.join_next().await {
            task??;
        }
        Ok(start.elapsed())
    })
}

/// How long single calls take while nothing else happens.
fn small_things(runtime: &Runtime, folder: &Path) -> anyhow::Result<()> {
    const CALLS: u32 = 1000;
    let database = Database::open(folder, Clock::system())?;
    let store = EmbeddedStore::new(database);
    runtime.block_on(async {
        let lease = store.lease(0, [1; 16], Duration::ZERO, 0).await?;
        let lease = lease.ok_or_else(|| anyhow::anyhow!("the partition is free"))?;
        let start = Instant::now();
        for number in 0..CALLS {
            store.save(Arc::new(batch(lease, number))).await?;
        }
        println!("save of one thread: {:?}", start.elapsed() / CALLS);
        let start = Instant::now();
        for number in 0..CALLS {
            store.load(&[ThreadKey(id(number % 100))]).await?;
        }
        println!("load of one thread with its ids: {:?}", start.elapsed() / CALLS);
        let start = Instant::now();
        for number in 0..CALLS {
            store.read(ThreadKey(id(number % 100))).await?;
        }
        println!("read of one thread: {:?}", start.elapsed() / CALLS);
        Ok(())
    })
}

fn batch(lease: Lease, number: u32) -> Save {
    let thread = SaveThread {
        thread: ThreadKey(id(number % 100)),
        stored: Stored { sealed: vec![7; 2048], key: vec![7; 72] },
        epoch: 0,
        revoked: None,
        due: Some(UnixMillis(number.into())),
        seen: vec![(EventId(id(number)), UnixMillis(number.into()))],
        rows: Vec::new(),
        orders: Vec::new(),
        notices: Vec::new(),
    };
    Save { lease, head: u64::from(number) + 1, journal: vec![7; 2048].into(), threads: vec![thread] }
}

/// Opens a file in which many messages wait, and takes the first.
fn start_with_pending(runtime: &Runtime, folder: &Path, pending: u32) -> anyhow::Result<()> {
    let broker = EmbeddedBroker::new(Database::open(folder, Clock::system())?);
    runtime.block_on(async {
        for from in (0..pending).step_by(2000) {
            let message = |number| (Queue::Inbound(0), Message { id: id(number), body: vec![7; BODY].into() });
            broker.publish((from..pending.min(from + 2000)).map(message).collect()).await?;
        }
        anyhow::Ok(())
    })?;
    // As after a kill: the files as they are, the log not brought into the file.
    let copy = tempfile::tempdir()?;
    for file in ["wissel.db", "wissel.db-wal"] {
        std::fs::copy(folder.join(file), copy.path().join(file))?;
    }
    drop(broker);
    let start = Instant::now();
    let database = Database::open(copy.path(), Clock::system())?;
    let opened = start.elapsed();
    let broker = EmbeddedBroker::new(database);
    runtime.block_on(async {
        let mut consumer = broker.consume(&Queue::Inbound(0)).await?;
        consumer.take(1).await?;
        println!("{pending} pending: open {opened:?}, first message {:?}", start.elapsed());
        let start = Instant::now();
        let depth = broker.depth(&Queue::Inbound(0)).await?;
        println!("{pending} pending: depth {} in {:?}", depth.messages, start.elapsed());
        Ok(())
    })
}
