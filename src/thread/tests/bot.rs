//! The bot: what it is asked, what becomes of its answers, and when people take over.

use super::*;
use wissel_channels::Author::{Bot, System};

#[test]
fn the_first_answer_comes_after_a_disclosure_and_the_second_without() {
    let mut case = Case::answered();
    assert!(case.seen()[0].1.contains("This is AI"));
    assert_eq!(case.seen()[1], (Bot, "Tomorrow."));
    case.says("and my other parcel?").answer("Today.").sent();
    assert_eq!(case.seen().len(), 3);
    assert_eq!(case.seen()[2], (Bot, "Today."));
    assert_eq!(case.conversation().bot_turns, 2);
}

#[test]
fn a_question_covers_all_words_since_the_bot_last_spoke() {
    let mut case = Case::asked();
    case.says("it is a parcel").says("number 12, a parcel");
    assert_eq!(case.question().unwrap().1, "my parcel?");
    case.answer("Tomorrow.");
    assert_eq!(case.question().unwrap().1, "it is a parcel\nnumber 12, a parcel");
}

#[test]
fn a_very_long_question_keeps_its_newest_words() {
    let mut case = Case::asked();
    case.circumstances.limits.tail_bytes = usize::MAX;
    case.says(&format!("parcel {}", "é".repeat(10_000))).says(&format!("parcel {}", "ü".repeat(6_000)));
    case.answer("Tomorrow.");
    let question = case.question().unwrap().1;
    assert!(question.len() <= 16 * 1024 && question.ends_with('ü') && question.contains("éé"));
}

#[test]
fn abstaining_or_failing_brings_people_and_the_customer_is_told() {
    for (result, reason) in [
        (BotResult::Abstained("nothing_fits".to_owned()), "bot:nothing_fits"),
        (BotResult::Failed("crashed".to_owned()), "bot:failed"),
        (BotResult::Refused, "switch:ai_off"),
        (BotResult::Answered { text: "Tomorrow.".to_owned(), sources: Vec::new() }, "bot:guarded"),
        (answered("  "), "bot:guarded"),
    ] {
        let mut case = Case::asked();
        let (command, _) = case.question().unwrap();
        case.bot(command, result).sent();
        assert_eq!((case.state(), case.queue()), (StateName::Waiting, "care"));
        assert_eq!(case.conversation().reason.as_deref(), Some(reason));
        assert_eq!(
            case.seen(),
            [(System, "Your question goes to a person of Klantenservice. A person will answer you here.")]
        );
    }
}

#[test]
fn no_answer_in_time_brings_people_and_the_late_answer_is_kept_for_them() {
    let mut case = Case::asked();
    let (command, _) = case.question().unwrap();
    case.wait(20_000).sent();
    assert_eq!(case.conversation().reason.as_deref(), Some("bot:deadline"));
    case.bot(command, answered("Tomorrow."));
    assert_eq!(case.suggestion(), Some("Tomorrow."));
    assert_eq!(case.seen().len(), 1);
    assert!(case.flight().is_none());
}

#[test]
fn only_the_first_result_of_a_question_counts() {
    let mut case = Case::asked();
    let (command, _) = case.question().unwrap();
    case.bot(command, answered("Tomorrow.")).bot(command, answered("Today.")).bot(command, BotResult::Refused);
    case.sent();
    assert_eq!(case.seen()[1], (Bot, "Tomorrow."));
    assert_eq!(case.state(), StateName::Bot);
    assert!(case.thread.pending.is_empty());
}

#[test]
fn an_answer_made_for_an_older_conversation_is_no_suggestion_in_the_new_one() {
    let mut case = Case::asked();
    let (command, _) = case.question().unwrap();
    case.order("Anna", Order::Close);
    case.says("a person");
    case.bot(command, answered("Tomorrow."));
    assert_eq!(case.suggestion(), None);
    assert!(case.changes.contains(&Change::Dropped { suggestion: None }));
}

#[test]
fn after_eight_answers_people_have_it() {
    let mut case = Case::new();
    for _ in 0..8 {
        case.says("parcel?").answer("Tomorrow.").sent();
    }
    case.says("parcel?");
    assert_eq!((case.state(), case.rule()), (StateName::Waiting, "limit:bot_turns"));
}

#[test]
fn words_that_wait_while_the_eighth_answer_is_made_go_to_people() {
    let mut case = Case::new();
    case.circumstances.limits.bot_turns = 1;
    case.says("parcel?").says("the parcel?").answer("Tomorrow.");
    assert_eq!((case.state(), case.conversation().reason.as_deref()), (StateName::Waiting, Some("bot:turns")));
    assert_eq!(case.suggestion(), Some("Tomorrow."));
}

#[test]
fn switching_ai_off_brings_people_and_holds_back_an_answer_that_comes() {
    let mut case = Case::asked();
    let (command, _) = case.question().unwrap();
    case.circumstances.switches.ai_off.all = true;
    case.bot(command, answered("Tomorrow."));
    assert_eq!((case.state(), case.conversation().reason.as_deref()), (StateName::Waiting, Some("switch:ai_off")));
    assert_eq!(case.suggestion(), Some("Tomorrow."));

    let mut case = Case::asked();
    case.switch(true);
    assert_eq!(case.state(), StateName::Waiting);
    case.order("Anna", Order::Return);
    assert_eq!(case.refused(), Some(Refusal::Invalid));
    case.order("Anna", Order::Close);
    case.says("parcel?");
    assert_eq!((case.state(), case.rule()), (StateName::Waiting, "switch:ai_off"));
}

#[test]
fn a_full_bot_queue_means_people() {
    let mut case = Case::new();
    case.circumstances.bot_backlog = 200;
    case.says("my parcel?");
    assert_eq!((case.state(), case.rule()), (StateName::Waiting, "limit:bot_backlog"));
}

#[test]
fn words_that_left_the_state_before_the_bot_could_be_asked_are_for_people() {
    let mut case = Case::asked();
    case.says("the second parcel");
    case.circumstances.journaled = 1;
    case.circumstances.limits.tail_messages = 1;
    case.order("Anna", Order::Note { text: "a note".to_owned() });
    case.answer("Tomorrow.");
    assert_eq!((case.state(), case.conversation().reason.as_deref()), (StateName::Waiting, Some("bot:failed")));
}

#[test]
fn a_customer_who_asks_for_a_person_ends_the_turn_of_the_bot() {
    let mut case = Case::asked();
    let (command, _) = case.question().unwrap();
    case.says("a person about my parcel").sent();
    assert_eq!((case.state(), case.rule()), (StateName::Waiting, "floor:wants_person"));
    case.bot(command, answered("Tomorrow."));
    assert_eq!(case.seen().len(), 1);
    assert!(case.flight().is_none() && case.suggestion() == Some("Tomorrow."));
}
