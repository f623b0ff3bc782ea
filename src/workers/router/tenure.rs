//! Tenure: a lease on a partition is renewed while its router works and while it waits, and given up in time.

use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::{LEASE, RENEW, Seat};
use crate::store::{Held, Lease, StoreError};
use crate::workers::{WorkerError, Workplace};

/// How long before the end of a lease its holder stops: no clock that the two share, and what is on its way arrives.
const MARGIN: Duration = Duration::from_secs(2);
/// How soon a renewal that failed is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// A lease that is kept.
pub(super) struct Tenure<'a> {
    place: &'a Workplace,
    seat: &'a Seat,
    lease: Lease,
    /// When it is to be renewed.
    due: Instant,
    /// Until when nobody else has the partition.
    until: Instant,
    /// Whether it was told that the store is away.
    told: bool,
}

impl<'a> Tenure<'a> {
    /// Keeps a lease that was just granted; how long ago is not known, so it is renewed at once.
    pub(super) fn new(place: &'a Workplace, seat: &'a Seat, lease: Lease) -> Self {
        let now = Instant::now();
        Self { place, seat, lease, due: now, until: now + LEASE - MARGIN, told: false }
    }

    /// Waits until the lease is to be renewed.
    pub(super) async fn is_due(&self) {
        sleep_until(self.due).await;
    }

    /// Holds the lease longer, or learns that somebody else has the partition. With the `head` of a router that waits, it
    /// learns also that the store was set back or restarted. While the store is away, the lease is good until it ends.
    pub(super) async fn renew(&mut self, head: Option<u64>) -> Result<(), WorkerError> {
        let (lease, partition, asked) = (self.lease, self.lease.partition, Instant::now());
        let away = match timeout_at(self.until, self.place.store.renew(lease, self.seat.holder, LEASE)).await {
            Ok(Ok(Some(told))) => {
                (self.due, self.until, self.told) = (asked + RENEW, asked + LEASE - MARGIN, false);
                return still_there(partition, head, told).map_err(Into::into);
            }
            Ok(Ok(None)) => {
                let newest = self.place.store.partition(partition).await?.term;
                return Err(StoreError::StaleTerm { partition, ours: lease.term, newest }.into());
            }
            Ok(Err(StoreError::Unavailable(reason))) => reason,
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => "no answer".to_owned(),
        };
        self.due = Instant::now() + AGAIN;
        if self.due < self.until {
            if !std::mem::replace(&mut self.told, true) {
                tracing::warn!(partition, reason = away, "the lease cannot be renewed just now");
            }
            return Ok(());
        }
        Err(StoreError::Unavailable(format!("the lease on partition {partition} could not be renewed: {away}")).into())
    }

    /// Does something long under the lease.
    pub(super) async fn during<T>(
        &mut self,
        work: impl Future<Output = Result<T, WorkerError>>,
    ) -> Result<T, WorkerError> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = self.is_due() => self.renew(None).await?,
            }
        }
    }
}

/// Whether the store is where the router knows it to be; without `known`, that is not asked.
fn still_there(partition: u16, known: Option<u64>, told: Held) -> Result<(), StoreError> {
    match known {
        Some(expected) if expected != told.head => Err(StoreError::WrongHead { partition, expected, found: told.head }),
        Some(_) if !told.mended => Err(StoreError::NotMended { partition }),
        _ => Ok(()),
    }
}
