//! S10: the rate of routing with a thousand and with many open conversations: each message goes to a thread that is there
//! and has left the routers' memory. S7: what a thread takes in Redis.

use std::time::Instant;

use anyhow::Context;
use tokio::runtime::Runtime;

use crate::routers::route;
use crate::servers::{Fresh, Servers};
use crate::table::Table;
use crate::visitors::{again, event, texts};

/// How many threads there are, unless `--threads N` says how many at the most.
const FEW: u32 = 1_000;
const MANY: u32 = 100_000;
const MESSAGES: u32 = 10_000;
/// Messages of a thread whose size is told.
const SHORT: u32 = 5;
const BYTES: u32 = 2_048;

/// Measures what is wanted.
pub(crate) fn measure(
    table: &mut Table,
    runtime: &Runtime,
    servers: &Servers,
    is_wanted: &dyn Fn(&str) -> bool,
) -> anyhow::Result<()> {
    if is_wanted("S7") {
        let bytes = runtime.block_on(thread_bytes(servers))?;
        table.count("S7 bytes of a thread in Redis at 5 short messages, ids apart", bytes, BYTES);
    }
    if is_wanted("S10") {
        let few = runtime.block_on(rate(servers, FEW))?;
        let many = runtime.block_on(rate(servers, most()))?;
        println!("S10: {few:.0}/s with {FEW} open threads, {many:.0}/s with {}", most());
        table.rate(&format!("S10 routed with {} open threads, to {FEW}", most()), many, few, 0.90);
    }
    Ok(())
}

fn most() -> u32 {
    let arguments: Vec<String> = std::env::args().collect();
    let place = arguments.iter().position(|argument| argument == "--threads");
    place.and_then(|place| arguments.get(place + 1)?.parse().ok()).unwrap_or(MANY)
}

/// Lets the routers have messages, all of them there before they begin; how many a second.
async fn routed(fresh: &Fresh, messages: u32) -> anyhow::Result<f64> {
    let stop = fresh.stop.child_token();
    fresh.all.again(messages);
    let mut workers = route(&fresh.place, &stop);
    tokio::select! {
        () = fresh.all.told.notified() => {}
        Some(ended) = workers.join_next() => anyhow::bail!("a worker ended: {ended:?}"),
    }
    let end = Instant::now();
    stop.cancel();
    while let Some(ended) = workers.join_next().await {
        ended??;
    }
    let (from, before) = fresh.all.first().context("nothing was routed")?;
    Ok(f64::from(messages - before) / end.duration_since(from).as_secs_f64())
}

async fn publish(fresh: &Fresh, texts: &[String], numbers: impl Iterator<Item = (u32, u32)>) -> anyhow::Result<()> {
    let numbers: Vec<_> = numbers.collect();
    for some in numbers.chunks(1000) {
        let mut messages = Vec::with_capacity(some.len());
        for (thread, number) in some {
            messages.push(again(&fresh.place, *thread, *number, texts)?);
        }
        fresh.place.broker.publish(messages).await?;
    }
    Ok(())
}

/// The rate with `threads` open threads.
async fn rate(servers: &Servers, threads: u32) -> anyhow::Result<f64> {
    let fresh = servers.fresh(threads).await?;
    let texts = texts()?;
    publish(&fresh, &texts, (0..threads).map(|thread| (thread, 0))).await?;
    routed(&fresh, threads).await?;
    // Far from one another, so that each is a new one for a partition's memory.
    let step = (threads / MESSAGES).max(1);
    publish(&fresh, &texts, (0..MESSAGES).map(|number| (number * step % threads, 1 + number))).await?;
    let rate = routed(&fresh, MESSAGES).await?;
    fresh.end().await;
    Ok(rate)
}

/// What Redis says that one thread's state takes, after some short messages.
async fn thread_bytes(servers: &Servers) -> anyhow::Result<u32> {
    let fresh = servers.fresh(SHORT).await?;
    let texts = ["Waar blijft mijn pakket?".to_owned()];
    publish(&fresh, &texts, (0..SHORT).map(|number| (0, number))).await?;
    routed(&fresh, SHORT).await?;
    let mut redis = redis::Client::open(servers.redis.url())?.get_multiplexed_async_connection().await?;
    let keys: Vec<Vec<u8>> = redis::cmd("KEYS").arg("*").query_async(&mut redis).await?;
    let thread = event(0, &texts).thread.0;
    let (mut state, mut ids) = (0, 0);
    for key in keys.iter().filter(|key| key.ends_with(&thread)) {
        let bytes: u32 = redis::cmd("MEMORY").arg("USAGE").arg(key).query_async(&mut redis).await?;
        match key[key.len() - thread.len() - 1] {
            b't' => state += bytes,
            b's' => ids += bytes,
            other => println!("S7: another key of the thread, {}, takes {bytes}", char::from(other)),
        }
    }
    println!("S7: the state of a thread takes {state} bytes, its ids {ids}");
    fresh.end().await;
    Ok(state)
}
