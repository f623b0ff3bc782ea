//! The Bot API for one bot: updates with their offset, long polling, webhooks, files, limits, and faults to order.

mod methods;
mod updates;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use axum::Router;
use axum::routing::{any, get};
use serde_json::{Value, json};

use crate::running::{Changes, Running};

/// The token of the bot.
const TOKEN: &str = "4711:AAtest-token_of_a_fake";
/// The bot's own id.
const BOT: i64 = 4711;

/// One call of the bot that was carried out.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method, `sendMessage`.
    pub method: String,
    /// Its parameters.
    pub parameters: Value,
    /// Files that came with it: their field, name and content.
    pub files: Vec<(String, String, Vec<u8>)>,
    /// When it came.
    pub at: Instant,
    /// What was answered.
    pub answer: Value,
}

impl Call {
    /// The chat that it is about.
    pub fn chat(&self) -> i64 {
        let chat = &self.parameters["chat_id"];
        chat.as_i64().or_else(|| chat.as_str()?.parse().ok()).unwrap_or_default()
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.parameters["text"].as_str().unwrap_or_default()
    }

    fn is_send(&self) -> bool {
        self.method.starts_with("send") && self.method != "sendChatAction"
    }
}

/// A fault to order.
#[derive(Clone, Debug)]
pub enum BotFault {
    /// This code and description, with these `parameters`.
    Answer(u16, &'static str, Value),
    /// The call is carried out, and its answer lost.
    LoseAnswer,
    /// The call is not carried out, and the connection is lost.
    Cut,
}

/// A fault, and what it waits for.
#[derive(Debug)]
struct Ordered {
    method: String,
    chat: Option<i64>,
    others: usize,
    fault: BotFault,
}

#[derive(Debug, Default)]
struct State {
    updates: VecDeque<Value>,
    next_update: i64,
    next_message: i64,
    /// How many were confirmed.
    confirmed: usize,
    /// Which poll is the newest: another one is ended by it.
    poll: u64,
    webhook: Option<(String, String)>,
    /// What went wrong with the webhook, by the bot's answers.
    webhook_answers: Vec<u16>,
    files: BTreeMap<String, Vec<u8>>,
    calls: Vec<Call>,
    refused: Vec<(String, u16, Instant)>,
    faults: VecDeque<Ordered>,
    moved: BTreeMap<i64, i64>,
    blocked: Vec<i64>,
    /// Messages a second in all, and to a chat; more gets 429.
    limit: Option<(usize, usize)>,
}

/// What its parts share.
#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changes: Changes,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// A Bot API.
#[derive(Debug)]
pub struct BotApi {
    shared: Arc<Shared>,
    running: Running,
}

impl BotApi {
    /// Starts one, without updates.
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        {
            let mut state = shared.state();
            (state.next_update, state.next_message) = (100, 1);
        }
        let routes = Router::new()
            .route(&format!("/bot{TOKEN}/{{method}}"), any(methods::called))
            .route(&format!("/file/bot{TOKEN}/{{*path}}"), get(methods::file))
            .fallback(methods::unknown)
            .layer(axum::extract::DefaultBodyLimit::max(60 << 20))
            .with_state(Arc::clone(&shared));
        let running = Running::start(routes, updates::post(Arc::clone(&shared)));
        Self { shared, running }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// The token of its bot.
    pub const fn token(&self) -> &'static str {
        TOKEN
    }

    /// Word of what it does.
    pub fn changes(&self) -> &Changes {
        &self.shared.changes
    }

    /// A customer writes in a private chat; gives the message's id.
    pub fn say(&self, chat: i64, text: &str) -> i64 {
        self.message(chat, &json!({ "text": text }))
    }

    /// A customer sends a message with these fields; gives its id. A negative chat is a group.
    pub fn message(&self, chat: i64, fields: &Value) -> i64 {
        let id = std::mem::replace(&mut self.shared.state().next_message, 0);
        self.shared.state().next_message = id + 1;
        let kind = if chat < 0 { json!({"id": chat, "type": "supergroup", "title": "Klanten"}) } else { private(chat) };
        let mut message = json!({"message_id": id, "date": 1_749_416_383, "chat": kind, "from": customer(chat)});
        for (key, value) in fields.as_object().unwrap() {
            message[key] = value.clone();
        }
        self.update(json!({ "message": message }));
        id
    }

