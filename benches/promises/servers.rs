//! Private RabbitMQ, Redis and PostgreSQL, and what is measured on them.

use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wissel::broker::amqp::{AmqpBroker, AmqpSettings};
use wissel::broker::{Broker, Queue};
use wissel::journal::Journal;
use wissel::journal::postgres::{PostgresJournal, PostgresSettings};
use wissel::store::redis::{RedisSettings, RedisStore};
use wissel::workers::{Workplace, journal};
use wissel_channels::Clock;
use wissel_servers::{Postgres, RabbitMq, Redis};

use crate::routers::{AllDone, Counting, PARTITIONS, route, workplace};
use crate::table::Table;
use crate::visitors::{publish, texts};
use crate::{capacity, flushed, ingress, latency, open_threads, pending, spread};

/// Messages before anything is measured: some for each partition, of visitors who write nothing later.
const WARM: u32 = 256;
const STRANGERS: u32 = 2_000_000_000;

/// Private servers.
pub(crate) struct Servers {
    pub(crate) rabbit: RabbitMq,
    pub(crate) redis: Redis,
    pub(crate) postgres: Postgres,
}

/// Where the servers of a workplace are.
#[derive(Clone)]
pub(crate) struct Urls {
    pub(crate) amqp: String,
    pub(crate) redis: String,
    pub(crate) postgres: String,
}

/// A workplace on fresh queues, an empty store and a fresh journal.
pub(crate) struct Fresh {
    pub(crate) place: Workplace,
    pub(crate) all: Arc<AllDone>,
    pub(crate) urls: Urls,
    tracker: TaskTracker,
    pub(crate) stop: CancellationToken,
}

/// Measures what is wanted.
pub(crate) fn measure(table: &mut Table, is_wanted: impl Fn(&str) -> bool) -> anyhow::Result<()> {
    let runtime = Runtime::new()?;
    let servers = Servers { rabbit: RabbitMq::start(), redis: Redis::start(), postgres: Postgres::start() };
    println!("RabbitMQ {}, {}", servers.rabbit.ctl(&["version"]).trim(), version(&servers.redis));
    if is_wanted("P10") {
        flushed::measure(table, &runtime, &servers)?;
    }
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
    if is_wanted("S8") {
        pending::measure(table, &runtime, &servers)?;
    }
    if is_wanted("S11") {
        spread::measure(table, &runtime, &servers)?;
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
        let (tracker, stop, all) = (TaskTracker::new(), CancellationToken::new(), AllDone::of(WARM));
        let urls =
            Urls { amqp: self.rabbit.fresh_vhost(), redis: self.redis.url(), postgres: self.postgres.fresh_database() };
        let amqp = AmqpSettings { url: urls.amqp.clone(), ca_file: None };
        let broker = Arc::new(AmqpBroker::new(amqp, Clock::system(), tracker.clone())?);
        let redis = RedisSettings { url: urls.redis.clone(), sentinel_password: None, trusted: None };
        let store = RedisStore::new(redis, PARTITIONS, &tracker)?;
        let journal = PostgresJournal::new(&PostgresSettings::new(urls.postgres.clone()))?;
        broker.declare(PARTITIONS).await?;
        journal.declare(PARTITIONS).await?;
        let counting = Counting { inner: broker, all: Arc::clone(&all) };
        let place = workplace(Arc::new(counting), Arc::new(store), Arc::new(journal))?;
        let fresh = Fresh { place, all, urls, tracker, stop };
        fresh.warm_up().await?;
        fresh.all.again(messages);
        Ok(fresh)
    }
}

impl Fresh {
    /// Routes a few messages with a journal worker beside the routers: whoever takes over a partition of which nothing is
    /// known waits for the journal. What is measured afterwards runs without one.
    async fn warm_up(&self) -> anyhow::Result<()> {
        let texts = texts()?;
        publish(&self.place, &texts, STRANGERS..STRANGERS + WARM).await?;
        let stop = self.stop.child_token();
        let mut workers = route(&self.place, &stop);
        workers.spawn(journal::run(self.place.clone(), stop.clone()));
        tokio::select! {
            () = self.all.told.notified() => {}
            Some(ended) = workers.join_next() => anyhow::bail!("a worker ended: {ended:?}"),
        }
        while self.place.broker.depth(&Queue::Journal).await?.messages > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        stop.cancel();
        while let Some(ended) = workers.join_next().await {
            ended??;
        }
        Ok(())
    }

    /// Ends all that keeps the connections.
    pub(crate) async fn end(self) {
        self.stop.cancel();
        drop(self.place);
        self.tracker.close();
        // What still waits for an answer ends with the runtime.
        let _late = tokio::time::timeout(std::time::Duration::from_secs(2), self.tracker.wait()).await;
    }
}
