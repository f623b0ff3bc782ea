//! Handoffs to helpdesk tools: what became of them. What went wrong is marked for staff.

use wissel_channels::CommandId;

use super::draft::Draft;
use super::travel;
use crate::thread::state::TimerKind;
use crate::thread::{Change, HandoffOutcome};

/// A handoff worker is done.
pub(super) fn on_handoff(draft: &mut Draft<'_>, command: CommandId, attempt: u32, outcome: &HandoffOutcome) {
    let Some(pending) = draft.pending(command).cloned() else { return };
    let current = draft.thread().conversation.as_ref().is_some_and(|c| c.id == pending.conversation);
    match outcome {
        HandoffOutcome::Opened { reference } => {
            draft.confirm(command);
            if current {
                draft.push(Change::TicketOpened { reference: reference.clone() });
            }
        }
        HandoffOutcome::Retry { after_millis, reason } => {
            if pending.attempt != attempt || draft.waits(command) {
                return;
            }
            let limit = draft.circumstances().limits.attempts;
            if limit == 0 || attempt < limit {
                let millis = i64::try_from(*after_millis).unwrap_or(i64::MAX).max(1);
                return draft.set_timer(millis, TimerKind::Retry(command));
            }
            draft.confirm(command);
            draft.mark(&format!("handoff:failed:{reason}"));
        }
        HandoffOutcome::Failed(why) => {
            draft.confirm(command);
            draft.mark(&format!("handoff:failed:{why}"));
        }
        HandoffOutcome::Unknown(why) => {
            draft.confirm(command);
            draft.mark(&format!("handoff:unknown:{why}"));
        }
    }
    draft.clear_timers(|kind| kind == TimerKind::Retry(command));
    if !current {
        // The tool was busy with an older conversation when this one came to people.
        travel::hand_off_late(draft);
    }
}
