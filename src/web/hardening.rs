//! What every listener does to be safe: body limits, timeouts, caught panics, headers for browsers.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// Headers that a response gets unless it has them already.
const HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
];

/// Puts a router behind limits on size and time, with panics caught and headers for browsers set.
pub fn harden(router: Router, body_bytes: usize, timeout: Duration) -> Router {
    let mut router = router
        .layer(DefaultBodyLimit::max(body_bytes))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout))
        .layer(CatchPanicLayer::custom(panicked));
    for (name, value) in HEADERS {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, value));
    }
    router
}

/// The answer when a handler panicked. What it panicked with may hold customer data, so it is not shown.
fn panicked(_panic: Box<dyn Any + Send>) -> Response<axum::body::Body> {
    tracing::error!("a request handler panicked; the request was answered with 500");
    (StatusCode::INTERNAL_SERVER_ERROR, "something went wrong here; please try again\n").into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::{get, post};
    use tower::ServiceExt;

    use super::*;

    fn router() -> Router {
        async fn boom() {
            panic!("the customer wrote: hallo")
        }
        async fn slow() {
            std::future::pending::<()>().await;
        }
        async fn read(body: axum::body::Bytes) -> String {
            body.len().to_string()
        }
        let router = Router::new().route("/boom", get(boom)).route("/slow", get(slow)).route("/read", post(read));
        harden(router, 8, Duration::from_millis(5))
    }

    async fn status(request: Request<Body>) -> (StatusCode, String) {
        let response = router().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_becomes_a_500_that_says_nothing_of_it() {
        let (status, body) = status(Request::get("/boom").body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!body.contains("hallo"));
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_is_ended() {
        let (status, _) = status(Request::get("/slow").body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused() {
        let fits = status(Request::post("/read").body(Body::from("12345678")).unwrap()).await;
        assert_eq!(fits, (StatusCode::OK, "8".to_owned()));
        let (status, _) = status(Request::post("/read").body(Body::from("123456789")).unwrap()).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
