//! What the broker does while RabbitMQ is away, blocked or silent, and that it heals by itself.
//!
//! These tests share a node of their own, one at a time.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;
use wissel_servers::{Proxy, RabbitMq};

use super::{LOOK, broker};
use crate::broker::contract::message;
use crate::broker::{Broker, BrokerError, Consumer, Delivery, Queue};

/// How long healing may take at the most, on a busy machine.
const HEALED: Duration = Duration::from_secs(90);

async fn node() -> MutexGuard<'static, RabbitMq> {
    static NODE: OnceLock<Mutex<RabbitMq>> = OnceLock::new();
    NODE.get_or_init(|| Mutex::new(RabbitMq::start())).lock().await
}

async fn publish(broker: &dyn Broker, queue: &Queue, number: u32) -> Result<(), BrokerError> {
    broker.publish(vec![(queue.clone(), message(number))]).await
}

/// Publishes again until it is confirmed; tells what was said before.
async fn insist(broker: &dyn Broker, queue: &Queue, number: u32) -> Vec<String> {
    let (mut said, deadline) = (Vec::new(), Instant::now() + HEALED);
    while let Err(error) = publish(broker, queue, number).await {
        assert!(matches!(error, BrokerError::Unavailable(_)) && Instant::now() < deadline, "{error}");
        said.push(error.to_string());
        tokio::time::sleep(LOOK).await;
    }
    said
}

