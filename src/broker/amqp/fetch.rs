//! Fetch: the task of a session. Opens the channel, consumes, and fetches ahead.

use std::sync::Arc;

use futures_util::stream::SelectAll;
use futures_util::{FutureExt, StreamExt};
use lapin::options::{BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Channel, Consumer};
use wissel_channels::UnixMillis;

use super::fault;
use super::hub::Hub;
use super::link::ANSWER;
use super::session::{Arrived, Session};
use crate::broker::{BrokerError, Message};

/// How many messages are passed on at once.
const CHUNK: usize = 256;

/// Fetches until the consumer is gone or the channel is lost.
pub(super) async fn run(hub: Arc<Hub>, session: Arc<Session>) {
    let ended = session.stop.run_until_cancelled(fetch(&hub, &session)).await;
    if let Some(Err(error)) = ended {
        // Whoever takes is told, and tells it.
        tracing::debug!(queue = %session.queue, %error, "consumption ended");
        let count = session.lose(error);
        hub.gauges.returned(&session.queue, count);
    }
}

async fn fetch(hub: &Hub, session: &Session) -> Result<(), BrokerError> {
    let queue = &session.queue;
    hub.ensure(std::slice::from_ref(queue)).await?;
    let channel = hub.consuming.channel().await?;
    if !session.opened(&channel) {
        return Ok(());
    }
    let (mut streams, mut granted) = (SelectAll::new(), 0);
    let mut arrived = Vec::new();
    loop {
        let wanted = session.wanted();
        if wanted > granted {
            streams.push(consume(hub, session, &channel, wanted - granted, streams.len()).await?);
            granted = wanted;
        }
        let first = tokio::select! {
            () = session.hunger.notified() => continue,
            first = streams.next() => first,
        };
        arrived.push(read(first, session)?);
        while arrived.len() < CHUNK
            && let Some(next) = streams.next().now_or_never()
        {
            arrived.push(read(next, session)?);
        }
        hub.gauges.arrived(queue, arrived.len());
        session.arrived(&mut arrived);
    }
}

/// Asks for messages, `room` of them ahead of their acknowledgement.
async fn consume(
    hub: &Hub,
    session: &Session,
    channel: &Channel,
    room: usize,
    number: usize,
) -> Result<Consumer, BrokerError> {
    let (queue, what) = (session.queue.to_string(), format!("consuming {}", session.queue));
    let room = u16::try_from(room).unwrap_or(u16::MAX);
    fault::answer(&what, ANSWER, channel.basic_qos(room, BasicQosOptions::default())).await?;
    let tag = format!("wissel.{number}");
    let options = BasicConsumeOptions::default();
    let asked = channel.basic_consume(queue.into(), tag.into(), options, FieldTable::default());
    match tokio::time::timeout(ANSWER, asked).await {
        Ok(Ok(consumer)) => Ok(consumer),
        Ok(Err(error)) => {
            if fault::reply(&error).is_some_and(|reply| reply.get_id() == fault::NOT_FOUND) {
                hub.queues.make_again(&hub.consuming, &session.queue).await?;
            }
            Err(fault::away(&what, &error))
        }
        Err(_) => Err(fault::silent(&what, ANSWER)),
    }
}

fn read(next: Option<lapin::Result<lapin::message::Delivery>>, session: &Session) -> Result<Arrived, BrokerError> {
    let what = || format!("consuming {}", session.queue);
    let delivery = match next {
        Some(Ok(delivery)) => delivery,
        Some(Err(error)) => return Err(fault::away(&what(), &error)),
        None => return Err(BrokerError::Unavailable(format!("{}: RabbitMQ ended it, or the queue is gone", what()))),
    };
    let id = delivery.properties.message_id().as_ref().and_then(|id| uuid::Uuid::try_parse(id.as_str()).ok());
    let id = match id {
        Some(id) => id.into_bytes(),
        // Not one of ours: whoever reads it will set it aside.
        None => wissel_channels::ids::hash_parts("message without an id", &[&delivery.data]),
    };
    let seconds = delivery.properties.timestamp().and_then(|at| i64::try_from(at).ok());
    Ok(Arrived {
        tag: delivery.delivery_tag,
        message: Message { id, body: delivery.data.into() },
        redelivered: delivery.redelivered,
        at: seconds.map(|seconds| UnixMillis(seconds.saturating_mul(1000))),
    })
}
