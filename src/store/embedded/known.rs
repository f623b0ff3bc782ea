//! Known: what routers ask for with each batch and what seldom or never changes, kept in memory.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::store::Incarnation;
use crate::thread::Switches;

/// How long switches that were read hold: far less than the time in which they must take effect. What this store sets itself
/// is known at once.
const FRESH: Duration = Duration::from_secs(1);

/// What was read.
#[derive(Default)]
pub(super) struct Known(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    incarnation: Option<Incarnation>,
    switches: Option<(Instant, Switches)>,
}

impl Known {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The incarnation, once it was read: a file has one for ever.
    pub(super) fn incarnation(&self) -> Option<Incarnation> {
        self.inner().incarnation
    }

    pub(super) fn keep_incarnation(&self, incarnation: Incarnation) {
        self.inner().incarnation = Some(incarnation);
    }

    /// The switches, if they were read a moment ago.
    pub(super) fn switches(&self) -> Option<Switches> {
        let inner = self.inner();
        inner.switches.as_ref().filter(|(read, _)| read.elapsed() < FRESH).map(|(_, switches)| switches.clone())
    }

    /// The switches as they were read at a time, unless newer ones are known.
    pub(super) fn keep_switches(&self, read: Instant, switches: &Switches) {
        let mut inner = self.inner();
        if inner.switches.as_ref().is_none_or(|(_, known)| known.version <= switches.version) {
            inner.switches = Some((read, switches.clone()));
        }
    }
}
