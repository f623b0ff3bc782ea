//! Timers worker: tells threads that a timer is due. The store's index is a hint; the thread knows what is set.

use std::num::NonZeroUsize;
use std::time::Duration;

use lru::LruCache;
use tokio_util::sync::CancellationToken;
use wissel_channels::UnixMillis;

use super::{WorkerError, Workplace, persist};
use crate::failpoint::Point;
use crate::telemetry::pulse;
use crate::thread::{Body, Event, Thread, TimerId};

/// How often it looks.
const PERIOD: Duration = Duration::from_millis(200);
/// How many threads it looks at in one go.
const MOST: usize = 256;
/// After how many milliseconds a timer that is still due is told again.
const AGAIN_MILLIS: i64 = 5_000;
/// How many timers it remembers to have told.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(65_535);

/// Tells until told to stop.
pub async fn run(place: Workplace, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut told = LruCache::new(REMEMBERED);
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = pulse::waiting(ticks.tick()) => look(&place, &mut told).await?,
        }
    }
}

async fn look(place: &Workplace, told: &mut LruCache<TimerId, UnixMillis>) -> Result<(), WorkerError> {
    let now = place.clock.now();
    let threads = persist("timers", || place.store.due(now, MOST)).await?;
    if threads.is_empty() {
        return Ok(());
    }
    place.failpoints.pass(Point::TimersFound);
    for key in threads {
        let Some(thread) = persist("timers", || place.archive.state(key)).await? else { continue };
        tell(place, told, &thread, now).await?;
    }
    Ok(())
}

async fn tell(
    place: &Workplace,
    told: &mut LruCache<TimerId, UnixMillis>,
    thread: &Thread,
    now: UnixMillis,
) -> Result<(), WorkerError> {
    for timer in thread.timers.iter().filter(|timer| timer.due <= now) {
        if told.get(&timer.id).is_some_and(|at| now.since(*at) < AGAIN_MILLIS) {
            continue;
        }
        let id = Event::timer_id(timer.id);
        let event = Event { id, thread: thread.key, at: now, trace: id, body: Body::Timer { timer: timer.id } };
        persist("timers", || place.post.event(&event)).await?;
        place.failpoints.pass(Point::TimersPublished);
        told.put(timer.id, now);
    }
    Ok(())
}
