//! Draft: a thread on its way to the next state, with the changes so far and what all decisions share.

use wissel_channels::reading::clip;
use wissel_channels::{
    Attachment, Author, ChannelName, CommandId, ConversationId, Origin, OutboundMessage, Part, Replied, Source,
    UnixMillis,
};

use crate::routing::{Language, RoutingTable};
use crate::thread::apply::apply;
use crate::thread::command::Spoken;
use crate::thread::state::{Conversation, Entry, EntryKind, Flight, Outgoing, Suggestion, Timer, TimerKind};
use crate::thread::{Change, Circumstances, Command, Event, Input, Task, Thread, TimerId, words};

/// Bytes of the customer's message that an answer goes out with.
const MOST_REPLIED: usize = 4096;

/// A thread on its way to the next state.
pub(super) struct Draft<'a> {
    thread: Thread,
    input: &'a Input,
    /// The routing table in force.
    pub(super) table: &'a RoutingTable,
    changes: Vec<Change>,
    made: u32,
}

impl<'a> Draft<'a> {
    pub(super) fn new(thread: Thread, input: &'a Input, table: &'a RoutingTable) -> Self {
        Self { thread, input, table, changes: Vec::new(), made: 0 }
    }

    pub(super) fn finish(self) -> (Thread, Vec<Change>) {
        (self.thread, self.changes)
    }

    /// The thread as it is after the changes so far.
    pub(super) fn thread(&self) -> &Thread {
        &self.thread
    }

