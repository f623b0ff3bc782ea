//! The wire of Telegram: updates of all kinds, groups, albums, and every field of the description of the Bot API.

mod contract;
mod updates;

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
