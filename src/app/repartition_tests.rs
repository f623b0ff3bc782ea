//! Another number of partitions, on both sets of backends, cut short at every step and begun again.

use std::time::Duration;

use tempfile::TempDir;
use wissel_channels::ids::hash_parts;
use wissel_channels::{Clock, ThreadKey, UnixMillis};
use wissel_servers::{Postgres, RabbitMq, Redis};

use super::{ABOVE, Done, Step, repartition};
use crate::app::backends::{self, Backends};
use crate::broker::{Message, Queue};
use crate::journal::{Batch, Entry, Key, Order};
use crate::settings::{Count, Settings};
use crate::store::{Lease, Save, SaveThread, Stored};
use crate::thread::{AiOff, EventId, Switches};
use crate::wire::Keys;

const THREADS: u8 = 60;

/// An installation, and what it stands on.
struct Installed {
    settings: Settings,
    folder: TempDir,
    _redis: Option<Redis>,
}

fn count(partitions: u16) -> Count {
    partitions.to_string().parse().unwrap()
}

fn installed(urls: &[(&str, String)], redis: Option<Redis>, partitions: u16) -> Installed {
    let folder = tempfile::tempdir().unwrap();
    let ports: Vec<String> = urls.iter().map(|(section, url)| format!("[{section}]\nurl = \"{url}\"\n")).collect();
    let ports = ports.concat();
    let (data, key) = (folder.path().display(), "ab".repeat(32));
    let text = format!("data_dir = \"{data}\"\npartitions = {partitions}\n{ports}[secrets]\nmaster_key = \"{key}\"\n");
    Installed { settings: toml::from_str(&text).unwrap(), folder, _redis: redis }
}

fn embedded(partitions: u16) -> Installed {
    installed(&[], None, partitions)
}

fn servers(partitions: u16) -> Installed {
    let redis = Redis::start();
    let urls = [
        ("broker", RabbitMq::shared().fresh_vhost()),
        ("store", redis.url()),
        ("journal", Postgres::shared().fresh_database()),
    ];
    installed(&urls, Some(redis), partitions)
}

impl Installed {
    /// The backends, as a daemon with so many partitions has them. The folder is free again once they are dropped.
    async fn open(&self, partitions: u16) -> Backends {
        let keys = Keys::new([0xab; 32]);
        let settings = Settings { partitions: count(partitions), ..self.settings.clone() };
        backends::open(&settings, &keys, Clock::system()).await.unwrap()
    }

    async fn change(&self, to: u16, stop_at: Option<Step>) -> anyhow::Result<Done> {
        let tell = |step| if Some(step) == stop_at { Err(anyhow::anyhow!("killed")) } else { Ok(()) };
        repartition(&self.settings, count(to), tell).await
    }
}

fn thread(number: u8) -> ThreadKey {
    ThreadKey(hash_parts("test thread", &[&[number]]))
}

fn saved(number: u8) -> SaveThread {
    SaveThread {
        thread: thread(number),
        stored: Stored { sealed: vec![number], key: vec![number] },
        epoch: 1,
        revoked: None,
        due: None,
        seen: vec![(EventId([number; 16]), UnixMillis(1))],
        rows: Vec::new(),
        orders: Vec::new(),
        notices: Vec::new(),
    }
}

/// What routers leave who have worked for a while: a batch a thread. Gives the largest head.
async fn lived_in(place: &Backends, partitions: u16) -> u64 {
    place.broker.declare(partitions).await.unwrap();
    place.journal.declare(partitions).await.unwrap();
    place
        .store
        .set_switches(0, Switches { version: 0, ai_off: AiOff { all: true, ..AiOff::default() } })
        .await
        .unwrap();
    let mut newest = 0;
    for partition in 0..partitions {
        let lease: Lease = place.store.lease(partition, [1; 16], Duration::from_mins(1), 0).await.unwrap().unwrap();
        let incarnation = place.store.incarnation(partition).await.unwrap();
        place.store.vouch(lease, incarnation, 0).await.unwrap();
        let mut head = 0;
        for number in (0..THREADS).filter(|number| thread(*number).partition(partitions) == partition) {
            head += 1;
            let entry = Entry {
                thread: thread(number),
                event: EventId([number; 16]),
                conversation: None,
                at: UnixMillis(1),
                sealed: vec![number],
            };
            let keys = vec![Key { thread: thread(number), wrapped: vec![number] }];
            let batch = Batch { partition, term: lease.term, head, entries: vec![entry], keys, blobs: Vec::new() };
            let save = Save { lease, head, journal: vec![number].into(), threads: vec![saved(number)] };
            place.store.save(save.into()).await.unwrap();
            assert_eq!(place.journal.append(vec![Order::Append(batch)]).await.unwrap(), []);
        }
        place.store.release(lease, [1; 16]).await.unwrap();
        newest = newest.max(head);
    }
    newest
}

