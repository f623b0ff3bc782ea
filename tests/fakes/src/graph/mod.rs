//! A small Graph API for one WhatsApp number: messages, files, statuses to the webhook, and faults to order.

mod methods;
mod webhooks;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use axum::Router;
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::running::{Changes, Running};

/// The number's id, the token, the app's secret, and the word of the webhook's set-up.
const NUMBER: &str = "106540352242922";
const TOKEN: &str = "EAAtest-token";
const SECRET: &str = "app-secret-of-a-test";
const WORD: &str = "verify-word-of-a-test";

/// A message that was taken.
#[derive(Clone, Debug)]
pub struct WhatsappMessage {
    /// Its body.
    pub body: Value,
    /// Its id.
    pub id: String,
    /// When it came.
    pub at: Instant,
}

impl WhatsappMessage {
    /// Its text.
    pub fn text(&self) -> &str {
        self.body["text"]["body"].as_str().unwrap_or_default()
    }

    /// The customer that it goes to: a number, or the id of somebody who keeps theirs to themselves.
    pub fn to(&self) -> &str {
        self.body["to"].as_str().or(self.body["recipient"].as_str()).unwrap_or_default()
    }
}

/// A fault to order.
#[derive(Clone, Copy, Debug)]
pub enum GraphFault {
    /// This status with an error of this code.
    Code(u16, i64),
    /// The message is taken, and the answer lost.
    LoseAnswer,
    /// Nothing is taken, and the connection is lost.
    Cut,
}

/// A file: its type and content, and how often its address is dead first.
#[derive(Debug)]
struct File {
    media_type: String,
    bytes: Vec<u8>,
    dead: usize,
    /// Another address than one of this fake.
    elsewhere: Option<String>,
    asked: usize,
}

#[derive(Debug, Default)]
struct State {
    sent: Vec<WhatsappMessage>,
    read: Vec<Value>,
    refused: Vec<(u16, i64, Instant)>,
    faults: VecDeque<GraphFault>,
    files: BTreeMap<String, File>,
    next: u64,
    webhook: Option<String>,
    outbox: VecDeque<Value>,
    answers: Vec<u16>,
    statuses: Vec<&'static str>,
    limit: Option<usize>,
}

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

/// A Graph API.
#[derive(Debug)]
pub struct GraphApi {
    shared: Arc<Shared>,
    running: Running,
}

