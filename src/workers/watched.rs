//! Watched: a consumer that is given up when it gets nothing for long although its queue holds work.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, timeout_at};

use super::{WorkerError, Workplace, present};
use crate::broker::{Broker, BrokerError, Consumer, Delivery, Queue};
use crate::store::ThreadStore;
use crate::telemetry::pulse;

/// How long a consumer may get nothing before its queue is looked at; twice as long, and it is given up.
const QUIET: Duration = Duration::from_secs(25);
/// How long beginning to consume, and a look at the queue, may take.
const ANSWER: Duration = Duration::from_secs(15);

/// A consumer that is watched.
struct Watched {
    broker: Arc<dyn Broker>,
    store: Arc<dyn ThreadStore>,
    consumer: Box<dyn Consumer>,
    queue: Queue,
    /// When it got something, or its queue was looked at.
    looked: Instant,
    /// Whether there was work at the last look.
    had_work: bool,
    /// How long it may get nothing before its queue is looked at.
    quiet: Duration,
}

impl Workplace {
    /// Begins to consume. Whoever gets nothing although there is work is told that the broker is away.
    pub async fn consume(&self, queue: &Queue) -> Result<Box<dyn Consumer>, WorkerError> {
        pulse::beat();
        let consumer = within(self.broker.consume(queue)).await?;
        let (broker, store, queue) = (Arc::clone(&self.broker), Arc::clone(&self.store), queue.clone());
        Ok(Box::new(Watched { broker, store, consumer, queue, looked: Instant::now(), had_work: false, quiet: QUIET }))
    }
}

async fn within<T>(asked: impl Future<Output = Result<T, BrokerError>>) -> Result<T, BrokerError> {
    let late = |_| Err(BrokerError::Unavailable(format!("no answer within {} s", ANSWER.as_secs())));
    tokio::time::timeout(ANSWER, asked).await.unwrap_or_else(late)
}

/// Whether more processes than this one write the journal. RabbitMQ does not tell who waits behind a consumer.
async fn others_write(store: &dyn ThreadStore) -> bool {
    present::who(store, present::JOURNAL).await.is_ok_and(|all| all > 1)
}

impl Watched {
    /// Looks whether there is work, after a time without any.
    async fn look(&mut self) -> Result<(), BrokerError> {
        self.looked = Instant::now();
        let depth = within(self.broker.depth(&self.queue)).await?;
        // What others have of a shared queue is theirs. Of what nobody has, this one would get some at once.
        let exclusive = matches!(self.queue, Queue::Inbound(_) | Queue::Journal);
        let waiting = if exclusive { depth.messages } else { depth.ready };
        let had_work = std::mem::replace(&mut self.had_work, waiting > 0);
        if had_work && self.had_work {
            self.had_work = false;
            if self.queue == Queue::Journal && others_write(self.store.as_ref()).await {
                // Somebody else has its turn, and this one stands by; or has not heard that it is its own: it asks anew.
                tracing::debug!(queue = %self.queue, "standing by");
                self.consumer = within(self.broker.consume(&self.queue)).await?;
                return Ok(());
            }
            let (queue, seconds) = (&self.queue, 2 * self.quiet.as_secs());
            return Err(BrokerError::Unavailable(format!(
                "{waiting} messages wait in {queue}, and none of them came within {seconds} s"
            )));
        }
        Ok(())
    }
}

#[async_trait]
impl Consumer for Watched {
    async fn take(&mut self, most: usize) -> Result<Vec<Delivery>, BrokerError> {
        loop {
            if let Ok(taken) = pulse::waiting(timeout_at(self.looked + self.quiet, self.consumer.take(most))).await {
                (self.looked, self.had_work) = (Instant::now(), false);
                return taken;
            }
            self.look().await?;
        }
    }

    async fn ack(&mut self, deliveries: Vec<Delivery>) -> Result<(), BrokerError> {
        self.looked = Instant::now();
        self.consumer.ack(deliveries).await
    }
}

#[cfg(test)]
#[path = "watched_tests.rs"]
mod tests;
