//! What must hold after every event, whatever it is.

use std::collections::{BTreeMap, BTreeSet};

use wissel_channels::Origin;

use crate::thread::state::{DeliveryState, Flight, TimerKind};
use crate::thread::{Body, Change, Input, Owner, Rebuilt, Task, Thread, apply};

/// What is known from the events before.
#[derive(Default)]
pub(super) struct Invariants {
    rebuilt: Option<Rebuilt>,
    /// Deliveries that left.
    departed: BTreeMap<wissel_channels::CommandId, Flight>,
    /// Epochs under which the customer was told that an AI answers.
    told: BTreeSet<u64>,
}

impl Invariants {
    pub(super) fn check(&mut self, before: &Thread, input: &Input, changes: &[Change], after: &Thread) {
        let mut folded = before.clone();
        for change in changes {
            self.check_change(&folded, input, change);
            apply(&mut folded, change);
        }
        assert_eq!(&folded, after, "the changes do not give the state");
        self.check_journal(input, changes, after);
        check_commands(after, input, changes);
        check_order(input, changes);
        check_timers(after, input);
        check_tail(after, input);
        check_ends(after);
    }

    fn check_change(&mut self, thread: &Thread, input: &Input, change: &Change) {
        match change {
            Change::Placed(entry) => {
                assert_eq!(entry.ordinal, thread.ordinal + 1);
                assert!(entry.seq.is_none_or(|seq| seq == thread.seq + 1), "a gap in what the customer sees");
            }
            Change::Moved(to) => assert_eq!(to.epoch, thread.epoch + 1),
            Change::Closed { epoch, .. } => assert_eq!(*epoch, thread.epoch + 1),
            Change::Issued(command) => {
                assert!(command.epoch.is_none_or(|epoch| epoch == thread.epoch), "a command of an older epoch");
                assert_eq!(command.cause, input.event.id);
            }
            Change::Departed(flight) => self.check_departure(thread, flight),
            Change::Landed { command, state } => {
                let flight = self.departed.remove(command).expect("what lands has left");
                let arrived = *state == Some(DeliveryState::Sent);
                if let (true, Some(epoch)) = (arrived && flight.discloses.is_some(), flight.outgoing.epoch) {
                    self.told.insert(epoch);
                }
                let told = flight.outgoing.epoch.is_some_and(|epoch| self.told.contains(&epoch));
                assert!(!arrived || flight.outgoing.origin != Origin::Ai || told, "AI output without a disclosure");
            }
            _ => {}
        }
    }

    fn check_departure(&mut self, thread: &Thread, flight: &Flight) {
        assert!(thread.flight.is_none(), "a second delivery in flight");
        if flight.outgoing.origin == Origin::Ai {
            let conversation = thread.conversation.as_ref().expect("a conversation");
            assert_eq!(conversation.owner, Some(Owner::Bot), "the bot speaks where people are");
            assert!(conversation.claiming.is_none() && conversation.is_open());
            let told = self.told.contains(&thread.epoch);
            assert_eq!(flight.discloses.is_some(), !told, "disclosed not at all, or twice");
        }
        self.departed.insert(flight.command, flight.clone());
    }

    /// The journal gives back the state, by `apply` alone.
    fn check_journal(&mut self, input: &Input, changes: &[Change], after: &Thread) {
        let rebuilt = self.rebuilt.get_or_insert_with(|| Rebuilt::new(after.key));
        rebuilt.fold(input.event.id, input.event.at, changes);
        assert_eq!(&rebuilt.thread, after);
    }
}

/// One delivery, one handoff a tool; what an event asked for stands until it is known how it ended.
fn check_commands(after: &Thread, input: &Input, changes: &[Change]) {
    let deliveries: Vec<_> =
        after.pending.iter().filter(|c| matches!(c.body, Task::Deliver { .. })).map(|c| c.id).collect();
    let flying: Vec<_> = after.flight.iter().map(|flight| flight.command).collect();
    assert_eq!(deliveries, flying, "deliveries that nobody waits for, or the other way round");
    assert!(after.flight.is_some() || after.outbox.is_empty(), "something waits, and nothing is in flight");
    let handoffs = after.pending.iter().filter(|c| matches!(c.body, Task::Handoff { .. })).count();
    assert!(handoffs <= 1, "a second handoff in flight");
    assert!(after.outbox.iter().all(|o| o.epoch.is_none_or(|epoch| epoch == after.epoch)), "stale words wait");
    let again: Vec<_> = after.unconfirmed(input.event.id).collect();
    let issued = changes.iter().filter_map(|change| match change {
        Change::Issued(command) => Some(command),
        _ => None,
    });
    let standing: Vec<_> = issued.filter(|command| after.pending.contains(command)).collect();
    assert_eq!(again, standing, "an event that comes again asks for something else");
}

