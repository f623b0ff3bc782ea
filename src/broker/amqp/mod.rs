//! The broker on RabbitMQ: quorum queues, confirmed publications, one channel a consumer.
//!
//! Making it does not connect. Each call connects when it must, tells [`BrokerError::Unavailable`] while RabbitMQ is
//! away, and works again when it is back.

mod compare;
mod consumer;
mod dial;
mod difference;
mod fault;
mod fetch;
mod flight;
mod gauges;
mod hub;
mod lane;
mod link;
mod queues;
mod session;
pub mod topology;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio_util::task::TaskTracker;
use wissel_channels::Clock;

use super::{Broker, BrokerError, Consumer, Depth, Message, Queue};
pub use compare::{Finding, Wrong};
use consumer::AmqpConsumer;
pub use dial::AmqpSettings;
use dial::Dial;
use gauges::Gauges;
use hub::Hub;
use lane::Lane;
use link::Link;
use queues::Queues;

/// Channels for events, and as many for everything else.
const LANES: usize = 8;

/// Queues in RabbitMQ.
pub struct AmqpBroker {
    hub: Arc<Hub>,
    /// For events: those of a partition keep to one lane, so that they stay in order even when a call is given up.
    inbound: Vec<Arc<Lane>>,
    /// For all else, in turn.
    others: Vec<Arc<Lane>>,
    turn: AtomicUsize,
}

impl AmqpBroker {
    /// A broker at the address that the settings give. Its tasks run on `tracker`, and end when nothing uses it.
    ///
    /// # Errors
    /// [`BrokerError::Unusable`] when the address cannot be read. RabbitMQ itself need not be there.
    pub fn new(settings: AmqpSettings, clock: Clock, tracker: TaskTracker) -> Result<Self, BrokerError> {
        let dial = Dial::new(settings)?;
        let hub = Arc::new(Hub {
            publishing: Link::new(dial.clone(), "publishing"),
            consuming: Link::new(dial, "consuming"),
            queues: Queues::default(),
            gauges: Gauges::default(),
            clock,
            tracker,
        });
        let lanes = || (0..LANES).map(|_| Arc::new(Lane::new(Arc::clone(&hub)))).collect();
        Ok(Self { inbound: lanes(), others: lanes(), hub, turn: AtomicUsize::new(0) })
    }

    fn lane(&self, first: &Queue) -> &Arc<Lane> {
        match first {
            Queue::Inbound(partition) => &self.inbound[usize::from(*partition) % LANES],
            _ => &self.others[self.turn.fetch_add(1, Ordering::Relaxed) % LANES],
        }
    }
}

#[async_trait]
impl Broker for AmqpBroker {
    async fn declare(&self, partitions: u16) -> Result<(), BrokerError> {
        self.hub.queues.mark(&self.hub.consuming, partitions).await?;
        self.hub.ensure(&topology::base(partitions)).await
    }

    async fn publish(&self, messages: Vec<(Queue, Message)>) -> Result<(), BrokerError> {
        let Some((first, _)) = messages.first() else { return Ok(()) };
        let lane = self.lane(first);
        let unknown = self.hub.queues.unknown(messages.iter().map(|(queue, _)| queue));
        if !unknown.is_empty() {
            self.hub.ensure(&unknown).await?;
        }
        lane.publish(messages).await
    }

    async fn consume(&self, queue: &Queue) -> Result<Box<dyn Consumer>, BrokerError> {
        Ok(Box::new(AmqpConsumer::new(Arc::clone(&self.hub), queue.clone())))
    }

    /// Counts what is ready in RabbitMQ, at most a quarter of a second ago, and what consumers of this process have;
    /// what those of other processes have cannot be asked over AMQP. `oldest` is known for what this process has, and where
    /// nobody reads the queue: since when this process knows that.
    async fn depth(&self, queue: &Queue) -> Result<Depth, BrokerError> {
        let gauges = &self.hub.gauges;
        let ready = if let Some(ready) = gauges.ready(queue) {
            ready
        } else {
            let asked = self.hub.queues.look(&self.hub.consuming, queue).await;
            gauges.asked(queue, asked.as_ref().ok().copied(), self.hub.clock.now());
            asked?.ready.into()
        };
        let (held, oldest) = gauges.held(queue);
        Ok(Depth { messages: ready + held, ready, oldest })
    }

    /// RabbitMQ tells of an alarm on a connection once something is published on it.
    async fn answers(&self) -> Result<(), BrokerError> {
        self.depth(&Queue::Inbound(0)).await?;
        if self.hub.publishing.is_blocked() { Err(fault::blocked()) } else { Ok(()) }
    }

    async fn readers(&self, queue: &Queue) -> Result<u64, BrokerError> {
        self.hub.queues.consumers(&self.hub.consuming, queue).await
    }

    async fn partitions(&self) -> Result<Option<u16>, BrokerError> {
        self.hub.queues.recorded(&self.hub.consuming).await
    }

    async fn repartition(&self, to: u16) -> Result<(), BrokerError> {
        let (queues, link) = (&self.hub.queues, &self.hub.consuming);
        self.hub.ensure(&topology::base(to)).await?;
        for partition in to..queues.recorded(link).await?.unwrap_or(to).max(to) {
            let queue = Queue::Inbound(partition);
            let name = queue.to_string();
            if queues.exists(link, &name).await.map_err(|refusal| queues::wrong(&name, refusal))? {
                if queues.ready(link, &queue).await? > 0 {
                    return Err(BrokerError::Unusable(super::not_empty(&queue)));
                }
                queues.delete(link, &name).await?;
            }
        }
        // Last: until then everybody who starts is told of the old number.
        queues.delete(link, topology::MARKER).await?;
        queues.mark(link, to).await
    }
}
