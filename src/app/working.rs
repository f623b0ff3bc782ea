//! Working: every worker of the daemon, started on its lifecycle.

use std::sync::Arc;

use super::Daemon;
use crate::helpdesk::Helpdesk;
use crate::helpdesk::desk::Desk;
use crate::lifecycle::{Backoff, Lifecycle};
use crate::workers::router::{self, Seat};
use crate::workers::{bot, delivery, handoff, journal, reload, timers};

/// The helpdesk tools that this build has.
fn tools() -> Vec<Arc<dyn Helpdesk>> {
    vec![Arc::new(Desk)]
}

/// Starts routers, bots, handoffs, deliveries, journal, timers, and the watch on the routing file.
pub(super) fn start(daemon: &Daemon, lifecycle: &Lifecycle) {
    let Daemon { place, settings, reaches, channels, known, holder } = daemon;
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
    run!("journal", 1, journal::run);
    run!("timers", 1, timers::run);
    run!("reach", 1, router::watch_journal, reaches.clone());
    for partition in 0..settings.partitions.get() {
        run!("router", 1, router::run, Seat { partition, holder: *holder, reaches: reaches.clone() });
    }
    run!("bot", settings.workers.bot.get(), bot::run, Arc::clone(&known.bot));
    for tool in tools() {
        run!("handoff", settings.workers.handoff.get(), handoff::run, Arc::clone(&tool));
    }
    for channel in channels {
        run!("delivery", settings.workers.delivery.get(), delivery::run, Arc::clone(channel));
    }
    if let Some(file) = known.routing_file() {
        run!("reload", 1, reload::run, file.clone());
    }
}
