//! Deliveries: what became of them, and what follows.

use wissel_channels::{CommandId, Origin, Progress};

use super::draft::{Draft, blank};
use super::{bot, claim, status};
use crate::thread::state::{DeliveryState, Entry, EntryKind, Flight, More, Outgoing, TimerKind};
use crate::thread::{Change, DeliveryOutcome};

/// A delivery worker is done.
pub(super) fn on_delivery(draft: &mut Draft<'_>, command: CommandId, attempt: u32, outcome: &DeliveryOutcome) {
    let Some(flight) = draft.thread().flight.clone().filter(|flight| flight.command == command) else {
        draft.confirm(command);
        return;
    };
    match outcome {
        DeliveryOutcome::Sent { provider_id } => {
            land(draft, &flight, DeliveryState::Sent, provider_id.as_deref());
        }
        DeliveryOutcome::Failed(why) => fail(draft, &flight, DeliveryState::Failed, why),
        DeliveryOutcome::Unknown(why) => fail(draft, &flight, DeliveryState::Unknown, why),
        // What a person wrote is never dropped in silence.
        DeliveryOutcome::Refused if !flight.is_automatic() => fail(draft, &flight, DeliveryState::Failed, "refused"),
        DeliveryOutcome::Refused => refused(draft, &flight),
        DeliveryOutcome::Retry { .. } if is_past(draft, &flight) => abandon(draft, &flight),
        DeliveryOutcome::Retry { after_millis, reason } if attempt == flight.attempt => {
            retry(draft, &flight, *after_millis, reason);
        }
        DeliveryOutcome::Retry { .. } => {}
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
fn land(draft: &mut Draft<'_>, flight: &Flight, state: DeliveryState, provider: Option<&str>) {
    let progress = status::heard_of(&draft.thread().heard, provider);
    let failed = progress == Some(Progress::Failed);
    end(draft, flight, Some(state));
    for outgoing in flight.discloses.iter().chain([&flight.outgoing]) {
        draft.place(state == DeliveryState::Sent, |_| {
            let mut entry = entry(outgoing, if failed { DeliveryState::Failed } else { state });
            entry.provider = provider.map(str::to_owned);
            entry.progress = progress;
            Some(entry)
        });
    }
    if failed {
        draft.mark("delivery:failed:the other side says so");
    }
}

fn entry(outgoing: &Outgoing, state: DeliveryState) -> Entry {
    let id = outgoing.id.clone();
    let mut entry = blank(id, outgoing.conversation, EntryKind::Message, outgoing.from, outgoing.at, &outgoing.text);
    entry.name.clone_from(&outgoing.name);
    entry.sources.clone_from(&outgoing.sources);
    entry.origin = Some(outgoing.origin);
    entry.delivery = Some(state);
    let attachments = outgoing.attachments.clone();
    entry.more = (!attachments.is_empty()).then(|| Box::new(More { attachments, ..More::default() }));
    entry
}

/// It failed, or nobody knows: staff see why, and an answer of the bot goes to people with it.
fn fail(draft: &mut Draft<'_>, flight: &Flight, state: DeliveryState, why: &str) {
    let reason = if state == DeliveryState::Unknown { "delivery:unknown" } else { "delivery:failed" };
    land(draft, flight, state, None);
    draft.mark(&format!("{reason}:{why}"));
    if flight.outgoing.epoch == Some(draft.thread().epoch) && flight.outgoing.origin == Origin::Ai {
        bot::give_up(draft, reason);
    }
}

/// It was not started: revoked by a claim, overtaken by a move, or AI is switched off.
fn refused(draft: &mut Draft<'_>, flight: &Flight) {
    abandon(draft, flight);
    if !is_past(draft, flight) {
        bot::give_up(draft, "switch:ai_off");
    }
}

/// Whether nobody may start it any more.
fn is_past(draft: &Draft<'_>, flight: &Flight) -> bool {
    flight.is_automatic() && (flight.revoked || flight.outgoing.epoch != Some(draft.thread().epoch))
}

/// It was not sent and never will be; staff keep what the bot would have said.
fn abandon(draft: &mut Draft<'_>, flight: &Flight) {
    end(draft, flight, None);
    let outgoing = &flight.outgoing;
    if outgoing.origin == Origin::Ai {
        draft.drop_answer(outgoing.conversation, &outgoing.text, &outgoing.sources);
    }
}

/// A delivery that waits to be tried again and may not be any more makes room for the next one.
pub(super) fn abandon_waiting(draft: &mut Draft<'_>) {
    let flight = draft.thread().flight.clone();
    if let Some(flight) = flight.filter(|flight| is_past(draft, flight) && draft.waits(flight.command)) {
        abandon(draft, &flight);
    }
}

/// Later again, unless it has been tried often enough.
fn retry(draft: &mut Draft<'_>, flight: &Flight, after_millis: u64, why: &str) {
    let limit = draft.circumstances().limits.attempts;
    if limit > 0 && flight.attempt >= limit {
        return fail(draft, flight, DeliveryState::Failed, why);
    }
    if draft.waits(flight.command) {
        return;
    }
    let millis = i64::try_from(after_millis).unwrap_or(i64::MAX).max(1);
    draft.set_timer(millis, TimerKind::Retry(flight.command));
}
