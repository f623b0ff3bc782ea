//! Who waits for a thread to change.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;
use wissel_channels::ThreadKey;

/// A channel for each thread that somebody watches.
#[derive(Default)]
pub(super) struct Watchers(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    threads: HashMap<ThreadKey, watch::Sender<u64>>,
    /// At how many threads those are looked for that nobody watches any more.
    prune_at: usize,
}

impl Watchers {
    /// Watches a thread from now on.
    pub(super) fn watch(&self, thread: ThreadKey) -> watch::Receiver<u64> {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if watched.threads.len() >= watched.prune_at {
            watched.threads.retain(|_, sender| sender.receiver_count() > 0);
            watched.prune_at = 64.max(watched.threads.len() * 2);
        }
        watched.threads.entry(thread).or_insert_with(|| watch::channel(0).0).subscribe()
    }

    /// A thread was saved.
    pub(super) fn changed(&self, thread: ThreadKey) {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = watched.threads.get(&thread) else { return };
        if sender.receiver_count() == 0 {
            watched.threads.remove(&thread);
        } else {
            sender.send_modify(|saves| *saves += 1);
        }
    }

    /// Any thread may have been saved.
    pub(super) fn all_changed(&self) {
        let watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.threads.values().for_each(|sender| sender.send_modify(|saves| *saves += 1));
    }
}
