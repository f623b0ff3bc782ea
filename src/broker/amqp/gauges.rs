//! Gauges: how full queues are, without asking RabbitMQ each time.
//!
//! RabbitMQ tells over AMQP how many messages are ready, not how many consumers have. Those of this process are
//! counted here. Between two questions the count follows what this process publishes and gets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::Instant;
use wissel_channels::UnixMillis;

use super::queues::Told;
use super::session::Session;
use crate::broker::{Message, Queue};

/// How long a count holds.
pub(super) const FRESH: Duration = Duration::from_millis(250);

/// The gauges of all queues that were asked for.
#[derive(Default)]
pub(super) struct Gauges(Mutex<HashMap<Queue, Gauge>>);

#[derive(Default)]
struct Gauge {
    /// When RabbitMQ was asked last, and what is ready since.
    ready: Option<(Instant, u64)>,
    /// Since when messages are ready and no process reads the queue.
    unread: Option<UnixMillis>,
    /// The consumers of this process.
    sessions: Vec<Weak<Session>>,
}

impl Gauges {
    fn lock(&self) -> MutexGuard<'_, HashMap<Queue, Gauge>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, queue: &Queue, change: impl FnOnce(u64) -> u64) {
        if let Some((_, ready)) = self.lock().get_mut(queue).and_then(|gauge| gauge.ready.as_mut()) {
            *ready = change(*ready);
        }
    }

    /// A consumer of this process has begun.
    pub(super) fn join(&self, queue: &Queue, session: &Arc<Session>) {
        let mut gauges = self.lock();
        let sessions = &mut gauges.entry(queue.clone()).or_default().sessions;
        sessions.retain(|session| session.strong_count() > 0);
        sessions.push(Arc::downgrade(session));
    }

    /// Messages were published.
    pub(super) fn published(&self, messages: &[(Queue, Message)]) {
        let mut gauges = self.lock();
        for (queue, _) in messages {
            if let Some((_, ready)) = gauges.get_mut(queue).and_then(|gauge| gauge.ready.as_mut()) {
                *ready += 1;
            }
        }
    }

    /// A consumer of this process got messages.
    pub(super) fn arrived(&self, queue: &Queue, count: usize) {
        self.change(queue, |ready| ready.saturating_sub(count as u64));
    }

    /// A consumer of this process gave messages back.
    pub(super) fn returned(&self, queue: &Queue, count: usize) {
        self.change(queue, |ready| ready.saturating_add(count as u64));
    }

    /// How many are ready, if that is known. When it is to be asked again, this tells so to one caller alone.
    pub(super) fn ready(&self, queue: &Queue) -> Option<u64> {
        let mut gauges = self.lock();
        let (asked, ready) = gauges.get_mut(queue)?.ready.as_mut()?;
        if asked.elapsed() < FRESH {
            return Some(*ready);
        }
        *asked = Instant::now();
        None
    }

    /// RabbitMQ was asked at `now`, and said this or nothing.
    pub(super) fn asked(&self, queue: &Queue, told: Option<Told>, now: UnixMillis) {
        let mut gauges = self.lock();
        let gauge = gauges.entry(queue.clone()).or_default();
        gauge.ready = told.map(|told| (Instant::now(), told.ready.into()));
        if let Some(told) = told {
            let unread = told.ready > 0 && told.consumers == 0;
            gauge.unread = unread.then(|| gauge.unread.unwrap_or(now));
        }
    }

    /// How many messages the consumers of this process have, and since when the oldest of the queue waits, as far as known.
    pub(super) fn held(&self, queue: &Queue) -> (u64, Option<UnixMillis>) {
        let (sessions, unread): (Vec<_>, _) = match self.lock().get(queue) {
            Some(gauge) => (gauge.sessions.iter().filter_map(Weak::upgrade).collect(), gauge.unread),
            None => return (0, None),
        };
        let held = sessions.iter().map(|session| session.held());
        held.fold((0, unread), |(sum, oldest), (count, since)| {
            (sum + count as u64, [oldest, since].into_iter().flatten().min())
        })
    }
}
