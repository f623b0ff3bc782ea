//! Journal worker: writes what the routers tell, in order. While the journal is away, it waits in the queue.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wissel_channels::ids::hash_parts;

use super::{WorkerError, Workplace, bury, persist, set_aside};
use crate::broker::{Message, Queue};
use crate::failpoint::Point;
use crate::journal::{Batch, Order};
use crate::telemetry::Aside;
use crate::thread::Event;
use crate::wire::{WireError, envelope};

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;

/// How many messages are written at once at the most.
const BATCH: usize = 256;
/// Where many came at once, more are on their way: so long they may gather. What is written together touches a page of each
/// index once, which is most of what writing costs. Of fewer none waits: who looks up why something happened has it at once.
const GATHER: Duration = Duration::from_millis(100);
const MANY: usize = 48;

/// Writes until told to stop.
pub async fn run(place: Workplace, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut consumer = place.consume(&Queue::Journal).await?;
    loop {
        let taken = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            taken = consumer.take(BATCH) => taken?,
        };
        place.failpoints.pass(Point::JournalTook);
        let (mut orders, mut done) = (Vec::with_capacity(taken.len()), Vec::with_capacity(taken.len()));
        for delivery in taken {
            match envelope::read_journal(&place.keys, &delivery.message.body) {
                Ok(order) => {
                    orders.push(order);
                    done.push(delivery);
                }
                Err(error @ WireError::Newer(_)) => return Err(error.into()),
                Err(_) => bury(&place, consumer.as_mut(), &Queue::Journal, delivery, Aside::Unreadable).await?,
            }
        }
        let late = tokio::select! {
            // What was not written is taken again.
            () = stop.cancelled() => return Ok(()),
            late = persist("journal", || place.journal.append(orders.clone())) => late?,
        };
        for batch in late {
            decide_again(&place, batch).await?;
        }
        place.failpoints.pass(Point::JournalWritten);
        let many = done.len() >= MANY;
        consumer.ack(done).await?;
        place.failpoints.pass(Point::JournalAcknowledged);
        if many {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(GATHER) => {}
            }
        }
    }
}

/// Puts back what was decided in a batch that came too late: whoever has the partition now decides on it.
async fn decide_again(place: &Workplace, batch: Batch) -> Result<(), WorkerError> {
    let Batch { partition, term, head, .. } = batch;
    tracing::warn!(partition, term, head, "a batch came too late: what is in it is decided on again");
    let Ok(events) = events(place, &batch).await? else {
        let id = hash_parts("late batch", &[&partition.to_le_bytes(), &term.to_le_bytes(), &head.to_le_bytes()]);
        let body = envelope::write_journal(&place.keys, id, place.clock.now(), &Order::Append(batch))?;
        return set_aside(place, &Queue::Journal, &Message { id, body: body.into() }, Aside::Late).await;
    };
    for event in events {
        persist("again", || place.post.event(&event)).await?;
    }
    Ok(())
}

/// The events that a batch is about, without those of threads that were erased.
async fn events(place: &Workplace, batch: &Batch) -> Result<Result<Vec<Event>, WireError>, WorkerError> {
    let mut events = Vec::with_capacity(batch.entries.len());
    for entry in &batch.entries {
        let own = batch.keys.iter().find(|key| key.thread == entry.thread).map(|key| key.wrapped.clone());
        let wrapped = match own {
            Some(wrapped) => Some(wrapped),
            None => persist("key", || place.journal.key(entry.thread)).await?,
        };
        let Some(wrapped) = wrapped else { continue };
        let opened = place.keys.unwrap(entry.thread, &wrapped).map_err(WireError::from);
        match opened.and_then(|key| envelope::open_record(&key, entry.thread, entry.event, &entry.sealed)) {
            Ok(record) => events.push(record.input.event),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(events))
}
