//! Barrier: waits until the journal has written everything that was published for it before.

use std::time::Duration;

use super::{WorkerError, Workplace, persist};
use crate::broker::{Message, Queue};
use crate::journal::Order;
use crate::wire::{SealError, WireError, envelope};

/// How often the journal is asked.
const LOOK: Duration = Duration::from_millis(5);

/// Waits, for as long as it takes.
pub(super) async fn barrier(place: &Workplace) -> Result<(), WorkerError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_| WireError::from(SealError::NoRandom))?;
    let body = envelope::write_journal(&place.keys, id, place.clock.now(), &Order::Barrier(id))?;
    let message = Message { id, body: body.into() };
    persist("barrier", || place.post.confirmed(vec![(Queue::Journal, message.clone())])).await?;
    while !persist("barrier", || place.journal.has_barrier(id)).await? {
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}
