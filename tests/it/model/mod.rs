//! The model: every order of events in one thread, with faults, over the real `decide` and `apply`.
//!
//! One thread, two messages of the customer, one claim, one reply; messages and commands that come twice, routers and
//! workers that die, a store that is lost. Every step makes progress, so all runs end; promises about ends are checked
//! on states in which nothing is under way. Run it with
//!
//! ```text
//! cargo test --test it model:: -- --nocapture
//! ```

mod gate;
mod journal;
mod mutation;
mod scenario;
mod world;

use std::time::Instant;

use stateright::{Checker, HasDiscoveries, Model, Property};
use wissel::routing::RoutingTable;
use wissel::thread::state::EntryKind;
use wissel::thread::{Body, BotResult, ClassifyOutcome, DeliveryOutcome, Event, Order, Owner, Task, TimerId};
use wissel_channels::Author;

use mutation::Mutation;
use world::{Crash, Faults, World};

/// The model, whole or without one safeguard.
struct Conversation {
    table: RoutingTable,
    faults: Faults,
    mutation: Option<Mutation>,
    /// Whether triage is not sure of the first message.
    doubtful: bool,
}

/// What may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Action {
    /// The customer writes the second message.
    Write,
    Claim,
    Reply,
    /// The router takes the next event.
    Route(Option<Crash>),
    /// The router takes the next event, which comes once more later.
    RouteAndRepeat,
    /// A worker takes this command; with `true` a copy stays in the queue.
    Take(usize, bool),
    /// A worker ends what it does.
    End(usize, End),
    /// A worker dies in the middle: the command goes back to its queue.
    Die(usize),
    Fire(TimerId),
    SetBack,
}

/// How a worker's work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum End {
    Well,
    /// The bot abstains; a delivery is to be tried again.
    NotNow,
    /// The bot is never heard of again; a delivery arrived and nobody knows.
    InTheDark,
}

impl Conversation {
    fn worker_actions(world: &World, actions: &mut Vec<Action>) {
        for at in 0..world.commands.len() {
            actions.push(Action::Take(at, false));
            if world.left.doubles > 0 {
                actions.push(Action::Take(at, true));
            }
        }
        for at in 0..world.running.len() {
            actions.push(Action::End(at, End::Well));
            if world.left.troubles > 0 {
                actions.extend([Action::End(at, End::NotNow), Action::End(at, End::InTheDark)]);
            }
            if world.left.crashes > 0 {
                actions.push(Action::Die(at));
            }
        }
    }

    fn end(world: &mut World, at: usize, end: End) {
        let command = world.running.remove(at).command;
        world.left.troubles -= u8::from(end != End::Well);
        match (&command.body, end) {
            (Task::Ask { .. }, End::Well) => {
                let result = BotResult::Answered { text: "Morgen.".to_owned(), sources: vec![scenario::source()] };
                world.answered(&command, result);
            }
            (Task::Ask { .. }, End::NotNow) => {
                world.answered(&command, BotResult::Abstained("nothing_fits".to_owned()));
            }
            (Task::Classify { .. }, End::Well) => {
                world.classified(&command, ClassifyOutcome::Advised(scenario::advice()));
            }
            (Task::Classify { .. }, End::NotNow) => {
                world.classified(&command, ClassifyOutcome::Failed("cut off".to_owned(), None));
            }
            (Task::Deliver { message, .. }, End::Well) => {
                world.arrive(message);
                world.delivered(&command, scenario::sent());
            }
            (Task::Deliver { .. }, End::NotNow) => {
                world.delivered(&command, DeliveryOutcome::Retry { after_millis: 1, reason: "busy".to_owned() });
            }
            (Task::Deliver { message, .. }, End::InTheDark) => {
                world.unknown.insert(command.id);
                world.arrive(message);
                world.delivered(&command, DeliveryOutcome::Unknown("no answer".to_owned()));
            }
            (Task::Ask { .. } | Task::Classify { .. }, End::InTheDark) | (Task::Handoff { .. }, _) => {}
        }
    }

    fn route_twice(&self, world: &mut World) {
        world.left.doubles -= 1;
        let event = world.inbound.front().cloned();
        world.route(&self.table, self.mutation, None);
        world.inbound.extend(event);
    }
}

