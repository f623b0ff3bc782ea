//! Serving: the three listeners, and the channels that receive by them.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use arc_swap::ArcSwap;
use axum::Router;
use tokio::net::TcpListener;
use wissel_channels::{Intake, ReceiveContext, Transcript};

use super::{Daemon, advising};
use crate::lifecycle::{Backoff, Lifecycle};
use crate::settings::{Role, Settings};
use crate::telemetry::Metrics;
use crate::thread::Person;
use crate::triage::Message;
use crate::web::later::Later;
use crate::web::listener;
use crate::web::ops::{self, Readiness};
use crate::web::public;
use crate::web::staff::people::People;
use crate::web::staff::{self, ORDER_WAIT, Staff, Telling};
use crate::wire::identities::Identities;
use crate::workers::Rules;
use crate::workers::intake::{Admission, Inlet};
use crate::workers::marks::Marks;
use crate::workers::source::{self, Source};
use crate::workers::transcript::Window;

/// The listeners that the roles of this process need, bound.
pub(super) struct Listeners {
    public: Option<TcpListener>,
    staff: Option<TcpListener>,
    ops: TcpListener,
}

/// Binds the listeners, so that an address in use is told before anything else happens.
pub(super) async fn listen(settings: &Settings) -> anyhow::Result<Listeners> {
    let Settings { listen, roles, .. } = settings;
    let public = if roles.has(Role::Intake) { Some(bind("listen.public", listen.public.0).await?) } else { None };
    let staff = if roles.has(Role::Web) { Some(bind("listen.staff", listen.staff.0).await?) } else { None };
    Ok(Listeners { public, staff, ops: bind("listen.ops", listen.ops.0).await? })
}

async fn bind(setting: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "{setting}: another program listens on {address}, perhaps a wissel that runs already; stop it, or set \
             {setting} to another address"
        ),
        _ => anyhow::anyhow!(
            "{setting}: cannot listen on {address}: {error}; set {setting} to an address of this machine"
        ),
    })
}

/// Listeners that answer, and have nothing to serve yet.
pub(super) struct Doors {
    public: Option<Later>,
    /// With its address.
    staff: Option<(Later, SocketAddr)>,
}

/// Serves operations, and lets the other listeners say that the daemon starts.
pub(super) fn open(
    listeners: Listeners,
    metrics: &Arc<Metrics>,
    readiness: &Readiness,
    lifecycle: &Lifecycle,
) -> anyhow::Result<Doors> {
    let (metrics, told) = (Arc::clone(metrics), readiness.clone());
    let render = move || {
        metrics.ready(told.is_ready(), told.checks().iter().map(|check| (check.name.as_str(), check.ok)));
        metrics.render()
    };
    serve("ops", listeners.ops, ops::router(Arc::new(render), readiness.clone()), lifecycle);
    let public = listeners.public.map(|listener| {
        let later = Later::new(public::starting);
        serve("public", listener, later.router(), lifecycle);
        later
    });
    let mut desk = None;
    if let Some(listener) = listeners.staff {
        let address = listener.local_addr().context("the staff listener has no address")?;
        let later = Later::new(staff::starting);
        serve("staff", listener, later.router(), lifecycle);
        desk = Some((later, address));
    }
    Ok(Doors { public, staff: desk })
}

/// Serves customers and staff, if this process does; prints the one-time link to the desk.
pub(super) fn start(daemon: &Daemon, doors: Doors, lifecycle: &Lifecycle) -> anyhow::Result<()> {
    if let Some(later) = doors.public {
        later.serve(customers(daemon, lifecycle)?);
    }
    if let Some((later, address)) = doors.staff {
        later.serve(staff::router(staff_of(daemon, address, lifecycle)?));
    }
    Ok(())
}

