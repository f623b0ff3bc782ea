//! What every broker must do, whatever it is made of. A backend's tests give a [`Home`] to `broker_contract!`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use wissel_channels::ChannelName;

use super::{Broker, BrokerError, Consumer, Delivery, Message, Queue};

/// Where a broker keeps its messages. It is new for each test.
#[async_trait]
pub(crate) trait Home: Send + Sync {
    /// A broker of a new process. The one before has been dropped.
    async fn open(&self) -> Arc<dyn Broker>;
}

/// Makes a test of each part of the contract. `$home` makes a [`Home`].
macro_rules! broker_contract {
    ($home:expr) => {
        broker_contract!($home;
            messages_come_in_the_order_of_their_publication,
            what_is_confirmed_outlives_the_process,
            what_is_acknowledged_is_gone_for_good,
            a_dropped_consumer_gives_back_what_it_has_in_its_old_place,
            an_exclusive_queue_has_one_consumer_at_a_time,
            consumers_share_a_queue_and_each_message_goes_to_one,
            a_dropped_consumer_leaves_the_messages_of_the_others,
            whoever_waits_is_woken_by_a_publication,
            a_take_that_is_dropped_loses_nothing,
            a_lost_confirm_is_made_good_by_publishing_again,
            a_publication_reaches_each_of_its_queues,
            a_long_queue_keeps_its_order,
            the_depth_counts_what_is_not_acknowledged,
            another_number_of_partitions_is_refused,
        );
    };
    ($home:expr; $($name:ident,)*) => {
        $(#[tokio::test]
        async fn $name() {
            crate::broker::contract::within(crate::broker::contract::$name(&$home)).await;
        })*
    };
}
pub(crate) use broker_contract;

/// Runs a test, and fails it rather than hang.
pub(crate) async fn within<T>(test: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(3), test).await.expect("the test hangs")
}

/// A message with a number.
pub(crate) fn message(number: u32) -> Message {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    Message { id, body: format!("body {number}").into_bytes().into() }
}

fn number(delivery: &Delivery) -> u32 {
    let [a, b, c, d, ..] = delivery.message.id;
    let number = u32::from_be_bytes([a, b, c, d]);
    assert_eq!(delivery.message, message(number), "a message must come as it was published");
    number
}

fn numbers(deliveries: &[Delivery]) -> Vec<u32> {
    deliveries.iter().map(number).collect()
}

async fn publish(broker: &Arc<dyn Broker>, queue: &Queue, range: impl IntoIterator<Item = u32>) {
    broker.publish(range.into_iter().map(|n| (queue.clone(), message(n))).collect()).await.unwrap();
}

/// Takes until there are `count`.
async fn take(consumer: &mut Box<dyn Consumer>, count: usize) -> Vec<Delivery> {
    let mut taken = Vec::new();
    while taken.len() < count {
        let more = consumer.take(count - taken.len()).await.unwrap();
        assert!(!more.is_empty(), "take must wait for at least one message");
        taken.extend(more);
    }
    taken
}

pub(crate) async fn messages_come_in_the_order_of_their_publication(home: &dyn Home) {
    let broker = home.open().await;
    for queue in [Queue::Inbound(3), Queue::Journal, Queue::Bot] {
        publish(&broker, &queue, 0..5).await;
        publish(&broker, &queue, 5..6).await;
        let mut consumer = broker.consume(&queue).await.unwrap();
        let first = take(&mut consumer, 2).await;
        assert_eq!(numbers(&first), [0, 1]);
        assert!(!first[0].redelivered);
        publish(&broker, &queue, 6..8).await;
        assert_eq!(numbers(&take(&mut consumer, 6).await), [2, 3, 4, 5, 6, 7]);
        consumer.ack(first).await.unwrap();
    }
}

pub(crate) async fn what_is_confirmed_outlives_the_process(home: &dyn Home) {
    let broker = home.open().await;
    let queue = Queue::Inbound(0);
    publish(&broker, &queue, 0..10).await;
    let mut consumer = broker.consume(&queue).await.unwrap();
    let mut taken = take(&mut consumer, 4).await;
    taken.truncate(2);
    consumer.ack(taken).await.unwrap();
    drop((consumer, broker));
    let broker = home.open().await;
    publish(&broker, &queue, 10..11).await;
    let mut consumer = broker.consume(&queue).await.unwrap();
    let taken = take(&mut consumer, 9).await;
    assert_eq!(numbers(&taken), (2..11).collect::<Vec<_>>());
    assert!(taken[0].redelivered, "a consumer of the old process may have had it");
}

pub(crate) async fn what_is_acknowledged_is_gone_for_good(home: &dyn Home) {
    let broker = home.open().await;
    publish(&broker, &Queue::Bot, 0..6).await;
    let mut consumer = broker.consume(&Queue::Bot).await.unwrap();
    let taken = take(&mut consumer, 6).await;
    let (odd, even): (Vec<_>, Vec<_>) = taken.into_iter().partition(|delivery| number(delivery) % 2 == 1);
    consumer.ack(odd).await.unwrap();
    drop((consumer, even));
    let mut consumer = broker.consume(&Queue::Bot).await.unwrap();
    let taken = take(&mut consumer, 3).await;
    assert_eq!(numbers(&taken), [0, 2, 4]);
    consumer.ack(taken).await.unwrap();
    drop((consumer, broker));
    let broker = home.open().await;
    publish(&broker, &Queue::Bot, 7..8).await;
    let mut consumer = broker.consume(&Queue::Bot).await.unwrap();
    assert_eq!(numbers(&take(&mut consumer, 1).await), [7]);
}

