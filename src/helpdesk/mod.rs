//! Helpdesk: the tools in which staff find conversations. The built-in one is the desk.

pub mod desk;

use async_trait::async_trait;
use wissel_channels::{CommandId, ConversationId};

use crate::routing::{Priority, QueueName};

/// What a tool is asked to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The command that asks for it: our reference in the tool.
    pub command: CommandId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The queue of people.
    pub queue: QueueName,
    /// How soon.
    pub priority: Priority,
}

/// Why a ticket was not opened, with what to do about it. Reasons hold no customer data.
#[derive(Debug, thiserror::Error)]
pub enum HelpdeskError {
    /// Try again after a while.
    #[error("not opened yet, trying again in {after_millis} ms: {reason}")]
    Retry {
        /// When, in milliseconds.
        after_millis: u64,
        /// Why.
        reason: String,
    },
    /// It never will be.
    #[error("not opened: {0}")]
    Reject(String),
    /// It may or may not be there.
    #[error("may or may not have been opened: {0}")]
    Unknown(String),
}

/// What became of an opening whose outcome was not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The ticket is there, under this reference.
    Opened(String),
    /// It is not, or opening it again does no harm.
    OpenAgain,
    /// It cannot be found out: a person is told.
    Unknown,
}

/// A tool in which staff find conversations.
#[async_trait]
pub trait Helpdesk: Send + Sync {
    /// The name in `routing.toml` and in the queue's name.
    fn name(&self) -> &str;

    /// Opens a ticket; returns its reference in the tool.
    async fn open(&self, ticket: &Ticket) -> Result<String, HelpdeskError>;

    /// Finds out what became of an opening; never opens by itself.
    async fn settle(&self, ticket: &Ticket) -> Result<Settled, HelpdeskError>;
}
