//! A consumer of a queue in RabbitMQ.

use std::sync::Arc;

use async_trait::async_trait;

use super::fetch;
use super::hub::Hub;
use super::session::{Arrived, Session, Taken};
use super::topology::is_exclusive;
use crate::broker::{BrokerError, Consumer, Delivery, Queue};

/// How many messages an exclusive consumer may have at the least.
const LEAST: usize = 128;
/// How many messages a consumer may take at once at the most.
const MOST: usize = 10_000;

/// A reader of one queue. It connects when it takes; a session that is lost is told once, and the next `take` begins
/// another one.
pub(super) struct AmqpConsumer {
    hub: Arc<Hub>,
    queue: Queue,
    session: Option<Arc<Session>>,
    /// What tags of this session begin after, and the last one that was given out. They rise over all sessions, so a
    /// tag of an earlier one is known as such.
    base: u64,
    last: u64,
}

impl AmqpConsumer {
    pub(super) fn new(hub: Arc<Hub>, queue: Queue) -> Self {
        Self { hub, queue, session: None, base: 0, last: 0 }
    }

    /// The session, begun if there is none. An exclusive consumer fetches a batch ahead; where the queue is shared,
    /// what one fetches ahead would be kept from the others.
    fn session(&mut self, most: usize) -> Arc<Session> {
        if let Some(session) = &self.session {
            return Arc::clone(session);
        }
        let exclusive = is_exclusive(&self.queue);
        let room = if exclusive { LEAST.max(2 * most) } else { most };
        let session = Arc::new(Session::new(self.queue.clone(), room, exclusive));
        self.hub.gauges.join(&self.queue, &session);
        self.hub.tracker.spawn(fetch::run(Arc::clone(&self.hub), Arc::clone(&session)));
        self.base = self.last;
        self.session = Some(Arc::clone(&session));
        session
    }

    fn give(&mut self, arrived: Vec<Arrived>) -> Vec<Delivery> {
        let base = self.base;
        let given = arrived.into_iter().map(|arrived| Delivery {
            message: arrived.message,
            redelivered: arrived.redelivered,
            tag: base + arrived.tag,
        });
        let given: Vec<Delivery> = given.collect();
        self.last = given.iter().map(|delivery| delivery.tag).fold(self.last, u64::max);
        given
    }
}

#[async_trait]
impl Consumer for AmqpConsumer {
    async fn take(&mut self, most: usize) -> Result<Vec<Delivery>, BrokerError> {
        let most = most.clamp(1, MOST);
        let session = self.session(most);
        loop {
            match session.take(most) {
                Taken::Some(arrived) => return Ok(self.give(arrived)),
                Taken::Nothing => session.news.notified().await,
                Taken::Lost(error) => {
                    self.session = None;
                    return Err(error);
                }
            }
        }
    }

    async fn ack(&mut self, deliveries: Vec<Delivery>) -> Result<(), BrokerError> {
        let Some(session) = &self.session else { return Ok(()) };
        let tags = deliveries.iter().filter_map(|delivery| delivery.tag.checked_sub(self.base));
        let tags: Vec<u64> = tags.filter(|tag| *tag > 0).collect();
        if tags.is_empty() {
            return Ok(());
        }
        session.ack(tags).await
    }
}

impl Drop for AmqpConsumer {
    fn drop(&mut self) {
        if let Some(session) = &self.session {
            let count = session.close();
            self.hub.gauges.returned(&self.queue, count);
        }
    }
}
