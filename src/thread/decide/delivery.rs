//! Deliveries: what became of them, and what follows.

use wissel_channels::{CommandId, Origin};

use super::draft::{Draft, blank};
use super::{bot, claim};
use crate::thread::state::{DeliveryState, Entry, EntryKind, Flight, Outgoing, Suggestion, TimerKind};
use crate::thread::{Change, DeliveryOutcome};

/// A delivery worker is done.
pub(super) fn on_delivery(draft: &mut Draft<'_>, command: CommandId, attempt: u32, outcome: &DeliveryOutcome) {
    let Some(flight) = draft.thread().flight.clone().filter(|flight| flight.command == command) else {
        draft.confirm(command);
        return;
    };
    match outcome {
        DeliveryOutcome::Sent { .. } => land(draft, &flight, DeliveryState::Sent),
        DeliveryOutcome::Failed(_) => fail(draft, &flight, DeliveryState::Failed, "delivery:failed"),
        DeliveryOutcome::Unknown(_) => fail(draft, &flight, DeliveryState::Unknown, "delivery:unknown"),
        DeliveryOutcome::Refused => refused(draft, &flight),
        DeliveryOutcome::Retry { .. } if flight.revoked => refused(draft, &flight),
        DeliveryOutcome::Retry { after_millis, .. } if attempt == flight.attempt => {
            retry(draft, &flight, *after_millis);
        }
        DeliveryOutcome::Retry { .. } => return,
    }
    if draft.thread().flight.is_none() {
        claim::grant_waiting(draft);
    }
}

/// Takes the flight out of the air.
fn end(draft: &mut Draft<'_>, flight: &Flight, state: Option<DeliveryState>) {
    draft.confirm(flight.command);
    draft.clear_timers(|kind| kind == TimerKind::Retry(flight.command));
    draft.push(Change::Landed { command: flight.command, state });
}

/// It ended in a known or unknown way: its parts take their places, which customers see only of what was sent.
fn land(draft: &mut Draft<'_>, flight: &Flight, state: DeliveryState) {
    end(draft, flight, Some(state));
    for outgoing in flight.discloses.iter().chain([&flight.outgoing]) {
        draft.place(state == DeliveryState::Sent, |_| Some(entry(outgoing, state)));
    }
}

fn entry(outgoing: &Outgoing, state: DeliveryState) -> Entry {
    let id = outgoing.id.clone();
    let mut entry = blank(id, outgoing.conversation, EntryKind::Message, outgoing.from, outgoing.at, &outgoing.text);
    entry.name.clone_from(&outgoing.name);
    entry.sources.clone_from(&outgoing.sources);
    entry.origin = Some(outgoing.origin);
    entry.delivery = Some(state);
    entry
}

/// It failed, or nobody knows: an answer of the bot goes to people with it.
fn fail(draft: &mut Draft<'_>, flight: &Flight, state: DeliveryState, reason: &str) {
    land(draft, flight, state);
    if flight.outgoing.epoch == Some(draft.thread().epoch) && flight.outgoing.origin == Origin::Ai {
        bot::give_up(draft, reason);
    }
}

/// It was not started: revoked by a claim, overtaken by a move, or AI is switched off.
fn refused(draft: &mut Draft<'_>, flight: &Flight) {
    end(draft, flight, None);
    let outgoing = &flight.outgoing;
    let suggestion = (outgoing.origin == Origin::Ai)
        .then(|| Suggestion { text: outgoing.text.clone(), sources: outgoing.sources.clone() });
    draft.push(Change::Dropped { suggestion });
    if !flight.revoked && outgoing.epoch == Some(draft.thread().epoch) {
        bot::give_up(draft, "switch:ai_off");
    }
}

/// Later again, unless it has been tried often enough.
fn retry(draft: &mut Draft<'_>, flight: &Flight, after_millis: u64) {
    let limit = draft.circumstances().limits.attempts;
    if limit > 0 && flight.attempt >= limit {
        return fail(draft, flight, DeliveryState::Failed, "delivery:failed");
    }
    let millis = i64::try_from(after_millis).unwrap_or(i64::MAX).max(1);
    draft.set_timer(millis, TimerKind::Retry(flight.command));
}