impl GraphApi {
    /// Starts one.
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let routes = Router::new()
            .route(&format!("/v23.0/{NUMBER}/messages"), post(methods::message))
            .route(&format!("/v23.0/{NUMBER}/media"), post(methods::upload))
            .route("/v23.0/{media}", get(methods::place))
            .route("/files/{media}", get(methods::content))
            .layer(axum::extract::DefaultBodyLimit::max(110 << 20))
            .with_state(Arc::clone(&shared));
        let running = Running::start(routes, webhooks::post(Arc::clone(&shared)));
        Self { shared, running }
    }

    /// Its address, with the version.
    pub fn url(&self) -> String {
        format!("http://{}/v23.0", self.running.address)
    }

    /// The settings of the number: id, token, app's secret, word of the set-up.
    pub const fn settings(&self) -> [&'static str; 4] {
        [NUMBER, TOKEN, SECRET, WORD]
    }

    /// Word of what it does.
    pub fn changes(&self) -> &Changes {
        &self.shared.changes
    }

    /// Where webhooks are posted, until each is answered with success.
    pub fn set_webhook(&self, url: &str) {
        self.shared.state().webhook = Some(url.to_owned());
        self.shared.changes.tell();
    }

    /// Which statuses follow each message, in this order.
    pub fn statuses(&self, statuses: &[&'static str]) {
        self.shared.state().statuses = statuses.to_vec();
    }

    /// A customer writes; gives the message's id.
    pub fn say(&self, from: &str, text: &str) -> String {
        self.message(from, "text", &json!({ "body": text }))
    }

    /// A customer sends a message of this kind and content; gives its id.
    pub fn message(&self, from: &str, kind: &str, content: &Value) -> String {
        let id = self.id("wamid.in");
        self.webhook(webhooks::of(&[webhooks::message(&id, from, kind, content)], &[]));
        id
    }

    /// An id that no message has had.
    pub fn id(&self, prefix: &str) -> String {
        let mut state = self.shared.state();
        state.next += 1;
        format!("{prefix}.{}", state.next)
    }

    /// Posts any webhook.
    pub fn webhook(&self, body: Value) {
        self.shared.state().outbox.push_back(body);
        self.shared.changes.tell();
    }

    /// A file that messages may name. Its address is dead for the first `dead` times; it may lie `elsewhere`.
    pub fn file(&self, id: &str, media_type: &str, bytes: &[u8], dead: usize, elsewhere: Option<&str>) {
        let (media_type, bytes) = (media_type.to_owned(), bytes.to_vec());
        let file = File { media_type, bytes, dead, elsewhere: elsewhere.map(str::to_owned), asked: 0 };
        self.shared.state().files.insert(id.to_owned(), file);
    }

    /// How often it was asked where a file is.
    pub fn asked_for(&self, id: &str) -> usize {
        self.shared.state().files.get(id).map_or(0, |file| file.asked)
    }

    /// The content of a file that was uploaded.
    pub fn uploaded(&self, id: &str) -> Option<(String, Vec<u8>)> {
        self.shared.state().files.get(id).map(|file| (file.media_type.clone(), file.bytes.clone()))
    }

    /// The next message has a fault.
    pub fn fault(&self, fault: GraphFault) {
        self.shared.state().faults.push_back(fault);
    }

    /// More messages a second get 130429.
    pub fn limit(&self, all: usize) {
        self.shared.state().limit = Some(all);
    }

    /// Messages to a customer that were taken, in order.
    pub fn sent(&self, to: &str) -> Vec<WhatsappMessage> {
        self.shared.state().sent.iter().filter(|message| message.to() == to).cloned().collect()
    }

    /// All messages that were taken.
    pub fn all_sent(&self) -> Vec<WhatsappMessage> {
        self.shared.state().sent.clone()
    }

    /// What was said to be read or written on.
    pub fn read(&self) -> Vec<Value> {
        self.shared.state().read.clone()
    }

    /// Messages that were refused: status, code, when.
    pub fn refused(&self) -> Vec<(u16, i64, Instant)> {
        self.shared.state().refused.clone()
    }

    /// How the webhook answered, in order.
    pub fn answers(&self) -> Vec<u16> {
        self.shared.state().answers.clone()
    }

    /// Waits until every webhook was answered with success.
    pub async fn delivered(&self) {
        let empty = || self.shared.state().outbox.is_empty().then_some(());
        self.changes().until("all webhooks to be taken", empty).await;
    }

    /// Waits until a text that holds `words` was sent to a customer; gives the first.
    pub async fn until_said(&self, to: &str, words: &str) -> WhatsappMessage {
        let what = format!("\"{words}\" to be said to {to}");
        let said = || self.sent(to).into_iter().find(|message| message.text().contains(words));
        self.changes().until(&what, said).await
    }

    /// Waits until `count` messages were sent to a customer; gives all.
    pub async fn until_sent(&self, to: &str, count: usize) -> Vec<WhatsappMessage> {
        let what = format!("{count} messages to {to}");
        self.changes().until(&what, || Some(self.sent(to)).filter(|sent| sent.len() >= count)).await
    }

    /// A webhook of these messages and statuses, as Meta posts it.
    pub fn body(messages: &[Value], statuses: &[Value]) -> Value {
        webhooks::of(messages, statuses)
    }

    /// A message for such a webhook.
    pub fn one(id: &str, from: &str, kind: &str, content: &Value) -> Value {
        webhooks::message(id, from, kind, content)
    }

    /// The signature of a body under the app's secret.
    pub fn signature(body: &[u8]) -> String {
        webhooks::signature(body)
    }
}
