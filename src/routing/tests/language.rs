//! Tests of the language of conditions, seen from a rule.

use super::{Case, queue, rule};
use crate::routing::RoutingTable;

fn holds(case: &Case, when: &str) -> bool {
    case.decide(&rule(when, "billing")).queue == queue("billing")
}

#[test]
fn every_operator_and_field_says_what_it_means() {
    let mut case = Case::calm();
    case.tier = Some("gold".into());
    case.known = true;
    case.backlog = 7;
    case.attributes.insert("country".into(), "BE".into());
    for when in [
        "intent in answerable and not intent in high_stakes",
        "intent == \"delivery_time\" and intent != \"fraud\"",
        "intents contains \"delivery_time\" and \"delivery_time\" in intents",
        "confidence >= threshold and threshold <= confidence and 0.5 < confidence",
        "language == \"nl\" and language in [\"nl\", \"en\"] and language not in [\"de\"]",
        "emotion.anger == 0.02 and questions == 1 and turns < 1",
        "not wants_person and wants_person == false and customer.known == true and customer.known != false",
        "channel == \"webchat\" and account == \"main\"",
        "customer.tier in [\"gold\", \"silver\"] and attribute.country == \"BE\" and attribute.country contains \"be\"",
        "text.length == 25 and text.body contains \"PAKKET\" and text.body matches \"(?i)^wanneer\"",
        "hour == 10 and hour in [9, 10] and weekday == \"mon\" and date == \"2026-11-30\" and date < \"2026-12-01\"",
        "open(care) and open(\"billing\") and open(care) == true",
        "bot.backlog >= 7",
        "true and not false",
    ] {
        assert!(holds(&case, when), "{when}");
    }
    for when in ["open(care) == false or turns > 3", "text.body matches \"^pakket\"", "hour in [22, 23]"] {
        assert!(!holds(&case, when), "{when}");
    }
}

#[test]
fn of_not_in_the_comparison_in_is_recorded() {
    let decision = Case::calm().decide(&rule("language not  in [\"de\", \"fr\"]", "billing"));
    assert_eq!(decision.queue, queue("billing"));
    let condition = decision.conditions.iter().next().unwrap();
    assert_eq!((condition.written.text.as_str(), condition.holds), ("language in [\"de\", \"fr\"]", false));
}

#[test]
fn a_condition_may_stand_on_several_lines() {
    assert!(holds(&Case::calm(), "\n  hour >= 8\n\tand hour < 18\n"));
}

#[test]
fn a_search_in_a_long_text_stays_quick() {
    let mut case = Case::calm();
    case.text = "a".repeat(1 << 20);
    let table: RoutingTable = rule("text.body matches \"(a+)+$x\" or text.body matches \"(a|aa)*b\"", "billing");
    assert_eq!(case.decide(&table).queue, queue("care"));
}