/// Lets the channels receive; gives what they serve.
fn customers(daemon: &Daemon, lifecycle: &Lifecycle) -> anyhow::Result<Router> {
    let place = &daemon.place;
    let most = daemon.settings.limits.inbound_backlog.get().map(u64::from);
    let admission = Admission { backlog: daemon.backlog.clone(), most };
    let intake: Arc<dyn Intake> = Arc::new(Inlet::new(place.clone(), admission).with_quiet(&daemon.channels));
    let transcript: Arc<dyn Transcript> = Arc::new(Window::new(place.archive.clone()));
    let scribe = advising::scribe(&daemon.settings)?;
    let mut routes = Vec::new();
    for (channel, life) in daemon.channels.iter().zip(&daemon.lives) {
        let cx = ReceiveContext {
            intake: Arc::clone(&intake),
            transcript: Arc::clone(&transcript),
            blobs: Arc::clone(&place.blobs),
            cursors: Arc::new(Marks::of(place, channel.as_ref())),
            scribe: scribe.clone(),
            progress: life.sign(channel.as_ref(), place.clock.clone(), Arc::clone(&place.metrics)),
            clock: place.clock.clone(),
            shutdown: lifecycle.stop.clone(),
        };
        routes.extend(channel.routes(cx.clone()));
        let source = Source { channel: Arc::clone(channel), cx, life: life.clone(), holder: daemon.holder };
        let (place, stop) = (place.clone(), lifecycle.stop.clone());
        lifecycle.spawn_restarting("channel", Backoff::default(), move || {
            source::run(place.clone(), source.clone(), stop.clone())
        });
    }
    Ok(public::router(routes, public::Limits::default()))
}

/// The staff listener's state; the link goes to standard output and nowhere else.
fn staff_of(daemon: &Daemon, desk: SocketAddr, lifecycle: &Lifecycle) -> anyhow::Result<Arc<Staff>> {
    let place = &daemon.place;
    let people = People::new(&place.keys, Person(daemon.settings.staff.owner.as_str().to_owned()));
    let token = people.issue_link(place.clock.now()).context("no link can be made")?;
    let desk = from_here(desk);
    let mut out = std::io::stdout().lock();
    // Nobody may be reading.
    let _read = std::io::Write::write_all(&mut out, format!("desk: http://{desk}/sign-in?token={token}\n").as_bytes());
    let _read = std::io::Write::flush(&mut out);
    Ok(Arc::new(Staff {
        archive: place.archive.clone(),
        post: place.post.clone(),
        table: Arc::clone(&daemon.known.table),
        telling: telling(Arc::clone(&place.rules)),
        clock: place.clock.clone(),
        people,
        tracker: lifecycle.tracker.clone(),
        message_bytes: daemon.settings.limits.message_bytes.0 as usize,
        order_wait: ORDER_WAIT,
        blobs: Arc::clone(&place.blobs),
        identities: Identities::new(Arc::clone(&place.store), &place.keys),
        without_files: daemon.channels.iter().filter(|c| !c.takes_files()).map(|c| c.name().clone()).collect(),
    }))
}

/// The address by which a browser on this machine gets to a listener: one on all addresses is on this machine's own too.
fn from_here(address: SocketAddr) -> SocketAddr {
    let own = |ip: IpAddr| if ip.is_ipv4() { IpAddr::from(Ipv4Addr::LOCALHOST) } else { Ipv6Addr::LOCALHOST.into() };
    let ip = if address.ip().is_unspecified() { own(address.ip()) } else { address.ip() };
    SocketAddr::new(ip, address.port())
}

fn telling(rules: Arc<ArcSwap<Rules>>) -> Telling {
    Arc::new(move |decision, text| {
        let rules = rules.load();
        let best = decision.verdict.intents.first().filter(|_| decision.table == rules.table.hash);
        let message = Message { text, ..Message::default() };
        best.map_or_else(Vec::new, |best| rules.triage.telling(message, &best.name))
    })
}

fn serve(name: &'static str, listener: TcpListener, router: Router, lifecycle: &Lifecycle) {
    if let Ok(address) = listener.local_addr() {
        tracing::info!(listener = name, %address, url = format_args!("http://{address}/"), "listening");
    }
    let stop = lifecycle.stop.clone();
    lifecycle.spawn(name, async move {
        listener::serve(listener, router, listener::SILENT, stop).await;
        Ok::<_, io::Error>(())
    });
}

/// How often things that only pass are looked at while the daemon starts.
pub(super) const SOON: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use super::from_here;

    #[test]
    fn the_link_to_the_desk_leads_somewhere() {
        for (listens, link) in [
            ("0.0.0.0:8081", "127.0.0.1:8081"),
            ("[::]:8081", "[::1]:8081"),
            ("127.0.0.2:8081", "127.0.0.2:8081"),
            ("192.0.2.1:8081", "192.0.2.1:8081"),
        ] {
            assert_eq!(from_here(listens.parse().unwrap()).to_string(), link);
        }
    }
}
