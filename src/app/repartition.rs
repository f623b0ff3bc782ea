//! Repartition: another number of partitions, offline and drained.
//!
//! Three steps, each of which may be done again: a run that was cut short is finished by the next one. Until the last one
//! is done, whoever starts is told by one port or another that the number is not the settings'.

use std::time::Duration;

use anyhow::{Context, bail};
use wissel_channels::Clock;

use super::backends::{self, Backends};
use super::topology;
use crate::broker::Queue;
use crate::journal::Reach;
use crate::settings::{Count, Settings};
use crate::store::{Lease, StoreError};
use crate::workers::present;

/// How long the leases on all partitions are taken for: until the store is done, which keeps routers out by itself.
const HELD: Duration = Duration::from_secs(20);
/// How far above every head the new partitions begin: no store of before can ever have come there.
const ABOVE: u64 = 2;

/// What is done, before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The store: heads, or emptied where it is to be rebuilt.
    Store,
    /// The journal: every thread's partition.
    Journal,
    /// The broker: queues, and the number that every process is compared with.
    Broker,
}

/// What has come of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// There are as many already.
    Already,
    /// There were so many before.
    From(u16),
}

/// Everything that is stored, with nobody else at it.
struct Drained {
    backends: Backends,
    /// The number that the broker knows.
    from: u16,
    /// From which head on the new partitions go.
    base: u64,
}

/// Changes the number of partitions to `to`; tells each step before it is done. Refuses, with what stands in the way, while
/// anybody works or anything waits.
pub async fn repartition(
    settings: &Settings,
    to: Count,
    mut tell: impl FnMut(Step) -> anyhow::Result<()>,
) -> anyhow::Result<Done> {
    let keys = backends::known_keys(settings)?;
    let first = backends::open(settings, &keys, Clock::system()).await?;
    let (broker, journal) = (first.broker.partitions().await?, first.journal.partitions().await?);
    let Some(from) = broker.or(journal) else {
        bail!("nothing is set up yet; write partitions = {} into the settings, and start", to.get());
    };
    if (broker, journal) == (Some(to.get()), Some(to.get())) {
        return Ok(Done::Already);
    }
    let backends = with_store(settings, first, [from, to.get()]).await?;
    let drained = Drained { from, base: base(&backends, to.get()).await?, backends };
    let held = drained.hold(settings).await?;
    let done = drained.change(to.get(), &mut tell).await;
    if done.is_err() {
        drained.let_go(held).await;
    }
    done.map(|()| Done::From(from))
}

/// The backends with the store as it is: with the first of these numbers that it agrees with.
async fn with_store(settings: &Settings, first: Backends, numbers: [u16; 2]) -> anyhow::Result<Backends> {
    if settings.store.is_embedded() {
        return Ok(first);
    }
    let mut refused = None;
    for number in numbers {
        let store = backends::server_store(settings, number)?;
        match store.answers().await {
            Ok(()) => return Ok(Backends { store, ..first }),
            Err(error @ StoreError::Unusable(_)) => refused = Some(error),
            Err(error) => return Err(error.into()),
        }
    }
    Err(refused.context("the store could not be asked")?.into())
}

/// Where the new partitions begin: above all that is there, or where they began in the run that was cut short.
async fn base(backends: &Backends, to: u16) -> anyhow::Result<u64> {
    let newest = backends.journal.reach().await?.iter().map(|reach| reach.head).max().unwrap_or(0);
    let moved = backends.journal.partitions().await? == Some(to);
    Ok(if moved { newest } else { newest + ABOVE })
}

impl Drained {
    /// Takes all partitions, or tells everything that stands in the way.
    async fn hold(&self, settings: &Settings) -> anyhow::Result<Vec<Lease>> {
        let mut ways = self.queues(settings).await?;
        ways.extend(self.processes(settings).await?);
        let mut held = Vec::new();
        if ways.is_empty() {
            ways = self.differences(settings).await?;
            ways.extend(self.leases(&mut held).await?);
        }
        if ways.is_empty() {
            return Ok(held);
        }
        self.let_go(held).await;
        ways.push(
            "stop intake and web, let the others work until all queues are empty, stop them, try again".to_owned(),
        );
        bail!(ways.join("\n"))
    }

