//! The listener for operations: metrics, alive, ready.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use super::hardening::harden;

/// Writes all metrics in the text format of Prometheus.
pub type RenderMetrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Whether the daemon can accept messages: a set of named checks, each fine or not with its reason.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<Mutex<BTreeMap<String, Known>>>);

/// What is known of one check.
#[derive(Clone, Debug)]
struct Known {
    wrong: Option<String>,
    /// Whether the daemon is not ready without it.
    needed: bool,
}

/// One check, as `/readyz` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is checked: `broker`, `store`, `journal`, `email/support`.
    pub name: String,
    /// Whether it is fine.
    pub ok: bool,
    /// Why not, without customer data or secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Set for what is told and does not count: a source of messages that is away takes no other way in with it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub told_only: bool,
}

impl Readiness {
    /// The readiness of something that needs these.
    #[must_use]
    pub fn of(names: &[&str]) -> Self {
        let readiness = Self::default();
        readiness.needs(names);
        readiness
    }

    /// Names the checks there will be. None of them is fine before it says so.
    pub fn needs(&self, names: &[&str]) {
        for name in names {
            self.set(name, Some("starting".to_owned()), true);
        }
    }

    /// The check is fine.
    pub fn fine(&self, name: &str) {
        self.set(name, None, true);
    }

    /// The check is not fine, and why: without customer data or secrets.
    pub fn wrong(&self, name: &str, reason: impl Into<String>) {
        self.set(name, Some(reason.into()), true);
    }

    /// Tells how something is that readiness does not depend on: what is wrong with it, if anything.
    pub fn tell(&self, name: &str, wrong: Option<String>) {
        self.set(name, wrong, false);
    }

    /// Whether it is one of the checks.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(name)
    }

    fn set(&self, name: &str, wrong: Option<String>, needed: bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Known { wrong, needed });
    }

    /// All checks by name.
    #[must_use]
    pub fn checks(&self) -> Vec<Check> {
        let checks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let check = |(name, state): (&String, &Known)| Check {
            name: name.clone(),
            ok: state.wrong.is_none(),
            reason: state.wrong.clone(),
            told_only: !state.needed,
        };
        checks.iter().map(check).collect()
    }

    /// Whether there are checks and all are fine.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let checks: Vec<Check> = self.checks().into_iter().filter(|check| !check.told_only).collect();
        !checks.is_empty() && checks.iter().all(|check| check.ok)
    }
}

#[derive(Clone)]
struct Ops {
    metrics: RenderMetrics,
    readiness: Readiness,
}

/// `/metrics`, `/healthz` and `/readyz`.
pub fn router(metrics: RenderMetrics, readiness: Readiness) -> Router {
    let routes = Router::new()
        .route("/metrics", get(render))
        .route("/healthz", get(|| async { Json(serde_json::json!({ "alive": true })) }))
        .route("/readyz", get(ready))
        .with_state(Ops { metrics, readiness });
    harden(routes, 1024, Duration::from_secs(10))
}

async fn render(State(ops): State<Ops>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], (ops.metrics)())
}

async fn ready(State(ops): State<Ops>) -> impl IntoResponse {
    let (ready, checks) = (ops.readiness.is_ready(), ops.readiness.checks());
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(serde_json::json!({ "ready": ready, "checks": checks })))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn ask(readiness: &Readiness, path: &str) -> (StatusCode, String) {
        let router = router(Arc::new(|| "wissel_build_info 1\n".to_owned()), readiness.clone());
        let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn it_is_ready_when_every_check_is_fine_and_says_what_is_not() {
        let readiness = Readiness::default();
        assert_eq!(ask(&readiness, "/readyz").await.0, StatusCode::SERVICE_UNAVAILABLE);
        readiness.needs(&["broker", "store"]);
        readiness.fine("broker");
        let (status, body) = ask(&readiness, "/readyz").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains(r#"{"name":"store","ok":false,"reason":"starting"}"#), "{body}");
        readiness.fine("store");
        assert_eq!(ask(&readiness, "/readyz").await.0, StatusCode::OK);
        readiness.wrong("store", "disk full");
        assert!(ask(&readiness, "/readyz").await.1.contains("disk full"));
        readiness.fine("store");
        readiness.tell("email/support", Some("silent".to_owned()));
        let (status, body) = ask(&readiness, "/readyz").await;
        assert_eq!(status, StatusCode::OK);
        assert!(body.contains(r#"{"name":"email/support","ok":false,"reason":"silent","told_only":true}"#), "{body}");
    }

    #[tokio::test]
    async fn it_is_alive_before_it_is_ready_and_shows_its_metrics() {
        let readiness = Readiness::default();
        assert_eq!(ask(&readiness, "/healthz").await.0, StatusCode::OK);
        assert_eq!(ask(&readiness, "/metrics").await, (StatusCode::OK, "wissel_build_info 1\n".to_owned()));
    }
}
