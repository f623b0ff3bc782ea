//! Working: the workers of this process's roles, started on its lifecycle.

use std::sync::Arc;
use std::time::Duration;

use super::{Daemon, advising};
use crate::helpdesk::Helpdesk;
use crate::helpdesk::desk::Desk;
use crate::lifecycle::{Backoff, Lifecycle};
use crate::scaling::Bounds;
use crate::settings::Role;
use crate::workers::collecting::{self, Collector};
use crate::workers::delivery::Carrier;
use crate::workers::pool::{self, Pool};
use crate::workers::router::{self, Attendance, Seat};
use crate::workers::{classify, delivery, forgetting, handoff, journal, present, reload, sole, timers};

/// The helpdesk tools that this build has.
pub(super) fn tools() -> Vec<Arc<dyn Helpdesk>> {
    vec![Arc::new(Desk)]
}

/// What collects files that nothing has referred to for so long.
fn collector(daemon: &Daemon, unused: Duration) -> Collector {
    let (shelf, partitions) = (Arc::clone(&daemon.shelf), daemon.settings.partitions.get());
    Collector { shelf, unused, partitions, holder: daemon.holder }
}

/// Starts what the roles name, and the watch on the routing file.
pub(super) fn start(daemon: &Daemon, lifecycle: &Lifecycle) {
    let Daemon { place, settings, reaches, share, known, holder, embedded, .. } = daemon;
    // Each of these can be without for a while: what they take up is durable.
    macro_rules! run {
        ($name:literal, $count:expr, $work:path $(, $with:expr)*) => {
            for _ in 0..$count {
                let (place, stop) = (place.clone(), lifecycle.stop.clone());
                $(let with = $with;)*
                lifecycle.spawn_restarting($name, Backoff::default(), move || {
                    $work(place.clone() $(, { let _ = stringify!($with); with.clone() })*, stop.clone())
                });
            }
        };
    }
    if let Some(broker) = embedded {
        let (broker, stop) = (Arc::clone(broker), lifecycle.stop.clone());
        lifecycle.spawn_restarting("letters", Backoff::default(), move || {
            let (broker, stop) = (Arc::clone(&broker), stop.clone());
            async move { broker.take_letters(stop).await }
        });
    }
    // Who has the data folder has it alone.
    if !settings.store.is_embedded() {
        run!("present", 1, present::run, (present::PROCESS, *holder));
        if settings.roles.has(Role::Journal) {
            run!("present", 1, present::run, (present::JOURNAL, *holder));
        }
    }
    let roles = &settings.roles;
    if roles.has(Role::Journal) {
        run!("journal", 1, journal::run);
    }
    if roles.has(Role::Timers) {
        run!("timers", 1, timers::run);
        run!("forgetting", 1, forgetting::run);
        if let Some(unused) = settings.blobs.unused() {
            run!("collecting", 1, collecting::run, collector(daemon, unused));
        }
    }
    if roles.has(Role::Router) {
        run!("reach", 1, router::watch_journal, reaches.clone());
        let (partitions, holder) = (settings.partitions.get(), *holder);
        if !settings.store.is_embedded() {
            run!("share", 1, router::attend, Attendance { holder, partitions, share: share.clone() });
        }
        for partition in 0..partitions {
            let seat = Seat { partition, holder, reaches: reaches.clone(), share: share.clone() };
            run!("router", 1, router::run, seat.clone());
        }
    }
    if roles.has(Role::Bot) {
        let (least, most) = (settings.workers.bot.get().into(), settings.workers.bot_most.get().into());
        let among = (!settings.store.is_embedded()).then_some(*holder);
        let pool = Pool::new(Bounds { least, most }, daemon.backlog.clone(), among);
        run!("pool", 1, pool::govern, pool.clone());
        for number in 0..most {
            run!("bot", 1, pool::work, (Arc::clone(&known.bot), pool.clone(), number));
        }
        run!("classify", advising::workers(daemon), classify::run, daemon.llm.clone());
    }
    for tool in tools().into_iter().filter(|_| roles.has(Role::Handoff)) {
        run!("handoff", settings.workers.handoff.get(), handoff::run, Arc::clone(&tool));
    }
    if roles.has(Role::Delivery) {
        deliver(daemon, lifecycle);
    }
    if let Some(file) = known.routing_file().filter(|_| roles.any(&[Role::Router, Role::Bot, Role::Web])) {
        run!("reload", 1, reload::run, file.clone());
    }
}

/// Starts what brings messages to customers, and holds the channels that one process alone may send by.
fn deliver(daemon: &Daemon, lifecycle: &Lifecycle) {
    let Daemon { place, settings, channels, holder, .. } = daemon;
    let among = (!settings.store.is_embedded()).then_some(*holder);
    for carrier in Carrier::all(place, channels, among) {
        if let Some(sole) = carrier.sole() {
            let (place, stop) = (place.clone(), lifecycle.stop.clone());
            lifecycle.spawn_restarting("sole", Backoff::default(), move || {
                sole::govern(place.clone(), Arc::clone(&sole), stop.clone())
            });
        }
        for _ in 0..settings.workers.delivery.get() {
            let (place, carrier, stop) = (place.clone(), carrier.clone(), lifecycle.stop.clone());
            lifecycle.spawn_restarting("delivery", Backoff::default(), move || {
                delivery::run(place.clone(), carrier.clone(), stop.clone())
            });
        }
    }
}
