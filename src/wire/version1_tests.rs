//! What version 1 wrote is read: bytes in `tests/data/version1`.

use wissel_channels::{CommandId, ThreadKey};

use super::envelope::*;
use super::*;
use crate::journal::Order;
use crate::routing::RoutingTable;
use crate::thread::{Body, Change, EventId, Rebuilt, Task, decide};

const THREAD: ThreadKey = ThreadKey([7; 16]);
const TABLE: &str = include_str!("../../tests/data/version1/table.toml");
const RECORDS: [&[u8]; 4] = [
    include_bytes!("../../tests/data/version1/record-1.bin"),
    include_bytes!("../../tests/data/version1/record-2.bin"),
    include_bytes!("../../tests/data/version1/record-3.bin"),
    include_bytes!("../../tests/data/version1/record-4.bin"),
];
const EVENTS: [&[u8]; 4] = [
    include_bytes!("../../tests/data/version1/event-1.bin"),
    include_bytes!("../../tests/data/version1/event-2.bin"),
    include_bytes!("../../tests/data/version1/event-3.bin"),
    include_bytes!("../../tests/data/version1/event-4.bin"),
];

fn keys() -> Keys {
    Keys::new([1; 32])
}

fn data_key() -> DataKey {
    DataKey::new([2; 32])
}

fn events() -> Vec<crate::thread::Event> {
    EVENTS.iter().map(|bytes| read_event(&keys(), bytes).unwrap()).collect()
}

fn records() -> Vec<Record> {
    let open = |(bytes, event): (&&[u8], EventId)| open_record(&data_key(), THREAD, event, bytes).unwrap();
    RECORDS.iter().zip(events().iter().map(|event| event.id)).map(open).collect()
}

#[test]
fn records_of_version_1_are_read_rebuilt_and_decided_again_alike() {
    let table = RoutingTable::parse("table.toml", TABLE).unwrap();
    let mut rebuilt = Rebuilt::new(THREAD);
    for (record, event) in records().iter().zip(events()) {
        assert_eq!(record.input.event, event);
        assert_eq!(decide(&rebuilt.thread, &record.input, &table), record.changes);
        // Written in this version it is the same, and much shorter.
        let again = seal_record(&data_key(), record).unwrap();
        assert_eq!(&open_record(&data_key(), THREAD, event.id, &again).unwrap(), record);
        rebuilt.fold(event.id, event.at, &record.changes);
    }
    let state = open_state(&data_key(), THREAD, include_bytes!("../../tests/data/version1/state.bin")).unwrap();
    assert_eq!(rebuilt.thread, state);
    assert_eq!(open_state(&data_key(), THREAD, &seal_state(&data_key(), &state).unwrap()).unwrap(), state);
}

#[test]
fn a_decision_of_version_1_still_shows_its_comparisons_with_text_and_value() {
    let records = records();
    let Change::Decided { decision, .. } = &records[0].changes[4] else { panic!("{:?}", records[0].changes) };
    let shown = serde_json::to_value(&decision.conditions).unwrap();
    let at = |place: usize| (shown[place]["text"].as_str().unwrap(), &shown[place]["value"]);
    assert_eq!(at(0), ("emotion.anger >= 0.5", &0.0001.into()));
    assert_eq!(at(2), ("hour == 4", &14.into()));
    assert_eq!(at(5), ("confidence >= threshold", &1.0.into()));
    assert_eq!(at(7), ("text.body matches \"pakket\"", &serde_json::json!({ "start": 18, "end": 24 })));
    assert_eq!(at(9), ("urgent == false", &serde_json::Value::Null));
    assert_eq!(decision.because.get(None), "Niets past");
    assert_eq!(decision.verdict.intents[0].threshold.0, 8_400);
}

/// The same decision, written and read in this version, is shown alike once its table is there.
#[test]
fn a_decision_is_shown_as_before_once_its_words_are_filled_in() {
    let table = RoutingTable::parse("table.toml", TABLE).unwrap();
    let records = records();
    let again = decide(&crate::thread::Thread::new(THREAD), &records[0].input, &table);
    let record = Record { input: records[0].input.clone(), changes: again };
    let sealed = seal_record(&data_key(), &record).unwrap();
    assert!(sealed.len() * 4 < RECORDS[0].len(), "{} bytes", sealed.len());
    let mut read = open_record(&data_key(), THREAD, record.input.event.id, &sealed).unwrap();
    let decision = |record: &mut Record| match &mut record.changes[4] {
        Change::Decided { decision, .. } => decision.clone(),
        other => panic!("{other:?}"),
    };
    let mut bare = decision(&mut read);
    assert_eq!(bare, decision(&mut record.clone()), "what is left out does not make it another decision");
    bare.fill_in(None);
    let text = serde_json::to_value(&bare.conditions).unwrap()[3]["text"].as_str().unwrap().to_owned();
    assert_eq!(text, format!("comparison 3 of table {}", table.hash));
    let mut filled = decision(&mut read);
    filled.fill_in(Some(&table));
    let before = decision(&mut records[0].clone());
    assert_eq!(serde_json::to_value(&filled).unwrap(), serde_json::to_value(&before).unwrap());
}

#[test]
fn commands_and_journal_orders_of_version_1_are_read() {
    let bytes = include_bytes!("../../tests/data/version1/command.bin");
    let (command, incarnation) = read_command(&keys(), bytes).unwrap();
    assert!(matches!(command.body, Task::Handoff { .. }), "{command:?}");
    assert_ne!(command.id, CommandId::default());
    assert_eq!(incarnation.unwrap().0, [3; 16]);
    let order = read_journal(&keys(), include_bytes!("../../tests/data/version1/journal.bin")).unwrap();
    let Order::Append(batch) = order else { panic!("{order:?}") };
    assert_eq!((batch.partition, batch.head, batch.entries.len()), (3, 7, 1));
    assert_eq!(batch.blobs[0].bytes, TABLE.as_bytes());
    let record = open_record(&data_key(), THREAD, batch.entries[0].event, &batch.entries[0].sealed).unwrap();
    assert!(matches!(record.input.event.body, Body::Staff(_)));
}
