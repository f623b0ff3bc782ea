//! Changes: what decisions do to a thread. Only these are applied when a thread is rebuilt.

use serde::{Deserialize, Serialize};
use wissel_channels::{CommandId, ConversationId, Progress, UnixMillis};

use super::state::{
    Address, Burst, Claiming, Deferred, DeliveryState, Entry, Flight, Heard, Outgoing, Owner, StateName, Suggestion,
    Timer,
};
use super::{Command, EventId, Person, TimerId};
use crate::routing::{Decision, Language, Priority, QueueName};

/// A change of a thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The thread's first message came by this channel and account.
    Began(Address),
    /// The customer's language is known, or known better.
    Spoke {
        /// The language of the words.
        language: Option<Language>,
        /// The language that the customer's program states.
        locale: Option<Language>,
    },
    /// A conversation was opened.
    Opened {
        /// Its id.
        id: ConversationId,
        /// Its number in the thread.
        number: u32,
        /// When.
        at: UnixMillis,
    },
    /// An entry took its place.
    Placed(Entry),
    /// A message was decided on.
    Decided {
        /// The decision.
        decision: Decision,
        /// The entry that it was made on.
        ordinal: u64,
        /// The first of the entries, when it was made on several.
        #[serde(default)]
        from: Option<u64>,
    },
    /// The conversation went to another owner.
    Moved(Move),
    /// The bot was asked.
    TurnBegan {
        /// The command that asks.
        command: CommandId,
        /// The newest entry that the question covers.
        upto: u64,
    },
    /// The bot's turn is over.
    TurnEnded {
        /// Whether it brought an answer that will be sent.
        answered: bool,
    },
    /// An automatic answer or message was not sent, because the conversation had moved on.
    Dropped {
        /// The answer, kept for staff.
        suggestion: Option<Suggestion>,
    },
    /// Something waits to be delivered.
    Queued(Outgoing),
    /// The first of what waits went into flight.
    Departed(Flight),
    /// The delivery in flight must not be started any more.
    Revoked,
    /// The delivery in flight failed for now, and is tried again.
    Delayed,
    /// The delivery in flight ended. What was sent is placed by its own changes.
    Landed {
        /// The command.
        command: CommandId,
        /// What became of it; absent when it was dropped.
        state: Option<DeliveryState>,
    },
    /// A claim waits for the delivery in flight.
    ClaimBegan(Claiming),
    /// The owner of a claim did something: it holds longer.
    ClaimRenewed {
        /// Until when.
        until: UnixMillis,
    },
    /// A person's order was decided.
    OrderDecided {
        /// The order.
        order: EventId,
        /// Digest of its body.
        digest: [u8; 16],
        /// The answer.
        outcome: OrderOutcome,
    },
    /// The helpdesk tool has a ticket.
    TicketOpened {
        /// Its reference.
        reference: String,
    },
    /// The conversation is over.
    Closed {
        /// When.
        at: UnixMillis,
        /// Who closed it.
        by: Person,
        /// The new epoch: nothing automatic of before is started any more.
        epoch: u64,
    },
    /// A command is asked for; it stands until its outcome is known. The same id again is a retry.
    Issued(Command),
    /// The outcome of a command is known.
    Confirmed(CommandId),
    /// A timer was set.
    TimerSet(Timer),
    /// A timer fired or is not needed any more.
    TimerCleared(TimerId),
    /// Entries up to this number left the state; the journal has them.
    Trimmed {
        /// The newest entry that left.
        upto: u64,
    },
    /// How an answer gets back is known, or known anew.
    Routed(String),
    /// What the customer said waits for more.
    Gathering(Burst),
    /// Nothing more came.
    Gathered,
    /// Something was heard of a message whose delivery has not been reported.
    Heard(Heard),
    /// The other side says that a message of ours got further.
    Progressed {
        /// Its entry.
        ordinal: u64,
        /// How far.
        progress: Progress,
    },
    /// A person has seen that replies of theirs did not arrive, or may not have.
    Noticed {
        /// Who.
        person: Person,
        /// The conversation.
        conversation: ConversationId,
        /// One reply, by its number; absent for all of the conversation.
        ordinal: Option<u64>,
    },
    /// The decision on a message waits for advice. The next decision ends that.
    Deferred(Box<Deferred>),
}

/// A conversation went to another owner, under a new epoch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Move {
    /// The new owner.
    pub owner: Owner,
    /// The queue that it is in now, or that the owner works for.
    pub queue: QueueName,
    /// The new epoch of the thread.
    pub epoch: u64,
    /// When.
    pub at: UnixMillis,
    /// How soon people should look at it.
    pub priority: Priority,
    /// Why, where it was not a message's decision: a word such as `bot:nothing_fits`, `claim lapsed`.
    pub reason: Option<String>,
    /// Whether it moved by itself.
    pub hop: bool,
    /// Until when a claim holds.
    pub claim_until: Option<UnixMillis>,
    /// The newest entry that needs no answer of the bot any more; absent where nothing was settled by this.
    pub answered: Option<u64>,
}

/// The answer to a person's order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrderOutcome {
    /// Why it was refused; absent when it was done.
    pub refused: Option<Refusal>,
    /// The state of the conversation after it.
    pub state: StateName,
    /// Who has it after it.
    pub owner: Owner,
    /// The queue that it is in.
    pub queue: Option<QueueName>,
    /// The epoch after it.
    pub epoch: u64,
}

/// Why an order was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Somebody else has the conversation, or nobody.
    NotOwner,
    /// The person saw an older epoch.
    StaleEpoch,
    /// The conversation is closed.
    Closed,
    /// Another claim is being granted.
    Claiming,
    /// No queue of people has that name.
    UnknownQueue,
    /// The order makes no sense, such as an empty answer.
    Invalid,
}

impl Refusal {
    /// The code in problem documents.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotOwner => "not_owner",
            Self::StaleEpoch => "stale_epoch",
            Self::Closed => "closed",
            Self::Claiming => "claiming",
            Self::UnknownQueue => "unknown_queue",
            Self::Invalid => "invalid",
        }
    }
}
