//! A customer wrote: place it, decide on it, and let the bot or people have it.

use wissel_channels::{Author, ConversationId, InboundMessage};

use super::draft::{Draft, blank};
use super::{bot, travel};
use crate::routing::{Decision, Facts, Language, QueueKind, QueueName, Verdict};
use crate::thread::state::{Address, Conversation, EntryKind, Owner};
use crate::thread::{Change, words};

/// Within this time after its close, a mere "thanks" does not open a new conversation.
const THANKS_MILLIS: i64 = 24 * 60 * 60 * 1000;

pub(super) fn on_message(draft: &mut Draft<'_>, message: &InboundMessage) {
    let empty = Verdict::default();
    let verdict = draft.input().verdict.as_ref().unwrap_or(&empty);
    let previous = draft.thread().conversation.as_ref().and_then(|c| c.decision.as_ref()).map(|d| d.queue.clone());
    greet(draft, message, verdict);
    let asks = Verdict::holds(verdict.wants_person) || Verdict::holds(verdict.complaint);
    let thanks = Verdict::holds(verdict.thanks) && !asks;
    if !(thanks && ended_lately(draft)) {
        open(draft, message);
    }
    place(draft, message);
    if draft.open().is_none() || (thanks && bot_has_answered(draft)) {
        return;
    }
    let decision = decision(draft, message, verdict, previous.as_ref());
    let ordinal = draft.thread().ordinal;
    draft.push(Change::Decided { decision: decision.clone(), ordinal });
    follow(draft, decision, message.automatic.is_some() || Verdict::holds(verdict.automatic));
}

/// Learns where the thread is and what its customer speaks.
fn greet(draft: &mut Draft<'_>, message: &InboundMessage, verdict: &Verdict) {
    if draft.thread().address.is_none() {
        draft.push(Change::Began(Address { channel: message.channel.clone(), account: message.account.clone() }));
    }
    let language = verdict.language.or(draft.thread().language);
    let locale = message.locale.as_deref().and_then(Language::of_locale).or(draft.thread().locale);
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

fn place(draft: &mut Draft<'_>, message: &InboundMessage) {
    draft.place(true, |thread| {
        let id = thread.conversation.as_ref()?.id;
        let own = message.provider_id.clone();
        Some(blank(own, id, EntryKind::Message, Author::Customer, message.at, &message.text))
    });
}

/// What the table says, or what stands above it.
fn decision(
    draft: &Draft<'_>,
    message: &InboundMessage,
    verdict: &Verdict,
    previous_queue: Option<&QueueName>,
) -> Decision {
    let conversation = draft.open();
    let facts = Facts {
        verdict,
        text: &message.text,
        channel: &message.channel,
        account: &message.account,
        at: draft.now(),
        customer_known: conversation.is_some_and(|c| c.number > 1) || message.attributes.contains_key("customer_id"),
        customer_tier: message.attributes.get("customer_tier").map(String::as_str),
        turns: conversation.map_or(0, |c| c.bot_turns),
        previous_queue,
        bot_backlog: draft.circumstances().bot_backlog,
        attributes: &message.attributes,
    };
    let mut decision = draft.table.decide(&facts);
    if decision.kind == QueueKind::Bot
        && let Some(rule) = above_the_table(draft, &decision)
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
fn above_the_table(draft: &Draft<'_>, decision: &Decision) -> Option<&'static str> {
    let circumstances = draft.circumstances();
    let limits = circumstances.limits;
    let conversation = draft.open()?;
    let people = matches!(conversation.owner, Some(Owner::Queue | Owner::Agent(_))) || conversation.claiming.is_some();
    let over = |count: u32, limit: u32| limit > 0 && count >= limit;
    if people {
        Some(OWNER)
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
