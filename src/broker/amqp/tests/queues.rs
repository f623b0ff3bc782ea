//! Queues that are not as they should be, and what is declared.

use std::time::Duration;

use lapin::options::{BasicGetOptions, BasicNackOptions, BasicPublishOptions};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use serde_json::json;
use tokio_util::task::TaskTracker;
use wissel_servers::RabbitMq;

use super::{LOOK, broker, vhost};
use crate::broker::amqp::gauges::FRESH;
use crate::broker::amqp::topology::{QueueSpec, topology};
use crate::broker::amqp::{AmqpBroker, AmqpSettings, Dial};
use crate::broker::contract::{message, within};
use crate::broker::{Broker, BrokerError, Queue};

/// A bare channel, and the connection that carries it.
async fn bare(url: &str) -> (Connection, Channel) {
    let connection = Connection::connect(url, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    (connection, channel)
}

async fn publish(broker: &AmqpBroker, queue: &Queue, numbers: std::ops::Range<u32>) -> Result<(), BrokerError> {
    broker.publish(numbers.map(|number| (queue.clone(), message(number))).collect()).await
}

#[tokio::test]
async fn a_queue_with_other_arguments_is_named_with_the_argument_and_the_remedy() {
    let url = RabbitMq::shared().fresh_vhost();
    let broker = broker(&url);
    let mut spec = QueueSpec::of(&Queue::Bot);
    spec.arguments.insert("x-delivery-limit".to_owned(), json!(20));
    assert!(broker.hub.queues.declare(&broker.hub.consuming, &spec).await.is_ok());
    for error in [broker.declare(4).await.unwrap_err(), publish(&broker, &Queue::Bot, 0..1).await.unwrap_err()] {
        let text = error.to_string();
        assert!(matches!(error, BrokerError::Unusable(_)), "{text}");
        for part in ["queue bot", "x-delivery-limit is \"20\", Wissel needs \"1000000\"", "wissel topology apply"] {
            assert!(text.contains(part), "{part:?} in {text}");
        }
    }
    // The others are not harmed.
    publish(&broker, &Queue::Journal, 0..1).await.unwrap();
}

#[tokio::test]
async fn a_queue_deleted_under_a_publisher_is_made_again_and_gets_the_whole_publication() {
    let url = RabbitMq::shared().fresh_vhost();
    let broker = broker(&url);
    publish(&broker, &Queue::Bot, 0..3).await.unwrap();
    RabbitMq::shared().ctl(&["delete_queue", "bot", "-p", vhost(&url)]);
    let both: Vec<_> = (3..9).map(|n| (if n % 2 == 0 { Queue::Bot } else { Queue::Journal }, message(n))).collect();
    broker.publish(both).await.unwrap();
    let mut consumer = broker.consume(&Queue::Bot).await.unwrap();
    let mut taken = Vec::new();
    while taken.len() < 3 {
        taken.extend(within(consumer.take(3)).await.unwrap().into_iter().map(|delivery| delivery.message));
    }
    assert_eq!(taken, [4, 6, 8].map(message));
}

#[tokio::test]
async fn what_waits_in_a_queue_that_nobody_reads_grows_old() {
    let url = RabbitMq::shared().fresh_vhost();
    let (reading, watching) = (broker(&url), broker(&url));
    publish(&reading, &Queue::Journal, 0..1).await.unwrap();
    let oldest = async || loop {
        let depth = watching.depth(&Queue::Journal).await.unwrap();
        if depth.messages > 0 {
            return depth.oldest;
        }
        tokio::time::sleep(LOOK).await;
    };
    let since = within(oldest()).await;
    assert!(since.is_some());
    tokio::time::sleep(FRESH).await;
    assert_eq!(within(oldest()).await, since, "it grows older");
    let mut consumer = reading.consume(&Queue::Journal).await.unwrap();
    let taken = within(consumer.take(1)).await.unwrap();
    consumer.ack(taken).await.unwrap();
    let emptied = async {
        while watching.depth(&Queue::Journal).await.unwrap().oldest.is_some() {
            tokio::time::sleep(LOOK).await;
        }
    };
    within(emptied).await;
}

#[tokio::test]
async fn a_queue_deleted_under_a_consumer_is_told_and_made_again() {
    let url = RabbitMq::shared().fresh_vhost();
    let broker = broker(&url);
    let mut consumer = broker.consume(&Queue::Journal).await.unwrap();
    publish(&broker, &Queue::Journal, 0..1).await.unwrap();
    within(consumer.take(1)).await.unwrap();
    RabbitMq::shared().ctl(&["delete_queue", "journal", "-p", vhost(&url)]);
    assert!(matches!(within(consumer.take(1)).await, Err(BrokerError::Unavailable(_))));
    publish(&broker, &Queue::Journal, 1..2).await.unwrap();
    assert_eq!(within(consumer.take(1)).await.unwrap()[0].message, message(1));
}

/// RabbitMQ 3.10 leaves some consumers waiting for ever when the queue is there again before they have heard of its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_deleted_under_many_who_publish_is_consumed_again_by_all_who_did() {
    const CONSUMERS: usize = 8;
    let url = RabbitMq::shared().fresh_vhost();
    let (publishing, consuming) = (broker(&url), broker(&url));
    let mut consumers = Vec::new();
    for _ in 0..CONSUMERS {
        consumers.push(consuming.consume(&Queue::Bot).await.unwrap());
    }
    let deleted = TaskTracker::new();
    for round in 0..2 {
        let vhost = vhost(&url).to_owned();
        let deleting = deleted.spawn_blocking(move || RabbitMq::shared().ctl(&["delete_queue", "bot", "-p", &vhost]));
        // Somebody is about to publish at any moment.
        while !deleting.is_finished() {
            let _gone = publish(&publishing, &Queue::Bot, 0..1).await;
            let taken = futures_util::future::join_all(consumers.iter_mut().map(|consumer| async {
                if let Ok(Ok(taken)) = tokio::time::timeout(LOOK, consumer.take(1)).await {
                    let _gone = consumer.ack(taken).await;
                }
            }));
            taken.await;
        }
        // Each has none in hand now, and takes one: all of them can.
        for (number, consumer) in consumers.iter_mut().enumerate() {
            let gets_one = async {
                loop {
                    let _again = publish(&publishing, &Queue::Bot, 1..2).await;
                    if let Ok(Ok(taken)) = tokio::time::timeout(10 * LOOK, consumer.take(1)).await {
                        let _gone = consumer.ack(taken).await;
                        break;
                    }
                }
            };
            let got = tokio::time::timeout(Duration::from_secs(20), gets_one).await;
            assert!(got.is_ok(), "round {round}: consumer {number} gets nothing any more");
        }
    }
}

