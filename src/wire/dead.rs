//! Dead letters: what was set aside, for operators: looked at, tried again, or dropped for good.

use std::sync::Arc;
use std::time::Duration;

use super::aside::{self, SetAside};
use super::envelope::{self, Header, Kind};
use super::{Keys, Post};
use crate::broker::{Broker, BrokerError, Consumer, Delivery, Queue};
use crate::thread::{Event, Task};

/// How many are taken at once.
const MOST: usize = 10_000;
/// How long the queue may give nothing before what there was counts as all.
const QUIET: Duration = Duration::from_secs(2);
/// How long the broker may take to answer.
const ANSWER: Duration = Duration::from_secs(15);

/// The queue of the dead.
#[derive(Clone)]
pub struct DeadLetters {
    broker: Arc<dyn Broker>,
    post: Post,
    keys: Keys,
}

/// A message that was set aside, and what its bytes tell.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// The message with its note.
    pub aside: SetAside,
    /// What is clear of it; absent for bytes that are no envelope.
    pub header: Option<Header>,
    /// What is in it, if it is an event that the master key opens.
    pub event: Option<Event>,
    /// The queue that it goes back to, if it is known.
    pub queue: Option<Queue>,
}

/// Which of them.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// These.
    Ids(Vec<[u8; 16]>),
    /// Every one.
    All,
}

/// What became of the chosen ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// They are out of the queue of the dead.
    pub done: Vec<[u8; 16]>,
    /// They stay: nobody knows which queue they belong to.
    pub homeless: Vec<[u8; 16]>,
    /// They are not there.
    pub missing: Vec<[u8; 16]>,
}

impl Chosen {
    fn has(&self, id: [u8; 16]) -> bool {
        match self {
            Self::Ids(ids) => ids.contains(&id),
            Self::All => true,
        }
    }
}

impl DeadLetters {
    /// What is set aside at a broker.
    #[must_use]
    pub fn new(broker: Arc<dyn Broker>, keys: Keys, partitions: u16) -> Self {
        Self { post: Post::new(Arc::clone(&broker), keys.clone(), partitions), broker, keys }
    }

    /// All of them, oldest first. They stay where they are.
    pub async fn list(&self) -> Result<Vec<DeadLetter>, BrokerError> {
        let (_consumer, taken) = self.take().await?;
        Ok(taken.into_iter().map(|delivery| self.read(delivery).1).collect())
    }

    /// Puts the chosen ones back into the queues that they came from, with all their tries before them.
    pub async fn retry(&self, chosen: &Chosen) -> Result<Done, BrokerError> {
        self.take_out(chosen, true).await
    }

    /// Drops the chosen ones for good.
    pub async fn drop_for_good(&self, chosen: &Chosen) -> Result<Done, BrokerError> {
        self.take_out(chosen, false).await
    }

    async fn take_out(&self, chosen: &Chosen, again: bool) -> Result<Done, BrokerError> {
        let (mut consumer, taken) = self.take().await?;
        let (mut done, mut deliveries, mut messages) = (Done::default(), Vec::new(), Vec::new());
        for delivery in taken.into_iter().filter(|delivery| chosen.has(delivery.message.id)) {
            let id = delivery.message.id;
            let (delivery, letter) = self.read(delivery);
            match letter.queue.filter(|_| again) {
                Some(queue) => messages.push((queue, letter.aside.message)),
                None if again => {
                    done.homeless.push(id);
                    continue;
                }
                None => {}
            }
            deliveries.push(delivery);
            done.done.push(id);
        }
        if let Chosen::Ids(ids) = chosen {
            let found = |id: &[u8; 16]| done.done.contains(id) || done.homeless.contains(id);
            done.missing = ids.iter().copied().filter(|id| !found(id)).collect();
        }
        if !messages.is_empty() {
            self.post.confirmed(messages).await?;
        }
        if !deliveries.is_empty() {
            answer(consumer.ack(deliveries)).await?;
        }
        done.done.dedup();
        Ok(done)
    }

    /// Takes all that there are; they are given back when the consumer is dropped.
    async fn take(&self) -> Result<(Box<dyn Consumer>, Vec<Delivery>), BrokerError> {
        let there = answer(self.broker.depth(&Queue::Dead)).await?.messages;
        let mut consumer = answer(self.broker.consume(&Queue::Dead)).await?;
        let mut taken = Vec::new();
        while u64::try_from(taken.len()).unwrap_or(u64::MAX) < there {
            match tokio::time::timeout(QUIET, consumer.take(MOST)).await {
                Ok(more) => taken.extend(more?),
                Err(_) => break,
            }
        }
        Ok((consumer, taken))
    }

    fn read(&self, mut delivery: Delivery) -> (Delivery, DeadLetter) {
        let body = std::mem::take(&mut delivery.message.body);
        let aside = aside::read(crate::broker::Message { id: delivery.message.id, body });
        let raw = &aside.message.body;
        let header = envelope::read_header(raw).ok();
        let event = envelope::read_event(&self.keys, raw).ok();
        let queue = aside.queue().or_else(|| self.home(header.as_ref()?, raw));
        (delivery, DeadLetter { aside, header, event, queue })
    }

    /// The queue of a message without a note.
    fn home(&self, header: &Header, raw: &[u8]) -> Option<Queue> {
        Some(match header.kind {
            Kind::Event => Queue::Inbound(self.post.partition(header.thread)),
            Kind::Journal => Queue::Journal,
            Kind::Command => match envelope::read_command(&self.keys, raw).ok()?.0.body {
                Task::Ask { .. } => Queue::Bot,
                Task::Deliver { channel, .. } => Queue::Deliver(channel),
                Task::Handoff { tool, .. } => Queue::Handoff(tool),
                Task::Classify { .. } => Queue::Classify,
            },
        })
    }
}

impl DeadLetter {
    /// What it is, in a word: the kind of event, else of envelope; absent for bytes that are no envelope.
    #[must_use]
    pub fn kind(&self) -> Option<&'static str> {
        let kind = match self.header.as_ref()?.kind {
            Kind::Event => "event",
            Kind::Command => "command",
            Kind::Journal => "journal",
        };
        Some(self.event.as_ref().map_or(kind, Event::kind))
    }
}

async fn answer<T>(asked: impl Future<Output = Result<T, BrokerError>>) -> Result<T, BrokerError> {
    let late = |_| BrokerError::Unavailable(format!("no answer within {} s", ANSWER.as_secs()));
    tokio::time::timeout(ANSWER, asked).await.map_err(late)?
}
