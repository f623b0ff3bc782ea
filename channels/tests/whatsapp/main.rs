//! WhatsApp: webhooks of all kinds, many at once, broken ones, and those of Meta's own description; the webhook and
//! sending against a Graph API.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails here")]

mod contract;
mod hook;
#[path = "../memory/mod.rs"]
mod memory;
mod prism;
mod seam;
mod sending;
mod webhooks;
mod world;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wissel_channels::whatsapp::Numbers;
use wissel_channels::{AccountName, Reading};

fn numbers() -> Numbers {
    let account = AccountName::from_static("shop");
    Numbers::new(BTreeMap::from([("106540352242922".to_owned(), account)]), &[5; 32])
}

/// A webhook with these messages and statuses.
fn webhook(messages: &[Value], statuses: &[Value]) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": {"display_phone_number": "3101", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Sanne\u{202e} Bos"}, "wa_id": "31600000001"}],
        "messages": messages, "statuses": statuses}}]}]})
}

fn message(id: &str, kind: &str, content: &Value) -> Value {
    json!({"from": "31600000001", "id": id, "timestamp": "1749416383", "type": kind, (kind): content})
}

fn read(body: &Value) -> Reading {
    numbers().read(body.to_string().as_bytes())
}
