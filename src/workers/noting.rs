//! Noting who wrote where, for staff. All who write while a note is being saved are noted together, with the next one.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lru::LruCache;
use tokio::sync::oneshot;
use wissel_channels::{ThreadKey, UnixMillis};

use crate::store::ThreadStore;
use crate::wire::Keys;
use crate::wire::identities::{Identities, Identity};

/// How long noting may take.
const NOTE: Duration = Duration::from_secs(2);
/// How many are remembered to have been noted.
const KNOWN: NonZeroUsize = NonZeroUsize::MIN.saturating_add(16_383);

/// Notes who wrote where.
pub(super) struct Noting {
    identities: Identities,
    /// Who is known to have written where.
    known: Mutex<LruCache<(Identity, ThreadKey), ()>>,
    /// What is noted next. Whoever comes first leads.
    next: Mutex<Vec<Note>>,
    /// Whoever leads just now.
    turn: tokio::sync::Mutex<()>,
}

/// Who wrote where, and when.
struct Note {
    wrote: (Identity, ThreadKey),
    at: UnixMillis,
    /// Dropped when it was noted or will not be.
    _done: Arc<oneshot::Sender<()>>,
}

impl Noting {
    pub(super) fn new(store: Arc<dyn ThreadStore>, keys: &Keys) -> Self {
        let identities = Identities::new(store, keys);
        let known = Mutex::new(LruCache::new(KNOWN));
        Self { identities, known, next: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// Notes who wrote a message, unless that is known. What the store does not take is noted when they write again.
    pub(super) async fn note(&self, who: Vec<Identity>, thread: ThreadKey, at: UnixMillis) {
        let all = who.into_iter().map(|identity| (identity, thread));
        let new: Vec<_> = {
            let mut known = locked(&self.known);
            all.filter(|wrote| known.get(wrote).is_none()).collect()
        };
        if new.is_empty() {
            return;
        }
        let (done, dropped) = oneshot::channel();
        let done = Arc::new(done);
        let leads = {
            let mut next = locked(&self.next);
            let leads = next.is_empty();
            next.extend(new.into_iter().map(|wrote| Note { wrote, at, _done: Arc::clone(&done) }));
            leads
        };
        drop(done);
        let noted = async {
            if leads {
                self.lead().await;
            } else {
                let _dropped = dropped.await;
            }
        };
        if tokio::time::timeout(NOTE, noted).await.is_err() {
            tracing::debug!("who wrote could not be noted in time");
        }
    }

    /// Notes all that came since others began to be noted.
    async fn lead(&self) {
        let mut led = Led { next: &self.next, taken: false };
        let _turn = self.turn.lock().await;
        let notes = led.take();
        let all = notes.iter().map(|Note { wrote: (identity, thread), at, .. }| (identity, *thread, *at));
        match self.identities.note(all).await {
            Ok(()) => {
                let mut known = locked(&self.known);
                for note in notes {
                    known.put(note.wrote, ());
                }
            }
            Err(error) => tracing::debug!(%error, "who wrote could not be noted"),
        }
    }
}

/// What somebody leads. When they are cancelled before their turn, nobody waits for them.
struct Led<'a> {
    next: &'a Mutex<Vec<Note>>,
    taken: bool,
}

impl Led<'_> {
    fn take(&mut self) -> Vec<Note> {
        self.taken = true;
        std::mem::take(&mut *locked(self.next))
    }
}

impl Drop for Led<'_> {
    fn drop(&mut self) {
        if !self.taken {
            drop(self.take());
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;

    use futures_util::FutureExt;
    use futures_util::future::join_all;
    use wissel_channels::{ChannelName, Clock};

    use super::*;
    use crate::sqlite::Database;
    use crate::store::embedded::EmbeddedStore;

    fn noting(folder: &tempfile::TempDir) -> Noting {
        let database = Database::open(folder.path(), Clock::system()).unwrap();
        Noting::new(Arc::new(EmbeddedStore::new(database)), &Keys::new([1; 32]))
    }

    fn who(number: u8) -> Identity {
        Identity { channel: ChannelName::from_static("whatsapp"), address: format!("316{number:08}") }
    }

    fn write(noting: &Noting, number: u8) -> impl Future<Output = ()> + '_ {
        noting.note(vec![who(number)], ThreadKey([number; 16]), UnixMillis(7))
    }

    async fn noted(noting: &Noting, number: u8) -> Vec<ThreadKey> {
        noting.identities.threads(&who(number)).await.unwrap().into_iter().map(|wrote| wrote.thread).collect()
    }

    #[tokio::test]
    async fn all_who_write_at_once_are_noted() {
        let folder = tempfile::tempdir().unwrap();
        let noting = noting(&folder);
        join_all((0..100).map(|number| write(&noting, number))).await;
        for number in 0..100 {
            assert_eq!(noted(&noting, number).await, [ThreadKey([number; 16])]);
        }
    }

    #[tokio::test]
    async fn whoever_leads_and_goes_away_leaves_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let noting = noting(&folder);
        let mut writing: Vec<_> = (0..3).map(|number| write(&noting, number).boxed_local()).collect();
        // The first one notes, the second one leads those who come next.
        poll_fn(|cx| {
            assert!(writing.iter_mut().all(|writing| writing.poll_unpin(cx).is_pending()));
            Poll::Ready(())
        })
        .await;
        drop(writing.remove(1));
        join_all(writing).await;
        write(&noting, 3).await;
        assert_eq!(noted(&noting, 0).await, [ThreadKey([0; 16])]);
        assert_eq!(noted(&noting, 3).await, [ThreadKey([3; 16])]);
    }
}
