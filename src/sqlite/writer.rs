//! The thread that writes: what waits together is committed together.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::Error;

/// How many jobs a commit may have.
const MOST: usize = 256;
const WAITING: usize = 1024;
/// How long a group may stay open for those of the group before, who have just been answered and are on their way back
/// with their next job. Small beside a commit; without it every other commit would have one job and the next the rest.
const GRACE: Duration = Duration::from_micros(200);

/// Something to write.
pub(super) trait Job: Send {
    /// Whether its failure must leave the others of its group alone.
    fn stands_alone(&self) -> bool;
    /// Does the work within the transaction.
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()>;
    /// Called once it is durable.
    fn committed(self: Box<Self>);
    /// Called when nothing of it was written.
    fn failed(self: Box<Self>, error: Error);
}

/// Work, with the way back to whoever waits for it.
pub(super) struct Task<W, T, N, R> {
    work: Option<W>,
    stands_alone: bool,
    outcome: Option<T>,
    then: N,
    reply: oneshot::Sender<Result<R, Error>>,
}

impl<W, T, N, R> Task<W, T, N, R> {
    pub(super) fn new(work: W, stands_alone: bool, then: N, reply: oneshot::Sender<Result<R, Error>>) -> Self {
        Self { work: Some(work), stands_alone, outcome: None, then, reply }
    }
}

impl<W, T, N, R> Job for Task<W, T, N, R>
where
    W: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
    T: Send,
    N: FnOnce(T) -> R + Send,
    R: Send,
{
    fn stands_alone(&self) -> bool {
        self.stands_alone
    }

    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(work) = self.work.take() {
            self.outcome = Some(work(connection)?);
        }
        Ok(())
    }

    fn committed(self: Box<Self>) {
        let Self { outcome, then, reply, .. } = *self;
        if let Some(outcome) = outcome {
            // Nobody may be waiting any more.
            let _ = reply.send(unharmed(|| Ok(then(outcome))));
        }
    }

    fn failed(self: Box<Self>, error: Error) {
        let _ = self.reply.send(Err(error));
    }
}

/// The thread, and the way to it.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let thread =
            thread::Builder::new().name("sqlite writer".to_owned()).spawn(move || serve(&connection, waiting))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Hands a job to the thread; waits while many are waiting.
    pub(super) async fn submit(&self, job: Box<dyn Job>) -> Result<(), Error> {
        let jobs = self.jobs.as_ref().ok_or(Error::Closed)?;
        jobs.send(job).await.map_err(|_| Error::Closed)
    }
}

impl Drop for Writer {
    /// Waits until all that was handed in is written.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            join(thread);
        }
    }
}

/// Waits for a thread to end, unless it is the one that asks.
pub(super) fn join(thread: JoinHandle<()>) {
    if thread.thread().id() != thread::current().id() {
        // A thread that panicked has said so itself, and whoever waited for it was told that it is closed.
        let _ = thread.join();
    }
}

fn serve(connection: &Connection, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
    let mut group = 0;
    while let Some(first) = waiting.blocking_recv() {
        group = commit_group(connection, first, group, &mut waiting);
    }
}

/// The next job of a group that has `group` jobs, after a group of `before`; at once for whoever is alone.
fn next_job(waiting: &mut mpsc::Receiver<Box<dyn Job>>, group: usize, before: usize) -> Option<Box<dyn Job>> {
    if group >= MOST {
        return None;
    }
    let mut next = waiting.try_recv().ok();
    if next.is_none() && group < before / 2 {
        let end = Instant::now() + GRACE;
        while next.is_none() && Instant::now() < end {
            thread::yield_now();
            next = waiting.try_recv().ok();
        }
    }
    next
}

/// Commits `first` with what waits behind it; tells how many jobs that were.
fn commit_group(
    connection: &Connection,
    first: Box<dyn Job>,
    before: usize,
    waiting: &mut mpsc::Receiver<Box<dyn Job>>,
) -> usize {
    if let Err(error) = execute(connection, "BEGIN IMMEDIATE") {
        first.failed(error.into());
        return 0;
    }
    let mut done = Vec::new();
    let mut next = Some(first);
    while let Some(mut job) = next {
        match attempt(connection, job.as_mut()) {
            Ok(()) => done.push(job),
            Err(error) => {
                if !job.stands_alone() {
                    roll_back(connection);
                }
                job.failed(error.clone());
                // After some errors, as when the disk is full, SQLite has rolled back everything by itself.
                if connection.is_autocommit() {
                    fail_all(done, &error);
                    return 0;
                }
            }
        }
        next = next_job(waiting, done.len(), before);
    }
    let group = done.len();
    match execute(connection, "COMMIT") {
        Ok(()) => {
            for job in done {
                job.committed();
            }
        }
        Err(error) => {
            roll_back(connection);
            fail_all(done, &error.into());
        }
    }
    group
}

/// Ends the transaction, unless SQLite has ended it by itself.
fn roll_back(connection: &Connection) {
    if !connection.is_autocommit() {
        // If this fails as well, the next BEGIN says so.
        let _ = execute(connection, "ROLLBACK");
    }
}

fn fail_all(jobs: Vec<Box<dyn Job>>, error: &Error) {
    for job in jobs {
        job.failed(error.clone());
    }
}

/// Runs one job, within a savepoint if its failure must leave the others of its group alone.
fn attempt(connection: &Connection, job: &mut dyn Job) -> Result<(), Error> {
    if !job.stands_alone() {
        return run(connection, job);
    }
    execute(connection, "SAVEPOINT job")?;
    let outcome = run(connection, job);
    if outcome.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK TO job")?;
    }
    if !connection.is_autocommit() {
        execute(connection, "RELEASE job")?;
    }
    outcome
}

fn run(connection: &Connection, job: &mut dyn Job) -> Result<(), Error> {
    unharmed(|| job.run(connection))
}

/// Does `work`, which fails if it panics: without the thread nobody could read or write any more.
pub(super) fn unharmed<T>(work: impl FnOnce() -> rusqlite::Result<T>) -> Result<T, Error> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => Ok(done?),
        Err(_) => Err(Error::Panicked),
    }
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}
