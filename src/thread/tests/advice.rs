//! Advice of a language model: the decision waits for it, never long, and it decides nothing alone.

use super::*;
use crate::routing::{Advice, Asked, QueueKind};
use crate::thread::state::TimerKind;

/// How long a message may wait in these tests.
const MILLIS: i64 = 1_200;

pub(super) fn advice(intent: Option<&str>, outcomes: u32) -> Advice {
    Advice {
        intent: intent.map(|name| name.parse().unwrap()),
        says: Decimal::ONE,
        proved: if outcomes >= 30 { Decimal(9_900) } else { Decimal::ZERO },
        outcomes,
        wants_person: false,
        complaint: false,
        asked: Asked { model: "m".to_owned(), ..Asked::default() },
    }
}

/// A case in which a model is asked about the first message.
fn asking() -> Case {
    let mut case = Case::new();
    case.circumstances.limits.advice_millis = MILLIS;
    case.says("a guess about delivery");
    case
}

impl Case {
    fn asked_for_advice(&self) -> Option<CommandId> {
        self.thread.conversation.as_ref()?.deferred.as_ref().map(|deferred| deferred.command)
    }

    fn advised(&mut self, outcome: ClassifyOutcome) -> &mut Self {
        let command = self.asked_for_advice().expect("a message waits for advice");
        self.feed(Body::Classified { command, attempt: 1, outcome }, None)
    }
}

#[test]
fn where_triage_is_not_sure_the_decision_waits_and_a_deadline_is_set() {
    let case = asking();
    assert_eq!(case.conversation().owner, None);
    let issued = case.issued();
    let [Command { body: Task::Classify { text, queue, until, .. }, .. }] = issued.as_slice() else {
        panic!("{issued:?}")
    };
    assert_eq!((text.as_str(), queue.as_str(), *until), ("a guess about delivery", "care", case.now.plus(MILLIS)));
    assert!(case.thread.timers.iter().any(|t| matches!(t.kind, TimerKind::AdviceDeadline(_))));
}

#[test]
fn proven_advice_that_triage_had_guessed_brings_it_to_the_bot() {
    let mut case = asking();
    case.advised(ClassifyOutcome::Advised(advice(Some("delivery_time"), 40)));
    assert_eq!((case.state(), case.queue()), (StateName::Bot, "bot"));
    assert!(case.question().is_some());
    assert!(case.conversation().decision.as_ref().unwrap().verdict.engine.ends_with("+llm:m"));
    assert!(case.thread.timers.iter().all(|t| !matches!(t.kind, TimerKind::AdviceDeadline(_))));
}

#[test]
fn unproven_advice_or_advice_of_nobody_else_goes_to_people() {
    let mut case = asking();
    case.advised(ClassifyOutcome::Advised(advice(Some("delivery_time"), 3)));
    assert_eq!((case.state(), case.queue()), (StateName::Waiting, "care"));
    let decision = case.conversation().decision.clone().unwrap();
    assert_eq!((decision.kind, decision.verdict.intents[0].name.as_str()), (QueueKind::Human, "delivery_time"));
    let mut alone = Case::new();
    alone.circumstances.limits.advice_millis = MILLIS;
    alone.says("something else entirely").advised(ClassifyOutcome::Advised(advice(Some("delivery_time"), 400)));
    assert_eq!(alone.state(), StateName::Waiting);
}

#[test]
fn a_table_that_does_not_ask_for_confidence_gets_nothing_unproven_either() {
    let mut case = Case::new();
    let text = TABLE.replace(" and confidence >= threshold", "");
    case.table = RoutingTable::parse("routing.toml", &text).unwrap();
    case.circumstances.limits.advice_millis = MILLIS;
    case.says("something else entirely").advised(ClassifyOutcome::Advised(advice(Some("delivery_time"), 3)));
    assert_eq!(case.state(), StateName::Waiting);
}

#[test]
fn no_advice_in_time_bad_advice_or_none_leaves_what_triage_had_found() {
    let mut case = asking();
    case.wait(MILLIS);
    assert_eq!((case.state(), case.queue(), case.rule()), (StateName::Waiting, "care", "default"));
    for outcome in [
        ClassifyOutcome::Failed("cut off".to_owned(), Some(Asked::default())),
        ClassifyOutcome::Rejected("it is empty".to_owned(), Asked::default()),
        ClassifyOutcome::Refused,
        ClassifyOutcome::Advised(advice(Some("not_declared"), 40)),
        ClassifyOutcome::Advised(advice(None, 0)),
    ] {
        let mut case = asking();
        case.advised(outcome);
        assert_eq!((case.state(), case.queue(), case.rule()), (StateName::Waiting, "care", "default"));
    }
}

#[test]
fn advice_that_comes_too_late_changes_nothing() {
    let mut case = asking();
    let command = case.asked_for_advice().unwrap();
    case.wait(MILLIS);
    let before = (case.state(), case.thread.epoch);
    let outcome = ClassifyOutcome::Advised(advice(Some("delivery_time"), 40));
    case.feed(Body::Classified { command, attempt: 1, outcome }, None);
    assert_eq!((case.state(), case.thread.epoch), before);
    assert!(case.thread.pending.iter().all(|command| command.body.kind() != "classify"));
}

