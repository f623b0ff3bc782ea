//! S10: the rate of routing with a thousand and with many open conversations: each message goes to a thread that is there
//! and has left the routers' memory. S7: what a thread takes in Redis.

use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::runtime::Runtime;
use wissel::routing::{RoutingTable, Verdict};
use wissel::store::{SaveThread, Stored};
use wissel::thread::{Circumstances, Event, Input, Thread, step};
use wissel::triage::{Embedded, Message, Triage};
use wissel::wire::{DataKey, envelope};
use wissel::workers::Workplace;

use crate::routers::{PARTITIONS, route};
use crate::servers::{Fresh, Servers};
use crate::table::{Table, number_of};
use crate::visitors::{again, event, texts};

/// How many threads there are, up to `--threads N`.
const FEW: u32 = 1_000;
const MANY: u32 = 100_000;
/// How many are put into the store together, and how long that may take in all.
const PAGE: usize = 256;
const HELD: Duration = Duration::from_mins(5);
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
        println!("S10: {few:.0}/s with {FEW} open threads");
        let most = number_of("--threads", MANY);
        for threads in [10_000, 100_000, 1_000_000].into_iter().filter(|threads| *threads <= most) {
            let many = runtime.block_on(rate(servers, threads))?;
            println!("S10: {many:.0}/s with {threads}");
            table.rate(&format!("S10 routed with {threads} open threads, to {FEW}"), many, few, 0.90);
        }
    }
    Ok(())
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
    let fresh = servers.fresh(MESSAGES).await?;
    let texts = texts()?;
    open(&fresh.place, threads, &texts).await?;
    // Far from one another, so that each is a new one for a partition's memory.
    let step = (threads / MESSAGES).max(1);
    publish(&fresh, &texts, (0..MESSAGES).map(|number| (number * step % threads, 1 + number))).await?;
    settled(servers).await?;
    let rate = routed(&fresh, MESSAGES).await?;
    fresh.end().await;
    Ok(rate)
}

/// Waits until Redis has written down what was put into it: that is no part of the routing that is measured.
async fn settled(servers: &Servers) -> anyhow::Result<()> {
    let mut redis = redis::Client::open(servers.redis.url())?.get_multiplexed_async_connection().await?;
    let since = Instant::now();
    while since.elapsed() < HELD {
        let told: String = redis::cmd("INFO").arg("persistence").query_async(&mut redis).await?;
        let rests = |what: &str| told.lines().any(|line| line == format!("{what}:0"));
        if ["aof_pending_bio_fsync", "aof_rewrite_in_progress", "aof_rewrite_scheduled", "rdb_bgsave_in_progress"]
            .iter()
            .all(|what| rests(what))
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("Redis still writes down what was put into it after {} s", HELD.as_secs())
}

/// Puts threads into the store that have had a message, as a router leaves them that was told of no outcome yet.
async fn open(place: &Workplace, threads: u32, texts: &[String]) -> anyhow::Result<()> {
    let (table, triage) = (RoutingTable::shipped(), Embedded::new(&RoutingTable::shipped().intents));
    let verdicts: Vec<_> = texts.iter().map(|text| triage.examine(Message { text, ..Message::default() })).collect();
    let mut leases = Vec::new();
    for partition in 0..PARTITIONS {
        let lease = place.store.lease(partition, [2; 16], HELD, 0).await?;
        leases.push(lease.context("a router holds a partition")?);
    }
    let mut pages: Vec<Vec<SaveThread>> = vec![Vec::new(); usize::from(PARTITIONS)];
    for number in 0..threads {
        let event = event(number, texts);
        let verdict = Some(verdicts[number as usize % texts.len()].clone());
        let partition = usize::from(place.post.partition(event.thread));
        pages[partition].push(opened(place, event, verdict, &table)?);
        if pages[partition].len() == PAGE {
            place.store.restore(leases[partition], std::mem::take(&mut pages[partition])).await?;
        }
    }
    for (lease, page) in leases.into_iter().zip(pages) {
        place.store.restore(lease, page).await?;
        place.store.release(lease, [2; 16]).await?;
    }
    Ok(())
}

fn opened(
    place: &Workplace,
    event: Event,
    verdict: Option<Verdict>,
    table: &RoutingTable,
) -> anyhow::Result<SaveThread> {
    let (key, id, at) = (DataKey::random()?, event.id, event.at);
    let input = Input { event, verdict, table: table.hash, circumstances: Circumstances::default() };
    let (thread, _) = step(Thread::new(input.event.thread), &input, table);
    let stored = Stored { sealed: envelope::seal_state(&key, &thread)?, key: place.keys.wrap(thread.key, &key)? };
    let (rows, orders) = (Vec::new(), Vec::new());
    Ok(SaveThread {
        thread: thread.key,
        stored,
        epoch: thread.epoch,
        revoked: thread.revoked(),
        due: thread.due(),
        seen: vec![(id, at)],
        rows,
        orders,
        notices: Vec::new(),
    })
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
