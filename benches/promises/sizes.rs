//! What one message comes to: the sizes of what it leaves, and its way through a router until the customer has an answer.

use wissel::routing::RoutingTable;
use wissel::store::Incarnation;
use wissel::thread::{
    Body, BotResult, Circumstances, ClassifyOutcome, Command, DeliveryOutcome, Event, HandoffOutcome, Input, Task,
    Thread, step,
};
use wissel::triage::{Embedded, Message, Triage};
use wissel::wire::{DataKey, Keys, envelope};
use wissel_channels::Source;

use crate::bare_servers::Payload;
use crate::visitors::event;

/// A thread that is talked to without any backend.
struct Talk {
    thread: Thread,
    table: RoutingTable,
    triage: Embedded,
    passes: u32,
}

impl Talk {
    fn new(table: RoutingTable, first: &Event) -> Self {
        Self { thread: Thread::new(first.thread), triage: Embedded::new(&table.intents), table, passes: 0 }
    }

    /// Routes an event; gives the commands that follow.
    fn route(&mut self, event: Event) -> Vec<Command> {
        let verdict = match &event.body {
            Body::Message(message) => Some(self.triage.examine(Message { text: &message.text, ..Message::default() })),
            _ => None,
        };
        let input = Input { event, verdict, table: self.table.hash, circumstances: Circumstances::default() };
        let (thread, _) = step(std::mem::take(&mut self.thread), &input, &self.table);
        self.thread = thread;
        self.passes += 1;
        self.thread.pending.clone()
    }
}

/// Bodies of the mean size of an event, its command and the state after it.
pub(crate) fn payload(texts: &[String]) -> anyhow::Result<Payload> {
    let (keys, key) = (Keys::new([7; 32]), DataKey::random()?);
    let (mut sums, mut commands) = ([0; 3], 0);
    let table = RoutingTable::shipped();
    let mut talk = Talk::new(table, &event(0, texts));
    for number in 0..u32::try_from(texts.len())? {
        let event = event(number, texts);
        talk.thread = Thread::new(event.thread);
        sums[0] += envelope::write_event(&keys, &event)?.len();
        for command in talk.route(event) {
            sums[1] += envelope::write_command(&keys, &command, Incarnation::default())?.len();
            commands += 1;
        }
        sums[2] += envelope::seal_state(&key, &talk.thread)?.len();
    }
    let body = |sum: usize, of: usize| vec![7; sum / of.max(1)];
    Ok(Payload {
        event: body(sums[0], texts.len()),
        command: body(sums[1], commands),
        state: body(sums[2], texts.len()),
    })
}

/// How often a customer's message that the bot answers passes through a router: until nothing is left to do.
pub(crate) fn passes() -> anyhow::Result<u32> {
    let texts = ["Wanneer komt mijn pakket?".to_owned()];
    let first = event(0, &texts);
    let mut talk = Talk::new(RoutingTable::shipped(), &first);
    let mut commands = talk.route(first);
    while let Some(command) = commands.first() {
        anyhow::ensure!(!matches!(command.body, Task::Handoff { .. }), "the bot was to answer it");
        commands = talk.route(outcome(command));
    }
    Ok(talk.passes)
}

/// What comes of a command when all goes well.
pub(crate) fn outcome(command: &Command) -> Event {
    let (of, attempt) = (command.id, command.attempt);
    let (class, body) = match &command.body {
        Task::Ask { .. } => {
            let source = Source { title: "Levertijd".into(), url: "https://shop.example/".into(), version: "1".into() };
            let result = BotResult::Answered { text: "Morgen.".into(), sources: vec![source] };
            ("answered", Body::Bot { command: of, attempt, result })
        }
        Task::Deliver { .. } => {
            let outcome = DeliveryOutcome::Sent { provider_id: None };
            ("sent", Body::Delivery { command: of, attempt, outcome })
        }
        Task::Handoff { .. } => {
            let outcome = HandoffOutcome::Opened { reference: "1".into() };
            ("opened", Body::Handoff { command: of, attempt, outcome })
        }
        Task::Classify { .. } => {
            ("refused", Body::Classified { command: of, attempt, outcome: ClassifyOutcome::Refused })
        }
    };
    let id = Event::outcome_id(of, attempt, class);
    Event { id, thread: command.thread, at: command.at, trace: command.trace, body }
}
