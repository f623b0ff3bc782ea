//! Start: what a worker does first with a command: read it, and ask whether it may be carried out.

use futures_util::future::join_all;

use super::{WorkerError, Workplace, bury, persist, set_aside};
use crate::broker::{Consumer, Delivery, Message, Queue};
use crate::store::{Incarnation, Start, Started};
use crate::telemetry::Aside;
use crate::thread::Command;
use crate::wire::{WireError, envelope};

#[cfg(test)]
#[path = "together_tests.rs"]
mod tests;

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

/// Commands that were taken together, and not acknowledged yet.
pub(super) struct Together {
    pub(super) commands: Vec<Command>,
    /// The store's incarnation when they were published.
    pub(super) incarnation: Option<Incarnation>,
    delivery: Delivery,
}

/// The same for a command that may be one of several in its message.
pub(super) async fn read_all(
    place: &Workplace,
    consumer: &mut dyn Consumer,
    queue: &Queue,
    delivery: Delivery,
) -> Result<Option<Together>, WorkerError> {
    match envelope::read_commands(&place.keys, &delivery.message.body) {
        Ok((commands, incarnation)) => Ok(Some(Together { commands, incarnation, delivery })),
        Err(error @ WireError::Newer(_)) => Err(error.into()),
        Err(_) => bury(place, consumer, queue, delivery, Aside::Unreadable).await.map(|()| None),
    }
}

impl Together {
    /// Carries all of them out, side by side, and acknowledges them. When one cannot be done, all come again.
    pub(super) async fn carry_out<'a, F>(&'a self, one: impl FnMut(&'a Command) -> F) -> Result<(), WorkerError>
    where
        F: Future<Output = Result<(), WorkerError>> + 'a,
    {
        // All come to their end, also when one fails: what has begun should be reported.
        join_all(self.commands.iter().map(one)).await.into_iter().collect()
    }

    /// Takes them out of the queue.
    pub(super) async fn done(self, consumer: &mut dyn Consumer) -> Result<(), WorkerError> {
        Ok(consumer.ack(vec![self.delivery]).await?)
    }

    /// Sets one aside that is not for the worker which has it.
    pub(super) async fn misplaced(
        &self,
        place: &Workplace,
        queue: &Queue,
        command: &Command,
    ) -> Result<(), WorkerError> {
        let body = envelope::write_command(&place.keys, command, self.incarnation.unwrap_or_default())?;
        set_aside(place, queue, &Message { id: command.id.0, body: body.into() }, Aside::Misplaced).await
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
