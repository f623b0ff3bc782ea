//! The webhook: updates that Telegram posts, each answered when it is durable.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use subtle::ConstantTimeEq;

use super::Inner;
use super::albums::Albums;
use super::fault::Fault;
use crate::{ReceiveContext, TurnedAway, backoff};

/// How often it is looked whether the webhook is still set.
const LOOK: Duration = Duration::from_mins(1);
/// Between two tries after a failure, at first.
const FIRST: Duration = Duration::from_secs(2);
/// Where Telegram puts the word by which its requests are known.
const WORD: &str = "x-telegram-bot-api-secret-token";

/// The word: a function of our own secret, so that nobody has to choose it.
fn word(bot: &Inner) -> String {
    let key = blake3::derive_key("wissel 2026-11 telegram webhook", &bot.secret);
    data_encoding::HEXLOWER.encode(blake3::keyed_hash(&key, bot.account.as_str().as_bytes()).as_bytes())
}

fn path(bot: &Inner) -> String {
    format!("/hooks/telegram/{}", bot.account)
}

/// Sees to it that the webhook is set, until the shutdown.
pub(super) async fn keep(bot: &Inner, base: &str, cx: &ReceiveContext) {
    let url = format!("{}{}", base.trim_end_matches('/'), path(bot));
    let (mut failures, mut set) = (0_u32, false);
    loop {
        let wait = match look(bot, &url, set).await {
            Ok(()) => {
                cx.progress.beat();
                (failures, set) = (0, true);
                LOOK
            }
            Err(fault) => {
                failures = failures.saturating_add(1);
                tracing::warn!(account = %bot.account, ?fault, failures, "the webhook cannot be set up or looked at just now");
                backoff::wait(failures, FIRST, LOOK)
            }
        };
        tokio::select! {
            () = cx.shutdown.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn look(bot: &Inner, url: &str, set: bool) -> Result<(), Fault> {
    let (known, error) = bot.api.webhook().await?;
    if let Some(error) = error {
        tracing::warn!(account = %bot.account, %error, "Telegram could not deliver to the webhook lately");
    }
    if set && known.as_deref() != Some(url) {
        tracing::error!(
            account = %bot.account,
            "somebody took our webhook away: most likely a second installation, or a program that polls, with the same token; \
             it is set again"
        );
    }
    // At the start in any case: the word in it may be another one than ours.
    if !set || known.as_deref() != Some(url) {
        bot.api.set_webhook(url, &word(bot)).await?;
    }
    Ok(())
}

/// Whose webhook it is, and what its updates are taken with.
struct Hook {
    bot: Arc<Inner>,
    cx: ReceiveContext,
    albums: Albums,
}

/// Where Telegram posts.
pub(super) fn routes(bot: Arc<Inner>, cx: ReceiveContext) -> Router {
    let path = path(&bot);
    Router::new().route(&path, post(posted)).with_state(Arc::new(Hook { bot, cx, albums: Albums::default() }))
}

async fn posted(State(hook): State<Arc<Hook>>, headers: HeaderMap, body: Bytes) -> Response {
    let Hook { bot, cx, albums } = hook.as_ref();
    let told = headers.get(WORD).map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
    if !bool::from(told.ct_eq(word(bot).as_bytes())) {
        // Anybody may post here.
        if let Some(more) = bot.seldom.tell("secret word") {
            tracing::warn!(account = %bot.account, more, "a request to the webhook without its secret word was refused");
        }
        cx.intake.turned_away(&bot.name, TurnedAway::Signature);
        return (StatusCode::UNAUTHORIZED, "the secret word is missing or wrong\n").into_response();
    }
    // What is no JSON is kept as it came.
    let update = serde_json::from_slice(&body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into()));
    match albums.take(bot, update, cx).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(later) => {
            if let Some(more) = bot.seldom.tell(&later.why) {
                tracing::warn!(account = %bot.account, why = %later.why, more, "an update is held back");
            }
            later.into_response()
        }
    }
}
