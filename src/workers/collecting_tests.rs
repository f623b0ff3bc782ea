//! Collecting over the embedded backends, with files in a folder and in a bucket.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wissel_channels::{Attachment, Clock, ConversationId};
use wissel_servers::S3;

use super::Collector;
use crate::blob::folder::Folder;
use crate::blob::s3::{Bucket, BucketSettings};
use crate::blob::{BlobHash, Shelf};
use crate::broker::{Message, Queue};
use crate::journal::{Batch, Entry, Key, Order};
use crate::thread::event::{Order as Asked, Person, StaffOrder};
use crate::thread::{Body, Event, EventId};
use crate::wire::{DataKey, envelope};
use crate::workers::router::tests::{Allergic, message, recorded, within, workplace};
use crate::workers::vault::{Vault, VaultLimits};
use crate::workers::{Workplace, journal};

const DAY: Duration = Duration::from_hours(24);

/// A workplace over `shelf` whose clock is `days` from now.
async fn place(folder: &tempfile::TempDir, shelf: Arc<dyn Shelf>, days: i64) -> (Workplace, Collector) {
    let mut place = workplace(folder, Arc::new(Allergic::default())).await;
    place.clock = Clock::from_fn(move || Clock::system().now().plus(days * 24 * 60 * 60 * 1000));
    let collector = Collector { shelf: Arc::clone(&shelf), unused: 30 * DAY, partitions: 1, holder: [7; 16] };
    place.blobs = Arc::new(Vault::new(shelf, &place.keys, VaultLimits::default(), Clock::system()));
    (place, collector)
}

async fn store(place: &Workplace, content: &str) -> Attachment {
    place.blobs.put("a.txt", "text/plain", content.as_bytes().to_vec()).await.unwrap()
}

/// A message with a file, one with a long text, and a reply with a file, each in a thread of its own.
fn referring(file: &Attachment, whole: &Attachment, reply: &Attachment) -> Vec<Event> {
    let (mut with_file, mut long, mut replied) = (message(1, 1, "see"), message(2, 1, "long"), message(3, 1, ""));
    if let Body::Message(inbound) = &mut with_file.body {
        inbound.attachments = vec![file.clone()];
    }
    if let Body::Message(inbound) = &mut long.body {
        inbound.whole = Some(whole.clone());
    }
    replied.body = Body::Staff(StaffOrder {
        person: Person("Sanne".to_owned()),
        conversation: ConversationId([3; 16]),
        epoch: None,
        digest: [0; 16],
        order: Asked::Reply { text: "here".to_owned(), attachments: vec![reply.clone()] },
    });
    vec![with_file, long, replied]
}

/// Publishes a batch about these events for the journal.
async fn publish(place: &Workplace, events: &[Event], sealed_with: &DataKey, wrapped: &DataKey) {
    let entry = |event: &Event| Entry {
        thread: event.thread,
        event: event.id,
        conversation: None,
        at: event.at,
        sealed: envelope::seal_record(sealed_with, &recorded(event)).unwrap(),
    };
    let key = |event: &Event| Key { thread: event.thread, wrapped: place.keys.wrap(event.thread, wrapped).unwrap() };
    let (entries, keys) = (events.iter().map(entry).collect(), events.iter().map(key).collect());
    let order = Order::Append(Batch { partition: 0, term: 1, head: 1, entries, keys, blobs: Vec::new() });
    let body = envelope::write_journal(&place.keys, [9; 16], place.clock.now(), &order).unwrap();
    place.broker.publish(vec![(Queue::Journal, Message { id: [9; 16], body: body.into() })]).await.unwrap();
}

/// Collects beside a journal worker.
async fn collect(place: &Workplace, collector: &Collector) -> Result<u64, super::WorkerError> {
    let stop = CancellationToken::new();
    let collecting = async {
        let collected = collector.collect(place).await;
        stop.cancel();
        collected
    };
    let (collected, ended) =
        within(async { tokio::join!(collecting, journal::run(place.clone(), stop.clone())) }).await;
    ended.unwrap();
    collected
}

async fn has(shelf: &dyn Shelf, file: &Attachment) -> bool {
    shelf.has(file.hash.parse().unwrap()).await.unwrap()
}

