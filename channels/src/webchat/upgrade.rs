//! From an HTTP request to a socket: the rules that come before the first frame.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{
    CONNECTION, CONTENT_TYPE, HOST, HeaderName, ORIGIN, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::ReceiveContext;

use super::session::Session;
use super::{Chat, origin};

/// How long the connection may take to become a socket.
const BECOME: Duration = Duration::from_secs(10);

/// The route of the sockets.
pub(super) fn routes(chat: Arc<Chat>, cx: ReceiveContext) -> Router {
    Router::new().route("/chat/ws", get(open)).with_state((chat, cx))
}

async fn open(State((chat, cx)): State<(Arc<Chat>, ReceiveContext)>, mut request: Request) -> Response {
    if !origin_allowed(request.headers(), &chat) {
        return refusal(StatusCode::FORBIDDEN, None, "this site may not open the chat; see webchat.origins");
    }
    let Some(accept) = accept_key(request.headers()) else {
        let upgrade = [(UPGRADE, "websocket"), (SEC_WEBSOCKET_VERSION, "13")];
        let body = refusal(StatusCode::UPGRADE_REQUIRED, None, "this address speaks WebSocket, version 13");
        return (upgrade, body).into_response();
    };
    if cx.shutdown.is_cancelled() {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, Some(Duration::from_secs(5)), "stopping; come back soon");
    }
    let permit = match chat.gate.enter(address(&request, &chat), Instant::now()) {
        Ok(permit) => permit,
        Err(wait) => return refusal(StatusCode::TOO_MANY_REQUESTS, Some(wait), "too many connections from here"),
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let task = {
        let chat = Arc::clone(&chat);
        async move {
            let session = Box::pin(async move {
                let upgraded = tokio::time::timeout(BECOME, upgrade).await.ok()?.ok()?;
                Some(Session::new(chat, cx, upgraded).await)
            });
            if let Some(session) = session.await {
                session.run().await;
            }
            drop(permit);
        }
    };
    chat.sockets.spawn(task);
    let headers = [(CONNECTION, "upgrade"), (UPGRADE, "websocket"), (SEC_WEBSOCKET_ACCEPT, accept.as_str())];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

fn origin_allowed(headers: &HeaderMap, chat: &Chat) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (first, second) = (origins.next(), origins.next());
    // A header that is no text is nobody's origin.
    let first = first.map(|origin| origin.to_str().unwrap_or("null"));
    second.is_none() && origin::allowed(first, text(headers, &HOST), &chat.config.origins)
}

/// The answer to the client's key, if this asks for a WebSocket.
fn accept_key(headers: &HeaderMap) -> Option<String> {
    let has = |name: &HeaderName, token: &str| {
        text(headers, name).is_some_and(|list| list.split(',').any(|word| word.trim().eq_ignore_ascii_case(token)))
    };
    let asked = has(&CONNECTION, "upgrade") && has(&UPGRADE, "websocket") && has(&SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|_| asked)?;
    Some(derive_accept_key(key.as_bytes()))
}

fn address(request: &Request, chat: &Chat) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
    let last = request.headers().get_all("x-forwarded-for").iter().next_back();
    chat.address(peer, last.and_then(|value| value.to_str().ok()))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn refusal(status: StatusCode, wait: Option<Duration>, why: &'static str) -> Response {
    let mut response = (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], why).into_response();
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, wait.as_secs().saturating_add(1).into());
    }
    response
}
