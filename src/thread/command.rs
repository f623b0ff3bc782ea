//! Commands: what workers are asked to do. A worker carries it out and reports what came of it as an event.

use serde::{Deserialize, Serialize};
use wissel_channels::{ChannelName, CommandId, ConversationId, OutboundMessage, ThreadKey, UnixMillis};

use super::EventId;
use crate::routing::{IntentName, Language, Priority, QueueName};

/// Something that a worker is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Command {
    /// Hash of the causing event, ordinal and kind; a retry keeps it.
    pub id: CommandId,
    /// 1 for the first try.
    pub attempt: u32,
    /// The event that caused it: when that comes again, the command is published again.
    pub cause: EventId,
    /// The event at the beginning of the chain.
    pub trace: EventId,
    /// The thread that it belongs to.
    pub thread: ThreadKey,
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// For what is automatic: the epoch under which it was made. Under another one it is not started.
    pub epoch: Option<u64>,
    /// When it was made.
    pub at: UnixMillis,
    /// What to do.
    pub body: Task,
}

/// What a worker is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Answer a question, or abstain.
    Ask {
        /// The bot queue that it is asked for.
        queue: QueueName,
        /// The customer's words since the bot last spoke.
        text: String,
        /// The language to answer in.
        language: Option<Language>,
        /// What triage takes it for, best first.
        intents: Vec<IntentName>,
    },
    /// Deliver a message to the customer.
    Deliver {
        /// The channel that it goes by.
        channel: ChannelName,
        /// What to send.
        message: Box<OutboundMessage>,
        /// For words of the bot: what the switches are asked about once more before they are sent.
        ai: Option<Spoken>,
    },
    /// Open a ticket in a helpdesk tool.
    Handoff {
        /// The tool.
        tool: String,
        /// The queue of people.
        queue: QueueName,
        /// How soon.
        priority: Priority,
    },
    /// Ask a language model what a message is about that triage is not sure of.
    Classify {
        /// Where the message goes without advice: whose budget it is.
        queue: QueueName,
        /// The channel that it came by.
        channel: ChannelName,
        /// The customer's words.
        text: String,
        /// The language that triage found.
        language: Option<Language>,
        /// Until when an answer is of use.
        until: UnixMillis,
    },
}

/// Where and in which language the bot speaks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Spoken {
    /// The bot queue.
    pub queue: QueueName,
    /// The language.
    pub language: Option<Language>,
}

impl Task {
    /// The kind, part of the command's id and a word for logs.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Ask { .. } => "ask",
            Self::Deliver { .. } => "deliver",
            Self::Handoff { .. } => "handoff",
            Self::Classify { .. } => "classify",
        }
    }
}
