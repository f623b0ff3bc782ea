//! Tests of the shipped table.

use super::{Case, YES, queue, score};
use crate::routing::{Decimal, Language, QueueKind, RoutingTable};

#[test]
fn the_shipped_table_has_no_problem() {
    let problems = RoutingTable::parse("routing.toml", RoutingTable::shipped_text()).err();
    assert_eq!(problems, None);
    assert!(RoutingTable::shipped().queues().count() >= 5);
}

#[test]
fn a_calm_dutch_question_about_delivery_goes_to_the_bot_and_an_angry_one_to_care() {
    let table = RoutingTable::shipped();
    let mut case = Case::calm();
    assert_eq!(case.decide(&table).queue, queue("bot"));
    case.verdict.emotion.anger = Some(Decimal(7_000));
    assert_eq!(case.decide(&table).queue, queue("care"));
}

#[test]
fn what_people_must_see_goes_to_people() {
    let table = RoutingTable::shipped();
    let to = |change: &dyn Fn(&mut Case)| {
        let mut case = Case::calm();
        change(&mut case);
        let decision = case.decide(&table);
        assert_eq!(decision.kind, QueueKind::Human);
        decision.queue.to_string()
    };
    assert_eq!(to(&|case| case.verdict.wants_person = YES), "care");
    assert_eq!(to(&|case| case.verdict.complaint = YES), "care");
    assert_eq!(to(&|case| case.verdict.automatic = YES), "care");
    assert_eq!(to(&|case| case.verdict.injection = YES), "care");
    assert_eq!(to(&|case| case.verdict.questions = Some(3)), "care");
    assert_eq!(to(&|case| case.verdict.language = None), "care");
    assert_eq!(to(&|case| case.verdict.language = Some(Language::Fr)), "care");
    assert_eq!(to(&|case| case.verdict.intents.clear()), "care");
    assert_eq!(to(&|case| case.verdict.intents[0].p = Decimal(100)), "care");
    assert_eq!(to(&|case| case.backlog = 500), "care");
    assert_eq!(to(&|case| case.verdict.intents = vec![score("account_fraud", 9_000, 8_000)]), "specialists");
    assert_eq!(to(&|case| case.verdict.intents = vec![score("bereavement", 9_000, 8_000)]), "specialists");
    assert_eq!(to(&|case| case.verdict.intents = vec![score("refund_status", 9_000, 8_000)]), "billing");
    assert_eq!(to(&|case| case.verdict.intents = vec![score("damaged_item", 9_000, 8_000)]), "workshop");
    assert_eq!(to(&|case| case.verdict.intents = vec![score("complaint", 100, 8_000)]), "care");
}

#[test]
fn a_mere_greeting_stays_with_the_bot_and_a_curse_does_not() {
    let table = RoutingTable::shipped();
    let mut case = Case::calm();
    case.text = "Hoi!".into();
    case.verdict.questions = Some(0);
    case.verdict.intents.clear();
    assert_eq!(case.decide(&table).queue, queue("bot"));
    case.verdict.emotion.anger = Some(Decimal(4_000));
    assert_eq!(case.decide(&table).queue, queue("care"));
}

#[test]
fn every_intent_has_examples_in_every_language_and_most_in_dutch() {
    for intent in &RoutingTable::shipped().intents {
        let count = |language| intent.examples.get(&language).map_or(0, Vec::len);
        assert!(count(Language::Nl) >= 10, "{}", intent.name);
        assert!(count(Language::En) >= 6, "{}", intent.name);
        assert!(Language::ALL.into_iter().all(|language| count(language) >= 4), "{}", intent.name);
        assert!(!intent.title.get(Some(Language::Nl)).is_empty(), "{}", intent.name);
    }
}

#[test]
fn no_example_stands_for_two_intents() {
    let table = RoutingTable::shipped();
    let mut all: Vec<String> = Vec::new();
    for intent in &table.intents {
        all.extend(intent.examples.values().flatten().map(|example| example.to_lowercase()));
    }
    let count = all.len();
    all.sort();
    all.dedup();
    // "Hallo" is both Dutch and German.
    assert_eq!(all.len(), count - 1);
}
