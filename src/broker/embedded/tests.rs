//! The embedded broker keeps the contract.

use std::sync::Arc;

use async_trait::async_trait;
use tempfile::TempDir;
use wissel_channels::{Clock, UnixMillis};

use super::EmbeddedBroker;
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
