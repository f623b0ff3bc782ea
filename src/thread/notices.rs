//! Notices: replies of people that did not arrive, or may not have. Each stands until its author has seen it.

use serde::{Deserialize, Serialize};
use wissel_channels::reading::clip;
use wissel_channels::{Author, ConversationId, Progress, UnixMillis};

use super::state::{DeliveryState, EntryKind};
use super::{Change, Entry, Person, Thread};

/// So many are kept of a thread; then the oldest go.
const MOST: usize = 32;
/// Bytes that are kept of a reply's text.
const TEXT: usize = 280;

/// A person's reply that did not arrive, or may not have.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notice {
    /// The reply.
    pub ordinal: u64,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Its author.
    pub person: Person,
    /// When it was written.
    pub at: UnixMillis,
    /// What became of it: failed or unknown.
    pub state: DeliveryState,
    /// Its beginning.
    pub text: String,
    /// Why, without customer data; absent until it is told.
    pub why: Option<String>,
}

/// So many replies are remembered when they have left the tail, and so much of each.
const MOST_PAST: usize = 8;
const PAST_TEXT: usize = 80;

/// A reply that has left the tail. Mail comes back days later.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Past {
    /// The reply.
    pub ordinal: u64,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Its author.
    pub person: Person,
    /// When it was written.
    pub at: UnixMillis,
    /// The ids under which the other side knows it, with spaces between.
    pub of: String,
    /// What was heard of it.
    pub progress: Option<Progress>,
    /// Its beginning.
    pub text: String,
}

/// What leaves the tail is remembered if it is a person's reply that somebody else has taken.
pub(super) fn remember(past: &mut Vec<Past>, entry: &Entry) {
    let sent = entry.delivery == Some(DeliveryState::Sent) && is_reply(entry);
    let Some(of) = entry.provider.clone().filter(|of| sent && !of.is_empty()) else { return };
    past.push(Past {
        ordinal: entry.ordinal,
        conversation: entry.conversation,
        person: Person(entry.name.clone()),
        at: entry.at,
        of,
        progress: entry.progress,
        text: clip(&entry.text, PAST_TEXT).to_owned(),
    });
    if past.len() > MOST_PAST {
        past.remove(0);
    }
}

impl From<&Past> for Notice {
    fn from(past: &Past) -> Self {
        let Past { ordinal, conversation, person, at, text, .. } = past.clone();
        Self { ordinal, conversation, person, at, state: DeliveryState::Failed, text, why: None }
    }
}

impl Notice {
    fn of(entry: &Entry, state: DeliveryState) -> Self {
        Self {
            ordinal: entry.ordinal,
            conversation: entry.conversation,
            person: Person(entry.name.clone()),
            at: entry.at,
            state,
            text: clip(&entry.text, TEXT).to_owned(),
            why: None,
        }
    }
}

/// What a change that has just been applied does to the notices.
pub(super) fn follow(thread: &mut Thread, change: &Change) {
    match change {
        Change::Placed(entry) if entry.kind == EntryKind::Marker => explain(thread, &entry.text),
        Change::Placed(entry) => {
            let state = entry.delivery.filter(|state| is_bad(*state));
            if let Some(state) = state.filter(|_| is_reply(entry)) {
                add(thread, Notice::of(entry, state));
            }
        }
        Change::Progressed { ordinal, progress: Progress::Failed } => {
            let entry = thread.tail.iter().find(|entry| entry.ordinal == *ordinal && is_reply(entry));
            let past = || thread.past.iter().find(|past| past.ordinal == *ordinal).map(Notice::from);
            let notice = entry.map(|entry| Notice::of(entry, DeliveryState::Failed)).or_else(past);
            if let Some(notice) = notice {
                add(thread, notice);
            }
        }
        // It did arrive.
        Change::Progressed { ordinal, progress } if *progress != Progress::Delayed => {
            thread.notices.retain(|notice| notice.ordinal != *ordinal);
        }
        Change::Noticed { person, conversation, ordinal } => {
            thread.notices.retain(|notice| !is_meant(notice, person, *conversation, *ordinal));
        }
        _ => {}
    }
}

/// Whose notices a change may have changed; `thread` is the thread after it.
#[must_use]
pub fn reader<'a>(thread: &'a Thread, change: &'a Change) -> Option<&'a str> {
    match change {
        Change::Placed(entry) if is_reply(entry) && entry.delivery.is_some_and(is_bad) => Some(&entry.name),
        Change::Progressed { ordinal, .. } => {
            let entry = thread.tail.iter().find(|entry| entry.ordinal == *ordinal && is_reply(entry));
            let past = || thread.past.iter().find(|past| past.ordinal == *ordinal).map(|past| past.person.0.as_str());
            entry.map(|entry| entry.name.as_str()).or_else(past)
        }
        Change::Noticed { person, .. } => Some(&person.0),
        _ => None,
    }
}

/// Whether a person means this notice: theirs, of a conversation, and of one reply if they name it.
#[must_use]
pub fn is_meant(notice: &Notice, person: &Person, conversation: ConversationId, ordinal: Option<u64>) -> bool {
    notice.person == *person
        && notice.conversation == conversation
        && ordinal.is_none_or(|ordinal| notice.ordinal == ordinal)
}

fn is_reply(entry: &Entry) -> bool {
    entry.kind == EntryKind::Message && entry.from == Author::Staff
}

const fn is_bad(state: DeliveryState) -> bool {
    matches!(state, DeliveryState::Failed | DeliveryState::Unknown)
}

fn add(thread: &mut Thread, notice: Notice) {
    thread.notices.retain(|other| other.ordinal != notice.ordinal);
    thread.notices.push(notice);
    if thread.notices.len() > MOST {
        thread.notices.remove(0);
    }
}

/// The marker that stands behind a reply tells why.
fn explain(thread: &mut Thread, marker: &str) {
    let why = ["delivery:failed:", "delivery:unknown:"].iter().find_map(|word| marker.strip_prefix(word));
    let newest = thread.notices.last_mut().filter(|notice| notice.why.is_none());
    if let (Some(why), Some(notice)) = (why, newest) {
        notice.why = Some(why.to_owned());
    }
}
