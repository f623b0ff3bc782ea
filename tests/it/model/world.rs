//! The world of the model: the real thread, and small faithful copies of queue, gate and workers around it.

use std::collections::{BTreeSet, VecDeque};

use wissel::routing::RoutingTable;
use wissel::thread::{
    Body, BotResult, Change, ClassifyOutcome, Command, DeliveryOutcome, Event, EventId, HandoffOutcome, Owner, Task,
    Thread,
};
use wissel_channels::{CommandId, Origin, OutboundMessage};

use super::gate::{Gate, Started};
use super::journal::Journal;
use super::mutation::{self, Mutation};
use super::scenario::{self, event};

/// A command in its queue, with the store's incarnation at its publication.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Published {
    pub(super) command: Command,
    pub(super) incarnation: u8,
}

/// How many faults may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Faults {
    /// A message or command that comes twice.
    pub(super) doubles: u8,
    /// A router or worker that dies in the middle of its work.
    pub(super) crashes: u8,
    /// The store is lost and rebuilt.
    pub(super) set_backs: u8,
    /// A bot that never answers or abstains, a delivery that fails for now or has an unknown end.
    pub(super) troubles: u8,
}

/// What must never happen, noted when it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "one mark for each promise")]
pub(super) struct Broken {
    pub(super) started_after_grant: bool,
    pub(super) started_after_claim: bool,
    pub(super) undisclosed: bool,
    pub(super) disorder: bool,
    pub(super) twice: bool,
    pub(super) not_rebuilt: bool,
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "what has happened and what has not")]
pub(super) struct World {
    /// What the router saved.
    pub(super) thread: Thread,
    pub(super) seen: BTreeSet<EventId>,
    pub(super) journal: Journal,
    pub(super) gate: Gate,
    /// The partition's queue: in the order in which the broker accepted them.
    pub(super) inbound: VecDeque<Event>,
    /// The queues of commands: in no order.
    pub(super) commands: Vec<Published>,
    /// What workers have started and not reported.
    pub(super) running: Vec<Published>,
    /// Deliveries in the order in which they were first asked for.
    pub(super) asked_for: Vec<CommandId>,
    /// Deliveries in the order in which they reached the customer.
    pub(super) arrived: Vec<CommandId>,
    /// Deliveries that the thread shows to staff, with what became of them.
    pub(super) shown: BTreeSet<CommandId>,
    /// Deliveries of which nobody knows: they do not hold up what comes after them.
    pub(super) unknown: BTreeSet<CommandId>,
    /// Whether the customer has been told that an AI answers.
    pub(super) disclosed: bool,
    /// Whether the customer's second message asks for a person.
    pub(super) wants_person: bool,
    /// Whether the one who claimed also replies.
    pub(super) replies: bool,
    pub(super) wrote_again: bool,
    pub(super) claimed: bool,
    pub(super) granted: bool,
    pub(super) left: Faults,
    pub(super) broken: Broken,
}

/// Where the router dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Crash {
    /// After the save, before anything was published.
    Saved,
    /// After all was published, before the event was acknowledged.
    Published,
}

impl World {
    /// `doubtful` is whether triage is not sure of the first message, so that a language model is asked.
    pub(super) fn new(wants_person: bool, doubtful: bool, left: Faults) -> Self {
        let first = if doubtful { scenario::doubtful() } else { scenario::message(1, false) };
        Self {
            thread: Thread::new(scenario::key()),
            seen: BTreeSet::new(),
            journal: Journal::default(),
            gate: Gate::default(),
            inbound: VecDeque::from([first]),
            commands: Vec::new(),
            running: Vec::new(),
            asked_for: Vec::new(),
            arrived: Vec::new(),
            shown: BTreeSet::new(),
            unknown: BTreeSet::new(),
            disclosed: false,
            wants_person,
            replies: left == Faults::default(),
            wrote_again: false,
            claimed: false,
            granted: false,
            left,
            broken: Broken::default(),
        }
    }

    /// The router takes the first event: decides, saves, publishes, acknowledges.
    pub(super) fn route(&mut self, table: &RoutingTable, mutation: Option<Mutation>, crash: Option<Crash>) {
        let Some(event) = self.inbound.front().cloned() else { return };
        let forgotten = match mutation {
            Some(Mutation::IdsForgotten) => matches!(event.body, Body::Message(_)),
            Some(Mutation::OutcomesCountTwice) => matches!(event.body, Body::Delivery { .. }),
            _ => false,
        };
        let commands: Vec<Command> = if self.seen.contains(&event.id) && !forgotten {
            let lost = mutation == Some(Mutation::NothingPublishedAgain);
            self.thread.unconfirmed(event.id).filter(|_| !lost).cloned().collect()
        } else {
            self.decide(&event, table, mutation)
        };
        if crash != Some(Crash::Saved) {
            for command in commands {
                self.publish(command, table, mutation);
            }
        }
        if crash.is_none() {
            self.inbound.pop_front();
        }
    }

    fn decide(&mut self, event: &Event, table: &RoutingTable, mutation: Option<Mutation>) -> Vec<Command> {
        let input = scenario::input(event, table);
        let (thread, changes) = mutation::step(&self.thread, &input, table, mutation);
        self.thread = thread;
        self.seen.insert(event.id);
        self.gate.save(&self.thread);
        let owner = self.thread.conversation.as_ref().and_then(|c| c.owner.as_ref());
        self.granted |= matches!(owner, Some(Owner::Agent(_)));
        let issued = changes.iter().filter_map(|change| match change {
            Change::Issued(command) => Some(command.clone()),
            _ => None,
        });
        let commands: Vec<Command> = issued.collect();
        for command in &commands {
            if matches!(command.body, Task::Deliver { .. }) && !self.asked_for.contains(&command.id) {
                self.asked_for.push(command.id);
            }
        }
        self.shown.extend(changes.iter().filter_map(|change| match change {
            Change::Landed { command, state: Some(_) } => Some(*command),
            _ => None,
        }));
        self.journal.push(event.id, mutation::journaled(changes, mutation));
        commands
    }

