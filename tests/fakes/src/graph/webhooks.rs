//! Webhooks: made, signed, and posted until they are answered with success.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{NUMBER, SECRET, Shared};

/// Between two tries to deliver one.
const AGAIN: Duration = Duration::from_millis(200);

pub(super) fn message(id: &str, from: &str, kind: &str, content: &Value) -> Value {
    json!({"from": from, "id": id, "timestamp": "1749416383", "type": kind, (kind): content})
}

pub(super) fn of(messages: &[Value], statuses: &[Value]) -> Value {
    let from = messages.first().and_then(|message| message["from"].as_str()).unwrap_or("31600000001");
    let mut value = json!({"messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "31201234567", "phone_number_id": NUMBER}});
    if !messages.is_empty() {
        value["contacts"] = json!([{"profile": {"name": "Sanne Bos"}, "wa_id": from}]);
        value["messages"] = messages.into();
    }
    if !statuses.is_empty() {
        value["statuses"] = statuses.into();
    }
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]})
}

pub(super) fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes()))
}

/// Posts what waits, one after the other.
pub(super) async fn post(shared: Arc<Shared>) {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let mut changes = shared.changes.subscribe();
    loop {
        changes.borrow_and_update();
        let next = {
            let state = shared.state();
            state.webhook.clone().zip(state.outbox.front().cloned())
        };
        let Some((url, body)) = next else {
            changes.changed().await.unwrap();
            continue;
        };
        let body = body.to_string();
        let request = client.post(&url).header("x-hub-signature-256", signature(body.as_bytes())).body(body);
        let request = request.header("content-type", "application/json");
        let status = request.send().await.map_or(0, |answer| answer.status().as_u16());
        {
            let mut state = shared.state();
            state.answers.push(status);
            if status == 200 {
                state.outbox.pop_front();
            }
        }
        shared.changes.tell();
        if status != 200 {
            tokio::time::sleep(AGAIN).await;
        }
    }
}
