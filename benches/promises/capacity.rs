//! S1: customers' messages routed on RabbitMQ, Redis and PostgreSQL: triage, rules and decision made, state saved, first
//! command and journal message confirmed, acknowledged. The journal worker runs elsewhere, as do bot, handoff and delivery.
//! The bare loop moves bodies of the same sizes through as many queues of the same kind, on the same servers.
//!
//! S1b: how often a customer's message that the bot answers passes through a router.

use std::time::Instant;

use anyhow::Context;
use tokio::runtime::Runtime;

use crate::bare_servers::{self, Payload};
use crate::routed::{cpu, median};
use crate::routers::route;
use crate::servers::Servers;
use crate::sizes;
use crate::table::Table;
use crate::visitors::{publish, texts};

const MESSAGES: u32 = 10_000;
const RUNS: usize = 3;
const GOAL: f64 = 0.60;

/// Measures S1 and states S1b; gives the rate.
pub(crate) fn measure(table: &mut Table, runtime: &Runtime, servers: &Servers) -> anyhow::Result<f64> {
    let texts = texts()?;
    let payload = sizes::payload(&texts)?;
    let [event, command, state] = [&payload.event, &payload.command, &payload.state].map(Vec::len);
    println!("S1: {MESSAGES} events of about {event} bytes, commands of {command}, states of {state}");
    let (mut ours, mut bare) = (Vec::new(), vec![bare_rate(runtime, servers, &payload)?]);
    for _ in 0..RUNS {
        let routed = runtime.block_on(routed(servers, &texts))?;
        ours.push(routed);
        bare.push(bare_rate(runtime, servers, &payload)?);
        println!("S1: {routed:.0}/s; bare {:.0}/s", bare[bare.len() - 1]);
    }
    let rate = median(ours);
    table.rate("S1 routed on RabbitMQ, Redis, PostgreSQL", rate, median(bare), GOAL);
    table.count("S1b passes of a message that the bot answers", sizes::passes()?, 3);
    Ok(rate)
}

fn bare_rate(runtime: &Runtime, servers: &Servers, payload: &Payload) -> anyhow::Result<f64> {
    let (amqp, redis) = (servers.rabbit.fresh_vhost(), servers.redis.url());
    servers.redis.flushall();
    runtime.block_on(bare_servers::cycle(&amqp, &redis, payload, MESSAGES))
}

/// Messages a second, from the first batch that is acknowledged to the last.
async fn routed(servers: &Servers, texts: &[String]) -> anyhow::Result<f64> {
    let fresh = servers.fresh(MESSAGES).await?;
    for from in (0..MESSAGES).step_by(1000) {
        publish(&fresh.place, texts, from..MESSAGES.min(from + 1000)).await?;
    }
    let before = cpu();
    let mut workers = route(&fresh.place, &fresh.stop);
    tokio::select! {
        () = fresh.all.told.notified() => {}
        Some(ended) = workers.join_next() => anyhow::bail!("a worker ended: {ended:?}"),
    }
    let end = Instant::now();
    println!("S1: {:.0} µs of our CPU a message", (cpu() - before) / f64::from(MESSAGES));
    let (from, before) = fresh.all.first().context("nothing was routed")?;
    fresh.stop.cancel();
    while let Some(ended) = workers.join_next().await {
        ended??;
    }
    fresh.end().await;
    Ok(f64::from(MESSAGES - before) / end.duration_since(from).as_secs_f64())
}
