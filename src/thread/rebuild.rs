//! Rebuilding a thread from its changes: the fold that gives a state back, with `apply` alone.

use wissel_channels::{ThreadKey, UnixMillis};

use super::{Change, Conversation, EventId, OrderOutcome, Thread, apply};

/// A thread as its changes made it, with what the store keeps beside the state.
#[derive(Clone, Debug)]
pub struct Rebuilt {
    /// The state.
    pub thread: Thread,
    /// The events that it has seen.
    pub seen: Vec<(EventId, UnixMillis)>,
    /// The conversations that are over and followed by another.
    pub past: Vec<Conversation>,
    /// The answers to orders: order, time, digest, answer.
    pub orders: Vec<(EventId, UnixMillis, [u8; 16], OrderOutcome)>,
}

impl Rebuilt {
    /// A thread in which nothing has happened.
    #[must_use]
    pub fn new(key: ThreadKey) -> Self {
        Self { thread: Thread::new(key), seen: Vec::new(), past: Vec::new(), orders: Vec::new() }
    }

    /// Applies what followed from one event.
    pub fn fold(&mut self, event: EventId, at: UnixMillis, changes: &[Change]) {
        self.seen.push((event, at));
        for change in changes {
            match change {
                Change::Opened { .. } => self.past.extend(self.thread.conversation.take()),
                Change::OrderDecided { order, digest, outcome } => {
                    self.orders.push((*order, at, *digest, outcome.clone()));
                }
                _ => {}
            }
            apply(&mut self.thread, change);
        }
    }
}
