//! What version 2 wrote is read: bytes in `tests/data/version2`, of a conversation with a burst, a status and a person.

use wissel_channels::ThreadKey;

use super::envelope::*;
use super::*;
use crate::journal::Order;
use crate::routing::RoutingTable;
use crate::thread::{Body, Event, Rebuilt, Task, decide};

const THREAD: ThreadKey = ThreadKey([7; 16]);
const TABLE: &str = include_str!("../../tests/data/version1/table.toml");

macro_rules! bytes {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/data/version2/", $name, ".bin")).as_slice()
    };
}

const RECORDS: [&[u8]; 8] = [
    bytes!("record-1"),
    bytes!("record-2"),
    bytes!("record-3"),
    bytes!("record-4"),
    bytes!("record-5"),
    bytes!("record-6"),
    bytes!("record-7"),
    bytes!("record-8"),
];
const EVENTS: [&[u8]; 8] = [
    bytes!("event-1"),
    bytes!("event-2"),
    bytes!("event-3"),
    bytes!("event-4"),
    bytes!("event-5"),
    bytes!("event-6"),
    bytes!("event-7"),
    bytes!("event-8"),
];

fn keys() -> Keys {
    Keys::new([1; 32])
}

fn data_key() -> DataKey {
    DataKey::new([2; 32])
}

fn events() -> Vec<Event> {
    EVENTS.iter().map(|bytes| read_event(&keys(), bytes).unwrap()).collect()
}

#[test]
fn records_of_version_2_are_read_rebuilt_and_decided_again_alike() {
    let table = RoutingTable::parse("table.toml", TABLE).unwrap();
    let mut rebuilt = Rebuilt::new(THREAD);
    for (bytes, event) in RECORDS.iter().zip(events()) {
        let record = open_record(&data_key(), THREAD, event.id, bytes).unwrap();
        assert_eq!(record.input.event, event);
        assert_eq!(record.input.circumstances.limits.advice_millis, 0, "nobody was asked for advice");
        assert_eq!(decide(&rebuilt.thread, &record.input, &table), record.changes, "{}", event.kind());
        let again = seal_record(&data_key(), &record).unwrap();
        assert_eq!(open_record(&data_key(), THREAD, event.id, &again).unwrap(), record);
        rebuilt.fold(event.id, event.at, &record.changes);
    }
    let state = open_state(&data_key(), THREAD, bytes!("state")).unwrap();
    assert_eq!(rebuilt.thread, state);
    let claiming = state.conversation.as_ref().and_then(|conversation| conversation.claiming.as_ref());
    assert!(claiming.is_some(), "a claim waits for what is in flight");
    assert_eq!(open_state(&data_key(), THREAD, &seal_state(&data_key(), &state).unwrap()).unwrap(), state);
}

#[test]
fn commands_and_journal_orders_of_version_2_are_read() {
    let (command, incarnation) = read_command(&keys(), bytes!("command")).unwrap();
    assert!(matches!(command.body, Task::Handoff { .. }), "{command:?}");
    assert_eq!(incarnation.unwrap().0, [3; 16]);
    let Order::Append(batch) = read_journal(&keys(), bytes!("journal")).unwrap() else { panic!("an order to append") };
    let record = open_record(&data_key(), THREAD, batch.entries[0].event, &batch.entries[0].sealed).unwrap();
    assert!(matches!(record.input.event.body, Body::Staff(_)));
}

#[test]
fn a_release_before_sees_in_the_first_bytes_that_this_one_wrote_it() {
    assert_eq!(read_header(EVENTS[0]).unwrap().v, 2);
    let now = write_event(&keys(), &events()[0]).unwrap();
    assert!(now.starts_with(b"\x82\xa6header\x81\xa1v\x03"));
}
