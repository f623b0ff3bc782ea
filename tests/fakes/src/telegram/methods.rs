//! Methods: what each asks for and gives. What is not known here, or not as described, is refused.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Path, Request, State as Extract};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::{BOT, BotFault, Call, Ordered, Shared, State, private, updates};
use crate::running::broken;

/// UTF-16 units of a text.
const MOST_TEXT: usize = 4096;

type Files = Vec<(String, String, Vec<u8>)>;

/// Nothing that the Bot API has: most likely another token.
pub(super) async fn unknown() -> Response {
    refuse(404, json!({ "description": "Not Found" }))
}

fn refuse(code: u16, mut body: Value) -> Response {
    body["ok"] = false.into();
    body["error_code"] = code.into();
    (StatusCode::from_u16(code).unwrap(), axum::Json(body)).into_response()
}

/// The content of a file.
pub(super) async fn file(Extract(shared): Extract<Arc<Shared>>, asked: Uri, Path(path): Path<String>) -> Response {
    if asked.path().contains("%2F") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let id = path.trim_start_matches("documents/");
    match shared.state().files.get(id) {
        Some(bytes) => bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A method is called.
pub(super) async fn called(
    Extract(shared): Extract<Arc<Shared>>,
    Path(method): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let (parameters, files) = read(&headers, request).await;
    let method = canonical(&method);
    let mut call = Call { method: method.clone(), parameters, files, at: Instant::now(), answer: Value::Null };
    let fault = ordered(&mut shared.state(), &call);
    match &fault {
        Some(BotFault::Answer(code, description, parameters)) => {
            return noted(&shared, &call, *code, json!({ "description": description, "parameters": parameters }));
        }
        // What axum sends of this body breaks off before its end.
        Some(BotFault::Cut) => return broken(),
        Some(BotFault::LoseAnswer) | None => {}
    }
    let answer = match method.as_str() {
        "getUpdates" => updates::poll(&shared, &call.parameters).await,
        _ => carry_out(&mut shared.state(), &call),
    };
    match answer {
        Ok(result) => {
            call.answer = json!({ "ok": true, "result": result });
            let body = axum::Json(call.answer.clone());
            shared.state().calls.push(call);
            shared.changes.tell();
            if fault.is_some() { broken() } else { body.into_response() }
        }
        Err((code, body)) => noted(&shared, &call, code, body),
    }
}

fn noted(shared: &Shared, call: &Call, code: u16, body: Value) -> Response {
    shared.state().refused.push((call.method.clone(), code, call.at));
    shared.changes.tell();
    refuse(code, body)
}

/// `SendMessage` and `sendmessage` are `sendMessage`.
fn canonical(method: &str) -> String {
    const KNOWN: [&str; 12] = [
        "getMe",
        "getUpdates",
        "getWebhookInfo",
        "setWebhook",
        "deleteWebhook",
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "sendAudio",
        "sendVoice",
        "sendChatAction",
        "getFile",
    ];
    let known = KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(method));
    known.unwrap_or_else(|| panic!("this fake does not know the method {method}")).to_owned()
}

async fn read(headers: &HeaderMap, request: Request) -> (Value, Files) {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let (mut fields, mut files) = (Map::new(), Files::new());
    if !kind.starts_with("multipart/") {
        let body = Bytes::from_request(request, &()).await.unwrap();
        return (serde_json::from_slice(&body).unwrap_or_else(|_| json!({})), files);
    }
    let mut form = Multipart::from_request(request, &()).await.unwrap();
    while let Some(field) = form.next_field().await.unwrap() {
        let name = field.name().unwrap().to_owned();
        if let Some(file) = field.file_name().map(str::to_owned) {
            files.push((name, file, field.bytes().await.unwrap().to_vec()));
        } else {
            let text = field.text().await.unwrap();
            fields.insert(name, serde_json::from_str(&text).unwrap_or(Value::String(text)));
        }
    }
    (Value::Object(fields), files)
}

/// The fault that was ordered for this call.
fn ordered(state: &mut State, call: &Call) -> Option<BotFault> {
    let chat = call.chat();
    let fits = |fault: &Ordered| fault.method == call.method && fault.chat.is_none_or(|of| of == chat);
    let place = state.faults.iter().position(fits)?;
    if state.faults[place].others > 0 {
        state.faults[place].others -= 1;
        return None;
    }
    state.faults.remove(place).map(|ordered| ordered.fault)
}

fn carry_out(state: &mut State, call: &Call) -> Result<Value, (u16, Value)> {
    let bad = |why: &str| Err((400, json!({ "description": format!("Bad Request: {why}") })));
    match call.method.as_str() {
        "getMe" => Ok(me()),
        "getWebhookInfo" => {
            let url = state.webhook.as_ref().map(|(url, _)| url.clone()).unwrap_or_default();
            Ok(json!({"url": url, "has_custom_certificate": false, "pending_update_count": state.updates.len()}))
        }
        "setWebhook" => {
            let text = |key: &str| call.parameters[key].as_str().unwrap_or_default().to_owned();
            state.webhook = Some((text("url"), text("secret_token")));
            Ok(true.into())
        }
        "getFile" => match call.parameters["file_id"].as_str().and_then(|id| Some((id, state.files.get(id)?))) {
            Some((id, _)) if id.starts_with("big") => bad("file is too big"),
            Some((id, bytes)) => Ok(json!({"file_id": id, "file_unique_id": id, "file_size": bytes.len(),
                "file_path": format!("documents/{id}")})),
            None => bad("wrong file_id or the file is temporarily unavailable"),
        },
        "sendChatAction" => Ok(true.into()),
        _ => send(state, call),
    }
}

fn me() -> Value {
    json!({"id": BOT, "is_bot": true, "first_name": "Winkel", "username": "shop_bot", "can_join_groups": true,
        "can_read_all_group_messages": false, "supports_inline_queries": false, "can_connect_to_business": false,
        "has_main_web_app": false})
}

/// A message or a file to a chat.
fn send(state: &mut State, call: &Call) -> Result<Value, (u16, Value)> {
    let chat = call.chat();
    let refused = |code: u16, description: &str, parameters: Value| {
        Err((code, json!({ "description": description, "parameters": parameters })))
    };
    if let Some(now) = state.moved.get(&chat) {
        let moved = json!({ "migrate_to_chat_id": now });
        return refused(400, "Bad Request: group chat was upgraded to a supergroup chat", moved);
    }
    if state.blocked.contains(&chat) {
        return Err((403, json!({ "description": "Forbidden: bot was blocked by the user" })));
    }
    let units = call.text().encode_utf16().count();
    if units > MOST_TEXT || call.method == "sendMessage" && call.text().trim().is_empty() {
        return Err((400, json!({ "description": "Bad Request: message is too long or empty" })));
    }
    if call.method != "sendMessage" && call.files.is_empty() {
        return Err((400, json!({ "description": "Bad Request: there is no file in the request" })));
    }
    if let Some((all, one)) = state.limit {
        let lately = |call: &&Call| call.is_send() && call.at.elapsed() < Duration::from_secs(1);
        let recent: Vec<&Call> = state.calls.iter().rev().take(all.max(one) * 2).filter(lately).collect();
        if recent.len() >= all || recent.iter().filter(|call| call.chat() == chat).count() >= one {
            return refused(429, "Too Many Requests: retry after 1", json!({ "retry_after": 1 }));
        }
    }
    let id = state.next_message;
    state.next_message += 1;
    let place = if chat < 0 { json!({"id": chat, "type": "supergroup", "title": "Klanten"}) } else { private(chat) };
    let mut message = json!({"message_id": id, "date": 1_749_416_383, "chat": place, "from": me()});
    match call.method.as_str() {
        "sendMessage" => message["text"] = call.parameters["text"].clone(),
        "sendPhoto" => {
            message["photo"] =
                json!([{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1, "file_size": 1}]);
        }
        _ => message["document"] = json!({"file_id": "d", "file_unique_id": "d", "file_size": 1}),
    }
    Ok(message)
}
