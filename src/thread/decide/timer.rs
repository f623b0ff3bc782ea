//! Timers: what is due. A timer that was cleared in the meantime does nothing.

use wissel_channels::CommandId;

use super::draft::Draft;
use super::{advice, bot, burst, claim, staff};
use crate::thread::state::TimerKind;
use crate::thread::{Change, Owner, Task, TimerId};

/// A timer fired.
pub(super) fn on_timer(draft: &mut Draft<'_>, timer: TimerId) {
    let Some(timer) = draft.thread().timers.iter().find(|t| t.id == timer).cloned() else { return };
    draft.push(Change::TimerCleared(timer.id));
    match timer.kind {
        TimerKind::BotDeadline(command) => deadline(draft, command),
        TimerKind::ClaimLapse => lapse(draft),
        TimerKind::ClaimGrant => claim::grant_waiting(draft),
        TimerKind::Retry(command) => again(draft, command),
        TimerKind::Quiet => burst::end(draft),
        TimerKind::AdviceDeadline(_) => advice::settle(draft),
    }
}

/// The bot has not answered in time: people take over, and the customer is told.
fn deadline(draft: &mut Draft<'_>, command: CommandId) {
    if draft.open().is_some_and(|c| c.turn.as_ref().is_some_and(|turn| turn.command == command)) {
        bot::give_up(draft, "bot:deadline");
    }
}

/// The owner has done nothing for long, or the claim was renewed and lapses later.
fn lapse(draft: &mut Draft<'_>) {
    let Some(conversation) = draft.open().filter(|c| matches!(c.owner, Some(Owner::Agent(_)))) else { return };
    let left = conversation.claim_until.map_or(0, |until| until.since(draft.now()));
    if left > 0 {
        draft.set_timer(left, TimerKind::ClaimLapse);
    } else {
        staff::release(draft, "claim lapsed");
    }
}

/// A delivery or handoff is tried again, under the same id.
fn again(draft: &mut Draft<'_>, command: CommandId) {
    let Some(mut command) = draft.thread().pending.iter().find(|pending| pending.id == command).cloned() else {
        return;
    };
    command.attempt += 1;
    if let Task::Deliver { message, .. } = &mut command.body {
        message.attempt = command.attempt;
        draft.push(Change::Delayed);
    }
    // The event that causes this try is the timer's: when it comes again, the try is published again.
    command.cause = draft.event().id;
    draft.push(Change::Issued(command));
}
