//! Decides what follows from an event. Pure, and total: every event has an outcome, if only that nothing changes.
//!
//! One file a kind of event; [`draft`] holds what they share.

mod advice;
mod bot;
mod burst;
mod claim;
mod delivery;
mod draft;
mod handoff;
mod message;
mod parked;
mod staff;
mod status;
mod timer;
mod travel;

use super::{Body, Change, Input, Thread};
use crate::routing::RoutingTable;
use draft::Draft;

/// What follows from the input. Commands are the changes of kind [`Change::Issued`].
#[must_use]
pub fn decide(thread: &Thread, input: &Input, table: &RoutingTable) -> Vec<Change> {
    step(thread.clone(), input, table).1
}

/// The same with the changes applied: the thread after them, and the changes.
#[must_use]
pub fn step(thread: Thread, input: &Input, table: &RoutingTable) -> (Thread, Vec<Change>) {
    let mut draft = Draft::new(thread, input, table);
    if matches!(input.event.body, Body::Message(_) | Body::Parked { .. } | Body::Staff(_) | Body::Switched) {
        advice::settle(&mut draft);
    }
    match &input.event.body {
        Body::Message(message) => message::on_message(&mut draft, message),
        Body::Parked { event, reason } => parked::on_parked(&mut draft, *event, reason),
        Body::Bot { command, result, .. } => bot::on_bot(&mut draft, *command, result),
        Body::Staff(order) => staff::on_order(&mut draft, order),
        Body::Delivery { command, attempt, outcome } => {
            delivery::on_delivery(&mut draft, *command, *attempt, outcome);
        }
        Body::Handoff { command, attempt, outcome } => handoff::on_handoff(&mut draft, *command, *attempt, outcome),
        Body::Timer { timer } => timer::on_timer(&mut draft, *timer),
        Body::Switched => bot::on_switched(&mut draft),
        Body::Status(report) => status::on_status(&mut draft, report),
        Body::Classified { command, outcome, .. } => advice::on_classified(&mut draft, *command, outcome),
    }
    advice::abandon(&mut draft);
    delivery::abandon_waiting(&mut draft);
    draft.depart();
    draft.trim();
    draft.finish()
}
