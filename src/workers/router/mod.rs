//! Router: the one writer of the threads of a partition. Decides, saves, publishes, acknowledges, in this order.

mod batch;
mod cache;
mod poison;
mod reach;
mod rebuild;
mod saving;
mod share;
mod takeover;
mod tenure;
#[cfg(test)]
pub(super) mod tests;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{AWAY, WorkerError, Workplace, persist};
use crate::broker::Queue;
use crate::failpoint::Point;
use crate::store::{Lease, StoreError};
use batch::Desk;
pub use reach::{Reaches, watch_journal};
use share::Claim;
pub use share::{Attendance, Share, attend};
use tenure::Tenure;

/// How long a lease on a partition holds without being renewed.
const LEASE: Duration = Duration::from_secs(10);
/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(2);
/// How long giving a lease up may take.
const RELEASE: Duration = Duration::from_secs(3);
/// How many events are taken at once at the most.
const BATCH: usize = 64;

/// Who a router is, and which partition it wants.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The partition.
    pub partition: u16,
    /// The router's own mark on its leases.
    pub holder: [u8; 16],
    /// How far the journal has each partition.
    pub reaches: Reaches,
    /// How many partitions the routers of this process take.
    pub share: Share,
}

/// Routes one partition until told to stop.
pub async fn run(place: Workplace, seat: Seat, stop: CancellationToken) -> Result<(), WorkerError> {
    while !stop.is_cancelled() {
        let (lease, mut claim) = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            lease = takeover::lease(&place, &seat) => lease?,
        };
        let held = hold(&place, &seat, lease, &mut claim, &stop).await;
        seat.reaches.hold(seat.partition, false);
        match held {
            Ok(()) => release(&place, &seat, lease).await?,
            Err(WorkerError::Store(
                error @ (StoreError::StaleTerm { .. } | StoreError::WrongHead { .. } | StoreError::NotMended { .. }),
            )) => {
                tracing::warn!(partition = seat.partition, %error, "taking the partition over again");
            }
            Err(error) if error.is_passing() => {
                tracing::warn!(partition = seat.partition, %error, "starting the partition again");
                tokio::time::sleep(AWAY).await;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Lets another router have the partition at once. When the store is away the lease ends by itself.
async fn release(place: &Workplace, seat: &Seat, lease: Lease) -> Result<(), WorkerError> {
    let released = persist("release", || place.store.release(lease, seat.holder));
    tokio::time::timeout(RELEASE, released).await.unwrap_or(Ok(()))
}

/// Routes under one lease: for as long as it can be renewed. Whoever cannot closes its consumer, so that another router
/// may have the partition.
async fn hold(
    place: &Workplace,
    seat: &Seat,
    lease: Lease,
    claim: &mut Claim<'_>,
    stop: &CancellationToken,
) -> Result<(), WorkerError> {
    let mut tenure = Tenure::new(place, seat, lease);
    let head = tenure.during(takeover::mend(place, lease)).await?;
    let mut desk = Desk::new(place.clone(), lease, head, seat.reaches.clone());
    let mut consumer = place.consume(&Queue::Inbound(lease.partition)).await?;
    seat.reaches.hold(lease.partition, true);
    loop {
        let taken = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = claim.asked_back() => return Ok(()),
            () = tenure.is_due() => {
                tenure.renew(Some(desk.head())).await?;
                continue;
            }
            taken = consumer.take(BATCH) => taken?,
        };
        place.failpoints.pass(Point::RouterTook);
        let done = tenure.during(desk.route(consumer.as_mut(), taken)).await?;
        consumer.ack(done).await?;
        place.failpoints.pass(Point::RouterAcknowledged);
    }
}