async fn what_is_referred_to_stays_however_old(shelf: Arc<dyn Shelf>) {
    let folder = tempfile::tempdir().unwrap();
    let (mut place, collector) = place(&folder, Arc::clone(&shelf), 29).await;
    let files = [
        store(&place, "of a customer").await,
        store(&place, "a long text").await,
        store(&place, "of a reply").await,
        store(&place, "of a message that was never accepted").await,
    ];
    // It waits in the queue: the journal has it only when the round waits for it.
    let key = DataKey::random().unwrap();
    publish(&place, &referring(&files[0], &files[1], &files[2]), &key, &key).await;
    assert_eq!(collect(&place, &collector).await.unwrap(), 0, "nothing is old enough");
    assert!(has(shelf.as_ref(), &files[3]).await);

    place.clock = Clock::from_fn(|| Clock::system().now().plus(31 * 24 * 60 * 60 * 1000));
    assert_eq!(collect(&place, &collector).await.unwrap(), 1);
    for (number, file) in files.iter().enumerate() {
        assert_eq!(has(shelf.as_ref(), file).await, number < 3, "file {number}");
    }
    assert!(place.metrics.render().contains("wissel_files_collected_total 1"), "{}", place.metrics.render());
}

#[tokio::test]
async fn what_is_referred_to_stays_however_old_in_a_folder() {
    let home = tempfile::tempdir().unwrap();
    what_is_referred_to_stays_however_old(Arc::new(Folder::new(home.path().to_owned()))).await;
}

#[tokio::test]
async fn what_is_referred_to_stays_however_old_in_a_bucket() {
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    let server = S3::start();
    let (id, secret) = server.key();
    let settings = BucketSettings {
        bucket: server.bucket().to_owned(),
        prefix: "files".to_owned(),
        endpoint: Some(server.url()),
        region: "eu-west-1".to_owned(),
        key: Some((id.to_owned(), secret.to_owned())),
        trusted: None,
    };
    what_is_referred_to_stays_however_old(Arc::new(Bucket::new(settings).unwrap())).await;
}

#[tokio::test]
async fn only_what_is_old_goes_and_what_came_meanwhile_stays() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (place, collector) = place(&folder, Arc::new(Folder::new(home.path().to_owned())), 0).await;
    let (old, new) = (store(&place, "old").await, store(&place, "new").await);
    let path = home.path().join(&old.hash[..2]).join(&old.hash);
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(file.metadata().unwrap().modified().unwrap() - 31 * DAY).unwrap();
    assert_eq!(collect(&place, &collector).await.unwrap(), 1);
    assert!(!has(collector.shelf.as_ref(), &old).await && has(collector.shelf.as_ref(), &new).await);
}

#[tokio::test]
async fn nothing_goes_while_something_is_set_aside_or_cannot_be_opened() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (place, collector) = place(&folder, Arc::new(Folder::new(home.path().to_owned())), 31).await;
    let file = store(&place, "of an event that was set aside").await;
    let aside = Message { id: [8; 16], body: vec![1].into() };
    place.broker.publish(vec![(Queue::Dead, aside)]).await.unwrap();
    assert_eq!(collect(&place, &collector).await.unwrap(), 0);
    let mut dead = place.broker.consume(&Queue::Dead).await.unwrap();
    let taken = within(dead.take(8)).await.unwrap();
    dead.ack(taken).await.unwrap();
    drop(dead);

    let (key, other) = (DataKey::random().unwrap(), DataKey::random().unwrap());
    publish(&place, &[message(4, 1, "who knows what it says")], &other, &key).await;
    assert!(collect(&place, &collector).await.is_err(), "an entry that cannot be opened may name any file");
    assert!(has(collector.shelf.as_ref(), &file).await);
}

#[test]
fn a_hash_is_found_wherever_it_stands() {
    let hash = BlobHash([0xab; 16]);
    for text in [format!("\u{1}{hash}\u{2}"), format!("12{hash}34"), format!("sha256:{hash}{hash}")] {
        let mut old = [hash, BlobHash([1; 16])].into();
        super::spare_in(text.as_bytes(), &mut old);
        assert_eq!(old, [BlobHash([1; 16])].into(), "{text}");
    }
    let _ids_have_the_form_of_hashes: EventId = hash.to_string().parse().unwrap();
}
