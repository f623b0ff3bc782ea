//! Advice: where triage is not sure, a language model may be asked. The decision waits for it, and never for long.
//!
//! Whatever else happens to the conversation, the wait ends at once, with what triage had found.

use std::sync::Arc;

use wissel_channels::{AccountName, ChannelName, CommandId};

use super::draft::Draft;
use super::message::{Said, conclude, decision};
use crate::routing::{Advice, Decimal, Decision, IntentScore, QueueKind, QueueName, Verdict};
use crate::thread::state::{Deferred, Owner, TimerKind};
use crate::thread::{Change, ClassifyOutcome, Task};

/// Whether advice is to be asked for: triage is not sure, nothing keeps the message from the bot, nobody has it yet, and
/// there is an intent that would bring it elsewhere.
pub(super) fn may_help(
    draft: &Draft<'_>,
    said: &Said<'_>,
    verdict: &Verdict,
    previous: Option<&QueueName>,
    without: &Decision,
) -> bool {
    let Some(conversation) = draft.open() else { return false };
    let free = matches!(conversation.owner, None | Some(Owner::Bot)) && conversation.claiming.is_none();
    let asks = draft.circumstances().limits.advice_millis > 0;
    if !asks
        || !free
        || said.for_people
        || said.automatic
        || without.kind == QueueKind::Bot
        || off(draft, without)
        || !draft.table.is_unsure(verdict)
    {
        return false;
    }
    let queue_with =
        |intents: Vec<IntentScore>| decision(draft, said, &Verdict { intents, ..verdict.clone() }, previous).queue;
    // A rule that a guess of triage already meets is a reason that stands.
    let elsewhere = |intent: &crate::routing::Intent| {
        let sure = IntentScore { name: intent.name.clone(), p: Decimal::ONE, threshold: Decimal::ONE };
        queue_with(vec![sure]) != without.queue
    };
    queue_with(Vec::new()) == without.queue && draft.table.intents.iter().any(elsewhere)
}

/// Whether AI is off for this thread.
fn off(draft: &Draft<'_>, decision: &Decision) -> bool {
    super::bot::switched_off(draft, &decision.queue)
}

/// Asks for advice, and lets the decision wait.
pub(super) fn ask(
    draft: &mut Draft<'_>,
    said: &Said<'_>,
    verdict: &Verdict,
    previous: Option<&QueueName>,
    queue: QueueName,
) {
    let epoch = draft.thread().epoch;
    let millis = draft.circumstances().limits.advice_millis;
    let (channel, text, language) = (said.channel.clone(), said.text.to_owned(), verdict.language);
    let until = draft.now().plus(millis);
    let command = draft.issue(Some(epoch), |_| Task::Classify { queue, channel, text, language, until });
    if let Some(command) = command {
        let (text, attributes) = (said.text.to_owned(), said.attributes.clone());
        let (verdict, previous) = (verdict.clone(), previous.cloned());
        let (at, from, upto) = (said.at, said.from, said.upto);
        draft.push(Change::Deferred(Box::new(Deferred {
            command,
            epoch,
            at,
            text,
            attributes,
            from,
            upto,
            verdict,
            previous,
        })));
        draft.set_timer(millis, TimerKind::AdviceDeadline(command));
    }
}

/// What waits, as it was said; `address` is where the thread is.
fn said<'a>(deferred: &'a Deferred, (channel, account): (&'a ChannelName, &'a AccountName)) -> Said<'a> {
    Said {
        text: &deferred.text,
        channel,
        account,
        attributes: &deferred.attributes,
        automatic: false,
        for_people: false,
        from: deferred.from,
        upto: deferred.upto,
        at: deferred.at,
    }
}

fn waiting(draft: &Draft<'_>) -> Option<Deferred> {
    draft.open().and_then(|conversation| conversation.deferred.clone())
}

/// A worker has asked, or could not.
pub(super) fn on_classified(draft: &mut Draft<'_>, command: CommandId, outcome: &ClassifyOutcome) {
    let waits = waiting(draft).filter(|deferred| deferred.command == command);
    if let (true, Some(deferred)) = (draft.confirm(command), waits) {
        match outcome {
            ClassifyOutcome::Advised(advice) => end(draft, &deferred, Some(advice)),
            _ => end(draft, &deferred, None),
        }
    }
}

/// Ends a wait, if there is one: what triage had found stands.
pub(super) fn settle(draft: &mut Draft<'_>) {
    if let Some(deferred) = waiting(draft) {
        end(draft, &deferred, None);
    }
}

/// Ends a wait of a conversation that went elsewhere meanwhile: its message is decided on for the record.
pub(super) fn abandon(draft: &mut Draft<'_>) {
    let epoch = draft.thread().epoch;
    let Some(deferred) = waiting(draft).filter(|deferred| deferred.epoch != epoch) else { return };
    draft.clear_timers(|kind| kind == TimerKind::AdviceDeadline(deferred.command));
    let Some(address) = draft.thread().address.clone() else { return };
    let said = said(&deferred, (&address.channel, &address.account));
    let decision = decision(draft, &said, &deferred.verdict, deferred.previous.as_ref());
    draft.push(Change::Decided { decision, ordinal: deferred.upto, from: deferred.from });
}

fn end(draft: &mut Draft<'_>, deferred: &Deferred, advice: Option<&Advice>) {
    draft.clear_timers(|kind| kind == TimerKind::AdviceDeadline(deferred.command));
    let Some(address) = draft.thread().address.clone() else { return };
    let said = said(deferred, (&address.channel, &address.account));
    let decision = decided(draft, &said, deferred, advice);
    conclude(draft, &said, decision);
}

/// The decision with advice, as far as it counts.
fn decided(draft: &Draft<'_>, said: &Said<'_>, deferred: &Deferred, advice: Option<&Advice>) -> Decision {
    let previous = deferred.previous.as_ref();
    let mut plain = decision(draft, said, &deferred.verdict, previous);
    let declared = |advice: &&Advice| advice.intent.iter().all(|name| draft.table.intent(name).is_some());
    let Some(advice) = advice.filter(declared) else { return plain };
    let verdict = deferred.verdict.advised(advice, draft.table);
    let advised = decision(draft, said, &verdict, previous);
    let sure = verdict.intents.first().is_some_and(|intent| intent.p >= intent.threshold);
    if advised.kind == QueueKind::Bot && !sure {
        // What a model says and nothing has proved never brings a message to the bot; staff see it.
        plain.verdict = Arc::new(verdict);
        return plain;
    }
    advised
}