/// Everything is where it belongs with `partitions` partitions that begin at `base`.
async fn in_order(installed: &Installed, partitions: u16, base: u64) {
    let place = installed.open(partitions).await;
    place.broker.declare(partitions).await.unwrap();
    place.journal.declare(partitions).await.unwrap();
    let reaches = place.journal.reach().await.unwrap();
    let mut all = 0;
    for partition in 0..partitions {
        let reach = reaches.iter().find(|reach| reach.partition == partition).unwrap();
        assert_eq!(reach.head, base);
        let threads = place.journal.threads(partition, None, 1_000).await.unwrap();
        assert!(threads.iter().all(|thread| thread.partition(partitions) == partition));
        for before in [0, base - 1] {
            assert_eq!(place.journal.changed(partition, before).await.unwrap(), threads, "from {before}");
        }
        assert_eq!(place.journal.changed(partition, base).await.unwrap(), []);
        all += threads.len();
        let known = place.store.partition(partition).await.unwrap();
        if installed.settings.store.is_embedded() {
            assert_eq!((known.head, known.journal, known.mended), (base, None, true));
        } else {
            assert_eq!((known.head, known.journal, known.mended), (0, None, false), "it is to be rebuilt");
        }
        let lease = place.store.lease(partition, [2; 16], Duration::from_millis(1), reach.term).await.unwrap();
        assert!(lease.is_some_and(|lease| lease.term > reach.term));
    }
    assert_eq!(all, usize::from(THREADS));
    for number in 0..THREADS {
        let stored = place.store.read(thread(number)).await.unwrap();
        assert_eq!(stored.is_some(), installed.settings.store.is_embedded());
        let entries = place.journal.thread(thread(number)).await.unwrap();
        assert_eq!(entries.len(), 1);
    }
    assert!(place.store.switches().await.unwrap().ai_off.all, "the switches stay");
    drop(place);
    let place = installed.open(partitions + 1).await;
    assert!(place.broker.declare(partitions + 1).await.is_err());
    assert!(place.journal.declare(partitions + 1).await.is_err());
}

async fn changes(make: fn(u16) -> Installed) {
    for (to, stop_at) in [(3, None), (9, Some(Step::Store)), (9, Some(Step::Journal)), (2, Some(Step::Broker))] {
        let from = 5;
        let installed = make(from);
        let newest = lived_in(&installed.open(from).await, from).await;
        if stop_at.is_some() {
            assert!(installed.change(to, stop_at).await.is_err());
        }
        assert_eq!(installed.change(to, None).await.unwrap(), Done::From(from), "to {to}, cut short at {stop_at:?}");
        in_order(&installed, to, newest + ABOVE).await;
        assert_eq!(installed.change(to, None).await.unwrap(), Done::Already);
        drop(installed.folder);
    }
}

#[tokio::test]
async fn the_embedded_backends_get_another_number_of_partitions_also_after_a_kill_at_any_step() {
    changes(embedded).await;
}

#[tokio::test]
async fn the_servers_get_another_number_of_partitions_also_after_a_kill_at_any_step() {
    changes(servers).await;
}

/// Waits until this is told to stand in the way.
async fn refused(installed: &Installed, parts: &[&str]) {
    let refusing = async {
        loop {
            let told = installed.change(3, None).await.unwrap_err().to_string();
            // A consumer that was dropped goes a moment later.
            if parts.iter().all(|part| told.contains(part)) {
                return;
            }
            println!("not yet: {told}");
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), refusing).await.unwrap_or_else(|_| panic!("{parts:?} is not told"));
}

async fn take_all(place: &Backends, queue: &Queue) {
    let mut consumer = place.broker.consume(queue).await.unwrap();
    let taken = consumer.take(64).await.unwrap();
    consumer.ack(taken).await.unwrap();
}

async fn refusals(make: fn(u16) -> Installed) {
    let installed = make(4);
    drop(installed.open(4).await);
    refused(&installed, &["nothing is set up yet; write partitions = 3"]).await;
    let place = installed.open(4).await;
    lived_in(&place, 4).await;
    let message = || Message { id: [1; 16], body: b"waits".to_vec().into() };
    place.broker.publish(vec![(Queue::Inbound(2), message()), (Queue::Bot, message())]).await.unwrap();
    drop(place);
    let waits = ["queue inbound.2: 1 messages wait", "queue bot: 1 messages wait", "until all queues are empty"];
    refused(&installed, &waits).await;
    let place = installed.open(4).await;
    take_all(&place, &Queue::Inbound(2)).await;
    take_all(&place, &Queue::Bot).await;
    let lease = place.store.lease(1, [9; 16], Duration::from_mins(1), 0).await.unwrap().unwrap();
    drop(place);
    refused(&installed, &["partition 1: a router holds it"]).await;
    let place = installed.open(4).await;
    place.store.release(lease, [9; 16]).await.unwrap();
    // Saved, and the journal does not know of it yet.
    let lease = place.store.lease(0, [9; 16], Duration::from_mins(1), 0).await.unwrap().unwrap();
    let head = place.store.partition(0).await.unwrap().head + 1;
    let save = Save { lease, head, journal: b"untold".to_vec().into(), threads: vec![saved(0)] };
    place.store.save(save.into()).await.unwrap();
    place.store.release(lease, [9; 16]).await.unwrap();
    drop(place);
    refused(&installed, &[&format!("partition 0: the store is at batch {head}")]).await;
}

#[tokio::test]
async fn whatever_stands_in_the_way_is_told_on_the_embedded_backends() {
    refusals(embedded).await;
}

#[tokio::test]
async fn whatever_stands_in_the_way_is_told_on_servers() {
    refusals(servers).await;
    let installed = servers(4);
    let place = installed.open(4).await;
    lived_in(&place, 4).await;
    place.store.attend("process", [7; 16], Duration::from_mins(1)).await.unwrap();
    let mut reader = place.broker.consume(&Queue::Journal).await.unwrap();
    tokio::select! {
        () = refused(&installed, &["1 processes use the store", "queue journal: a process reads it"]) => {}
        taken = reader.take(1) => panic!("{taken:?}"),
    }
}
