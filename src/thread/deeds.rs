//! Deeds: what an event came to, in plain words, for the story of a conversation. Pure.

use super::one_line::one_line;
use super::reason::reason_in_words;
use super::state::EntryKind;
use super::{
    Body, BotResult, Change, ClassifyOutcome, DeliveryOutcome, Entry, EventId, Input, Order, Owner, Refusal, StaffOrder,
};
use crate::routing::advice::ENOUGH;
use crate::routing::{Asked, Language};

/// Characters of what staff wrote that are shown.
const SHOWN: usize = 40;

/// What followed from an event, in order; empty when nobody would notice.
pub(super) fn deeds(input: &Input, changes: &[Change]) -> Vec<String> {
    let event = &input.event;
    let first = match &event.body {
        Body::Staff(order) => Some(ordered(event.id, order, changes)),
        Body::Bot { result: BotResult::Answered { sources, .. }, .. } if answered(changes) => {
            let titles: Vec<String> = sources.iter().map(|source| format!("\"{}\"", source.title)).collect();
            Some(format!("the bot answered from {}", titles.join(", ")))
        }
        Body::Classified { outcome, .. } => Some(advised(outcome)),
        Body::Delivery { outcome: DeliveryOutcome::Retry { reason, .. }, .. } => {
            Some(format!("not delivered yet ({reason}), tried again"))
        }
        _ => None,
    };
    let by_staff = matches!(event.body, Body::Staff(_));
    first.into_iter().chain(changes.iter().filter_map(|change| followed(change, by_staff))).collect()
}

/// The order whose grant or refusal is in `changes`: what a waiting claim comes to belongs to its order.
pub(super) fn order_decided(changes: &[Change]) -> Option<EventId> {
    changes.iter().find_map(|change| match change {
        Change::OrderDecided { order, .. } => Some(*order),
        _ => None,
    })
}

/// What a language model said, and how far it counts.
fn advised(outcome: &ClassifyOutcome) -> String {
    match outcome {
        ClassifyOutcome::Advised(advice) => {
            let label = advice.intent.as_ref().map_or("none of the intents", |intent| intent.as_str());
            let outcomes = advice.outcomes;
            let counts = match advice.intent {
                None => String::new(),
                Some(_) if outcomes < ENOUGH => format!("{outcomes} such answers confirmed, too few to count; "),
                Some(_) => format!("{outcomes} such answers confirmed, right at least {}; ", advice.proved),
            };
            let also = match (advice.wants_person, advice.complaint) {
                (false, false) => "",
                (true, false) => ", and that a person is wanted",
                (false, true) => ", and that it is a complaint",
                (true, true) => ", and that a person is wanted and it is a complaint",
            };
            let (model, how) = (&advice.asked.model, asked_how(&advice.asked));
            format!("the language model {model} said \"{label}\"{also} ({counts}{how})")
        }
        ClassifyOutcome::Rejected(why, asked) => {
            format!("what the language model {} said was no answer: {why} ({})", asked.model, asked_how(asked))
        }
        ClassifyOutcome::Failed(why, None) => format!("the language model gave no advice: {why}"),
        ClassifyOutcome::Failed(why, Some(asked)) => {
            format!("the language model {} gave no advice: {why} ({})", asked.model, asked_how(asked))
        }
        ClassifyOutcome::Refused => "the language model was not asked any more".to_owned(),
    }
}

/// How it was asked, so that the same can be asked again.
fn asked_how(asked: &Asked) -> String {
    format!("prompt {}, {}", asked.prompt, asked.parameters)
}

fn answered(changes: &[Change]) -> bool {
    changes.iter().any(|change| matches!(change, Change::TurnEnded { answered: true }))
}

