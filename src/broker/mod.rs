//! Broker: durable queues between the parts of Wissel. A message that was published is there until it is acknowledged.

pub mod amqp;
#[cfg(test)]
pub(crate) mod contract;
pub mod embedded;

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use bytes::Bytes;
use wissel_channels::{ChannelName, UnixMillis};

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Queue {
    /// Events of the threads of one partition, in order. One consumer.
    Inbound(u16),
    /// Questions for the bot.
    Bot,
    /// Messages about which a language model is asked.
    Classify,
    /// Handoffs to one helpdesk tool.
    Handoff(String),
    /// Deliveries by one channel.
    Deliver(ChannelName),
    /// What the journal worker writes, in order. One consumer.
    Journal,
    /// Events that were set aside.
    Dead,
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inbound(partition) => write!(f, "inbound.{partition}"),
            Self::Bot => f.write_str("bot"),
            Self::Classify => f.write_str("classify"),
            Self::Handoff(tool) => write!(f, "handoff.{tool}"),
            Self::Deliver(channel) => write!(f, "deliver.{channel}"),
            Self::Journal => f.write_str("journal"),
            Self::Dead => f.write_str("dead"),
        }
    }
}

impl FromStr for Queue {
    type Err = UnknownQueue;

    fn from_str(name: &str) -> Result<Self, UnknownQueue> {
        let unknown = || UnknownQueue(name.to_owned());
        Ok(match name.split_once('.') {
            Some(("inbound", partition)) => Self::Inbound(partition.parse().map_err(|_| unknown())?),
            Some(("handoff", tool)) => Self::Handoff(tool.to_owned()),
            Some(("deliver", channel)) => Self::Deliver(ChannelName::new(channel).map_err(|_| unknown())?),
            None if name == "bot" => Self::Bot,
            None if name == "classify" => Self::Classify,
            None if name == "journal" => Self::Journal,
            None if name == "dead" => Self::Dead,
            _ => return Err(unknown()),
        })
    }
}

/// Not the name of a queue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no queue of this release")]
pub struct UnknownQueue(String);

/// A message in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The id of what is in it: the same on each try to publish it. The broker does not look for doubles.
    pub id: [u8; 16],
    /// An envelope; cloning shares it.
    pub body: Bytes,
}

/// A message that a consumer has and has not acknowledged yet.
#[derive(Debug)]
pub struct Delivery {
    /// The message.
    pub message: Message,
    /// Whether some consumer may have had it before.
    pub redelivered: bool,
    /// The broker's own mark of it.
    pub tag: u64,
}

/// How full a queue is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Messages in it, with those that consumers have.
    pub messages: u64,
    /// Those of them that no consumer has.
    pub ready: u64,
    /// When the oldest of them was published.
    pub oldest: Option<UnixMillis>,
}

/// Why the broker did not do it.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// It is away, full or closing. What was to be published may or may not be there: publish it again under its id.
    #[error("the broker cannot be used just now: {0}")]
    Unavailable(String),
    /// What it holds does not go with the settings, or is damaged; trying again does not help.
    #[error("the broker cannot be used: {0}")]
    Unusable(String),
}

/// Durable queues.
#[async_trait]
pub trait Broker: Send + Sync {
    /// Makes the queues of `partitions` partitions. The number is fixed by the first call ever.
    ///
    /// # Errors
    /// [`BrokerError::Unusable`] when the broker was set up with another number.
    async fn declare(&self, partitions: u16) -> Result<(), BrokerError>;

    /// Puts messages into their queues. Returns once all of them are durable. After an error each may be there or not.
    /// Messages of one call to one queue keep their order.
    async fn publish(&self, messages: Vec<(Queue, Message)>) -> Result<(), BrokerError>;

    /// Begins to consume. `Inbound` and `Journal` have one consumer: a second one waits in `take` until the first is
    /// dropped. The other queues are shared out among their consumers. Dropping a consumer gives back what it has not
    /// acknowledged, in its old place.
    async fn consume(&self, queue: &Queue) -> Result<Box<dyn Consumer>, BrokerError>;

    /// How full a queue is.
    async fn depth(&self, queue: &Queue) -> Result<Depth, BrokerError>;

    /// Whether it takes messages just now, as far as this process can tell.
    async fn answers(&self) -> Result<(), BrokerError> {
        self.depth(&Queue::Inbound(0)).await.map(drop)
    }

    /// How many messages are in a queue, with those that consumers have: asked with each batch, so it should cost next to nothing.
    async fn messages(&self, queue: &Queue) -> Result<u64, BrokerError> {
        Ok(self.depth(queue).await?.messages)
    }

    /// How many readers a queue has, in other processes too; of those of an exclusive queue maybe only the one whose turn
    /// it is.
    async fn readers(&self, queue: &Queue) -> Result<u64, BrokerError>;

    /// The number of partitions that it was set up with, if it was.
    async fn partitions(&self) -> Result<Option<u16>, BrokerError>;

    /// Changes that number while nobody uses the queues and all of partitions are empty. One that was cut short is begun
    /// again. [`BrokerError::Unusable`] when a queue that would go holds messages.
    async fn repartition(&self, to: u16) -> Result<(), BrokerError>;
}

/// Why a queue cannot go.
fn not_empty(queue: &Queue) -> String {
    format!("queue {queue} holds messages; let routers work until it is empty, then try again")
}

/// One reader of a queue.
#[async_trait]
pub trait Consumer: Send {
    /// Waits for at least one message and gives what is ready, at most `most`, oldest first. Cancel safe.
    async fn take(&mut self, most: usize) -> Result<Vec<Delivery>, BrokerError>;

    /// Takes messages that were dealt with out of the queue for good. Those of another consumer are left alone.
    async fn ack(&mut self, deliveries: Vec<Delivery>) -> Result<(), BrokerError>;
}
