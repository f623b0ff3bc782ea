//! Serving: the three listeners, and the channels that receive by them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use wissel_channels::ReceiveContext;

use super::Daemon;
use crate::lifecycle::{Backoff, Lifecycle};
use crate::settings::Listen;
use crate::thread::Person;
use crate::web::ops::{self, Readiness};
use crate::web::public;
use crate::web::staff::people::People;
use crate::web::staff::{self, ORDER_WAIT, Staff};
use crate::workers::intake::Inlet;
use crate::workers::transcript::Window;

/// The three listeners, bound.
pub(super) struct Listeners {
    public: TcpListener,
    staff: TcpListener,
    ops: TcpListener,
}

/// Binds the listeners, so that an address in use is told before anything else happens.
pub(super) async fn listen(listen: &Listen) -> anyhow::Result<Listeners> {
    Ok(Listeners {
        public: bind("listen.public", listen.public.0).await?,
        staff: bind("listen.staff", listen.staff.0).await?,
        ops: bind("listen.ops", listen.ops.0).await?,
    })
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

/// Serves customers, staff and operations; prints the one-time link to the desk.
pub(super) fn start(daemon: &Daemon, listeners: Listeners, lifecycle: &Lifecycle) -> anyhow::Result<Readiness> {
    let readiness = Readiness::default();
    readiness.needs(&["broker", "store", "journal", "router"]);
    let place = &daemon.place;
    let context = ReceiveContext {
        intake: Arc::new(Inlet::new(place.clone())),
        transcript: Arc::new(Window::new(place.archive.clone())),
        clock: place.clock.clone(),
        shutdown: lifecycle.stop.clone(),
    };
    for channel in &daemon.channels {
        let (channel, context) = (Arc::clone(channel), context.clone());
        lifecycle.spawn_restarting("channel", Backoff::default(), move || {
            let (channel, context) = (Arc::clone(&channel), context.clone());
            async move { channel.receive(context).await }
        });
    }
    let routes = daemon.channels.iter().filter_map(|channel| channel.routes(context.clone()));
    serve("public", listeners.public, public::router(routes, public::Limits::default()), lifecycle);
    let desk = listeners.staff.local_addr().context("the staff listener has no address")?;
    serve("staff", listeners.staff, staff::router(staff_of(daemon, desk, lifecycle)?), lifecycle);
    let metrics = Arc::clone(&place.metrics);
    serve("ops", listeners.ops, ops::router(Arc::new(move || metrics.render()), readiness.clone()), lifecycle);
    Ok(readiness)
}

/// The staff listener's state; the link goes to standard output and nowhere else.
fn staff_of(daemon: &Daemon, desk: SocketAddr, lifecycle: &Lifecycle) -> anyhow::Result<Arc<Staff>> {
    let place = &daemon.place;
    let people = People::new(&place.keys, Person(daemon.settings.staff.owner.as_str().to_owned()));
    let token = people.issue_link(place.clock.now()).context("no link can be made")?;
    let mut out = std::io::stdout().lock();
    // Nobody may be reading.
    let _read = std::io::Write::write_all(&mut out, format!("desk: http://{desk}/sign-in?token={token}\n").as_bytes());
    let _read = std::io::Write::flush(&mut out);
    Ok(Arc::new(Staff {
        archive: place.archive.clone(),
        post: place.post.clone(),
        table: Arc::clone(&daemon.known.table),
        clock: place.clock.clone(),
        people,
        tracker: lifecycle.tracker.clone(),
        message_bytes: daemon.settings.limits.message_bytes.0 as usize,
        order_wait: ORDER_WAIT,
    }))
}

fn serve(name: &'static str, listener: TcpListener, router: Router, lifecycle: &Lifecycle) {
    if let Ok(address) = listener.local_addr() {
        tracing::info!(listener = name, %address, "listening");
    }
    let stop = lifecycle.stop.clone().cancelled_owned();
    lifecycle.spawn(name, async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(stop).await
    });
}

/// How often things that only pass are looked at while the daemon starts.
pub(super) const SOON: Duration = Duration::from_millis(10);