    /// The input; it outlives the draft.
    pub(super) fn input(&self) -> &'a Input {
        self.input
    }

    pub(super) fn event(&self) -> &'a Event {
        &self.input.event
    }

    pub(super) fn circumstances(&self) -> &'a Circumstances {
        &self.input.circumstances
    }

    pub(super) fn now(&self) -> UnixMillis {
        self.input.event.at
    }

    /// Records a change and applies it.
    pub(super) fn push(&mut self, change: Change) {
        apply(&mut self.thread, &change);
        self.changes.push(change);
    }

    /// A new id: hash of event, ordinal and kind.
    fn next_id(&mut self, kind: &str) -> [u8; 16] {
        self.made += 1;
        let parts: [&[u8]; 3] = [&self.input.event.id.0, &self.made.to_le_bytes(), kind.as_bytes()];
        wissel_channels::ids::hash_parts("made by an event", &parts)
    }

    /// The open conversation.
    pub(super) fn open(&self) -> Option<&Conversation> {
        self.thread.conversation.as_ref().filter(|c| c.is_open())
    }

    /// The channel, once the thread has begun.
    pub(super) fn channel(&self) -> Option<&ChannelName> {
        self.thread.address.as_ref().map(|address| &address.channel)
    }

    /// The language to speak.
    pub(super) fn language(&self) -> Option<Language> {
        self.thread.language.or(self.thread.locale)
    }

    /// Issues a command for the conversation; returns its id.
    pub(super) fn issue(&mut self, epoch: Option<u64>, task: impl FnOnce(CommandId) -> Task) -> Option<CommandId> {
        let conversation = self.thread.conversation.as_ref()?.id;
        Some(self.issue_for(conversation, epoch, task))
    }

    /// Issues a command for a conversation, which may be an older one; returns its id.
    fn issue_for(
        &mut self,
        conversation: ConversationId,
        epoch: Option<u64>,
        task: impl FnOnce(CommandId) -> Task,
    ) -> CommandId {
        let id = CommandId(self.next_id("command"));
        let event = self.event();
        self.push(Change::Issued(Command {
            id,
            attempt: 1,
            cause: event.id,
            trace: event.trace,
            thread: self.thread.key,
            conversation,
            epoch,
            at: event.at,
            body: task(id),
        }));
        id
    }

    /// Sets a timer, unless `millis` is not positive: a limit of 0 means none.
    pub(super) fn set_timer(&mut self, millis: i64, kind: TimerKind) {
        if millis > 0 {
            let id = TimerId(self.next_id("timer"));
            let due = self.now().plus(millis);
            self.push(Change::TimerSet(Timer { id, due, kind }));
        }
    }

    /// Clears timers.
    pub(super) fn clear_timers(&mut self, which: impl Fn(TimerKind) -> bool) {
        let ids: Vec<TimerId> = self.thread.timers.iter().filter(|t| which(t.kind)).map(|t| t.id).collect();
        for id in ids {
            self.push(Change::TimerCleared(id));
        }
    }

    /// A command whose outcome is not known yet.
    pub(super) fn pending(&self, command: CommandId) -> Option<&Command> {
        self.thread.pending.iter().find(|pending| pending.id == command)
    }

    /// Whether a command waits to be tried again.
    pub(super) fn waits(&self, command: CommandId) -> bool {
        self.thread.timers.iter().any(|timer| timer.kind == TimerKind::Retry(command))
    }

    /// Notes that an answer of the bot will not be sent, and keeps it for the staff of its own conversation.
    pub(super) fn drop_answer(&mut self, conversation: ConversationId, text: &str, sources: &[Source]) {
        let current = self.thread.conversation.as_ref().is_some_and(|c| c.id == conversation);
        let suggestion = current.then(|| Suggestion { text: text.to_owned(), sources: sources.to_vec() });
        self.push(Change::Dropped { suggestion });
    }

    /// Confirms a command, if it is pending.
    pub(super) fn confirm(&mut self, command: CommandId) -> bool {
        let pending = self.pending(command).is_some();
        if pending {
            self.push(Change::Confirmed(command));
        }
        pending
    }

    /// Places an entry; what customers see gets the next place.
    pub(super) fn place(&mut self, shown: bool, entry: impl FnOnce(&Thread) -> Option<Entry>) {
        let Some(mut entry) = entry(&self.thread) else { return };
        entry.ordinal = self.thread.ordinal + 1;
        entry.head = self.circumstances().head;
        entry.seq = shown.then_some(self.thread.seq + 1);
        self.push(Change::Placed(entry));
    }

    /// Places a marker for staff: a word, and what it is about.
    pub(super) fn mark(&mut self, text: &str) {
        let (id, at) = (self.event().id.to_string(), self.now());
        self.place(false, |thread| {
            let conversation = thread.conversation.as_ref()?.id;
            Some(blank(id, conversation, EntryKind::Marker, Author::System, at, text))
        });
    }

    /// Queues something to say to the customer.
    pub(super) fn say(&mut self, from: Author, name: String, text: String, sources: Vec<Source>, origin: Origin) {
        self.say_with(Part { from, name, text, sources, origin }, Vec::new());
    }

    /// The same with files.
    pub(super) fn say_with(&mut self, part: Part, attachments: Vec<Attachment>) {
        let Some(conversation) = self.thread.conversation.as_ref().map(|c| c.id) else { return };
        let Part { from, name, text, sources, origin } = part;
        let automatic = matches!(origin, Origin::Ai | Origin::Rule);
        let epoch = automatic.then_some(self.thread.epoch);
        let id = wissel_channels::ids::Hex(&self.next_id("part")).to_string();
        let at = self.now();
        let outgoing = Outgoing { id, conversation, from, name, at, text, sources, origin, epoch, attachments };
        self.push(Change::Queued(outgoing));
    }

    /// Says a fixed sentence.
    pub(super) fn say_rule(&mut self, text: String) {
        let name = words::system_name(self.language()).to_owned();
        self.say(Author::System, name, text, Vec::new(), Origin::Rule);
    }

    /// Sends the first of what waits, if nothing is in flight.
    pub(super) fn depart(&mut self) {
        if self.thread.flight.is_some() {
            return;
        }
        let Some(outgoing) = self.thread.outbox.front().cloned() else { return };
        let Some(address) = self.thread.address.clone() else { return };
        let discloses = self.disclosure(&outgoing);
        let parts = discloses.iter().chain([&outgoing]).map(part).collect();
        let (thread, channel) = (self.thread.key, address.channel.clone());
        let queue = self.open().and_then(|c| c.queue.clone()).filter(|_| outgoing.origin == Origin::Ai);
        let ai = queue.map(|queue| Spoken { queue, language: self.language() });
        let (route, replies_to) = (self.thread.route.clone(), self.replied(outgoing.conversation));
        let locale = route.as_ref().and(self.language()).map(|language| language.code().to_owned());
        let attachments = outgoing.attachments.clone();
        let command = self.issue_for(outgoing.conversation, outgoing.epoch, |command| Task::Deliver {
            channel: channel.clone(),
            ai,
            message: Box::new(OutboundMessage {
                route,
                replies_to,
                attachments,
                locale,
                ..OutboundMessage::new(command, thread, channel, address.account, parts)
            }),
        });
        self.push(Change::Departed(Flight { command, attempt: 1, discloses, outgoing, revoked: false }));
    }

    /// The customer's last message of a conversation, where the channel needs to know it: it has given a route.
    fn replied(&self, conversation: ConversationId) -> Option<Replied> {
        self.thread.route.as_ref()?;
        let said = |entry: &&Entry| {
            entry.conversation == conversation && entry.kind == EntryKind::Message && entry.from == Author::Customer
        };
        let entry = self.thread.tail.iter().rev().find(said)?;
        let sender = entry.more.as_ref().and_then(|more| more.sender.as_ref());
        Some(Replied {
            provider_id: entry.id.clone(),
            at: entry.at,
            name: sender.map_or_else(String::new, |sender| sender.name.clone()),
            text: clip(&entry.text, MOST_REPLIED).to_owned(),
        })
    }

    /// The disclosure that must go before `outgoing`: before the bot's first word since it got the conversation.
    fn disclosure(&mut self, outgoing: &Outgoing) -> Option<Outgoing> {
        let told = self.thread.conversation.as_ref().is_some_and(|c| c.disclosed);
        if outgoing.origin != Origin::Ai || told {
            return None;
        }
        let language = self.language();
        Some(Outgoing {
            id: wissel_channels::ids::Hex(&self.next_id("part")).to_string(),
            from: Author::System,
            name: words::system_name(language).to_owned(),
            text: words::disclosure(language).to_owned(),
            sources: Vec::new(),
            origin: Origin::Rule,
            attachments: Vec::new(),
            ..outgoing.clone()
        })
    }

    /// Lets the oldest entries go that the journal has, while there are more than the state should keep.
    pub(super) fn trim(&mut self) {
        let limits = self.circumstances().limits;
        let journaled = self.circumstances().journaled;
        let mut bytes: usize = self.thread.tail.iter().map(Entry::bytes).sum();
        let mut count = self.thread.tail.len();
        let mut upto = None;
        for entry in &self.thread.tail {
            if (count <= limits.tail_messages && bytes <= limits.tail_bytes) || entry.head > journaled || count <= 1 {
                break;
            }
            count -= 1;
            bytes -= entry.bytes();
            upto = Some(entry.ordinal);
        }
        if let Some(upto) = upto {
            self.push(Change::Trimmed { upto });
        }
    }
}

/// One part of a delivery.
fn part(outgoing: &Outgoing) -> Part {
    Part {
        from: outgoing.from,
        name: outgoing.name.clone(),
        text: outgoing.text.clone(),
        sources: outgoing.sources.clone(),
        origin: outgoing.origin,
    }
}

/// An entry with nothing but words.
pub(super) fn blank(
    id: String,
    conversation: ConversationId,
    kind: EntryKind,
    from: Author,
    at: UnixMillis,
    text: &str,
) -> Entry {
    Entry {
        ordinal: 0,
        head: 0,
        seq: None,
        id,
        conversation,
        kind,
        from,
        name: String::new(),
        at,
        text: text.to_owned(),
        sources: Vec::new(),
        origin: None,
        delivery: None,
        provider: None,
        progress: None,
        more: None,
    }
}
