//! Claims: granted at once, or when an automatic delivery in flight has ended, at the latest after three seconds.

use super::draft::Draft;
use super::travel;
use crate::thread::state::{Claiming, Conversation, StateName, TimerKind};
use crate::thread::{Change, EventId, OrderOutcome, Owner, Person, Refusal, StaffOrder};

/// How long a claim waits for an automatic delivery to end.
const GRANT_MILLIS: i64 = 3_000;

/// A person wants the conversation, which is open and nobody else's.
pub(super) fn claim(draft: &mut Draft<'_>, order: &StaffOrder) {
    let automatic = draft.thread().flight.as_ref().filter(|flight| flight.is_automatic());
    let Some(flight) = automatic.filter(|flight| !draft.waits(flight.command)) else {
        // Nothing of the bot is on its way: what waits to be tried again ends with the grant.
        return grant(draft, order.person.clone(), draft.event().id, order.digest);
    };
    let delivery = flight.command;
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
    let queue = draft.table.fallback_of(&queue);
    travel::to_agent(draft, person, queue);
    decided(draft, order, digest, None);
}

/// Records the answer to an order.
pub(super) fn decided(draft: &mut Draft<'_>, order: EventId, digest: [u8; 16], refused: Option<Refusal>) {
    let thread = draft.thread();
    let conversation = thread.conversation.as_ref();
    let outcome = OrderOutcome {
        refused,
        state: conversation.map_or(StateName::Closed, Conversation::state),
        owner: conversation.and_then(|c| c.owner.clone()).unwrap_or(Owner::Queue),
        queue: conversation.and_then(|c| c.queue.clone()),
        epoch: thread.epoch,
    };
    draft.push(Change::OrderDecided { order, digest, outcome });
}
