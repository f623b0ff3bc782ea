//! Messages of customers: placed in order, decided on, opened and closed conversations, automatic senders, thanks.

use super::*;
use wissel_channels::Author::System;

const HOUR: i64 = 3_600_000;

#[test]
fn whoever_asks_for_a_person_gets_people_and_is_told() {
    let mut case = Case::new();
    case.says("my parcel, from a person").sent();
    assert_eq!((case.state(), case.queue(), case.rule()), (StateName::Waiting, "care", "floor:wants_person"));
    assert_eq!(case.seen()[0].0, System);
    assert!(case.question().is_none());
}

#[test]
fn people_keep_what_they_have_and_the_bot_is_silent() {
    let mut case = Case::claimed();
    case.says("my parcel?");
    assert_eq!((case.state(), case.rule()), (StateName::Claimed, "owner:people"));
    case.order("Anna", Order::Release);
    case.says("my parcel?");
    assert_eq!((case.state(), case.rule()), (StateName::Waiting, "owner:people"));
    assert!(case.question().is_none() && case.flight().is_none());
}

#[test]
fn what_waits_moves_only_to_where_people_look_sooner() {
    let mut case = Case::new();
    case.says("a person").sent();
    case.says("a complaint").sent();
    assert_eq!((case.queue(), case.conversation().priority), ("legal", crate::routing::Priority::High));
    case.says("a person");
    assert_eq!(case.queue(), "legal");
    case.order("Anna", Order::Transfer { queue: queue("care") });
    case.sent().says("a complaint");
    assert_eq!(case.queue(), "care");
}

#[test]
fn automatic_messages_get_no_reply() {
    let mut case = Case::new();
    case.says("out of office, parcel");
    assert_eq!((case.state(), case.flight(), case.question()), (StateName::Waiting, None, None));
    let mut case = Case::answered();
    case.says("out of office, parcel");
    assert_eq!((case.state(), case.flight(), case.question()), (StateName::Waiting, None, None));
    let mut case = Case::new();
    let message = InboundMessage { automatic: Some("Auto-Submitted".to_owned()), ..case.message("complaint") };
    case.feed(Body::Message(Box::new(message)), Some(verdict("complaint")));
    assert_eq!((case.queue(), case.flight()), ("legal", None));
}

#[test]
fn thanks_within_a_day_of_the_close_opens_nothing() {
    let mut case = Case::claimed();
    case.order("Anna", Order::Close);
    let id = case.conversation().id;
    case.wait(23 * HOUR).says("thanks");
    assert_eq!((case.state(), case.conversation().id), (StateName::Closed, id));
    assert_eq!(case.thread.tail.back().unwrap().conversation, id);
    assert!(case.flight().is_none());
    case.wait(2 * HOUR).says("thanks");
    assert_ne!(case.conversation().id, id);
    assert_eq!(case.state(), StateName::Waiting);
}

#[test]
fn thanks_with_a_request_for_a_person_is_no_mere_thanks() {
    let mut case = Case::claimed();
    case.order("Anna", Order::Close);
    case.says("thanks, but I want a person");
    assert_eq!((case.state(), case.conversation().number), (StateName::Waiting, 2));
    let mut case = Case::answered();
    case.says("thanks");
    assert_eq!((case.state(), case.question()), (StateName::Bot, None));
    case.says("thanks, but a person");
    assert_eq!(case.state(), StateName::Waiting);
}

#[test]
fn a_message_after_the_close_opens_the_next_conversation_with_its_history() {
    let mut case = Case::new();
    case.says("a complaint").sent();
    case.order("Anna", Order::Close);
    case.says("my parcel?");
    assert_eq!((case.conversation().number, case.rule(), case.queue()), (2, "again", "legal"));
    assert_eq!(case.thread.seq, 3);
}

#[test]
fn something_set_aside_is_marked_and_brings_people() {
    let mut case = Case::asked();
    case.feed(Body::Parked { event: EventId([1; 16]), reason: "panic".to_owned() }, None).sent();
    assert_eq!((case.state(), case.conversation().reason.as_deref()), (StateName::Waiting, Some("parked")));
    assert!(case.markers()[0].starts_with("parked:0101"));
}

#[test]
fn hops_are_moves_by_itself_and_have_a_limit() {
    let mut case = Case::claimed();
    for _ in 0..10 {
        case.order("Anna", Order::Transfer { queue: queue("legal") });
        case.sent();
    }
    assert_eq!(case.conversation().hops, 0);
    case.circumstances.limits.hops = 1;
    case.order("Anna", Order::Return);
    case.says("a person").sent();
    assert_eq!(case.conversation().hops, 1);
    case.order("Anna", Order::Return);
    case.says("my parcel?");
    assert_eq!((case.state(), case.rule()), (StateName::Waiting, "limit:hops"));
}

#[test]
fn the_state_keeps_what_the_journal_has_not_confirmed() {
    let mut case = Case::claimed();
    case.circumstances.limits.tail_messages = 3;
    for head in 2..10 {
        case.circumstances.head = head;
        case.says("hello");
    }
    assert_eq!(case.thread.tail.len(), 10);
    case.circumstances.journaled = 4;
    case.says("hello");
    assert_eq!(case.thread.tail.front().unwrap().head, 5);
    case.circumstances.journaled = 100;
    case.says("hello");
    assert_eq!((case.thread.tail.len(), case.thread.seq), (3, 12));
}

#[test]
fn an_event_that_comes_again_asks_for_the_same_commands() {
    let case = Case::asked();
    let event = case.issued()[0].cause;
    let again: Vec<&Command> = case.thread.unconfirmed(event).collect();
    assert_eq!(again, case.issued());
    assert_eq!(case.thread.unconfirmed(EventId([9; 16])).count(), 0);
}
