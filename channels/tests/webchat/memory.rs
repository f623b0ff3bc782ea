//! A daemon in miniature for tests: an intake and a transcript over threads in memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use wissel_channels::{
    Author, ConversationId, InboundMessage, Intake, IntakeError, Line, MessageId, OwnerKind, StatusReport, ThreadKey,
    Transcript, TranscriptError, UnixMillis, View, Watch,
};

/// Threads in memory. A message that is accepted is placed at once.
#[derive(Clone)]
pub(crate) struct Memory(Arc<Inner>);

struct Inner {
    threads: Mutex<HashMap<ThreadKey, Thread>>,
    page: usize,
    busy: Mutex<Option<Duration>>,
    unreadable: Mutex<bool>,
    accepted: AtomicUsize,
}

struct Thread {
    view: View,
    seen: Vec<MessageId>,
    told: watch::Sender<u64>,
}

impl Memory {
    /// Empty, with pages of `page` lines.
    pub(crate) fn new(page: usize) -> Self {
        Self(Arc::new(Inner {
            threads: Mutex::default(),
            page,
            busy: Mutex::default(),
            unreadable: Mutex::default(),
            accepted: AtomicUsize::default(),
        }))
    }

    /// From now on the intake is busy for so long, or is not.
    pub(crate) fn busy(&self, retry_after: Option<Duration>) {
        *self.0.busy.lock().unwrap() = retry_after;
    }

    /// From now on no thread can be read, or can.
    pub(crate) fn unreadable(&self, unreadable: bool) {
        *self.0.unreadable.lock().unwrap() = unreadable;
    }

    /// How often the intake was asked and said yes.
    pub(crate) fn accepted(&self) -> usize {
        self.0.accepted.load(Ordering::SeqCst)
    }

    /// The only thread that there is.
    pub(crate) fn only_thread(&self) -> ThreadKey {
        let threads = self.0.threads.lock().unwrap();
        let written: Vec<_> = threads.iter().filter(|(_, thread)| thread.view.last_seq > 0).collect();
        assert_eq!(written.len(), 1, "threads with something in them");
        *written[0].0
    }

    /// Adds a line without telling anybody.
    pub(crate) fn place(&self, thread: ThreadKey, from: Author, id: &str, text: &str) {
        let line = Line {
            seq: 0,
            id: id.to_owned(),
            from,
            name: String::new(),
            at: UnixMillis(1_700_000_000_000),
            text: text.to_owned(),
            sources: Vec::new(),
        };
        self.place_line(thread, line);
    }

    /// Adds a line, whatever its `seq`, without telling anybody.
    pub(crate) fn place_line(&self, thread: ThreadKey, mut line: Line) {
        let mut threads = self.threads();
        let view = &mut entry(&mut threads, thread).view;
        view.last_seq += 1;
        line.seq = view.last_seq;
        view.conversation.get_or_insert(ConversationId([5; 16]));
        view.lines.push(line);
    }

    /// Sets who has the conversation and whether the bot is typing, without telling anybody.
    pub(crate) fn own(&self, thread: ThreadKey, owner: OwnerKind, bot_typing: bool) {
        let mut threads = self.threads();
        let view = &mut entry(&mut threads, thread).view;
        view.owner = Some(owner);
        view.bot_typing = bot_typing;
    }

    /// Tells of a change.
    pub(crate) fn tell(&self, thread: ThreadKey) {
        let mut threads = self.threads();
        entry(&mut threads, thread).told.send_modify(|version| *version += 1);
    }

    /// Adds a line and tells of it.
    pub(crate) fn say(&self, thread: ThreadKey, from: Author, id: &str, text: &str) {
        self.place(thread, from, id, text);
        self.tell(thread);
    }

    /// Loses the newest lines of a thread, as a store that was set back does.
    pub(crate) fn cut(&self, thread: ThreadKey, to: u64) {
        let mut threads = self.threads();
        let view = &mut entry(&mut threads, thread).view;
        view.lines.retain(|line| line.seq <= to);
        view.last_seq = to;
    }

    fn threads(&self) -> MutexGuard<'_, HashMap<ThreadKey, Thread>> {
        self.0.threads.lock().unwrap()
    }
}

fn entry(threads: &mut HashMap<ThreadKey, Thread>, thread: ThreadKey) -> &mut Thread {
    threads.entry(thread).or_insert_with(|| Thread {
        view: View::default(),
        seen: Vec::new(),
        told: watch::Sender::new(0),
    })
}

#[async_trait]
impl Intake for Memory {
    async fn status(&self, _report: StatusReport) -> Result<(), IntakeError> {
        Ok(())
    }

    async fn accept(&self, message: InboundMessage) -> Result<(), IntakeError> {
        if let Some(retry_after) = *self.0.busy.lock().unwrap() {
            return Err(IntakeError::Busy { retry_after });
        }
        if message.text.contains("never") {
            return Err(IntakeError::Invalid { reason: "it says never".to_owned() });
        }
        self.0.accepted.fetch_add(1, Ordering::SeqCst);
        let first = {
            let mut threads = self.threads();
            let thread = entry(&mut threads, message.thread);
            let first = !thread.seen.contains(&message.id);
            if first {
                thread.seen.push(message.id);
            }
            first
        };
        if first {
            self.say(message.thread, Author::Customer, &message.provider_id, &message.text);
        }
        Ok(())
    }
}

#[async_trait]
impl Transcript for Memory {
    async fn read(&self, thread: ThreadKey, after: u64) -> Result<View, TranscriptError> {
        if *self.0.unreadable.lock().unwrap() {
            return Err(TranscriptError("told to fail".into()));
        }
        let threads = self.threads();
        let Some(thread) = threads.get(&thread) else { return Ok(View::default()) };
        let mut view = thread.view.clone();
        view.lines.retain(|line| line.seq > after);
        view.lines.truncate(self.0.page);
        Ok(view)
    }

    fn watch(&self, thread: ThreadKey) -> Watch {
        entry(&mut self.threads(), thread).told.subscribe()
    }
}
