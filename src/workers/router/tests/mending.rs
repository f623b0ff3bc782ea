//! A router over a Redis that loses what it held.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wissel_channels::ThreadKey;
use wissel_servers::Redis;

use super::{Allergic, PATIENCE, message, over, routed, state, texts};
use crate::broker::Queue;
use crate::store::redis::{RedisSettings, RedisStore};
use crate::thread::state::EntryKind;
use crate::wire::{audit, envelope};
use crate::workers::router::{Reaches, Seat, Share, run};
use crate::workers::{Workplace, journal};

const THREADS: u8 = 200;

async fn place(folder: &tempfile::TempDir, redis: &Redis) -> Workplace {
    let settings = RedisSettings { url: redis.url(), sentinel_password: None, trusted: None };
    let store = RedisStore::new(settings, 1, &TaskTracker::new()).unwrap();
    over(folder, Arc::new(Allergic::default()), |_| Arc::new(store)).await
}

async fn say(place: &Workplace, number: u8, text: &str) {
    for thread in 0..THREADS {
        place.post.event(&message(thread, number, text)).await.unwrap();
    }
    routed(place).await;
}

/// Runs a router and a journal worker while `what` happens.
async fn while_routing(place: &Workplace, what: impl Future<Output = ()>) {
    let stop = CancellationToken::new();
    let seat = Seat { partition: 0, holder: [5; 16], reaches: Reaches::new(1), share: Share::all(1) };
    let (router, writer) = (run(place.clone(), seat, stop.clone()), journal::run(place.clone(), stop.clone()));
    let done = async {
        what.await;
        stop.cancel();
    };
    let (ended, written, ()) = tokio::join!(router, writer, done);
    ended.unwrap();
    written.unwrap();
}

async fn check(place: &Workplace, said: &[&str]) {
    for thread in 0..THREADS {
        assert_eq!(texts(&state(place, thread).await, EntryKind::Message), said, "thread {thread}");
    }
    let different: Vec<ThreadKey> = audit::compare(&place.archive, 1).await.unwrap();
    assert_eq!(different, [], "the store is what the journal's changes give");
}

#[tokio::test]
async fn a_store_that_is_flushed_or_set_back_is_mended_and_no_message_is_lost_or_placed_twice() {
    let (folder, redis) = (tempfile::tempdir().unwrap(), Redis::start());
    let place = place(&folder, &redis).await;
    while_routing(&place, async {
        say(&place, 1, "one").await;
        redis.save_snapshot();
        say(&place, 2, "two").await;
        redis.flushall();
        let began = Instant::now();
        say(&place, 3, "three").await;
        println!("{THREADS} threads: flushed, rebuilt, and a message of each routed in {:?}", began.elapsed());
        // The router sits idle with a store that goes back: it notices by itself.
        redis.restore_snapshot();
        let mended = async {
            while place.store.partition(0).await.is_ok_and(|partition| !partition.mended || partition.head == 0) {
                tokio::task::yield_now().await;
            }
            while place.store.partition(0).await.is_err() || !place.store.partition(0).await.unwrap().mended {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, mended).await.expect("the partition is mended");
        check(&place, &["one", "two", "three"]).await;
        // The same events again, as after a crash before their acknowledgement.
        say(&place, 2, "two").await;
        say(&place, 4, "four").await;
    })
    .await;
    check(&place, &["one", "two", "three", "four"]).await;
}

#[tokio::test]
async fn a_command_that_is_published_again_after_the_store_was_lost_is_settled() {
    let (folder, redis) = (tempfile::tempdir().unwrap(), Redis::start());
    let place = place(&folder, &redis).await;
    while_routing(&place, async {
        say(&place, 1, "Wanneer komt mijn pakket?").await;
        let before = place.store.incarnation(0).await.unwrap();
        redis.flushall();
        say(&place, 1, "Wanneer komt mijn pakket?").await;
        // These events change nothing, so nothing is saved: the router may notice only when it renews its lease.
        let mended = async {
            loop {
                let partition = place.store.partition(0).await;
                if partition.is_ok_and(|found| found.mended && found.incarnation.is_some_and(|now| now != before)) {
                    break;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, mended).await.expect("the partition is mended");
        say(&place, 1, "Wanneer komt mijn pakket?").await;
    })
    .await;
    let now = place.store.incarnation(0).await.unwrap();
    let mut told = HashSet::new();
    for queue in [Queue::Bot, Queue::Handoff("desk".to_owned())] {
        while place.broker.depth(&queue).await.unwrap().messages > 0 {
            let mut consumer = place.broker.consume(&queue).await.unwrap();
            let taken = tokio::time::timeout(PATIENCE, consumer.take(64)).await.unwrap().unwrap();
            for delivery in &taken {
                let (_, incarnation) = envelope::read_commands(&place.keys, &delivery.message.body).unwrap();
                told.insert(incarnation.unwrap());
            }
            consumer.ack(taken).await.unwrap();
        }
    }
    assert!(!told.is_empty(), "commands were published");
    assert!(!told.contains(&now), "none of them may be begun without asking what became of it");
}
