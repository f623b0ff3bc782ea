//! Topology: the queues that Wissel has in RabbitMQ, and their arguments. Pure.
//!
//! All are durable quorum queues on the default exchange. RabbitMQ 3.10 has no default delivery limit, 4 has one of 20
//! and drops what exceeds it, so both limit and dead-lettering are always declared.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use wissel_channels::ChannelName;

use crate::broker::Queue;

/// The queue whose `x-max-length` records the number of partitions. Nothing is ever published to it.
pub(super) const MARKER: &str = "partitions";

/// How often a message may be given back before RabbitMQ sets it aside in `dead`. A backstop: an outage of hours gives
/// the same messages back thousands of times, and the router parks poison long before.
const DELIVERY_LIMIT: u32 = 1_000_000;

/// In `dead` nothing may ever be dropped: looking at it gives everything back.
const DEAD_LIMIT: u32 = 1_000_000_000;

/// A queue as it is declared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueueSpec {
    /// Its name.
    pub name: String,
    /// Whether it outlives a restart of RabbitMQ.
    pub durable: bool,
    /// Whether it goes with its last consumer.
    pub auto_delete: bool,
    /// Its arguments: texts, numbers, booleans.
    pub arguments: BTreeMap<String, Value>,
}

impl QueueSpec {
    fn new(name: String, arguments: &[(&str, Value)]) -> Self {
        let quorum = [("x-queue-type", json!("quorum"))];
        let all = quorum.iter().chain(arguments).map(|(key, value)| ((*key).to_owned(), value.clone()));
        Self { name, durable: true, auto_delete: false, arguments: all.collect() }
    }

    /// A queue of Wissel.
    #[must_use]
    pub fn of(queue: &Queue) -> Self {
        if *queue == Queue::Dead {
            return Self::new(queue.to_string(), &[("x-delivery-limit", json!(DEAD_LIMIT))]);
        }
        let mut arguments = vec![
            ("x-delivery-limit", json!(DELIVERY_LIMIT)),
            ("x-dead-letter-exchange", json!("")),
            ("x-dead-letter-routing-key", json!(Queue::Dead.to_string())),
            // At least once needs this overflow, which never comes to pass: there is no maximum length.
            ("x-dead-letter-strategy", json!("at-least-once")),
            ("x-overflow", json!("reject-publish")),
        ];
        if is_exclusive(queue) {
            arguments.push(("x-single-active-consumer", json!(true)));
        }
        Self::new(queue.to_string(), &arguments)
    }

    /// The record of the number of partitions.
    #[must_use]
    pub fn marker(partitions: u16) -> Self {
        Self::new(MARKER.to_owned(), &[("x-max-length", json!(partitions))])
    }
}

/// Whether a queue has one consumer at a time.
pub(super) const fn is_exclusive(queue: &Queue) -> bool {
    matches!(queue, Queue::Inbound(_) | Queue::Journal)
}

/// The queues of every installation with `partitions` partitions.
pub(super) fn base(partitions: u16) -> Vec<Queue> {
    let fixed = [Queue::Dead, Queue::Journal, Queue::Bot, Queue::Classify];
    fixed.into_iter().chain((0..partitions).map(Queue::Inbound)).collect()
}

/// All queues of an installation, with the record of its partitions.
#[must_use]
pub fn topology(partitions: u16, tools: &[String], channels: &[ChannelName]) -> Vec<QueueSpec> {
    let tools = tools.iter().cloned().map(Queue::Handoff);
    let channels = channels.iter().cloned().map(Queue::Deliver);
    let queues = base(partitions).into_iter().chain(tools).chain(channels);
    std::iter::once(QueueSpec::marker(partitions)).chain(queues.map(|queue| QueueSpec::of(&queue))).collect()
}
