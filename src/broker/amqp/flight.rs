//! Flight: messages that leave together, and what becomes of each.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use lapin::options::BasicPublishOptions;
use lapin::types::ShortString;
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::time::Instant;
use wissel_channels::UnixMillis;

use super::fault;
use crate::broker::{Message, Queue};

/// A message that RabbitMQ writes to disk.
const PERSISTENT: u8 = 2;

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is durable.
    Confirmed,
    /// Nobody knows.
    Unknown,
    /// RabbitMQ says no.
    Refused,
    /// Some message of the flight had no queue; this is the queue's name.
    Returned(String),
    /// The channel is gone, and why.
    Lost(String),
}

impl Fate {
    pub(super) fn returned(&self) -> Option<&str> {
        match self {
            Self::Returned(queue) => Some(queue),
            _ => None,
        }
    }
}

/// Sends the messages that `which` names, in that order, and waits for their confirmations until `deadline`.
pub(super) async fn fly(
    channel: &Channel,
    now: UnixMillis,
    messages: &[(Queue, Message)],
    which: &[usize],
    deadline: Instant,
    fates: &mut [Fate],
) {
    let seconds = u64::try_from(now.0 / 1000).unwrap_or(0);
    let mut pending: Vec<(usize, Pin<Box<_>>)> = Vec::with_capacity(which.len());
    for index in which {
        let (queue, message) = &messages[*index];
        pending.push((*index, Box::pin(send(channel, seconds, queue, message))));
    }
    let landing = async {
        // A first poll puts each behind those that left before.
        poll_fn(|cx| {
            pending.retain_mut(|(index, sending)| match sending.as_mut().poll(cx) {
                Poll::Ready(fate) => {
                    fates[*index] = fate;
                    false
                }
                Poll::Pending => true,
            });
            Poll::Ready(())
        })
        .await;
        // Then one after the other: polling all for each that lands would cost as many times as much.
        for (index, sending) in pending {
            fates[index] = sending.await;
        }
    };
    // What is not confirmed by then stays unknown.
    let _all = tokio::time::timeout_at(deadline, landing).await;
}

async fn send(channel: &Channel, seconds: u64, queue: &Queue, message: &Message) -> Fate {
    let Ok(name) = ShortString::try_new(queue.to_string()) else { return Fate::Refused };
    let mut id = [0; uuid::fmt::Simple::LENGTH];
    let id: &str = uuid::Uuid::from_bytes(message.id).simple().encode_lower(&mut id);
    let properties =
        BasicProperties::default().with_delivery_mode(PERSISTENT).with_message_id(id.into()).with_timestamp(seconds);
    let options = BasicPublishOptions { mandatory: true, immediate: false };
    let confirm = match channel.basic_publish("".into(), name, options, &message.body, properties).await {
        Ok(confirm) => confirm.await,
        Err(error) => Err(error),
    };
    match confirm {
        Ok(Confirmation::Ack(None)) => Fate::Confirmed,
        Ok(Confirmation::Ack(Some(returned)) | Confirmation::Nack(Some(returned))) => {
            Fate::Returned(returned.routing_key.to_string())
        }
        Ok(Confirmation::Nack(None) | Confirmation::NotRequested) => Fate::Refused,
        Err(error) => Fate::Lost(fault::away("lost", &error).to_string()),
    }
}
