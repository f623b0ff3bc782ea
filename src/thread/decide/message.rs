//! A customer wrote: place it, decide on it, and let the bot or people have it.

use std::collections::BTreeMap;

use wissel_channels::reading::clip;
use wissel_channels::{AccountName, Author, ChannelName, ConversationId, InboundMessage, Kind, UnixMillis};

use super::draft::{Draft, blank};
use super::{advice, bot, burst, travel};
use crate::routing::{Decision, Facts, Language, QueueKind, QueueName, Verdict};
use crate::thread::state::{Address, Conversation, Entry, EntryKind, More, Owner};
use crate::thread::{Change, words};

/// Within this time after its close, a mere "thanks" does not open a new conversation.
const THANKS_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Bytes of quotation and of signature that the state keeps, each.
const MOST_BESIDE: usize = 4096;
/// Bytes of a subject.
const MOST_SUBJECT: usize = 300;

/// What is decided on: a message, or several in a row.
pub(super) struct Said<'a> {
    /// The customer's words.
    pub(super) text: &'a str,
    pub(super) channel: &'a ChannelName,
    pub(super) account: &'a AccountName,
    /// What the channel knows.
    pub(super) attributes: &'a BTreeMap<String, String>,
    /// Whether the channel knows that no person wrote it.
    pub(super) automatic: bool,
    /// Whether nothing can be triaged in it.
    pub(super) for_people: bool,
    /// The first entry, when there are several, and the last.
    pub(super) from: Option<u64>,
    pub(super) upto: u64,
    /// When.
    pub(super) at: UnixMillis,
}

/// Bytes that are shown of what is no message.
const TOLD_BYTES: usize = 200;

pub(super) fn on_message(draft: &mut Draft<'_>, message: &InboundMessage) {
    learn_the_way_back(draft, message);
    if !message.kind.is_said() {
        return other(draft, message);
    }
    let empty = Verdict::default();
    // What cannot be read was described by us: those words say nothing about the customer.
    let verdict = draft.input().verdict.as_ref().filter(|_| !message.kind.is_for_people()).unwrap_or(&empty);
    let previous = draft.thread().conversation.as_ref().and_then(|c| c.decision.as_ref()).map(|d| d.queue.clone());
    understand(draft, verdict, message.locale.as_deref());
    let asks = Verdict::holds(verdict.wants_person) || Verdict::holds(verdict.complaint);
    let thanks = Verdict::holds(verdict.thanks) && !asks && message.attachments.is_empty();
    let late_edit = message.edits.is_some() && draft.thread().conversation.is_some();
    if !(late_edit || (thanks && ended_lately(draft))) {
        open(draft, message);
    }
    let edited = message.edits.as_deref().and_then(|id| edited(draft, id));
    place(draft, message, edited);
    let answered = thanks && bot_has_answered(draft) && draft.thread().burst.is_none();
    if draft.open().is_none() || answered || (message.edits.is_some() && !reopens(draft, edited)) {
        return;
    }
    if burst::gathers(draft, message, previous.as_ref()) {
        return;
    }
    let said = Said {
        text: &message.text,
        channel: &message.channel,
        account: &message.account,
        attributes: &message.attributes,
        automatic: message.automatic.is_some(),
        for_people: message.kind.is_for_people(),
        from: None,
        upto: draft.thread().ordinal,
        at: draft.now(),
    };
    decide_on(draft, &said, verdict, previous.as_ref());
}

/// Decides, and lets the conversation go there.
pub(super) fn decide_on(draft: &mut Draft<'_>, said: &Said<'_>, verdict: &Verdict, previous: Option<&QueueName>) {
    let decision = decision(draft, said, verdict, previous);
    if advice::may_help(draft, said, verdict, previous, &decision) {
        return advice::ask(draft, said, verdict, previous, decision.queue);
    }
    conclude(draft, said, decision);
}

/// Lets a conversation go where a decision says.
pub(super) fn conclude(draft: &mut Draft<'_>, said: &Said<'_>, decision: Decision) {
    let automatic = said.automatic || Verdict::holds(decision.verdict.automatic);
    draft.push(Change::Decided { decision: decision.clone(), ordinal: said.upto, from: said.from });
    follow(draft, decision, automatic);
}

