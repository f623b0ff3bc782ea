//! Tests of the decision and of the floor.

use super::{Case, YES, at, queue, rule, score, shop};
use crate::routing::{Decimal, Decision, QueueKind, RoutingTable, Value};

const BOT: &str = "[[rule]]\nname = \"bot\"\nwhen = 'intent in answerable and confidence >= threshold'\nto = \"bot\"";

#[test]
fn the_first_rule_that_matches_decides_and_else_the_default() {
    let table = shop(&format!("[[rule]]\nname = \"anger\"\nwhen = 'emotion.anger >= 0.5'\nto = \"billing\"\n{BOT}"));
    let mut case = Case::calm();
    assert_eq!(case.decide(&table).rule, "bot");
    case.verdict.emotion.anger = Some(Decimal(5_000));
    let decision = case.decide(&table);
    assert_eq!((decision.queue, decision.kind, &*decision.rule), (queue("billing"), QueueKind::Human, "anger"));
    case.verdict.emotion.anger = None;
    case.verdict.intents.clear();
    let decision = case.decide(&table);
    assert_eq!((decision.queue, &*decision.rule), (queue("care"), "default"));
}

#[test]
fn only_comparisons_that_were_evaluated_are_recorded_in_order() {
    let table = rule("questions > 1 or (emotion.anger < 0.5 or urgent) and turns == 0", "billing");
    let texts = |decision: &Decision| decision.conditions.iter().map(|c| c.written.text.clone()).collect::<Vec<_>>();
    let decision = Case::calm().decide(&table);
    assert_eq!(texts(&decision), ["questions > 1", "emotion.anger < 0.5", "turns == 0"]);
    assert_eq!(decision.conditions.iter().map(|c| c.holds).collect::<Vec<_>>(), [false, true, true]);
    let mut case = Case::calm();
    case.verdict.questions = Some(2);
    assert_eq!(texts(&case.decide(&table)), ["questions > 1"]);
}

#[test]
fn what_is_absent_makes_its_comparison_false_and_is_recorded_as_absent() {
    for when in
        ["urgent", "emotion.joy > 0", "customer.tier != \"gold\"", "attribute.lang == \"nl\"", "emotion.joy < 1"]
    {
        let decision = Case::calm().decide(&rule(when, "billing"));
        assert_eq!(decision.queue, queue("care"), "{when}");
        assert_eq!(
            decision.conditions.iter().map(|c| (c.value, c.holds)).collect::<Vec<_>>(),
            [(Value::Absent, false)],
            "{when}"
        );
    }
}

#[test]
fn ignorance_never_brings_a_message_to_the_bot_and_may_bring_it_to_people() {
    for when in
        ["not urgent", "not (urgent or emotion.joy > 0.5)", "not (urgent and turns == 0)", "not (not (not urgent))"]
    {
        let to_people = Case::calm().decide(&rule(when, "billing"));
        let to_bot = Case::calm().decide(&rule(when, "bot"));
        assert_eq!((to_people.queue, to_bot.queue), (queue("billing"), queue("care")), "{when}");
        assert!(to_bot.conditions.iter().any(|condition| condition.value == Value::Absent), "{when}");
    }
    assert_eq!(Case::calm().decide(&rule("not (urgent and turns > 0)", "bot")).queue, queue("bot"));
    assert_eq!(Case::calm().decide(&rule("urgent or turns == 0", "bot")).queue, queue("bot"));
}

#[test]
fn under_every_rule_to_the_bot_lies_the_floor() {
    let table = shop("[[rule]]\nname = \"all to the bot\"\nto = \"bot\"");
    let rule_of = |change: &dyn Fn(&mut Case)| {
        let mut case = Case::calm();
        change(&mut case);
        let decision = case.decide(&table);
        assert_eq!(decision.kind == QueueKind::Bot, decision.queue == queue("bot"));
        assert_eq!(decision.queue == queue("care"), decision.rule.starts_with("floor:"));
        if decision.kind == QueueKind::Human {
            assert_eq!(decision.because.words().0.len(), 5);
            assert!(decision.conditions.iter().last().unwrap().holds);
        }
        decision.rule
    };
    assert_eq!(rule_of(&|_| ()), "all to the bot");
    assert_eq!(rule_of(&|case| case.verdict.wants_person = YES), "floor:wants_person");
    assert_eq!(rule_of(&|case| case.verdict.complaint = YES), "floor:complaint");
    assert_eq!(rule_of(&|case| case.verdict.automatic = YES), "floor:automatic");
    assert_eq!(rule_of(&|case| case.verdict.injection = YES), "floor:injection");
    assert_eq!(rule_of(&|case| case.verdict.intents = vec![score("fraud", 1_000, 9_000)]), "floor:high_stakes");
    assert_eq!(rule_of(&|case| case.verdict.intents.push(score("fraud", 9_000, 9_000))), "floor:high_stakes");
    assert_eq!(rule_of(&|case| case.verdict.intents.push(score("fraud", 100, 9_000))), "all to the bot");
}

