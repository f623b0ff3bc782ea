//! Moving a conversation: to the bot, to a queue of people, to a person. Each move has a new epoch.

use wissel_channels::Origin;

use crate::routing::{Priority, QueueName};
use crate::thread::state::{Outgoing, Owner, TimerKind};
use crate::thread::{Body, Change, Move, Person, Task, words};

use super::draft::Draft;

/// Gives it to the bot; when a person did so, with a reason and what needs no answer of the bot any more.
pub(super) fn to_bot(draft: &mut Draft<'_>, queue: QueueName, reason: Option<&str>, answered: Option<u64>) {
    go(draft, Owner::Bot, queue, Priority::Normal, reason, answered);
}

/// Gives it to people, tells the customer if they should be told, and hands it to the queue's tool.
pub(super) fn to_people(
    draft: &mut Draft<'_>,
    queue: &QueueName,
    priority: Priority,
    reason: Option<&str>,
    tell: bool,
) {
    let answered = Some(draft.thread().ordinal);
    // The queue may have been declared by an older table.
    let queue = draft.table.fallback_of(queue);
    go(draft, Owner::Queue, queue.clone(), priority, reason, answered);
    if tell {
        let text = notice(draft, &queue);
        draft.say_rule(text);
    }
    hand_off(draft, queue, priority);
}

/// Gives it to a person.
pub(super) fn to_agent(draft: &mut Draft<'_>, person: Person, queue: QueueName) {
    let answered = Some(draft.thread().ordinal);
    let Some(conversation) = draft.open() else { return };
    // Why it came to people stays true while a person has it.
    let (priority, reason) = (conversation.priority, conversation.reason.clone());
    go(draft, Owner::Agent(person), queue, priority, reason.as_deref(), answered);
    draft.set_timer(draft.circumstances().limits.claim_millis, TimerKind::ClaimLapse);
}

/// What the customer is told when people take over.
fn notice(draft: &Draft<'_>, queue: &QueueName) -> String {
    let (language, now) = (draft.language(), draft.now());
    let Some(queue) = draft.table.queue(queue) else { return words::handed_over(language, "", None) };
    let hours = queue.hours.as_ref().filter(|hours| !hours.is_open(now));
    let opens = hours.and_then(|hours| hours.next_opening(now).map(|at| hours.local(at)));
    words::handed_over(language, queue.title.get(language), opens)
}

/// Asks the queue's tool for a ticket, unless it has one or is about to.
fn hand_off(draft: &mut Draft<'_>, queue: QueueName, priority: Priority) {
    let Some(conversation) = draft.open() else { return };
    let tool = draft.table.queue(&queue).map_or("desk", |q| q.helpdesk.as_str()).to_owned();
    let handoffs = draft.thread().pending.iter();
    let busy = handoffs.into_iter().any(|c| matches!(&c.body, Task::Handoff { tool: other, .. } if *other == tool));
    if !busy && conversation.ticket.is_none() {
        draft.issue(None, |_| Task::Handoff { tool, queue, priority });
    }
}

/// Asks for the ticket of a conversation that waits for people, once the tool has time.
pub(super) fn hand_off_late(draft: &mut Draft<'_>) {
    let waiting = draft.open().filter(|c| c.owner == Some(Owner::Queue));
    if let Some((queue, priority)) = waiting.and_then(|c| Some((c.queue.clone()?, c.priority))) {
        hand_off(draft, queue, priority);
    }
}

fn go(
    draft: &mut Draft<'_>,
    owner: Owner,
    queue: QueueName,
    priority: Priority,
    reason: Option<&str>,
    answered: Option<u64>,
) {
    let Some(conversation) = draft.open() else { return };
    let by_itself = matches!(conversation.owner, Some(Owner::Bot | Owner::Queue)) && !matches!(owner, Owner::Agent(_));
    let hop = by_itself && !matches!(draft.event().body, Body::Staff(_));
    let (at, claim) = (draft.now(), draft.circumstances().limits.claim_millis);
    let claim_until = (matches!(owner, Owner::Agent(_)) && claim > 0).then(|| at.plus(claim));
    draft.clear_timers(|kind| !matches!(kind, TimerKind::Retry(_)));
    drop_waiting(draft);
    let epoch = draft.thread().epoch + 1;
    let reason = reason.map(str::to_owned);
    draft.push(Change::Moved(Move { owner, queue, epoch, at, priority, reason, hop, claim_until, answered }));
}

/// What the bot would have said next is not sent under a new owner; staff keep it.
fn drop_waiting(draft: &mut Draft<'_>) {
    let answers: Vec<Outgoing> = draft.thread().outbox.iter().filter(|o| o.origin == Origin::Ai).cloned().collect();
    for answer in answers {
        draft.drop_answer(answer.conversation, &answer.text, &answer.sources);
    }
}
