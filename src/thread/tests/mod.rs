//! Tests of the core as a whole: a thread that tests talk to, and what must hold after every event.

mod advice;
mod bot;
mod bursts;
mod claims;
mod deliveries;
mod foreign;
mod invariants;
mod labels;
mod messages;
mod properties;
mod staff;

use wissel_channels::{
    AccountName, Author, ChannelName, CommandId, ConversationId, InboundMessage, MessageId, Source, ThreadKey,
    UnixMillis,
};

use super::state::{EntryKind, Flight};
use super::*;
use crate::routing::{Decimal, Finding, IntentName, IntentScore, Language, QueueName, RoutingTable, Verdict};
use invariants::Invariants;

const TABLE: &str = r#"
[queues.care]
kind = "human"
title = { nl = "Klantenservice" }
overseer = "Team lead care"
[queues.legal]
kind = "human"
overseer = "Legal counsel"
[queues.bot]
kind = "bot"
title = { nl = "Assistent" }
overseer = "Team lead care"
falls_back_to = "care"
[intents.delivery_time]
answerable = true
[[rule]]
name = "complaints"
when = 'complaint'
to = "legal"
priority = "high"
[[rule]]
name = "again"
when = 'previous_queue == "legal"'
to = "legal"
[[rule]]
name = "what the bot is good at"
when = 'intent in answerable and confidence >= threshold'
to = "bot"
[default]
to = "care"
"#;

/// A thread that tests talk to. After every event the invariants are checked.
pub(super) struct Case {
    pub(super) thread: Thread,
    pub(super) table: RoutingTable,
    pub(super) circumstances: Circumstances,
    pub(super) now: UnixMillis,
    /// What was decided on last.
    pub(super) input: Option<Input>,
    /// What followed from the last event.
    pub(super) changes: Vec<Change>,
    made: u64,
    invariants: Invariants,
}

impl Case {
    pub(super) fn new() -> Self {
        let table = RoutingTable::parse("routing.toml", TABLE).unwrap_or_else(|problems| panic!("{problems:#?}"));
        Self {
            thread: Thread::new(ThreadKey::of("test", &[b"thread"])),
            table,
            circumstances: Circumstances { head: 1, ..Circumstances::default() },
            now: UnixMillis(1_700_000_000_000),
            input: None,
            changes: Vec::new(),
            made: 0,
            invariants: Invariants::default(),
        }
    }

    /// A case in which the bot has been asked.
    pub(super) fn asked() -> Self {
        let mut case = Self::new();
        case.says("my parcel?");
        case
    }

    /// A case in which the bot's first answer is on its way.
    pub(super) fn answering() -> Self {
        let mut case = Self::asked();
        case.answer("Tomorrow.");
        case
    }

    /// A case in which the bot has answered and the customer has it.
    pub(super) fn answered() -> Self {
        let mut case = Self::answering();
        case.sent();
        case
    }

    /// A case in which Anna has the conversation.
    pub(super) fn claimed() -> Self {
        let mut case = Self::new();
        case.says("a person");
        case.sent();
        case.order("Anna", Order::Claim);
        case
    }

    /// Decides on an event, checks what must always hold, and goes on from there.
    pub(super) fn feed(&mut self, body: Body, verdict: Option<Verdict>) -> &mut Self {
        self.made += 1;
        let id = EventId::of("test", &[&self.made.to_le_bytes()]);
        let event = Event { id, thread: self.thread.key, at: self.now, trace: id, body };
        let input = Input { event, verdict, table: self.table.hash, circumstances: self.circumstances.clone() };
        let (after, changes) = step(self.thread.clone(), &input, &self.table);
        assert_eq!(decide(&self.thread, &input, &self.table), changes, "the same input, another decision");
        self.invariants.check(&self.thread, &input, &changes, &after);
        self.thread = after;
        self.changes = changes;
        self.input = Some(input);
        self
    }

    /// The customer writes; triage finds what the words say.
    pub(super) fn says(&mut self, text: &str) -> &mut Self {
        let message = self.message(text);
        self.feed(Body::Message(Box::new(message)), Some(verdict(text)))
    }

    /// The customer writes, where more is waited for.
    pub(super) fn types(&mut self, text: &str) -> &mut Self {
        let message = InboundMessage { quiet_millis: 2_500, ..self.message(text) };
        self.hears(message)
    }

    /// A message comes as it is.
    pub(super) fn hears(&mut self, message: InboundMessage) -> &mut Self {
        let verdict = verdict(&message.text);
        self.feed(Body::Message(Box::new(message)), Some(verdict))
    }

    pub(super) fn message(&self, text: &str) -> InboundMessage {
        let id = MessageId::of("test", &[&self.made.to_le_bytes()]);
        let (channel, account) = (ChannelName::new("webchat").unwrap(), AccountName::new("shop").unwrap());
        InboundMessage {
            provider_id: format!("client {}", self.made),
            text: text.to_owned(),
            ..InboundMessage::new(id, self.thread.key, channel, account, self.now)
        }
    }

    /// The question that the bot works on.
    pub(super) fn question(&self) -> Option<(CommandId, &str)> {
        let turn = self.conversation().turn.as_ref()?;
        self.thread.pending.iter().find_map(|command| match &command.body {
            Task::Ask { text, .. } if command.id == turn.command => Some((command.id, text.as_str())),
            _ => None,
        })
    }