#[test]
fn a_default_that_names_the_bot_has_the_floor_too() {
    let text = format!("{}\n[default]\nto = \"bot\"\n", super::SHOP);
    let table = RoutingTable::parse("routing.toml", &text).unwrap();
    let mut case = Case::calm();
    assert_eq!(case.decide(&table).queue, queue("bot"));
    case.verdict.wants_person = YES;
    assert_eq!(case.decide(&table).queue, queue("care"));
}

#[test]
fn customers_words_are_recorded_as_offsets_alone() {
    let mut case = Case::calm();
    case.text = "één GEHEIM woord".into();
    case.attributes.insert("subject".into(), "heel geheim".into());
    case.tier = Some("gold".into());
    let table = rule(
        "not (text.body contains \"geheim\" and text.body matches \"w..rd\" and attribute.subject matches 'geh' \
         and attribute.subject != \"bekend\" and customer.tier == \"gold\")",
        "billing",
    );
    let decision = case.decide(&table);
    let values: Vec<_> = decision.conditions.iter().map(|condition| condition.value).collect();
    let span = |start, end| Value::Span { start, end };
    assert_eq!(values, [span(4, 10), span(11, 16), Value::Bool(true), Value::Bool(true), Value::Text("gold".into())]);
    assert!(!serde_json::to_string(&decision.conditions).unwrap().contains("heel"));
}

#[test]
fn a_decision_in_json_has_the_published_shape_and_reads_back() {
    let rules = "[[rule]]\nname = \"angry people go to people\"\nwhen = 'emotion.anger >= 0.5 or wants_person'\n\
                 to = \"care\"\npriority = \"high\"\nbecause = { nl = \"Boos: daar hoort een mens bij\" }";
    let table = shop(rules);
    let mut case = Case::calm();
    case.verdict.emotion.anger = Some(Decimal(7_100));
    let decision = case.decide(&table);
    assert_eq!(decision.table, table.hash);
    insta::assert_snapshot!(
        serde_json::to_string_pretty(&decision).unwrap().replace(&table.hash.to_string(), "<hash>")
    );
    let read: Decision = serde_json::from_str(&serde_json::to_string(&decision).unwrap()).unwrap();
    assert_eq!(read, decision);
    let packed = rmp_serde::to_vec(&decision).unwrap();
    let mut read = rmp_serde::from_slice::<Decision>(&packed).unwrap();
    assert_eq!(read, decision);
    assert!(!packed.windows(5).any(|word| word == b"anger"), "no words of the table");
    read.fill_in(Some(&table));
    assert_eq!(serde_json::to_string(&read).unwrap(), serde_json::to_string(&decision).unwrap());
}

#[test]
fn every_kind_of_value_survives_json_and_the_packed_form() {
    let mut case = Case::calm();
    case.at = at("2026-12-01T09:00:00Z");
    case.previous = Some(queue("billing"));
    let when = "hour == 10 and weekday == \"tue\" and date >= \"2026-12-01\" and intents contains \"delivery_time\" \
                and text.body matches \"pakket\" and previous_queue == \"billing\" and not open(care) \
                and bot.backlog < 5 and text.length == 25 and urgent";
    let decision = case.decide(&rule(when, "billing"));
    assert_eq!(decision.conditions.len(), 10);
    assert!(
        decision.conditions.iter().take(9).all(|condition| condition.holds != (condition.written.text == "open(care)"))
    );
    let json = serde_json::to_string(&decision).unwrap();
    assert_eq!(serde_json::from_str::<Decision>(&json).unwrap(), decision);
    let packed = rmp_serde::to_vec(&decision).unwrap();
    let read = rmp_serde::from_slice::<Decision>(&packed).unwrap();
    assert_eq!(read, decision);
    let values = |decision: &Decision| decision.conditions.iter().map(|c| (c.value, c.holds)).collect::<Vec<_>>();
    assert_eq!(values(&read), values(&decision));
}

#[test]
fn behind_every_queue_stand_people() {
    let text = format!("{}\n[default]\nto = \"bot\"\n[moved]\nold = \"billing\"\n", super::SHOP);
    let table = RoutingTable::parse("routing.toml", &text).unwrap();
    for (name, people) in [("bot", "care"), ("care", "care"), ("billing", "billing"), ("old", "billing"), ("x", "care")]
    {
        assert_eq!(table.fallback_of(&queue(name)), queue(people), "{name}");
    }
    let held = [(queue("old"), 3), (queue("gone"), 2), (queue("empty"), 0), (queue("bot"), 1)];
    let problems = table.homeless("routing.toml", held.iter().map(|(name, count)| (name, *count)));
    assert_eq!(problems.len(), 1);
    assert_eq!(
        problems[0].to_string(),
        "routing.toml:1:1: queue \"gone\" is not declared any more and still holds 2 conversations; \
         finish them first, or say where they go: [moved] gone = \"care\""
    );
}

#[test]
fn the_same_text_has_the_same_hash_and_another_has_not() {
    let table = shop(BOT);
    assert_eq!(table.hash, shop(BOT).hash);
    assert_ne!(table.hash, shop("").hash);
    let decisions = [Case::calm().decide(&table), Case::calm().decide(&table)];
    assert_eq!(decisions[0], decisions[1]);
}
