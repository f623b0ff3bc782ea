//! Orders of staff: who may do what, under which epoch, and what follows.

use super::*;
use wissel_channels::Author::{Bot, Staff};

#[test]
fn only_the_owner_replies_and_anybody_notes() {
    let mut case = Case::claimed();
    case.order("Bert", reply("Hello"));
    assert_eq!(case.refused(), Some(Refusal::NotOwner));
    case.order("Bert", Order::Note { text: "careful".to_owned() });
    assert_eq!(case.refused(), None);
    let note = case.thread.tail.back().unwrap();
    assert_eq!((note.kind, note.seq, note.name.as_str()), (EntryKind::Note, None, "Bert"));
    case.order("Anna", reply("Hello"));
    case.sent();
    assert_eq!(case.seen().last(), Some(&(Staff, "Hello")));
}

#[test]
fn nobody_replies_to_what_the_bot_or_a_queue_has() {
    for mut case in [Case::answered(), {
        let mut c = Case::claimed();
        c.order("Anna", Order::Release);
        c
    }] {
        for order in [reply("Hello"), Order::Release] {
            case.order("Anna", order);
            assert_eq!(case.refused(), Some(Refusal::NotOwner));
        }
    }
}

#[test]
fn an_order_under_an_older_epoch_is_refused() {
    let mut case = Case::claimed();
    let (id, epoch) = (case.conversation().id, case.thread.epoch);
    case.order_about(id, "Anna", Some(epoch - 1), reply("Hello"));
    assert_eq!(case.refused(), Some(Refusal::StaleEpoch));
    assert_eq!(case.order_about(id, "Anna", Some(epoch), reply("Hello")).unwrap().epoch, epoch);
    assert_eq!(case.refused(), None);
}

#[test]
fn every_move_has_a_new_epoch_and_so_has_the_close() {
    let mut case = Case::claimed();
    let mut epoch = case.thread.epoch;
    for order in [Order::Release, Order::Claim, Order::Transfer { queue: queue("legal") }, Order::Return, Order::Close]
    {
        case.order("Anna", order);
        while case.flight().is_some() {
            case.sent();
        }
        epoch += 1;
        assert_eq!(case.thread.epoch, epoch);
    }
    assert_eq!(case.state(), StateName::Closed);
}

#[test]
fn a_release_goes_back_to_the_queue_that_it_came_from() {
    let mut case = Case::new();
    case.says("a complaint").sent();
    case.order("Anna", Order::Claim);
    assert_eq!(case.order("Anna", Order::Release).unwrap().queue, Some(queue("legal")));
    let mut case = Case::asked();
    case.order("Anna", Order::Claim);
    assert_eq!(case.order("Anna", Order::Release).unwrap().queue, Some(queue("care")));
}

#[test]
fn a_transfer_goes_to_people_only_and_the_customer_is_told() {
    let mut case = Case::claimed();
    case.order("Anna", Order::Transfer { queue: queue("nowhere") });
    assert_eq!(case.refused(), Some(Refusal::UnknownQueue));
    case.order("Anna", Order::Transfer { queue: queue("bot") });
    assert_eq!(case.refused(), Some(Refusal::Invalid));
    let told = case.seen().len();
    let outcome = case.order("Anna", Order::Transfer { queue: queue("legal") }).unwrap();
    assert_eq!((outcome.state, outcome.queue), (StateName::Waiting, Some(queue("legal"))));
    case.sent();
    assert_eq!(case.seen().len(), told + 1);
}

#[test]
fn empty_words_are_refused() {
    let mut case = Case::claimed();
    for order in [reply(" \n"), Order::Note { text: String::new() }] {
        case.order("Anna", order);
        assert_eq!(case.refused(), Some(Refusal::Invalid));
    }
}

#[test]
fn after_a_return_the_bot_says_again_that_it_is_an_ai() {
    let mut case = Case::answered();
    case.order("Anna", Order::Claim);
    case.order("Anna", reply("Hello"));
    case.sent();
    assert_eq!(case.order("Anna", Order::Return).unwrap().state, StateName::Bot);
    assert!(case.question().is_none());
    case.says("my parcel?");
    assert_eq!(case.question().unwrap().1, "my parcel?");
    case.answer("Today.").sent();
    let seen = case.seen();
    assert!(seen[seen.len() - 2].1.contains("This is AI"));
    assert_eq!(seen[seen.len() - 1], (Bot, "Today."));
}

