//! The staff listener: the API of the desk, its pages, and who may use them.

pub mod attachments;
pub mod brief;
pub mod claims;
pub mod conversations;
pub mod customer;
pub mod explain;
pub mod failures;
pub mod notices;
pub mod openapi;
pub mod orders;
pub mod pages;
pub mod people;
pub mod problem;
pub mod queues;
pub mod read;
mod refused;
pub mod shape;
pub mod signed_in;
pub mod switches;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use tokio_util::task::TaskTracker;
use wissel_channels::{Blobs, ChannelName, Clock};

use self::people::People;
use self::problem::Problem;

use super::hardening::harden;
use super::sorry;
use crate::routing::{Decision, RoutingTable};
use crate::wire::identities::Identities;
use crate::wire::{Archive, Post};

/// The largest body of a request.
const BODY_BYTES: usize = 64 * 1024;
/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long an order waits for the router's decision.
pub const ORDER_WAIT: Duration = Duration::from_secs(5);

/// Where the words stand in a text, in characters, that spoke most for the intent of a decision; none where the rules that
/// decided are not in force any more. It reads the text many times over.
pub type Telling = Arc<dyn Fn(&Decision, &str) -> Vec<(u32, u32)> + Send + Sync>;

/// What the staff listener works with.
pub struct Staff {
    /// Reads threads.
    pub archive: Archive,
    /// Publishes events.
    pub post: Post,
    /// The routing table in force.
    pub table: Arc<ArcSwap<RoutingTable>>,
    /// Says by which words a decision was made.
    pub telling: Telling,
    /// Tells the time.
    pub clock: Clock,
    /// Who may do what.
    pub people: People,
    /// Runs what must be finished when a caller goes away.
    pub tracker: TaskTracker,
    /// The longest answer or note in bytes; 0 for no limit.
    pub message_bytes: usize,
    /// Files of customers, and of replies.
    pub blobs: Arc<dyn Blobs>,
    /// Which threads are one customer's.
    pub identities: Identities,
    /// Channels that carry no files to customers.
    pub without_files: BTreeSet<ChannelName>,
    /// How long an order waits for the router's decision: [`ORDER_WAIT`].
    pub order_wait: Duration,
}

/// Every path under `/api` with its methods; `openapi.json` must describe each.
pub const ROUTES: [(&str, &[&str]); 12] = [
    ("/api/conversations", &["get"]),
    ("/api/conversations/{id}", &["get"]),
    ("/api/conversations/{id}/explain", &["get"]),
    ("/api/conversations/{id}/attachments/{hash}", &["get"]),
    ("/api/conversations/{id}/customer", &["get"]),
    ("/api/conversations/{id}/customer/{other}", &["delete", "put"]),
    ("/api/conversations/{id}/{action}", &["post"]),
    ("/api/operations/{id}", &["get"]),
    ("/api/notices", &["get"]),
    ("/api/queues", &["get"]),
    ("/api/switches", &["get", "put"]),
    ("/api/openapi.json", &["get"]),
];

/// The answer while the daemon starts.
pub fn starting() -> Response {
    Problem::unavailable().into_response()
}

/// The API and the pages.
pub fn router(staff: Arc<Staff>) -> Router {
    // A reply may bring files, in base64.
    let most = usize::try_from(staff.blobs.most_bytes()).unwrap_or(usize::MAX);
    let with_files = DefaultBodyLimit::max(BODY_BYTES.saturating_add(most / 3 * 4));
    let api = Router::new()
        .route("/api/conversations", get(conversations::list))
        .route("/api/conversations/{id}", get(conversations::detail))
        .route("/api/conversations/{id}/explain", get(explain::explain))
        .route("/api/conversations/{id}/attachments/{hash}", get(attachments::attachment))
        .route("/api/conversations/{id}/customer", get(customer::customer))
        .route("/api/conversations/{id}/customer/{other}", put(customer::link).delete(customer::unlink))
        .route("/api/conversations/{id}/{action}", post(orders::order).layer(with_files))
        .route("/api/operations/{id}", get(orders::operation))
        .route("/api/notices", get(notices::notices))
        .route("/api/queues", get(queues::queues))
        .route("/api/switches", get(switches::get).put(switches::put))
        .route("/api/openapi.json", get(openapi::document));
    let routes = api.merge(pages::routes()).fallback(|| async { Problem::not_found("address") });
    let routes = routes.method_not_allowed_fallback(|| async {
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "invalid", "this address does not take this method")
    });
    let routes = harden(routes.with_state(staff), BODY_BYTES, TIMEOUT);
    routes.layer(middleware::from_fn(sorry::page)).layer(middleware::from_fn(finish))
}

/// Nothing of this listener is kept by browsers or proxies, unless it says so itself; and what went wrong outside the
/// handlers is a problem document like all others.
async fn finish(request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api");
    let mut response = next.run(request).await;
    let status = response.status();
    let told = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == problem::MEDIA_TYPE);
    if api && status.is_server_error() && !told {
        response = Problem::unavailable().with_status(status).into_response();
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