#[test]
fn advice_may_add_a_reason_for_people() {
    let mut case = asking();
    let heard = Advice { complaint: true, ..advice(Some("delivery_time"), 40) };
    case.advised(ClassifyOutcome::Advised(heard));
    assert_eq!((case.state(), case.queue()), (StateName::Waiting, "legal"));
}

#[test]
fn whatever_else_happens_ends_the_wait() {
    let mut case = asking();
    case.says("hello?");
    assert_eq!(case.state(), StateName::Waiting);
    let mut case = asking();
    case.order("Anna", Order::Claim);
    assert!(case.conversation().deferred.is_none() && case.state() != StateName::Bot);
    let mut case = asking();
    case.switch(true);
    assert_eq!(case.state(), StateName::Waiting);
}

#[test]
fn nobody_is_asked_where_advice_could_change_nothing_or_ai_is_off() {
    for text in ["my parcel?", "a person", "a complaint about a guess"] {
        let mut case = Case::new();
        case.circumstances.limits.advice_millis = MILLIS;
        case.says(text);
        assert!(case.asked_for_advice().is_none(), "{text}");
    }
    let mut off = Case::new();
    off.circumstances.limits.advice_millis = MILLIS;
    off.circumstances.switches.ai_off.all = true;
    off.says("a guess about delivery");
    assert_eq!(off.state(), StateName::Waiting);
    let mut without = Case::new();
    without.says("a guess about delivery");
    assert_eq!(without.state(), StateName::Waiting);
}

#[test]
fn while_a_later_message_waits_the_bot_still_answers_the_one_before() {
    let mut case = Case::asked();
    case.circumstances.limits.advice_millis = MILLIS;
    case.says("a guess about delivery");
    assert!(case.asked_for_advice().is_some());
    case.answer("Tomorrow.");
    assert!(case.flight().is_some() && case.question().is_none(), "the message that waits is not the bot's yet");
    case.advised(ClassifyOutcome::Advised(advice(Some("delivery_time"), 40)));
    assert_eq!(case.question().map(|(_, text)| text), Some("a guess about delivery"));
}

#[test]
fn a_conversation_that_goes_to_people_meanwhile_takes_the_message_with_it() {
    let mut case = Case::asked();
    let (question, _) = case.question().unwrap();
    case.circumstances.limits.advice_millis = MILLIS;
    case.says("a guess about delivery");
    case.bot(question, BotResult::Failed("crashed".to_owned()));
    assert_eq!(case.state(), StateName::Waiting);
    assert_eq!(case.conversation().decided_on, 2);
    assert!(case.conversation().deferred.is_none());
}

#[test]
fn what_was_asked_is_told_with_all_that_was_said() {
    let asked =
        Asked { model: "m".to_owned(), prompt: "0123".to_owned(), parameters: "t=0".to_owned(), ..Asked::default() };
    let heard = Advice { wants_person: true, asked: asked.clone(), ..advice(None, 0) };
    let rejected = Asked { tokens_in: 9, ..asked.clone() };
    for (outcome, wanted) in [
        (ClassifyOutcome::Advised(heard), "\"none of the intents\", and that a person is wanted (prompt 0123, t=0)"),
        (ClassifyOutcome::Rejected("it is empty".to_owned(), rejected), "it is empty (prompt 0123, t=0)"),
        (ClassifyOutcome::Failed("cut off".to_owned(), Some(asked)), "m gave no advice: cut off (prompt 0123, t=0)"),
    ] {
        let mut case = asking();
        case.advised(outcome);
        let step = crate::thread::explain::Storyteller::default().step(case.input.as_ref().unwrap(), &case.changes);
        assert!(step.deeds.iter().any(|deed| deed.ends_with(wanted)), "{wanted}: {:?}", step.deeds);
    }
}

#[test]
fn what_failed_keeps_how_it_was_asked_in_a_form_that_earlier_releases_read() {
    /// What comes of a question, as the release before reads and writes it.
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Earlier {
        Rejected(String, Asked),
        Failed(String),
    }
    let why = || "cut off".to_owned();
    let asked =
        Asked { model: "m".to_owned(), prompt: "0123".to_owned(), parameters: "t=0".to_owned(), ..Asked::default() };
    let answered = Asked { tokens_in: 9, ..asked.clone() };
    for (ours, theirs) in [
        (ClassifyOutcome::Failed(why(), Some(asked.clone())), Earlier::Rejected(why(), asked)),
        (ClassifyOutcome::Rejected(why(), answered.clone()), Earlier::Rejected(why(), answered)),
        (ClassifyOutcome::Failed(why(), None), Earlier::Failed(why())),
    ] {
        let (bytes, before) = (rmp_serde::to_vec(&ours).unwrap(), rmp_serde::to_vec(&theirs).unwrap());
        assert_eq!(rmp_serde::from_slice::<Earlier>(&bytes).unwrap(), theirs);
        assert_eq!(rmp_serde::from_slice::<ClassifyOutcome>(&before).unwrap(), ours);
    }
}
