//! State of a thread: a fold of its changes and nothing else.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use wissel_channels::{
    AccountName, Attachment, Author, ChannelName, CommandId, ConversationId, Origin, Progress, Source, ThreadKey,
    UnixMillis,
};

pub use super::entry::{DeliveryState, Entry, EntryKind, More};
use super::{Command, EventId, Notice, Past, Person, TimerId};
use crate::routing::{Decision, Language, Priority, QueueName, Verdict};

/// One customer on one account of one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Thread {
    /// Its key.
    pub key: ThreadKey,
    /// Where it is; absent before the first message.
    pub address: Option<Address>,
    /// The language of the conversation so far.
    pub language: Option<Language>,
    /// The language that the customer's program states.
    pub locale: Option<Language>,
    /// The newest place given out; rises by one over all conversations.
    pub seq: u64,
    /// The number of the newest entry, shown or not.
    pub ordinal: u64,
    /// The newest entries, oldest first: messages in their places, notes, markers, what could not be delivered.
    pub tail: VecDeque<Entry>,
    /// What waits to be delivered.
    pub outbox: VecDeque<Outgoing>,
    /// The delivery in flight: at most one.
    pub flight: Option<Flight>,
    /// Rises with each change of ownership, over all conversations.
    pub epoch: u64,
    /// The open conversation, or the last one.
    pub conversation: Option<Conversation>,
    /// Commands whose outcome is not known yet.
    pub pending: Vec<Command>,
    /// Timers that are set.
    pub timers: Vec<Timer>,
    /// How an answer gets back, as the channel gave it last; nobody else reads it.
    #[serde(default)]
    pub route: Option<String>,
    /// What the customer has said and that waits for more before it is decided on.
    #[serde(default)]
    pub burst: Option<Box<Burst>>,
    /// What was heard of the message in flight before its own delivery was reported.
    #[serde(default)]
    pub heard: Vec<Heard>,
    /// Replies of people that did not arrive, or may not have, and that their authors have not seen yet; oldest first.
    #[serde(default)]
    pub notices: Vec<Notice>,
    /// Replies of people that have left the tail, and of which the other side may still say that they came back.
    #[serde(default)]
    pub past: Vec<Past>,
}

/// What a customer says in a row, while more of it may come.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Burst {
    /// Its first entry.
    pub first: u64,
    /// When it ends, however much more comes.
    pub until: UnixMillis,
    /// What the channel knows, the newest of each name.
    pub attributes: BTreeMap<String, String>,
    /// By which sign no person wrote the last of it.
    pub automatic: Option<String>,
    /// The queue that the decision before it named.
    pub previous: Option<QueueName>,
}

/// What the other side said about a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Heard {
    /// The id under which it knows the message.
    pub of: String,
    /// How far it got.
    pub progress: Progress,
}

/// Where a thread is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The channel.
    pub channel: ChannelName,
    /// The company's account on it.
    pub account: AccountName,
}

/// An episode in a thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// 1 for the first of the thread.
    pub number: u32,
    /// When it was opened.
    pub opened_at: UnixMillis,
    /// Since when it is where it is.
    pub since: UnixMillis,
    /// When it was closed.
    pub closed_at: Option<UnixMillis>,
    /// Who has it; absent until the first decision.
    pub owner: Option<Owner>,
    /// The queue that it is in, or that its owner works for.
    pub queue: Option<QueueName>,
    /// The bot queue that it was last in.
    pub bot_queue: Option<QueueName>,
    /// How soon people should look at it.
    pub priority: Priority,
    /// A claim that waits for an automatic delivery to end.
    pub claiming: Option<Claiming>,
    /// Until when the claim holds.
    pub claim_until: Option<UnixMillis>,
    /// Whether the customer has been told that an AI answers, since the bot last got the conversation.
    pub disclosed: bool,
    /// How many answers the bot has given.
    pub bot_turns: u32,
    /// How often it moved by itself.
    pub hops: u32,
    /// The question that the bot works on.
    pub turn: Option<Turn>,
    /// Up to which entry the bot has answered or people have taken over.
    pub answered: u64,
    /// The last decision.
    pub decision: Option<Decision>,
    /// The entry that the last decision was made on.
    pub decided_on: u64,
    /// Why it went to people, if not by the decision: a word such as `bot:nothing_fits`.
    pub reason: Option<String>,
    /// An answer of the bot that was not sent, for staff.
    pub suggestion: Option<Suggestion>,
    /// The ticket in the helpdesk tool.
    pub ticket: Option<String>,
    /// The first of the entries that the last decision was made on; absent when it was one alone.
    #[serde(default)]
    pub decided_from: Option<u64>,
    /// A message whose decision waits for the advice of a language model.
    #[serde(default)]
    pub deferred: Option<Deferred>,
}

/// What waits for advice: all that it will be decided on, with or without.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deferred {
    /// The command that asks for advice.
    pub command: CommandId,
    /// The epoch at that time: once the conversation has moved on, advice is of no use.
    pub epoch: u64,
    /// When it was first to be decided on.
    pub at: UnixMillis,
    /// The customer's words.
    pub text: String,
    /// What the channel knows.
    pub attributes: BTreeMap<String, String>,
    /// The first entry, when there are several, and the last.
    pub from: Option<u64>,
    /// The last entry.
    pub upto: u64,
    /// What triage had found.
    pub verdict: Verdict,
    /// The queue of the decision before it.
    pub previous: Option<QueueName>,
}

/// Who has a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The AI.
    Bot,
    /// It waits for people of its queue.
    Queue,
    /// A person has it.
    Agent(Person),
}

