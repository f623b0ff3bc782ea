//! S11: the rate of routing with one, two and four routers, each with a thread, connections and partitions of its own, as
//! processes have them. RabbitMQ, Redis and PostgreSQL share the machine with them.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use anyhow::Context;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wissel::broker::amqp::{AmqpBroker, AmqpSettings};
use wissel::journal::postgres::{PostgresJournal, PostgresSettings};
use wissel::store::redis::{RedisSettings, RedisStore};
use wissel_channels::Clock;

use crate::bare_servers;
use crate::routers::{AllDone, Counting, PARTITIONS, route_some, workplace};
use crate::servers::{Servers, Urls};
use crate::sizes;
use crate::table::Table;
use crate::visitors::{publish, texts};

const MESSAGES: u32 = 12_000;
const ROUTERS: [u16; 3] = [1, 2, 4];
/// Of a rate that rises as the routers do.
const LINEAR: f64 = 0.80;

/// Measures each number of routers.
pub(crate) fn measure(table: &mut Table, runtime: &Runtime, servers: &Servers) -> anyhow::Result<()> {
    let texts = texts()?;
    let payload = sizes::payload(&texts)?;
    let amqp = servers.rabbit.fresh_vhost();
    servers.redis.flushall();
    let bare = runtime.block_on(bare_servers::cycle(&amqp, &servers.redis.url(), &payload, MESSAGES))?;
    let mut rates = Vec::new();
    for routers in ROUTERS {
        let rate = rate(runtime, servers, &texts, routers)?;
        println!("S11: {routers} routers: {rate:.0}/s; the bare loop {bare:.0}/s");
        rates.push(rate);
    }
    for (routers, rate) in ROUTERS.iter().zip(&rates).skip(1) {
        let what = format!("S11 routed by {routers} routers, to one (bare loop {bare:.0}/s)");
        table.rate(&what, *rate, rates[0], LINEAR * f64::from(*routers));
    }
    Ok(())
}

fn rate(runtime: &Runtime, servers: &Servers, texts: &[String], routers: u16) -> anyhow::Result<f64> {
    let fresh = runtime.block_on(servers.fresh(MESSAGES))?;
    for from in (0..MESSAGES).step_by(1000) {
        runtime.block_on(publish(&fresh.place, texts, from..MESSAGES.min(from + 1000)))?;
    }
    let stop = CancellationToken::new();
    let working: Vec<_> = (0..routers)
        .map(|router| start(fresh.urls.clone(), Arc::clone(&fresh.all), (router, routers), stop.clone()))
        .collect();
    runtime.block_on(fresh.all.told.notified());
    let end = Instant::now();
    stop.cancel();
    for router in working {
        router.join().map_err(|_| anyhow::anyhow!("a router panicked"))??;
    }
    let (from, before) = fresh.all.first().context("nothing was routed")?;
    runtime.block_on(fresh.end());
    Ok(f64::from(MESSAGES - before) / end.duration_since(from).as_secs_f64())
}

/// A router on a thread of its own, with every `of`th partition.
fn start(
    urls: Urls,
    all: Arc<AllDone>,
    (router, of): (u16, u16),
    stop: CancellationToken,
) -> JoinHandle<anyhow::Result<()>> {
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            let tracker = TaskTracker::new();
            let amqp = AmqpSettings { url: urls.amqp, ca_file: None };
            let redis = RedisSettings { url: urls.redis, sentinel_password: None, trusted: None };
            let journal = PostgresJournal::new(&PostgresSettings::new(urls.postgres))?;
            let broker = Arc::new(AmqpBroker::new(amqp, Clock::system(), tracker.clone())?);
            let broker = Arc::new(Counting { inner: broker, all });
            let store = Arc::new(RedisStore::new(redis, PARTITIONS, &tracker)?);
            let place = workplace(broker, store, Arc::new(journal))?;
            let mine = (0..PARTITIONS).filter(|partition| partition % of == router);
            let holder = [u8::try_from(router)? + 1; 16];
            let mut workers = route_some(&place, mine, holder, &stop);
            while let Some(ended) = workers.join_next().await {
                ended??;
            }
            Ok(())
        })
    })
}
