//! Harness: the built daemon on ports and a data folder of its own, and the clients that journeys use.
//!
//! Everything here speaks the surface only. Nothing waits for a fixed time: each wait is for something to happen,
//! and fails with the daemon's log when it does not.

#![allow(dead_code, unused_imports, reason = "journeys come with the rooms that they travel through")]

pub(crate) mod chat;
pub(crate) mod daemon;
pub(crate) mod fleet;
pub(crate) mod http;
pub(crate) mod leaks;
pub(crate) mod openapi;
pub(crate) mod servers;
pub(crate) mod staff;

use std::time::Duration;

pub(crate) use chat::Chat;
pub(crate) use daemon::{Daemon, Setup};
pub(crate) use fleet::Fleet;
pub(crate) use servers::Servers;
pub(crate) use staff::Staff;

/// How long anything may take before a test fails: as long as healing may take after a server was away.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// Waits for `work`; fails with what was waited for when it takes too long.
#[track_caller]
pub(crate) fn patiently<F: Future>(what: &str, work: F) -> impl Future<Output = F::Output> {
    let what = what.to_owned();
    let place = std::panic::Location::caller();
    async move {
        let outcome = tokio::time::timeout(PATIENCE, work).await;
        outcome.unwrap_or_else(|_| panic!("{place}: waited {PATIENCE:?} for {what}"))
    }
}
