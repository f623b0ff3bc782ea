//! The demo page, the widget and its style: files compiled in, served with strict headers.

use axum::Router;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Only what this site itself serves runs, and only to this site does it talk; nobody may frame the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' \
                      data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// The files, by the path that they are served at.
const FILES: [(&str, &str, &str); 7] = [
    ("/", HTML, include_str!("pages/demo.html")),
    ("/chat/demo.css", STYLE, include_str!("pages/demo.css")),
    ("/chat/demo.js", SCRIPT, include_str!("pages/demo.js")),
    ("/chat/widget.js", SCRIPT, include_str!("pages/widget.js")),
    ("/chat/connection.js", SCRIPT, include_str!("pages/connection.js")),
    ("/chat/texts.js", SCRIPT, include_str!("pages/texts.js")),
    ("/chat/widget.css", STYLE, include_str!("pages/widget.css")),
];

/// The routes of the files.
pub(super) fn routes() -> Router {
    FILES.into_iter().fold(Router::new(), |router, (path, kind, content)| {
        let tag = format!("\"{}\"", &blake3::hash(content.as_bytes()).to_hex()[..16]);
        router.route(path, get(move |headers: HeaderMap| async move { file(&headers, kind, content, &tag) }))
    })
}

fn file(asked: &HeaderMap, kind: &'static str, content: &'static str, tag: &str) -> Response {
    let known = asked.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { content.into_response() };
    let headers = response.headers_mut();
    let fixed = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
        // Another site that holds the widget fetches it as a module, which needs this. There is nothing secret in it.
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, tag);
    }
    response
}
