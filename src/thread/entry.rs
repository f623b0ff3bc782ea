//! Entries of a thread: messages, notes, markers, with what they have beside their words.

use serde::{Deserialize, Serialize};
use wissel_channels::{
    Attachment, Author, ConversationId, Kind, Origin, Progress, Sender, Source, ThreadKey, UnixMillis,
};

/// Something in a thread: a message, a note, a marker.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// Its number among all entries of the thread.
    pub ordinal: u64,
    /// The batch that it was saved in.
    pub head: u64,
    /// Its place in what the customer sees; absent for what they do not see.
    pub seq: Option<u64>,
    /// The customer's client's own id, else the id of the event or part that made it.
    pub id: String,
    /// The conversation that it belongs to.
    pub conversation: ConversationId,
    /// What it is.
    pub kind: EntryKind,
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
    /// How an outbound message came to be.
    pub origin: Option<Origin>,
    /// What became of an outbound message.
    pub delivery: Option<DeliveryState>,
    /// The ids under which the other side knows an outbound message, with spaces between them.
    #[serde(default)]
    pub provider: Option<String>,
    /// How far the other side says that an outbound message got.
    #[serde(default)]
    pub progress: Option<Progress>,
    /// What some messages have beside their words.
    #[serde(default)]
    pub more: Option<Box<More>>,
}

/// What some messages have beside their words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct More {
    /// Who wrote it, as far as the channel knows.
    pub sender: Option<Sender>,
    /// The beginning of what it quotes; empty when nothing.
    pub quoted: String,
    /// The beginning of its signature; empty when none.
    pub signature: String,
    /// What it is.
    pub kind: Kind,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Where the whole text is, when the entry has only its beginning.
    pub whole: Option<Attachment>,
    /// The entry that it is a new version of.
    pub edits: Option<u64>,
    /// What it is about, in its writer's words; empty where the channel has no such line.
    #[serde(default)]
    pub subject: String,
    /// The thread that it may belong to, as it says and nobody vouches for.
    #[serde(default)]
    pub related: Option<ThreadKey>,
}

impl Entry {
    /// Bytes of text in it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let more = self.more.as_ref().map_or(0, |more| more.quoted.len() + more.signature.len() + more.subject.len());
        self.text.len() + more
    }

    /// The entry that it is a new version of.
    #[must_use]
    pub fn edits(&self) -> Option<u64> {
        self.more.as_ref().and_then(|more| more.edits)
    }
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A message between customer and company.
    Message,
    /// A note among staff; never leaves.
    Note,
    /// Something that staff should know; never leaves.
    Marker,
}

/// What became of an outbound message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits, or is in flight.
    Pending,
    /// It arrived.
    Sent,
    /// It never will.
    Failed,
    /// It may or may not have arrived.
    Unknown,
}
