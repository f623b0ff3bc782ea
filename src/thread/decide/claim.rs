//! Claims: granted at once, or when an automatic delivery in flight has ended, at the latest after three seconds.

use super::draft::Draft;
use super::travel;
use crate::routing::{QueueKind, QueueName};
use crate::thread::state::{Claiming, TimerKind};
use crate::thread::{Change, EventId, OrderOutcome, Owner, Person, Refusal, StaffOrder};

/// How long a claim waits for an automatic delivery to end.
const GRANT_MILLIS: i64 = 3_000;

/// A person wants the conversation, which is open and nobody else's.
pub(super) fn claim(draft: &mut Draft<'_>, order: &StaffOrder) {
    let automatic = draft.thread().flight.as_ref().filter(|flight| flight.outgoing.epoch.is_some());
    let Some(delivery) = automatic.map(|flight| flight.command) else {
        return grant(draft, order.person.clone(), draft.event().id, order.digest);
    };
    let (person, digest) = (order.person.clone(), order.digest);
    draft.push(Change::ClaimBegan(Claiming { person, order: draft.event().id, digest, delivery }));
    draft.push(Change::Revoked);
    draft.set_timer(GRANT_MILLIS, TimerKind::ClaimGrant);
}

/// Grants the claim that waits, if one does.
pub(super) fn grant_waiting(draft: &mut Draft<'_>) {
    let waiting = draft.open().and_then(|c| c.claiming.clone());
    if let Some(Claiming { person, order, digest, .. }) = waiting {
        grant(draft, person, order, digest);
    }
}

fn grant(draft: &mut Draft<'_>, person: Person, order: EventId, digest: [u8; 16]) {
    let Some(queue) = draft.open().and_then(|c| c.queue.clone()) else { return };
    let queue = people_of(draft, queue);
    travel::to_agent(draft, person, queue);
    decided(draft, order, digest, None);
}

/// The queue of people that stands behind a queue.
fn people_of(draft: &Draft<'_>, queue: QueueName) -> QueueName {
    let bot = draft.table.queue(&queue).is_some_and(|q| q.kind == QueueKind::Bot);
    if bot { draft.table.fallback_of(&queue) } else { queue }
}

/// Records the answer to an order.
pub(super) fn decided(draft: &mut Draft<'_>, order: EventId, digest: [u8; 16], refused: Option<Refusal>) {
    let thread = draft.thread();
    let Some(conversation) = &thread.conversation else { return };
    let outcome = OrderOutcome {
        refused,
        state: conversation.state(),
        owner: conversation.owner.clone().unwrap_or(Owner::Queue),
        queue: conversation.queue.clone(),
        epoch: thread.epoch,
    };
    draft.push(Change::OrderDecided { order, digest, outcome });
}
