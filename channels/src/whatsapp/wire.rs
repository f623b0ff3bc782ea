//! The body of a webhook, understood: many messages and statuses at once, each for itself. Pure; no bytes make it panic.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::message::{Content, Error, Raw};
use crate::message::KnownAs;
use crate::reading::{Progress, Reading, Sender, Status, Understood, Unsupported, clip, seen};
use crate::{AccountName, ChannelName, MessageId, ThreadKey, UnixMillis};

/// Bytes of a text, and letters of an error, at most.
const MOST_TEXT: usize = 64 << 10;
const MOST_ERROR: usize = 300;
const MOST_ID: usize = 128;

/// The numbers of ours that a webhook may speak of.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// The account of each `phone_number_id`.
    accounts: BTreeMap<String, AccountName>,
    /// The account of any other number; only for looking at a webhook without settings.
    any: Option<AccountName>,
    thread_key: [u8; 32],
}

impl Numbers {
    /// The numbers of `accounts`, by `phone_number_id`. `secret` must stay the same for as long as threads are to be found
    /// again.
    #[must_use]
    pub fn new(accounts: BTreeMap<String, AccountName>, secret: &[u8; 32]) -> Self {
        let thread_key = blake3::derive_key("wissel 2026-11 whatsapp thread key", secret);
        Self { accounts, any: None, thread_key }
    }

    /// Takes any number for `account`: for looking at a webhook without settings.
    #[must_use]
    pub fn any(account: AccountName, secret: &[u8; 32]) -> Self {
        Self { any: Some(account), ..Self::new(BTreeMap::new(), secret) }
    }

    /// Understands the body of a webhook, whose signature has been checked.
    #[must_use]
    pub fn read(&self, body: &[u8]) -> Reading {
        let mut reading = Reading::default();
        match serde_json::from_slice::<Value>(body) {
            Ok(body) if body.get("entry").is_some_and(Value::is_array) => {
                let entries = body.get("entry").and_then(Value::as_array).into_iter().flatten();
                let changes = entries.filter_map(|entry| entry.get("changes").and_then(Value::as_array)).flatten();
                changes.for_each(|change| self.change(change, &mut reading));
            }
            Ok(body) => reading.park("a webhook without entries", &body),
            Err(_) => {
                let raw = String::from_utf8_lossy(body);
                reading.unsupported.push(Unsupported::new("the body of the webhook is no JSON", clip(&raw, MOST_TEXT)));
            }
        }
        reading
    }

    fn change(&self, change: &Value, reading: &mut Reading) {
        let field = change.get("field").and_then(Value::as_str).unwrap_or_default();
        let value = change.get("value").unwrap_or(&Value::Null);
        let has_content = ["messages", "statuses", "errors"].iter().any(|key| value.get(*key).is_some());
        if field != "messages" || !has_content {
            let field: String =
                field.chars().filter(|letter| letter.is_ascii_lowercase() || *letter == '_').take(60).collect();
            reading.park(&format!("a change of {field}, which holds no message"), change);
            return;
        }
        let number = value.pointer("/metadata/phone_number_id").and_then(Value::as_str).unwrap_or_default();
        let Some(account) = self.accounts.get(number).or(self.any.as_ref()) else {
            reading.park("for a phone_number_id that is no account here", change);
            return;
        };
        let names = names(value);
        for raw in list(value, "messages") {
            self.message(raw, account, &names, reading);
        }
        for raw in list(value, "statuses") {
            let parsed = RawStatus::deserialize(raw).ok();
            let customers = parsed.as_ref().map(RawStatus::customers).unwrap_or_default();
            match parsed.and_then(RawStatus::status) {
                Some(status) if customers.is_empty() => reading.statuses.push(status),
                Some(status) => reading.statuses.extend(customers.iter().map(|customer| {
                    let thread = Some(self.thread(account, customer));
                    Status { thread, ..status.clone() }
                })),
                None => reading.park("a status that is not as described", raw),
            }
        }
        for raw in list(value, "errors") {
            let told = Error::deserialize(raw).map(|error| error.told()).unwrap_or_default();
            reading.park(&format!("WhatsApp reports an error: {}", clip(&told, MOST_ERROR)), raw);
        }
    }

    fn message(&self, raw: &Value, account: &AccountName, names: &BTreeMap<String, Profile>, reading: &mut Reading) {
        let parsed = Raw::deserialize(raw).ok();
        let written = parsed.filter(|message| !message.id.is_empty());
        let Some((message, customer)) = written.and_then(|message| {
            let customer = message.customer()?.to_owned();
            Some((message, customer))
        }) else {
            reading.park("a message that is not as described", raw);
            return;
        };
        let thread = self.thread(account, message.group_id.as_deref().unwrap_or(&customer));
        match message.content() {
            Ok(content) => {
                let profile = names.get(&customer).cloned().unwrap_or_default();
                let from = sender(customer, message.from_user_id.as_deref(), &profile);
                let mut message = understood(message, content, account, thread, from);
                if !profile.username.is_empty() {
                    message.attributes.insert("username".to_owned(), profile.username);
                }
                reading.messages.push(message);
            }
            Err(why) => {
                let why = clip(&why, MOST_ERROR).to_owned();
                let raw = clip(&raw.to_string(), MOST_TEXT).to_owned();
                reading.unsupported.push(Unsupported { why, thread: Some(thread), raw });
            }
        }
    }