/// Learns where the thread is, and how an answer gets back.
fn learn_the_way_back(draft: &mut Draft<'_>, message: &InboundMessage) {
    if draft.thread().address.is_none() {
        draft.push(Change::Began(Address { channel: message.channel.clone(), account: message.account.clone() }));
    }
    let route = message.route.as_ref().filter(|route| Some(*route) != draft.thread().route.as_ref());
    if let Some(route) = route {
        draft.push(Change::Routed(route.clone()));
    }
}

/// Something that is no message: staff of an open conversation see that it came.
fn other(draft: &mut Draft<'_>, message: &InboundMessage) {
    let word = match message.kind {
        Kind::CalendarReply => "calendar_reply",
        Kind::Reaction => "reaction",
        Kind::Service => "service",
        _ => return,
    };
    let told = if message.kind == Kind::CalendarReply { "" } else { clip(&message.text, TOLD_BYTES) };
    if draft.open().is_some() {
        let told = if told.is_empty() { String::new() } else { format!(":{told}") };
        draft.mark(&format!("came:{word}{told}"));
    }
}

/// The entry that a message is a new version of: the newest version of it.
fn edited(draft: &Draft<'_>, id: &str) -> Option<u64> {
    let theirs = |entry: &&Entry| entry.from == Author::Customer && entry.kind == EntryKind::Message && entry.id == id;
    draft.thread().tail.iter().rev().find(theirs).map(|entry| entry.ordinal)
}

/// Whether a new version is decided on: the one before was not answered yet. A question to the bot about it is given up.
fn reopens(draft: &mut Draft<'_>, edited: Option<u64>) -> bool {
    let Some((conversation, edited)) = draft.open().zip(edited) else { return false };
    if conversation.answered >= edited {
        return false;
    }
    if conversation.turn.as_ref().is_some_and(|turn| turn.upto >= edited) {
        bot::ask_anew(draft);
    }
    true
}

/// Learns what the customer speaks.
pub(super) fn understand(draft: &mut Draft<'_>, verdict: &Verdict, locale: Option<&str>) {
    let language = verdict.language.or(draft.thread().language);
    let locale = locale.and_then(Language::of_locale).or(draft.thread().locale);
    if language != draft.thread().language || locale != draft.thread().locale {
        draft.push(Change::Spoke { language, locale });
    }
}

/// Whether the last conversation is closed, and was lately.
fn ended_lately(draft: &Draft<'_>) -> bool {
    let closed = draft.thread().conversation.as_ref().and_then(|c| c.closed_at);
    closed.is_some_and(|at| draft.now().since(at) <= THANKS_MILLIS)
}

/// Whether the bot has the conversation and has answered everything in it.
fn bot_has_answered(draft: &Draft<'_>) -> bool {
    draft.open().is_some_and(|c| c.owner == Some(Owner::Bot) && c.bot_turns > 0 && c.turn.is_none())
}

/// Opens a conversation if none is open.
fn open(draft: &mut Draft<'_>, message: &InboundMessage) {
    if draft.open().is_some() {
        return;
    }
    let number = draft.thread().conversation.as_ref().map_or(0, |c| c.number) + 1;
    let id = ConversationId::of("conversation", &[&message.thread.0, &number.to_le_bytes()]);
    let at = draft.now();
    draft.push(Change::Opened { id, number, at });
}

fn place(draft: &mut Draft<'_>, message: &InboundMessage, edits: Option<u64>) {
    draft.place(true, |thread| {
        let id = thread.conversation.as_ref()?.id;
        let own = message.provider_id.clone();
        let mut entry = blank(own, id, EntryKind::Message, Author::Customer, message.at, &message.text);
        entry.more = more(message, edits);
        Some(entry)
    });
}

