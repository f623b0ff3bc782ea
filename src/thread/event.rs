//! Events: everything that can happen to a thread. All of a thread pass through one partition, in order.

use serde::{Deserialize, Serialize};
use wissel_channels::{
    Attachment, CommandId, ConversationId, InboundMessage, MessageId, Source, StatusReport, ThreadKey, UnixMillis,
};

use crate::routing::{Advice, Asked, IntentName, QueueName};

wissel_channels::id16!(
    /// An event: made from what caused it, so that the same happening has the same id however often it is told.
    EventId
);

wissel_channels::id16!(
    /// A timer: made from the event that set it. Its firing has it as its cause.
    TimerId
);

impl From<MessageId> for EventId {
    fn from(id: MessageId) -> Self {
        Self(id.0)
    }
}

/// Something that happened to a thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// The thread that it happened to.
    pub thread: ThreadKey,
    /// When it was made: the `now` of every decision on it.
    pub at: UnixMillis,
    /// The event at the beginning of this chain, for following a message through logs.
    pub trace: EventId,
    /// What happened.
    pub body: Body,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// The customer wrote.
    Message(Box<InboundMessage>),
    /// An event of this thread could not be handled and was set aside.
    Parked {
        /// The event that was set aside.
        event: EventId,
        /// Why, without customer data.
        reason: String,
    },
    /// A bot worker is done with a question.
    Bot {
        /// The question.
        command: CommandId,
        /// Which try.
        attempt: u32,
        /// What came of it.
        result: BotResult,
    },
    /// A person of the company gave an order.
    Staff(StaffOrder),
    /// A delivery worker is done with a delivery.
    Delivery {
        /// The delivery.
        command: CommandId,
        /// Which try.
        attempt: u32,
        /// What came of it.
        outcome: DeliveryOutcome,
    },
    /// A handoff worker is done with a handoff.
    Handoff {
        /// The handoff.
        command: CommandId,
        /// Which try.
        attempt: u32,
        /// What came of it.
        outcome: HandoffOutcome,
    },
    /// A timer is due.
    Timer {
        /// Which.
        timer: TimerId,
    },
    /// The operators' switches changed; the new ones are in the input.
    Switched,
    /// The other side says how far a message of ours got.
    Status(StatusReport),
    /// A language model was asked what a message is about.
    Classified {
        /// The question.
        command: CommandId,
        /// Which try.
        attempt: u32,
        /// What came of it.
        outcome: ClassifyOutcome,
    },
}

/// What came of asking a language model.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "WrittenOutcome", into = "WrittenOutcome")]
pub enum ClassifyOutcome {
    /// It gave advice that is sound.
    Advised(Advice),
    /// It said what is no answer; why, without its words. The question took at least one token.
    Rejected(String, Asked),
    /// It could not be asked or did not answer; why, without customer data, and what it was or would have been asked, where this
    /// is known.
    Failed(String, Option<Asked>),
    /// It was not asked: the message had been decided on, or AI is switched off.
    Refused,
}

/// The same as it is written. What failed with a question that is known is written as rejected, without tokens: an earlier
/// release reads that, and decides the same on both.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenOutcome {
    Advised(Advice),
    Rejected(String, Asked),
    Failed(String),
    Refused,
}

impl From<WrittenOutcome> for ClassifyOutcome {
    fn from(written: WrittenOutcome) -> Self {
        match written {
            WrittenOutcome::Advised(advice) => Self::Advised(advice),
            WrittenOutcome::Rejected(why, asked) if asked.tokens_in == 0 => Self::Failed(why, Some(asked)),
            WrittenOutcome::Rejected(why, asked) => Self::Rejected(why, asked),
            WrittenOutcome::Failed(why) => Self::Failed(why, None),
            WrittenOutcome::Refused => Self::Refused,
        }
    }
}

impl From<ClassifyOutcome> for WrittenOutcome {
    fn from(outcome: ClassifyOutcome) -> Self {
        match outcome {
            ClassifyOutcome::Advised(advice) => Self::Advised(advice),
            ClassifyOutcome::Rejected(why, asked) => Self::Rejected(why, asked),
            ClassifyOutcome::Failed(why, Some(asked)) => Self::Rejected(why, Asked { tokens_in: 0, ..asked }),
            ClassifyOutcome::Failed(why, None) => Self::Failed(why),
            ClassifyOutcome::Refused => Self::Refused,
        }
    }
}

impl ClassifyOutcome {
    /// The class of the outcome, part of the event's id.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Advised(_) => "advised",
            Self::Rejected(..) => "rejected",
            Self::Failed(..) => "failed",
            Self::Refused => "refused",
        }
    }
}

