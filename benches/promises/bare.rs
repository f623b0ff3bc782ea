//! The bare cycle of SQLite: what a queue in a file costs at the least, with bodies of 1 KiB. Each message is enqueued,
//! dequeued and acknowledged once; one thread writes, and commits together what waits, at most 256 messages.
//!
//! Messages come as they come to the routers beside it: sixteen queues, at most 64 messages at once. Those that arrive are
//! enqueued by publishers, who each wait until theirs is durable. Those that wait were enqueued before; what takes one
//! enqueues another one, as a router does, waits until that is durable, and acknowledges.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use tokio::runtime::Runtime;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinSet;

use crate::routed::{Arrival, PUBLISHERS};
use crate::routers::PARTITIONS;

/// How many messages a commit takes in, and a consumer.
const GROUP: usize = 256;
const BATCH: i64 = 64;
/// The size of a body.
const BODY: usize = 1024;
/// A queue's messages are next to each other.
const QUEUE: i64 = 1 << 40;

/// What is to be durable: messages for some queues, and messages to delete.
struct Job {
    insert: Vec<u16>,
    delete: Vec<i64>,
    done: oneshot::Sender<()>,
}

struct Bare {
    jobs: mpsc::Sender<Job>,
    left: AtomicU32,
    next: AtomicU32,
    news: Vec<Notify>,
}

/// Moves `messages` through the queues; how long that took.
pub(crate) fn cycle(runtime: &Runtime, folder: &Path, messages: u32, arrival: Arrival) -> anyhow::Result<Duration> {
    let file = folder.join("bare.db");
    let mut opened = Connection::open(&file)?;
    opened.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    opened.pragma_update(None, "synchronous", "full")?;
    opened.execute_batch("CREATE TABLE queue (seq INTEGER PRIMARY KEY, at INTEGER, id BLOB, body BLOB)")?;
    let mut places = [0; 2 * PARTITIONS as usize];
    if arrival == Arrival::Waiting {
        let queues = (0..messages).map(queue_of).collect();
        commit(&mut opened, &mut places, &[(queues, Vec::new())])?;
    }
    let (jobs, waiting) = mpsc::channel(1024);
    let writer = thread::spawn(move || write(opened, places, waiting));
    let news = (0..PARTITIONS).map(|_| Notify::new()).collect();
    let bare = Arc::new(Bare { jobs, left: AtomicU32::new(messages), next: AtomicU32::new(0), news });
    let start = Instant::now();
    let time = runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for queue in 0..PARTITIONS {
            let reading = Connection::open(&file)?;
            tasks.spawn(consume(Arc::clone(&bare), reading, queue, arrival));
        }
        for _ in 0..if arrival == Arrival::Live { PUBLISHERS } else { 0 } {
            tasks.spawn(publish(Arc::clone(&bare), messages));
        }
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        anyhow::Ok(start.elapsed())
    })?;
    drop(bare);
    writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))??;
    Ok(time)
}

/// Messages take turns over the queues.
fn queue_of(number: u32) -> u16 {
    u16::try_from(number % u32::from(PARTITIONS)).unwrap_or(0)
}

async fn publish(bare: Arc<Bare>, messages: u32) -> anyhow::Result<()> {
    loop {
        let number = bare.next.fetch_add(1, Ordering::Relaxed);
        if number >= messages {
            return Ok(());
        }
        let queue = queue_of(number);
        bare.durable(vec![queue], Vec::new()).await?;
        bare.news[usize::from(queue)].notify_one();
    }
}

async fn consume(bare: Arc<Bare>, reading: Connection, queue: u16, arrival: Arrival) -> anyhow::Result<()> {
    let first = i64::from(queue) * QUEUE;
    let mut after = first;
    while bare.left.load(Ordering::Relaxed) > 0 {
        let taken = read(&reading, after, first + QUEUE)?;
        let Some(&last) = taken.last() else {
            bare.news[usize::from(queue)].notified().await;
            continue;
        };
        after = last;
        if arrival == Arrival::Waiting {
            // Commands have queues of their own.
            bare.durable(vec![queue + PARTITIONS; taken.len()], Vec::new()).await?;
        }
        let count = u32::try_from(taken.len())?;
        bare.durable(Vec::new(), taken).await?;
        if bare.left.fetch_sub(count, Ordering::Relaxed) == count {
            bare.news.iter().for_each(Notify::notify_one);
        }
    }
    Ok(())
}

fn read(connection: &Connection, after: i64, before: i64) -> anyhow::Result<Vec<i64>> {
    let sql = "SELECT seq, id, body FROM queue WHERE seq > ? AND seq < ? ORDER BY seq LIMIT ?";
    let mut select = connection.prepare_cached(sql)?;
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, [u8; 16]>(1)?, row.get::<_, Vec<u8>>(2)?));
    let rows = select.query_map(params![after, before, BATCH], row)?;
    rows.map(|row| Ok(row?.0)).collect()
}

impl Bare {
    async fn durable(&self, insert: Vec<u16>, delete: Vec<i64>) -> anyhow::Result<()> {
        let (done, answer) = oneshot::channel();
        self.jobs.send(Job { insert, delete, done }).await?;
        Ok(answer.await?)
    }
}

/// The newest place in each queue.
type Places = [i64; 2 * PARTITIONS as usize];

fn write(mut connection: Connection, mut places: Places, mut waiting: mpsc::Receiver<Job>) -> anyhow::Result<()> {
    while let Some(first) = waiting.blocking_recv() {
        let (mut work, mut answers, mut count) = (Vec::new(), Vec::new(), 0);
        let mut next = Some(first);
        while let Some(Job { insert, delete, done }) = next {
            count += insert.len() + delete.len();
            work.push((insert, delete));
            answers.push(done);
            next = if count < GROUP { waiting.try_recv().ok() } else { None };
        }
        commit(&mut connection, &mut places, &work)?;
        for answer in answers {
            let _gone = answer.send(());
        }
    }
    Ok(())
}

fn commit(connection: &mut Connection, places: &mut Places, work: &[(Vec<u16>, Vec<i64>)]) -> anyhow::Result<()> {
    let body = [7_u8; BODY];
    let transaction = connection.transaction()?;
    {
        let mut enqueue = transaction.prepare_cached("INSERT INTO queue (seq, at, id, body) VALUES (?, ?, ?, ?)")?;
        let mut delete = transaction.prepare_cached("DELETE FROM queue WHERE seq = ?")?;
        for (inserted, deleted) in work {
            for queue in inserted {
                let place = &mut places[usize::from(*queue)];
                *place += 1;
                enqueue.execute(params![i64::from(*queue) * QUEUE + *place, *place, [7_u8; 16], body])?;
            }
            for seq in deleted {
                delete.execute([seq])?;
            }
        }
    }
    Ok(transaction.commit()?)
}
