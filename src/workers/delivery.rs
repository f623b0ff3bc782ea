//! Delivery worker: brings messages to customers by one channel. What had begun before is settled, never sent blindly.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wissel_channels::{Channel, Origin, OutboundMessage, Receipt, SendError, Settled};

use super::start::{Taken, may_start, read};
use super::{WorkerError, Workplace, bury, persist};
use crate::broker::{Consumer, Delivery, Queue};
use crate::failpoint::Point;
use crate::store::Started;
use crate::telemetry::Aside;
use crate::thread::{Body, Command, DeliveryOutcome, Event, Task};

/// How long a call of a channel may take before its outcome is unknown.
const CALL: Duration = Duration::from_mins(1);

/// Delivers by one channel until told to stop.
pub async fn run(place: Workplace, channel: Arc<dyn Channel>, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut consumer = place.consume(&Queue::Deliver(channel.name().clone())).await?;
    loop {
        let taken = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            taken = consumer.take(1) => taken?,
        };
        for delivery in taken {
            place.failpoints.pass(Point::DeliveryTook);
            one(&place, channel.as_ref(), consumer.as_mut(), delivery).await?;
        }
    }
}

async fn one(
    place: &Workplace,
    channel: &dyn Channel,
    consumer: &mut dyn Consumer,
    delivery: Delivery,
) -> Result<(), WorkerError> {
    let queue = Queue::Deliver(channel.name().clone());
    let Some(taken) = read(place, consumer, &queue, delivery).await? else { return Ok(()) };
    let Taken { command, incarnation, delivery } = taken;
    let Task::Deliver { message, .. } = &command.body else {
        return bury(place, consumer, &queue, delivery, Aside::Misplaced).await;
    };
    let outcome = match may_start(place, &command, incarnation).await? {
        Started::Refused => DeliveryOutcome::Refused,
        Started::Go => send(place, channel, &command, message).await?,
        Started::Settle => settle(place, channel, &command, message).await?,
    };
    place.failpoints.pass(Point::DeliverySent);
    observe(place, message, &outcome);
    let event = report(place, &command, outcome);
    persist("report", || place.post.event(&event)).await?;
    place.failpoints.pass(Point::DeliveryReported);
    Ok(consumer.ack(vec![delivery]).await?)
}

/// Sends, if AI is not switched off for it.
async fn send(
    place: &Workplace,
    channel: &dyn Channel,
    command: &Command,
    message: &OutboundMessage,
) -> Result<DeliveryOutcome, WorkerError> {
    if let Task::Deliver { ai: Some(spoken), .. } = &command.body {
        let switches = persist("switches", || place.store.switches()).await?;
        if switches.ai_off.covers(&spoken.queue, &message.channel, spoken.language) {
            return Ok(DeliveryOutcome::Refused);
        }
    }
    place.failpoints.pass(Point::DeliveryStarted);
    Ok(match tokio::time::timeout(CALL, channel.send(message)).await {
        Ok(result) => outcome(result),
        Err(_) => DeliveryOutcome::Unknown(format!("no answer within {} s", CALL.as_secs())),
    })
}

/// Finds out what became of an earlier try; sends again only where that does no harm.
async fn settle(
    place: &Workplace,
    channel: &dyn Channel,
    command: &Command,
    message: &OutboundMessage,
) -> Result<DeliveryOutcome, WorkerError> {
    let settled = match tokio::time::timeout(CALL, channel.settle(message)).await {
        Ok(Ok(settled)) => settled,
        Ok(Err(error)) => return Ok(outcome(Err(error))),
        Err(_) => Settled::Unknown,
    };
    match settled {
        Settled::Sent(receipt) => Ok(outcome(Ok(receipt))),
        Settled::Unknown => Ok(DeliveryOutcome::Unknown("what became of an earlier try is not known".to_owned())),
        Settled::SendAgain => match may_start(place, command, None).await? {
            Started::Go | Started::Settle => send(place, channel, command, message).await,
            Started::Refused => Ok(DeliveryOutcome::Refused),
        },
    }
}

fn outcome(result: Result<Receipt, SendError>) -> DeliveryOutcome {
    match result {
        Ok(receipt) => DeliveryOutcome::Sent { provider_id: receipt.provider_id },
        Err(SendError::Retry { after, reason }) => {
            DeliveryOutcome::Retry { after_millis: u64::try_from(after.as_millis()).unwrap_or(u64::MAX), reason }
        }
        Err(SendError::Reject(reason)) => DeliveryOutcome::Failed(reason),
        Err(SendError::Unknown(reason)) => DeliveryOutcome::Unknown(reason),
    }
}

fn observe(place: &Workplace, message: &OutboundMessage, outcome: &DeliveryOutcome) {
    let channel = message.channel.as_str();
    place.metrics.delivered(channel, outcome.class());
    let discloses = message.parts.len() > 1 && message.parts.iter().any(|part| part.origin == Origin::Ai);
    if discloses && matches!(outcome, DeliveryOutcome::Sent { .. }) {
        place.metrics.disclosed(channel);
    }
}

fn report(place: &Workplace, command: &Command, outcome: DeliveryOutcome) -> Event {
    Event {
        id: Event::outcome_id(command.id, command.attempt, outcome.class()),
        thread: command.thread,
        at: place.clock.now(),
        trace: command.trace,
        body: Body::Delivery { command: command.id, attempt: command.attempt, outcome },
    }
}
