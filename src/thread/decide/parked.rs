//! An event was set aside: staff see that, people take over, and what a timer was to bring about is not lost with it.

use super::draft::Draft;
use super::{bot, travel};
use crate::routing::Priority;
use crate::thread::state::TimerKind;
use crate::thread::{Change, Event, EventId};

/// Why a conversation went to people.
const REASON: &str = "parked";
/// When what people cannot do in its place is tried again.
const AGAIN_MILLIS: i64 = 10 * 60 * 1000;

/// A router could not decide on `event`. One that fires a timer would be due, and set aside, for ever: the timer goes.
pub(super) fn on_parked(draft: &mut Draft<'_>, event: EventId, reason: &str) {
    draft.mark(&format!("parked:{event}:{reason}"));
    let timer = draft.thread().timers.iter().find(|timer| Event::timer_id(timer.id) == event).cloned();
    if let Some(timer) = &timer {
        draft.push(Change::TimerCleared(timer.id));
        if timer.kind == TimerKind::Quiet {
            draft.push(Change::Gathered);
        }
    }
    // Whatever was set aside, a person should look.
    bot::give_up(draft, REASON);
    match timer.map(|timer| timer.kind) {
        Some(TimerKind::Quiet) if draft.open().is_some_and(|conversation| conversation.owner.is_none()) => {
            let queue = draft.table.default_queue().clone();
            travel::to_people(draft, &queue, Priority::Normal, Some(REASON), true);
        }
        Some(kind @ (TimerKind::Retry(_) | TimerKind::ClaimLapse | TimerKind::ClaimGrant)) => {
            draft.set_timer(AGAIN_MILLIS, kind);
        }
        _ => {}
    }
}
