//! What a wire understands of one raw message: the outcome that every channel's `wire.rs` gives, before anything is stored.
//!
//! Pure data. A receiver stores the files, then turns each [`Understood`] into an [`InboundMessage`]; `wissel inspect`
//! prints a [`Reading`] as it is.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{AccountName, Attachment, ChannelName, InboundMessage, MessageId, ThreadKey, UnixMillis};

/// Everything that one raw message holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What customers wrote, in order.
    pub messages: Vec<Understood>,
    /// What became of messages of ours.
    pub statuses: Vec<Status>,
    /// What we could not understand; each is kept as it came, for a person.
    pub unsupported: Vec<Unsupported>,
}

/// One message as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// The same each time the same message comes.
    pub id: MessageId,
    /// The thread that it belongs to.
    pub thread: ThreadKey,
    /// The company's account that it came to.
    pub account: AccountName,
    /// The id that the other side knows it by, at most 128 bytes; may be empty for mail without one.
    pub provider_id: String,
    /// When it was written, as it says itself.
    pub at: Option<UnixMillis>,
    /// Who wrote it.
    pub from: Sender,
    /// The new text alone.
    pub text: String,
    /// What it quotes of earlier messages; empty when nothing.
    pub quoted: String,
    /// The sender's signature; empty when none.
    pub signature: String,
    /// Files, without their content.
    pub attachments: Vec<File>,
    /// The provider's id of the message that it answers.
    pub reply_to: Option<String>,
    /// By which sign no person wrote it.
    pub automatic: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// The customer's language as their program states it.
    pub locale: Option<String>,
    /// Facts that the channel knows, for rules and for staff.
    pub attributes: BTreeMap<String, String>,
}

/// Who wrote a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sender {
    /// Mail address, phone number or the provider's id of the person.
    pub address: String,
    /// The name that they give themselves, cleaned; empty when none.
    pub name: String,
    /// Whether the channel vouches for the address.
    pub verified: bool,
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// Its name, cleaned for showing.
    pub name: String,
    /// Media type, as declared.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Size in bytes; absent where the provider does not say.
    pub bytes: Option<u64>,
    /// Where its content is: `part:<number>` of a mail, or the provider's id of the file.
    #[serde(skip)]
    pub place: String,
}

/// What a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
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
}

/// What became of a message of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The id under which the other side knows our message; empty when it does not say.
    pub of: String,
    /// How far it got.
    pub status: Progress,
    /// What went wrong: a code and the other side's words, at most 300 characters.
    pub error: Option<String>,
}

/// How far a message of ours got. A later one never falls back to an earlier one: see [`Progress::after`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Not there yet, still tried.
    Delayed,
    /// The other side has it.
    Sent,
    /// The customer's device has it.
    Delivered,
    /// It was shown to the customer.
    Read,
    /// A voice message was listened to.
    Played,
    /// The customer or the company took it back.
    Deleted,
    /// It will not arrive.
    Failed,
}

impl Progress {
    /// What is known once `next` was heard too, in whatever order the two came: `read` before `sent` stays read.
    #[must_use]
    pub fn after(self, next: Self) -> Self {
        self.max(next)
    }
}

/// Something that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unsupported {
    /// Why, for a person; never holds what the customer wrote.
    pub why: String,
    /// The conversation that it belongs to, as far as that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadKey>,
    /// The piece as it came, where it is text; kept with the conversation, not printed.
    #[serde(skip)]
    pub raw: String,
}

impl Unsupported {
    /// Something that no thread can be told of.
    #[must_use]
    pub fn new(why: impl Into<String>, raw: impl Into<String>) -> Self {
        Self { why: why.into(), thread: None, raw: raw.into() }
    }
}

impl Understood {
    /// The message for the intake, once its files are stored: `stored` are they, in order.
    #[must_use]
    pub fn into_inbound(self, channel: ChannelName, at: UnixMillis, stored: Vec<Attachment>) -> InboundMessage {
        InboundMessage {
            id: self.id,
            thread: self.thread,
            channel,
            account: self.account,
            provider_id: self.provider_id,
            at,
            text: self.text,
            locale: self.locale,
            attachments: stored,
            attributes: self.attributes,
            automatic: self.automatic,
        }
    }
}

#[derive(Serialize)]
struct Automatic<'a> {
    is: bool,
    why: Option<&'a str>,
}

#[derive(Serialize)]
struct Printed<'a> {
    id: MessageId,
    thread: ThreadKey,
    from: &'a Sender,
    text: &'a str,
    quoted: &'a str,
    signature: &'a str,
    attachments: &'a [File],
    reply_to: Option<&'a str>,
    automatic: Automatic<'a>,
    kind: Kind,
    account: &'a AccountName,
    provider_id: &'a str,
    at: Option<UnixMillis>,
    attributes: &'a BTreeMap<String, String>,
}

impl Serialize for Understood {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let printed = Printed {
            id: self.id,
            thread: self.thread,
            from: &self.from,
            text: &self.text,
            quoted: &self.quoted,
            signature: &self.signature,
            attachments: &self.attachments,
            reply_to: self.reply_to.as_deref(),
            automatic: Automatic { is: self.automatic.is_some(), why: self.automatic.as_deref() },
            kind: self.kind,
            account: &self.account,
            provider_id: &self.provider_id,
            at: self.at,
            attributes: &self.attributes,
        };
        printed.serialize(serializer)
    }
}

impl Serialize for Reading {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut reading = serializer.serialize_struct("Reading", 3)?;
        reading.serialize_field("messages", &self.messages)?;
        reading.serialize_field("statuses", &self.statuses)?;
        reading.serialize_field("unsupported", &self.unsupported)?;
        reading.end()
    }
}

/// `text` cut to at most `most` bytes at a character's end.
#[must_use]
pub fn clip(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// `text` without what cannot be seen or turns other letters around, of at most `most` bytes. Line ends, tabs and the
/// joiners of emoji stay.
#[must_use]
pub fn seen(text: &str, most: usize) -> String {
    let stays =
        |letter: &char| matches!(letter, '\n' | '\t' | '\u{200c}' | '\u{200d}') || !crate::filename::invisible(*letter);
    clip(text, most).chars().filter(stays).collect()
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn progress_never_falls_back() {
        assert_eq!(Progress::Read.after(Progress::Sent), Progress::Read);
        assert_eq!(Progress::Sent.after(Progress::Delivered), Progress::Delivered);
        assert_eq!(Progress::Delayed.after(Progress::Sent), Progress::Sent);
    }
}
