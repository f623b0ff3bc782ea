//! Messages in and out: what every channel turns its own format into.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{AccountName, ChannelName, CommandId, MessageId, ThreadKey, UnixMillis};

/// A message of a customer, as a channel understood it. On wire and disk fields have places, not names: none is skipped,
/// and a new one goes to the end, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InboundMessage {
    /// Hash of tenant, channel, account and the provider's id: the same message has it each time it comes.
    pub id: MessageId,
    /// The thread that it belongs to.
    pub thread: ThreadKey,
    /// The channel it came by.
    pub channel: ChannelName,
    /// The company's account it came to.
    pub account: AccountName,
    /// The id that the other side knows the message by (web chat: the client's UUID). At most 128 bytes.
    pub provider_id: String,
    /// When the channel received it.
    pub at: UnixMillis,
    /// The new text alone, without quoted history or signature.
    pub text: String,
    /// The customer's language as their program states it (`nl`, `en-GB`), a hint only.
    #[serde(default)]
    pub locale: Option<String>,
    /// Files that came with it.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// Facts that the channel knows, readable by routing rules as `attribute.<name>`.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Whether the channel knows that no person wrote it, and by which sign.
    #[serde(default)]
    pub automatic: Option<String>,
    /// How an answer gets back: the channel's own small text (an address, a chat id), which nobody else reads. The thread
    /// keeps the newest and gives it back unchanged with every outbound message. At most [`ROUTE_BYTES`] bytes.
    #[serde(default)]
    pub route: Option<String>,
    /// Who wrote it, as far as the channel knows.
    #[serde(default)]
    pub sender: Option<Sender>,
    /// What it quotes of earlier messages; empty when nothing.
    #[serde(default)]
    pub quoted: String,
    /// The sender's signature; empty when none.
    #[serde(default)]
    pub signature: String,
    /// What it is.
    #[serde(default)]
    pub kind: Kind,
    /// The provider's id of the message that this is a new version of.
    #[serde(default)]
    pub edits: Option<String>,
    /// The provider's id of the message that it answers.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// Where the whole text is, when `text` is only its beginning. The intake sets it.
    #[serde(default)]
    pub whole: Option<Attachment>,
    /// For how many milliseconds more of the customer is waited for before it is answered. The intake sets it.
    #[serde(default)]
    pub quiet_millis: u32,
}

/// Bytes of a route, at most.
pub const ROUTE_BYTES: usize = 8192;

impl InboundMessage {
    /// A message that came by `channel` to `account`, with nothing but words: no text yet.
    #[must_use]
    pub fn new(id: MessageId, thread: ThreadKey, channel: ChannelName, account: AccountName, at: UnixMillis) -> Self {
        Self {
            id,
            thread,
            channel,
            account,
            provider_id: String::new(),
            at,
            text: String::new(),
            locale: None,
            attachments: Vec::new(),
            attributes: BTreeMap::new(),
            automatic: None,
            route: None,
            sender: None,
            quoted: String::new(),
            signature: String::new(),
            kind: Kind::Message,
            edits: None,
            reply_to: None,
            whole: None,
            quiet_millis: 0,
        }
    }
}

/// Who wrote a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sender {
    /// Mail address, phone number or the provider's id of the person.
    pub address: String,
    /// The name that they give themselves, cleaned; empty when none.
    pub name: String,
    /// Whether the channel vouches for the address.
    pub verified: bool,
    /// What else they are known as on other channels, as far as the channel vouches for it.
    #[serde(default)]
    pub known_as: Vec<KnownAs>,
}

/// What a person is known as on a kind of channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KnownAs {
    /// The kind of channel, which says what the address is.
    pub channel: ChannelName,
    /// Mail address, phone number or the provider's id of the person.
    pub address: String,
}

/// What a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something that a customer says.
    #[default]
    Message,
    /// A new version of a message that came before.
    Edit,
    /// An emoji put to a message.
    Reaction,
    /// Encrypted: only people with the key can read it.
    Encrypted,
    /// An answer to an invitation: an event, no ticket.
    CalendarReply,
    /// Somebody's program says that a message of ours was shown: an event, no ticket.
    ReadReceipt,
    /// A mail server says that a message of ours did not arrive (yet): an event, no ticket.
    Bounce,
    /// From one of our own addresses: dropped and counted.
    Echo,
    /// Said in a group, not to us: dropped.
    Overheard,
    /// Something about the chat itself (a bot was blocked, a group moved): an event, no ticket.
    Service,
    /// Something that this release does not understand: kept as it came, for a person.
    Unsupported,
}

