//! Post: seals events and commands and publishes them into the right queue.

use std::sync::Arc;
use std::time::Duration;

use wissel_channels::ThreadKey;

use super::{Keys, bundle, envelope};
use crate::broker::{Broker, BrokerError, Message, Queue};
use crate::store::Incarnation;
use crate::thread::{Command, Event, Task};

/// How long a confirmation may take before the caller is told that the broker is away.
const CONFIRM: Duration = Duration::from_secs(10);

/// Publishes events and commands.
#[derive(Clone)]
pub struct Post {
    broker: Arc<dyn Broker>,
    keys: Keys,
    partitions: u16,
}

impl Post {
    /// A post over a broker that was set up with `partitions` partitions.
    #[must_use]
    pub fn new(broker: Arc<dyn Broker>, keys: Keys, partitions: u16) -> Self {
        Self { broker, keys, partitions: partitions.max(1) }
    }

    /// The partition of a thread: the same for ever, as long as the number of partitions is.
    #[must_use]
    pub fn partition(&self, thread: ThreadKey) -> u16 {
        partition_of(thread, self.partitions)
    }

    /// Publishes an event; returns once it is durable. The same event may be published again at any time.
    pub async fn event(&self, event: &Event) -> Result<(), BrokerError> {
        let body = envelope::write_event(&self.keys, event).map_err(|e| BrokerError::Unusable(e.to_string()))?;
        let queue = Queue::Inbound(self.partition(event.thread));
        self.confirmed(vec![(queue, Message { id: event.id.0, body: body.into() })]).await
    }

    /// A command as a message in its queue.
    pub fn command(&self, command: &Command, incarnation: Incarnation) -> Result<(Queue, Message), BrokerError> {
        let body = envelope::write_command(&self.keys, command, incarnation)
            .map_err(|e| BrokerError::Unusable(e.to_string()))?;
        Ok((queue(command), Message { id: command.id.0, body: body.into() }))
    }

    /// Commands as messages in their queues: those that may travel together in one.
    pub fn commands(
        &self,
        commands: &[Command],
        incarnation: Incarnation,
    ) -> Result<Vec<(Queue, Message)>, BrokerError> {
        let bundles = bundle::arrange(commands);
        bundles.iter().map(|bundle| self.bundle(bundle.first(), bundle.commands(), incarnation)).collect()
    }

    fn bundle(
        &self,
        first: &Command,
        commands: &[&Command],
        incarnation: Incarnation,
    ) -> Result<(Queue, Message), BrokerError> {
        if commands.len() == 1 {
            return self.command(first, incarnation);
        }
        let body = envelope::write_commands(&self.keys, commands, incarnation)
            .map_err(|e| BrokerError::Unusable(e.to_string()))?;
        Ok((queue(first), Message { id: first.id.0, body: body.into() }))
    }

    /// Publishes messages with a limit on the time that the confirmation may take.
    pub async fn confirmed(&self, messages: Vec<(Queue, Message)>) -> Result<(), BrokerError> {
        match tokio::time::timeout(CONFIRM, self.broker.publish(messages)).await {
            Ok(result) => result,
            Err(_) => Err(BrokerError::Unavailable(format!("no confirmation within {} s", CONFIRM.as_secs()))),
        }
    }
}

/// The queue of those who carry a command out.
pub(super) fn queue(command: &Command) -> Queue {
    match &command.body {
        Task::Ask { .. } => Queue::Bot,
        Task::Deliver { channel, .. } => Queue::Deliver(channel.clone()),
        Task::Handoff { tool, .. } => Queue::Handoff(tool.clone()),
        Task::Classify { .. } => Queue::Classify,
    }
}

/// The partition of a thread among `partitions`.
#[must_use]
pub fn partition_of(thread: ThreadKey, partitions: u16) -> u16 {
    thread.partition(partitions)
}
