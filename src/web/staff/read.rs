//! Read: one conversation, opened: as the store has it, with what has left the state from the journal.

use wissel_channels::{AccountName, Author, ChannelName, ConversationId, ThreadKey, UnixMillis};

use super::problem::Problem;
use crate::routing::{Decision, Language, Priority, QueueName};
use crate::thread::state::{Address, EntryKind, Outgoing, Suggestion};
use crate::thread::{Change, Entry, Owner, StateName, Thread, apply};
use crate::wire::{Archive, Record};

/// A conversation, opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its id.
    pub id: ConversationId,
    /// Its thread.
    pub thread: ThreadKey,
    /// The channel and the account on it.
    pub address: Option<Address>,
    /// Its state.
    pub state: StateName,
    /// Who has it.
    pub owner: Option<Owner>,
    /// The queue that it is in, or that its owner works for.
    pub queue: Option<QueueName>,
    /// The epoch of the thread.
    pub epoch: u64,
    /// When it was opened.
    pub opened_at: UnixMillis,
    /// Since when it is where it is.
    pub since: UnixMillis,
    /// Until when a claim holds.
    pub claim_until: Option<UnixMillis>,
    /// The customer's language.
    pub language: Option<Language>,
    /// How soon people should look at it.
    pub priority: Priority,
    /// The last decision.
    pub decision: Option<Decision>,
    /// The number of the entry that it was made on.
    pub decided_on: u64,
    /// The first of them, when it was made on several.
    pub decided_from: Option<u64>,
    /// Why it went to people, if not by the decision.
    pub reason: Option<String>,
    /// An answer of the bot that was not sent.
    pub suggestion: Option<Suggestion>,
    /// What was said, oldest first.
    pub entries: Vec<Entry>,
    /// What waits to be delivered, oldest first.
    pub pending: Vec<Outgoing>,
}

impl Opened {
    /// The channel, if known.
    #[must_use]
    pub fn channel(&self) -> Option<&ChannelName> {
        self.address.as_ref().map(|address| &address.channel)
    }

    /// The account, if known.
    #[must_use]
    pub fn account(&self) -> Option<&AccountName> {
        self.address.as_ref().map(|address| &address.account)
    }

    /// The words that the last decision was made on.
    #[must_use]
    pub fn decided_text(&self) -> String {
        let first = self.decided_from.unwrap_or(self.decided_on);
        let decided = self.entries.iter().filter(|entry| {
            (first..=self.decided_on).contains(&entry.ordinal)
                && entry.kind == EntryKind::Message
                && entry.from == Author::Customer
                && !self
                    .entries
                    .iter()
                    .any(|newer| newer.ordinal <= self.decided_on && newer.edits() == Some(entry.ordinal))
        });
        decided.map(|entry| entry.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The thread's open or last conversation, as far as the state holds it.
    #[must_use]
    pub fn current(thread: &Thread) -> Option<Self> {
        let conversation = thread.conversation.as_ref()?;
        let id = conversation.id;
        let flight = thread.flight.iter().flat_map(|flight| flight.discloses.iter().chain([&flight.outgoing]));
        Some(Self {
            id,
            thread: thread.key,
            opened_at: conversation.opened_at,
            address: thread.address.clone(),
            state: conversation.state(),
            owner: conversation.owner.clone(),
            queue: conversation.queue.clone(),
            epoch: thread.epoch,
            since: conversation.since,
            claim_until: conversation.claim_until,
            language: thread.language,
            priority: conversation.priority,
            decision: conversation.decision.clone(),
            decided_on: conversation.decided_on,
            decided_from: conversation.decided_from,
            reason: conversation.reason.clone(),
            suggestion: conversation.suggestion.clone(),
            entries: thread.tail.iter().filter(|entry| entry.conversation == id).cloned().collect(),
            pending: flight.chain(&thread.outbox).filter(|out| out.conversation == id).cloned().collect(),
        })
    }
}

/// The thread of a conversation.
pub async fn thread_of(archive: &Archive, id: ConversationId) -> Result<Option<ThreadKey>, Problem> {
    if let Some(row) = archive.store.row(id).await? {
        return Ok(Some(row.thread));
    }
    Ok(archive.journal.conversation(id).await?)
}

/// A conversation with all that was said in it.
pub async fn conversation(archive: &Archive, id: ConversationId) -> Result<Option<Opened>, Problem> {
    let Some(key) = thread_of(archive, id).await? else { return Ok(None) };
    let thread = archive.told_state(key).await?;
    let current = thread.as_ref().and_then(Opened::current).filter(|opened| opened.id == id);
    let Some(mut opened) = current else {
        return Ok(past(key, id, &archive.told(key).await?));
    };
    let first = thread.as_ref().and_then(|thread| thread.tail.front());
    if first.is_none_or(|entry| entry.conversation == id && entry.ordinal > 1) {
        let from = first.map_or(u64::MAX, |entry| entry.ordinal);
        let records = archive.records(key).await?;
        let placed = records.iter().flat_map(|record| &record.changes).filter_map(|change| match change {
            Change::Placed(entry) if entry.conversation == id && entry.ordinal < from => Some(entry.clone()),
            _ => None,
        });
        opened.entries = placed.chain(std::mem::take(&mut opened.entries)).collect();
    }
    Ok(Some(opened))
}

/// A conversation of a thread that has a newer one, from the journal alone.
fn past(key: ThreadKey, id: ConversationId, records: &[Record]) -> Option<Opened> {
    let mut thread = Thread::new(key);
    let mut entries = Vec::new();
    let is_here = |thread: &Thread| thread.conversation.as_ref().is_some_and(|conversation| conversation.id == id);
    for change in records.iter().flat_map(|record| &record.changes) {
        match change {
            Change::Opened { .. } if is_here(&thread) => break,
            Change::Placed(entry) if entry.conversation == id => entries.push(entry.clone()),
            _ => {}
        }
        apply(&mut thread, change);
    }
    let opened = Opened::current(&thread).filter(|opened| opened.id == id)?;
    Some(Opened { entries, ..opened })
}
