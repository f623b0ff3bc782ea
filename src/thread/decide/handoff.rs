//! Handoffs to helpdesk tools: what became of them. What went wrong is marked for staff.

use wissel_channels::CommandId;

use super::draft::Draft;
use crate::thread::state::TimerKind;
use crate::thread::{Change, HandoffOutcome};

/// A handoff worker is done.
pub(super) fn on_handoff(draft: &mut Draft<'_>, command: CommandId, outcome: &HandoffOutcome) {
    let Some(pending) = draft.thread().pending.iter().find(|pending| pending.id == command).cloned() else { return };
    let current = draft.thread().conversation.as_ref().is_some_and(|c| c.id == pending.conversation);
    match outcome {
        HandoffOutcome::Opened { reference } => {
            draft.confirm(command);
            if current {
                draft.push(Change::TicketOpened { reference: reference.clone() });
            }
        }
        HandoffOutcome::Retry { after_millis, .. } => {
            let limit = draft.circumstances().limits.attempts;
            if limit > 0 && pending.attempt >= limit {
                draft.confirm(command);
                return draft.mark("handoff:failed");
            }
            let millis = i64::try_from(*after_millis).unwrap_or(i64::MAX).max(1);
            draft.set_timer(millis, TimerKind::Retry(command));
        }
        HandoffOutcome::Failed(_) => {
            draft.confirm(command);
            draft.mark("handoff:failed");
        }
        HandoffOutcome::Unknown(_) => {
            draft.confirm(command);
            draft.mark("handoff:unknown");
        }
    }
}