    /// Each of these steps may be done again.
    async fn change(&self, to: u16, tell: &mut impl FnMut(Step) -> anyhow::Result<()>) -> anyhow::Result<()> {
        tell(Step::Store)?;
        self.backends.store.repartition(to, self.base).await?;
        tell(Step::Journal)?;
        self.backends.journal.repartition(to, self.base).await?;
        tell(Step::Broker)?;
        Ok(self.backends.broker.repartition(to).await?)
    }

    /// Gives partitions back. Those that cannot be are free after a while.
    async fn let_go(&self, held: Vec<Lease>) {
        for lease in held {
            if let Err(error) = self.backends.store.release(lease, self.backends.holder).await {
                tracing::debug!(%error, "a partition is free after a while only");
            }
        }
    }

    /// Queues in which something is, or which somebody reads.
    async fn queues(&self, settings: &Settings) -> anyhow::Result<Vec<String>> {
        let broker = &self.backends.broker;
        let inbound = (0..self.from).map(Queue::Inbound);
        let mut ways = Vec::new();
        for queue in inbound.chain([Queue::Bot, Queue::Classify, Queue::Journal]).chain(topology::work(settings)) {
            let (depth, readers) = (broker.depth(&queue).await?, broker.readers(&queue).await?);
            if depth.messages > 0 {
                ways.push(format!("queue {queue}: {} messages wait", depth.messages));
            }
            if readers > 0 {
                ways.push(format!("queue {queue}: a process reads it"));
            }
        }
        Ok(ways)
    }

    /// Processes that are there.
    async fn processes(&self, settings: &Settings) -> anyhow::Result<Option<String>> {
        if settings.store.is_embedded() {
            return Ok(None);
        }
        let there = present::who(self.backends.store.as_ref(), present::PROCESS).await?;
        Ok((there > 0).then(|| {
            format!("{there} processes use the store; one that was killed counts for {} s", present::PRESENT.as_secs())
        }))
    }

    /// Partitions that a router holds. Those that are free are taken.
    async fn leases(&self, held: &mut Vec<Lease>) -> anyhow::Result<Vec<String>> {
        let Backends { store, journal, holder, .. } = &self.backends;
        let (reaches, mut ways) = (journal.reach().await?, Vec::new());
        for partition in 0..self.from {
            match store.lease(partition, *holder, HELD, of(&reaches, partition).term).await? {
                Some(lease) => held.push(lease),
                None => ways.push(format!("partition {partition}: a router holds it, or did so up to 10 s ago")),
            }
        }
        Ok(ways)
    }

    /// Partitions of which store and journal do not know the same, unless the store has been changed already.
    async fn differences(&self, settings: &Settings) -> anyhow::Result<Vec<String>> {
        let Backends { store, journal, .. } = &self.backends;
        let mut ways = Vec::new();
        if journal.partitions().await? != Some(self.from) || store.partition(0).await?.head == self.base {
            return Ok(ways);
        }
        let reaches = journal.reach().await?;
        for partition in 0..self.from {
            ways.extend(self.differs(settings, of(&reaches, partition)).await?);
        }
        Ok(ways)
    }

    /// What store and journal do not agree on about a partition, where it matters: a store that is rebuilt may lack some.
    async fn differs(&self, settings: &Settings, reach: Reach) -> anyhow::Result<Option<String>> {
        let Reach { partition, head: journal, .. } = reach;
        let store = self.backends.store.partition(partition).await?.head;
        let is_fine = store == journal || (store < journal && !settings.store.is_embedded());
        Ok((!is_fine).then(|| {
            format!("partition {partition}: the store is at batch {store}, the journal at {journal}; let routers work")
        }))
    }
}

fn of(reaches: &[Reach], partition: u16) -> Reach {
    let known = reaches.iter().find(|reach| reach.partition == partition);
    known.copied().unwrap_or(Reach { partition, ..Reach::default() })
}

#[cfg(test)]
#[path = "repartition_tests.rs"]
mod tests;
