//! Start: what a worker does first with a command: read it, and ask whether it may be carried out.

use super::{WorkerError, Workplace, bury, persist};
use crate::broker::{Consumer, Delivery, Queue};
use crate::store::{Incarnation, Start, Started};
use crate::telemetry::Aside;
use crate::thread::Command;
use crate::wire::{WireError, envelope};

/// A command that was taken, and not acknowledged yet.
pub(super) struct Taken {
    pub(super) command: Command,
    /// The store's incarnation when it was published.
    pub(super) incarnation: Option<Incarnation>,
    pub(super) delivery: Delivery,
}

/// Reads a command. What cannot be read is set aside; what a newer release wrote stays where it is.
pub(super) async fn read(
    place: &Workplace,
    consumer: &mut dyn Consumer,
    queue: &Queue,
    delivery: Delivery,
) -> Result<Option<Taken>, WorkerError> {
    match envelope::read_command(&place.keys, &delivery.message.body) {
        Ok((command, incarnation)) => Ok(Some(Taken { command, incarnation, delivery })),
        Err(error @ WireError::Newer(_)) => Err(error.into()),
        Err(_) => bury(place, consumer, queue, delivery, Aside::Unreadable).await.map(|()| None),
    }
}

/// Asks the store, recording the start with the answer. `incarnation` is absent once it is known that a call is safe.
pub(super) async fn may_start(
    place: &Workplace,
    command: &Command,
    incarnation: Option<Incarnation>,
) -> Result<Started, WorkerError> {
    let start = Start {
        thread: command.thread,
        command: command.id,
        attempt: command.attempt,
        epoch: command.epoch,
        incarnation,
        at: place.clock.now(),
    };
    persist("start", || place.store.start(start)).await
}
