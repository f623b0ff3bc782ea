//! A router over the embedded backends in a temporary folder.

mod mending;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio_util::sync::CancellationToken;
use wissel_channels::{AccountName, ChannelName, Clock, InboundMessage, MessageId, ThreadKey, UnixMillis};

use super::{Reaches, Seat, Share};
use crate::blob::folder::Folder;
use crate::broker::embedded::EmbeddedBroker;
use crate::broker::{Delivery, Queue};
use crate::failpoint::Failpoints;
use crate::journal::embedded::EmbeddedJournal;
use crate::routing::{RoutingTable, Verdict};
use crate::sqlite::Database;
use crate::store::ThreadStore;
use crate::store::embedded::EmbeddedStore;
use crate::telemetry::Metrics;
use crate::thread::state::EntryKind;
use crate::thread::{Circumstances, Event, Input, Limits, Switches, Thread};
use crate::triage::{Message, Triage};
use crate::wire::{Archive, Keys, Post, Record, Tables, aside, envelope};
use crate::workers::vault::{Vault, VaultLimits};
use crate::workers::{Rules, Workplace, journal};

const POISON: &str = "poison";
const PATIENCE: Duration = Duration::from_secs(20);

/// Panics on one text, and counts how often it was asked about it.
#[derive(Default)]
pub(in crate::workers) struct Allergic(AtomicU32);

impl Triage for Allergic {
    fn examine(&self, message: Message<'_>) -> Verdict {
        if message.text == POISON {
            self.0.fetch_add(1, Ordering::SeqCst);
            panic!("a fault of ours");
        }
        Verdict { engine: "allergic@1".to_owned(), ..Verdict::default() }
    }
}

/// Everything that a router needs, in `folder`.
pub(in crate::workers) async fn workplace(folder: &tempfile::TempDir, triage: Arc<dyn Triage>) -> Workplace {
    over(folder, triage, |database| Arc::new(EmbeddedStore::new(database))).await
}

/// The same, over another store.
async fn over(
    folder: &tempfile::TempDir,
    triage: Arc<dyn Triage>,
    store: impl FnOnce(Database) -> Arc<dyn ThreadStore>,
) -> Workplace {
    let clock = Clock::from_fn(|| UnixMillis(1_790_000_000_123));
    let database = Database::open(folder.path(), clock.clone()).unwrap();
    let broker = Arc::new(EmbeddedBroker::new(database.clone()));
    let store = store(database.clone());
    let journal = Arc::new(EmbeddedJournal::new(database));
    let keys = Keys::new([1; 32]);
    let rules = Rules { table: Arc::new(RoutingTable::shipped()), text: RoutingTable::shipped_text().into(), triage };
    let place = Workplace {
        post: Post::new(broker.clone(), keys.clone(), 1),
        archive: Archive {
            store: store.clone(),
            journal: journal.clone(),
            keys: keys.clone(),
            tables: Tables::default(),
        },
        broker,
        store,
        journal,
        blobs: Arc::new(Vault::new(
            Arc::new(Folder::new(folder.path().join("blobs"))),
            &keys,
            VaultLimits::default(),
            clock.clone(),
        )),
        keys,
        clock,
        metrics: Arc::new(Metrics::new().unwrap()),
        failpoints: Failpoints::default(),
        rules: Arc::new(ArcSwap::from_pointee(rules)),
        limits: Limits::default(),
    };
    place.broker.declare(1).await.unwrap();
    place.journal.declare(1).await.unwrap();
    place
}

pub(in crate::workers) fn message(thread: u8, number: u8, text: &str) -> Event {
    let (id, key) = (MessageId::of("test", &[&[thread, number]]), ThreadKey([thread; 16]));
    let (channel, account) = (ChannelName::new("webchat").unwrap(), AccountName::new("main").unwrap());
    Event::message(InboundMessage {
        provider_id: format!("{thread}-{number}"),
        text: text.to_owned(),
        ..InboundMessage::new(id, key, channel, account, UnixMillis(1_790_000_000_000))
    })
}

/// What a decision on an event leaves.
pub(in crate::workers) fn recorded(event: &Event) -> Record {
    let circumstances = Circumstances {
        switches: Switches::default(),
        bot_backlog: 0,
        head: 1,
        journaled: 0,
        limits: Limits::default(),
    };
    let table = RoutingTable::shipped().hash;
    Record { input: Input { event: event.clone(), verdict: None, table, circumstances }, changes: Vec::new() }
}

/// Fails a test rather than let it hang.
pub(in crate::workers) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("it takes too long")
}

/// Waits until the router has acknowledged everything.
async fn routed(place: &Workplace) {
    let drained = async {
        while place.broker.depth(&Queue::Inbound(0)).await.unwrap().messages > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, drained).await.expect("the router is done with everything");
}

async fn state(place: &Workplace, thread: u8) -> Thread {
    place.archive.state(ThreadKey([thread; 16])).await.unwrap().expect("the thread is there")
}

fn texts(thread: &Thread, kind: EntryKind) -> Vec<&str> {
    thread.tail.iter().filter(|entry| entry.kind == kind).map(|entry| entry.text.as_str()).collect()
}

async fn dead(place: &Workplace) -> Vec<Delivery> {
    let mut consumer = place.broker.consume(&Queue::Dead).await.unwrap();
    tokio::time::timeout(PATIENCE, consumer.take(64)).await.expect("something was set aside").unwrap()
}

