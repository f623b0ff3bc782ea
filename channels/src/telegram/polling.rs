//! Long polling: one poller, whose offset moves when what came before it is durable.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::fault::Fault;
use super::route::Route;
use super::taking::take;
use super::{Inner, albums};
use crate::{ReceiveContext, backoff};

/// Between two tries after a failure, at first and at most.
const FIRST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_mins(1);
/// Chats whose updates are taken at the same time.
const BESIDE: usize = 8;

/// Polls until the shutdown.
pub(super) async fn poll(bot: &Inner, cx: &ReceiveContext) {
    let (mut offset, mut failures) = (None, 0_u32);
    loop {
        let answer = tokio::select! {
            () = cx.shutdown.cancelled() => return,
            answer = whole(bot, offset) => answer,
        };
        match answer {
            Ok(updates) => {
                failures = 0;
                cx.progress.beat();
                if !all(bot, &updates, cx).await {
                    return;
                }
                // Their numbers rise within an answer, but may begin anew after a silence.
                offset = updates.iter().filter_map(number).max().map(|last| last + 1).or(offset);
            }
            Err(fault) => {
                failures = failures.saturating_add(1);
                tell(bot, &fault, failures).await;
                let wait = if let Fault::Wait(wait) = fault { backoff::jittered(wait * 2) } else { Duration::ZERO };
                let wait = wait.max(backoff::wait(failures, FIRST, MOST));
                tokio::select! {
                    () = cx.shutdown.cancelled() => return,
                    () = tokio::time::sleep(wait) => {}
                }
            }
        }
    }
}

/// The next updates. An album at their end may have pieces to come: what is before it is taken first, then it is asked for
/// again after a moment, which confirms nothing, and comes with its rest.
async fn whole(bot: &Inner, offset: Option<i64>) -> Result<Vec<Value>, Fault> {
    let mut updates = bot.api.updates(offset, true).await?;
    let Some(album) = updates.last().and_then(albums::album).map(str::to_owned) else { return Ok(updates) };
    let begins = updates.iter().position(|update| albums::album(update) == Some(&album)).unwrap_or_default();
    if begins > 0 {
        updates.truncate(begins);
        return Ok(updates);
    }
    tokio::time::sleep(albums::WAIT).await;
    bot.api.updates(updates.first().and_then(number), false).await
}

fn number(update: &Value) -> Option<i64> {
    update.get("update_id").and_then(Value::as_i64)
}

/// Takes all updates, those of a chat in order; false when the shutdown came first.
async fn all(bot: &Inner, updates: &[Value], cx: &ReceiveContext) -> bool {
    let mut chats: Vec<(Option<i64>, Vec<Value>)> = Vec::new();
    for update in updates {
        let chat = Route::of(update).map(|route| route.chat);
        match chats.iter_mut().find(|(known, _)| *known == chat) {
            Some((_, list)) => list.push(update.clone()),
            None => chats.push((chat, vec![update.clone()])),
        }
    }
    let taken = stream::iter(chats).map(|(_, updates)| async move { until_taken(bot, &updates, cx).await });
    taken.buffer_unordered(BESIDE).all(std::future::ready).await
}

/// Takes the updates of a chat, again and again until they are durable; false when the shutdown came first.
async fn until_taken(bot: &Inner, updates: &[Value], cx: &ReceiveContext) -> bool {
    loop {
        let taken = tokio::select! {
            biased;
            taken = take(bot, updates, cx) => taken,
            () = cx.shutdown.cancelled() => return false,
        };
        let Err(later) = taken else { return true };
        tracing::warn!(account = %bot.account, why = %later.why, "updates are held back");
        tokio::select! {
            () = cx.shutdown.cancelled() => return false,
            () = tokio::time::sleep(later.after) => {}
        }
    }
}

/// Says what keeps updates from coming, and what to do.
async fn tell(bot: &Inner, fault: &Fault, failures: u32) {
    let account = &bot.account;
    match fault {
        Fault::Rival { webhook: true } => {
            let set = bot.api.webhook().await.ok().and_then(|(url, _)| url);
            let host = set.and_then(|url| url.parse::<axum::http::Uri>().ok()?.host().map(str::to_owned));
            let host = host.unwrap_or_else(|| "an address that Telegram does not tell".to_owned());
            tracing::error!(
                %account, %host, failures,
                "a webhook is set for this bot, so its updates do not come here: another program uses the bot, or it ran with \
                 `webhook` before; call deleteWebhook, or set telegram.{account}.webhook"
            );
        }
        Fault::Rival { webhook: false } => tracing::error!(
            %account, failures,
            "another program polls this bot, most likely a second installation or a test with the same token; stop it, or make \
             a new token with @BotFather"
        ),
        Fault::Token => {
            tracing::error!(%account, failures, "Telegram does not know the token; see telegram.{account}.token");
        }
        other => tracing::warn!(%account, failures, fault = ?other, "no updates from Telegram"),
    }
}