impl Model for Conversation {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        // Doubled and crashed runs have many states: each takes one of the two second messages.
        let second: &[bool] = match self.faults {
            Faults { doubles: 1, set_backs: 0, .. } => &[false],
            Faults { crashes: 1, .. } => &[true],
            _ => &[false, true],
        };
        second.iter().map(|wants_person| World::new(*wants_person, self.doubtful, self.faults)).collect()
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if !world.inbound.is_empty() {
            actions.push(Action::Route(None));
            if world.left.doubles > 0 {
                actions.push(Action::RouteAndRepeat);
            }
            if world.left.crashes > 0 {
                actions.extend([Action::Route(Some(Crash::Saved)), Action::Route(Some(Crash::Published))]);
            }
        }
        Self::worker_actions(world, actions);
        if !world.wrote_again {
            actions.push(Action::Write);
        }
        if !world.claimed && world.thread.conversation.is_some() {
            actions.push(Action::Claim);
        }
        if world.granted && world.replies {
            actions.push(Action::Reply);
        }
        let told = |id: TimerId| {
            let id = Event::timer_id(id);
            world.seen.contains(&id) || world.inbound.iter().any(|event| event.id == id)
        };
        actions.extend(world.thread.timers.iter().filter(|timer| !told(timer.id)).map(|timer| Action::Fire(timer.id)));
        if world.left.set_backs > 0 && world.thread.conversation.is_some() {
            actions.push(Action::SetBack);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        match action {
            Action::Write => {
                next.wrote_again = true;
                next.inbound.push_back(scenario::message(2, world.wants_person));
            }
            Action::Claim => {
                next.claimed = true;
                next.inbound.push_back(scenario::order(&world.thread, Order::Claim));
            }
            Action::Reply => {
                next.replies = false;
                next.inbound.push_back(scenario::order(
                    &world.thread,
                    Order::Reply { text: "Ik kijk.".to_owned(), attachments: Vec::new() },
                ));
            }
            Action::Route(crash) => {
                next.left.crashes -= u8::from(crash.is_some());
                next.route(&self.table, self.mutation, crash);
            }
            Action::RouteAndRepeat => self.route_twice(&mut next),
            Action::Take(at, copy) => {
                next.left.doubles -= u8::from(copy);
                next.take(at, copy, self.mutation);
            }
            Action::End(at, end) => Self::end(&mut next, at, end),
            Action::Die(at) => {
                next.left.crashes -= 1;
                let published = next.running.remove(at);
                next.commands.push(published);
            }
            Action::Fire(timer) => {
                let event = scenario::event(Event::timer_id(timer), Body::Timer { timer });
                next.inbound.push_back(event);
            }
            Action::SetBack => {
                next.left.set_backs -= 1;
                next.set_back();
            }
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(mutation::OWNER, |_, w: &World| one_owner(w)),
            Property::always(mutation::GRANTED, |_, w: &World| !w.broken.started_after_grant),
            Property::always(mutation::CLAIMED, |_, w: &World| !w.broken.started_after_claim),
            Property::always(mutation::DISCLOSED, |_, w: &World| !w.broken.undisclosed),
            Property::always(mutation::ORDER, |_, w: &World| !w.broken.disorder && in_order(w)),
            Property::always(mutation::TWICE, |_, w: &World| !w.broken.twice),
            Property::always(mutation::ONE_PLACE, |_, w: &World| one_place(w)),
            Property::always(mutation::CURRENT, |_, w: &World| all_current(w)),
            Property::always(mutation::ENDS, |_, w: &World| !w.is_quiet() || ended(w)),
            Property::always(mutation::SHOWN, |_, w: &World| {
                !w.is_quiet() || w.arrived.iter().all(|command| w.shown.contains(command))
            }),
            Property::always(mutation::JOURNAL, |_, w: &World| !w.broken.not_rebuilt),
            Property::sometimes("the bot answers", |_, w: &World| w.is_quiet() && said_by(w, Author::Bot) > 0),
            Property::sometimes("a claim waits for a delivery", |_, w: &World| claiming(w)),
            Property::sometimes("a claim is granted with a delivery in the air", |_, w: &World| {
                w.granted && w.thread.flight.as_ref().is_some_and(|flight| flight.revoked) && !w.running.is_empty()
            }),
            Property::sometimes("an answer comes too late and is kept for staff", |_, w: &World| {
                w.thread.conversation.as_ref().is_some_and(|c| c.suggestion.is_some())
            }),
            Property::sometimes("a person takes over after the bot has answered", |_, w: &World| {
                w.granted && said_by(w, Author::Bot) > 0
            }),
        ]
    }
}

