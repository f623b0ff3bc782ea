//! A queue in memory: the next of its messages, and which of them consumers have.
//!
//! All messages up to `loaded` are in `ready`, with a consumer, or gone; those from there to `last` are in the file
//! alone. While a queue is short, messages go from the publisher to `ready` and are not read back.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, params};
use tokio::sync::{Notify, Semaphore};

use crate::broker::{Delivery, Message, Queue};

/// How many messages and bytes of a queue are kept in memory.
const MOST_READY: usize = 512;
pub(super) const MOST_BYTES: usize = 1 << 20;
/// The journal's messages are whole batches, and its worker takes many at once.
const MOST_BYTES_OF_JOURNAL: usize = 16 << 20;

/// The lower bits of `seq`, which number a queue's messages.
const MESSAGE_BITS: u32 = 40;

/// The smallest and the largest `seq` of a queue.
pub(super) const fn range(number: i64) -> (i64, i64) {
    (number << MESSAGE_BITS, (number << MESSAGE_BITS) | ((1 << MESSAGE_BITS) - 1))
}

/// A queue as it was found in the file.
pub(super) struct Found {
    /// Its number.
    pub(super) number: i64,
    /// How many messages it has.
    pub(super) messages: i64,
    /// The newest of them.
    pub(super) last: Option<i64>,
}

/// A queue of this process.
pub(super) struct QueueState {
    number: i64,
    /// Whoever holds it is the one consumer; absent where consumers share the queue.
    pub(super) turn: Option<Arc<Semaphore>>,
    /// Told when a message becomes ready.
    pub(super) wake: Notify,
    next: AtomicI64,
    window: Mutex<Window>,
    /// How many bytes of it are kept in memory.
    pub(super) most_bytes: usize,
}

#[derive(Default)]
struct Window {
    ready: VecDeque<(i64, Message)>,
    bytes: usize,
    loaded: i64,
    last: i64,
    claimed: HashSet<i64>,
    /// Up to which message some consumer may have had it before.
    had: i64,
    messages: i64,
    /// How often messages beyond `loaded` were taken out of the file: what is read of it meanwhile may still hold them.
    taken_out: u64,
}

/// What a consumer gets.
pub(super) enum Claim {
    /// Messages.
    Some(Vec<Delivery>),
    /// There are messages in the file.
    InFile(Gap),
    /// Nothing is ready.
    Nothing,
}

/// What is in the file alone.
#[derive(Clone, Copy)]
pub(super) struct Gap {
    /// After which `seq`.
    pub(super) after: i64,
    /// Up to which.
    pub(super) upto: i64,
    taken_out: u64,
}

impl Window {
    /// Messages are out of the file.
    fn take_out(&mut self, seqs: &[i64], deleted: usize) {
        self.messages -= i64::try_from(deleted).unwrap_or(0);
        self.taken_out += u64::from(seqs.iter().any(|seq| *seq > self.loaded));
    }

    fn push(&mut self, seq: i64, message: Message) {
        self.bytes += message.body.len();
        self.ready.push_back((seq, message));
    }

    fn has_room(&self, most_bytes: usize) -> bool {
        self.ready.len() < MOST_READY && self.bytes < most_bytes
    }
}

impl QueueState {
    /// The queue as it was found.
    pub(super) fn new(queue: &Queue, found: &Found) -> Self {
        let (first, _) = range(found.number);
        let last = found.last.unwrap_or(first);
        let window = Window { loaded: first, last, had: last, messages: found.messages, ..Window::default() };
        let exclusive = matches!(queue, Queue::Inbound(_) | Queue::Journal);
        Self {
            number: found.number,
            turn: exclusive.then(|| Arc::new(Semaphore::new(1))),
            most_bytes: if *queue == Queue::Journal { MOST_BYTES_OF_JOURNAL } else { MOST_BYTES },
            wake: Notify::new(),
            next: AtomicI64::new(last + 1),
            window: Mutex::new(window),
        }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) const fn number(&self) -> i64 {
        self.number
    }

    pub(super) const fn range(&self) -> (i64, i64) {
        range(self.number)
    }

    /// How many messages are in it.
    pub(super) fn messages(&self) -> u64 {
        u64::try_from(self.window().messages).unwrap_or(0)
    }

    /// How many of them no consumer has.
    pub(super) fn ready(&self) -> u64 {
        let window = self.window();
        u64::try_from(window.messages).unwrap_or(0).saturating_sub(window.claimed.len() as u64)
    }

