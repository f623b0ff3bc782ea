//! The seam: what a channel must do, and what it is given.

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::reading::StatusReport;
use crate::{
    AccountName, ChannelName, Conformance, ConversationId, InboundMessage, Kind, Line, OutboundMessage, ReceiveContext,
    SendContext, ThreadKey,
};

/// One way in and one way out for customers' messages.
#[async_trait]
pub trait Channel: Send + Sync {
    /// The channel's name, part of thread keys, queue names and metrics.
    fn name(&self) -> &ChannelName;

    /// The account of the channel that it receives from, which metrics name beside the channel.
    fn account(&self) -> &AccountName;

    /// What it can do, for the table in the README.
    fn conformance(&self) -> Conformance;

    /// Whether only one process at a time may receive (a mailbox, a bot's updates): then [`Channel::receive`] runs where
    /// the source's lease is, and its `shutdown` is cancelled when the lease is gone. Else it runs in every process of
    /// the intake, as webhooks and sockets do.
    fn polls(&self) -> bool {
        false
    }

    /// Whether the other side counts what comes from an account: its rates are held in the process that sends, so only
    /// one process at a time may. Whoever begins anew must not need to know what left before.
    fn counts(&self) -> bool {
        false
    }

    /// Whether files can be sent by it.
    fn takes_files(&self) -> bool {
        true
    }

    /// Whether what it sends is another in each queue: then [`SendContext::queue`] names it.
    fn differs_by_queue(&self) -> bool {
        false
    }

    /// For how long more of a customer is waited for before what they wrote is answered, as one; zero for not at all.
    fn quiet(&self) -> Duration {
        Duration::ZERO
    }

    /// Receives until `cx.shutdown` is cancelled. Returns early only on an error that reconnecting cannot cure.
    /// Acknowledges to the other side only after `cx.intake.accept` has returned `Ok`.
    async fn receive(&self, cx: ReceiveContext) -> Result<(), ChannelError>;

    /// Delivers one message; the receipt holds the id under which the other side knows it.
    async fn send(&self, message: &OutboundMessage, cx: &SendContext) -> Result<Receipt, SendError>;

    /// Finds out what became of a send whose outcome is not known; never sends by itself.
    async fn settle(&self, message: &OutboundMessage, cx: &SendContext) -> Result<Settled, SendError>;

    /// Pages, sockets or webhooks of this channel, mounted on the public listener: paths must start with
    /// `/chat` or `/hooks/<channel>/`; the web chat also serves the demo page at `/`. The listener must give each
    /// request its `ConnectInfo<SocketAddr>`.
    fn routes(&self, cx: ReceiveContext) -> Option<axum::Router>;
}

/// The way in: makes a message durable.
#[async_trait]
pub trait Intake: Send + Sync {
    /// Returns once the broker has confirmed the message. The same `id` may be given again at any time: it is
    /// accepted again and changes nothing. At most one message a thread is unconfirmed; others of it wait.
    async fn accept(&self, message: InboundMessage) -> Result<(), IntakeError>;

    /// Takes what the other side says about a message of ours; the same promises. A report about a message that the
    /// thread does not know changes nothing.
    async fn status(&self, report: StatusReport) -> Result<(), IntakeError>;

    /// Counts something that came and becomes no message. Nothing is stored of it, or it lies where it lay.
    fn turned_away(&self, _channel: &ChannelName, _why: TurnedAway) {}
}

/// Why something that came becomes no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TurnedAway {
    /// It is not signed by whom it should be from.
    Signature,
    /// It came from an address of our own.
    Echo,
    /// It is for an account that nobody has set up.
    Stranger,
    /// A person's reaction to a message.
    Reaction,
    /// Word of what the service did: somebody joined, a number has changed, a bot was blocked.
    Service,
    /// It was said in a group, and not to us.
    Overheard,
    /// An event of mail: a bounce or receipt, whose status is told, or the answer to an invitation.
    Report,
}

