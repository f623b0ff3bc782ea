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
    /// Where the content is: hexadecimal hash in the blob port.
    pub hash: String,
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
    /// What was said.
    pub text: String,
    /// Sources of a bot's answer.
    pub sources: Vec<Source>,
}