/// A claim that waits until an automatic delivery in flight has ended, at the latest for three seconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claiming {
    /// Who claims.
    pub person: Person,
    /// The order, which is answered when the claim is granted.
    pub order: EventId,
    /// Digest of the order's body.
    pub digest: [u8; 16],
    /// The delivery that it waits for.
    pub delivery: CommandId,
}

/// A question that the bot works on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Turn {
    /// The command.
    pub command: CommandId,
    /// The newest entry that it covers.
    pub upto: u64,
}

/// An answer of the bot that was not sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Suggestion {
    /// The answer.
    pub text: String,
    /// Where it comes from.
    pub sources: Vec<Source>,
}

/// A message that waits to be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outgoing {
    /// The id that its entry will have.
    pub id: String,
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// Who speaks.
    pub from: Author,
    /// The name shown.
    pub name: String,
    /// When it was made.
    pub at: UnixMillis,
    /// What is said.
    pub text: String,
    /// Sources of a bot's answer.
    pub sources: Vec<Source>,
    /// How it came to be.
    pub origin: Origin,
    /// For what is automatic: the epoch under which it was made. Under another one it is dropped.
    pub epoch: Option<u64>,
    /// Files to send with it.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// A delivery in flight.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Flight {
    /// The command.
    pub command: CommandId,
    /// Which try.
    pub attempt: u32,
    /// Whether a disclosure goes before it.
    pub discloses: Option<Outgoing>,
    /// What is delivered.
    pub outgoing: Outgoing,
    /// Whether it must not be started any more.
    pub revoked: bool,
}

/// A timer that is set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Timer {
    /// Its id.
    pub id: TimerId,
    /// When it is due.
    pub due: UnixMillis,
    /// What for.
    pub kind: TimerKind,
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// The bot has not answered in time.
    BotDeadline(CommandId),
    /// The owner of a claim has done nothing for long.
    ClaimLapse,
    /// A claim has waited long enough for a delivery to end.
    ClaimGrant,
    /// A delivery or handoff is tried again.
    Retry(CommandId),
    /// Nothing more of the customer has come for a while.
    Quiet,
    /// A language model has not given its advice in time.
    AdviceDeadline(CommandId),
}

impl Thread {
    /// A thread in which nothing has happened.
    #[must_use]
    pub fn new(key: ThreadKey) -> Self {
        Self { key, ..Self::default() }
    }

    /// When the earliest timer is due.
    #[must_use]
    pub fn due(&self) -> Option<UnixMillis> {
        self.timers.iter().map(|timer| timer.due).min()
    }

    /// The commands that `event` caused and whose outcome is not known: published again when it comes again.
    pub fn unconfirmed(&self, event: EventId) -> impl Iterator<Item = &Command> {
        self.pending.iter().filter(move |command| command.cause == event)
    }

    /// The words of the burst that waits to be decided on: the newest version of each message.
    #[must_use]
    pub fn gathered(&self) -> Option<String> {
        let first = self.burst.as_ref()?.first;
        let lines: Vec<&str> = self.said_since(first).map(|entry| entry.text.as_str()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The words of the burst that a timer ends, if it ends one.
    #[must_use]
    pub fn burst_of(&self, timer: TimerId) -> Option<String> {
        let ends = |other: &&Timer| other.id == timer && other.kind == TimerKind::Quiet;
        self.timers.iter().find(ends).and_then(|_| self.gathered())
    }

    /// What came beside the words of the burst: names of files, and what is quoted.
    pub fn beside_the_burst(&self) -> impl Iterator<Item = &str> {
        let first = self.burst.as_ref().map_or(u64::MAX, |burst| burst.first);
        let more = self.said_since(first).filter_map(|entry| entry.more.as_deref());
        more.flat_map(|more| more.attachments.iter().map(|file| file.name.as_str()).chain([more.quoted.as_str()]))
    }

    /// The customer's messages from an entry on, in the last conversation, without those that have a newer version.
    pub fn said_since(&self, first: u64) -> impl Iterator<Item = &Entry> {
        let conversation = self.conversation.as_ref().map(|conversation| conversation.id);
        self.tail.iter().filter(move |entry| {
            entry.ordinal >= first
                && entry.kind == EntryKind::Message
                && entry.from == Author::Customer
                && Some(entry.conversation) == conversation
                && !self.tail.iter().any(|newer| newer.edits() == Some(entry.ordinal))
        })
    }

    /// The delivery that must not be started any more, if any.
    #[must_use]
    pub fn revoked(&self) -> Option<CommandId> {
        self.flight.as_ref().filter(|flight| flight.revoked).map(|flight| flight.command)
    }
}

impl Flight {
    /// Whether nobody but the bot or a rule wants it sent.
    #[must_use]
    pub const fn is_automatic(&self) -> bool {
        self.outgoing.epoch.is_some()
    }
}

impl Conversation {
    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }

    /// The state that the staff API shows.
    #[must_use]
    pub fn state(&self) -> StateName {
        match (self.closed_at, &self.owner) {
            (Some(_), _) => StateName::Closed,
            (None, Some(Owner::Bot)) => StateName::Bot,
            (None, Some(Owner::Agent(_))) => StateName::Claimed,
            (None, Some(Owner::Queue) | None) => StateName::Waiting,
        }
    }
}

/// The state of a conversation, as the staff API names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StateName {
    /// The bot has it.
    Bot,
    /// It waits for people.
    Waiting,
    /// A person has it.
    Claimed,
    /// It is over.
    Closed,
}