pub(crate) async fn a_dropped_consumer_gives_back_what_it_has_in_its_old_place(home: &dyn Home) {
    let broker = home.open().await;
    let queue = Queue::Inbound(1);
    publish(&broker, &queue, 0..5).await;
    let mut consumer = broker.consume(&queue).await.unwrap();
    let taken = take(&mut consumer, 3).await;
    assert!(taken.iter().all(|delivery| !delivery.redelivered));
    drop(consumer);
    publish(&broker, &queue, 5..6).await;
    let mut consumer = broker.consume(&queue).await.unwrap();
    let again = take(&mut consumer, 6).await;
    assert_eq!(numbers(&again), [0, 1, 2, 3, 4, 5]);
    // The others may have been on their way to the consumer when it went.
    assert!(again[..3].iter().all(|delivery| delivery.redelivered));
}

pub(crate) async fn an_exclusive_queue_has_one_consumer_at_a_time(home: &dyn Home) {
    let broker = home.open().await;
    let queue = Queue::Inbound(2);
    let mut first = broker.consume(&queue).await.unwrap();
    publish(&broker, &queue, 0..2).await;
    let taken = take(&mut first, 1).await;
    let mut second = broker.consume(&queue).await.unwrap();
    let mut waits = Box::pin(second.take(8));
    assert!(futures_util::poll!(&mut waits).is_pending());
    let rest = take(&mut first, 1).await;
    publish(&broker, &queue, 2..3).await;
    let new = take(&mut first, 1).await;
    assert_eq!((numbers(&taken), numbers(&rest), numbers(&new)), (vec![0], vec![1], vec![2]));
    assert!(futures_util::poll!(&mut waits).is_pending());
    first.ack(taken).await.unwrap();
    drop(first);
    let mut got = waits.await.unwrap();
    got.extend(take(&mut second, 2 - got.len()).await);
    assert_eq!(numbers(&got), [1, 2]);
}

pub(crate) async fn consumers_share_a_queue_and_each_message_goes_to_one(home: &dyn Home) {
    let broker = home.open().await;
    let queue = Queue::Deliver(ChannelName::new("webchat").unwrap());
    let mut first = broker.consume(&queue).await.unwrap();
    let mut second = broker.consume(&queue).await.unwrap();
    publish(&broker, &queue, 0..40).await;
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        let (mine, yours) = tokio::join!(take(&mut first, 1), take(&mut second, 1));
        for delivery in mine.iter().chain(&yours) {
            assert!(seen.insert(number(delivery)), "a message went to two consumers");
        }
        first.ack(mine).await.unwrap();
        second.ack(yours).await.unwrap();
    }
    assert_eq!(seen, (0..40).collect());
}

pub(crate) async fn a_dropped_consumer_leaves_the_messages_of_the_others(home: &dyn Home) {
    let broker = home.open().await;
    let queue = Queue::Handoff("desk".to_owned());
    publish(&broker, &queue, 0..6).await;
    let mut stays = broker.consume(&queue).await.unwrap();
    let mut goes = broker.consume(&queue).await.unwrap();
    let kept = take(&mut stays, 1).await;
    let lost = take(&mut goes, 2).await;
    let more = take(&mut stays, 1).await;
    drop(goes);
    let rest = take(&mut stays, 4).await;
    let mut all: Vec<u32> = [&kept[..], &more, &rest].concat_numbers();
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2, 3, 4, 5]);
    let back: Vec<u32> = rest.iter().filter(|delivery| delivery.redelivered).map(number).collect();
    assert!(numbers(&lost).iter().all(|number| back.contains(number)));
}

/// The numbers of several lists of deliveries.
trait ConcatNumbers {
    fn concat_numbers(&self) -> Vec<u32>;
}

impl<const N: usize> ConcatNumbers for [&[Delivery]; N] {
    fn concat_numbers(&self) -> Vec<u32> {
        self.iter().flat_map(|part| numbers(part)).collect()
    }
}

pub(crate) async fn whoever_waits_is_woken_by_a_publication(home: &dyn Home) {
    let broker = home.open().await;
    let mut first = broker.consume(&Queue::Bot).await.unwrap();
    let mut second = broker.consume(&Queue::Bot).await.unwrap();
    let mut one = Box::pin(first.take(1));
    let mut two = Box::pin(second.take(1));
    assert!(futures_util::poll!(&mut one).is_pending());
    assert!(futures_util::poll!(&mut two).is_pending());
    publish(&broker, &Queue::Bot, 0..2).await;
    let (one, two) = tokio::join!(one, two);
    let mut both = [&one.unwrap()[..], &two.unwrap()].concat_numbers();
    both.sort_unstable();
    assert_eq!(both, [0, 1]);
}

