//! Orders of staff: who may do what, and what follows.

use wissel_channels::{Attachment, Author, Origin, Part};

use super::draft::{Draft, blank};
use super::{bot, claim, travel};
use crate::routing::{IntentName, Priority, QueueKind, QueueName};
use crate::thread::notices::is_meant;
use crate::thread::state::{Conversation, Entry, EntryKind, Outgoing, TimerKind};
use crate::thread::{Change, Order, Owner, Person, Refusal, StaffOrder};

/// Who answers the order.
#[derive(PartialEq, Eq)]
enum Answer {
    /// It is done, and the answer is to be given.
    Now,
    /// Whoever grants the claim gives the answer with it.
    WithTheGrant,
}

/// A person gave an order.
pub(super) fn on_order(draft: &mut Draft<'_>, order: &StaffOrder) {
    let answer = match refusal(draft, order) {
        Some(refusal) => Err(refusal),
        None => obey(draft, order),
    };
    if answer != Ok(Answer::WithTheGrant) {
        claim::decided(draft, draft.event().id, order.digest, answer.err());
    }
}

/// Why the order is refused, as far as that does not depend on its kind's own words.
fn refusal(draft: &Draft<'_>, order: &StaffOrder) -> Option<Refusal> {
    if matches!(order.order, Order::Seen { .. }) && draft.thread().conversation.is_some() {
        // Also about a conversation of the past.
        return None;
    }
    let Some(conversation) = draft.thread().conversation.as_ref().filter(|c| c.id == order.conversation) else {
        return Some(Refusal::Closed);
    };
    if matches!(order.order, Order::Note { .. } | Order::Wrong { .. }) {
        return None;
    }
    if !conversation.is_open() {
        return Some(Refusal::Closed);
    }
    if order.epoch.is_some_and(|epoch| epoch != draft.thread().epoch) {
        return Some(Refusal::StaleEpoch);
    }
    if conversation.owner.is_none() {
        // Nobody has decided yet where it goes: in a moment somebody has.
        return Some(Refusal::StaleEpoch);
    }
    if conversation.claiming.is_some() {
        return Some(Refusal::Claiming);
    }
    if conversation.owner == Some(Owner::Bot) && order.order == Order::Return {
        return Some(Refusal::Invalid);
    }
    (!may(conversation, &order.person, &order.order)).then_some(Refusal::NotOwner)
}

/// Whether this person may give this order: the owner may all; what nobody has, anybody may claim, transfer and close.
fn may(conversation: &Conversation, person: &Person, order: &Order) -> bool {
    match (&conversation.owner, order) {
        (Some(Owner::Agent(owner)), _) => owner == person,
        (_, Order::Reply { .. } | Order::Release) => false,
        _ => true,
    }
}

fn obey(draft: &mut Draft<'_>, order: &StaffOrder) -> Result<Answer, Refusal> {
    match &order.order {
        Order::Claim if is_owner(draft, &order.person) => renew(draft),
        Order::Claim => {
            claim::claim(draft, order);
            return Ok(Answer::WithTheGrant);
        }
        Order::Reply { text, attachments } => reply(draft, &order.person, text, attachments)?,
        Order::Note { text } => note(draft, &order.person, text)?,
        Order::Release => release(draft, "released"),
        Order::Transfer { queue } => transfer(draft, queue)?,
        Order::Return => give_back(draft)?,
        Order::Close => close(draft, &order.person),
        Order::Seen { ordinal } => seen(draft, order, *ordinal),
        Order::Wrong { intent } => wrong(draft, intent.as_ref())?,
    }
    Ok(Answer::Now)
}

fn is_owner(draft: &Draft<'_>, person: &Person) -> bool {
    draft.open().is_some_and(|c| matches!(&c.owner, Some(Owner::Agent(owner)) if owner == person))
}

/// The owner did something: the claim holds longer.
fn renew(draft: &mut Draft<'_>) {
    let millis = draft.circumstances().limits.claim_millis;
    if millis > 0 {
        let until = draft.now().plus(millis);
        draft.push(Change::ClaimRenewed { until });
    }
}

fn reply(draft: &mut Draft<'_>, person: &Person, text: &str, files: &[Attachment]) -> Result<(), Refusal> {
    if text.trim().is_empty() && files.is_empty() {
        return Err(Refusal::Invalid);
    }
    let suggested = draft.open().and_then(|c| c.suggestion.clone()).filter(|s| s.text == text);
    let (origin, sources) = match suggested {
        Some(suggestion) => (Origin::AiDraftedHumanSent, suggestion.sources),
        None => (Origin::Human, Vec::new()),
    };
    let (name, text) = (person.0.clone(), text.to_owned());
    draft.say_with(Part { from: Author::Staff, name, text, sources, origin }, files.to_vec());
    renew(draft);
    Ok(())
}

