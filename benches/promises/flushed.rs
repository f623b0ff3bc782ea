//! P10: Redis is flushed under load while the journal has many conversations, most of them closed: the time until every
//! partition is whole again, and whether what was said meanwhile is in its thread, once.
//!
//! The bare loop reads the same threads from PostgreSQL a page at a time, as rows of bytes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use wissel::journal::{Batch, Blob, Entry, Key, Order, Reach};
use wissel::routing::RoutingTable;
use wissel::thread::state::EntryKind;
use wissel::thread::{
    Body, Circumstances, Event, EventId, Input, Order as StaffWish, Person, StaffOrder, Thread, step,
};
use wissel::triage::{Embedded, Message, Triage};
use wissel::wire::{DataKey, Record, envelope};
use wissel::workers::{Workplace, journal};
use wissel_channels::ThreadKey;

use crate::routers::{PARTITIONS, route};
use crate::servers::{Fresh, Servers};
use crate::sizes::outcome;
use crate::table::{Table, number_of};
use crate::visitors::{again, event, texts};

const CONVERSATIONS: u32 = 100_000;
const READY: Duration = Duration::from_secs(30);
/// How many messages a second come meanwhile.
const RATE: f64 = 200.0;
/// For how long they come before the store is flushed.
const BEFORE: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_mins(2);
/// How many entries a batch of the journal has here, and how many threads a bare page.
const BATCH: usize = 500;
const PAGE: usize = 256;

/// Measures with `--conversations N`, or 100 000.
pub(crate) fn measure(table: &mut Table, runtime: &Runtime, servers: &Servers) -> anyhow::Result<()> {
    let conversations = number_of("--conversations", CONVERSATIONS);
    runtime.block_on(async {
        let fresh = servers.fresh(u32::MAX).await?;
        let began = Instant::now();
        let entries = fill(&fresh.place, conversations).await?;
        println!("P10: {conversations} conversations, {entries} decisions, written in {:.1?}", began.elapsed());
        let bare = bare(&fresh.place).await?;
        let stop = fresh.stop.child_token();
        let mut workers = route(&fresh.place, &stop);
        workers.spawn(journal::run(fresh.place.clone(), stop.clone()));
        let began = Instant::now();
        let flushed = tokio::select! {
            flushed = flush(servers, &fresh, conversations, began) => flushed?,
            Some(ended) = workers.join_next() => anyhow::bail!("a worker ended: {ended:?}"),
        };
        stop.cancel();
        while let Some(ended) = workers.join_next().await {
            ended??;
        }
        let what = format!("P10 store flushed under load, {conversations} conversations, to whole");
        table.time(&what, flushed, Some(bare), READY);
        fresh.end().await;
        Ok(())
    })
}

