//! Hub: what publishing and consuming share.

use tokio_util::task::TaskTracker;
use wissel_channels::Clock;

use super::gauges::Gauges;
use super::link::Link;
use super::queues::Queues;
use crate::broker::{BrokerError, Queue};

/// The two connections of a process, and what it knows of the queues.
pub(super) struct Hub {
    /// Publishes, and nothing else: an alarm of RabbitMQ blocks it whole.
    pub(super) publishing: Link,
    /// Consumes, declares and asks.
    pub(super) consuming: Link,
    pub(super) queues: Queues,
    pub(super) gauges: Gauges,
    pub(super) clock: Clock,
    pub(super) tracker: TaskTracker,
}

impl Hub {
    /// Sees to it that queues are there.
    pub(super) async fn ensure(&self, queues: &[Queue]) -> Result<(), BrokerError> {
        self.queues.ensure(&self.consuming, queues).await
    }
}
