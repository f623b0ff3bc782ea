//! What happens in the model: one thread, two messages of the customer, one claim and a reply by the one who claimed.

use wissel::routing::{Advice, Asked, Decimal, Finding, IntentName, IntentScore, Language, RoutingTable, Verdict};
use wissel::thread::{
    Body, Circumstances, DeliveryOutcome, Event, EventId, Input, Limits, Order, Person, StaffOrder, Thread,
};
use wissel_channels::{
    AccountName, ChannelName, ConversationId, InboundMessage, MessageId, Source, ThreadKey, UnixMillis,
};

const TABLE: &str = r#"
[queues.care]
kind = "human"
overseer = "Team lead care"
[queues.bot]
kind = "bot"
overseer = "Team lead care"
falls_back_to = "care"
[intents.delivery_time]
answerable = true
[[rule]]
name = "what the bot is good at"
when = 'intent in answerable and confidence >= threshold'
to = "bot"
[default]
to = "care"
"#;

/// The thread of the model.
pub(super) fn key() -> ThreadKey {
    ThreadKey::of("model", &[b"thread"])
}

pub(super) fn table() -> RoutingTable {
    RoutingTable::parse("routing.toml", TABLE).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The customer's message of this number.
pub(super) fn message(number: u8, wants_person: bool) -> Event {
    written(number, if wants_person { "Een mens, graag" } else { "Wanneer komt mijn pakket?" })
}

/// A first message of which triage is not sure.
pub(super) fn doubtful() -> Event {
    written(1, "Een gok")
}

fn written(number: u8, text: &str) -> Event {
    let (channel, account) = (ChannelName::from_static("webchat"), AccountName::from_static("shop"));
    Event::message(InboundMessage {
        provider_id: format!("m{number}"),
        text: text.to_owned(),
        ..InboundMessage::new(MessageId::of("model", &[&[number]]), key(), channel, account, UnixMillis(0))
    })
}

/// An order of the one person in the model.
pub(super) fn order(thread: &Thread, order: Order) -> Event {
    let id = EventId::of("model order", &[format!("{order:?}").as_bytes()]);
    let conversation = thread.conversation.as_ref().map_or_else(ConversationId::default, |c| c.id);
    let order = StaffOrder { person: Person("Anna".to_owned()), conversation, epoch: None, digest: [0; 16], order };
    event(id, Body::Staff(order))
}

pub(super) fn event(id: EventId, body: Body) -> Event {
    Event { id, thread: key(), at: UnixMillis(0), trace: id, body }
}

/// What triage finds, and what else holds. Claims do not lapse here; a timer may fire as soon as it is set.
pub(super) fn input(event: &Event, table: &RoutingTable) -> Input {
    let verdict = match &event.body {
        Body::Message(message) => Some(verdict(&message.text)),
        _ => None,
    };
    let limits = Limits { claim_millis: 0, attempts: 3, advice_millis: 1, ..Limits::default() };
    let circumstances = Circumstances { head: 1, limits, ..Circumstances::default() };
    Input { event: event.clone(), verdict, table: table.hash, circumstances }
}

fn verdict(text: &str) -> Verdict {
    let p = if text.contains("gok") { Decimal(2_000) } else { Decimal::ONE };
    let intent = IntentScore { name: IntentName::new("delivery_time").unwrap(), p, threshold: Decimal(5_000) };
    let wants_person = Finding { is: text.contains("mens"), p: Decimal::ONE };
    Verdict {
        language: Some(Language::Nl),
        intents: vec![intent],
        wants_person: Some(wants_person),
        ..Verdict::default()
    }
}

pub(super) fn source() -> Source {
    Source {
        title: "Levertijd".to_owned(),
        url: "https://shop.example/levertijd".to_owned(),
        version: "2026-11-01".to_owned(),
    }
}

/// What a language model says that has been right often enough.
pub(super) fn advice() -> Advice {
    Advice {
        intent: Some(IntentName::new("delivery_time").unwrap()),
        says: Decimal::ONE,
        proved: Decimal(9_900),
        outcomes: 40,
        wants_person: false,
        complaint: false,
        asked: Asked::default(),
    }
}

pub(super) fn sent() -> DeliveryOutcome {
    DeliveryOutcome::Sent { provider_id: None }
}