/// What came of a question to the bot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BotResult {
    /// An answer in the words of an article.
    Answered {
        /// What to say.
        text: String,
        /// Where it comes from; never empty.
        sources: Vec<Source>,
    },
    /// The bot has no answer; a word that says why, such as `nothing_fits`.
    Abstained(String),
    /// The bot could not work; the reason holds no customer data.
    Failed(String),
    /// The call was not made: the conversation had moved on, or AI is switched off.
    Refused,
}

impl BotResult {
    /// The class of the outcome, part of the event's id.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Answered { .. } => "answered",
            Self::Abstained(_) => "abstained",
            Self::Failed(_) => "failed",
            Self::Refused => "refused",
        }
    }
}

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// It arrived.
    Sent {
        /// The id under which the other side knows it.
        provider_id: Option<String>,
    },
    /// It never will; the reason holds no customer data.
    Failed(String),
    /// It may or may not have arrived.
    Unknown(String),
    /// Not yet: try again.
    Retry {
        /// After how many milliseconds.
        after_millis: u64,
        /// Why, without customer data.
        reason: String,
    },
    /// It was not started: revoked, of an older epoch, or AI is switched off.
    Refused,
}

impl DeliveryOutcome {
    /// The class of the outcome, part of the event's id.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "sent",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
            Self::Retry { .. } => "retry",
            Self::Refused => "refused",
        }
    }
}

/// What came of a handoff to a helpdesk tool.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoffOutcome {
    /// The ticket is there.
    Opened {
        /// Its reference in the tool.
        reference: String,
    },
    /// It never will be; the reason holds no customer data.
    Failed(String),
    /// It may or may not be there.
    Unknown(String),
    /// Not yet: try again.
    Retry {
        /// After how many milliseconds.
        after_millis: u64,
        /// Why, without customer data.
        reason: String,
    },
}

impl HandoffOutcome {
    /// The class of the outcome, part of the event's id.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
            Self::Retry { .. } => "retry",
        }
    }
}

/// A person of the company, by the name that colleagues and customers see. Personal: sealed on wire and disk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Person(pub String);

/// An order of a person about a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StaffOrder {
    /// Who.
    pub person: Person,
    /// About which conversation.
    pub conversation: ConversationId,
    /// The epoch that the person saw; the order is refused when it is not the current one.
    pub epoch: Option<u64>,
    /// Digest of the request's body: the same idempotency key with another body is refused.
    pub digest: [u8; 16],
    /// What.
    pub order: Order,
}

/// What a person orders.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Take it.
    Claim,
    /// Give it back to the queue that it came from.
    Release,
    /// Answer the customer.
    Reply {
        /// The answer.
        text: String,
        /// Files that go with it, stored before.
        #[serde(default)]
        attachments: Vec<Attachment>,
    },
    /// Write a note that never leaves.
    Note {
        /// The note.
        text: String,
    },
    /// Hand it to another queue of people.
    Transfer {
        /// Which.
        queue: QueueName,
    },
    /// Give it back to the bot.
    Return,
    /// Close it.
    Close,
    /// The person has seen that replies of theirs did not arrive.
    Seen {
        /// One reply, by its number; absent for all of the conversation.
        #[serde(default)]
        ordinal: Option<u64>,
    },
    /// Say that the bot's answer was wrong.
    Wrong {
        /// What the customer wanted, where the person says so.
        intent: Option<IntentName>,
    },
}

impl Event {
    /// The event of a customer's message.
    #[must_use]
    pub fn message(message: InboundMessage) -> Self {
        let id = EventId::from(message.id);
        Self { id, thread: message.thread, at: message.at, trace: id, body: Body::Message(Box::new(message)) }
    }

    /// The event of a report about a message of ours: the same report is the same event, whenever it comes.
    #[must_use]
    pub fn status(report: StatusReport) -> Self {
        let status = format!("{:?}", report.status);
        let parts: [&[u8]; 3] = [&report.thread.0, report.of.as_bytes(), status.as_bytes()];
        let id = EventId::of("status", &parts);
        Self { id, thread: report.thread, at: report.at, trace: id, body: Body::Status(report) }
    }

    /// The id of an outcome of `command`: the same class of outcome of the same try is the same event.
    #[must_use]
    pub fn outcome_id(command: CommandId, attempt: u32, class: &str) -> EventId {
        EventId::of("outcome", &[&command.0, &attempt.to_le_bytes(), class.as_bytes()])
    }

    /// The id of the firing of `timer`.
    #[must_use]
    pub fn timer_id(timer: TimerId) -> EventId {
        EventId::of("timer fired", &[&timer.0])
    }

    /// A word for logs: what kind of event it is.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.body {
            Body::Message(_) => "message",
            Body::Parked { .. } => "parked",
            Body::Bot { .. } => "bot",
            Body::Staff(_) => "staff",
            Body::Delivery { .. } => "delivery",
            Body::Handoff { .. } => "handoff",
            Body::Timer { .. } => "timer",
            Body::Switched => "switched",
            Body::Status(_) => "status",
            Body::Classified { .. } => "classified",
        }
    }
}
