//! What a wire understands of one raw message: the outcome that every channel's `wire.rs` gives, before anything is stored.
//!
//! Pure data. A receiver stores the files, then turns each [`Understood`] into an [`InboundMessage`]; `wissel inspect`
//! prints a [`Reading`] as it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::message::{Kind, Sender};
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

/// What became of a message of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The id under which the other side knows our message; empty when it does not say.
    pub of: String,
    /// How far it got.
    pub status: Progress,
    /// What went wrong: a code and the other side's words, at most 300 characters.
    pub error: Option<String>,
    /// The thread of that message, as far as the raw piece tells.
    #[serde(skip)]
    pub thread: Option<ThreadKey>,
}

/// What the other side says about a message of ours, for the intake.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatusReport {
    /// The thread that the message went to.
    pub thread: ThreadKey,
    /// The channel.
    pub channel: ChannelName,
    /// The company's account.
    pub account: AccountName,
    /// The id under which the other side knows the message: the `provider_id` of its receipt.
    pub of: String,
    /// How far it got.
    pub status: Progress,
    /// What went wrong, without customer data.
    pub error: Option<String>,
    /// When this was heard.
    pub at: UnixMillis,
}

/// How far a message of ours got. A later one never falls back to an earlier one: see [`Progress::after`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

    /// The message for the intake, once the piece is stored as it came: an entry for a person. `None` when no thread can
    /// be told of it. The same piece has the same id each time it comes.
    #[must_use]
    pub fn into_inbound(
        self,
        channel: ChannelName,
        account: AccountName,
        at: UnixMillis,
        stored: Vec<Attachment>,
    ) -> Option<InboundMessage> {
        let thread = self.thread?;
        let parts: [&[u8]; 4] =
            [channel.as_str().as_bytes(), account.as_str().as_bytes(), &thread.0, self.raw.as_bytes()];
        let id = MessageId::of("wissel.unsupported", &parts);
        Some(InboundMessage {
            text: self.why,
            attachments: stored,
            kind: Kind::Unsupported,
            ..InboundMessage::new(id, thread, channel, account, at)
        })
    }
}

impl Understood {
    /// The message for the intake, once its files are stored: `stored` are they, in order; `route` is how an answer gets
    /// back. Of an edit, and of a reaction, `reply_to` names the message that it is about.
    #[must_use]
    pub fn into_inbound(
        self,
        channel: ChannelName,
        at: UnixMillis,
        stored: Vec<Attachment>,
        route: Option<String>,
    ) -> InboundMessage {
        let (edits, reply_to) = if self.kind == Kind::Edit { (self.reply_to, None) } else { (None, self.reply_to) };
        InboundMessage {
            provider_id: self.provider_id,
            text: self.text,
            locale: self.locale,
            attachments: stored,
            attributes: self.attributes,
            automatic: self.automatic,
            route,
            sender: Some(self.from),
            quoted: self.quoted,
            signature: self.signature,
            kind: self.kind,
            edits,
            reply_to,
            ..InboundMessage::new(self.id, self.thread, channel, self.account, at)
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
