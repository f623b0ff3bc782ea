//! Delivery worker: brings messages to customers by the accounts of one channel. What had begun before is settled, never sent blindly.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wissel_channels::{
    AccountName, Channel, ChannelName, Origin, OutboundMessage, Receipt, SendContext, SendError, Settled,
};

use super::marks::Marks;
use super::sole::Sole;
use super::start::{Together, may_start, read_all};
use super::{WorkerError, Workplace, persist};
use crate::broker::Queue;
use crate::failpoint::Point;
use crate::store::Started;
use crate::telemetry::pulse;
use crate::thread::{Body, Command, DeliveryOutcome, Event, Task};

/// How long a call of a channel may take before its outcome is unknown.
const CALL: Duration = Duration::from_mins(1);
/// Of how many tries an account that can be given the same message again may leave nobody the wiser, before a person is told.
const UNCLEAR_TRIES: u32 = 5;
/// When the next of them is made.
const UNCLEAR_PAUSE: Duration = Duration::from_secs(15);

/// The accounts of one channel, with what each is given to send.
#[derive(Clone)]
pub struct Carrier {
    name: ChannelName,
    accounts: BTreeMap<AccountName, (Arc<dyn Channel>, SendContext)>,
    /// Set where only one process at a time may send by it.
    sole: Option<Arc<Sole>>,
}

impl Carrier {
    /// A carrier for each channel among `channels`. `among`: this process, where others deliver too.
    #[must_use]
    pub fn all(place: &Workplace, channels: &[Arc<dyn Channel>], among: Option<[u8; 16]>) -> Vec<Self> {
        let mut carriers: BTreeMap<ChannelName, Self> = BTreeMap::new();
        for channel in channels {
            let cx = SendContext {
                blobs: Arc::clone(&place.blobs),
                cursors: Arc::new(Marks::of(place, channel.as_ref())),
                clock: place.clock.clone(),
                queue: None,
            };
            let name = channel.name().clone();
            let sole = among.filter(|_| channel.counts()).map(|holder| Sole::new(&name, holder));
            let carrier = carriers.entry(name.clone()).or_insert(Self { name, accounts: BTreeMap::new(), sole });
            carrier.accounts.insert(channel.account().clone(), (Arc::clone(channel), cx));
        }
        carriers.into_values().collect()
    }

    /// What must be held to send by it.
    #[must_use]
    pub fn sole(&self) -> Option<Arc<Sole>> {
        self.sole.clone()
    }

    /// What one account is sent by.
    fn of(&self, account: &AccountName) -> Result<(&dyn Channel, &SendContext), DeliveryOutcome> {
        let found = self.accounts.get(account).map(|(channel, cx)| (channel.as_ref(), cx));
        found.ok_or_else(|| DeliveryOutcome::Failed(format!("the account {account} is not set up any more")))
    }
}

/// Delivers by one channel until told to stop.
pub async fn run(place: Workplace, carrier: Carrier, stop: CancellationToken) -> Result<(), WorkerError> {
    while let Some(sole) = &carrier.sole {
        if stop.run_until_cancelled(pulse::waiting(sole.granted())).await.is_none() {
            return Ok(());
        }
        deliver(&place, &carrier, &stop, sole.lost()).await?;
        if stop.is_cancelled() {
            return Ok(());
        }
        tracing::info!(channel = %carrier.name, "another process may send by this channel now, or the store cannot tell");
    }
    deliver(&place, &carrier, &stop, std::future::pending()).await
}

/// Delivers until told to stop, or until the channel is another's.
async fn deliver(
    place: &Workplace,
    carrier: &Carrier,
    stop: &CancellationToken,
    lost: impl Future<Output = ()>,
) -> Result<(), WorkerError> {
    let queue = Queue::Deliver(carrier.name.clone());
    let mut consumer = place.consume(&queue).await?;
    let mut lost = std::pin::pin!(lost);
    loop {
        let taken = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            () = &mut lost => return Ok(()),
            taken = consumer.take(1) => taken?,
        };
        for delivery in taken {
            place.failpoints.pass(Point::DeliveryTook);
            let Some(taken) = read_all(place, consumer.as_mut(), &queue, delivery).await? else { continue };
            taken.carry_out(|command| one(place, carrier, &taken, command)).await?;
            taken.done(consumer.as_mut()).await?;
        }
    }
}