/// The bot's answer was wrong: recorded as it is ordered, and a conversation that the bot still has goes to people.
fn wrong(draft: &mut Draft<'_>, intent: Option<&IntentName>) -> Result<(), Refusal> {
    let answered = draft.thread().conversation.as_ref().is_some_and(|c| c.bot_turns > 0 || c.suggestion.is_some());
    if !answered || intent.is_some_and(|name| draft.table.intent(name).is_none()) {
        return Err(Refusal::Invalid);
    }
    bot::give_up(draft, "wrong answer");
    Ok(())
}

fn note(draft: &mut Draft<'_>, person: &Person, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Invalid);
    }
    let (id, at, name) = (draft.event().id.to_string(), draft.now(), person.0.clone());
    draft.place(false, |thread| {
        let conversation = thread.conversation.as_ref()?.id;
        let mut entry = blank(id, conversation, EntryKind::Note, Author::Staff, at, text);
        entry.name = name;
        Some(entry)
    });
    if is_owner(draft, person) {
        renew(draft);
    }
    Ok(())
}

/// Back to the queue that it came from.
pub(super) fn release(draft: &mut Draft<'_>, reason: &str) {
    let Some((queue, priority)) = draft.open().and_then(|c| Some((c.queue.clone()?, c.priority))) else { return };
    travel::to_people(draft, &queue, priority, Some(reason), false);
}

fn transfer(draft: &mut Draft<'_>, queue: &QueueName) -> Result<(), Refusal> {
    let known = draft.table.queue(queue).ok_or(Refusal::UnknownQueue)?;
    if known.kind == QueueKind::Bot {
        return Err(Refusal::Invalid);
    }
    let priority = draft.open().map_or(Priority::Normal, |c| c.priority);
    travel::to_people(draft, queue, priority, Some("transferred"), true);
    Ok(())
}

/// Back to the bot, which says again that it is an AI before its next word.
fn give_back(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let last = draft.open().and_then(|c| c.bot_queue.clone());
    let queue = last.filter(|queue| draft.table.queue(queue).is_some());
    let queue = queue.or_else(|| draft.table.queues().find(|q| q.kind == QueueKind::Bot).map(|q| q.name.clone()));
    let queue = queue.ok_or(Refusal::UnknownQueue)?;
    if bot::switched_off(draft, &queue) {
        return Err(Refusal::Invalid);
    }
    let answered = unanswered(draft).map_or(draft.thread().ordinal, |first| first - 1);
    travel::to_bot(draft, queue, Some("returned"), Some(answered));
    bot::ask(draft);
    Ok(())
}

/// The first of the customer's words that the table gave to the bot and that nobody has answered since, if so.
fn unanswered(draft: &Draft<'_>) -> Option<u64> {
    let (thread, conversation) = (draft.thread(), draft.open()?);
    let speaks = |outgoing: &Outgoing| outgoing.conversation == conversation.id && outgoing.from == Author::Staff;
    let answering = thread.flight.iter().map(|flight| &flight.outgoing).chain(&thread.outbox).any(speaks);
    let bots = conversation.decision.as_ref().is_some_and(|decision| decision.kind == QueueKind::Bot);
    if answering || !bots {
        return None;
    }
    let said = thread.tail.iter().rev().filter(|e| e.conversation == conversation.id && e.kind == EntryKind::Message);
    let arrived = |entry: &&Entry| matches!(entry.from, Author::Staff | Author::Bot) && entry.seq.is_some();
    let since = said.take_while(|entry| !arrived(entry)).filter(|entry| entry.from == Author::Customer);
    let since: Vec<u64> = since.map(|entry| entry.ordinal).collect();
    // What nobody has decided on may be for people alone.
    let decided = since.first().is_some_and(|newest| *newest <= conversation.decided_on);
    since.last().copied().filter(|_| decided)
}

fn close(draft: &mut Draft<'_>, person: &Person) {
    draft.clear_timers(|kind| !matches!(kind, TimerKind::Retry(_)));
    let (at, epoch) = (draft.now(), draft.thread().epoch + 1);
    draft.push(Change::Closed { at, by: person.clone(), epoch });
}

/// Its author has seen that a reply did not arrive.
fn seen(draft: &mut Draft<'_>, order: &StaffOrder, ordinal: Option<u64>) {
    let (person, conversation) = (order.person.clone(), order.conversation);
    if draft.thread().notices.iter().any(|notice| is_meant(notice, &person, conversation, ordinal)) {
        draft.push(Change::Noticed { person, conversation, ordinal });
    }
}
