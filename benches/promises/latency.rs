//! S3: from a message's being received, with the publication of its event, to its first command in the hands of whoever
//! consumes the target queue, at half of the measured capacity. The bare loop is a confirmation by RabbitMQ under the same
//! load: what publishing the event itself took.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use wissel::broker::Queue;
use wissel::thread::EventId;
use wissel::wire::envelope;

use crate::routers::route;
use crate::servers::Servers;
use crate::table::{Table, percentile};
use crate::visitors::{event, texts};

/// For how long messages come.
const LASTS: Duration = Duration::from_secs(10);
const GOAL: f64 = 3.0;

type Sent = Arc<Mutex<HashMap<EventId, Instant>>>;

/// Measures with `rate` messages a second.
pub(crate) fn measure(table: &mut Table, runtime: &Runtime, servers: &Servers, rate: f64) -> anyhow::Result<()> {
    let (mut arrived, mut confirmed) = runtime.block_on(run(servers, rate))?;
    arrived.sort_unstable();
    confirmed.sort_unstable();
    println!("S3: {} messages at {rate:.0}/s", arrived.len());
    let what = |share| format!("S3 received to target queue at half load, p{share}");
    let p = |times: &[Duration], share| percentile(times, share);
    println!("{}: {:.1?}, confirmations {:.1?}", what(50), p(&arrived, 50), p(&confirmed, 50));
    table.times(&what(99), p(&arrived, 99), p(&confirmed, 99), GOAL);
    Ok(())
}

async fn run(servers: &Servers, rate: f64) -> anyhow::Result<(Vec<Duration>, Vec<Duration>)> {
    let fresh = servers.fresh(u32::MAX).await?;
    let texts: Arc<[String]> = texts()?.into();
    let mut workers = route(&fresh.place, &fresh.stop);
    let (sent, confirmed) = (Sent::default(), Arc::new(Mutex::new(Vec::new())));
    let arrived = Arc::new(Mutex::new(Vec::new()));
    let mut readers = JoinSet::new();
    for queue in [Queue::Bot, Queue::Handoff("desk".to_owned())] {
        let (place, sent, arrived) = (fresh.place.clone(), Arc::clone(&sent), Arc::clone(&arrived));
        readers.spawn(async move {
            let mut consumer = place.broker.consume(&queue).await?;
            loop {
                let taken = consumer.take(64).await?;
                let now = Instant::now();
                for delivery in &taken {
                    let (commands, _) = envelope::read_commands(&place.keys, &delivery.message.body)?;
                    let (mut sent, mut arrived) = (
                        sent.lock().unwrap_or_else(PoisonError::into_inner),
                        arrived.lock().unwrap_or_else(PoisonError::into_inner),
                    );
                    let began = commands.iter().filter_map(|command| sent.remove(&command.cause));
                    arrived.extend(began.map(|began| now.duration_since(began)));
                }
                consumer.ack(taken).await?;
            }
            #[expect(unreachable_code, reason = "says what it may fail with")]
            anyhow::Ok(())
        });
    }
    // Not measured: until the partitions are held and the connections made.
    let mut publishers = JoinSet::new();
    let start = Instant::now();
    let mut number = 0_u32;
    while start.elapsed() < LASTS {
        let due = start + Duration::from_secs_f64(f64::from(number) / rate);
        tokio::time::sleep_until(due.into()).await;
        let (place, texts, sent) = (fresh.place.clone(), Arc::clone(&texts), Arc::clone(&sent));
        let confirmed = Arc::clone(&confirmed);
        let counts = start.elapsed() > LASTS / 5;
        publishers.spawn(async move {
            let event = event(number, &texts);
            let began = Instant::now();
            if counts {
                sent.lock().unwrap_or_else(PoisonError::into_inner).insert(event.id, began);
            }
            place.post.event(&event).await?;
            if counts {
                confirmed.lock().unwrap_or_else(PoisonError::into_inner).push(began.elapsed());
            }
            anyhow::Ok(())
        });
        number += 1;
    }
    while let Some(ended) = publishers.join_next().await {
        ended??;
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    while !sent.lock().unwrap_or_else(PoisonError::into_inner).is_empty() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    readers.shutdown().await;
    fresh.stop.cancel();
    while let Some(ended) = workers.join_next().await {
        ended??;
    }
    fresh.end().await;
    let take =
        |times: &Mutex<Vec<Duration>>| std::mem::take(&mut *times.lock().unwrap_or_else(PoisonError::into_inner));
    Ok((take(&arrived), take(&confirmed)))
}
