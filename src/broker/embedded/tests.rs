//! The embedded broker keeps the contract.

use std::sync::Arc;

use async_trait::async_trait;
use tempfile::TempDir;
use wissel_channels::{Clock, UnixMillis};

use super::EmbeddedBroker;
use super::queue::{Claim, Found, QueueState};
use crate::broker::contract::{Home, broker_contract, message};
use crate::broker::{Broker, Queue};
use crate::sqlite::Database;

struct Folder(TempDir);

#[async_trait]
impl Home for Folder {
    async fn open(&self) -> Arc<dyn Broker> {
        Arc::new(EmbeddedBroker::new(Database::open(self.0.path(), Clock::system()).unwrap()))
    }
}

fn folder() -> Folder {
    Folder(tempfile::tempdir().unwrap())
}

broker_contract!(folder());

#[tokio::test]
async fn the_depth_tells_when_the_oldest_message_came() {
    let folder = folder();
    let clock = Clock::from_fn({
        let ticks = std::sync::atomic::AtomicI64::new(0);
        move || UnixMillis(ticks.fetch_add(1000, std::sync::atomic::Ordering::Relaxed))
    });
    let broker = EmbeddedBroker::new(Database::open(folder.0.path(), clock).unwrap());
    broker.publish(vec![(Queue::Bot, message(0))]).await.unwrap();
    broker.publish(vec![(Queue::Bot, message(1))]).await.unwrap();
    assert_eq!(broker.depth(&Queue::Bot).await.unwrap().oldest, Some(UnixMillis(0)));
    let mut consumer = broker.consume(&Queue::Bot).await.unwrap();
    let taken = consumer.take(1).await.unwrap();
    consumer.ack(taken).await.unwrap();
    assert_eq!(broker.depth(&Queue::Bot).await.unwrap().oldest, Some(UnixMillis(1000)));
}

#[test]
fn what_was_read_from_the_file_before_it_was_acknowledged_does_not_come_again() {
    let seqs = |claim: Claim| -> Vec<i64> {
        match claim {
            Claim::Some(deliveries) => deliveries.into_iter().map(|delivery| delivery.tag.cast_signed()).collect(),
            _ => Vec::new(),
        }
    };
    let state = QueueState::new(&Queue::Bot, &Found { number: 1, messages: 0, last: None });
    let all: Vec<i64> = (0..3).map(|_| state.next_seq()).collect();
    for seq in &all {
        state.arrived(*seq, message(0));
    }
    let taken: Vec<i64> = seqs(state.claim(3));
    assert_eq!(taken, all);
    // One of two consumers goes, and what it had is looked for in the file.
    state.give_back(&[all[0]].into());
    let Claim::InFile(gap) = state.claim(3) else { panic!("it is in the file") };
    let read = all.iter().map(|seq| (*seq, message(0))).collect();
    // The other one is done with one of its own, between the look and what comes of it.
    state.acknowledged(&[all[1]], 1);
    state.loaded(gap, gap.upto, read);
    let mut again = Vec::new();
    loop {
        match state.claim(3) {
            Claim::InFile(gap) => state.loaded(gap, gap.upto, vec![(all[0], message(0)), (all[2], message(0))]),
            Claim::Nothing => break,
            some @ Claim::Some(_) => again.extend(seqs(some)),
        }
    }
    assert_eq!(again, [all[0]]);
}
