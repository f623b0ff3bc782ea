//! Any bytes can be read without harm: rubbish, cut and flipped envelopes, and those of a newer release.

use proptest::prelude::*;
use proptest::sample::Index;
use serde::Serialize;
use wissel_channels::{CommandId, ConversationId, ThreadKey, UnixMillis};

use super::envelope::*;
use super::*;
use crate::journal::{Batch, Blob, Entry, Order};
use crate::routing::{QueueName, TableHash};
use crate::store::Incarnation;
use crate::thread::{Body, Circumstances, Command, Event, EventId, HandoffOutcome, Input, Task, Thread};

const THREAD: ThreadKey = ThreadKey([7; 16]);
const EVENT: EventId = EventId([9; 16]);
const AT: UnixMillis = UnixMillis(1_790_000_000_123);
const INCARNATION: Incarnation = Incarnation([3; 16]);

fn keys() -> Keys {
    Keys::new([1; 32])
}

fn data_key() -> DataKey {
    DataKey::new([2; 32])
}

fn event() -> Event {
    let outcome = HandoffOutcome::Opened { reference: "T-12".to_owned() };
    let body = Body::Handoff { command: CommandId([5; 16]), attempt: 1, outcome };
    Event { id: EVENT, thread: THREAD, at: AT, trace: EVENT, body }
}

fn command() -> Command {
    let queue = QueueName::new("bot").unwrap();
    let body = Task::Ask { queue, text: "Waar is mijn pakket?".to_owned(), language: None, intents: Vec::new() };
    let (id, conversation) = (CommandId([5; 16]), ConversationId([6; 16]));
    Command { id, attempt: 1, cause: EVENT, trace: EVENT, thread: THREAD, conversation, epoch: Some(4), at: AT, body }
}

fn order() -> Order {
    let entry = Entry { thread: THREAD, event: EVENT, conversation: None, at: AT, sealed: vec![0; 40] };
    let blobs = vec![Blob { hash: [8; 16], bytes: b"[default]".to_vec() }];
    Order::Append(Batch { partition: 3, term: 1, head: 9, entries: vec![entry], keys: Vec::new(), blobs })
}

fn record() -> Record {
    let (table, circumstances) = (TableHash::default(), Circumstances::default());
    Record { input: Input { event: event(), verdict: None, table, circumstances }, changes: Vec::new() }
}

/// Everything that is read, by its number: whether it was opened, and how much came out of it.
const READERS: usize = 6;

fn written(which: usize) -> Vec<u8> {
    match which {
        0 => write_event(&keys(), &event()),
        1 => write_command(&keys(), &command(), INCARNATION),
        2 => write_journal(&keys(), [4; 16], AT, &order()),
        3 => seal_state(&data_key(), &Thread::new(THREAD)),
        5 => write_commands(&keys(), &[&command(), &command()], INCARNATION),
        _ => seal_record(&data_key(), &record()),
    }
    .unwrap()
}

/// Reads bytes as one of the six; gives what came out, written again in the clear.
fn read_as(which: usize, bytes: &[u8]) -> Result<Vec<u8>, WireError> {
    match which {
        0 => read_event(&keys(), bytes).and_then(|event| pack(&event)),
        1 => read_command(&keys(), bytes).and_then(|(command, _)| pack(&command)),
        2 => read_journal(&keys(), bytes).and_then(|order| pack(&order)),
        3 => open_state(&data_key(), THREAD, bytes).and_then(|thread| pack(&thread)),
        5 => read_commands(&keys(), bytes).and_then(|(commands, _)| pack(&commands)),
        _ => open_record(&data_key(), THREAD, EVENT, bytes).and_then(|record| pack(&record)),
    }
}