pub(crate) async fn a_take_that_is_dropped_loses_nothing(home: &dyn Home) {
    let broker = home.open().await;
    publish(&broker, &Queue::Bot, 0..20).await;
    drop(broker);
    let broker = home.open().await;
    let mut consumer = broker.consume(&Queue::Bot).await.unwrap();
    let mut other = broker.consume(&Queue::Bot).await.unwrap();
    let mut taken = Vec::new();
    while taken.len() < 20 {
        let polled = futures_util::poll!(Box::pin(consumer.take(1)));
        if let std::task::Poll::Ready(got) = polled {
            taken.extend(got.unwrap());
            continue;
        }
        // The message that the dropped one was about to get goes to whoever of the two takes next.
        let got = tokio::select! {
            got = consumer.take(1) => got,
            got = other.take(1) => got,
        };
        taken.extend(got.unwrap());
    }
    let mut taken = numbers(&taken);
    taken.sort_unstable();
    assert_eq!(taken, (0..20).collect::<Vec<_>>());
}

pub(crate) async fn a_lost_confirm_is_made_good_by_publishing_again(home: &dyn Home) {
    let broker = home.open().await;
    let queue = Queue::Inbound(0);
    for n in 0..10 {
        // Given up before the confirm came: it may be there or not.
        let lost = futures_util::poll!(Box::pin(broker.publish(vec![(queue.clone(), message(n))])));
        assert!(lost.is_pending());
        publish(&broker, &queue, n..=n).await;
    }
    publish(&broker, &queue, [999]).await;
    let mut consumer = broker.consume(&queue).await.unwrap();
    let mut seen = Vec::new();
    while seen.last() != Some(&999) {
        let taken = consumer.take(64).await.unwrap();
        seen.extend(numbers(&taken));
        consumer.ack(taken).await.unwrap();
    }
    assert!(seen.is_sorted(), "order is kept");
    seen.dedup();
    assert_eq!(seen, (0..10).chain([999]).collect::<Vec<_>>());
}

pub(crate) async fn a_publication_reaches_each_of_its_queues(home: &dyn Home) {
    let broker = home.open().await;
    let queues = [Queue::Bot, Queue::Journal, Queue::Inbound(15), Queue::Dead, Queue::Handoff("desk".to_owned())];
    broker.publish(queues.iter().cloned().zip((0..).map(message)).collect()).await.unwrap();
    broker.publish(Vec::new()).await.unwrap();
    for (queue, expected) in queues.iter().zip(0..) {
        let mut consumer = broker.consume(queue).await.unwrap();
        assert_eq!(numbers(&consumer.take(8).await.unwrap()), [expected]);
    }
}

pub(crate) async fn a_long_queue_keeps_its_order(home: &dyn Home) {
    let broker = home.open().await;
    let queue = Queue::Inbound(5);
    let mut consumer = broker.consume(&queue).await.unwrap();
    let mut expected = 0;
    for round in 0..4 {
        publish(&broker, &queue, round * 1000..(round + 1) * 1000).await;
        let taken = take(&mut consumer, 600).await;
        assert_eq!(numbers(&taken), (expected..expected + 600).collect::<Vec<_>>());
        expected += 600;
        consumer.ack(taken).await.unwrap();
    }
    drop(consumer);
    let mut consumer = broker.consume(&queue).await.unwrap();
    assert_eq!(numbers(&take(&mut consumer, 1600).await), (2400..4000).collect::<Vec<_>>());
}

pub(crate) async fn the_depth_counts_what_is_not_acknowledged(home: &dyn Home) {
    let broker = home.open().await;
    let depth = async |broker: &Arc<dyn Broker>| broker.depth(&Queue::Bot).await.unwrap().messages;
    assert_eq!(depth(&broker).await, 0);
    publish(&broker, &Queue::Bot, 0..7).await;
    assert_eq!(depth(&broker).await, 7);
    let mut consumer = broker.consume(&Queue::Bot).await.unwrap();
    assert_eq!(broker.depth(&Queue::Bot).await.unwrap().ready, 7);
    let taken = take(&mut consumer, 5).await;
    assert_eq!(depth(&broker).await, 7);
    assert!(broker.depth(&Queue::Bot).await.unwrap().ready <= 2, "what a consumer has is not ready");
    consumer.ack(taken).await.unwrap();
    assert_eq!(depth(&broker).await, 2);
    drop((consumer, broker));
    assert_eq!(depth(&home.open().await).await, 2);
}

pub(crate) async fn another_number_of_partitions_is_refused(home: &dyn Home) {
    let broker = home.open().await;
    broker.declare(16).await.unwrap();
    broker.declare(16).await.unwrap();
    drop(broker);
    let error = home.open().await.declare(8).await.unwrap_err();
    assert!(matches!(error, BrokerError::Unusable(_)), "{error}");
    assert!(error.to_string().contains("16"), "it names the number: {error}");
    home.open().await.declare(16).await.unwrap();
}