    /// The bot answers the question that it works on.
    pub(super) fn answer(&mut self, text: &str) -> &mut Self {
        let (command, _) = self.question().expect("the bot works on a question");
        self.bot(command, answered(text))
    }

    pub(super) fn bot(&mut self, command: CommandId, result: BotResult) -> &mut Self {
        self.feed(Body::Bot { command, attempt: 1, result }, None)
    }

    pub(super) fn flight(&self) -> Option<&Flight> {
        self.thread.flight.as_ref()
    }

    /// The delivery in flight ends so.
    pub(super) fn ends(&mut self, outcome: DeliveryOutcome) -> &mut Self {
        let flight = self.flight().expect("something is in flight");
        let (command, attempt) = (flight.command, flight.attempt);
        self.feed(Body::Delivery { command, attempt, outcome }, None)
    }

    pub(super) fn sent(&mut self) -> &mut Self {
        self.ends(DeliveryOutcome::Sent { provider_id: None })
    }

    pub(super) fn retry(&mut self) -> &mut Self {
        self.ends(DeliveryOutcome::Retry { after_millis: 60_000, reason: "busy".to_owned() })
    }

    pub(super) fn order(&mut self, person: &str, order: Order) -> Option<OrderOutcome> {
        let conversation = self.conversation().id;
        self.order_about(conversation, person, None, order)
    }

    pub(super) fn order_about(
        &mut self,
        conversation: ConversationId,
        person: &str,
        epoch: Option<u64>,
        order: Order,
    ) -> Option<OrderOutcome> {
        let person = Person(person.to_owned());
        self.feed(Body::Staff(StaffOrder { person, conversation, epoch, digest: [7; 16], order }), None);
        self.outcome()
    }

    /// The answer to an order that the last event gave.
    pub(super) fn outcome(&self) -> Option<OrderOutcome> {
        self.changes.iter().find_map(|change| match change {
            Change::OrderDecided { outcome, .. } => Some(outcome.clone()),
            _ => None,
        })
    }

    /// Why the last event refused an order.
    pub(super) fn refused(&self) -> Option<Refusal> {
        self.outcome().expect("an order was decided").refused
    }

    /// Time passes, and what falls due fires.
    pub(super) fn wait(&mut self, millis: i64) -> &mut Self {
        let until = self.now.plus(millis);
        while let Some(timer) = self.thread.timers.iter().filter(|t| t.due <= until).min_by_key(|t| t.due).cloned() {
            self.now = self.now.max(timer.due);
            let verdict = self.thread.burst_of(timer.id).map(|text| verdict(&text));
            self.feed(Body::Timer { timer: timer.id }, verdict);
        }
        self.now = until;
        self
    }

    pub(super) fn switch(&mut self, all: bool) -> &mut Self {
        self.circumstances.switches.ai_off.all = all;
        self.feed(Body::Switched, None)
    }

    pub(super) fn conversation(&self) -> &Conversation {
        self.thread.conversation.as_ref().expect("a conversation")
    }

    pub(super) fn state(&self) -> StateName {
        self.conversation().state()
    }

    pub(super) fn queue(&self) -> &str {
        self.conversation().queue.as_ref().expect("a queue").as_str()
    }

    pub(super) fn rule(&self) -> &str {
        &self.conversation().decision.as_ref().expect("a decision").rule
    }

    /// What the customer has seen of others: who said it, and the text.
    pub(super) fn seen(&self) -> Vec<(Author, &str)> {
        let shown = self.thread.tail.iter().filter(|e| e.seq.is_some() && e.from != Author::Customer);
        shown.map(|entry| (entry.from, entry.text.as_str())).collect()
    }

    /// What only staff see.
    pub(super) fn markers(&self) -> Vec<&str> {
        self.thread.tail.iter().filter(|e| e.kind == EntryKind::Marker).map(|e| e.text.as_str()).collect()
    }

    pub(super) fn suggestion(&self) -> Option<&str> {
        self.conversation().suggestion.as_ref().map(|s| s.text.as_str())
    }

    /// Commands that the last event asked for, by kind.
    pub(super) fn issued(&self) -> Vec<&Command> {
        let issued = self.changes.iter().filter_map(|change| match change {
            Change::Issued(command) => Some(command),
            _ => None,
        });
        issued.collect()
    }
}

pub(super) fn queue(name: &str) -> QueueName {
    QueueName::new(name).unwrap()
}

pub(super) fn reply(text: &str) -> Order {
    Order::Reply { text: text.to_owned(), attachments: Vec::new() }
}

pub(super) fn answered(text: &str) -> BotResult {
    let source =
        Source { title: "A".to_owned(), url: "https://shop.example/a".to_owned(), version: "2026-11-01".to_owned() };
    BotResult::Answered { text: text.to_owned(), sources: vec![source] }
}

/// What triage finds in the words of these tests.
pub(super) fn verdict(text: &str) -> Verdict {
    let says = |word: &str| Some(Finding { is: text.contains(word), p: Decimal::ONE });
    let intent =
        IntentScore { name: IntentName::new("delivery_time").unwrap(), p: Decimal::ONE, threshold: Decimal(5_000) };
    Verdict {
        language: Some(Language::En),
        intents: match text {
            _ if text.contains("parcel") => vec![intent],
            _ if text.contains("guess") => vec![IntentScore { p: Decimal(2_000), ..intent }],
            _ => Vec::new(),
        },
        wants_person: says("person"),
        complaint: says("complaint"),
        automatic: says("out of office"),
        thanks: says("thanks"),
        ..Verdict::default()
    }
}
