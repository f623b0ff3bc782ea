//! The store's gate, as `store::ThreadStore::start` promises it: epoch, revocation, records of starts, incarnation.

use std::collections::BTreeSet;

use wissel::thread::{Command, Thread};
use wissel_channels::CommandId;

use super::mutation::Mutation;

/// What the gate knows. Saved with the thread; the records of starts are its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Gate {
    /// The thread's epoch.
    pub epoch: u64,
    revoked: Option<CommandId>,
    started: BTreeSet<(CommandId, u32)>,
    /// Another one after the store was lost.
    pub incarnation: u8,
}

/// Whether a worker may carry out a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It may.
    Go,
    /// It must find out first what became of an earlier start.
    Settle,
    /// It may not.
    Refused,
}

impl Gate {
    /// What a save of the thread changes here.
    pub fn save(&mut self, thread: &Thread) {
        self.epoch = thread.epoch;
        self.revoked = thread.revoked();
    }

    /// The store is lost: the thread comes back from the journal, the records of starts do not.
    pub fn lose(&mut self, rebuilt: &Thread) {
        self.started.clear();
        self.incarnation += 1;
        self.save(rebuilt);
    }

    /// Atomically checks and records. `incarnation` is absent once it is known that a call is safe.
    pub fn start(&mut self, command: &Command, incarnation: Option<u8>, mutation: Option<Mutation>) -> Started {
        let stale = command.epoch.is_some_and(|epoch| epoch < self.epoch) && mutation != Some(Mutation::NoEpochCheck);
        if self.revoked == Some(command.id) || stale {
            return Started::Refused;
        }
        if let Some(published_under) = incarnation {
            let other = published_under != self.incarnation && mutation != Some(Mutation::NoIncarnationCheck);
            let begun = self.started.contains(&(command.id, command.attempt));
            if other || (begun && mutation != Some(Mutation::StartsForgotten)) {
                return Started::Settle;
            }
        }
        self.started.insert((command.id, command.attempt));
        Started::Go
    }
}
