//! Moving a conversation: to the bot, to a queue of people, to a person. Each move has a new epoch.

use crate::routing::{Priority, QueueName};
use crate::thread::state::{Owner, TimerKind};
use crate::thread::{Change, Move, Person, Task, words};

use super::draft::Draft;

/// Gives it to the bot; `reason` when a person did so.
pub(super) fn to_bot(draft: &mut Draft<'_>, queue: QueueName, reason: Option<&str>) {
    let answered = reason.map(|_| draft.thread().ordinal);
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
    let queue = draft.table.home_of(queue).unwrap_or_else(|| draft.table.default_queue()).clone();
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
    let priority = draft.open().map_or(Priority::Normal, |c| c.priority);
    go(draft, Owner::Agent(person), queue, priority, None, answered);
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
    let asked = draft.thread().pending.iter().any(|command| {
        command.conversation == conversation.id && matches!(&command.body, Task::Handoff { tool: t, .. } if *t == tool)
    });
    if !asked && conversation.ticket.is_none() {
        draft.issue(None, |_| Task::Handoff { tool, queue, priority });
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
    let hop = conversation.owner.is_some() && matches!(owner, Owner::Queue);
    let (at, claim) = (draft.now(), draft.circumstances().limits.claim_millis);
    let claim_until = (matches!(owner, Owner::Agent(_)) && claim > 0).then(|| at.plus(claim));
    draft.clear_timers(|kind| !matches!(kind, TimerKind::Retry(_)));
    let epoch = draft.thread().epoch + 1;
    let reason = reason.map(str::to_owned);
    draft.push(Change::Moved(Move { owner, queue, epoch, at, priority, reason, hop, claim_until, answered }));
}
