//! S8: the daemon from its start to ready, in a fresh folder; and after a kill with many messages pending, from its start
//! to the first message routed. The bare loop starts the same program for its version alone.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wissel::broker::embedded::EmbeddedBroker;
use wissel::broker::{Broker, Message, Queue};
use wissel::settings::load_master_key;
use wissel::sqlite::Database;
use wissel::wire::post::partition_of;
use wissel::wire::{Keys, envelope};
use wissel_channels::Clock;

use crate::table::{Table, percentile};
use crate::visitors::{event, texts};

const STARTS: usize = 7;
const PENDING: u32 = 1_000_000;
const PARTITIONS: u16 = 16;
const COLD: Duration = Duration::from_millis(500);
const FIRST: Duration = Duration::from_secs(1);
/// How long a daemon may take at the most.
const PATIENCE: Duration = Duration::from_mins(1);

/// Measures cold starts, the median, and one start with messages pending: `--pending N`, or a million.
pub(crate) fn measure(table: &mut Table) -> anyhow::Result<()> {
    let bare = sorted(version)?;
    let cold = sorted(|| {
        let folder = tempfile::tempdir()?;
        Daemon::start(folder.path())?.wait_for("/readyz", |answer| answer.starts_with("HTTP/1.1 200"))
    })?;
    println!("S8 cold starts: {cold:.0?}");
    table.time("S8 cold start to ready", percentile(&cold, 50), Some(percentile(&bare, 50)), COLD);
    let pending = pending();
    let first = first_of(pending)?;
    let what = format!("S8 first routed after a kill, {pending} pending");
    table.time(&what, first, Some(percentile(&bare, 50)), FIRST);
    Ok(())
}

fn pending() -> u32 {
    let arguments: Vec<String> = std::env::args().collect();
    let place = arguments.iter().position(|argument| argument == "--pending");
    place.and_then(|place| arguments.get(place + 1)?.parse().ok()).unwrap_or(PENDING)
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

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wissel"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn version() -> anyhow::Result<()> {
    anyhow::ensure!(program().arg("--version").status()?.success(), "the program runs");
    Ok(())
}

/// A daemon, killed when it is dropped.
struct Daemon {
    child: Child,
    ops: SocketAddr,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

impl Daemon {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let listeners = [TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?];
        let ops_listener = TcpListener::bind("127.0.0.1:0")?;
        let ops = ops_listener.local_addr()?;
        let mut command = program();
        command.current_dir(folder).env("WISSEL__DATA_DIR", data(folder)).env("WISSEL__LISTEN__OPS", ops.to_string());
        for (name, listener) in ["WISSEL__LISTEN__PUBLIC", "WISSEL__LISTEN__STAFF"].iter().zip(&listeners) {
            command.env(name, listener.local_addr()?.to_string());
        }
        drop((listeners, ops_listener));
        Ok(Self { child: command.spawn()?, ops })
    }

    /// Asks for `path` until the answer is as wanted; gives the daemon back, so that its end is not measured.
    fn wait_for(mut self, path: &str, is_wanted: impl Fn(&str) -> bool) -> anyhow::Result<Self> {
        let start = Instant::now();
        loop {
            if ask(self.ops, path).is_ok_and(|answer| is_wanted(&answer)) {
                return Ok(self);
            }
            anyhow::ensure!(start.elapsed() < PATIENCE, "the daemon was not there in time");
            anyhow::ensure!(self.child.try_wait()?.is_none(), "the daemon ended");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn ask(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// Whether the metrics say that a message was decided on.
fn has_decided(answer: &str) -> bool {
    answer.lines().any(|line| line.starts_with("wissel_decisions_total{") && !line.ends_with(" 0"))
}

/// Leaves messages in a folder whose daemon is killed while it routes them, starts it again, and waits for a decision.
fn first_of(pending: u32) -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir()?;
    drop(Daemon::start(folder.path())?.wait_for("/readyz", |answer| answer.starts_with("HTTP/1.1 200"))?);
    fill(&data(folder.path()), pending)?;
    drop(Daemon::start(folder.path())?.wait_for("/metrics", has_decided)?);
    let start = Instant::now();
    let daemon = Daemon::start(folder.path())?.wait_for("/metrics", has_decided)?;
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
            messages.push((Queue::Inbound(partition_of(event.thread, PARTITIONS)), Message { id: event.id.0, body }));
        }
        runtime.block_on(broker.publish(messages))?;
    }
    Ok(())
}
