//! The journal: all that was decided, in order. Not part of a state's identity: its fold is, and that is checked.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use wissel::thread::{Change, EventId, Rebuilt};
use wissel_channels::{ThreadKey, UnixMillis};

/// A list that shares its older part with the states before.
#[derive(Clone, Debug, Default)]
pub(super) struct Journal(Option<Arc<Link>>);

#[derive(Debug)]
struct Link {
    before: Journal,
    event: EventId,
    changes: Vec<Change>,
}

impl Journal {
    /// Adds what followed from an event.
    pub(super) fn push(&mut self, event: EventId, changes: Vec<Change>) {
        let before = self.clone();
        self.0 = Some(Arc::new(Link { before, event, changes }));
    }

    /// The thread as `apply` alone gives it back.
    pub(super) fn fold(&self, key: ThreadKey) -> Rebuilt {
        let mut links = Vec::new();
        let mut next = self.0.as_deref();
        while let Some(link) = next {
            links.push(link);
            next = link.before.0.as_deref();
        }
        let mut rebuilt = Rebuilt::new(key);
        links.iter().rev().for_each(|link| rebuilt.fold(link.event, UnixMillis(0), &link.changes));
        rebuilt
    }
}

impl PartialEq for Journal {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Journal {}

impl Hash for Journal {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
