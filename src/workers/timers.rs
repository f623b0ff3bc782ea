//! Timers worker: tells threads that a timer is due. The store's index is a hint; the thread knows what is set.
//!
//! A thread whose router stands still stays due. It is told again after a while, and does not hold up the others: as many
//! more are looked for as there are such threads, and of many of them most are passed over.

use std::num::NonZeroUsize;
use std::time::Duration;

use lru::LruCache;
use tokio_util::sync::CancellationToken;
use wissel_channels::{ThreadKey, UnixMillis};

use super::{WorkerError, Workplace, persist};
use crate::failpoint::Point;
use crate::telemetry::pulse;
use crate::thread::{Body, Event, Thread, TimerId};
use crate::wire::ArchiveError;

/// How often it looks.
const PERIOD: Duration = Duration::from_millis(200);
/// How many threads it tells in one go, and how many of those that it told lately it looks into again.
const MOST: usize = 256;
/// After how many milliseconds a timer that is still due is told again.
const AGAIN_MILLIS: i64 = 5_000;
/// How many timers it remembers to have told, and how many threads.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(65_535);

/// Tells until told to stop.
pub async fn run(place: Workplace, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut told = Told::new();
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = pulse::waiting(ticks.tick()) => told.look(&place).await?,
        }
    }
}

/// What was told, and when.
struct Told {
    timers: LruCache<TimerId, UnixMillis>,
    /// Threads, each with when its earliest timer was due.
    threads: LruCache<(ThreadKey, UnixMillis), UnixMillis>,
    /// How many of those that were due at the last look had been told lately.
    standing: usize,
}

impl Told {
    fn new() -> Self {
        Self { timers: LruCache::new(REMEMBERED), threads: LruCache::new(REMEMBERED), standing: 0 }
    }

    async fn look(&mut self, place: &Workplace) -> Result<(), WorkerError> {
        let now = place.clock.now();
        let most = MOST + self.standing.min(REMEMBERED.get());
        let due = persist("timers", || place.store.due(now, most)).await?;
        self.standing = 0;
        if due.is_empty() {
            return Ok(());
        }
        place.failpoints.pass(Point::TimersFound);
        for thread in due {
            let before = self.threads.get(&thread).copied();
            let lately = before.is_some_and(|at| now.since(at) < AGAIN_MILLIS);
            self.standing += usize::from(lately);
            if lately && self.standing > MOST {
                continue;
            }
            match persist("timers", || place.archive.state(thread.0)).await {
                Ok(Some(state)) => self.tell(place, &state, now).await?,
                Ok(None) => {}
                // It harms itself alone: a newer release wrote it, or it is damaged.
                Err(WorkerError::Archive(ArchiveError::Wire(error))) => {
                    if before.is_none() {
                        tracing::error!(thread = %thread.0, %error, "a thread cannot be read: nobody tells its timers");
                    }
                }
                Err(error) => return Err(error),
            }
            if !lately {
                self.threads.put(thread, now);
            }
        }
        Ok(())
    }

    async fn tell(&mut self, place: &Workplace, thread: &Thread, now: UnixMillis) -> Result<(), WorkerError> {
        for timer in thread.timers.iter().filter(|timer| timer.due <= now) {
            if self.timers.get(&timer.id).is_some_and(|at| now.since(*at) < AGAIN_MILLIS) {
                continue;
            }
            let id = Event::timer_id(timer.id);
            let event = Event { id, thread: thread.key, at: now, trace: id, body: Body::Timer { timer: timer.id } };
            persist("timers", || place.post.event(&event)).await?;
            place.failpoints.pass(Point::TimersPublished);
            self.timers.put(timer.id, now);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "timers_tests.rs"]
mod tests;
