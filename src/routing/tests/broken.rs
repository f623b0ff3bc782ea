//! Tests of broken files: each is refused with a place and a remedy, and no text makes the reader fail.

use std::fmt::Write;
use std::time::Duration;

use proptest::prelude::*;

use crate::routing::RoutingTable;

/// The broken files, by name.
fn files() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/broken/routing");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    let mut files: Vec<_> = entries.map(named).collect();
    files.sort();
    files
}

#[test]
fn every_broken_file_is_refused_with_a_place_and_a_remedy() {
    let files = files();
    assert!(files.len() >= 80, "{} broken files", files.len());
    let mut messages = String::new();
    for (name, text) in &files {
        let problems = RoutingTable::parse(name, text).expect_err(name);
        assert!(!problems.is_empty(), "{name}");
        for problem in problems {
            let line = text.split('\n').nth(problem.line as usize - 1);
            let line = line.unwrap_or_else(|| panic!("{problem}: there is no such line"));
            assert!(problem.column as usize <= line.chars().count() + 1, "{problem}: there is no such column");
            assert!(!problem.message.is_empty() && !problem.remedy.is_empty(), "{problem}");
            let shown = problem.to_string();
            assert!(!shown.contains('\n') && shown.chars().count() < 700, "{shown}");
            writeln!(messages, "{shown}").unwrap();
        }
    }
    insta::with_settings!({ snapshot_path => "../../../tests/broken", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("routing", messages);
    });
}

#[test]
fn all_problems_of_a_file_are_told_at_once_in_the_order_of_their_places() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/broken/routing/many_at_once.toml"));
    let problems = RoutingTable::parse("f", &text.unwrap()).unwrap_err();
    let places: Vec<_> = problems.iter().map(|problem| (problem.line, problem.column)).collect();
    assert!(problems.len() >= 6, "{problems:#?}");
    assert!(places.is_sorted());
}

/// For how long this thread has been on a processor: unlike the clock, it leaves out what others take of a busy machine.
fn on_processor() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split(' ').next().unwrap().parse().unwrap())
}

#[test]
fn a_hostile_file_is_refused_quickly() {
    let rule = |n: usize, when: &str| format!("[[rule]]\nname = \"r{n}\"\nwhen = '{when}'\nto = \"care\"\n");
    let patterns = |n| rule(n, &format!("turns > {n} and text.body matches \"(\\\\w{{{n}}}|\\\\pL){{200}}\""));
    let wide = |n| rule(n, &format!("turns > {n}{}", " and attribute.a == \"b\"".repeat(170)));
    for text in [
        "[".repeat(1 << 20),
        "a = ".repeat(1 << 18),
        "\"".repeat(1 << 20),
        "[[rule]]\n".repeat(1 << 16),
        "x = 1\n".repeat(1 << 17),
        "a.".repeat(1 << 19),
        (0..900).map(patterns).collect::<String>(),
        (0..240).map(wide).collect::<String>(),
        "x".repeat((1 << 20) + 1),
    ] {
        let started = on_processor();
        assert!(RoutingTable::parse("f", &text).is_err());
        let took = on_processor().saturating_sub(started);
        assert!(took < Duration::from_secs(20), "{took:?} for {}", &text[..20]);
    }
}

/// A shipped table with a stretch of it replaced.
fn mutated() -> impl Strategy<Value = String> {
    let valid = RoutingTable::shipped_text();
    let pieces = prop_oneof![
        ".{0,12}",
        "[\\[\\]{}=\"'#,.0-9a-z\n\\\\]{0,8}",
        Just("\"\"\"".to_owned()),
        Just("[[rule]]\n".to_owned()),
        Just("to = \"bot\"\n".to_owned()),
    ];
    (0..valid.len(), 0_usize..40, pieces).prop_map(move |(at, length, piece)| {
        let boundary = |at: usize| (at.min(valid.len())..=valid.len()).find(|at| valid.is_char_boundary(*at)).unwrap();
        let (from, until) = (boundary(at), boundary(at + length));
        format!("{}{piece}{}", &valid[..from], &valid[until..])
    })
}

/// Words and signs of the language, in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "and",
        "or",
        "not",
        "in",
        "contains",
        "matches",
        "(",
        ")",
        "[",
        "]",
        ",",
        "==",
        "!=",
        "<",
        ">=",
        "0.5",
        "-1",
        "1e9",
        "\"nl\"",
        "\"",
        "'x'",
        "hour",
        "intent",
        "intents",
        "answerable",
        "text.body",
        "open",
        "open(care)",
        "language",
        "attribute.x",
        "date",
        "\"2026-12-25\"",
        "urgent",
        "true",
        "false",
        "é",
        "\\",
        "\"(a|b)*\"",
        "99999999999999999999",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" "))
}

fn as_rule(when: &str) -> String {
    let quoted = when.replace('\\', "\\\\").replace('"', "\\\"").replace(|c: char| c.is_control(), " ");
    format!("{}\n[[rule]]\nname = \"r\"\nwhen = \"{quoted}\"\nto = \"bot\"\n[default]\nto = \"care\"\n", super::SHOP)
}

/// Reads, and decides if it could be read; every problem has a place in the text.
fn survive(text: &str) -> Result<(), TestCaseError> {
    match RoutingTable::parse("f", text) {
        Ok(table) => {
            let decision = super::Case::calm().decide(&table);
            prop_assert!(table.queue(&decision.queue).is_some());
        }
        Err(problems) => {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.line >= 1 && problem.line as usize <= text.split('\n').count());
                prop_assert!(problem.column >= 1 && !problem.remedy.is_empty());
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_fail(text in "\\PC{0,200}|[\\[\\]{}=\"'#.,\n a-z0-9\\\\]{0,300}") {
        survive(&text)?;
    }

    #[test]
    fn no_edit_of_a_working_table_makes_the_reader_fail(text in mutated()) {
        survive(&text)?;
    }

    #[test]
    fn no_condition_makes_the_reader_or_the_decision_fail(when in prop_oneof![soup(), "\\PC{0,80}".boxed()]) {
        survive(&as_rule(&when))?;
    }

    #[test]
    fn whatever_a_condition_says_the_floor_holds(when in soup()) {
        if let Ok(table) = RoutingTable::parse("f", &as_rule(&when)) {
            let mut case = super::Case::calm();
            case.verdict.wants_person = super::YES;
            prop_assert_eq!(case.decide(&table).kind, crate::routing::QueueKind::Human);
        }
    }
}
