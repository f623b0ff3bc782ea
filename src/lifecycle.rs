//! Lifecycle: the tasks of the daemon, and how it ends.
//!
//! Two stages. A first signal, or a task that fails, cancels `stop`: nothing new is taken, and what is in hand is
//! finished within the grace period. A second signal, or the end of the grace period, cancels `abort`: every task is
//! dropped where it stands. Only an orderly end that nobody's failure caused exits with zero.

use std::any::Any;
use std::future::Future;
use std::io;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{FutureExt, Stream, StreamExt, stream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wissel_channels::Seldom;

use crate::telemetry::pulse::Pulse;
use crate::telemetry::{Chain, Metrics};

/// Why a task failed.
pub type TaskError = Box<dyn std::error::Error + Send + Sync>;

/// How long a task may be at work without a sign of progress: longer than anything that it waits for.
const STUCK: Duration = Duration::from_secs(75);
/// How often tasks are looked at, at the most.
const LOOK: Duration = Duration::from_secs(5);
/// How long dropped tasks get to be dropped.
const DROPPING: Duration = Duration::from_secs(2);

/// The tasks of the daemon and the tokens that end them. Clones share both.
#[derive(Clone)]
pub struct Lifecycle {
    /// For short tasks that nothing supervises; the end waits for them too.
    pub tracker: TaskTracker,
    /// Cancelled when the daemon stops taking: finish what is in hand and return.
    pub stop: CancellationToken,
    /// Cancelled when waiting is over. Supervised tasks are dropped then and need not look at it.
    pub abort: CancellationToken,
    book: Arc<Mutex<Book>>,
    metrics: Arc<Metrics>,
    stuck: Duration,
    seldom: Arc<Seldom>,
}

/// What the tasks did.
#[derive(Default)]
struct Book {
    running: Vec<&'static str>,
    failed: bool,
}

/// How the daemon ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was asked to, and all work in hand was finished.
    Orderly,
    /// A task failed; what the others had in hand was finished.
    Failed,
    /// Work in hand was dropped: the grace period was over, or a second signal came.
    Aborted,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        if ending == Ending::Orderly { Self::SUCCESS } else { Self::FAILURE }
    }
}

/// How a task that may fail is started again: after `first`, then twice as long each time up to `most`.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The first pause.
    pub first: Duration,
    /// The longest pause. A task that ran longer than this starts with `first` again.
    pub most: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_millis(200), most: Duration::from_secs(30) }
    }
}

impl Lifecycle {
    /// A daemon without tasks.
    #[must_use]
    pub fn new(metrics: Arc<Metrics>) -> Self {
        let (tracker, stop, abort) = (TaskTracker::new(), CancellationToken::new(), CancellationToken::new());
        Self { tracker, stop, abort, book: Arc::default(), metrics, stuck: STUCK, seldom: Arc::default() }
    }