    /// The next free `seq`. Called by the writer alone, so that `seq` rises in the order of the commits.
    pub(super) fn next_seq(&self) -> i64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A message is durable.
    pub(super) fn arrived(&self, seq: i64, message: Message) {
        let mut window = self.window();
        if window.loaded == window.last && window.has_room(self.most_bytes) {
            window.push(seq, message);
            window.loaded = seq;
        }
        window.last = seq;
        window.messages += 1;
        drop(window);
        self.wake.notify_one();
    }

    /// Takes at most `most` messages for a consumer.
    pub(super) fn claim(&self, most: usize) -> Claim {
        let mut window = self.window();
        let count = most.max(1).min(window.ready.len());
        if count == 0 && window.loaded == window.last {
            return Claim::Nothing;
        }
        if count == 0 {
            let Window { loaded: after, last: upto, taken_out, .. } = *window;
            return Claim::InFile(Gap { after, upto, taken_out });
        }
        let taken: Vec<_> = window.ready.drain(..count).collect();
        let mut deliveries = Vec::with_capacity(count);
        for (seq, message) in taken {
            window.bytes -= message.body.len();
            window.claimed.insert(seq);
            deliveries.push(Delivery { message, redelivered: seq <= window.had, tag: seq.cast_unsigned() });
        }
        if !window.ready.is_empty() || window.loaded < window.last {
            self.wake.notify_one();
        }
        Claim::Some(deliveries)
    }

    /// Takes in what was read of a gap. Everything up to `upto` was read.
    pub(super) fn loaded(&self, gap: Gap, upto: i64, found: Vec<(i64, Message)>) {
        let mut window = self.window();
        // Somebody else has read it meanwhile, has given messages back, or has taken some out: it is looked at anew.
        if window.loaded != gap.after || window.taken_out != gap.taken_out {
            return;
        }
        for (seq, message) in found {
            if !window.claimed.contains(&seq) {
                window.push(seq, message);
            }
        }
        window.loaded = upto;
    }

    /// Messages were taken out of the file; `deleted` of them were there.
    pub(super) fn acknowledged(&self, seqs: &[i64], deleted: usize) {
        let mut window = self.window();
        window.take_out(seqs, deleted);
        for seq in seqs {
            window.claimed.remove(seq);
        }
    }

    /// Messages were taken out of the file beside all consumers; `deleted` of them were there.
    pub(super) fn taken_out(&self, seqs: &[i64], deleted: usize) {
        let mut window = self.window();
        window.take_out(seqs, deleted);
        let (ready, bytes): (VecDeque<_>, usize) = {
            let kept: VecDeque<_> = window.ready.drain(..).filter(|(seq, _)| !seqs.contains(seq)).collect();
            let bytes = kept.iter().map(|(_, message)| message.body.len()).sum();
            (kept, bytes)
        };
        (window.ready, window.bytes) = (ready, bytes);
    }

    /// A consumer is gone and had these messages: they are read again from the file, in their old place.
    pub(super) fn give_back(&self, seqs: &HashSet<i64>) {
        let (Some(&oldest), Some(&newest)) = (seqs.iter().min(), seqs.iter().max()) else { return };
        let mut window = self.window();
        window.claimed.retain(|seq| !seqs.contains(seq));
        window.loaded = window.loaded.min(oldest - 1);
        window.had = window.had.max(newest);
        while window.ready.back().is_some_and(|(seq, _)| *seq >= oldest) {
            let size = window.ready.pop_back().map_or(0, |(_, message)| message.body.len());
            window.bytes -= size;
        }
        drop(window);
        self.wake.notify_one();
    }
}

/// Reads messages of a gap, as many as memory may hold, and up to where it has read.
pub(super) fn read(
    connection: &Connection,
    gap: Gap,
    most_bytes: usize,
) -> rusqlite::Result<(i64, Vec<(i64, Message)>)> {
    let sql = "SELECT seq, id, body FROM broker_messages WHERE seq > ? AND seq <= ? ORDER BY seq";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([gap.after, gap.upto])?;
    let mut window = Window::default();
    while let Some(row) = rows.next()? {
        window.push(row.get(0)?, Message { id: row.get(1)?, body: row.get::<_, Vec<u8>>(2)?.into() });
        if !window.has_room(most_bytes) {
            let read = window.ready.back().map_or(gap.upto, |(seq, _)| *seq);
            return Ok((read, window.ready.into()));
        }
    }
    Ok((gap.upto, window.ready.into()))
}

/// Changes the number of messages that a queue has.
pub(super) fn add(connection: &Connection, number: i64, count: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE broker_queues SET messages = messages + ? WHERE number = ?")?
        .execute(params![count, number])
        .map(|_| ())
}