    /// Any update; its number is given here.
    pub fn update(&self, mut update: Value) {
        let mut state = self.shared.state();
        update["update_id"] = state.next_update.into();
        state.next_update += 1;
        state.updates.push_back(update);
        drop(state);
        self.shared.changes.tell();
    }

    /// Numbers of updates go on from here.
    pub fn jump(&self, number: i64) {
        self.shared.state().next_update = number;
    }

    /// A file that messages may name.
    pub fn file(&self, id: &str, bytes: &[u8]) {
        self.shared.state().files.insert(id.to_owned(), bytes.to_vec());
    }

    /// The next call of `method` (to `chat`) has a fault.
    pub fn fault(&self, method: &str, chat: Option<i64>, fault: BotFault) {
        self.fault_after(0, method, chat, fault);
    }

    /// The same for the call after so many others of its kind.
    pub fn fault_after(&self, others: usize, method: &str, chat: Option<i64>, fault: BotFault) {
        self.shared.state().faults.push_back(Ordered { method: method.to_owned(), chat, others, fault });
    }

    /// The group has this id now.
    pub fn move_group(&self, before: i64, now: i64) {
        self.shared.state().moved.insert(before, now);
    }

    /// The customer blocks the bot.
    pub fn block(&self, chat: i64) {
        self.shared.state().blocked.push(chat);
    }

    /// More than so many messages a second, in all and to a chat, get 429.
    pub fn limit(&self, all: usize, chat: usize) {
        self.shared.state().limit = Some((all, chat));
    }

    /// Everything that was carried out, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// Messages and files that were sent to a chat, in order.
    pub fn sent(&self, chat: i64) -> Vec<Call> {
        self.shared.state().calls.iter().filter(|call| call.is_send() && call.chat() == chat).cloned().collect()
    }

    /// Calls that got 4xx or 5xx: method, code, when.
    pub fn refused(&self) -> Vec<(String, u16, Instant)> {
        self.shared.state().refused.clone()
    }

    /// Updates that the bot has not confirmed.
    pub fn waiting(&self) -> usize {
        self.shared.state().updates.len()
    }

    /// How many updates the bot has confirmed.
    pub fn confirmed_updates(&self) -> usize {
        self.shared.state().confirmed
    }

    /// How the webhook answered, in order.
    pub fn webhook_answers(&self) -> Vec<u16> {
        self.shared.state().webhook_answers.clone()
    }

    /// The webhook that is set: its address and its secret word.
    pub fn webhook(&self) -> Option<(String, String)> {
        self.shared.state().webhook.clone()
    }

    /// Somebody else sets a webhook, or takes it away.
    pub fn set_webhook(&self, webhook: Option<(&str, &str)>) {
        let webhook = webhook.map(|(url, secret)| (url.to_owned(), secret.to_owned()));
        self.shared.state().webhook = webhook;
        self.shared.changes.tell();
    }

    /// Waits until all updates are confirmed.
    pub async fn confirmed(&self) {
        self.changes().until("all updates to be confirmed", || (self.waiting() == 0).then_some(())).await;
    }

    /// Waits until `count` messages were sent to a chat; gives all.
    pub async fn until_sent(&self, chat: i64, count: usize) -> Vec<Call> {
        let what = format!("{count} messages to {chat}");
        self.changes().until(&what, || Some(self.sent(chat)).filter(|sent| sent.len() >= count)).await
    }

    /// Waits until a text that holds `words` was sent to a chat; gives the first.
    pub async fn until_said(&self, chat: i64, words: &str) -> Call {
        let what = format!("\"{words}\" to be said to {chat}");
        let said = || self.sent(chat).into_iter().find(|call| call.text().contains(words));
        self.changes().until(&what, said).await
    }
}

fn private(chat: i64) -> Value {
    json!({"id": chat, "type": "private", "first_name": "Sanne"})
}

fn customer(chat: i64) -> Value {
    json!({"id": chat.abs(), "is_bot": false, "first_name": "Sanne", "last_name": "Bos", "language_code": "nl"})
}
