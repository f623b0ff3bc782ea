//! Who gets nothing although there is work, and who merely waits for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use wissel_channels::Clock;
use wissel_servers::RabbitMq;

use super::Watched;
use crate::broker::amqp::{AmqpBroker, AmqpSettings};
use crate::broker::embedded::EmbeddedBroker;
use crate::broker::{Broker, BrokerError, Consumer, Message, Queue};
use crate::sqlite::Database;
use crate::store::embedded::EmbeddedStore;
use crate::workers::present;
use crate::workers::router::tests::within;

/// How long a consumer is quiet here before its queue is looked at.
const QUIET: Duration = Duration::from_millis(60);

async fn watched(folder: &tempfile::TempDir, broker: &Arc<dyn Broker>, queue: &Queue) -> Watched {
    let consumer = broker.consume(queue).await.unwrap();
    let store = Arc::new(EmbeddedStore::new(Database::open(folder.path(), Clock::system()).unwrap()));
    let (broker, queue) = (Arc::clone(broker), queue.clone());
    Watched { broker, store, consumer, queue, looked: Instant::now(), had_work: false, quiet: QUIET }
}

fn embedded(folder: &tempfile::TempDir) -> Arc<dyn Broker> {
    Arc::new(EmbeddedBroker::new(Database::open(folder.path(), Clock::system()).unwrap()))
}

async fn publish(broker: &Arc<dyn Broker>, queue: &Queue, count: u64) {
    let message = |number: u64| Message { id: [0; 16], body: number.to_le_bytes().to_vec().into() };
    broker.publish((0..count).map(|number| (queue.clone(), message(number))).collect()).await.unwrap();
}

/// Waits for longer than it takes to be given up.
async fn gets_nothing(consumer: &mut Watched) -> Result<(), BrokerError> {
    match tokio::time::timeout(6 * consumer.quiet, consumer.take(1)).await {
        Ok(Ok(taken)) => panic!("it got {taken:?}"),
        Ok(Err(error)) => Err(error),
        Err(_) => Ok(()),
    }
}

#[tokio::test]
async fn whoever_waits_for_work_that_is_not_there_goes_on_waiting_and_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let broker = embedded(&folder);
    for queue in [Queue::Journal, Queue::Bot] {
        let mut consumer = watched(&folder, &broker, &queue).await;
        gets_nothing(&mut consumer).await.unwrap();
        publish(&broker, &queue, 1).await;
        let taken = within(consumer.take(1)).await.unwrap();
        assert_eq!(taken.len(), 1);
        within(consumer.ack(taken)).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_gets_nothing_of_an_exclusive_queue_with_work_is_told_what_waits_where() {
    let folder = tempfile::tempdir().unwrap();
    let broker = embedded(&folder);
    // Nobody else can be at it in another process, yet nothing comes.
    let mut holder = broker.consume(&Queue::Journal).await.unwrap();
    publish(&broker, &Queue::Journal, 3).await;
    assert_eq!(within(holder.take(1)).await.unwrap().len(), 1);
    let mut consumer = watched(&folder, &broker, &Queue::Journal).await;
    let told = gets_nothing(&mut consumer).await.unwrap_err();
    assert!(matches!(&told, BrokerError::Unavailable(text) if text.contains("3 messages wait in journal")), "{told}");
}

#[tokio::test]
async fn what_others_have_of_a_shared_queue_is_no_work_and_what_nobody_has_is() {
    let [folder, other_folder] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let [broker, other_broker] = [&folder, &other_folder].map(embedded);
    let mut others = broker.consume(&Queue::Bot).await.unwrap();
    let mut consumer = watched(&folder, &broker, &Queue::Bot).await;
    publish(&broker, &Queue::Bot, 100).await;
    let mut taken = 0;
    while taken < 100 {
        taken += within(others.take(64)).await.unwrap().len();
    }
    gets_nothing(&mut consumer).await.unwrap();
    // As when a broker has forgotten about its consumer.
    consumer.broker = Arc::clone(&other_broker);
    publish(&other_broker, &Queue::Bot, 1).await;
    let told = gets_nothing(&mut consumer).await.unwrap_err();
    assert!(matches!(&told, BrokerError::Unavailable(text) if text.contains("1 messages wait in bot")), "{told}");
}

#[tokio::test]
async fn whoever_stands_by_goes_on_standing_by_and_takes_over_when_the_other_goes() {
    let settings = AmqpSettings { url: RabbitMq::shared().fresh_vhost(), ca_file: None };
    let [first, second] = [(); 2].map(|()| -> Arc<dyn Broker> {
        Arc::new(AmqpBroker::new(settings.clone(), Clock::system(), TaskTracker::new()).unwrap())
    });
    first.declare(1).await.unwrap();
    publish(&first, &Queue::Journal, 500).await;
    let mut active = first.consume(&Queue::Journal).await.unwrap();
    assert!(!within(active.take(10)).await.unwrap().is_empty());
    let folder = tempfile::tempdir().unwrap();
    let mut standby = watched(&folder, &second, &Queue::Journal).await;
    assert!(gets_nothing(&mut standby).await.is_err(), "as far as it knows it is alone");
    for mark in [1, 2] {
        standby.store.attend(present::JOURNAL, [mark; 16], Duration::from_mins(1)).await.unwrap();
    }
    gets_nothing(&mut standby).await.unwrap();
    drop(active);
    let mut taken = Vec::new();
    while taken.is_empty() {
        // Each time it asks anew it has to wait for its turn again.
        taken = within(standby.take(10)).await.unwrap();
    }
}
