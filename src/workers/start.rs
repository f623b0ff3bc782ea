//! Start: whether a worker may carry out a command, recorded before it does.

use super::{WorkerError, Workplace, persist};
use crate::store::{Incarnation, Start, Started};
use crate::thread::Command;

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
