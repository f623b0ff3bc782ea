//! Table: what the desk needs to know of the routing table: its queues and intents.

use crate::routing::{Intent, IntentName, Localized, QueueKind, QueueName};

/// A queue, as the desk shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Its name.
    pub name: QueueName,
    /// Who works it.
    pub kind: QueueKind,
    /// Its title.
    pub title: Localized,
    /// Who answers for what is decided for it.
    pub overseer: String,
}

/// Queues and intents.
#[derive(Clone, Debug, Default)]
pub struct RoutingTable {
    /// The queues.
    pub queues: Vec<Queue>,
    /// The intents.
    pub intents: Vec<Intent>,
}

impl RoutingTable {
    /// The queues.
    pub fn queues(&self) -> impl Iterator<Item = &Queue> {
        self.queues.iter()
    }

    /// An intent by its name.
    #[must_use]
    pub fn intent(&self, name: &IntentName) -> Option<&Intent> {
        self.intents.iter().find(|intent| intent.name == *name)
    }
}
