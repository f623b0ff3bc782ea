//! Cache: the warm threads of a partition, bounded. What is being decided on is taken out and comes back when saved.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;

use lru::LruCache;
use wissel_channels::ThreadKey;

use crate::thread::{EventId, Thread};
use crate::wire::{DataKey, WireError, envelope};
use crate::workers::{WorkerError, Workplace, persist};

/// How many threads a partition keeps warm.
const WARM: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1023);

/// A thread with what stands beside its state.
pub(super) struct Slot {
    pub(super) thread: Thread,
    pub(super) key: DataKey,
    pub(super) wrapped: Vec<u8>,
    pub(super) seen: HashSet<EventId>,
    /// Whether the journal has not been told of the key yet.
    pub(super) is_new: bool,
}

/// The warm threads of a partition.
pub(super) struct Cache(LruCache<ThreadKey, Box<Slot>>);

/// The threads of a batch. Boxed, as they are long and go from one place to another.
pub(super) type Slots = HashMap<ThreadKey, Box<Slot>>;

impl Cache {
    pub(super) fn new() -> Self {
        Self(LruCache::new(WARM))
    }

    /// Takes the threads out: from memory, else from the store, else new.
    pub(super) async fn take(
        &mut self,
        place: &Workplace,
        threads: impl Iterator<Item = ThreadKey>,
    ) -> Result<Slots, WorkerError> {
        let keys: HashSet<ThreadKey> = threads.collect();
        let mut slots = Slots::with_capacity(keys.len());
        let mut cold = Vec::with_capacity(keys.len());
        for key in keys {
            match self.0.pop(&key) {
                Some(slot) => drop(slots.insert(key, slot)),
                None => cold.push(key),
            }
        }
        if !cold.is_empty() {
            let loaded = persist("load", || place.store.load(&cold)).await?;
            for (key, loaded) in cold.into_iter().zip(loaded) {
                slots.insert(key, Box::new(Self::open(place, key, loaded)?));
            }
        }
        Ok(slots)
    }

    fn open(place: &Workplace, thread: ThreadKey, loaded: Option<crate::store::Loaded>) -> Result<Slot, WorkerError> {
        let Some(loaded) = loaded else {
            let key = DataKey::random().map_err(WireError::from)?;
            let wrapped = place.keys.wrap(thread, &key).map_err(WireError::from)?;
            return Ok(Slot { thread: Thread::new(thread), key, wrapped, seen: HashSet::new(), is_new: true });
        };
        let key = place.keys.unwrap(thread, &loaded.stored.key).map_err(WireError::from)?;
        let state = envelope::open_state(&key, thread, &loaded.stored.sealed)?;
        let seen = loaded.seen.into_iter().collect();
        Ok(Slot { thread: state, key, wrapped: loaded.stored.key, seen, is_new: false })
    }

    /// Puts the threads of a batch back: after it was saved.
    pub(super) fn put(&mut self, slots: Slots) {
        for (key, slot) in slots {
            self.0.put(key, slot);
        }
    }
}