/// The same content as sealed bytes that anybody with the key could have made: what is inside is rubbish.
fn sealed_rubbish(which: usize, rubbish: &[u8]) -> Vec<u8> {
    let header = |kind| Header {
        v: VERSION,
        kind,
        id: EVENT.0,
        tenant: TENANT.to_owned(),
        thread: THREAD,
        at: AT,
        cause: None,
        trace: None,
        incarnation: None,
        key: Keys::day(AT.0),
    };
    let append = |bytes: &mut Vec<u8>| {
        bytes.extend_from_slice(rubbish);
        Ok(())
    };
    match which {
        0 => write(&keys(), &header(Kind::Event), 0, append).unwrap(),
        1 => write(&keys(), &header(Kind::Command), 0, append).unwrap(),
        2 => write(&keys(), &header(Kind::Journal), 0, append).unwrap(),
        5 => write(&keys(), &header(Kind::Commands), 0, append).unwrap(),
        3 => data_key().seal(&[b"state".as_slice(), &THREAD.0].concat(), rubbish).unwrap(),
        _ => data_key().seal(&[b"record".as_slice(), &THREAD.0, &EVENT.0].concat(), rubbish).unwrap(),
    }
}

/// What is sealed in each, in the clear.
fn content(which: usize) -> Vec<u8> {
    match which {
        0 => pack(&event()),
        1 => pack(&command()),
        2 => pack(&order()),
        5 => pack(&[command(), command()]),
        3 => {
            let mut bytes = Vec::new();
            versioned::write(&mut bytes, &Thread::new(THREAD)).map(|()| bytes)
        }
        _ => {
            let mut bytes = Vec::new();
            versioned::write(&mut bytes, &record()).map(|()| bytes)
        }
    }
    .unwrap()
}

#[test]
fn what_was_written_is_read_again() {
    assert_eq!(read_event(&keys(), &written(0)).unwrap(), event());
    assert_eq!(read_command(&keys(), &written(1)).unwrap(), (command(), Some(INCARNATION)));
    assert_eq!(read_journal(&keys(), &written(2)).unwrap(), order());
    assert_eq!(open_state(&data_key(), THREAD, &written(3)).unwrap(), Thread::new(THREAD));
    assert_eq!(open_record(&data_key(), THREAD, EVENT, &written(4)).unwrap(), record());
    assert_eq!(read_commands(&keys(), &written(5)).unwrap(), (vec![command(), command()], Some(INCARNATION)));
    assert_eq!(read_commands(&keys(), &written(1)).unwrap(), (vec![command()], Some(INCARNATION)));
    for which in 0..READERS {
        let made = sealed_rubbish(which, &content(which));
        assert!(read_as(which, &made).is_ok(), "reader {which}: the rubbish of these tests goes all the way in");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_refused_and_harm_nothing(
        which in 0..READERS,
        bytes in proptest::collection::vec(any::<u8>(), 0..2_000),
    ) {
        prop_assert!(read_as(which, &bytes).is_err());
    }

    #[test]
    fn a_cut_envelope_is_refused(which in 0..READERS, at in any::<Index>()) {
        let whole = written(which);
        prop_assert!(read_as(which, &whole[..at.index(whole.len())]).is_err());
    }

    #[test]
    fn a_flipped_bit_never_gives_another_content(which in 0..READERS, at in any::<Index>(), bit in 0_u8..8) {
        let mut bytes = written(which);
        let whole = read_as(which, &bytes).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(read) = read_as(which, &bytes) {
            prop_assert_eq!(read, whole);
        }
    }

    /// Whoever has the key, such as a release with a fault, may have sealed anything.
    #[test]
    fn rubbish_under_the_right_key_is_refused_or_small(
        which in 0..READERS,
        rubbish in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..600),
            any::<(Index, u8)>().prop_map(|(at, byte)| vec![at.index(256).to_le_bytes()[0], byte]),
        ],
    ) {
        if let Ok(read) = read_as(which, &sealed_rubbish(which, &rubbish)) {
            prop_assert!(read.len() <= 4_096 + 8 * rubbish.len(), "{} bytes out of {}", read.len(), rubbish.len());
        }
    }

    #[test]
    fn a_content_with_changed_bytes_is_refused_or_small(
        which in 0..READERS,
        changed in proptest::collection::vec(any::<(Index, u8)>(), 1..8),
    ) {
        let mut rubbish = content(which);
        let length = rubbish.len();
        for (at, byte) in changed {
            rubbish[at.index(length)] = byte;
        }
        if let Ok(read) = read_as(which, &sealed_rubbish(which, &rubbish)) {
            // What is compressed may claim to be 255 times as long.
            prop_assert!(read.len() <= 4_096 + 8 * 255 * length, "{} bytes out of {length}", read.len());
        }
    }

    #[test]
    fn a_newer_version_is_told_whatever_else_is_in_it(
        which in 0..READERS,
        v in (VERSION + 1)..,
        more in proptest::collection::btree_map("[a-z_]{2,12}", any::<u64>(), 0..5),
    ) {
        #[derive(Serialize)]
        struct Newer<H> {
            header: H,
            sealed: Vec<u8>,
            more: u8,
        }
        #[derive(Serialize)]
        struct NewerHeader {
            v: u16,
            kind: &'static str,
            #[serde(flatten)]
            more: std::collections::BTreeMap<String, u64>,
        }
        let header = || NewerHeader { v, kind: "of tomorrow", more: more.clone() };
        let bytes = match which {
            // On the wire the clear header says it, and the content may have any form and any key.
            0..=2 | 5 => rmp_serde::to_vec_named(&Newer { header: header(), sealed: vec![1, 2, 3], more: 1 }).unwrap(),
            // In the store and the journal everything is sealed.
            _ => sealed_rubbish(which, &rmp_serde::to_vec_named(&header()).unwrap()),
        };
        match read_as(which, &bytes) {
            Err(WireError::Newer(told)) => prop_assert_eq!(told, v),
            other => prop_assert!(false, "{:?}", other.map(|read| read.len())),
        }
    }
}

