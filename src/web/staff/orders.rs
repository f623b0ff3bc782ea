//! Orders: what people do to a conversation. Published as events; the answer is the router's decision.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, http::HeaderValue};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, timeout_at};
use wissel_channels::{Attachment, ConversationId};

use super::attachments::{self, Given};
use super::problem::Problem;
use super::refused::refused;
use super::signed_in::SignedIn;
use super::{BODY_BYTES, Staff, conversations, read, shape};
use crate::routing::{IntentName, QueueName};
use crate::store::StoredOrder;
use crate::thread::{Body, Event, EventId, Order, Person, StaffOrder};

/// The longest idempotency key.
const MOST_KEY: usize = 255;
/// Without word from the store, the answer is looked for this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What can be ordered.
pub const ACTIONS: [&str; 9] = ["claim", "release", "reply", "note", "transfer", "return", "close", "seen", "wrong"];

/// The body of an order; each action looks at what it needs.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    text: Option<String>,
    queue: Option<String>,
    intent: Option<String>,
    epoch: Option<u64>,
    ordinal: Option<u64>,
    #[serde(default)]
    attachments: Vec<Given>,
}

impl Asked {
    fn read(body: Result<Bytes, BytesRejection>, limit: usize) -> Result<Self, Problem> {
        let body = body.map_err(|error| too_large(&error))?;
        let plain = body.trim_ascii();
        let asked: Self = if plain.is_empty() {
            Self::default()
        } else {
            serde_json::from_slice(plain).map_err(|error| {
                Problem::invalid(format!(
                    "the body is not the JSON object that is wanted, at column {}",
                    error.column()
                ))
            })?
        };
        match &asked.text {
            Some(text) if limit > 0 && text.len() > limit => {
                Err(Problem::invalid(format!("text: at most {limit} bytes, this is {}", text.len())))
            }
            _ => Ok(asked),
        }
    }

