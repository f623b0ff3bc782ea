//! The public listener: what the channels serve to customers and to providers' webhooks.

use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use tower_http::limit::RequestBodyLimitLayer;

use super::hardening::harden;
use super::sorry;

/// Limits of the public listener.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest body of a request, in bytes.
    pub body_bytes: usize,
    /// How long a request may take. Web sockets are answered at once and live on.
    pub timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body_bytes: 4 * 1024 * 1024, timeout: Duration::from_secs(30) }
    }
}

/// The channels' routes under one roof.
pub fn router(channels: impl IntoIterator<Item = Router>, limits: Limits) -> Router {
    let merged = channels.into_iter().fold(Router::new(), Router::merge);
    let merged = merged.fallback(nothing_here).layer(RequestBodyLimitLayer::new(limits.body_bytes));
    harden(merged, limits.body_bytes, limits.timeout).layer(middleware::from_fn(sorry::page))
}

/// The answer while the daemon starts.
pub fn starting() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")], "starting; please try again in a moment\n")
        .into_response()
}

async fn nothing_here() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "there is nothing here\n")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn each_channel_serves_its_paths_and_the_rest_is_not_found() {
        let chat = Router::new().route("/chat/ws", get(|| async { "chat" }));
        let hooks = Router::new().route("/hooks/x/{account}", get(|| async { "hook" }));
        let router = router([chat, hooks], Limits::default());
        for (path, status) in [("/chat/ws", 200), ("/hooks/x/main", 200), ("/api/conversations", 404)] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status().as_u16(), status, "{path}");
            assert!(response.headers().contains_key("content-security-policy"));
        }
    }
}
