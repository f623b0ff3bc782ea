//! Tests of the budget: what each queue may spend, and when its hour begins anew.

use super::*;

fn queue(name: &str) -> QueueName {
    name.parse().unwrap()
}

#[test]
fn each_queue_has_its_hour_and_what_was_not_spent_comes_back() {
    let budget = Budget::new(Prices::default(), 1_000, 0.0);
    let care = queue("care");
    let first = budget.reserve(&care, 900, UnixMillis(0)).unwrap();
    assert!(budget.reserve(&care, 900, UnixMillis(0)).is_none());
    assert!(budget.reserve(&queue("billing"), 900, UnixMillis(0)).is_some());
    budget.settle(&first, 50, 20);
    assert!(budget.reserve(&care, 900, UnixMillis(1)).is_some());
    assert!(budget.reserve(&care, 900, UnixMillis(1)).is_none());
    assert!(budget.reserve(&care, 900, UnixMillis(HOUR_MILLIS)).is_some(), "another hour");
}

#[test]
fn money_is_a_limit_of_its_own() {
    let prices = Prices { input: 1_000.0, output: 2_000.0 };
    let budget = Budget::new(prices, 0, 1.5);
    let first = budget.reserve(&queue("care"), 1_000 - ANSWER_TOKENS, UnixMillis(0)).unwrap();
    assert!(budget.reserve(&queue("care"), 1_000, UnixMillis(0)).is_none());
    budget.settle(&first, 100, 50);
    assert!(budget.reserve(&queue("care"), 1_000, UnixMillis(0)).is_some());
}
