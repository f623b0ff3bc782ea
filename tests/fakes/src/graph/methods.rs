//! Calls: messages, uploads, addresses of files, and their content.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{Multipart, Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{File, GraphFault, Shared, TOKEN, WhatsappMessage};
use crate::running::broken;

/// UTF-16 units of a text.
const MOST_TEXT: usize = 4096;

fn refuse(status: u16, code: i64, message: &str) -> Response {
    let error = json!({"error": {"message": format!("(#{code}) {message}"), "type": "OAuthException", "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": message}, "fbtrace_id": "x"}});
    (StatusCode::from_u16(status).unwrap(), axum::Json(error)).into_response()
}

fn is_signed_in(headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).is_some_and(|value| value == &format!("Bearer {TOKEN}"))
}

/// A message, or word that one of theirs was read.
pub(super) async fn message(Extract(shared): Extract<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(body) = serde_json::from_slice::<Value>(&body) else { return refuse(400, 100, "no JSON") };
    let at = Instant::now();
    let mut state = shared.state();
    if !is_signed_in(&headers) {
        state.refused.push((401, 190, at));
        return refuse(401, 190, "Invalid OAuth access token");
    }
    if body["status"] == "read" {
        state.read.push(body);
        drop(state);
        shared.changes.tell();
        return axum::Json(json!({ "success": true })).into_response();
    }
    let lately = state.sent.iter().rev().take_while(|sent| sent.at.elapsed() < Duration::from_secs(1)).count();
    let crowded = state.limit.is_some_and(|limit| lately >= limit).then_some(GraphFault::Code(429, 130_429));
    let fault = crowded.or_else(|| state.faults.pop_front());
    if let Some(why) = wrong(&body) {
        state.refused.push((400, 100, at));
        return refuse(400, 100, &why);
    }
    match fault {
        Some(GraphFault::Code(status, code)) => {
            state.refused.push((status, code, at));
            drop(state);
            shared.changes.tell();
            return refuse(status, code, "ordered by the test");
        }
        Some(GraphFault::Cut) => return broken(),
        Some(GraphFault::LoseAnswer) | None => {}
    }
    state.next += 1;
    let id = format!("wamid.out.{}", state.next);
    let to = if body["to"].is_null() { body["recipient"].clone() } else { body["to"].clone() };
    let whom = if body["to"].is_null() { "recipient_user_id" } else { "recipient_id" };
    let reference = body["biz_opaque_callback_data"].clone();
    for status in state.statuses.clone() {
        let mut told = json!({"id": id, "status": status, "timestamp": "1749416383", (whom): to});
        if !reference.is_null() {
            told["biz_opaque_callback_data"] = reference.clone();
        }
        let webhook = super::webhooks::of(&[], &[told]);
        state.outbox.push_back(webhook);
    }
    state.sent.push(WhatsappMessage { body, id: id.clone(), at });
    drop(state);
    shared.changes.tell();
    if fault.is_some() {
        return broken();
    }
    let answer =
        json!({"messaging_product": "whatsapp", "contacts": [{"input": to, "wa_id": to}], "messages": [{ "id": id }]});
    axum::Json(answer).into_response()
}

/// What is wrong with a message.
fn wrong(body: &Value) -> Option<String> {
    if body["messaging_product"] != "whatsapp" {
        return Some("messaging_product is missing".to_owned());
    }
    let Some(kind) = body["type"].as_str() else { return Some("type is missing".to_owned()) };
    if !body[kind].is_object() {
        return Some(format!("{kind} is missing"));
    }
    let (to, user) = (body["to"].as_str(), body["recipient"].as_str());
    let reached = match (to, user) {
        (Some(to), _) => !to.is_empty() && to.bytes().all(|byte| byte.is_ascii_digit()),
        (None, Some(user)) => user.split_once('.').is_some_and(|(country, id)| country.len() == 2 && !id.is_empty()),
        (None, None) => false,
    };
    if !reached {
        return Some("to is no number, and recipient no id".to_owned());
    }
    let text = body["text"]["body"].as_str().unwrap_or_default();
    (kind == "text" && (text.is_empty() || text.encode_utf16().count() > MOST_TEXT))
        .then(|| "text.body has no such length".to_owned())
}

/// A file of the company.
pub(super) async fn upload(Extract(shared): Extract<Arc<Shared>>, headers: HeaderMap, mut form: Multipart) -> Response {
    if !is_signed_in(&headers) {
        return refuse(401, 190, "Invalid OAuth access token");
    }
    let (mut product, mut kind, mut content) = (String::new(), String::new(), None);
    while let Some(field) = form.next_field().await.unwrap() {
        match field.name().unwrap() {
            "messaging_product" => product = field.text().await.unwrap(),
            "type" => kind = field.text().await.unwrap(),
            "file" => content = Some(field.bytes().await.unwrap().to_vec()),
            other => panic!("a field {other} in an upload"),
        }
    }
    let Some(bytes) = content.filter(|_| product == "whatsapp" && kind.contains('/')) else {
        return refuse(400, 100, "an upload needs messaging_product, type and file");
    };
    let mut state = shared.state();
    state.next += 1;
    let id = format!("7000{}", state.next);
    state.files.insert(id.clone(), File { media_type: kind, bytes, dead: 0, elsewhere: None, asked: 0 });
    axum::Json(json!({ "id": id })).into_response()
}

/// Where a file is.
pub(super) async fn place(
    Extract(shared): Extract<Arc<Shared>>,
    Path(media): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !is_signed_in(&headers) {
        return refuse(401, 190, "Invalid OAuth access token");
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let mut state = shared.state();
    let Some(file) = state.files.get_mut(&media) else { return refuse(404, 100, "no such file") };
    file.asked += 1;
    let url = file.elsewhere.clone().unwrap_or_else(|| format!("http://{host}/files/{media}"));
    let told = json!({"messaging_product": "whatsapp", "url": url, "mime_type": file.media_type, "sha256": "x",
        "file_size": file.bytes.len(), "id": media});
    axum::Json(told).into_response()
}

/// Its content.
pub(super) async fn content(
    Extract(shared): Extract<Arc<Shared>>,
    Path(media): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !is_signed_in(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut state = shared.state();
    match state.files.get_mut(&media) {
        Some(file) if file.dead > 0 => {
            file.dead -= 1;
            StatusCode::NOT_FOUND.into_response()
        }
        Some(file) => ([(header::CONTENT_TYPE, file.media_type.clone())], file.bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
