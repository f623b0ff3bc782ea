//! Barrier: waits until the journal has written everything that was published for it before.

use std::time::Duration;

use super::{WorkerError, Workplace, persist};
use crate::broker::{Message, Queue};
use crate::journal::Order;
use crate::wire::{SealError, WireError, envelope};

/// When the journal is asked for the first time; each pause is twice as long as the one before, up to the longest: it is
/// behind just then, and every partition asks.
const FIRST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(250);

/// Waits, for as long as it takes.
pub(super) async fn barrier(place: &Workplace) -> Result<(), WorkerError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_| WireError::from(SealError::NoRandom))?;
    let body = envelope::write_journal(&place.keys, id, place.clock.now(), &Order::Barrier(id))?;
    let message = Message { id, body: body.into() };
    persist("barrier", || place.post.confirmed(vec![(Queue::Journal, message.clone())])).await?;
    let mut pause = FIRST;
    while !persist("barrier", || place.journal.has_barrier(id)).await? {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
    }
    Ok(())
}