/// Every order has one answer, at once or with the grant.
fn check_order(input: &Input, changes: &[Change]) {
    let answers = changes.iter().filter(|c| matches!(c, Change::OrderDecided { .. })).count();
    let waits = changes.iter().any(|c| matches!(c, Change::ClaimBegan(_)));
    if matches!(input.event.body, Body::Staff(_)) {
        assert_eq!(answers + usize::from(waits), 1, "an order without its answer");
    } else {
        assert!(answers <= 1);
    }
}

fn check_timers(after: &Thread, input: &Input) {
    let conversation = after.conversation.as_ref();
    let count = |wanted: fn(&TimerKind) -> bool| after.timers.iter().filter(|t| wanted(&t.kind)).count();
    let claimed = conversation.is_some_and(|c| c.is_open() && matches!(c.owner, Some(Owner::Agent(_))));
    let claiming = conversation.is_some_and(|c| c.claiming.is_some());
    let lapses = usize::from(claimed && input.circumstances.limits.claim_millis > 0);
    assert_eq!(count(|kind| *kind == TimerKind::ClaimLapse), lapses);
    assert_eq!(count(|kind| *kind == TimerKind::ClaimGrant), usize::from(claiming));
    for timer in &after.timers {
        match timer.kind {
            TimerKind::BotDeadline(command) => {
                let turn = conversation.and_then(|c| c.turn.as_ref()).map(|turn| turn.command);
                assert!(turn == Some(command) || claiming, "a deadline without a question");
            }
            TimerKind::Retry(command) => {
                assert!(after.pending.iter().any(|c| c.id == command), "a retry of nothing");
                assert_eq!(after.timers.iter().filter(|t| t.kind == timer.kind).count(), 1, "two retries of one try");
            }
            TimerKind::Quiet => assert!(after.burst.is_some(), "a quiet window of nothing"),
            TimerKind::AdviceDeadline(command) => {
                let waits = conversation.and_then(|c| c.deferred.as_ref()).map(|deferred| deferred.command);
                assert_eq!(waits, Some(command), "a deadline without a message that waits");
            }
            TimerKind::ClaimLapse | TimerKind::ClaimGrant => {}
        }
    }
}

/// The tail is in order and bounded, but for what the journal has not confirmed.
fn check_tail(after: &Thread, input: &Input) {
    assert!(after.tail.iter().map(|entry| entry.ordinal).is_sorted_by(|a, b| a < b));
    let (limits, journaled) = (input.circumstances.limits, input.circumstances.journaled);
    let bytes: usize = after.tail.iter().map(|entry| entry.text.len()).sum();
    let over = after.tail.len() > limits.tail_messages || bytes > limits.tail_bytes;
    let oldest_is_known = after.tail.front().is_some_and(|entry| entry.head <= journaled);
    assert!(!(over && oldest_is_known && after.tail.len() > 1), "the tail keeps what the journal has");
}

/// Whoever has the conversation has everything in it: nothing the customer said hangs in the air.
fn check_ends(after: &Thread) {
    let Some(conversation) = &after.conversation else { return };
    if let Some(deferred) = &conversation.deferred {
        let timers = after.timers.iter().filter(|t| t.kind == TimerKind::AdviceDeadline(deferred.command)).count();
        assert!(conversation.is_open() && timers == 1, "a message waits for advice without an end");
        assert!(matches!(conversation.owner, None | Some(Owner::Bot)) && conversation.claiming.is_none());
        assert_eq!(deferred.epoch, after.epoch);
        return;
    }
    assert!(conversation.owner.is_some() || after.burst.is_some(), "a conversation that nobody has");
    if let Some(claiming) = &conversation.claiming {
        let flight = after.flight.as_ref().expect("a claim waits for a delivery");
        assert!(conversation.is_open() && flight.revoked && flight.command == claiming.delivery);
        assert!(!after.timers.iter().any(|timer| timer.kind == TimerKind::Retry(flight.command)));
    } else if conversation.is_open() && conversation.owner == Some(Owner::Bot) {
        let answered = conversation.decided_on <= conversation.answered;
        let gathers = after.burst.is_some();
        assert!(answered || gathers || conversation.turn.is_some(), "the customer's words wait for nobody");
    } else {
        assert!(conversation.turn.is_none(), "the bot is asked where people are");
    }
}
