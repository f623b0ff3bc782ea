//! Claims: granted at once, on the outcome of a delivery in flight, or after three seconds.

use super::*;
use wissel_channels::Author::{Bot, Staff, System};

fn anna() -> Owner {
    Owner::Agent(Person("Anna".to_owned()))
}

#[test]
fn what_waits_is_claimed_at_once_with_a_new_epoch_and_keeps_why_it_came() {
    let mut case = Case::asked();
    let (command, _) = case.question().unwrap();
    case.bot(command, BotResult::Abstained("nothing_fits".to_owned())).sent();
    let before = case.thread.epoch;
    let outcome = case.order("Anna", Order::Claim).unwrap();
    assert_eq!((outcome.refused, outcome.state, outcome.owner), (None, StateName::Claimed, anna()));
    assert_eq!(outcome.epoch, before + 1);
    assert_eq!(case.conversation().reason.as_deref(), Some("bot:nothing_fits"));
}

#[test]
fn a_claim_while_the_bot_thinks_is_granted_at_once_and_the_answer_is_kept() {
    let mut case = Case::asked();
    let (command, _) = case.question().unwrap();
    assert_eq!(case.order("Anna", Order::Claim).unwrap().refused, None);
    assert_eq!(case.queue(), "care");
    case.bot(command, answered("Tomorrow."));
    assert_eq!((case.suggestion(), case.flight()), (Some("Tomorrow."), None));
    case.order("Anna", reply("Tomorrow."));
    let message = case.issued()[0];
    assert!(matches!(&message.body, Task::Deliver { message, ai: None, .. }
        if message.parts[0].origin == wissel_channels::Origin::AiDraftedHumanSent && !message.parts[0].sources.is_empty()));
}

#[test]
fn a_claim_while_a_delivery_is_in_flight_is_granted_when_it_arrived() {
    let mut case = Case::answering();
    assert_eq!(case.order("Anna", Order::Claim), None);
    assert_eq!((case.state(), case.thread.revoked()), (StateName::Bot, case.flight().map(|f| f.command)));
    case.order("Bert", Order::Claim);
    assert_eq!(case.refused(), Some(Refusal::Claiming));
    case.sent();
    let granted = case.outcome().unwrap();
    assert_eq!((granted.refused, granted.owner), (None, anna()));
    assert_eq!(case.seen()[1], (Bot, "Tomorrow."));
}

#[test]
fn a_revoked_delivery_that_was_not_started_is_never_sent_and_becomes_a_suggestion() {
    let mut case = Case::answering();
    case.order("Anna", Order::Claim);
    case.ends(DeliveryOutcome::Refused);
    assert_eq!(case.conversation().owner, Some(anna()));
    assert_eq!((case.seen().len(), case.suggestion()), (0, Some("Tomorrow.")));
}

#[test]
fn after_three_seconds_a_claim_is_granted_and_the_outcome_that_comes_later_is_shown() {
    for (outcome, seen) in [
        (DeliveryOutcome::Sent { provider_id: None }, 2),
        (DeliveryOutcome::Unknown("cut off".to_owned()), 0),
        (DeliveryOutcome::Failed("gone".to_owned()), 0),
        (DeliveryOutcome::Refused, 0),
    ] {
        let mut case = Case::answering();
        case.order("Anna", Order::Claim);
        case.wait(2_999);
        assert_eq!(case.state(), StateName::Bot);
        case.wait(1);
        assert_eq!(case.outcome().unwrap().owner, anna());
        assert!(case.thread.revoked().is_some());
        case.ends(outcome);
        assert_eq!((case.seen().len(), case.conversation().owner.clone()), (seen, Some(anna())));
    }
}

#[test]
fn a_delivery_that_waits_for_its_retry_holds_up_neither_a_claim_nor_the_reply() {
    let mut case = Case::answering();
    case.retry();
    assert_eq!(case.order("Anna", Order::Claim).unwrap().refused, None);
    assert_eq!((case.flight(), case.suggestion()), (None, Some("Tomorrow.")));
    case.order("Anna", reply("I look."));
    assert!(case.flight().is_some());
    case.sent().wait(600_000);
    assert_eq!(case.seen(), [(Staff, "I look.")]);
}

#[test]
fn a_delivery_that_is_to_be_tried_again_under_a_claim_is_given_up() {
    let mut case = Case::answering();
    case.order("Anna", Order::Claim);
    case.retry();
    assert_eq!((case.outcome().unwrap().owner, case.flight()), (anna(), None));
    assert!(case.thread.pending.iter().all(|command| command.epoch.is_none()));
}

#[test]
fn an_answer_that_comes_while_a_claim_waits_is_kept_and_what_waited_too() {
    let mut case = Case::answering();
    case.says("the other parcel?");
    case.order("Anna", Order::Claim);
    case.answer("Today.");
    assert_eq!(case.suggestion(), Some("Today."));
    case.sent();
    assert_eq!((case.seen().len(), case.flight()), (2, None));

    let mut case = Case::answering();
    case.says("the other parcel?").answer("Today.");
    case.order("Anna", Order::Claim);
    case.wait(3_000).sent();
    assert_eq!((case.seen().len(), case.flight(), case.suggestion()), (2, None, Some("Today.")));
}

#[test]
fn a_message_while_a_claim_waits_is_for_the_one_who_claims() {
    let mut case = Case::answering();
    case.order("Anna", Order::Claim);
    case.says("the other parcel?");
    assert_eq!((case.rule(), case.queue()), ("owner:people", "bot"));
    assert_eq!(case.conversation().decision.as_ref().unwrap().queue.as_str(), "care");
    case.sent();
    assert_eq!((case.conversation().owner.clone(), case.question()), (Some(anna()), None));
}

#[test]
fn a_claim_lapses_fifteen_minutes_after_the_last_action_of_its_owner() {
    let mut case = Case::claimed();
    case.wait(10 * 60_000);
    case.order("Anna", Order::Note { text: "looking".to_owned() });
    case.wait(10 * 60_000);
    assert_eq!(case.state(), StateName::Claimed);
    let before = case.thread.epoch;
    case.wait(5 * 60_000);
    assert_eq!((case.state(), case.queue(), case.thread.epoch), (StateName::Waiting, "care", before + 1));
    assert_eq!(case.conversation().reason.as_deref(), Some("claim lapsed"));
    case.order("Anna", reply("Hello"));
    assert_eq!(case.refused(), Some(Refusal::NotOwner));
}

#[test]
fn claiming_again_is_fine_for_the_owner_and_for_nobody_else() {
    let mut case = Case::claimed();
    let epoch = case.thread.epoch;
    assert_eq!(case.order("Anna", Order::Claim).map(|o| (o.refused, o.epoch)), Some((None, epoch)));
    case.order("Bert", Order::Claim);
    assert_eq!(case.refused(), Some(Refusal::NotOwner));
    assert_eq!(case.conversation().owner, Some(anna()));
}

#[test]
fn a_notice_in_flight_is_waited_for_like_an_answer() {
    let mut case = Case::new();
    case.says("a person");
    assert_eq!(case.order("Anna", Order::Claim), None);
    case.sent();
    assert_eq!((case.conversation().owner.clone(), case.seen()[0].0), (Some(anna()), System));
}
