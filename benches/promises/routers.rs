//! Routers over any backends, and a broker around another that counts what they have done.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use std::time::Instant;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use wissel::blob::folder::Folder;
use wissel::broker::{Broker, BrokerError, Consumer, Delivery, Depth, Message, Queue};
use wissel::failpoint::Failpoints;
use wissel::journal::Journal;
use wissel::routing::RoutingTable;
use wissel::store::ThreadStore;
use wissel::telemetry::Metrics;
use wissel::thread::Limits;
use wissel::triage::Embedded;
use wissel::wire::{Archive, Keys, Post, Tables};
use wissel::workers::router::{self, Reaches, Seat, Share};
use wissel::workers::vault::{Vault, VaultLimits};
use wissel::workers::{Rules, WorkerError, Workplace};
use wissel_channels::Clock;

pub(crate) const PARTITIONS: u16 = 16;

/// Starts the routers.
pub(crate) fn route(place: &Workplace, stop: &CancellationToken) -> JoinSet<Result<(), WorkerError>> {
    route_some(place, 0..PARTITIONS, [1; 16], stop)
}

/// Starts those of some partitions.
pub(crate) fn route_some(
    place: &Workplace,
    partitions: impl Iterator<Item = u16>,
    holder: [u8; 16],
    stop: &CancellationToken,
) -> JoinSet<Result<(), WorkerError>> {
    let mut workers = JoinSet::new();
    let (reaches, share) = (Reaches::new(PARTITIONS), Share::all(PARTITIONS));
    workers.spawn(router::watch_journal(place.clone(), reaches.clone(), stop.clone()));
    for partition in partitions {
        let seat = Seat { partition, holder, reaches: reaches.clone(), share: share.clone() };
        workers.spawn(router::run(place.clone(), seat, stop.clone()));
    }
    workers
}

/// No benchmark stores a file.
fn unused(keys: &Keys) -> Vault {
    let folder = Arc::new(Folder::new(std::env::temp_dir()));
    Vault::new(folder, keys, VaultLimits::default(), Clock::system())
}

/// A workplace over some backends, with the shipped table.
pub(crate) fn workplace(
    broker: Arc<dyn Broker>,
    store: Arc<dyn ThreadStore>,
    journal: Arc<dyn Journal>,
) -> anyhow::Result<Workplace> {
    let table = RoutingTable::shipped();
    let triage = Arc::new(Embedded::new(&table.intents));
    let rules = Rules { table: Arc::new(table), text: RoutingTable::shipped_text().as_bytes().to_vec(), triage };
    let keys = Keys::new([7; 32]);
    Ok(Workplace {
        post: Post::new(Arc::clone(&broker), keys.clone(), PARTITIONS),
        archive: Archive {
            store: Arc::clone(&store),
            journal: Arc::clone(&journal),
            keys: keys.clone(),
            tables: Tables::default(),
        },
        broker,
        store,
        journal,
        blobs: Arc::new(unused(&keys)),
        keys,
        clock: Clock::system(),
        metrics: Arc::new(Metrics::new()?),
        failpoints: Failpoints::default(),
        rules: Arc::new(ArcSwap::from_pointee(rules)),
        limits: Limits::default(),
    })
}

/// Tells when all customers' messages were acknowledged.
pub(crate) struct AllDone {
    left: AtomicU32,
    /// When the first of them were, and how many.
    first: Mutex<Option<(Instant, u32)>>,
    pub(crate) told: Notify,
}

impl AllDone {
    /// So many are awaited.
    pub(crate) fn of(messages: u32) -> Arc<Self> {
        Arc::new(Self { left: AtomicU32::new(messages), first: Mutex::default(), told: Notify::new() })
    }

    /// When the first were acknowledged, and how many.
    pub(crate) fn first(&self) -> Option<(Instant, u32)> {
        *self.known()
    }

    /// How many are awaited still.
    pub(crate) fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }

    /// So many more are awaited, after all before.
    pub(crate) fn again(&self, messages: u32) {
        *self.known() = None;
        self.left.store(messages, Ordering::Relaxed);
    }

    fn known(&self) -> MutexGuard<'_, Option<(Instant, u32)>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A broker that counts what is acknowledged of the routers' queues.
pub(crate) struct Counting {
    pub(crate) inner: Arc<dyn Broker>,
    pub(crate) all: Arc<AllDone>,
}

struct CountingConsumer {
    inner: Box<dyn Consumer>,
    all: Arc<AllDone>,
}

#[async_trait]
impl Broker for Counting {
    async fn declare(&self, partitions: u16) -> Result<(), BrokerError> {
        self.inner.declare(partitions).await
    }

    async fn publish(&self, messages: Vec<(Queue, Message)>) -> Result<(), BrokerError> {
        self.inner.publish(messages).await
    }

    async fn consume(&self, queue: &Queue) -> Result<Box<dyn Consumer>, BrokerError> {
        let inner = self.inner.consume(queue).await?;
        if !matches!(queue, Queue::Inbound(_)) {
            return Ok(inner);
        }
        Ok(Box::new(CountingConsumer { inner, all: Arc::clone(&self.all) }))
    }

    async fn depth(&self, queue: &Queue) -> Result<Depth, BrokerError> {
        self.inner.depth(queue).await
    }

    async fn messages(&self, queue: &Queue) -> Result<u64, BrokerError> {
        self.inner.messages(queue).await
    }

    async fn readers(&self, queue: &Queue) -> Result<u64, BrokerError> {
        self.inner.readers(queue).await
    }

    async fn partitions(&self) -> Result<Option<u16>, BrokerError> {
        self.inner.partitions().await
    }

    async fn repartition(&self, to: u16) -> Result<(), BrokerError> {
        self.inner.repartition(to).await
    }
}

#[async_trait]
impl Consumer for CountingConsumer {
    async fn take(&mut self, most: usize) -> Result<Vec<Delivery>, BrokerError> {
        self.inner.take(most).await
    }

    async fn ack(&mut self, deliveries: Vec<Delivery>) -> Result<(), BrokerError> {
        let count = u32::try_from(deliveries.len()).unwrap_or(0);
        self.inner.ack(deliveries).await?;
        self.all.known().get_or_insert((Instant::now(), count));
        if self.all.left.fetch_sub(count, Ordering::Relaxed) == count {
            self.all.told.notify_one();
        }
        Ok(())
    }
}