    fn thread(&self, account: &AccountName, customer: &str) -> ThreadKey {
        let mut hasher = blake3::Hasher::new_keyed(&self.thread_key);
        hasher.update(account.as_str().as_bytes());
        hasher.update(&[0]);
        hasher.update(customer.as_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        ThreadKey(key)
    }
}

impl Reading {
    /// Keeps a piece for a person.
    fn park(&mut self, why: &str, raw: &Value) {
        self.unsupported.push(Unsupported::new(why, clip(&raw.to_string(), MOST_TEXT)));
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// What customers call themselves.
#[derive(Clone, Default)]
struct Profile {
    name: String,
    /// The name that they go by instead of their number; empty when none.
    username: String,
}

/// The profiles that come along, by number and by the id that the company knows them by.
fn names(value: &Value) -> BTreeMap<String, Profile> {
    let told = |contact: &Value, place: &str| {
        let told = contact.pointer(place).and_then(Value::as_str).unwrap_or_default();
        told.chars().filter(|letter| !crate::filename::invisible(*letter)).take(200).collect::<String>()
    };
    let named = |contact: &Value| {
        let profile = Profile { name: told(contact, "/profile/name"), username: told(contact, "/profile/username") };
        ["/wa_id", "/user_id"].map(|place| (told(contact, place), profile.clone()))
    };
    list(value, "contacts").flat_map(named).filter(|(id, _)| !id.is_empty()).collect()
}

/// Who wrote. WhatsApp vouches for the number and for the id: only their owner can write from them.
fn sender(customer: String, user_id: Option<&str>, profile: &Profile) -> Sender {
    let known = user_id.filter(|id| !id.is_empty() && *id != customer);
    let known_as = known.map(|id| KnownAs { channel: ChannelName::from_static("whatsapp"), address: id.to_owned() });
    let name = if profile.name.is_empty() { &profile.username } else { &profile.name };
    Sender { address: customer, name: name.clone(), verified: true, known_as: known_as.into_iter().collect() }
}

fn understood(raw: Raw, content: Content, account: &AccountName, thread: ThreadKey, from: Sender) -> Understood {
    let mut attributes: BTreeMap<String, String> =
        content.facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let mut note = |name: &str, value: &str| attributes.insert(name.to_owned(), clip(value, 500).to_owned());
    if let Some(context) = &raw.context {
        if context.forwarded || context.frequently_forwarded {
            note("forwarded", "true");
        }
        if let Some(product) = &context.referred_product {
            note("product", &product.product_retailer_id);
        }
    }
    if let Some(referral) = &raw.referral {
        note("referral_url", &referral.source_url);
        note("referral", &referral.headline);
    }
    let id: [&[u8]; 4] = [b"main", b"whatsapp", account.as_str().as_bytes(), raw.id.as_bytes()];
    let seconds = raw.timestamp.as_str().and_then(|text| text.parse().ok()).or_else(|| raw.timestamp.as_i64());
    Understood {
        id: MessageId::of("wissel.message", &id),
        thread,
        account: account.clone(),
        provider_id: clip(&raw.id, MOST_ID).to_owned(),
        at: seconds.map(|seconds: i64| UnixMillis(seconds.saturating_mul(1000))),
        from,
        text: seen(&content.text, MOST_TEXT),
        quoted: String::new(),
        signature: String::new(),
        attachments: content.files,
        reply_to: content.about.or_else(|| raw.context.and_then(|context| context.id)),
        automatic: None,
        kind: content.kind,
        locale: None,
        attributes,
    }
}

#[derive(Deserialize)]
struct RawStatus {
    id: String,
    status: String,
    /// The number that our message went to, and the id that the company knows its owner by.
    recipient_id: Option<String>,
    recipient_user_id: Option<String>,
    #[serde(default)]
    errors: Vec<Error>,
}

impl RawStatus {
    /// Whose thread it may be about. A message that failed is told to both: it went to one of them, and that is not said.
    fn customers(&self) -> Vec<String> {
        let told = [&self.recipient_id, &self.recipient_user_id].into_iter().flatten().filter(|id| !id.is_empty());
        told.take(if self.status == "failed" { 2 } else { 1 }).cloned().collect()
    }

    fn status(self) -> Option<Status> {
        let status = match self.status.as_str() {
            "sent" => Progress::Sent,
            "delivered" => Progress::Delivered,
            "read" => Progress::Read,
            "played" => Progress::Played,
            "deleted" => Progress::Deleted,
            "failed" => Progress::Failed,
            _ => return None,
        };
        let error = self.errors.first().map(|error| clip(&error.told(), MOST_ERROR).to_owned());
        (!self.id.is_empty()).then_some(Status { of: self.id, status, error, thread: None })
    }
}
