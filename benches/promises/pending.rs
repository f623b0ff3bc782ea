//! S8 on RabbitMQ, Redis and PostgreSQL: many messages wait, and the daemon, everything in one process, is started while
//! all partitions are free; then it is killed at its first decision and started again. Partitions that it held by then are
//! free when their leases end. The bare loop is a consumer of one of these queues: from connecting to its first message.

use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::StreamExt;
use lapin::options::BasicConsumeOptions;
use lapin::types::FieldTable;
use lapin::{Connection, ConnectionProperties};
use tokio::runtime::Runtime;
use wissel::broker::Queue;
use wissel::broker::amqp::{AmqpBroker, AmqpSettings};
use wissel::broker::{Broker, Message};
use wissel::wire::post::partition_of;
use wissel::wire::{Keys, envelope};
use wissel_channels::Clock;

use crate::daemon::{Daemon, has_decided, is_ready};
use crate::routers::PARTITIONS;
use crate::servers::Servers;
use crate::start::{FIRST, PENDING};
use crate::table::{Table, number_of};
use crate::visitors::{event, texts};

/// How long a lease of a router lasts, and some time around it.
const LEASE: Duration = Duration::from_secs(11);
const CHUNK: u32 = 2_000;

/// Measures with `--pending N`, or a million.
pub(crate) fn measure(table: &mut Table, runtime: &Runtime, servers: &Servers) -> anyhow::Result<()> {
    let pending = number_of("--pending", PENDING);
    let folder = tempfile::tempdir()?;
    servers.redis.flushall();
    let amqp = servers.rabbit.fresh_vhost();
    let settings = [
        ("WISSEL__BROKER__URL", amqp.clone()),
        ("WISSEL__STORE__URL", servers.redis.url()),
        ("WISSEL__JOURNAL__URL", servers.postgres.fresh_database()),
        ("WISSEL__SECRETS__MASTER_KEY", "07".repeat(32)),
    ];
    let start = || Daemon::start(folder.path(), &settings);
    drop(start()?.wait_for("/readyz", is_ready)?);
    let began = Instant::now();
    runtime.block_on(fill(&amqp, pending))?;
    println!("S8: {pending} messages published to RabbitMQ in {:.1?}", began.elapsed());
    let bare = runtime.block_on(first_of(&amqp))?;
    std::thread::sleep(LEASE);
    let began = Instant::now();
    let daemon = start()?.wait_for("/metrics", has_decided)?;
    let free = began.elapsed();
    drop(daemon);
    let began = Instant::now();
    let daemon = start()?.wait_for("/metrics", has_decided)?;
    let killed = began.elapsed();
    drop(daemon);
    println!(
        "S8: first routed {free:.2?} after a start with free partitions, {killed:.2?} after a kill at its first decision"
    );
    table.time(&format!("S8 first routed, {pending} pending on RabbitMQ, leases free"), free, Some(bare), FIRST);
    table.time(
        &format!("S8 first routed, {pending} pending on RabbitMQ, after a kill"),
        killed,
        Some(bare),
        LEASE + FIRST,
    );
    Ok(())
}

async fn fill(amqp: &str, pending: u32) -> anyhow::Result<()> {
    let (texts, keys) = (texts()?, Keys::new([7; 32]));
    let settings = AmqpSettings { url: amqp.to_owned(), ca_file: None };
    let broker = AmqpBroker::new(settings, Clock::system(), tokio_util::task::TaskTracker::new())?;
    for from in (0..pending).step_by(CHUNK as usize) {
        let mut messages = Vec::new();
        for number in from..pending.min(from + CHUNK) {
            let event = event(number, &texts);
            let body = envelope::write_event(&keys, &event)?;
            messages.push((
                Queue::Inbound(partition_of(event.thread, PARTITIONS)),
                Message { id: event.id.0, body: body.into() },
            ));
        }
        // Each lane takes the messages of some partitions.
        let mut lanes: Vec<Vec<(Queue, Message)>> = vec![Vec::new(); usize::from(PARTITIONS)];
        for (queue, message) in messages {
            if let Queue::Inbound(partition) = queue {
                lanes[usize::from(partition)].push((queue, message));
            }
        }
        futures_util::future::try_join_all(lanes.into_iter().map(|lane| broker.publish(lane))).await?;
    }
    Ok(())
}

/// How long a bare consumer takes to its first message.
async fn first_of(amqp: &str) -> anyhow::Result<Duration> {
    let began = Instant::now();
    let connection = Connection::connect(amqp, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.basic_qos(100, lapin::options::BasicQosOptions::default()).await?;
    let consuming = channel.basic_consume(
        "inbound.0".into(),
        "bench".into(),
        BasicConsumeOptions::default(),
        FieldTable::default(),
    );
    let mut consumer = consuming.await?;
    consumer.next().await.context("the queue is empty")??;
    let taken = began.elapsed();
    connection.close(200, "done".into()).await?;
    Ok(taken)
}
