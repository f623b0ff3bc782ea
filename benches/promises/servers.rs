//! Private RabbitMQ, Redis and PostgreSQL, and what is measured on them.

use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wissel::broker::Broker;
use wissel::broker::amqp::{AmqpBroker, AmqpSettings};
use wissel::journal::Journal;
use wissel::journal::postgres::{PostgresJournal, PostgresSettings};
use wissel::store::redis::{RedisSettings, RedisStore};
use wissel::workers::Workplace;
use wissel_channels::Clock;
use wissel_servers::{Postgres, RabbitMq, Redis};

use crate::routers::{AllDone, Counting, PARTITIONS, workplace};
use crate::table::Table;
use crate::{capacity, ingress, latency, open_threads};

/// Private servers.
pub(crate) struct Servers {
    pub(crate) rabbit: RabbitMq,
    pub(crate) redis: Redis,
    postgres: Postgres,
}

/// A workplace on fresh queues, an empty store and a fresh journal.
pub(crate) struct Fresh {
    pub(crate) place: Workplace,
    pub(crate) all: Arc<AllDone>,
    tracker: TaskTracker,
    pub(crate) stop: CancellationToken,
}

/// Measures what is wanted.
pub(crate) fn measure(table: &mut Table, is_wanted: impl Fn(&str) -> bool) -> anyhow::Result<()> {
    let runtime = Runtime::new()?;
    let servers = Servers { rabbit: RabbitMq::start(), redis: Redis::start(), postgres: Postgres::start() };
    println!("RabbitMQ {}, {}", servers.rabbit.ctl(&["version"]).trim(), version(&servers.redis));
    let mut rate = None;
    if is_wanted("S1") || is_wanted("S3") {
        rate = Some(capacity::measure(table, &runtime, &servers)?);
    }
    if let Some(rate) = rate.filter(|_| is_wanted("S3")) {
        latency::measure(table, &runtime, &servers, rate / 2.0)?;
    }
    if is_wanted("S2") {
        ingress::measure(table, &runtime, &servers)?;
    }
    if is_wanted("S7") || is_wanted("S10") {
        open_threads::measure(table, &runtime, &servers, &is_wanted)?;
    }
    Ok(())
}

fn version(redis: &Redis) -> String {
    let info = redis.command(&["INFO", "server"]);
    info.lines().find(|line| line.starts_with("redis_version")).unwrap_or("Redis").to_owned()
}

impl Servers {
    /// A workplace that tells when `messages` were acknowledged.
    pub(crate) async fn fresh(&self, messages: u32) -> anyhow::Result<Fresh> {
        self.redis.flushall();
        let (tracker, stop, all) = (TaskTracker::new(), CancellationToken::new(), AllDone::of(messages));
        let amqp = AmqpSettings { url: self.rabbit.fresh_vhost(), ca_file: None };
        let broker = Arc::new(AmqpBroker::new(amqp, Clock::system(), tracker.clone())?);
        let redis = RedisSettings { url: self.redis.url(), sentinel_password: None, trusted: None };
        let store = RedisStore::new(redis, PARTITIONS, &tracker)?;
        let postgres = PostgresSettings { url: self.postgres.fresh_database(), ca_file: None };
        let journal = PostgresJournal::new(&postgres)?;
        broker.declare(PARTITIONS).await?;
        journal.declare(PARTITIONS).await?;
        let counting = Counting { inner: broker, all: Arc::clone(&all) };
        let place = workplace(Arc::new(counting), Arc::new(store), Arc::new(journal))?;
        Ok(Fresh { place, all, tracker, stop })
    }
}

impl Fresh {
    /// Ends all that keeps the connections.
    pub(crate) async fn end(self) {
        self.stop.cancel();
        drop(self.place);
        self.tracker.close();
        // What still waits for an answer ends with the runtime.
        let _late = tokio::time::timeout(std::time::Duration::from_secs(2), self.tracker.wait()).await;
    }
}
