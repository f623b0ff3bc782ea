//! Watching: readiness and gauges.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wissel_channels::Channel;

use super::Daemon;
use super::serving::SOON;
use crate::broker::Queue;
use crate::lifecycle::{Backoff, Lifecycle};
use crate::routing::QueueKind;
use crate::settings::Role;
use crate::store::Count;
use crate::thread::StateName;
use crate::web::ops::Readiness;
use crate::workers::intake::Backlog;
use crate::workers::router::{Reaches, Share};
use crate::workers::source::Life;
use crate::workers::{WorkerError, Workplace};

/// How often it looks once the daemon is ready.
const PERIOD: Duration = Duration::from_secs(2);
/// How long a port may take to answer before it counts as away.
const ANSWER: Duration = Duration::from_secs(5);
/// From when on a source that polls is shown as silent.
const SILENT: Duration = Duration::from_mins(5);
/// How long setting all gauges may take.
const GAUGE: Duration = Duration::from_secs(10);

/// What is watched.
#[derive(Clone)]
struct Watch {
    place: Workplace,
    readiness: Readiness,
    reaches: Reaches,
    share: Share,
    /// The sources that this process may have, with when they last showed a sign of life.
    sources: Arc<[(Arc<dyn Channel>, Life)]>,
    queues: Arc<[Queue]>,
    backlog: Backlog,
}

/// Starts the watch; returns when the daemon is ready, or is told to stop.
pub(super) async fn start(daemon: &Daemon, readiness: Readiness, lifecycle: &Lifecycle) {
    let names: BTreeSet<_> = daemon.channels.iter().map(|channel| channel.name().clone()).collect();
    let mut queues: Vec<Queue> = (0..daemon.settings.partitions.get()).map(Queue::Inbound).collect();
    queues.extend([Queue::Bot, Queue::Classify, Queue::Handoff("desk".to_owned()), Queue::Journal, Queue::Dead]);
    queues.extend(names.into_iter().map(Queue::Deliver));
    let watch = Watch {
        place: daemon.place.clone(),
        readiness,
        reaches: daemon.reaches.clone(),
        share: daemon.share.clone(),
        sources: daemon
            .channels
            .iter()
            .filter(|_| daemon.settings.roles.has(Role::Intake))
            .cloned()
            .zip(daemon.lives.iter().cloned())
            .collect(),
        queues: queues.into(),
        backlog: daemon.backlog.clone(),
    };
    while !lifecycle.stop.is_cancelled() {
        watch.look().await;
        if watch.readiness.is_ready() {
            tracing::info!("ready");
            break;
        }
        tokio::time::sleep(SOON).await;
    }
    let stop = lifecycle.stop.clone();
    lifecycle.spawn_restarting("watch", Backoff::default(), move || watch.clone().run(stop.clone()));
}

impl Watch {
    async fn run(self, stop: CancellationToken) -> Result<(), WorkerError> {
        let mut ticks = tokio::time::interval(PERIOD);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = ticks.tick() => {}
            }
            self.look().await;
            // What is away is told by the look; the gauges keep what they last were.
            if let Ok(Err(error)) = tokio::time::timeout(GAUGE, self.gauge()).await {
                tracing::debug!(%error, "the gauges could not be set");
            }
        }
    }

    /// Asks each port whether it answers, and whether all partitions are routed.
    async fn look(&self) {
        let place = &self.place;
        tokio::join!(
            self.check("broker", place.broker.answers()),
            self.check("store", place.store.answers()),
            self.check("journal", place.journal.answers()),
        );
        if self.readiness.has("router") {
            self.look_at_routers();
        }
        self.look_at_sources();
    }

    /// What is pushed to us makes progress while it could be taken; what polls says so itself.
    fn look_at_sources(&self) {
        let now = self.place.clock.now();
        for (channel, life) in self.sources.iter() {
            let (name, account) = (channel.name().as_str(), channel.account().as_str());
            if !channel.polls() {
                if self.readiness.is_ready() {
                    self.place.metrics.source_progress(name, account, now.0 / 1000);
                }
                continue;
            }
            let silent = life.silent(&self.place.clock).filter(|silent| *silent > SILENT);
            let wrong = silent.map(|silent| format!("no sign of life for {} s", silent.as_secs()));
            self.readiness.tell(&format!("{name}/{account}"), wrong);
        }
    }

    /// Whether this process routes its share of the partitions.
    fn look_at_routers(&self) {
        self.place.metrics.partitions(self.reaches.held() as u64);
        match (self.reaches.held(), self.share.allowed()) {
            (_, None) => self.readiness.wrong("router", "which other routers are there is not known yet"),
            (held, Some(share)) if held < share => {
                self.readiness.wrong("router", format!("{held} of {share} partitions are routed"));
            }
            _ => self.readiness.fine("router"),
        }
    }

    async fn check<E: std::fmt::Display>(&self, name: &'static str, asked: impl Future<Output = Result<(), E>>) {
        if !self.readiness.has(name) {
            return;
        }
        match tokio::time::timeout(ANSWER, asked).await {
            Ok(Ok(())) => self.readiness.fine(name),
            Ok(Err(error)) => self.readiness.wrong(name, error.to_string()),
            Err(_) => self.readiness.wrong(name, format!("no answer within {} s", ANSWER.as_secs())),
        }
    }

    async fn gauge(&self) -> Result<(), WorkerError> {
        let (metrics, now) = (&self.place.metrics, self.place.clock.now());
        let since = |at: wissel_channels::UnixMillis| Duration::from_millis(u64::try_from(now.since(at)).unwrap_or(0));
        let mut undecided = 0;
        for queue in self.queues.iter() {
            let depth = self.place.broker.depth(queue).await?;
            metrics.queue(&queue.to_string(), depth.messages, depth.oldest.map_or(Duration::ZERO, since));
            if matches!(queue, Queue::Inbound(_)) {
                undecided += depth.messages;
            }
        }
        self.backlog.counted(undecided);
        let counts = self.place.store.counts().await?;
        for (owner, state) in [("bot", StateName::Bot), ("queue", StateName::Waiting), ("agent", StateName::Claimed)] {
            let open = counts.iter().filter(|count| count.state == state).map(|count| count.conversations).sum();
            metrics.conversations(owner, open);
        }
        let rules = self.place.rules.load();
        for queue in rules.table.queues().filter(|queue| queue.kind == QueueKind::Human) {
            let here = |count: &&Count| count.state == StateName::Waiting && count.queue.as_ref() == Some(&queue.name);
            let waiting = counts.iter().filter(here).map(|count| count.conversations).sum();
            let oldest = counts.iter().filter(here).filter_map(|count| count.oldest).min();
            metrics.people(queue.name.as_str(), waiting, oldest.map_or(Duration::ZERO, since));
        }
        Ok(())
    }
}