    /// Runs a task that the daemon cannot be without. It returns once `stop` is cancelled; an error, a panic, or a
    /// return before that ends the daemon with a failure.
    pub fn spawn<F, E>(&self, name: &'static str, task: F)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<TaskError> + Send,
    {
        let (cx, entry) = (self.clone(), Entry::new(self, name));
        self.tracker.spawn(async move {
            let _entry = entry;
            let Some(outcome) = cx.abort.run_until_cancelled(run(task)).await else { return };
            match outcome {
                Ok(()) if cx.stop.is_cancelled() => {}
                Ok(()) => cx.fail(name, "it ended although nobody asked it to"),
                Err(reason) => cx.fail(name, &reason),
            }
        });
    }

    /// Runs a task that the daemon can be without for a while: when it fails or returns before `stop` is cancelled,
    /// `make` makes it again after a pause. So it is with a task that is stuck: at work, and without a sign of progress
    /// ([`pulse`](crate::telemetry::pulse)) for long.
    pub fn spawn_restarting<M, F, E>(&self, name: &'static str, backoff: Backoff, mut make: M)
    where
        M: FnMut() -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<TaskError> + Send,
    {
        let (cx, entry) = (self.clone(), Entry::new(self, name));
        self.tracker.spawn(async move {
            let _entry = entry;
            let mut pause = backoff.first;
            while !cx.stop.is_cancelled() {
                let started = tokio::time::Instant::now();
                let pulse = Pulse::until(cx.stop.clone());
                let outcome = tokio::select! {
                    () = cx.abort.cancelled() => return,
                    outcome = pulse.clone().within(run(make())) => outcome,
                    reason = cx.watch(&pulse) => Err(reason),
                };
                if cx.stop.is_cancelled() {
                    return;
                }
                let reason = outcome.err().unwrap_or_else(|| "it ended although nobody asked it to".to_owned());
                if started.elapsed() > backoff.most {
                    pause = backoff.first;
                }
                cx.tell_restart(name, &reason, pause);
                cx.metrics.task_restarted(name);
                cx.stop.run_until_cancelled(tokio::time::sleep(pause)).await;
                pause = (pause * 2).min(backoff.most);
            }
        });
    }

    /// Waits for a signal or a failure, then for the work in hand, at most for `grace` (`None`: for as long as it takes).
    pub async fn end<S>(self, mut signals: S, grace: Option<Duration>) -> Ending
    where
        S: Stream<Item = &'static str> + Unpin,
    {
        tokio::select! {
            () = self.stop.cancelled() => {}
            signal = next(&mut signals) => tracing::info!(signal, "stopping: finishing what is in hand"),
        }
        self.stop.cancel();
        self.tracker.close();
        let finished = tokio::select! {
            () = self.tracker.wait() => true,
            signal = next(&mut signals) => {
                tracing::warn!(signal, "a second signal: dropping what is in hand");
                false
            }
            () = elapsed(grace) => false,
        };
        if !finished {
            let running = self.book().running.join(", ");
            tracing::error!(running, "work in hand is dropped; it is taken up again at the next start");
            self.abort.cancel();
            let _gone = tokio::time::timeout(DROPPING, self.tracker.wait()).await;
            return Ending::Aborted;
        }
        tracing::info!("stopped: nothing is in hand");
        if self.book().failed { Ending::Failed } else { Ending::Orderly }
    }

    /// Waits until a task is stuck, and says so.
    async fn watch(&self, pulse: &Pulse) -> String {
        loop {
            tokio::time::sleep(LOOK.min(self.stuck / 4)).await;
            let silent = pulse.silent();
            if silent > self.stuck {
                return format!("it was stuck: no progress for {} s", silent.as_secs());
            }
        }
    }

    /// Tasks of one name fail together, and again and again, while something is away.
    fn tell_restart(&self, name: &'static str, reason: &str, pause: Duration) {
        if let Some(more) = self.seldom.tell(&format!("{name}: {reason}")) {
            let pause_ms = pause.as_millis();
            tracing::warn!(task = name, reason, pause_ms, more, "a task failed and is started again");
        }
    }

    fn fail(&self, name: &'static str, reason: &str) {
        tracing::error!(task = name, reason, "a task failed: the daemon stops");
        self.book().failed = true;
        self.stop.cancel();
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task's line in the book, for as long as it runs.
struct Entry {
    name: &'static str,
    book: Arc<Mutex<Book>>,
}

impl Entry {
    fn new(cx: &Lifecycle, name: &'static str) -> Self {
        cx.book().running.push(name);
        Self { name, book: Arc::clone(&cx.book) }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = book.running.iter().position(|name| *name == self.name) {
            book.running.swap_remove(at);
        }
    }
}

/// Runs a task to its end; a panic is an error that does not repeat what the panic said.
async fn run<F, E>(task: F) -> Result<(), String>
where
    F: Future<Output = Result<(), E>>,
    E: Into<TaskError>,
{
    match AssertUnwindSafe(task).catch_unwind().await {
        Ok(outcome) => outcome.map_err(|error| Chain(&*error.into()).to_string()),
        Err(panic) => Err(panicked(panic)),
    }
}

fn panicked(panic: Box<dyn Any + Send>) -> String {
    // Dropping what the panic carries may itself panic.
    let _dropped = std::panic::catch_unwind(AssertUnwindSafe(|| drop(panic)));
    "it panicked".to_owned()
}

/// The next signal; never, when there are no more.
async fn next(signals: &mut (impl Stream<Item = &'static str> + Unpin)) -> &'static str {
    match signals.next().await {
        Some(signal) => signal,
        None => std::future::pending().await,
    }
}

async fn elapsed(grace: Option<Duration>) {
    match grace {
        Some(grace) => tokio::time::sleep(grace).await,
        None => std::future::pending().await,
    }
}

/// The signals that ask this process to stop, by name, from this call on. SIGHUP, which asks other programs to read their
/// files again, is answered in the log: without an answer the system would kill the process.
pub fn signals() -> io::Result<impl Stream<Item = &'static str> + Unpin> {
    let named = |signal: Signal, name| {
        stream::unfold(signal, move |mut signal| async move {
            signal.recv().await?;
            Some((name, signal))
        })
        .boxed()
    };
    let terminate = named(signal(SignalKind::terminate())?, "SIGTERM");
    let interrupt = named(signal(SignalKind::interrupt())?, "SIGINT");
    let hangup = named(signal(SignalKind::hangup())?, "SIGHUP").filter_map(|signal| async move {
        tracing::info!(signal, "going on: the routing file is read by itself when it changes, settings at a start");
        None
    });
    Ok(stream::select(stream::select(terminate, interrupt), hangup.boxed()))
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;
