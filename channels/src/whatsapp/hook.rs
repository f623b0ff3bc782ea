//! The webhook: what Meta posts, answered when all of it is durable.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::Inner;
use super::taking::take;
use super::trust::{challenge, is_signed};
use crate::accounts::Secret;
use crate::{ReceiveContext, TurnedAway};

/// Meta's webhooks have at most 3 MB.
const MOST_BODY: usize = 4 << 20;

/// How the webhook is set up.
#[derive(Deserialize)]
struct SetUp {
    #[serde(default, rename = "hub.mode")]
    mode: String,
    #[serde(default, rename = "hub.verify_token")]
    token: String,
    #[serde(default, rename = "hub.challenge")]
    challenge: String,
}

/// Whose webhook it is, and what its messages are taken with. Shared, as each request copies it several times.
type Hook = Arc<(Arc<Inner>, ReceiveContext)>;

/// Where Meta asks and posts.
pub(super) fn routes(number: Arc<Inner>, cx: ReceiveContext) -> Router {
    let path = format!("/hooks/whatsapp/{}", number.account);
    let hook: Hook = Arc::new((number, cx));
    Router::new().route(&path, get(asked).post(posted)).layer(DefaultBodyLimit::max(MOST_BODY)).with_state(hook)
}

async fn asked(State(hook): State<Hook>, Query(set_up): Query<SetUp>) -> Response {
    let ours = hook.0.config.verify_token.as_ref().map_or("", Secret::reveal);
    match challenge(&set_up.mode, &set_up.token, &set_up.challenge, ours) {
        Some(challenge) => ([(header::CONTENT_TYPE, "text/plain")], challenge.to_owned()).into_response(),
        None => (StatusCode::FORBIDDEN, "the verify token is not ours\n").into_response(),
    }
}

async fn posted(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> Response {
    let (number, cx) = hook.as_ref();
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    let secret = number.config.app_secret.as_ref().map_or("", Secret::reveal);
    if !is_signed(&body, signature, secret) {
        // Anybody may post here.
        if let Some(more) = number.seldom.tell("signature") {
            tracing::warn!(account = %number.account, more, "a webhook without Meta's signature was refused");
        }
        cx.intake.turned_away(&number.name, TurnedAway::Signature);
        return (StatusCode::UNAUTHORIZED, "the signature is missing or wrong\n").into_response();
    }
    cx.progress.beat();
    match take(number, &body, cx).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(later) => {
            if let Some(more) = number.seldom.tell(&later.why) {
                tracing::warn!(account = %number.account, why = %later.why, more, "a webhook is held back");
            }
            later.into_response()
        }
    }
}
