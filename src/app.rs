//! The composition root: the only place that names concrete backends, channels and tools.

mod advising;
mod backends;
pub mod dead;
mod knowing;
pub mod learning;
pub mod repartition;
mod serving;
mod starting;
pub mod topology;
mod watching;
mod working;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use arc_swap::ArcSwap;
use wissel_channels::{Channel, Clock, ConversationId};

use crate::blob::Shelf;
use crate::broker::embedded::EmbeddedBroker;
use crate::failpoint::Failpoints;
use crate::lifecycle::Lifecycle;
use crate::llm::Llm;
use crate::settings::Settings;
use crate::telemetry::Metrics;
use crate::thread::Limits;
use crate::thread::explain::Step;
use crate::thread::label::Label;
use crate::web::ops::Readiness;
use crate::web::staff::explain::steps;
use crate::wire::audit::{self, Audit};
use crate::wire::{Archive, Keys, Post, Tables};
use crate::workers::Workplace;
use crate::workers::intake::Backlog;
use crate::workers::router::{Reaches, Share};
use crate::workers::source::Life;
use backends::Backends;

/// What a start is given.
pub struct Start {
    /// What operations decided.
    pub settings: Settings,
    /// The routing file; `None` for the one built in.
    pub routing: Option<PathBuf>,
    /// Where everything counts.
    pub metrics: Arc<Metrics>,
    /// Where a test lets the process die.
    pub failpoints: Failpoints,
}

/// A daemon that is put together.
struct Daemon {
    place: Workplace,
    settings: Settings,
    reaches: Reaches,
    share: Share,
    /// What waits to be decided on.
    backlog: Backlog,
    channels: Vec<Arc<dyn Channel>>,
    /// When each of them last showed a sign of life.
    lives: Vec<Life>,
    known: knowing::Known,
    /// Where files are.
    shelf: Arc<dyn Shelf>,
    /// The language model that may be asked for advice.
    llm: Option<Arc<Llm>>,
    /// The routers' mark on their leases.
    holder: [u8; 16],
    /// The embedded broker, for which other processes leave letters.
    embedded: Option<Arc<EmbeddedBroker>>,
}

/// Puts the daemon together and starts its tasks on `lifecycle`; returns when it is ready. Its listeners answer before.
pub async fn run(start: Start, lifecycle: &Lifecycle) -> anyhow::Result<()> {
    // Whoever makes a client for HTTPS finds it; another one in place is as good.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    starting::say(&start);
    let listeners = serving::listen(&start.settings).await?;
    let readiness = Readiness::of(&starting::needs(&start.settings));
    let doors = serving::open(listeners, &start.metrics, &readiness, lifecycle)?;
    let daemon = put_together(start, &readiness, lifecycle).await?;
    working::start(&daemon, lifecycle);
    serving::start(&daemon, doors, lifecycle)?;
    watching::start(&daemon, readiness, lifecycle).await;
    Ok(())
}

async fn put_together(start: Start, readiness: &Readiness, lifecycle: &Lifecycle) -> anyhow::Result<Daemon> {
    let Start { settings, routing, metrics, failpoints } = start;
    let clock = Clock::system();
    let partitions = settings.partitions.get();
    // Before anything is stored: a lost key is told from one that was never made by what is there.
    let keys = Keys::new(settings.master_key().context("the master key cannot be used")?);
    let known = knowing::read(routing, &settings, &keys)?;
    let backends = backends::open(&settings, &keys, clock.clone()).await?;
    starting::set_up(&backends, &settings, &keys, readiness, lifecycle).await?;
    let Backends { broker, store, journal, holder, embedded, lock } = backends;
    // Held until the process ends.
    std::mem::forget(lock);
    let shelf = backends::shelf(&settings)?;
    starting::look_at(shelf.as_ref()).await?;
    let rules = Arc::new(ArcSwap::new(Arc::clone(&known.rules)));
    metrics.table_in_use(&known.rules.table.hash.to_string());
    let tables = Tables::default();
    tables.know(&known.rules.table);
    let place = Workplace {
        post: Post::new(Arc::clone(&broker), keys.clone(), partitions),
        archive: Archive { store: Arc::clone(&store), journal: Arc::clone(&journal), keys: keys.clone(), tables },
        broker,
        store,
        journal,
        blobs: backends::blobs(&settings, Arc::clone(&shelf), &keys, clock.clone()),
        keys,
        clock,
        metrics,
        failpoints,
        rules,
        limits: limits(&settings),
    };
    let channels = wissel_channels::build(&settings.channels(), place.keys.secret("channels"))?;
    let reaches = Reaches::new(partitions);
    // Who has the data folder has it alone.
    let share = if settings.store.is_embedded() { Share::all(partitions) } else { Share::unknown() };
    let backlog = Backlog::default();
    let llm = advising::model(&settings)?;
    let lives = vec![(); channels.len()].into_iter().map(|()| Life::default()).collect();
    Ok(Daemon { place, settings, reaches, share, backlog, channels, lives, known, shelf, llm, holder, embedded })
}

/// The limits of conversations from the settings; 0 means none in both.
fn limits(settings: &Settings) -> Limits {
    let limits = &settings.limits;
    Limits {
        claim_millis: i64::from(limits.claim_minutes.0) * 60_000,
        bot_millis: i64::from(limits.bot_seconds.0) * 1_000,
        bot_turns: limits.bot_turns.0,
        hops: limits.hops.0,
        bot_backlog: limits.bot_backlog.0.into(),
        advice_millis: settings.llm.advice_millis(),
        ..Limits::default()
    }
}

/// What happened in a conversation, in order; absent when nobody knows it.
pub async fn explain(settings: &Settings, conversation: ConversationId) -> anyhow::Result<Option<Vec<Step>>> {
    let archive = backends::beside(settings)?;
    let Some(thread) = archive.journal.conversation(conversation).await? else { return Ok(None) };
    Ok(Some(steps(conversation, &archive.told(thread).await?)))
}

/// Recomputes every decision from the journal alone, beside a running daemon or without one.
pub async fn verify(settings: &Settings) -> anyhow::Result<Audit> {
    let archive = backends::beside(settings)?;
    Ok(audit::audit(&archive, settings.partitions.get()).await?)
}

/// The threads whose state in the store is not what the journal's changes give.
pub async fn compare(settings: &Settings) -> anyhow::Result<Vec<wissel_channels::ThreadKey>> {
    let archive = backends::beside(settings)?;
    Ok(audit::compare(&archive, settings.partitions.get()).await?)
}

/// What staff's deeds say about decisions, beside a running daemon or without one.
pub async fn labels(settings: &Settings) -> anyhow::Result<Vec<Label>> {
    let archive = backends::beside(settings)?;
    Ok(crate::wire::labels::labels(&archive, settings.partitions.get()).await?)
}

/// A bearer token for the staff API that stands for `name`.
pub fn staff_token(settings: &Settings, name: &str) -> anyhow::Result<String> {
    let keys = Keys::new(settings.master_key().context("the master key cannot be used")?);
    let now = Clock::system().now();
    crate::web::staff::people::issue_token(&keys, name, now).context("no token can be made")
}
