//! Session: one channel on which a queue is consumed, what has arrived on it, and what is not acknowledged.
//!
//! A task fetches ahead, as far as the consumer's hunger reaches. When the channel is lost, so is the session; a mark
//! of it is never acknowledged on another channel.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use lapin::Channel;
use lapin::options::BasicAckOptions;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use wissel_channels::UnixMillis;

use super::fault;
use super::link::ANSWER;
use crate::broker::{BrokerError, Message, Queue};

/// A message on a channel.
pub(super) struct Arrived {
    /// The channel's number of it, from 1 without a gap.
    pub(super) tag: u64,
    pub(super) message: Message,
    pub(super) redelivered: bool,
    /// When it was published, to the second.
    pub(super) at: Option<UnixMillis>,
}

/// What a consumer gets.
pub(super) enum Taken {
    /// Messages.
    Some(Vec<Arrived>),
    /// Nothing yet.
    Nothing,
    /// The session is over.
    Lost(BrokerError),
}

/// The state of one channel's consumption.
pub(super) struct Session {
    pub(super) queue: Queue,
    /// How many messages an exclusive consumer may hold; `None` where hunger may grow.
    limit: Option<usize>,
    state: Mutex<State>,
    /// Told when something has arrived or the session is lost.
    pub(super) news: Notify,
    /// Told when more is wanted.
    pub(super) hunger: Notify,
    /// Cancelled when the consumer is gone.
    pub(super) stop: CancellationToken,
}

struct State {
    channel: Option<Channel>,
    closed: bool,
    lost: Option<BrokerError>,
    ready: VecDeque<Arrived>,
    /// How many were taken and are not acknowledged.
    taken: usize,
    /// When the oldest of the last batch taken was published.
    oldest: Option<UnixMillis>,
    /// How many messages the consumer wants to be able to have.
    wanted: usize,
    /// Everything up to this tag is acknowledged, and these after it.
    floor: u64,
    done: BTreeSet<u64>,
}

impl Session {
    /// A session that begins with room for `wanted` messages.
    pub(super) fn new(queue: Queue, wanted: usize, exclusive: bool) -> Self {
        let state = State {
            channel: None,
            closed: false,
            lost: None,
            ready: VecDeque::new(),
            taken: 0,
            oldest: None,
            wanted,
            floor: 0,
            done: BTreeSet::new(),
        };
        Self {
            queue,
            limit: exclusive.then_some(wanted),
            state: Mutex::new(state),
            news: Notify::new(),
            hunger: Notify::new(),
            stop: CancellationToken::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The channel is open. Says no when the consumer is gone already.
    pub(super) fn opened(&self, channel: &Channel) -> bool {
        let mut state = self.state();
        state.channel = Some(channel.clone());
        !state.closed
    }

    /// How many messages the consumer wants to be able to have.
    pub(super) fn wanted(&self) -> usize {
        self.state().wanted
    }

    /// Messages have arrived.
    pub(super) fn arrived(&self, messages: &mut Vec<Arrived>) {
        self.state().ready.extend(messages.drain(..));
        self.news.notify_one();
    }

    /// Takes at most `most` of what is ready.
    pub(super) fn take(&self, most: usize) -> Taken {
        let mut state = self.state();
        if let Some(error) = &state.lost {
            return Taken::Lost(fault::again(error));
        }
        let count = most.min(state.ready.len());
        if count > 0 {
            let taken: Vec<Arrived> = state.ready.drain(..count).collect();
            state.taken += count;
            state.oldest = taken.iter().filter_map(|arrived| arrived.at).min();
            return Taken::Some(taken);
        }
        match self.limit {
            Some(limit) if state.taken >= limit => Taken::Lost(BrokerError::Unusable(format!(
                "a consumer of {} holds {limit} messages without acknowledging any, and gets no more",
                self.queue
            ))),
            None if state.taken + most > state.wanted => {
                state.wanted = state.taken + most;
                self.hunger.notify_one();
                Taken::Nothing
            }
            _ => Taken::Nothing,
        }
    }

    /// How many messages it has, and since when the oldest of them waits.
    pub(super) fn held(&self) -> (usize, Option<UnixMillis>) {
        let state = self.state();
        let first = state.ready.front().and_then(|arrived| arrived.at);
        let oldest = if state.taken > 0 { state.oldest.or(first) } else { first };
        (state.taken + state.ready.len(), oldest)
    }

    /// Acknowledges messages that were taken.
    pub(super) async fn ack(&self, tags: Vec<u64>) -> Result<(), BrokerError> {
        let sent = {
            let mut state = self.state();
            if let Some(error) = &state.lost {
                return Err(fault::again(error));
            }
            let Some(channel) = state.channel.clone() else { return Ok(()) };
            let (together, singly) = state.acknowledge(tags);
            let together = together.map(|tag| (tag, true));
            let acks = together.into_iter().chain(singly.into_iter().map(|tag| (tag, false)));
            acks.map(|(tag, multiple)| {
                let channel = channel.clone();
                let mut sending = Box::pin(async move { channel.basic_ack(tag, BasicAckOptions { multiple }).await });
                // Under the lock, so that they leave in the order in which they were noted.
                match sending.as_mut().now_or_never() {
                    Some(sent) => std::future::ready(sent).left_future(),
                    None => sending.right_future(),
                }
            })
            .collect::<Vec<_>>()
        };
        let what = format!("acknowledging messages of {}", self.queue);
        fault::answer(&what, ANSWER, futures_util::future::try_join_all(sent)).await.map(drop)
    }

    /// The channel is gone; RabbitMQ gives what it had to somebody else. Tells how many messages that were.
    pub(super) fn lose(&self, error: BrokerError) -> usize {
        let (count, channel) = self.state().clear(error);
        close(channel);
        self.news.notify_one();
        count
    }

    /// The consumer is gone. Its channel is closed, never the consumption alone: else what it had would come later than
    /// what comes next. Tells how many messages it had.
    pub(super) fn close(&self) -> usize {
        let (count, channel) = {
            let mut state = self.state();
            state.closed = true;
            state.clear(BrokerError::Unavailable("the consumer is gone".to_owned()))
        };
        close(channel);
        self.stop.cancel();
        count
    }
}

impl State {
    fn clear(&mut self, error: BrokerError) -> (usize, Option<Channel>) {
        let count = self.taken + self.ready.len();
        self.ready.clear();
        self.taken = 0;
        self.lost = Some(error);
        (count, self.channel.take())
    }

    /// Notes what is acknowledged: up to which tag at once, and which ones singly.
    fn acknowledge(&mut self, mut tags: Vec<u64>) -> (Option<u64>, Vec<u64>) {
        tags.sort_unstable();
        tags.retain(|tag| *tag > self.floor && self.done.insert(*tag));
        self.taken = self.taken.saturating_sub(tags.len());
        while self.done.remove(&(self.floor + 1)) {
            self.floor += 1;
        }
        let after = tags.partition_point(|tag| *tag <= self.floor);
        let singly = tags.split_off(after);
        (tags.last().copied(), singly)
    }
}

/// Sends the order to close a channel; nobody waits for the answer.
fn close(channel: Option<Channel>) {
    if let Some(channel) = channel {
        let _sent = channel.close(200, "done".into()).now_or_never();
    }
}
