//! Later: a listener that answers before what it serves is ready, and says when to try again.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use tower::ServiceExt;

/// What a listener will serve.
#[derive(Clone)]
pub struct Later {
    router: Arc<OnceLock<Router>>,
    until_then: fn() -> Response,
}

impl Later {
    /// Nothing yet: each request is answered with `until_then`.
    #[must_use]
    pub fn new(until_then: fn() -> Response) -> Self {
        Self { router: Arc::default(), until_then }
    }

    /// From now on this is served. Only the first one counts.
    pub fn serve(&self, router: Router) {
        let _first = self.router.set(router);
    }

    /// What the listener is given.
    pub fn router(&self) -> Router {
        Router::new().fallback(forward).with_state(self.clone())
    }
}

async fn forward(State(later): State<Later>, request: Request) -> Response {
    match later.router.get() {
        Some(router) => router.clone().oneshot(request).await.unwrap_or_else(|never| match never {}),
        None => super::sorry::shown(request.headers(), (later.until_then)()),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::response::IntoResponse;
    use axum::routing::get;

    use super::*;

    #[tokio::test]
    async fn it_answers_before_and_serves_after() {
        let later = Later::new(|| StatusCode::SERVICE_UNAVAILABLE.into_response());
        let ask = || later.router().oneshot(Request::get("/x").body(Body::empty()).unwrap());
        assert_eq!(ask().await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
        later.serve(Router::new().route("/x", get(|| async { "x" })));
        assert_eq!(ask().await.unwrap().status(), StatusCode::OK);
    }
}
