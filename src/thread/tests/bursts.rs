//! Bursts: what a customer writes in a row is decided on and answered as one.

use super::*;

/// Long enough for every quiet window of these tests.
const QUIET: i64 = 10_001;

#[test]
fn several_messages_in_a_row_are_one_decision_and_one_question() {
    let mut case = Case::new();
    case.types("hello").wait(1_000).types("about my parcel").wait(1_000).types("when does it come?");
    assert!(case.conversation().decision.is_none() && case.question().is_none());
    assert_eq!(case.thread.seq, 3, "each is placed at once");
    case.wait(2_500);
    assert_eq!(case.rule(), "what the bot is good at");
    let (_, question) = case.question().unwrap();
    assert_eq!(question, "hello\nabout my parcel\nwhen does it come?");
    assert_eq!((case.conversation().decided_from, case.conversation().decided_on), (Some(1), 3));
    assert!(
        case.thread.burst.is_none() && !case.thread.timers.iter().any(|timer| timer.kind == state::TimerKind::Quiet)
    );
}

#[test]
fn whoever_asks_for_a_person_in_the_second_message_gets_one() {
    let mut case = Case::new();
    case.types("my parcel?").types("no, a person please").wait(2_500);
    assert_eq!((case.state(), case.rule()), (StateName::Waiting, "floor:wants_person"));
    assert!(case.question().is_none());
}

#[test]
fn a_steady_writer_is_answered_all_the_same() {
    let mut case = Case::new();
    for _ in 0..12 {
        case.types("my parcel?").wait(1_000);
    }
    assert!(case.question().is_some());
}

#[test]
fn an_answer_does_not_take_along_what_is_not_decided_on_yet() {
    let mut case = Case::asked();
    case.types("a person");
    case.answer("Tomorrow.");
    assert!(case.question().is_none(), "the rest may be for people");
    case.wait(2_500);
    assert_eq!(case.state(), StateName::Waiting);
    assert!(case.question().is_none());
}

#[test]
fn nobody_is_given_what_is_not_decided_on_yet() {
    let mut case = Case::new();
    case.types("my parcel?");
    assert_eq!(case.order("Anna", Order::Claim).unwrap().refused, Some(Refusal::StaleEpoch));
    case.wait(2_500);
    assert_eq!(case.order("Anna", Order::Claim).unwrap().refused, None);
}

#[test]
fn people_do_not_wait_for_more_and_a_claim_ends_the_waiting() {
    let mut case = Case::claimed();
    case.types("my parcel?");
    assert_eq!(case.rule(), "owner:people");
    let mut case = Case::answered();
    case.types("a complaint");
    case.order("Anna", Order::Claim);
    assert!(case.thread.burst.is_none());
    case.order("Anna", Order::Return);
    assert!(case.question().is_none(), "what nobody has decided on is not for the bot");
    case.wait(QUIET);
    assert!(case.question().is_none());
}

#[test]
fn a_window_that_was_switched_off_does_not_keep_what_it_had() {
    let mut case = Case::new();
    case.types("hello").says("my parcel?").wait(1);
    assert_eq!(case.question().unwrap().1, "hello\nmy parcel?");
}

/// The firing of a timer is set aside.
fn set_aside(case: &mut Case, which: impl Fn(state::TimerKind) -> bool) -> state::Timer {
    let timer = case.thread.timers.iter().find(|timer| which(timer.kind)).expect("a timer is set").clone();
    case.feed(Body::Parked { event: Event::timer_id(timer.id), reason: "panic".to_owned() }, None);
    timer
}

fn is_quiet(kind: state::TimerKind) -> bool {
    kind == state::TimerKind::Quiet
}

#[test]
fn a_burst_whose_end_was_set_aside_goes_to_people_and_nobody_waits_for_its_timer() {
    let mut case = Case::new();
    case.types("my parcel?");
    set_aside(&mut case, is_quiet);
    assert_eq!((case.state(), case.queue()), (StateName::Waiting, "care"));
    assert_eq!(case.conversation().reason.as_deref(), Some("parked"));
    assert!(case.thread.burst.is_none() && case.thread.timers.is_empty(), "{:?}", case.thread.timers);
    case.sent().order("Anna", Order::Claim);
    assert_eq!(case.outcome().unwrap().refused, None, "people can take it");
}

#[test]
fn a_burst_behind_an_answer_goes_to_people_too_when_its_end_was_set_aside() {
    let mut case = Case::answered();
    case.types("my parcel?");
    set_aside(&mut case, is_quiet);
    assert_eq!((case.state(), case.conversation().reason.as_deref()), (StateName::Waiting, Some("parked")));
    assert!(case.thread.burst.is_none() && case.thread.timers.is_empty());
}

#[test]
fn a_try_that_was_set_aside_is_made_later_and_not_at_once_again() {
    let is_retry = |kind| matches!(kind, state::TimerKind::Retry(_));
    let mut case = Case::claimed();
    case.order("Anna", reply("Tomorrow."));
    case.retry();
    let before = set_aside(&mut case, is_retry);
    let retries: Vec<_> = case.thread.timers.iter().filter(|timer| is_retry(timer.kind)).cloned().collect();
    let [later] = retries.as_slice() else { panic!("{retries:?}") };
    assert!(later.id != before.id && later.kind == before.kind && later.due > before.due);
    case.wait(later.due.since(case.now));
    assert_eq!(case.flight().unwrap().attempt, 2);
}