    /// The order; `attachments` are the files of a reply, stored.
    fn order(self, action: &str, attachments: Vec<Attachment>) -> Result<(Order, Option<u64>), Problem> {
        let text = |text: Option<String>| match text {
            Some(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(Problem::invalid("text: needed, and not empty")),
        };
        let order = match action {
            "claim" => Order::Claim,
            "release" => Order::Release,
            "reply" if !attachments.is_empty() => Order::Reply { text: self.text.unwrap_or_default(), attachments },
            "reply" => Order::Reply { text: text(self.text)?, attachments },
            "note" => Order::Note { text: text(self.text)? },
            "transfer" => Order::Transfer { queue: queue(self.queue)? },
            "return" => Order::Return,
            "close" => Order::Close,
            "seen" => Order::Seen { ordinal: self.ordinal },
            "wrong" => Order::Wrong { intent: self.intent.map(|name| intent(&name)).transpose()? },
            _ => return Err(Problem::not_found("action")),
        };
        Ok((order, self.epoch))
    }
}

fn intent(name: &str) -> Result<IntentName, Problem> {
    IntentName::new(name).map_err(|error| Problem::invalid(format!("intent: {error}")))
}

fn queue(name: Option<String>) -> Result<QueueName, Problem> {
    let name = name.ok_or_else(|| Problem::invalid("queue: needed"))?;
    QueueName::new(&name)
        .map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_queue", format!("queue: {error}")))
}

/// A body that could not be read.
pub fn too_large(error: &BytesRejection) -> Problem {
    Problem::new(error.status(), "invalid", error.body_text())
}

/// `POST /api/conversations/{id}/{action}`.
pub async fn order(
    State(staff): State<Arc<Staff>>,
    SignedIn(person): SignedIn,
    Path((path, action)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    if !ACTIONS.contains(&action.as_str()) {
        return Err(Problem::not_found("action"));
    }
    let conversation = conversations::id(&path)?;
    let thread = read::thread_of(&staff.archive, conversation).await?;
    let thread = thread.ok_or_else(|| Problem::not_found("conversation"))?;
    if action != "reply" && body.as_ref().is_ok_and(|body| body.len() > BODY_BYTES) {
        let detail = format!("the body is longer than {BODY_BYTES} bytes");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid", detail));
    }
    let mut asked = Asked::read(body, staff.message_bytes)?;
    let files = std::mem::take(&mut asked.attachments);
    if !files.is_empty() && action != "reply" {
        return Err(Problem::invalid("attachments: only a reply takes them"));
    }
    let contents = attachments::digest(&files);
    let files = attachments::store(&staff, conversation, files).await?;
    let (order, epoch) = asked.order(&action, files)?;
    let digest = digest(&order, epoch, contents)?;
    let id = event_id(&headers, &person, conversation, &action)?;
    let known = (order.clone(), digest);
    if let Some(answer) = answered(&staff, id, Some(&known)).await? {
        return Ok(answer);
    }
    let order = StaffOrder { person, conversation, epoch, digest, order };
    let changed = staff.archive.store.watch(thread);
    let event = Event { id, thread, at: staff.clock.now(), trace: id, body: Body::Staff(order) };
    staff.post.event(&event).await?;
    wait(&staff, id, &known, changed).await
}

/// The order's id: the same for the same person, path and key; without a key one of our own.
fn event_id(
    headers: &HeaderMap,
    person: &Person,
    conversation: ConversationId,
    action: &str,
) -> Result<EventId, Problem> {
    let Some(key) = headers.get("idempotency-key") else {
        return Ok(EventId(uuid::Uuid::new_v4().into_bytes()));
    };
    let key = key.as_bytes();
    if key.is_empty() || key.len() > MOST_KEY {
        return Err(Problem::invalid(format!("Idempotency-Key: 1 to {MOST_KEY} bytes")));
    }
    Ok(EventId::of("staff order", &[person.0.as_bytes(), &conversation.0, action.as_bytes(), key]))
}

/// Digest of what was ordered: the same words give the same digest however the JSON was written.
fn digest(order: &Order, epoch: Option<u64>, contents: Option<[u8; 16]>) -> Result<[u8; 16], Problem> {
    // The names under which files are stored change with time.
    let order = match order {
        Order::Reply { text, .. } => &Order::Reply { text: text.clone(), attachments: Vec::new() },
        other => other,
    };
    let plain = serde_json::to_vec(&(order, epoch)).map_err(|_| Problem::unavailable())?;
    let parts: Vec<&[u8]> =
        std::iter::once(plain.as_slice()).chain(contents.as_ref().map(<[u8; 16]>::as_slice)).collect();
    Ok(wissel_channels::ids::hash_parts("order digest", &parts))
}

/// Waits for the router's decision, for as long as a person would; then says where it can be asked for.
async fn wait(
    staff: &Staff,
    id: EventId,
    known: &(Order, [u8; 16]),
    mut changed: wissel_channels::Watch,
) -> Result<Response, Problem> {
    let deadline = Instant::now() + staff.order_wait;
    loop {
        changed.mark_unchanged();
        if let Some(answer) = answered(staff, id, Some(known)).await? {
            return Ok(answer);
        }
        let now = Instant::now();
        if now >= deadline {
            return Ok(pending(staff, id));
        }
        let until = deadline.min(now + LOOK_AGAIN);
        if let Ok(Err(_gone)) = timeout_at(until, changed.changed()).await {
            tokio::time::sleep_until(until).await;
        }
    }
}

/// The answer to an order, if the router has decided on it. Another digest than that of the order that is `known` under the
/// same id is a mistake of the caller.
async fn answered(staff: &Staff, id: EventId, known: Option<&(Order, [u8; 16])>) -> Result<Option<Response>, Problem> {
    let Some(stored) = staff.archive.store.order(id).await? else { return Ok(None) };
    if known.is_some_and(|(_, digest)| *digest != stored.digest) {
        return Err(Problem::invalid("this Idempotency-Key was used with another body; take a new one"));
    }
    Ok(Some(answer(staff, &stored, known.map(|(order, _)| order)).await?))
}

async fn answer(staff: &Staff, stored: &StoredOrder, order: Option<&Order>) -> Result<Response, Problem> {
    let outcome = staff.archive.outcome(stored).await?;
    Ok(match outcome.refused {
        None => Json(shape::done(&outcome)).into_response(),
        Some(refusal) => refused(refusal, &outcome, order, &staff.table.load()).into_response(),
    })
}

/// Not decided yet: 202 with the operation's address.
fn pending(staff: &Staff, id: EventId) -> Response {
    let id = id.to_string();
    let url = format!("/api/operations/{id}.{}", staff.people.operation_mac(&id));
    let mut response = (StatusCode::ACCEPTED, Json(json!({ "operation": url }))).into_response();
    if let Ok(value) = HeaderValue::from_str(&url) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// `GET /api/operations/{id}`: the answer to an order that took longer.
pub async fn operation(
    State(staff): State<Arc<Staff>>,
    _: SignedIn,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    let ours = path.split_once('.').filter(|(id, mac)| super::claims::same(mac, &staff.people.operation_mac(id)));
    let id: Option<EventId> = ours.and_then(|(id, _)| id.parse().ok());
    let id = id.ok_or_else(|| Problem::not_found("operation"))?;
    Ok(answered(&staff, id, None).await?.unwrap_or_else(|| pending(&staff, id)))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn asked(json: &Value) -> Result<Asked, Problem> {
        Asked::read(Ok(Bytes::from(json.to_string())), 10)
    }

    #[test]
    fn an_order_needs_its_words_and_no_more_than_the_limit() {
        assert!(asked(&json!({"text": "0123456789"})).unwrap().order("reply", Vec::new()).is_ok());
        assert!(asked(&json!({"text": "0123456789x"})).is_err());
        for (body, action) in [(json!({}), "reply"), (json!({"text": " \n"}), "note"), (json!({}), "transfer")] {
            assert!(asked(&body).unwrap().order(action, Vec::new()).is_err(), "{action}");
        }
        assert!(Asked::read(Ok(Bytes::new()), 10).unwrap().order("claim", Vec::new()).is_ok());
        assert!(Asked::read(Ok(Bytes::from_static(b"[1")), 10).is_err());
    }

    #[test]
    fn the_digest_is_of_what_is_ordered_not_of_how_it_was_written() {
        let digest_of = |body: &'static str| {
            let asked = Asked::read(Ok(Bytes::from_static(body.as_bytes())), 0).unwrap();
            let (order, epoch) = asked.order("note", Vec::new()).unwrap();
            digest(&order, epoch, None).unwrap()
        };
        assert_eq!(digest_of(r#"{"text":"a","epoch":1}"#), digest_of(r#" { "epoch": 1, "text": "\u0061" } "#));
        assert_ne!(digest_of(r#"{"text":"a","epoch":1}"#), digest_of(r#"{"text":"a","epoch":2}"#));
    }

    #[test]
    fn the_same_key_of_another_person_or_path_is_another_order() {
        let mut headers = HeaderMap::new();
        headers.insert("idempotency-key", HeaderValue::from_static("k1"));
        let id = |headers: &HeaderMap, person: &str, conversation, action| {
            event_id(headers, &Person(person.into()), ConversationId([conversation; 16]), action).unwrap()
        };
        let first = id(&headers, "Sanne", 1, "claim");
        assert_eq!(first, id(&headers, "Sanne", 1, "claim"));
        for other in
            [id(&headers, "Piet", 1, "claim"), id(&headers, "Sanne", 2, "claim"), id(&headers, "Sanne", 1, "note")]
        {
            assert_ne!(first, other);
        }
        let none = HeaderMap::new();
        assert_ne!(id(&none, "Sanne", 1, "claim"), id(&none, "Sanne", 1, "claim"));
    }
}
