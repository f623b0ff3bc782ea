//! What is held for a time: partitions, places in groups, sources. Redis tells the time.

use std::time::Duration;

use redis::{Value, from_redis_value};

use super::errors::strange;
use super::keys;
use super::link::Link;
use super::scripts::Name;
use crate::store::{Held, Incarnation, Lease, Partition, StoreError};

/// Milliseconds, at least `least`.
fn millis(for_: Duration, least: u64) -> u64 {
    u64::try_from(for_.as_millis()).unwrap_or(u64::MAX).clamp(least, 1 << 50)
}

/// What the hash of a partition holds.
type Meta = (Option<u64>, Option<u64>, Option<[u8; 16]>, Option<[u8; 16]>);

/// A partition's newest term, head and journal message.
pub(super) async fn partition(link: &Link, partition: u16) -> Result<Partition, StoreError> {
    let mut pipe = redis::pipe();
    pipe.cmd("HMGET").arg(keys::partition(partition)).arg(&["term", "head", "inc", "whole"]);
    pipe.cmd("GET").arg(keys::journal(partition));
    let mut found = link.ask_all(&pipe).await?;
    let journal = from_redis_value(found.pop().unwrap_or_default()).map_err(strange)?;
    let (term, head, incarnation, whole): Meta = from_redis_value(found.pop().unwrap_or_default()).map_err(strange)?;
    Ok(Partition {
        term: term.unwrap_or_default(),
        head: head.unwrap_or_default(),
        journal,
        incarnation: incarnation.map(Incarnation),
        mended: incarnation.is_some() && incarnation == whole,
    })
}

/// Takes a partition.
pub(super) async fn lease(
    link: &Link,
    partition: u16,
    holder: [u8; 16],
    for_: Duration,
    at_least: u64,
) -> Result<Option<Lease>, StoreError> {
    let live = link.live().await?;
    let mut command = link.scripts.on(Name::Lease, keys::partition(partition));
    command.arg(&holder).arg(millis(for_, 0)).arg(at_least).arg(&live.server);
    command.arg(&Incarnation::new(super::now(link).await?)?.0);
    let granted: Option<(u64, [u8; 16])> = from_redis_value(link.ask(&command).await?).map_err(strange)?;
    let Some((term, incarnation)) = granted else { return Ok(None) };
    link.learn(partition, Incarnation(incarnation));
    Ok(Some(Lease { partition, term }))
}

/// Holds a partition longer.
pub(super) async fn renew(
    link: &Link,
    lease: Lease,
    holder: [u8; 16],
    for_: Duration,
) -> Result<Option<Held>, StoreError> {
    let mut command = link.scripts.on(Name::Renew, keys::partition(lease.partition));
    command.arg(lease.term).arg(&holder).arg(millis(for_, 0));
    let told: Option<(u64, u8, Option<[u8; 16]>)> = from_redis_value(link.ask(&command).await?).map_err(strange)?;
    let Some((head, mended, incarnation)) = told else { return Ok(None) };
    if let Some(incarnation) = incarnation {
        link.learn(lease.partition, Incarnation(incarnation));
    }
    Ok(Some(Held { head, mended: mended == 1 }))
}

/// Gives a partition up.
pub(super) async fn release(link: &Link, lease: Lease, holder: [u8; 16]) -> Result<(), StoreError> {
    let mut command = link.scripts.on(Name::Release, keys::partition(lease.partition));
    command.arg(lease.term).arg(&holder);
    link.ask(&command).await.map(drop)
}

/// Joins a group or stays in it.
pub(super) async fn attend(
    link: &Link,
    group: &str,
    holder: [u8; 16],
    for_: Duration,
) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut command = link.scripts.on(Name::Attend, keys::group(group));
    command.arg(&holder).arg(millis(for_, 0));
    let mut all: Vec<[u8; 16]> = from_redis_value(link.ask(&command).await?).map_err(strange)?;
    all.sort_unstable();
    Ok(all)
}

/// Leaves a group.
pub(super) async fn depart(link: &Link, group: &str, holder: [u8; 16]) -> Result<(), StoreError> {
    link.ask(redis::cmd("ZREM").arg(keys::group(group)).arg(&holder)).await.map(drop)
}

/// Takes a source or keeps it.
pub(super) async fn hold_source(
    link: &Link,
    source: &str,
    holder: [u8; 16],
    for_: Duration,
) -> Result<bool, StoreError> {
    let mut command = link.scripts.on(Name::Hold, keys::source(source));
    command.arg(&holder).arg(millis(for_, 1));
    Ok(link.ask(&command).await? == Value::Int(1))
}

/// Gives a source up.
pub(super) async fn let_go(link: &Link, source: &str, holder: [u8; 16]) -> Result<(), StoreError> {
    link.ask(link.scripts.on(Name::LetGo, keys::source(source)).arg(&holder)).await.map(drop)
}

/// Marks of channels.
pub(super) async fn marks(link: &Link, names: &[String]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    let mut pipe = redis::pipe();
    for name in names {
        pipe.cmd("GET").arg(keys::mark(name));
    }
    let answers = link.ask_all(&pipe).await?;
    answers.into_iter().map(|answer| from_redis_value(answer).map_err(strange)).collect()
}

/// Sets marks.
pub(super) async fn set_marks(link: &Link, marks: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
    let mut pipe = redis::pipe();
    for (name, value) in marks {
        pipe.cmd("SET").arg(keys::mark(name)).arg(value);
    }
    link.ask_all(&pipe).await.map(drop)
}
