//! Applies changes to a thread. Total: a change that does not fit the state leaves it alone. Lists that seldom hold
//! more than one begin with room for one: routers keep thousands of threads in memory, and what is added to them is long.

use wissel_channels::{Progress, UnixMillis};

use super::state::{Address, Conversation, DeliveryState, Flight, Owner, Timer};
use super::{Change, Command, Move, Thread, notices};
use crate::routing::Priority;

/// So much is kept of what was heard before it could be understood.
const MOST_HEARD: usize = 8;

/// Does to the thread what the change says. Rebuilding a thread is nothing but this.
pub fn apply(thread: &mut Thread, change: &Change) {
    apply_to_thread(thread, change);
    notices::follow(thread, change);
}

fn apply_to_thread(thread: &mut Thread, change: &Change) {
    match change {
        Change::Began(address) => began(thread, address),
        Change::Spoke { language, locale } => {
            thread.language = *language;
            thread.locale = *locale;
        }
        Change::Opened { id, number, at } => thread.conversation = Some(Conversation::new(*id, *number, *at)),
        Change::Placed(entry) => {
            thread.ordinal = entry.ordinal;
            thread.seq = entry.seq.unwrap_or(thread.seq);
            thread.tail.push_back(entry.clone());
        }
        Change::Queued(outgoing) => {
            if thread.outbox.is_empty() {
                thread.outbox.reserve_exact(1);
            }
            thread.outbox.push_back(outgoing.clone());
        }
        Change::Departed(flight) => departed(thread, flight),
        Change::Revoked => thread.flight.iter_mut().for_each(|flight| flight.revoked = true),
        Change::Delayed => {
            thread.flight.iter_mut().for_each(|flight| flight.attempt = flight.attempt.saturating_add(1));
        }
        Change::Landed { command, state } => landed(thread, *command, *state),
        Change::Issued(command) => issued(thread, command),
        Change::Confirmed(command) => thread.pending.retain(|pending| pending.id != *command),
        Change::TimerSet(timer) => timer_set(thread, timer),
        Change::TimerCleared(id) => thread.timers.retain(|timer| timer.id != *id),
        Change::Trimmed { upto } => {
            while let Some(entry) = thread.tail.pop_front_if(|entry| entry.ordinal <= *upto) {
                notices::remember(&mut thread.past, &entry);
            }
        }
        Change::Routed(route) => thread.route = Some(route.clone()),
        Change::Gathering(burst) => thread.burst = Some(Box::new(burst.clone())),
        Change::Gathered => thread.burst = None,
        Change::Heard(heard) => {
            thread.heard.push(heard.clone());
            if thread.heard.len() > MOST_HEARD {
                thread.heard.remove(0);
            }
        }
        Change::Progressed { ordinal, progress } => progressed(thread, *ordinal, *progress),
        Change::Moved(to) => moved(thread, to),
        Change::Closed { at, epoch, .. } => closed(thread, *at, *epoch),
        _ => {
            if let Some(conversation) = &mut thread.conversation {
                apply_to_conversation(conversation, change);
            }
        }
    }
}

fn began(thread: &mut Thread, address: &Address) {
    thread.address = Some(address.clone());
}

fn apply_to_conversation(conversation: &mut Conversation, change: &Change) {
    match change {
        Change::Decided { decision, ordinal, from } => {
            conversation.decision = Some(decision.clone());
            conversation.decided_on = *ordinal;
            conversation.decided_from = *from;
            conversation.deferred = None;
        }
        Change::TurnBegan { command, upto } => {
            conversation.turn = Some(super::state::Turn { command: *command, upto: *upto });
        }
        Change::TurnEnded { answered } => turn_ended(conversation, *answered),
        Change::Dropped { suggestion: suggestion @ Some(_) } => conversation.suggestion.clone_from(suggestion),
        Change::ClaimBegan(claiming) => conversation.claiming = Some(claiming.clone()),
        Change::ClaimRenewed { until } => conversation.claim_until = Some(*until),
        Change::TicketOpened { reference } => conversation.ticket = Some(reference.clone()),
        Change::Deferred(deferred) => conversation.deferred = Some((**deferred).clone()),
        _ => {}
    }
}

