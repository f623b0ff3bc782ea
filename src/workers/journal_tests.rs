//! The journal worker over the embedded backends.

use tokio_util::sync::CancellationToken;
use wissel_channels::ThreadKey;

use crate::broker::{Message, Queue};
use crate::journal::{Batch, Entry, Key, Order};
use crate::thread::Event;
use crate::wire::{DataKey, Record, aside, envelope};
use crate::workers::Workplace;
use crate::workers::router::tests::{Allergic, message, recorded, within, workplace};

/// Publishes orders for the journal, lets the worker write them, and gives what it puts back into partition 0.
async fn write(place: &Workplace, orders: &[Order]) -> Vec<Event> {
    for (order, number) in orders.iter().zip(0..) {
        let id = [number; 16];
        let body = envelope::write_journal(&place.keys, id, place.clock.now(), order).unwrap();
        place.broker.publish(vec![(Queue::Journal, Message { id, body: body.into() })]).await.unwrap();
    }
    let stop = CancellationToken::new();
    let written = async {
        while place.broker.depth(&Queue::Journal).await.unwrap().messages > 0 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    let (ended, ()) = within(async { tokio::join!(super::run(place.clone(), stop.clone()), written) }).await;
    ended.unwrap();
    if place.broker.depth(&Queue::Inbound(0)).await.unwrap().messages == 0 {
        return Vec::new();
    }
    let mut consumer = place.broker.consume(&Queue::Inbound(0)).await.unwrap();
    let taken = consumer.take(64).await.unwrap();
    taken.iter().map(|delivery| envelope::read_event(&place.keys, &delivery.message.body).unwrap()).collect()
}

/// A batch about one event of a new thread.
fn batch(place: &Workplace, term: u64, head: u64, event: &Event, key: &DataKey, with_key: bool) -> Batch {
    let record: Record = recorded(event);
    let sealed = envelope::seal_record(key, &record).unwrap();
    let entry = Entry { thread: event.thread, event: event.id, conversation: None, at: event.at, sealed };
    let wrapped = place.keys.wrap(event.thread, key).unwrap();
    let keys = if with_key { vec![Key { thread: event.thread, wrapped }] } else { Vec::new() };
    Batch { partition: 0, term, head, entries: vec![entry], keys, blobs: Vec::new() }
}

#[tokio::test]
async fn what_a_sleeper_decided_is_decided_again_by_whoever_has_the_partition_now() {
    let folder = tempfile::tempdir().unwrap();
    let place = workplace(&folder, std::sync::Arc::new(Allergic::default())).await;
    let key = DataKey::random().unwrap();
    let (known, slept) = (message(1, 1, "in time"), message(2, 1, "too late"));
    let orders = [
        Order::Append(batch(&place, 1, 1, &known, &key, true)),
        Order::Append(Batch::announcement(0, 2)),
        Order::Append(batch(&place, 1, 1, &known, &key, true)),
        Order::Append(batch(&place, 1, 2, &slept, &key, true)),
        Order::Append(batch(&place, 1, 3, &known, &key, false)),
        Order::Append(batch(&place, 2, 2, &message(3, 1, "new"), &key, true)),
    ];
    assert_eq!(write(&place, &orders).await, [slept, known], "also where only the journal has the thread's key");
    assert!(place.journal.thread(ThreadKey([2; 16])).await.unwrap().is_empty());
    assert_eq!(place.journal.thread(ThreadKey([3; 16])).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_late_batch_that_cannot_be_opened_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let place = workplace(&folder, std::sync::Arc::new(Allergic::default())).await;
    let (key, other) = (DataKey::random().unwrap(), DataKey::random().unwrap());
    let (first, second) = (message(1, 1, "a"), message(1, 2, "b"));
    let orders = [
        Order::Append(batch(&place, 2, 1, &first, &key, true)),
        Order::Append(batch(&place, 1, 2, &second, &other, false)),
    ];
    assert_eq!(write(&place, &orders).await, []);
    let mut dead = place.broker.consume(&Queue::Dead).await.unwrap();
    let set_aside = within(dead.take(8)).await.unwrap();
    let kept = aside::read(set_aside[0].message.clone()).message;
    let order = envelope::read_journal(&place.keys, &kept.body).unwrap();
    assert_eq!(order, orders[1], "nothing of it is lost");
}