fn one_owner(world: &World) -> bool {
    let owner = world.thread.conversation.as_ref().and_then(|c| c.owner.as_ref());
    world.gate.epoch == world.thread.epoch && (!world.granted || matches!(owner, Some(Owner::Agent(_))))
}

/// The customer's messages are in the order of their sending, and places have no gaps.
fn in_order(world: &World) -> bool {
    let from_customer = world.thread.tail.iter().filter(|entry| entry.from == Author::Customer).map(|entry| &entry.id);
    let places = world.thread.tail.iter().filter_map(|entry| entry.seq);
    from_customer.is_sorted() && places.eq(1..=world.thread.seq)
}

fn one_place(world: &World) -> bool {
    let ids = || world.thread.tail.iter().filter(|entry| entry.kind == EntryKind::Message).map(|entry| &entry.id);
    ids().enumerate().all(|(at, id)| ids().skip(at + 1).all(|other| other != id))
}

fn all_current(world: &World) -> bool {
    world.thread.outbox.iter().all(|outgoing| outgoing.epoch.is_none_or(|epoch| epoch == world.thread.epoch))
}

fn claiming(world: &World) -> bool {
    world.thread.conversation.as_ref().is_some_and(|c| c.claiming.is_some())
}

fn said_by(world: &World, author: Author) -> usize {
    world.thread.tail.iter().filter(|entry| entry.from == author && entry.seq.is_some()).count()
}

/// Nothing is stuck, both messages are there, and whoever has the conversation has dealt with or sees them.
fn ended(world: &World) -> bool {
    let thread = &world.thread;
    let Some(conversation) = &thread.conversation else { return false };
    let idle = thread.flight.is_none() && thread.outbox.is_empty() && conversation.turn.is_none();
    let answered = || conversation.decided_on <= conversation.answered;
    let claims = !world.claimed || world.granted;
    idle && claims
        && conversation.claiming.is_none()
        && said_by(world, Author::Customer) == 2
        && (conversation.owner != Some(Owner::Bot) || answered())
}

const NONE: Faults = Faults { doubles: 0, crashes: 0, set_backs: 0, troubles: 0 };

/// One fault of each kind alone.
const HEALTHY: [Faults; 5] = [
    NONE,
    Faults { doubles: 1, ..NONE },
    Faults { crashes: 1, ..NONE },
    Faults { set_backs: 1, ..NONE },
    Faults { troubles: 1, ..NONE },
];

#[test]
fn every_order_of_events_keeps_every_promise() {
    explore(&HEALTHY, false);
}

#[test]
fn a_decision_that_waits_for_advice_keeps_every_promise() {
    explore(&[NONE, Faults { set_backs: 1, ..NONE }], true);
}

fn explore(faults: &[Faults], doubtful: bool) {
    println!("doubles crashes set-backs troubles        states  seconds");
    for &faults in faults {
        let began = Instant::now();
        let checker = Conversation { table: scenario::table(), faults, mutation: None, doubtful }
            .checker()
            .finish_when(HasDiscoveries::AnyFailures)
            .spawn_dfs()
            .join();
        let Faults { doubles, crashes, set_backs, troubles } = faults;
        let (states, seconds) = (checker.unique_state_count(), began.elapsed().as_secs_f32());
        println!("{doubles:7} {crashes:7} {set_backs:9} {troubles:8} {states:13} {seconds:8.1}");
        checker.assert_properties();
    }
}

#[test]
fn each_safeguard_taken_away_breaks_a_promise() {
    let mut survived = Vec::new();
    for (mutation, promise) in Mutation::ALL {
        match states_until_broken(mutation, promise) {
            Some(states) => println!("{:22} -> {promise} ({states} states)", format!("{mutation:?}")),
            None => survived.push((mutation, promise)),
        }
    }
    assert!(survived.is_empty(), "not broken: {survived:?}");
}

/// How many states it takes to see a promise broken without this safeguard; `None` when it never is.
fn states_until_broken(mutation: Mutation, promise: &'static str) -> Option<usize> {
    let (faults, mutation) = (mutation.faults(), Some(mutation));
    let model = Conversation { table: scenario::table(), faults, mutation, doubtful: false };
    let broken = HasDiscoveries::AnyOf([promise].into());
    let checker = model.checker().finish_when(broken).spawn_dfs().join();
    checker.discovery(promise).map(|_| checker.unique_state_count())
}
