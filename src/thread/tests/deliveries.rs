//! Deliveries: in order, one at a time, and every end is shown.

use super::*;
use crate::thread::state::DeliveryState;
use wissel_channels::Author::{Bot, Staff};

fn failed() -> DeliveryOutcome {
    DeliveryOutcome::Failed("gone".to_owned())
}

#[test]
fn an_answer_that_cannot_be_delivered_brings_people_who_see_why() {
    for (outcome, reason, marker) in [
        (failed(), "delivery:failed", "delivery:failed:gone"),
        (DeliveryOutcome::Unknown("cut off".to_owned()), "delivery:unknown", "delivery:unknown:cut off"),
    ] {
        let mut case = Case::answering();
        case.ends(outcome);
        assert_eq!((case.state(), case.conversation().reason.as_deref()), (StateName::Waiting, Some(reason)));
        assert_eq!(case.markers(), [marker]);
        assert!(case.seen().is_empty());
    }
}

#[test]
fn after_an_unknown_delivery_and_a_return_the_bot_discloses_again() {
    let mut case = Case::answering();
    case.ends(DeliveryOutcome::Unknown("cut off".to_owned())).sent();
    case.order("Anna", Order::Return);
    case.answer("Tomorrow.").sent();
    let texts: Vec<_> = case.seen().into_iter().filter(|(_, text)| text.contains("This is AI")).collect();
    assert_eq!(texts.len(), 1);
    assert_eq!(case.seen().last(), Some(&(Bot, "Tomorrow.")));
}

#[test]
fn a_reply_that_cannot_be_delivered_is_shown_as_failed_with_the_reason() {
    for outcome in [failed(), DeliveryOutcome::Refused] {
        let mut case = Case::claimed();
        case.order("Anna", reply("Hello"));
        case.ends(outcome);
        let entry = case.thread.tail.iter().find(|entry| entry.text == "Hello").unwrap();
        assert_eq!((entry.delivery, entry.seq), (Some(DeliveryState::Failed), None));
        assert_eq!((case.markers().len(), case.state()), (1, StateName::Claimed));
    }
}

#[test]
fn a_retry_keeps_the_command_and_counts_the_try() {
    let mut case = Case::claimed();
    case.order("Anna", reply("Hello"));
    let command = case.flight().unwrap().command;
    case.retry();
    assert!(case.issued().is_empty());
    case.wait(60_000);
    let again = case.issued()[0];
    assert_eq!((again.id, again.attempt), (command, 2));
    assert!(matches!(&again.body, Task::Deliver { message, .. } if message.attempt == 2));
    case.feed(
        Body::Delivery {
            command,
            attempt: 1,
            outcome: DeliveryOutcome::Retry { after_millis: 1, reason: String::new() },
        },
        None,
    );
    assert!(case.changes.is_empty(), "a late outcome of an older try");
    case.sent();
    assert_eq!(case.seen().last(), Some(&(Staff, "Hello")));
    assert!(case.thread.timers.iter().all(|timer| timer.kind == state::TimerKind::ClaimLapse));
}

#[test]
fn after_enough_tries_a_delivery_has_failed() {
    let mut case = Case::claimed();
    case.circumstances.limits.attempts = 3;
    case.order("Anna", reply("Hello"));
    for _ in 0..2 {
        case.retry().wait(60_000);
    }
    case.retry();
    assert_eq!((case.flight(), case.markers()), (None, vec!["delivery:failed:busy"]));
}

#[test]
fn only_the_first_final_outcome_counts() {
    let mut case = Case::answering();
    let command = case.flight().unwrap().command;
    case.sent();
    let state = case.thread.clone();
    for outcome in [failed(), DeliveryOutcome::Refused, DeliveryOutcome::Sent { provider_id: None }] {
        case.feed(Body::Delivery { command, attempt: 1, outcome }, None);
        assert!(case.changes.is_empty());
    }
    assert_eq!(case.thread, state);
}

#[test]
fn one_delivery_is_in_flight_and_the_rest_waits_in_order() {
    let mut case = Case::claimed();
    for text in ["one", "two", "three"] {
        case.order("Anna", reply(text));
    }
    assert_eq!(case.thread.outbox.len(), 2);
    case.sent().ends(failed()).sent();
    let said: Vec<&str> = case.seen().iter().map(|(_, text)| *text).filter(|text| text.len() < 6).collect();
    assert_eq!(said, ["one", "three"]);
}

#[test]
fn what_the_bot_would_say_waits_for_nothing_once_people_have_it() {
    let mut case = Case::answering();
    case.retry().says("a person");
    assert_eq!(
        (case.suggestion(), case.flight().unwrap().outgoing.from),
        (Some("Tomorrow."), wissel_channels::Author::System)
    );
}

#[test]
fn a_reply_of_an_older_conversation_is_delivered_and_stays_with_it() {
    let mut case = Case::claimed();
    let old = case.conversation().id;
    case.order("Anna", reply("one"));
    case.order("Anna", reply("two"));
    case.order("Anna", Order::Close);
    case.says("my parcel?");
    assert_ne!(case.conversation().id, old);
    case.sent();
    let command = case.issued()[0];
    assert_eq!((command.conversation, command.epoch), (old, None));
    case.sent();
    let entry = case.thread.tail.iter().find(|entry| entry.text == "two").unwrap();
    assert_eq!((entry.conversation, entry.delivery), (old, Some(DeliveryState::Sent)));
}

#[test]
fn the_operators_switch_stops_an_answer_at_the_door() {
    let mut case = Case::answering();
    case.ends(DeliveryOutcome::Refused);
    assert_eq!((case.state(), case.conversation().reason.as_deref()), (StateName::Waiting, Some("switch:ai_off")));
    assert_eq!(case.suggestion(), Some("Tomorrow."));
}