fn turn_ended(conversation: &mut Conversation, answered: bool) {
    if let Some(turn) = conversation.turn.take().filter(|_| answered) {
        conversation.answered = conversation.answered.max(turn.upto);
        conversation.bot_turns = conversation.bot_turns.saturating_add(1);
    }
}

fn progressed(thread: &mut Thread, ordinal: u64, progress: Progress) {
    let Some(entry) = thread.tail.iter_mut().find(|entry| entry.ordinal == ordinal) else {
        let past = thread.past.iter_mut().filter(|past| past.ordinal == ordinal);
        return past.for_each(|past| past.progress = Some(progress));
    };
    entry.progress = Some(progress);
    if progress == Progress::Failed {
        entry.delivery = Some(DeliveryState::Failed);
    }
}

fn closed(thread: &mut Thread, at: UnixMillis, epoch: u64) {
    thread.epoch = epoch;
    thread.burst = None;
    thread.outbox.retain(|outgoing| outgoing.epoch.is_none());
    let Some(conversation) = &mut thread.conversation else { return };
    conversation.closed_at = Some(at);
    conversation.since = at;
    conversation.claiming = None;
    conversation.claim_until = None;
    conversation.turn = None;
}

fn moved(thread: &mut Thread, to: &Move) {
    thread.epoch = to.epoch;
    thread.burst = None;
    // What is automatic and waits was made under an older epoch.
    thread.outbox.retain(|outgoing| outgoing.epoch.is_none());
    let Some(conversation) = &mut thread.conversation else { return };
    conversation.owner = Some(to.owner.clone());
    conversation.queue = Some(to.queue.clone());
    conversation.since = to.at;
    conversation.priority = to.priority;
    conversation.reason.clone_from(&to.reason);
    conversation.claiming = None;
    conversation.claim_until = to.claim_until;
    conversation.turn = None;
    conversation.hops = conversation.hops.saturating_add(u32::from(to.hop));
    if to.owner == Owner::Bot {
        conversation.bot_queue = Some(to.queue.clone());
        conversation.disclosed = false;
    }
    conversation.answered = to.answered.unwrap_or(conversation.answered);
}

fn departed(thread: &mut Thread, flight: &Flight) {
    thread.outbox.pop_front();
    thread.flight = Some(flight.clone());
}

fn landed(thread: &mut Thread, command: wissel_channels::CommandId, state: Option<DeliveryState>) {
    let Some(flight) = thread.flight.take_if(|flight| flight.command == command) else { return };
    thread.heard.clear();
    let told = flight.discloses.is_some() && state == Some(DeliveryState::Sent);
    // A disclosure that arrived after the conversation went elsewhere says nothing about a later return to the bot.
    let current = flight.outgoing.epoch == Some(thread.epoch);
    if let Some(conversation) = thread.conversation.as_mut().filter(|_| told && current) {
        conversation.disclosed = true;
    }
}

fn issued(thread: &mut Thread, command: &Command) {
    if let Some(pending) = thread.pending.iter_mut().find(|pending| pending.id == command.id) {
        *pending = command.clone();
    } else {
        if thread.pending.is_empty() {
            thread.pending.reserve_exact(1);
        }
        thread.pending.push(command.clone());
    }
}

fn timer_set(thread: &mut Thread, timer: &Timer) {
    thread.timers.retain(|other| other.id != timer.id);
    thread.timers.push(timer.clone());
}

impl Conversation {
    /// A conversation that has just been opened.
    #[must_use]
    pub(crate) fn new(id: wissel_channels::ConversationId, number: u32, at: UnixMillis) -> Self {
        Self {
            id,
            number,
            opened_at: at,
            since: at,
            closed_at: None,
            owner: None,
            queue: None,
            bot_queue: None,
            priority: Priority::Normal,
            claiming: None,
            claim_until: None,
            disclosed: false,
            bot_turns: 0,
            hops: 0,
            turn: None,
            answered: 0,
            decision: None,
            decided_on: 0,
            reason: None,
            suggestion: None,
            ticket: None,
            decided_from: None,
            deferred: None,
        }
    }
}