async fn one(place: &Workplace, carrier: &Carrier, taken: &Together, command: &Command) -> Result<(), WorkerError> {
    let Task::Deliver { message, .. } = &command.body else {
        return taken.misplaced(place, &Queue::Deliver(carrier.name.clone()), command).await;
    };
    let outcome = match may_start(place, command, taken.incarnation).await? {
        Started::Refused => DeliveryOutcome::Refused,
        Started::Go => send(place, carrier, command, message).await?,
        Started::Settle => settle(place, carrier, command, message).await?,
    };
    place.failpoints.pass(Point::DeliverySent);
    observe(place, message, &outcome);
    let event = report(place, command, outcome);
    persist("report", || place.post.event(&event)).await?;
    place.failpoints.pass(Point::DeliveryReported);
    Ok(())
}

/// Sends, if AI is not switched off for it.
async fn send(
    place: &Workplace,
    carrier: &Carrier,
    command: &Command,
    message: &OutboundMessage,
) -> Result<DeliveryOutcome, WorkerError> {
    let (channel, cx) = match carrier.of(&message.account) {
        Ok(found) => found,
        Err(gone) => return Ok(gone),
    };
    if let Task::Deliver { ai: Some(spoken), .. } = &command.body {
        let switches = persist("switches", || place.store.switches()).await?;
        if switches.ai_off.covers(&spoken.queue, &message.channel, spoken.language) {
            return Ok(DeliveryOutcome::Refused);
        }
    }
    let named;
    let cx = if channel.differs_by_queue() {
        let row = persist("queue", || place.store.row(command.conversation)).await?;
        let queue = row.and_then(|row| row.queue).map(|queue| queue.to_string());
        named = SendContext { queue, ..cx.clone() };
        &named
    } else {
        cx
    };
    place.failpoints.pass(Point::DeliveryStarted);
    Ok(match tokio::time::timeout(CALL, channel.send(message, cx)).await {
        Ok(Err(SendError::Unknown(reason))) => unclear(channel, cx, message, command.attempt, reason).await,
        Ok(result) => outcome(result),
        Err(_) => {
            let reason = format!("no answer within {} s", CALL.as_secs());
            unclear(channel, cx, message, command.attempt, reason).await
        }
    })
}

/// A try ended, and nobody knows how: it is made again where that does no harm, else a person is told.
async fn unclear(
    channel: &dyn Channel,
    cx: &SendContext,
    message: &OutboundMessage,
    attempt: u32,
    reason: String,
) -> DeliveryOutcome {
    match tokio::time::timeout(CALL, channel.settle(message, cx)).await {
        Ok(Ok(Settled::Sent(receipt))) => outcome(Ok(receipt)),
        Ok(Ok(Settled::SendAgain)) if attempt < UNCLEAR_TRIES => {
            outcome(Err(SendError::Retry { after: UNCLEAR_PAUSE, reason }))
        }
        _ => DeliveryOutcome::Unknown(reason),
    }
}

/// Finds out what became of an earlier try; sends again only where that does no harm.
async fn settle(
    place: &Workplace,
    carrier: &Carrier,
    command: &Command,
    message: &OutboundMessage,
) -> Result<DeliveryOutcome, WorkerError> {
    let Ok((channel, cx)) = carrier.of(&message.account) else {
        let why = format!("the account {} is not set up any more, and nobody can be asked", message.account);
        return Ok(DeliveryOutcome::Unknown(why));
    };
    let settled = match tokio::time::timeout(CALL, channel.settle(message, cx)).await {
        Ok(Ok(settled)) => settled,
        Ok(Err(error)) => return Ok(outcome(Err(error))),
        Err(_) => Settled::Unknown,
    };
    match settled {
        Settled::Sent(receipt) => Ok(outcome(Ok(receipt))),
        Settled::Unknown => Ok(DeliveryOutcome::Unknown("what became of an earlier try is not known".to_owned())),
        Settled::SendAgain => match may_start(place, command, None).await? {
            Started::Go | Started::Settle => send(place, carrier, command, message).await,
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

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
