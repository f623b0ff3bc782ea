//! Telegram: updates of all kinds against every field of the description of the Bot API; polling, the webhook and sending
//! against a Bot API.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails here")]

mod contract;
mod described;
mod hook;
#[path = "../memory/mod.rs"]
mod memory;
mod polling;
mod seam;
mod sending;
mod updates;
mod world;

use serde_json::{Value, json};
use wissel_channels::telegram::Bot;
use wissel_channels::{AccountName, Reading};

fn bot() -> Bot {
    Bot::new(AccountName::from_static("shop"), "shop_bot", &[5; 32])
}

/// A message in a private chat with these fields besides.
fn message(fields: &Value) -> Value {
    let mut message = json!({"message_id": 10, "date": 1_749_416_383, "chat": {"id": 7, "type": "private", "first_name": "Sanne"},
        "from": {"id": 7, "is_bot": false, "first_name": "Sanne", "last_name": "Bos", "username": "sanne", "language_code": "nl"}});
    for (key, value) in fields.as_object().into_iter().flatten() {
        message[key] = value.clone();
    }
    message
}

fn read(update: &Value) -> Reading {
    bot().read(update.to_string().as_bytes())
}
