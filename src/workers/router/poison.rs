//! Poison: an event that cannot be decided on harms itself alone.

use super::batch::Desk;
use crate::broker::{Delivery, Queue};
use crate::telemetry::Aside;
use crate::thread::{Body, Event, EventId};
use crate::workers::{WorkerError, set_aside};

/// How often an event is tried on its own before it is set aside.
pub(super) const TRIES: u32 = 3;

impl Desk {
    /// Decides on each event on its own, so that its neighbours go on.
    pub(super) async fn one_by_one(&mut self, events: &[Event], raw: &[Delivery]) -> Result<(), WorkerError> {
        for (event, delivery) in events.iter().zip(raw) {
            self.alone(event, delivery).await?;
        }
        Ok(())
    }

    async fn alone(&mut self, event: &Event, raw: &Delivery) -> Result<(), WorkerError> {
        for _ in 0..TRIES {
            match self.together(std::slice::from_ref(event)).await {
                Err(WorkerError::Panicked(_)) => {}
                result => return result,
            }
        }
        self.park(event, raw).await
    }

    /// Sets it aside with its raw bytes, and leaves a marker in the thread.
    async fn park(&mut self, event: &Event, raw: &Delivery) -> Result<(), WorkerError> {
        tracing::error!(event = %event.id, kind = event.kind(), "parked after {TRIES} tries");
        set_aside(&self.place, &Queue::Inbound(self.partition()), &raw.message, Aside::Panic).await?;
        let marker = Event {
            id: EventId::of("parked", &[&event.id.0]),
            thread: event.thread,
            at: event.at,
            trace: event.trace,
            body: Body::Parked { event: event.id, reason: Aside::Panic.word().to_owned() },
        };
        match self.together(&[marker]).await {
            Err(WorkerError::Panicked(_)) => Ok(()),
            result => result,
        }
    }
}