    fn publish(&mut self, command: Command, table: &RoutingTable, mutation: Option<Mutation>) {
        if matches!(command.body, Task::Handoff { .. }) {
            // The desk has the ticket at once; handoffs are not what this model is about.
            let outcome = HandoffOutcome::Opened { reference: "desk".to_owned() };
            let id = Event::outcome_id(command.id, command.attempt, outcome.class());
            let opened = event(id, Body::Handoff { command: command.id, attempt: command.attempt, outcome });
            if !self.seen.contains(&opened.id) {
                self.decide(&opened, table, mutation);
            }
            return;
        }
        let incarnation = self.gate.incarnation;
        self.commands.push(Published { command, incarnation });
        sort(&mut self.commands);
    }

    fn report(&mut self, event: Event) {
        self.inbound.push_back(event);
    }

    /// A worker takes a command and asks the gate.
    pub(super) fn take(&mut self, at: usize, copy: bool, mutation: Option<Mutation>) {
        let published = if copy { self.commands[at].clone() } else { self.commands.remove(at) };
        let command = &published.command;
        let mut started = self.gate.start(command, Some(published.incarnation), mutation);
        if started == Started::Settle {
            if matches!(command.body, Task::Deliver { .. }) {
                return self.settle(&published.command);
            }
            // Asking the bot twice does no harm.
            started = self.gate.start(command, None, mutation);
        }
        if started == Started::Refused {
            return match command.body {
                Task::Ask { .. } => self.answered(&published.command, BotResult::Refused),
                Task::Classify { .. } => self.classified(&published.command, ClassifyOutcome::Refused),
                _ => self.delivered(&published.command, DeliveryOutcome::Refused),
            };
        }
        self.note_start(&published.command);
        self.running.push(published);
        sort(&mut self.running);
    }

    /// A channel that can be asked what arrived, and that must not be sent anything twice.
    fn settle(&mut self, command: &Command) {
        if self.arrived.contains(&command.id) {
            return self.delivered(command, scenario::sent());
        }
        self.unknown.insert(command.id);
        self.delivered(command, DeliveryOutcome::Unknown("an earlier start".to_owned()));
    }

    fn note_start(&mut self, command: &Command) {
        let Some(conversation) = self.thread.conversation.as_ref().filter(|_| command.epoch.is_some()) else { return };
        self.broken.started_after_grant |= matches!(conversation.owner, Some(Owner::Agent(_)));
        let delivers = matches!(command.body, Task::Deliver { .. });
        self.broken.started_after_claim |= delivers && conversation.claiming.is_some();
    }

    /// A bot worker reports.
    pub(super) fn answered(&mut self, command: &Command, result: BotResult) {
        let id = Event::outcome_id(command.id, command.attempt, result.class());
        self.report(event(id, Body::Bot { command: command.id, attempt: command.attempt, result }));
    }

    /// A worker that asks for advice reports.
    pub(super) fn classified(&mut self, command: &Command, outcome: ClassifyOutcome) {
        let id = Event::outcome_id(command.id, command.attempt, outcome.class());
        self.report(event(id, Body::Classified { command: command.id, attempt: command.attempt, outcome }));
    }

    /// A delivery worker reports.
    pub(super) fn delivered(&mut self, command: &Command, outcome: DeliveryOutcome) {
        let id = Event::outcome_id(command.id, command.attempt, outcome.class());
        self.report(event(id, Body::Delivery { command: command.id, attempt: command.attempt, outcome }));
    }

    /// What a delivery brings is with the customer.
    pub(super) fn arrive(&mut self, message: &OutboundMessage) {
        for part in &message.parts {
            self.disclosed |= part.origin == Origin::Rule && message.parts.len() > 1;
            self.broken.undisclosed |= part.origin == Origin::Ai && !self.disclosed;
        }
        self.broken.twice |= self.arrived.contains(&message.command);
        let place = |id: &CommandId| self.asked_for.iter().position(|other| other == id);
        let newest = self.arrived.iter().filter_map(place).max();
        self.broken.disorder |= newest > place(&message.command) && !self.unknown.contains(&message.command);
        self.arrived.push(message.command);
    }

    /// The store is lost; the thread and its ids come back from the journal with `apply` alone.
    pub(super) fn set_back(&mut self) {
        let rebuilt = self.journal.fold(scenario::key());
        let seen: BTreeSet<EventId> = rebuilt.seen.iter().map(|(id, _)| *id).collect();
        self.broken.not_rebuilt |= rebuilt.thread != self.thread || seen != self.seen;
        (self.thread, self.seen) = (rebuilt.thread, seen);
        self.gate.lose(&self.thread);
    }

    /// Whether nothing is under way any more.
    pub(super) fn is_quiet(&self) -> bool {
        self.wrote_again
            && self.inbound.is_empty()
            && self.commands.is_empty()
            && self.running.is_empty()
            && self.thread.timers.is_empty()
    }
}

/// Queues of commands have no order: the same commands are the same state.
fn sort(published: &mut [Published]) {
    published.sort_by_key(|p| (p.command.id, p.command.attempt, p.incarnation));
}