/// Waits until all is whole, flushes under load, and waits again; how long that took.
async fn flush(servers: &Servers, fresh: &Fresh, conversations: u32, began: Instant) -> anyhow::Result<Duration> {
    whole(&fresh.place).await?;
    println!("P10: a store that lacks all of them is whole after {:.1?}", began.elapsed());
    let stop = CancellationToken::new();
    let load = load(&fresh.place, conversations, stop.clone());
    let flushing = async {
        tokio::time::sleep(BEFORE).await;
        servers.redis.flushall();
        let began = Instant::now();
        whole(&fresh.place).await?;
        let taken = began.elapsed();
        println!("P10: flushed, and whole again after {taken:.1?}");
        stop.cancel();
        anyhow::Ok((began, taken))
    };
    let (said, flushed) = tokio::join!(load, flushing);
    let (said, (began, taken)) = (said?, flushed?);
    let sent = u32::try_from(said.values().sum::<usize>())?;
    while u32::MAX - fresh.all.left() < sent {
        anyhow::ensure!(began.elapsed() < PATIENCE, "messages are left over");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!("P10: all of {sent} messages of meanwhile are routed {:.1?} after the flush", began.elapsed());
    let (lost, doubled) = compare(&fresh.place, &said).await?;
    println!("P10: {lost} lost, {doubled} doubled");
    anyhow::ensure!(lost + doubled == 0, "messages are lost or doubled");
    Ok(taken)
}

/// Waits until every partition has all that the journal has now.
async fn whole(place: &Workplace) -> anyhow::Result<()> {
    let began = Instant::now();
    for Reach { partition, head, .. } in place.journal.reach().await? {
        while !place.store.partition(partition).await.is_ok_and(|known| known.mended && known.head >= head) {
            anyhow::ensure!(began.elapsed() < PATIENCE, "partition {partition} is not whole in time");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    Ok(())
}

/// Messages of customers in turn, until told to stop: how many of each thread.
async fn load(
    place: &Workplace,
    conversations: u32,
    stop: CancellationToken,
) -> anyhow::Result<HashMap<ThreadKey, usize>> {
    let (texts, began, mut said) = (texts()?, Instant::now(), HashMap::new());
    for number in 0_u32.. {
        let due = began + Duration::from_secs_f64(f64::from(number) / RATE);
        tokio::time::sleep_until(due.into()).await;
        if stop.is_cancelled() {
            break;
        }
        let visitor = number.wrapping_mul(7919) % conversations;
        place.broker.publish(vec![again(place, visitor, number, &texts)?]).await?;
        *said.entry(event(visitor, &texts).thread).or_insert(0) += 1;
    }
    Ok(said)
}

/// How many of the messages of meanwhile are not there, and how many are there too often: each thread had one before.
async fn compare(place: &Workplace, said: &HashMap<ThreadKey, usize>) -> anyhow::Result<(usize, usize)> {
    let (mut lost, mut doubled) = (0, 0);
    for (thread, said) in said {
        let state = place.archive.state(*thread).await?.context("a thread is not there")?;
        let customers = |entry: &&wissel::thread::state::Entry| {
            entry.kind == EntryKind::Message && entry.from == wissel_channels::Author::Customer
        };
        let there = state.tail.iter().filter(customers).count();
        lost += (said + 1).saturating_sub(there);
        doubled += there.saturating_sub(said + 1);
    }
    Ok((lost, doubled))
}

/// Writes into the journal alone what conversations leave; how many decisions.
async fn fill(place: &Workplace, conversations: u32) -> anyhow::Result<usize> {
    let (texts, table) = (texts()?, RoutingTable::shipped());
    let triage = Embedded::new(&table.intents);
    let mut reach = place.journal.reach().await?;
    let blank = |partition: u16, term: u64| Batch {
        partition,
        term,
        head: 0,
        entries: Vec::new(),
        keys: Vec::new(),
        blobs: vec![Blob { hash: table.hash.0, bytes: RoutingTable::shipped_text().as_bytes().to_vec() }],
    };
    let mut batches: Vec<Batch> = reach.iter().map(|reach| blank(reach.partition, reach.term)).collect();
    let mut written = 0;
    for number in 0..conversations {
        let event = event(number, &texts);
        let (thread, place_of) = (event.thread, usize::from(place.post.partition(event.thread)));
        let key = DataKey::random()?;
        let batch = &mut batches[place_of];
        batch.keys.push(Key { thread, wrapped: place.keys.wrap(thread, &key)? });
        // Three of four were closed by somebody.
        for (record, conversation) in talk(event, &table, &triage, number % 4 != 0) {
            let (event, at) = (record.input.event.id, record.input.event.at);
            batch.entries.push(Entry {
                thread,
                event,
                conversation,
                at,
                sealed: envelope::seal_record(&key, &record)?,
            });
        }
        if batch.entries.len() >= BATCH || number + 1 == conversations {
            let all = number + 1 == conversations;
            for (batch, reach) in batches.iter_mut().zip(&mut reach) {
                if batch.entries.len() >= BATCH || (all && !batch.entries.is_empty()) {
                    reach.head += 1;
                    written += batch.entries.len();
                    let full = std::mem::replace(batch, blank(reach.partition, reach.term));
                    let late = place.journal.append(vec![Order::Append(Batch { head: reach.head, ..full })]).await?;
                    anyhow::ensure!(late.is_empty(), "nobody else writes");
                }
            }
        }
    }
    Ok(written)
}

/// What a conversation leaves: the first message, what follows from it, and the end.
fn talk(
    first: Event,
    table: &RoutingTable,
    triage: &Embedded,
    is_closed: bool,
) -> Vec<(Record, Option<wissel_channels::ConversationId>)> {
    let (key, at, trace) = (first.thread, first.at, first.trace);
    let (mut thread, mut records, mut next) = (Thread::new(key), Vec::new(), Some(first));
    let mut closes = is_closed;
    while let Some(event) = next {
        let verdict = match &event.body {
            Body::Message(message) => Some(triage.examine(Message { text: &message.text, ..Message::default() })),
            _ => None,
        };
        let input = Input { event, verdict, table: table.hash, circumstances: Circumstances::default() };
        let (after, changes) = step(thread, &input, table);
        thread = after;
        let conversation = thread.conversation.as_ref().map(|conversation| conversation.id);
        records.push((Record { input, changes }, conversation));
        next = thread.pending.first().map(outcome);
        if let (None, true, Some(conversation)) = (&next, std::mem::take(&mut closes), conversation) {
            let order = StaffOrder {
                person: Person("Anna".to_owned()),
                conversation,
                epoch: None,
                digest: [0; 16],
                order: StaffWish::Close,
            };
            next =
                Some(Event { id: EventId::of("close", &[&key.0]), thread: key, at, trace, body: Body::Staff(order) });
        } else if next.is_some() {
            closes = is_closed;
        }
    }
    records
}

/// Reads every thread with its entries, one partition after the other.
async fn bare(place: &Workplace) -> anyhow::Result<Duration> {
    let began = Instant::now();
    for partition in 0..PARTITIONS {
        for page in place.journal.changed(partition, 0).await?.chunks(PAGE) {
            place.journal.histories(page).await?;
        }
    }
    let taken = began.elapsed();
    println!("P10: the same threads are read from PostgreSQL, and no more, in {taken:.1?}");
    Ok(taken)
}