/// Lengths and depths that a few bytes claim cost nothing before the bytes are there.
#[test]
fn claims_of_great_length_and_depth_are_refused() {
    let long_array = [0xdd, 0xff, 0xff, 0xff, 0xff].to_vec();
    let long_map = [0xdf, 0xff, 0xff, 0xff, 0xff].to_vec();
    let long_bytes = [0xc6, 0xff, 0xff, 0xff, 0xff].to_vec();
    let deep = vec![0x91; 1_000_000];
    let deep_map = [0x81, 0xa1, b'x'].repeat(300_000);
    let deep_header = [b"\x81\xa6header".to_vec(), deep.clone()].concat();
    for rubbish in [long_array, long_map, long_bytes, deep, deep_map, deep_header] {
        for which in 0..READERS {
            assert!(read_as(which, &rubbish).is_err());
            assert!(read_as(which, &sealed_rubbish(which, &rubbish)).is_err());
        }
    }
}

#[test]
fn one_kind_is_never_taken_for_another() {
    for (written_as, read) in
        [(0, 1), (0, 2), (0, 5), (1, 0), (1, 2), (2, 0), (2, 1), (2, 5), (3, 4), (4, 3), (5, 0), (5, 1)]
    {
        assert!(read_as(read, &written(written_as)).is_err(), "{written_as} read as {read}");
    }
}

#[test]
fn what_is_wrong_with_bytes_is_told_without_what_is_in_them() {
    let secret = "Mijn IBAN is NL00";
    for packed in [
        pack(&secret).unwrap(),
        pack(&(secret, 1)).unwrap(),
        pack(&std::collections::BTreeMap::from([(secret, secret)])).unwrap(),
    ] {
        let told = [
            unpack::<u64>(&packed).unwrap_err(),
            unpack::<Kind>(&packed).unwrap_err(),
            unpack::<Event>(&packed).unwrap_err(),
            unpack::<Body>(&packed).unwrap_err(),
        ];
        for error in told {
            assert!(!error.to_string().contains("IBAN"), "{error}");
        }
    }
}
