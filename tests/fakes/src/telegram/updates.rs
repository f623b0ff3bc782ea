//! Updates: long polls with their offset, and the webhook.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Shared, State};

/// What a second poller is told, and what one is told while a webhook is set.
const TERMINATED: &str =
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const HOOKED: &str =
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
/// Between two tries to deliver to a webhook.
const AGAIN: Duration = Duration::from_millis(200);

/// The answer to a poll: it waits for the first update, and is ended by a newer poll.
pub(super) async fn poll(shared: &Shared, parameters: &Value) -> Result<Value, (u16, Value)> {
    let number = |key: &str| parameters[key].as_i64();
    let limit = usize::try_from(number("limit").unwrap_or(100)).unwrap();
    if !(1..=100).contains(&limit) {
        return Err((400, json!({ "description": "Bad Request: limit is out of range" })));
    }
    let until =
        tokio::time::Instant::now() + Duration::from_secs(u64::try_from(number("timeout").unwrap_or(0)).unwrap());
    let mut changes = shared.changes.subscribe();
    let poll = begin(&mut shared.state(), number("offset"));
    shared.changes.tell();
    loop {
        changes.borrow_and_update();
        {
            let state = shared.state();
            if state.webhook.is_some() {
                return Err((409, json!({ "description": HOOKED })));
            }
            if state.poll != poll {
                return Err((409, json!({ "description": TERMINATED })));
            }
            let found: Vec<Value> = state.updates.iter().take(limit).cloned().collect();
            if !found.is_empty() {
                return Ok(Value::Array(found));
            }
        }
        if tokio::time::timeout_at(until, changes.changed()).await.is_err() {
            return Ok(json!([]));
        }
    }
}

/// Confirms what lies before the offset; a new poll ends the one before.
fn begin(state: &mut State, offset: Option<i64>) -> u64 {
    if let Some(offset) = offset {
        assert!(offset > 0, "this bot never asks for the last updates alone");
        // After a jump to lower numbers, an offset above them confirms what came before the jump.
        let confirmed =
            state.updates.iter().take_while(|update| update["update_id"].as_i64().unwrap() < offset).count();
        state.updates.drain(..confirmed);
        state.confirmed += confirmed;
    }
    state.poll += 1;
    state.poll
}

/// Posts updates to the webhook, while one is set; each until it is answered with success.
pub(super) async fn post(shared: Arc<Shared>) {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let mut changes = shared.changes.subscribe();
    loop {
        changes.borrow_and_update();
        let next = {
            let state = shared.state();
            state.webhook.clone().zip(state.updates.front().cloned())
        };
        let Some(((url, secret), update)) = next else {
            changes.changed().await.unwrap();
            continue;
        };
        let request = client.post(&url).header("content-type", "application/json").body(update.to_string());
        let request = request.header("x-telegram-bot-api-secret-token", secret);
        let status = request.send().await.map_or(0, |answer| answer.status().as_u16());
        let done = (200..300).contains(&status);
        {
            let mut state = shared.state();
            state.webhook_answers.push(status);
            if done {
                state.updates.pop_front();
                state.confirmed += 1;
            }
        }
        shared.changes.tell();
        if !done {
            tokio::time::sleep(AGAIN).await;
        }
    }
}
