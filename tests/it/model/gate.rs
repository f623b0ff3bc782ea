//! The store's gate, as `store::ThreadStore::start` promises it: epoch, revocation, records of starts, incarnation.

use std::collections::BTreeSet;

use wissel::thread::{Command, Thread};
use wissel_channels::CommandId;

use super::mutation::Mutation;

/// What the gate knows. Saved with the thread; the records of starts are its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Gate {
    /// The thread's epoch.
    pub(super) epoch: u64,
    revoked: Option<CommandId>,
    started: BTreeSet<(CommandId, u32)>,
    /// Another one after the store was lost.
    pub(super) incarnation: u8,
}

/// Whether a worker may carry out a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Started {
    /// It may.
    Go,
    /// It must find out first what became of an earlier start.
    Settle,
    /// It may not.
    Refused,
}

impl Gate {
    /// What a save of the thread changes here.
    pub(super) fn save(&mut self, thread: &Thread) {
        self.epoch = thread.epoch;
        self.revoked = thread.revoked();
    }

    /// The store is lost: the thread comes back from the journal, the records of starts do not.
    pub(super) fn lose(&mut self, rebuilt: &Thread) {
        self.started.clear();
        self.incarnation += 1;
        self.save(rebuilt);
    }

    /// Atomically checks and records. `incarnation` is absent once it is known that a call is safe.
    pub(super) fn start(&mut self, command: &Command, incarnation: Option<u8>, mutation: Option<Mutation>) -> Started {
        let begun = incarnation.is_some() && self.started.contains(&(command.id, command.attempt));
        let lost = incarnation.is_some_and(|published_under| published_under != self.incarnation);
        let lost = lost && mutation != Some(Mutation::NoIncarnationCheck);
        let stale = command.epoch.is_some_and(|epoch| epoch < self.epoch) && mutation != Some(Mutation::NoEpochCheck);
        let refused = stale || self.revoked == Some(command.id);
        if refused && mutation == Some(Mutation::RefusedBeforeSettled) {
            return Started::Refused;
        }
        // What may have begun is never called "not started", whatever happened since.
        if lost || (begun && mutation != Some(Mutation::StartsForgotten)) {
            return Started::Settle;
        }
        if refused {
            return Started::Refused;
        }
        self.started.insert((command.id, command.attempt));
        Started::Go
    }
}
