//! Bursts: what a customer writes in a row is decided on as one, once nothing more has come for a while.

use std::collections::BTreeMap;

use wissel_channels::{Author, InboundMessage};

use super::draft::Draft;
use super::message;
use crate::routing::QueueName;
use crate::thread::Change;
use crate::thread::state::{Burst, EntryKind, Owner, TimerKind};

/// So many quiet windows after its first message a burst ends, however much more comes.
const MOST_WINDOWS: i64 = 4;

/// Lets a message wait for more, if it should: whether it does. People see what comes at once, so what is theirs already
/// does not wait.
pub(super) fn gathers(draft: &mut Draft<'_>, message: &InboundMessage, previous: Option<&QueueName>) -> bool {
    let Some(conversation) = draft.open() else { return false };
    let theirs = !matches!(conversation.owner, None | Some(Owner::Bot)) || conversation.claiming.is_some();
    let (quiet, before) = (i64::from(message.quiet_millis), draft.thread().burst.as_deref().cloned());
    if theirs || message.kind.is_for_people() || (quiet == 0 && before.is_none()) {
        return false;
    }
    let now = draft.now();
    let first = draft.thread().ordinal;
    let mut burst = before.unwrap_or_else(|| Burst {
        first,
        until: now.plus(quiet.saturating_mul(MOST_WINDOWS)),
        attributes: BTreeMap::new(),
        automatic: None,
        previous: previous.cloned(),
    });
    burst.attributes.extend(message.attributes.clone());
    burst.automatic.clone_from(&message.automatic);
    let millis = quiet.min(burst.until.since(now)).max(1);
    draft.push(Change::Gathering(burst));
    draft.clear_timers(|kind| kind == TimerKind::Quiet);
    draft.set_timer(millis, TimerKind::Quiet);
    true
}

/// Nothing more has come: decides on all of it.
pub(super) fn end(draft: &mut Draft<'_>) {
    let Some(burst) = draft.thread().burst.clone() else { return };
    let (text, last) = (draft.thread().gathered(), last(draft));
    draft.push(Change::Gathered);
    let (Some(text), Some(last), Some(address)) = (text, last, draft.thread().address.clone()) else { return };
    if draft.open().is_none() {
        return;
    }
    let empty = crate::routing::Verdict::default();
    let verdict = draft.input().verdict.as_ref().unwrap_or(&empty);
    message::understand(draft, verdict, None);
    let said = message::Said {
        text: &text,
        channel: &address.channel,
        account: &address.account,
        attributes: &burst.attributes,
        automatic: burst.automatic.is_some(),
        for_people: false,
        from: Some(burst.first),
        upto: last,
        at: draft.now(),
    };
    message::decide_on(draft, &said, verdict, burst.previous.as_ref());
}

/// The number of the customer's newest message.
fn last(draft: &Draft<'_>) -> Option<u64> {
    let said = |entry: &&crate::thread::Entry| entry.from == Author::Customer && entry.kind == EntryKind::Message;
    draft.thread().tail.iter().rev().find(said).map(|entry| entry.ordinal)
}
