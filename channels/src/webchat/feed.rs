//! The thread as one client has it: reads what is new, page by page, and never sends a gap or a double.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, pending};
use tokio::time::Instant;

use crate::{Author, ConversationId, OwnerKind, ThreadKey, Transcript, TranscriptError, View, Watch};

use super::config::Names;
use super::outbox::Outbox;
use super::wire::{self, ServerFrame};

/// How long a read may take.
const READ: Duration = Duration::from_secs(10);
/// How long to wait after a read that failed or did not bring what it should.
const AGAIN: Duration = Duration::from_secs(1);

/// What a read brought.
pub(super) type Page = Result<View, TranscriptError>;

/// Where one client is in its thread.
pub(super) struct Feed {
    transcript: Arc<dyn Transcript>,
    thread: ThreadKey,
    watch: Option<Watch>,
    /// The newest line that was put into the outbox.
    seq: u64,
    owner: Option<(OwnerKind, ConversationId)>,
    typing: bool,
    /// When to read next, if nothing changes before.
    due: Instant,
    reading: Option<BoxFuture<'static, Page>>,
}

impl Feed {
    /// A feed that goes on after `seq`; its first read is due at once.
    pub(super) fn new(transcript: Arc<dyn Transcript>, thread: ThreadKey, seq: u64) -> Self {
        let watch = Some(transcript.watch(thread));
        Self { transcript, thread, watch, seq, owner: None, typing: false, due: Instant::now(), reading: None }
    }

    /// The thread that it reads.
    pub(super) fn thread(&self) -> ThreadKey {
        self.thread
    }

    /// When [`Feed::read_if_due`] has something to do; `None` while a read is under way.
    pub(super) fn due(&self) -> Option<Instant> {
        self.reading.is_none().then_some(self.due)
    }

    /// Starts a read when one is due. Call it only when all lines of the page before have left.
    pub(super) fn read_if_due(&mut self, now: Instant, poll: Duration) {
        if self.reading.is_some() || now < self.due {
            return;
        }
        self.due = now + poll;
        match &mut self.watch {
            Some(watch) => watch.mark_unchanged(),
            None => self.watch = Some(self.transcript.watch(self.thread)),
        }
        let (transcript, thread, seq) = (Arc::clone(&self.transcript), self.thread, self.seq);
        self.reading = Some(Box::pin(async move {
            let read = transcript.read(thread, seq);
            tokio::time::timeout(READ, read).await.unwrap_or_else(|late| Err(TranscriptError(Box::new(late))))
        }));
    }

    /// Waits for the page under way, or, when there is none, for a change, which makes a read due.
    /// Losing the future loses nothing.
    pub(super) async fn next(&mut self) -> Option<Page> {
        if let Some(reading) = &mut self.reading {
            let page = reading.await;
            self.reading = None;
            return Some(page);
        }
        let Some(watch) = &mut self.watch else { return pending().await };
        match watch.changed().await {
            Ok(()) => self.due = Instant::now(),
            // Its sender is gone: the next read asks for a new one.
            Err(_) => self.watch = None,
        }
        None
    }

    /// Puts what is new of a page into the outbox.
    pub(super) fn take(&mut self, view: &View, names: &Names, outbox: &mut Outbox) {
        let now = Instant::now();
        if view.last_seq < self.seq {
            outbox.line(&ServerFrame::Resync);
            (self.seq, self.owner, self.due) = (0, None, now);
            return;
        }
        let before = self.seq;
        for line in &view.lines {
            if line.seq <= self.seq {
                continue;
            }
            if line.seq != self.seq + 1 {
                tracing::warn!(thread = %self.thread, after = self.seq, found = line.seq, "a thread was read with a gap");
                self.due = now + AGAIN;
                return;
            }
            self.seq = line.seq;
            outbox.line(&wire::line(line, name(names, line.from)));
        }
        if self.seq < view.last_seq {
            self.due = if self.seq > before { now } else { now + AGAIN };
            return;
        }
        self.tell_owner(view, outbox);
    }

    fn tell_owner(&mut self, view: &View, outbox: &mut Outbox) {
        let owner = view.owner.zip(view.conversation);
        if let Some((owner, conversation)) = owner
            && self.owner != Some((owner, conversation))
        {
            outbox.line(&ServerFrame::Owner { owner, conversation });
        }
        if view.bot_typing && !self.typing {
            outbox.line(&ServerFrame::Typing { from: Author::Bot });
        }
        self.owner = owner;
        self.typing = view.bot_typing;
    }

    /// Reads again soon, after a read that failed.
    pub(super) fn again(&mut self) {
        self.due = self.due.min(Instant::now() + AGAIN);
    }
}

fn name(names: &Names, from: Author) -> &str {
    match from {
        Author::Customer => "",
        Author::Bot => &names.bot,
        Author::Staff => &names.staff,
        Author::System => &names.company,
    }
}