impl TurnedAway {
    /// Every one.
    pub const ALL: [Self; 7] =
        [Self::Signature, Self::Echo, Self::Stranger, Self::Reaction, Self::Service, Self::Overheard, Self::Report];

    /// A word for metrics.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Echo => "echo",
            Self::Stranger => "stranger",
            Self::Reaction => "reaction",
            Self::Service => "service",
            Self::Overheard => "overheard",
            Self::Report => "report",
        }
    }

    /// Why something of this kind is no message, if it is none.
    #[must_use]
    pub const fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Message | Kind::Edit | Kind::Encrypted | Kind::Unsupported => None,
            Kind::Echo => Some(Self::Echo),
            Kind::Reaction => Some(Self::Reaction),
            Kind::Service => Some(Self::Service),
            Kind::Overheard => Some(Self::Overheard),
            Kind::Bounce | Kind::ReadReceipt | Kind::CalendarReply => Some(Self::Report),
        }
    }
}

/// Why a message was not accepted. Nothing was stored, or it may show up once after all.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IntakeError {
    /// The broker is away or full, or the daemon is stopping.
    #[error("messages cannot be stored just now; try again in {} s", retry_after.as_secs())]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
    /// More waits than is admitted.
    #[error("too many messages wait already; try again in {} s", retry_after.as_secs())]
    Crowded {
        /// When to try again.
        retry_after: Duration,
    },
    /// The message can never be accepted.
    #[error("the message cannot be accepted: {reason}")]
    Invalid {
        /// What is wrong with it, without its content.
        reason: String,
    },
}

/// What a customer may see of a thread, and word of its changes.
#[async_trait]
pub trait Transcript: Send + Sync {
    /// The thread as its customer may see it, with the lines after `after`, in order, none missing. They may be a first
    /// page: whoever sees that `last_seq` is beyond the last line reads again from there.
    /// A thread that nobody has written in is empty.
    async fn read(&self, thread: ThreadKey, after: u64) -> Result<View, TranscriptError>;

    /// Word of changes: the receiver is marked changed after each change of the thread that was saved.
    fn watch(&self, thread: ThreadKey) -> Watch;
}

/// Marked changed whenever the thread has changed; the value itself says nothing.
pub type Watch = watch::Receiver<u64>;

/// The thread could not be read just now.
#[derive(Debug, thiserror::Error)]
#[error("the thread cannot be read just now")]
pub struct TranscriptError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// A thread as its customer may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The open conversation, or the last one.
    pub conversation: Option<ConversationId>,
    /// Who has it now: `bot`, `queue` or `agent`; absent before the first message.
    pub owner: Option<OwnerKind>,
    /// Whether the bot is working on an answer.
    pub bot_typing: bool,
    /// The newest place in the thread; 0 when empty.
    pub last_seq: u64,
    /// The lines asked for.
    pub lines: Vec<Line>,
}

/// Who has a conversation, as the customer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OwnerKind {
    /// The AI.
    Bot,
    /// It waits for people.
    Queue,
    /// A person has it.
    Agent,
}

/// Proof that a message was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The id under which the other side knows it, if it gives one.
    pub provider_id: Option<String>,
}

/// What became of a send whose outcome was not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It arrived.
    Sent(Receipt),
    /// It did not, or sending the same command again does no harm: send it.
    SendAgain,
    /// It cannot be found out: a person is told.
    Unknown,
}

/// Why a message was not sent, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Try again after a while.
    #[error("not sent yet, trying again in {} s: {reason}", after.as_secs())]
    Retry {
        /// When.
        after: Duration,
        /// Why, without customer data.
        reason: String,
    },
    /// It will never be sent.
    #[error("not sent: {0}")]
    Reject(String),
    /// It may or may not have arrived.
    #[error("may or may not have been sent: {0}")]
    Unknown(String),
}

/// Why a channel stopped for good.
#[derive(Debug, thiserror::Error)]
#[error("channel {channel} stopped: {reason}")]
pub struct ChannelError {
    /// Which channel.
    pub channel: ChannelName,
    /// Why, and what to do.
    pub reason: String,
}
