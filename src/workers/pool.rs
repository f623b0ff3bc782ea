//! Pool: as many bot workers as there is work for, within bounds, in each process that has some.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::bot::{self, BotInForce};
use super::intake::Backlog;
use super::{WorkerError, Workplace};
use crate::broker::Queue;
use crate::scaling::{Bounds, Load, desired, step};
use crate::telemetry::pulse;

/// How often the pool is measured.
const PERIOD: Duration = Duration::from_secs(1);
/// For how long less must be wanted before a worker goes.
const CALM: u32 = 15;
/// How long counting what waits, and who else has workers, may take.
const ANSWER: Duration = Duration::from_secs(3);
/// The group that processes with bot workers attend.
const GROUP: &str = "bot";
/// For how long a process counts after it attended.
const PRESENT: Duration = Duration::from_secs(6);
/// How much the newest measurement counts.
const NEWEST: f64 = 0.3;

/// The workers of this process.
#[derive(Clone, Debug)]
pub struct Pool(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    bounds: Bounds,
    /// How many should run.
    size: watch::Sender<u64>,
    tally: Tally,
    backlog: Backlog,
    /// This process among those that have bot workers; `None` when there can be no other.
    among: Option<[u8; 16]>,
}

/// What the workers of a process did.
#[derive(Debug, Default)]
pub struct Tally {
    busy: AtomicU64,
    answered: AtomicU64,
    micros: AtomicU64,
}

/// A question is being answered, for as long as this lives.
pub(super) struct Answering<'a>(&'a Tally, Instant);

impl Tally {
    pub(super) fn begin(&self) -> Answering<'_> {
        self.busy.fetch_add(1, Ordering::Relaxed);
        Answering(self, Instant::now())
    }
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        let Self(tally, began) = self;
        tally.busy.fetch_sub(1, Ordering::Relaxed);
        tally.answered.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        tally.micros.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Pool {
    /// A pool of at least `bounds.least` workers. `backlog` tells what waits to be decided on.
    #[must_use]
    pub fn new(bounds: Bounds, backlog: Backlog, among: Option<[u8; 16]>) -> Self {
        let size = watch::Sender::new(bounds.least);
        Self(Arc::new(Inner { bounds, size, tally: Tally::default(), backlog, among }))
    }

    /// What its workers did.
    pub(super) fn tally(&self) -> &Tally {
        &self.0.tally
    }
}

/// The worker with this number: it works while the pool is larger than that.
pub async fn work(
    place: Workplace,
    (bot, pool, number): (BotInForce, Pool, u64),
    stop: CancellationToken,
) -> Result<(), WorkerError> {
    let mut size = pool.0.size.subscribe();
    while !stop.is_cancelled() {
        let wanted = async { size.wait_for(|size| *size > number).await.map(drop) };
        if !matches!(stop.run_until_cancelled(pulse::waiting(wanted)).await, Some(Ok(()))) {
            return Ok(());
        }
        let turn = stop.child_token();
        let mut working = std::pin::pin!(bot::run(place.clone(), bot.clone(), pool.clone(), turn.clone()));
        let unwanted = tokio::select! {
            done = &mut working => Some(done),
            _ = size.wait_for(|size| *size <= number) => None,
        };
        if let Some(done) = unwanted {
            done?;
        } else {
            // What it has in hand it finishes.
            turn.cancel();
            working.await?;
        }
    }
    Ok(())
}

/// What was measured last.
struct Measured {
    at: Instant,
    waiting: u64,
    answered: u64,
    micros: u64,
    per_second: f64,
    service_seconds: f64,
    /// How often in a row fewer were wanted.
    calm: u32,
}

/// Measures, and lets the pool grow and shrink, until told to stop.
pub async fn govern(place: Workplace, pool: Pool, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut last = Measured {
        at: Instant::now(),
        waiting: 0,
        answered: 0,
        micros: 0,
        per_second: 0.0,
        service_seconds: 0.0,
        calm: 0,
    };
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = pulse::waiting(ticks.tick()) => {}
        }
        let waiting = tokio::time::timeout(ANSWER, place.broker.depth(&Queue::Bot)).await;
        // While the broker is away nothing can be said: the pool stays as it is.
        let Ok(Ok(depth)) = waiting else { continue };
        let processes = others(&place, &pool).await;
        last.measure(&pool.0.tally, depth.messages, processes);
        last.adjust(&place, &pool, processes);
    }
}

/// How many processes have bot workers.
async fn others(place: &Workplace, pool: &Pool) -> u64 {
    let Some(holder) = pool.0.among else { return 1 };
    let asked = tokio::time::timeout(ANSWER, place.store.attend(GROUP, holder, PRESENT)).await;
    asked.map_or(1, |all| all.map_or(1, |all| all.len().max(1) as u64))
}

impl Measured {
    #[expect(clippy::cast_precision_loss, reason = "counts of a second")]
    fn measure(&mut self, tally: &Tally, waiting: u64, processes: u64) {
        let seconds = self.at.elapsed().as_secs_f64().max(1e-3);
        let answered = tally.answered.load(Ordering::Relaxed);
        let micros = tally.micros.load(Ordering::Relaxed);
        let (done, took) = (answered - self.answered, micros - self.micros);
        let came = (done * processes) as f64 + waiting as f64 - self.waiting as f64;
        let newest = |old: f64, new: f64| old + NEWEST * (new - old);
        self.per_second = newest(self.per_second, came.max(0.0) / seconds);
        if done > 0 {
            let each = took as f64 / done as f64 / 1e6;
            // The first ones are all that is known.
            self.service_seconds = if self.service_seconds > 0.0 { newest(self.service_seconds, each) } else { each };
        }
        (self.at, self.waiting, self.answered, self.micros) = (Instant::now(), waiting, answered, micros);
    }

    fn adjust(&mut self, place: &Workplace, pool: &Pool, processes: u64) {
        let Inner { bounds, size, tally, backlog, .. } = pool.0.as_ref();
        let load = Load {
            waiting: self.waiting,
            per_second: self.per_second,
            service_seconds: self.service_seconds,
            undecided: backlog.events(),
        };
        let all = Bounds { least: bounds.least * processes, most: u64::MAX };
        let everywhere = desired(load, all);
        let here = everywhere.div_ceil(processes).clamp(bounds.least, bounds.most);
        let running = *size.borrow();
        self.calm = if here < running { self.calm + 1 } else { 0 };
        if here > running || self.calm >= CALM {
            size.send_replace(step(running, here));
        }
        let (running, busy) = (*size.borrow(), tally.busy.load(Ordering::Relaxed));
        place.metrics.bot_workers(busy, running.saturating_sub(busy), everywhere);
    }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