/// What a person did, or was not allowed to do.
fn ordered(id: EventId, order: &StaffOrder, changes: &[Change]) -> String {
    let refused = changes.iter().find_map(|change| match change {
        Change::OrderDecided { order, outcome, .. } if *order == id => outcome.refused,
        _ => None,
    });
    if let Some(refusal) = refused {
        return format!("was refused to {}: {}", wish(&order.order), refusal_in_words(refusal));
    }
    let has = |wanted: fn(&Change) -> bool| changes.iter().any(wanted);
    match &order.order {
        Order::Claim if has(|change| matches!(change, Change::ClaimBegan(_))) => {
            "asked for it while an automatic message was on its way".to_owned()
        }
        Order::Claim if has(|change| matches!(change, Change::Moved(_))) => "claimed it".to_owned(),
        Order::Claim => "kept it".to_owned(),
        Order::Release => "gave it back to its queue".to_owned(),
        Order::Reply { text, .. } => format!("replied \"{}\"", one_line(text, SHOWN)),
        Order::Note { text } => format!("noted \"{}\"", one_line(text, SHOWN)),
        Order::Transfer { queue } => format!("handed it on to {queue}"),
        Order::Return => "gave it back to the bot".to_owned(),
        Order::Close => "closed it".to_owned(),
        Order::Seen { .. } => "saw that a reply did not arrive".to_owned(),
        Order::Wrong { intent: None } => "said that the bot's answer was wrong".to_owned(),
        Order::Wrong { intent: Some(intent) } => {
            format!("said that the bot's answer was wrong, and about \"{intent}\"")
        }
    }
}

const fn wish(order: &Order) -> &'static str {
    match order {
        Order::Claim => "claim it",
        Order::Release => "give it back to its queue",
        Order::Reply { .. } => "reply",
        Order::Note { .. } => "note",
        Order::Transfer { .. } => "hand it on",
        Order::Return => "give it back to the bot",
        Order::Close => "close it",
        Order::Seen { .. } => "put a notice aside",
        Order::Wrong { .. } => "call the bot's answer wrong",
    }
}

const fn refusal_in_words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotOwner => "did not have it",
        Refusal::StaleEpoch => "it had moved on",
        Refusal::Closed => "it is closed",
        Refusal::Claiming => "somebody was being given it",
        Refusal::UnknownQueue => "no queue of people has that name",
        Refusal::Invalid => "it makes no sense here",
    }
}

/// What else came of it. Where a person's order moved it, the order's own words say so.
fn followed(change: &Change, by_staff: bool) -> Option<String> {
    match change {
        Change::Moved(to) if !by_staff => Some(match (&to.owner, &to.reason) {
            (Owner::Agent(person), _) => format!("{} got it", person.0),
            (owner, Some(reason)) => {
                let reason = reason_in_words(reason, Language::En);
                format!("went to {}: {reason}", if *owner == Owner::Bot { "the bot" } else { to.queue.as_str() })
            }
            // A message's decision says where it went.
            (_, None) => return None,
        }),
        Change::Dropped { .. } => Some("an answer of the bot came too late and was not sent".to_owned()),
        Change::Placed(entry) if entry.kind == EntryKind::Marker => Some(marked(entry)),
        _ => None,
    }
}

/// A marker for staff: a word and what it is about, such as `delivery:failed:<why>`.
fn marked(entry: &Entry) -> String {
    let mut words = entry.text.splitn(3, ':');
    let (about, what, why) = (words.next(), words.next(), words.next().unwrap_or_default());
    match (about, what) {
        (Some("parked"), _) => format!("an event could not be handled and was set aside: {why}"),
        (Some("delivery"), Some("delayed")) => format!("has not been delivered yet: {why}"),
        (Some("delivery"), Some("unknown")) => format!("may or may not have been delivered: {why}"),
        (Some("delivery"), _) => format!("was not delivered: {why}"),
        (Some("handoff"), Some("unknown")) => format!("may or may not have a ticket: {why}"),
        (Some("handoff"), _) => format!("got no ticket: {why}"),
        _ => entry.text.clone(),
    }
}
