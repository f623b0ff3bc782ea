//! Sources that poll: one process at a time, and the next one when that is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wissel_channels::contract::{AskingIntake, MemoryCursors};
use wissel_channels::{
    AccountName, Channel, ChannelError, ChannelName, Clock, Conformance, OutboundMessage, Receipt, ReceiveContext,
    SendContext, SendError, Settled, SignOfLife, UnixMillis,
};

use super::{LEASE, Life, Source, run};
use crate::sqlite::Database;
use crate::store::embedded::EmbeddedStore;
use crate::workers::Workplace;
use crate::workers::router::tests::{Allergic, within, workplace};
use crate::workers::transcript::Window;

const US: [u8; 16] = [1; 16];
const THEM: [u8; 16] = [2; 16];

/// How many processes poll, and how many ever did at once.
struct Polled {
    name: ChannelName,
    account: AccountName,
    now: watch::Sender<usize>,
    most: AtomicUsize,
}

impl Polled {
    fn new() -> Arc<Self> {
        let (name, account) = (ChannelName::from_static("telegram"), AccountName::from_static("shop"));
        Arc::new(Self { name, account, now: watch::channel(0).0, most: AtomicUsize::new(0) })
    }

    async fn until(&self, pollers: usize) {
        within(self.now.subscribe().wait_for(|now| *now == pollers)).await.unwrap();
    }
}

/// Counts down, also when its process dies over it.
struct Poller<'a>(&'a Polled);

impl Drop for Poller<'_> {
    fn drop(&mut self) {
        self.0.now.send_modify(|now| *now -= 1);
    }
}

#[async_trait]
impl Channel for Polled {
    fn name(&self) -> &ChannelName {
        &self.name
    }

    fn account(&self) -> &AccountName {
        &self.account
    }

    fn conformance(&self) -> Conformance {
        wissel_channels::telegram::CONFORMANCE
    }

    fn polls(&self) -> bool {
        true
    }

    async fn receive(&self, cx: ReceiveContext) -> Result<(), ChannelError> {
        self.now.send_modify(|now| *now += 1);
        let _polls = Poller(self);
        self.most.fetch_max(*self.now.borrow(), Ordering::SeqCst);
        cx.progress.beat();
        cx.shutdown.cancelled().await;
        Ok(())
    }

    async fn send(&self, _message: &OutboundMessage, _cx: &SendContext) -> Result<Receipt, SendError> {
        Err(SendError::Reject("it only polls".to_owned()))
    }

    async fn settle(&self, _message: &OutboundMessage, _cx: &SendContext) -> Result<Settled, SendError> {
        Ok(Settled::Unknown)
    }

    fn routes(&self, _cx: ReceiveContext) -> Option<axum::Router> {
        None
    }
}

/// A workplace whose store's clock a test can move.
async fn place(folder: &tempfile::TempDir) -> (Workplace, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(1_790_000_000_000));
    let told = Arc::clone(&now);
    let mut place = workplace(folder, Arc::new(Allergic::default())).await;
    place.clock = Clock::from_fn(move || UnixMillis(told.load(Ordering::SeqCst)));
    let database = Database::open(&folder.path().join("leases"), place.clock.clone()).unwrap();
    place.store = Arc::new(EmbeddedStore::new(database));
    (place, now)
}

fn source(place: &Workplace, polled: &Arc<Polled>, holder: [u8; 16]) -> Source {
    let cx = ReceiveContext {
        scribe: None,
        intake: AskingIntake::new().0,
        transcript: Arc::new(Window::new(place.archive.clone())),
        blobs: Arc::clone(&place.blobs),
        cursors: Arc::new(MemoryCursors::default()),
        progress: SignOfLife::default(),
        clock: place.clock.clone(),
        shutdown: CancellationToken::new(),
    };
    Source { channel: Arc::clone(polled) as _, cx, life: Life::default(), holder }
}

#[tokio::test]
async fn of_two_processes_one_polls_and_the_other_takes_over_when_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let (place, _now) = place(&folder).await;
    let (polled, tasks) = (Polled::new(), TaskTracker::new());
    let [first, second] = [CancellationToken::new(), CancellationToken::new()];
    let ours = tasks.spawn(run(place.clone(), source(&place, &polled, US), first.clone()));
    polled.until(1).await;
    tasks.spawn(run(place.clone(), source(&place, &polled, THEM), second.clone()));
    assert!(!place.store.hold_source("telegram/shop", THEM, LEASE).await.unwrap(), "it is held");
    first.cancel();
    within(ours).await.unwrap().unwrap();
    polled.until(1).await;
    assert_eq!(polled.most.load(Ordering::SeqCst), 1, "never two at once");
    second.cancel();
    polled.until(0).await;
}

#[tokio::test]
async fn a_source_whose_process_died_is_taken_over_once_its_lease_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let (place, now) = place(&folder).await;
    let (polled, tasks, stop) = (Polled::new(), TaskTracker::new(), CancellationToken::new());
    let dying = tasks.spawn(run(place.clone(), source(&place, &polled, US), stop.clone()));
    polled.until(1).await;
    dying.abort();
    polled.until(0).await;
    tasks.spawn(run(place.clone(), source(&place, &polled, THEM), stop.clone()));
    assert!(!place.store.hold_source("telegram/shop", THEM, LEASE).await.unwrap(), "nobody knows that it died");
    now.fetch_add(i64::try_from(LEASE.as_millis()).unwrap() + 1, Ordering::SeqCst);
    polled.until(1).await;
    stop.cancel();
    polled.until(0).await;
}

#[tokio::test]
async fn a_source_that_another_process_has_by_now_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let (place, now) = place(&folder).await;
    let (polled, tasks, stop) = (Polled::new(), TaskTracker::new(), CancellationToken::new());
    tasks.spawn(run(place.clone(), source(&place, &polled, US), stop.clone()));
    polled.until(1).await;
    // It slept for longer than its lease.
    now.fetch_add(i64::try_from(LEASE.as_millis()).unwrap() + 1, Ordering::SeqCst);
    assert!(place.store.hold_source("telegram/shop", THEM, 100 * LEASE).await.unwrap());
    polled.until(0).await;
    stop.cancel();
}
