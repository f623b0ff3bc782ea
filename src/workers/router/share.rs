//! Share: how many partitions the routers of this process take, when other processes route too.
//!
//! Each process says that it is there; sorted, all know how many there are and which of them they are. Whoever holds
//! more than its share gives some back between two batches, and whoever holds less asks for those that are free.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio_util::sync::CancellationToken;

use super::LEASE;
use crate::store::StoreError;
use crate::workers::{WorkerError, Workplace};

/// The group that routers attend.
const GROUP: &str = "router";
/// How often a process says that it is there.
const PERIOD: Duration = Duration::from_secs(1);
/// For how long it counts after that. Its leases may hold longer, so nobody misses it too late.
const PRESENT: Duration = Duration::from_secs(6);
/// How long saying so may take.
const ANSWER: Duration = Duration::from_secs(3);

/// The share of a process.
#[derive(Clone, Debug)]
pub struct Share(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Partitions that may be taken on top of those that are held.
    free: Semaphore,
    /// How many are held that should not be.
    owed: watch::Sender<usize>,
    /// How many may be held; absent before it is known.
    allowed: watch::Sender<Option<usize>>,
}

/// The right to hold one partition; given back when it is dropped.
pub(super) struct Claim<'a> {
    permit: Option<SemaphorePermit<'a>>,
    inner: &'a Inner,
}

impl Share {
    /// The share of a process that is alone: all of it.
    #[must_use]
    pub fn all(partitions: u16) -> Self {
        let share = Self::unknown();
        share.set(partitions.into());
        share
    }

    /// The share of a process that does not know yet who else is there: nothing.
    #[must_use]
    pub fn unknown() -> Self {
        let (owed, allowed) = (watch::Sender::new(0), watch::Sender::new(None));
        Self(Arc::new(Inner { free: Semaphore::new(0), owed, allowed }))
    }

    /// How many partitions may be held, once it is known.
    #[must_use]
    pub fn allowed(&self) -> Option<usize> {
        *self.0.allowed.borrow()
    }

    fn set(&self, allowed: usize) {
        let before = self.0.allowed.send_replace(Some(allowed)).unwrap_or(0);
        if allowed > before {
            let mut more = allowed - before;
            self.0.owed.send_modify(|owed| {
                let forgiven = more.min(*owed);
                *owed -= forgiven;
                more -= forgiven;
            });
            self.0.free.add_permits(more);
        } else {
            let less = before - allowed;
            let forgotten = self.0.free.forget_permits(less);
            self.0.owed.send_modify(|owed| *owed += less - forgotten);
        }
    }

    /// Waits until one more partition may be held. Those who wait take turns.
    pub(super) async fn claim(&self) -> Claim<'_> {
        let permit = self.0.free.acquire().await.ok();
        Claim { permit, inner: &self.0 }
    }
}

impl Claim<'_> {
    /// Waits until this partition is to be given back to somebody else. Cancel safe.
    pub(super) async fn asked_back(&mut self) {
        let mut owed = self.inner.owed.subscribe();
        loop {
            if owed.wait_for(|owed| *owed > 0).await.is_err() {
                return std::future::pending().await;
            }
            if self.pays() {
                return;
            }
        }
    }

    /// Pays back one that is owed, if one is.
    fn pays(&mut self) -> bool {
        let pays = self.permit.is_some()
            && self.inner.owed.send_if_modified(|owed| {
                let some = *owed > 0;
                *owed -= usize::from(some);
                some
            });
        if pays && let Some(permit) = self.permit.take() {
            permit.forget();
        }
        pays
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.pays();
    }
}

/// The share of `me` in `partitions` among `all`, sorted. The shares of all are the whole, and differ by one at most.
fn part(partitions: u16, all: &[[u8; 16]], me: [u8; 16]) -> usize {
    let (whole, routers) = (usize::from(partitions), all.len().max(1));
    let place = all.iter().position(|holder| *holder == me).unwrap_or(routers);
    whole / routers + usize::from(place < whole % routers)
}

/// Who says that it is there, and what it learns by it.
#[derive(Clone, Debug)]
pub struct Attendance {
    /// The mark of this process on its leases.
    pub holder: [u8; 16],
    /// How many partitions there are.
    pub partitions: u16,
    /// Told how many of them are this process's.
    pub share: Share,
}

/// Says that this process routes, and learns how much of it, until told to stop.
pub async fn attend(place: Workplace, who: Attendance, stop: CancellationToken) -> Result<(), WorkerError> {
    let Attendance { holder, partitions, share } = who;
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let asked = async {
            ticks.tick().await;
            tokio::time::timeout(ANSWER, place.store.attend(GROUP, holder, PRESENT)).await
        };
        match stop.run_until_cancelled(asked).await {
            None => break,
            Some(Ok(Ok(all))) => {
                let mine = part(partitions, &all, holder);
                if share.allowed() != Some(mine) {
                    tracing::info!(routers = all.len(), partitions = mine, "the share of this process");
                    share.set(mine);
                }
            }
            // What is held stays held for as long as its lease can be renewed.
            Some(Err(_) | Ok(Err(StoreError::Unavailable(_)))) => {}
            Some(Ok(Err(error))) => return Err(error.into()),
        }
    }
    let departed = tokio::time::timeout(LEASE, place.store.depart(GROUP, holder)).await;
    if !matches!(departed, Ok(Ok(()))) {
        tracing::debug!("the others were not told that this process leaves; they will notice");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::{Share, part};

    #[test]
    fn shares_are_even_and_together_the_whole() {
        for partitions in [1, 2, 7, 16, 256_u16] {
            for routers in 1..=5_u8 {
                let all: Vec<[u8; 16]> = (0..routers).map(|n| [n; 16]).collect();
                let parts: Vec<usize> = all.iter().map(|me| part(partitions, &all, *me)).collect();
                assert_eq!(parts.iter().sum::<usize>(), usize::from(partitions));
                assert!(parts.iter().max().unwrap() - parts.iter().min().unwrap() <= 1, "{parts:?}");
            }
        }
    }

    #[test]
    fn what_is_held_above_the_share_is_asked_back_once_and_no_more_is_given() {
        let share = Share::all(4);
        let mut held: Vec<_> = (0..4).filter_map(|_| share.claim().now_or_never()).collect();
        assert_eq!(held.len(), 4);
        assert!(share.claim().now_or_never().is_none(), "all are taken");
        assert!(held[0].asked_back().now_or_never().is_none(), "nothing is owed");
        share.set(2);
        for claim in &mut held[..2] {
            assert!(claim.asked_back().now_or_never().is_some());
        }
        assert!(held[2].asked_back().now_or_never().is_none(), "two were enough");
        held.drain(..2);
        assert!(share.claim().now_or_never().is_none(), "they went to somebody else");
        share.set(3);
        let third = share.claim().now_or_never();
        assert!(third.is_some());
        share.set(2);
        drop(third);
        assert!(share.claim().now_or_never().is_none(), "what was owed was paid by the drop");
    }
}