#[tokio::test]
async fn a_poison_event_is_parked_after_three_tries_of_its_own_and_its_neighbours_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let triage = Arc::new(Allergic::default());
    let place = workplace(&folder, triage.clone()).await;
    let poison = message(2, 1, POISON);
    // All of them are there before the router takes its first batch: neighbours before and after, in its own thread too.
    for event in
        [message(1, 1, "a"), message(2, 0, "before"), poison.clone(), message(2, 2, "after"), message(3, 1, "b")]
    {
        place.post.event(&event).await.unwrap();
    }
    let stop = CancellationToken::new();
    let seat = Seat { partition: 0, holder: [5; 16], reaches: Reaches::new(1), share: Share::all(1) };
    let (router, writer) = (super::run(place.clone(), seat, stop.clone()), journal::run(place.clone(), stop.clone()));
    let look = async {
        routed(&place).await;
        stop.cancel();
    };
    let (ended, written, ()) = tokio::join!(router, writer, look);
    ended.unwrap();
    written.unwrap();

    assert_eq!(triage.0.load(Ordering::SeqCst), 1 + super::poison::TRIES, "once among the others, then on its own");
    for (thread, said) in [(1, ["a"].as_slice()), (2, &["before", "after"]), (3, &["b"])] {
        assert_eq!(texts(&state(&place, thread).await, EntryKind::Message), said, "thread {thread}");
    }
    let thread = state(&place, 2).await;
    let markers = texts(&thread, EntryKind::Marker);
    assert_eq!(markers, [format!("parked:{}:panic", poison.id)], "the conversation says so, once");
    assert!(texts(&state(&place, 1).await, EntryKind::Marker).is_empty());

    let dead = dead(&place).await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].message.id, poison.id.0);
    let aside = aside::read(dead[0].message.clone());
    assert_eq!(aside.queue(), Some(Queue::Inbound(0)));
    assert_eq!(aside.note.map(|note| (note.reason, note.at)), Some(("panic".to_owned(), place.clock.now())));
    let kept = envelope::read_event(&place.keys, &aside.message.body).unwrap();
    assert_eq!(kept, poison, "its raw bytes are there, whole, for another try");
    let told = place.metrics.render();
    assert!(told.contains("wissel_parked_total{reason=\"panic\"} 1"), "{told}");
}

#[tokio::test]
async fn bytes_that_cannot_be_read_are_set_aside_and_those_of_a_newer_release_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let place = workplace(&folder, Arc::new(Allergic::default())).await;
    let raw = |id: u8, body: Vec<u8>| (Queue::Inbound(0), crate::broker::Message { id: [id; 16], body: body.into() });
    place.broker.publish(vec![raw(1, b"rubbish".to_vec())]).await.unwrap();
    place.post.event(&message(1, 1, "a")).await.unwrap();
    let newer = envelope::pack(&BTreeMap::from([("header", BTreeMap::from([("v", 9_u16)]))])).unwrap();
    let stop = CancellationToken::new();
    let seat = Seat { partition: 0, holder: [5; 16], reaches: Reaches::new(1), share: Share::all(1) };
    let look = async {
        routed(&place).await;
        place.broker.publish(vec![raw(2, newer.clone())]).await.unwrap();
    };
    let writer = journal::run(place.clone(), stop.clone());
    let ended = async {
        let ended = tokio::time::timeout(PATIENCE, super::run(place.clone(), seat, stop.clone())).await;
        stop.cancel();
        ended.expect("the partition is released")
    };
    let (ended, written, ()) = tokio::join!(ended, writer, look);
    written.unwrap();

    assert!(ended.unwrap_err().to_string().contains("run the newer release"));
    assert_eq!(texts(&state(&place, 1).await, EntryKind::Message), ["a"]);
    let dead = dead(&place).await;
    let raw: Vec<bytes::Bytes> = dead.into_iter().map(|delivery| aside::read(delivery.message).message.body).collect();
    assert_eq!(raw, [b"rubbish".as_slice()]);
    assert_eq!(place.broker.depth(&Queue::Inbound(0)).await.unwrap().messages, 1, "it waits for the newer release");
}

#[tokio::test]
async fn a_thread_of_five_short_messages_is_small() {
    let folder = tempfile::tempdir().unwrap();
    let place = workplace(&folder, Arc::new(Allergic::default())).await;
    for (number, text) in (1..).zip([
        "Hallo, waar blijft mijn pakket?",
        "Het is besteld op maandag.",
        "Nummer 12345, van de webwinkel.",
        "Kan iemand dat nakijken?",
        "Alvast bedankt, groet, Jan",
    ]) {
        place.post.event(&message(1, number, text)).await.unwrap();
    }
    let stop = CancellationToken::new();
    let seat = Seat { partition: 0, holder: [5; 16], reaches: Reaches::new(1), share: Share::all(1) };
    let (router, writer) = (super::run(place.clone(), seat, stop.clone()), journal::run(place.clone(), stop.clone()));
    let look = async {
        routed(&place).await;
        stop.cancel();
    };
    let (ended, written, ()) = tokio::join!(router, writer, look);
    ended.unwrap();
    written.unwrap();
    let stored = place.store.read(ThreadKey([1; 16])).await.unwrap().unwrap();
    let told = format!("{} bytes of state, {} of its key", stored.sealed.len(), stored.key.len());
    println!("{told}");
    assert!(stored.sealed.len() + stored.key.len() <= 1_400, "{told}");
}