#[test]
fn a_return_without_a_reply_lets_the_bot_answer_what_it_was_kept_from() {
    let mut case = Case::asked();
    case.order("Anna", Order::Claim);
    case.order("Anna", Order::Return);
    assert_eq!(case.question().unwrap().1, "my parcel?");
    case.answer("Tomorrow.").sent();
    assert_eq!(case.seen().last(), Some(&(Bot, "Tomorrow.")));
}

#[test]
fn a_return_does_not_bring_words_to_the_bot_that_were_said_to_people() {
    let mut case = Case::claimed();
    case.says("my parcel?");
    case.order("Anna", Order::Return);
    assert!(case.question().is_none());
    case.says("my second parcel?");
    assert_eq!(case.question().unwrap().1, "my second parcel?");
}

#[test]
fn what_the_bot_has_cannot_be_returned_to_it() {
    let mut case = Case::asked();
    case.order("Anna", Order::Return);
    assert_eq!(case.refused(), Some(Refusal::Invalid));
    assert!(case.question().is_some());
}

#[test]
fn a_closed_conversation_takes_no_orders_but_notes_and_an_older_one_none_at_all() {
    let mut case = Case::claimed();
    let old = case.conversation().id;
    case.order("Anna", Order::Close);
    for order in [Order::Claim, Order::Close, reply("Hello"), Order::Return] {
        case.order("Anna", order);
        assert_eq!(case.refused(), Some(Refusal::Closed));
    }
    case.order("Anna", Order::Note { text: "done".to_owned() });
    assert_eq!(case.refused(), None);
    case.says("a person");
    for order in [Order::Claim, Order::Note { text: "done".to_owned() }] {
        case.order_about(old, "Anna", None, order);
        assert_eq!(case.refused(), Some(Refusal::Closed));
    }
    assert_eq!(case.state(), StateName::Waiting);
}

#[test]
fn an_order_about_nothing_is_answered() {
    let mut case = Case::new();
    let outcome = case.order_about(ConversationId([3; 16]), "Anna", None, Order::Claim).unwrap();
    assert_eq!((outcome.refused, outcome.state), (Some(Refusal::Closed), StateName::Closed));
}

#[test]
fn a_close_stops_what_the_bot_was_about_to_say() {
    let mut case = Case::answering();
    case.says("the other parcel?").answer("Today.");
    case.order("Anna", Order::Close);
    assert!(case.thread.outbox.is_empty());
    case.ends(DeliveryOutcome::Refused);
    assert_eq!((case.seen().len(), case.flight(), case.thread.timers.len()), (0, None, 0));
}

#[test]
fn a_second_handoff_to_a_tool_waits_for_the_first() {
    let mut case = Case::new();
    case.says("a person");
    let first = case.thread.pending.iter().find(|c| matches!(c.body, Task::Handoff { .. })).unwrap().clone();
    case.sent();
    case.order("Anna", Order::Close);
    case.says("a person");
    assert!(case.issued().iter().all(|command| !matches!(command.body, Task::Handoff { .. })));
    let opened = HandoffOutcome::Opened { reference: "T1".to_owned() };
    case.feed(Body::Handoff { command: first.id, attempt: 1, outcome: opened }, None);
    let second = case.issued()[0].clone();
    assert_eq!((second.conversation, case.conversation().ticket.as_ref()), (case.conversation().id, None));
    let retry = HandoffOutcome::Retry { after_millis: 1_000, reason: "busy".to_owned() };
    case.feed(Body::Handoff { command: second.id, attempt: 1, outcome: retry }, None).wait(1_000);
    assert_eq!(case.issued()[0].attempt, 2);
    let unknown = HandoffOutcome::Unknown("cut off".to_owned());
    case.feed(Body::Handoff { command: second.id, attempt: 2, outcome: unknown }, None);
    assert_eq!(case.markers(), ["handoff:unknown:cut off"]);
}