#[tokio::test]
async fn an_exclusive_consumer_that_acknowledges_nothing_is_told_so() {
    let broker = broker(&RabbitMq::shared().fresh_vhost());
    publish(&broker, &Queue::Inbound(0), 0..300).await.unwrap();
    let mut consumer = broker.consume(&Queue::Inbound(0)).await.unwrap();
    let mut count = 0;
    let error = loop {
        match within(consumer.take(64)).await {
            Ok(taken) => count += taken.len(),
            Err(error) => break error,
        }
    };
    assert!(count == 128 && matches!(error, BrokerError::Unusable(_)), "{count}: {error}");
}

#[tokio::test]
async fn what_is_given_back_too_often_ends_in_the_queue_of_the_dead() {
    let url = RabbitMq::shared().fresh_vhost();
    let broker = broker(&url);
    broker.declare(1).await.unwrap();
    let mut spec = QueueSpec::of(&Queue::Bot);
    "patience of one".clone_into(&mut spec.name);
    spec.arguments.insert("x-delivery-limit".to_owned(), json!(1));
    let link = &broker.hub.consuming;
    assert!(broker.hub.queues.declare(link, &spec).await.is_ok());
    let (_connection, channel) = bare(&url).await;
    let (body, properties) = (b"poison".as_slice(), BasicProperties::default().with_delivery_mode(2));
    let name = || spec.name.as_str().into();
    channel.basic_publish("".into(), name(), BasicPublishOptions::default(), body, properties).await.unwrap();
    let mut dead = broker.consume(&Queue::Dead).await.unwrap();
    let giving_back = async {
        loop {
            if let Some(got) = channel.basic_get(name(), BasicGetOptions::default()).await.unwrap() {
                got.nack(BasicNackOptions { requeue: true, multiple: false }).await.unwrap();
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    let set_aside = tokio::select! {
        taken = within(dead.take(1)) => taken.unwrap(),
        () = giving_back => unreachable!(),
    };
    assert_eq!(set_aside[0].message.body, body);
}

#[test]
fn every_queue_is_durable_limited_and_ends_in_the_dead() {
    let specs = topology(2, &["desk".to_owned()], &["webchat".parse().unwrap()]);
    let names: Vec<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
    let expected = [
        "partitions",
        "dead",
        "journal",
        "bot",
        "classify",
        "inbound.0",
        "inbound.1",
        "handoff.desk",
        "deliver.webchat",
    ];
    assert_eq!(names, expected);
    for spec in &specs {
        assert_eq!(spec.arguments["x-queue-type"], "quorum", "{}", spec.name);
        assert!(spec.durable && !spec.auto_delete);
        let alone = spec.arguments.get("x-single-active-consumer") == Some(&json!(true));
        assert_eq!(alone, spec.name == "journal" || spec.name.starts_with("inbound."), "{}", spec.name);
        if !["partitions", "dead"].contains(&spec.name.as_str()) {
            assert_eq!(spec.arguments["x-dead-letter-routing-key"], "dead", "{}", spec.name);
            assert!(spec.arguments["x-delivery-limit"].as_u64() >= Some(1000), "{}", spec.name);
        }
    }
}

#[test]
fn an_address_that_cannot_be_read_is_refused_without_its_password() {
    let settings = |url: &str| AmqpSettings { url: url.to_owned(), ca_file: None };
    for url in ["http://user:hunter2@host", "amqp://user:hunter2@host:port/", "hunter2"] {
        let Err(error) = Dial::new(settings(url)) else { panic!("{url} is no address") };
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    assert_eq!(Dial::new(settings("amqps://user:hunter2@rabbit")).ok().unwrap().place(), "rabbit:5671");
}