/// Takes again until something comes; tells what was said before.
async fn insist_on(consumer: &mut dyn Consumer, most: usize) -> (Vec<Delivery>, Vec<String>) {
    let (mut said, deadline) = (Vec::new(), Instant::now() + HEALED);
    loop {
        match tokio::time::timeout_at(deadline, consumer.take(most)).await.expect("something comes") {
            Ok(taken) => return (taken, said),
            Err(error) => said.push(error.to_string()),
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn numbers(taken: &[Delivery]) -> Vec<u32> {
    let number = |delivery: &Delivery| u32::from_be_bytes(*delivery.message.id.first_chunk().unwrap());
    taken.iter().map(number).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_of_rabbitmq_loses_nothing_that_was_confirmed_and_keeps_the_order() {
    const COUNT: u32 = 600;
    let node = node().await;
    let broker = Arc::new(broker(&node.fresh_vhost()));
    let queue = Queue::Inbound(0);
    let publishing = async {
        for number in 0..COUNT {
            insist(broker.as_ref(), &queue, number).await;
        }
    };
    let consuming = async {
        let mut consumer = broker.consume(&queue).await.unwrap();
        let (mut seen, mut first_seen) = (BTreeSet::new(), Vec::new());
        while seen.len() < COUNT as usize {
            let (taken, _) = insist_on(consumer.as_mut(), 64).await;
            first_seen.extend(numbers(&taken).into_iter().filter(|number| seen.insert(*number)));
            // Lost with the link: the messages come again.
            let _acknowledged = consumer.ack(taken).await;
        }
        first_seen
    };
    let killing = async {
        while broker.depth(&queue).await.is_ok() && broker.hub.gauges.ready(&queue).is_none_or(|ready| ready < 1) {
            tokio::time::sleep(LOOK).await;
        }
        tokio::task::block_in_place(|| {
            node.kill();
            node.start_again();
        });
    };
    let ((), first_seen, ()) = tokio::join!(publishing, consuming, killing);
    assert_eq!(first_seen, (0..COUNT).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_rabbitmq_is_told_at_once_and_found_again() {
    let node = node().await;
    let broker = broker(&node.fresh_vhost());
    let mut consumer = broker.consume(&Queue::Bot).await.unwrap();
    publish(&broker, &Queue::Bot, 0).await.unwrap();
    let held = consumer.take(1).await.unwrap();
    tokio::task::block_in_place(|| node.stop_app());
    let began = Instant::now();
    let error = publish(&broker, &Queue::Bot, 1).await.unwrap_err();
    assert!(matches!(error, BrokerError::Unavailable(_)) && began.elapsed() < Duration::from_secs(5), "{error}");
    assert!(matches!(consumer.take(1).await, Err(BrokerError::Unavailable(_))));
    assert!(broker.depth(&Queue::Inbound(0)).await.is_err(), "readiness tells it");
    tokio::task::block_in_place(|| node.start_app());
    insist(&broker, &Queue::Bot, 1).await;
    let (again, _) = insist_on(consumer.as_mut(), 2).await;
    assert!(again[0].redelivered);
    assert_eq!(again[0].message, held[0].message);
    broker.depth(&Queue::Inbound(0)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_of_a_lost_channel_is_not_acknowledged_on_the_next() {
    let node = node().await;
    let broker = broker(&node.fresh_vhost());
    let queue = Queue::Journal;
    for number in 0..3 {
        publish(&broker, &queue, number).await.unwrap();
    }
    let mut consumer = broker.consume(&queue).await.unwrap();
    let (stale, _) = insist_on(consumer.as_mut(), 1).await;
    node.close_connections();
    assert!(matches!(take_all(consumer.as_mut()).await, Err(BrokerError::Unavailable(_))));
    let (mut fresh, _) = insist_on(consumer.as_mut(), 1).await;
    assert_eq!((numbers(&stale), numbers(&fresh)), (vec![0], vec![0]));
    consumer.ack(stale).await.unwrap();
    while fresh.len() < 3 {
        fresh.extend(insist_on(consumer.as_mut(), 3).await.0);
    }
    // Were the stale mark taken for one of this channel, the first message would be gone now.
    drop((consumer, fresh));
    let mut consumer = broker.consume(&queue).await.unwrap();
    let (taken, _) = insist_on(consumer.as_mut(), 3).await;
    assert_eq!(numbers(&taken[..1]), [0]);
}

/// Takes until it fails.
async fn take_all(consumer: &mut dyn Consumer) -> Result<(), BrokerError> {
    loop {
        consumer.take(64).await?;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alarm_refuses_publications_by_its_name_and_lets_consumption_go_on() {
    let node = node().await;
    let broker = broker(&node.fresh_vhost());
    for number in 0..2 {
        publish(&broker, &Queue::Bot, number).await.unwrap();
    }
    let mut consumer = broker.consume(&Queue::Bot).await.unwrap();
    let first = consumer.take(1).await.unwrap();
    node.alarm(true);
    let error = publish(&broker, &Queue::Bot, 2).await.unwrap_err();
    assert!(error.to_string().contains("blocked by a RabbitMQ alarm"), "{error}");
    consumer.ack(first).await.unwrap();
    let second = consumer.take(1).await.unwrap();
    assert_eq!(numbers(&second), [1]);
    broker.depth(&Queue::Bot).await.unwrap();
    node.alarm(false);
    insist(&broker, &Queue::Bot, 2).await;
    consumer.ack(second).await.unwrap();
    assert_eq!(numbers(&insist_on(consumer.as_mut(), 1).await.0), [2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_went_silent_is_noticed_and_replaced() {
    let node = node().await;
    let proxy = Proxy::to(node.port());
    let broker = broker(&proxy.url(&node.fresh_vhost()));
    let mut consumer = broker.consume(&Queue::Bot).await.unwrap();
    publish(&broker, &Queue::Bot, 0).await.unwrap();
    let taken = consumer.take(1).await.unwrap();
    consumer.ack(taken).await.unwrap();
    let began = Instant::now();
    proxy.freeze();
    let (published, waited) = tokio::join!(publish(&broker, &Queue::Bot, 1), consumer.take(1));
    assert!(published.unwrap_err().to_string().contains("did not answer within"));
    assert!(matches!(waited, Err(BrokerError::Unavailable(_))));
    assert!(began.elapsed() < Duration::from_mins(1), "noticed after {:?}", began.elapsed());
    proxy.heal();
    insist(&broker, &Queue::Bot, 1).await;
    assert_eq!(numbers(&insist_on(consumer.as_mut(), 1).await.0), [1]);
}
