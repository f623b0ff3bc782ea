//! Take-over: a router believes the store only as far as the journal bears it out, and mends what is missing.

use std::time::Duration;

use wissel_channels::ids::hash_parts;

use super::rebuild::rebuild;
use super::{Claim, LEASE, Seat};
use crate::broker::{Message, Queue};
use crate::journal::{Batch, Order, Reach};
use crate::store::{Lease, StoreError};
use crate::telemetry::pulse;
use crate::wire::{WireError, envelope};
use crate::workers::barrier::barrier;
use crate::workers::{WorkerError, Workplace, persist};

/// How often a lease that somebody else holds is asked for again.
const ASK: Duration = Duration::from_millis(500);
/// How long the journal may take to say how far it is.
const ANSWER: Duration = Duration::from_secs(3);

/// Waits for the partition, and until this process may hold one more.
pub(super) async fn lease<'a>(place: &Workplace, seat: &'a Seat) -> Result<(Lease, Claim<'a>), WorkerError> {
    loop {
        let claim = pulse::waiting(seat.share.claim()).await;
        let reach = reach_unless_away(place, seat.partition).await?;
        let lease = persist("lease", || place.store.lease(seat.partition, seat.holder, LEASE, reach.term)).await?;
        if let Some(lease) = lease {
            return Ok((lease, claim));
        }
        drop(claim);
        tokio::time::sleep(ASK).await;
    }
}

async fn reach(place: &Workplace, partition: u16) -> Result<Reach, WorkerError> {
    let reaches = persist("reach", || place.journal.reach()).await?;
    Ok(of(partition, &reaches))
}

/// The same, or nothing when the journal is away and the store has lost nothing: a router may then come and go.
async fn reach_unless_away(place: &Workplace, partition: u16) -> Result<Reach, WorkerError> {
    if let Ok(Ok(reaches)) = tokio::time::timeout(ANSWER, place.journal.reach()).await {
        return Ok(of(partition, &reaches));
    }
    if persist("partition", || place.store.partition(partition)).await?.mended {
        tracing::info!(partition, "the journal is away; the store has lost nothing and is believed");
        return Ok(Reach::default());
    }
    reach(place, partition).await
}

fn of(partition: u16, reaches: &[Reach]) -> Reach {
    reaches.iter().find(|reach| reach.partition == partition).copied().unwrap_or_default()
}

/// Makes the store whole; returns the head to go on from.
pub(super) async fn mend(place: &Workplace, lease: Lease) -> Result<u64, WorkerError> {
    let known = persist("partition", || place.store.partition(lease.partition)).await?;
    let mut messages = Vec::with_capacity(2);
    if let Some(body) = known.journal {
        // Whoever saved this batch may not have come to tell the journal.
        let id = hash_parts("journal batch again", &[&body]);
        messages.push((Queue::Journal, Message { id, body: body.into() }));
    }
    messages.push((Queue::Journal, announcement(place, lease)?));
    persist("journal again", || place.post.confirmed(messages.clone())).await?;
    if known.mended && reach_unless_away(place, lease.partition).await?.head <= known.head {
        return Ok(known.head);
    }
    let Some(incarnation) = known.incarnation else {
        return Err(StoreError::NotMended { partition: lease.partition }.into());
    };
    // The store is new, empty, behind, or was restarted: learn all that the journal will ever know of what came before.
    barrier(place).await?;
    tracing::debug!(partition = lease.partition, "the journal is up to date");
    let reach = reach(place, lease.partition).await?;
    if reach.head > known.head {
        rebuild(place, lease, known.head, reach.head).await?;
    }
    // The head moves last: a rebuild that is cut short begins again.
    let head = reach.head.max(known.head);
    persist("vouch", || place.store.vouch(lease, incarnation, head)).await?;
    Ok(head)
}

/// Tells the journal of the new term: from here on, what a sleeper of an older one publishes comes too late.
fn announcement(place: &Workplace, lease: Lease) -> Result<Message, WireError> {
    let id = hash_parts("term", &[&lease.partition.to_le_bytes(), &lease.term.to_le_bytes()]);
    let order = Order::Append(Batch::announcement(lease.partition, lease.term));
    let body = envelope::write_journal(&place.keys, id, place.clock.now(), &order)?;
    Ok(Message { id, body: body.into() })
}