impl Kind {
    /// Whether it is for people alone: nothing can be triaged in it.
    #[must_use]
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::Encrypted | Self::Unsupported)
    }

    /// Whether it goes to the intake at all, as a message of a customer. The rest are events without a ticket, or nothing.
    #[must_use]
    pub const fn is_said(self) -> bool {
        matches!(self, Self::Message | Self::Edit | Self::Encrypted | Self::Unsupported)
    }
}

/// A file that came with a message, stored by content hash before the message is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attachment {
    /// The name as shown to staff, cleaned.
    pub name: String,
    /// Media type, as declared.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Where the content is: hexadecimal hash in the blob port; empty when it was not kept.
    pub hash: String,
    /// Why the content was not kept (too large, a type that is not taken, a virus), for staff.
    #[serde(default)]
    pub refused: Option<String>,
}

/// Who said something in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Author {
    /// The customer.
    Customer,
    /// The AI.
    Bot,
    /// A person of the company.
    Staff,
    /// Wissel itself: fixed sentences, such as the disclosure.
    System,
}

/// How an outbound message came to be. Every outbound message carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Written by a person.
    Human,
    /// Written by AI.
    Ai,
    /// Drafted by AI, checked and sent by a person.
    AiDraftedHumanSent,
    /// A fixed sentence that a rule sends.
    Rule,
}

/// Where an answer comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// Title of the article.
    pub title: String,
    /// Where a customer can read it.
    pub url: String,
    /// Its version date, `YYYY-MM-DD`.
    pub version: String,
}

/// One message within a delivery: a disclosure and the answer after it are two parts of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Part {
    /// Who speaks.
    pub from: Author,
    /// The name that the customer sees.
    pub name: String,
    /// What is said.
    pub text: String,
    /// Where it comes from, for answers of the bot.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// How it came to be.
    pub origin: Origin,
}

/// What a channel is asked to send: the parts of one delivery, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OutboundMessage {
    /// The command that asks for it: the idempotency key of the send.
    pub command: CommandId,
    /// 1 for the first try.
    pub attempt: u32,
    /// The thread that it goes to.
    pub thread: ThreadKey,
    /// The channel that it goes by.
    pub channel: ChannelName,
    /// The company's account that it goes from.
    pub account: AccountName,
    /// What to send, in order; never empty.
    pub parts: Vec<Part>,
    /// The newest route of the thread: see [`InboundMessage::route`].
    #[serde(default)]
    pub route: Option<String>,
    /// The customer's last message, for threading and quotation.
    #[serde(default)]
    pub replies_to: Option<Replied>,
    /// Files to send with the last part; their content is in the blob port.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// The language that the customer is spoken to in (`nl`).
    #[serde(default)]
    pub locale: Option<String>,
}

impl OutboundMessage {
    /// The first try of sending `parts`, with nothing else.
    #[must_use]
    pub fn new(
        command: CommandId,
        thread: ThreadKey,
        channel: ChannelName,
        account: AccountName,
        parts: Vec<Part>,
    ) -> Self {
        let (route, replies_to, attachments, locale) = (None, None, Vec::new(), None);
        Self { command, attempt: 1, thread, channel, account, parts, route, replies_to, attachments, locale }
    }
}

/// The message of the customer that is answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Replied {
    /// The id that the other side knows it by; may be empty.
    pub provider_id: String,
    /// When it came.
    pub at: UnixMillis,
    /// The customer's name; empty when it is not known.
    pub name: String,
    /// Its text, or the beginning of a long one.
    pub text: String,
}

/// A line of a thread as its customer may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Place in the thread, rising by one over all its conversations, from 1.
    pub seq: u64,
    /// The client's own id for the customer's messages, else an id of ours.
    pub id: String,
    /// Who said it.
    pub from: Author,
    /// The name shown.
    pub name: String,
    /// When.
    pub at: UnixMillis,
    /// What was said.
    pub text: String,
    /// Sources of a bot's answer.
    pub sources: Vec<Source>,
}
