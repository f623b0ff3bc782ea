//! Journal worker: writes what the routers tell, in order.

use tokio_util::sync::CancellationToken;

use super::{WorkerError, Workplace, bury, persist};
use crate::broker::Queue;
use crate::failpoint::Point;
use crate::wire::{WireError, envelope};

/// How many messages are written at once at the most.
const BATCH: usize = 256;

/// Writes until told to stop.
pub async fn run(place: Workplace, stop: CancellationToken) -> Result<(), WorkerError> {
    let mut consumer = place.broker.consume(&Queue::Journal).await?;
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
                Err(_) => bury(&place, consumer.as_mut(), delivery, "unreadable").await?,
            }
        }
        persist("journal", || place.journal.append(orders.clone())).await?;
        place.failpoints.pass(Point::JournalWritten);
        consumer.ack(done).await?;
        place.failpoints.pass(Point::JournalAcknowledged);
    }
}