/// What a message has beside its words, if anything.
fn more(message: &InboundMessage, edits: Option<u64>) -> Option<Box<More>> {
    let more = More {
        sender: message.sender.clone(),
        quoted: clip(&message.quoted, MOST_BESIDE).to_owned(),
        signature: clip(&message.signature, MOST_BESIDE).to_owned(),
        kind: message.kind,
        attachments: message.attachments.clone(),
        whole: message.whole.clone(),
        edits,
        subject: clip(message.attributes.get("subject").map_or("", String::as_str), MOST_SUBJECT).to_owned(),
        related: message.attributes.get("related_thread").and_then(|thread| thread.parse().ok()),
    };
    (more != More::default()).then(|| Box::new(more))
}

/// What the table says, or what stands above it.
pub(super) fn decision(
    draft: &Draft<'_>,
    said: &Said<'_>,
    verdict: &Verdict,
    previous_queue: Option<&QueueName>,
) -> Decision {
    let conversation = draft.open();
    let facts = Facts {
        verdict,
        text: said.text,
        channel: said.channel,
        account: said.account,
        at: said.at,
        customer_known: conversation.is_some_and(|c| c.number > 1) || said.attributes.contains_key("customer_id"),
        customer_tier: said.attributes.get("customer_tier").map(String::as_str),
        turns: conversation.map_or(0, |c| c.bot_turns),
        previous_queue,
        bot_backlog: draft.circumstances().bot_backlog,
        attributes: said.attributes,
    };
    let mut decision = draft.table.decide(&facts);
    if decision.kind == QueueKind::Bot
        && let Some(rule) = above_the_table(draft, said, &decision)
    {
        let theirs = conversation.filter(|_| rule == OWNER).and_then(|c| c.queue.as_ref());
        decision.queue = draft.table.fallback_of(theirs.unwrap_or(&decision.queue));
        decision.kind = QueueKind::Human;
        rule.clone_into(&mut decision.rule);
        decision.because = words::because(rule).into();
    }
    decision
}

/// People have the conversation: the bot stays silent.
const OWNER: &str = "owner:people";

/// Why the bot may not have a message that the table gives to it, if so.
fn above_the_table(draft: &Draft<'_>, said: &Said<'_>, decision: &Decision) -> Option<&'static str> {
    let circumstances = draft.circumstances();
    let limits = circumstances.limits;
    let conversation = draft.open()?;
    let people = matches!(conversation.owner, Some(Owner::Queue | Owner::Agent(_))) || conversation.claiming.is_some();
    let over = |count: u32, limit: u32| limit > 0 && count >= limit;
    if people {
        Some(OWNER)
    } else if said.for_people {
        Some("channel:unreadable")
    } else if bot::switched_off(draft, &decision.queue) {
        Some("switch:ai_off")
    } else if limits.bot_backlog > 0 && circumstances.bot_backlog >= limits.bot_backlog {
        Some("limit:bot_backlog")
    } else if over(conversation.bot_turns, limits.bot_turns) {
        Some("limit:bot_turns")
    } else if over(conversation.hops, limits.hops) {
        Some("limit:hops")
    } else {
        None
    }
}

/// Lets the conversation go where the decision says, as far as whoever has it allows.
fn follow(draft: &mut Draft<'_>, decision: Decision, automatic: bool) {
    let Some(conversation) = draft.open() else { return };
    if conversation.claiming.is_some() {
        return;
    }
    let moves = match (&conversation.owner, decision.kind) {
        (None, _) | (Some(Owner::Bot), QueueKind::Human) => true,
        (Some(Owner::Queue), QueueKind::Human) => escalates(draft, conversation, &decision),
        (Some(Owner::Bot), QueueKind::Bot) => conversation.queue.as_ref() != Some(&decision.queue),
        (Some(Owner::Agent(_) | Owner::Queue), _) => false,
    };
    match (moves, decision.kind) {
        (true, QueueKind::Human) => travel::to_people(draft, &decision.queue, decision.priority, None, !automatic),
        (true, QueueKind::Bot) => {
            travel::to_bot(draft, decision.queue, None, None);
            bot::ask(draft);
        }
        (false, _) => bot::ask(draft),
    }
}

/// While it waits, a conversation moves only to where people look sooner, and not for ever.
fn escalates(draft: &Draft<'_>, conversation: &Conversation, decision: &Decision) -> bool {
    let hops = draft.circumstances().limits.hops;
    decision.priority > conversation.priority && (hops == 0 || conversation.hops < hops)
}
