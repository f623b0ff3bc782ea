//! Transcript: what customers may see of their threads.

use async_trait::async_trait;
use wissel_channels::{Author, Line, OwnerKind, ThreadKey, Transcript, TranscriptError, View, Watch};

use crate::thread::state::{Entry, EntryKind};
use crate::thread::{Change, StateName, Thread};
use crate::wire::{Archive, ArchiveError};

/// Reads what customers may see.
#[derive(Clone)]
pub struct Window {
    archive: Archive,
}

impl Window {
    /// A window on the archive.
    #[must_use]
    pub fn new(archive: Archive) -> Self {
        Self { archive }
    }

    /// The lines after `after`: from the state, and what has left it from the journal.
    async fn lines(&self, thread: &Thread, after: u64) -> Result<Vec<Line>, ArchiveError> {
        let kept = thread.tail.iter().filter_map(|entry| entry.seq).min().unwrap_or(thread.seq + 1);
        let mut lines = Vec::new();
        if after + 1 < kept {
            for record in self.archive.records(thread.key).await? {
                let placed = record.changes.into_iter().filter_map(|change| match change {
                    Change::Placed(entry) => Some(entry),
                    _ => None,
                });
                lines.extend(placed.filter_map(|entry| line(&entry)).filter(|l| l.seq > after && l.seq < kept));
            }
        }
        lines.extend(thread.tail.iter().filter_map(line).filter(|line| line.seq > after));
        Ok(lines)
    }
}

fn line(entry: &Entry) -> Option<Line> {
    let seq = entry.seq.filter(|_| entry.kind == EntryKind::Message)?;
    Some(Line {
        seq,
        id: entry.id.clone(),
        from: entry.from,
        name: entry.name.clone(),
        at: entry.at,
        text: entry.text.clone(),
        sources: entry.sources.clone(),
    })
}

fn view(thread: &Thread) -> View {
    let Some(conversation) = &thread.conversation else { return View::default() };
    let owner = match conversation.state() {
        StateName::Bot => Some(OwnerKind::Bot),
        StateName::Waiting => conversation.owner.as_ref().map(|_| OwnerKind::Queue),
        StateName::Claimed => Some(OwnerKind::Agent),
        StateName::Closed => None,
    };
    let speaks = thread.flight.as_ref().is_some_and(|flight| flight.outgoing.from == Author::Bot && !flight.revoked);
    View {
        conversation: Some(conversation.id),
        owner,
        bot_typing: owner == Some(OwnerKind::Bot) && (conversation.turn.is_some() || speaks),
        last_seq: thread.seq,
        lines: Vec::new(),
    }
}

#[async_trait]
impl Transcript for Window {
    async fn read(&self, thread: ThreadKey, after: u64) -> Result<View, TranscriptError> {
        let state = self.archive.state(thread).await.map_err(|error| TranscriptError(error.into()))?;
        let Some(state) = state else { return Ok(View::default()) };
        let lines = self.lines(&state, after).await.map_err(|error| TranscriptError(error.into()))?;
        Ok(View { lines, ..view(&state) })
    }

    fn watch(&self, thread: ThreadKey) -> Watch {
        self.archive.store.watch(thread)
    }
}
