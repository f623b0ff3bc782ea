//! The bare loop of RabbitMQ and Redis: what a program that does nothing of its own needs for a message.
//!
//! Sixteen quorum queues are consumed; each ready batch of at most 64 messages runs one Redis script a message, all in one
//! go, publishes one message each to two other queues in turn, waits for the confirmations, and acknowledges at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use anyhow::Context;
use futures_util::future::try_join_all;
use futures_util::{FutureExt, StreamExt};
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
    QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};
use redis::aio::MultiplexedConnection;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::routers::PARTITIONS;

/// How many messages make up a batch, and how many RabbitMQ sends ahead.
const BATCH: usize = 64;
const PREFETCH: u16 = 100;
const PERSISTENT: u8 = 2;
/// Keeps a thread's state and counts the batches of a partition.
const SCRIPT: &str = "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('INCR', KEYS[2])";

/// The bodies that it moves, as long as ours.
#[derive(Clone)]
pub(crate) struct Payload {
    pub(crate) event: Vec<u8>,
    pub(crate) command: Vec<u8>,
    pub(crate) state: Vec<u8>,
}

struct Bare {
    consuming: Connection,
    publishing: Connection,
    redis: MultiplexedConnection,
    script: String,
    payload: Payload,
    left: AtomicU32,
    done: watch::Sender<bool>,
    first: std::sync::Mutex<Option<(Instant, u32)>>,
}

/// Fills the queues with `messages`, then moves them all; how many a second, from the first batch done to the last.
pub(crate) async fn cycle(amqp: &str, redis: &str, payload: &Payload, messages: u32) -> anyhow::Result<f64> {
    let mut redis = redis::Client::open(redis)?.get_multiplexed_async_connection().await?;
    let script: String = redis::cmd("SCRIPT").arg("LOAD").arg(SCRIPT).query_async(&mut redis).await?;
    let connect = || Connection::connect(amqp, ConnectionProperties::default());
    let bare = Arc::new(Bare {
        consuming: connect().await?,
        publishing: connect().await?,
        redis,
        script,
        payload: payload.clone(),
        left: AtomicU32::new(messages),
        done: watch::Sender::new(false),
        first: std::sync::Mutex::default(),
    });
    bare.fill(messages).await?;
    let mut tasks = JoinSet::new();
    for partition in 0..PARTITIONS {
        tasks.spawn(Arc::clone(&bare).serve(partition));
    }
    let mut done = bare.done.subscribe();
    tokio::select! {
        done = done.wait_for(|done| *done) => drop(done?),
        Some(ended) = tasks.join_next() => ended??,
    }
    let first = *bare.first.lock().map_err(|_| anyhow::anyhow!("a task panicked"))?;
    let (from, before) = first.context("nothing was moved")?;
    Ok(f64::from(messages - before) / from.elapsed().as_secs_f64())
}

impl Bare {
    async fn fill(&self, messages: u32) -> anyhow::Result<()> {
        let channel = self.publishing.create_channel().await?;
        for queue in (0..PARTITIONS).map(|partition| format!("bare.{partition}")).chain(outs()) {
            let mut arguments = FieldTable::default();
            arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
            let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
            channel.queue_declare(queue.into(), options, arguments).await?;
        }
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        let numbers: Vec<u32> = (0..messages).collect();
        for some in numbers.chunks(512) {
            let queues = some.iter().map(|number| format!("bare.{}", number % u32::from(PARTITIONS)));
            self.publish(&channel, queues, &self.payload.event).await?;
        }
        Ok(())
    }

    async fn publish(
        &self,
        channel: &Channel,
        queues: impl Iterator<Item = String>,
        body: &[u8],
    ) -> anyhow::Result<()> {
        let mut confirms = Vec::new();
        for queue in queues {
            let properties = BasicProperties::default().with_delivery_mode(PERSISTENT);
            let queue = ShortString::try_new(queue).map_err(|_| anyhow::anyhow!("too long a name"))?;
            let options = BasicPublishOptions { mandatory: true, immediate: false };
            confirms.push(channel.basic_publish("".into(), queue, options, body, properties).await?);
        }
        for confirm in try_join_all(confirms).await? {
            anyhow::ensure!(matches!(confirm, Confirmation::Ack(None)), "RabbitMQ refused a message");
        }
        Ok(())
    }

    async fn serve(self: Arc<Self>, partition: u16) -> anyhow::Result<()> {
        let (incoming, outgoing) = (self.consuming.create_channel().await?, self.publishing.create_channel().await?);
        outgoing.confirm_select(ConfirmSelectOptions::default()).await?;
        incoming.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
        let queue = format!("bare.{partition}");
        let (options, tag) = (BasicConsumeOptions::default(), ShortString::from("bare"));
        let mut consumer = incoming.basic_consume(queue.into(), tag, options, FieldTable::default()).await?;
        let mut redis = self.redis.clone();
        let mut number = 0_u64;
        while let Some(first) = consumer.next().await {
            let mut batch = vec![first?];
            while batch.len() < BATCH
                && let Some(Some(next)) = consumer.next().now_or_never()
            {
                batch.push(next?);
            }
            let mut pipeline = redis::pipe();
            for _ in &batch {
                number += 1;
                let keys = [format!("bare:{partition}:{number}"), format!("bare:{partition}")];
                pipeline.cmd("EVALSHA").arg(&self.script).arg(2).arg(&keys).arg(&self.payload.state);
            }
            let _counts: Vec<u64> = pipeline.query_async(&mut redis).await?;
            let queues = (0..batch.len()).map(|place| outs()[place % 2].clone());
            self.publish(&outgoing, queues, &self.payload.command).await?;
            let last = batch[batch.len() - 1].delivery_tag;
            incoming.basic_ack(last, BasicAckOptions { multiple: true }).await?;
            self.count(u32::try_from(batch.len())?);
        }
        Ok(())
    }

    fn count(&self, messages: u32) {
        if let Ok(mut first) = self.first.lock() {
            first.get_or_insert((Instant::now(), messages));
        }
        if self.left.fetch_sub(messages, Ordering::Relaxed) == messages {
            self.done.send_replace(true);
        }
    }
}

/// The queues that it publishes to.
fn outs() -> [String; 2] {
    ["bare.bot".to_owned(), "bare.handoff".to_owned()]
}
