//! A customer who writes on, whatever happens to the connection, and says each message again until it is acknowledged.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use uuid::Uuid;

use crate::harness::PATIENCE;

/// Between two tries to reach a daemon that is down.
const AGAIN: Duration = Duration::from_millis(20);
/// Before a message that was refused for now is said again.
const BUSY: Duration = Duration::from_millis(200);
/// How long an acknowledgement may take before the message is said again.
const ACK: Duration = Duration::from_secs(5);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A message that was acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Acknowledged {
    pub(crate) id: String,
}

/// A customer.
pub(crate) struct Customer {
    address: SocketAddr,
    visitor: Value,
    socket: Option<Socket>,
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// The conversation, as the daemon told it last.
    conversation: Option<String>,
}

impl Customer {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, visitor: Value::Null, socket: None, acknowledged: Vec::new(), conversation: None }
    }

    /// Says something, up to `times` times under the same id, until it is acknowledged each time.
    pub(crate) async fn say(&mut self, text: &str, times: usize) {
        let id = Uuid::new_v4().to_string();
        let frame = json!({ "type": "message", "id": id, "text": text });
        for _ in 0..times {
            self.acknowledge(&id, &frame).await;
        }
        self.acknowledged.push(Acknowledged { id });
    }

    /// Closes the connection; a later look opens a new one.
    pub(crate) fn leave(&mut self) {
        self.socket = None;
    }

    async fn acknowledge(&mut self, id: &str, frame: &Value) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            assert!(tokio::time::Instant::now() < deadline, "no acknowledgement within {PATIENCE:?}");
            let Some(mut socket) = self.connected().await else { continue };
            if socket.send(Message::text(frame.to_string())).await.is_err() {
                continue;
            }
            let wanted = |frame: &Value| frame["type"] == "error" || frame["type"] == "ack" && frame["id"] == id;
            let Some(answer) = self.read_until(&mut socket, wanted).await else { continue };
            self.socket = Some(socket);
            if answer["type"] == "ack" {
                return;
            }
            tokio::time::sleep(BUSY).await;
        }
    }

    /// The socket, or a new one on which hello was said.
    async fn connected(&mut self) -> Option<Socket> {
        if let Some(socket) = self.socket.take() {
            return Some(socket);
        }
        let connecting = tokio_tungstenite::connect_async(format!("ws://{}/chat/ws", self.address));
        let Ok(Ok((mut socket, _))) = tokio::time::timeout(ACK, connecting).await else {
            tokio::time::sleep(AGAIN).await;
            return None;
        };
        let hello = json!({ "type": "hello", "visitor": self.visitor, "last_seq": 0, "locale": "nl" });
        socket.send(Message::text(hello.to_string())).await.ok()?;
        let welcome = self.read_until(&mut socket, |frame| frame["type"] == "welcome").await?;
        self.visitor = welcome["visitor"].clone();
        Some(socket)
    }

    async fn read_until(&mut self, socket: &mut Socket, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
        let reading = async {
            loop {
                let Message::Text(text) = socket.next().await?.ok()? else { continue };
                let frame: Value = serde_json::from_str(&text).ok()?;
                if let Some(conversation) = frame["conversation"].as_str() {
                    self.conversation = Some(conversation.to_owned());
                }
                if wanted(&frame) {
                    return Some(frame);
                }
            }
        };
        tokio::time::timeout(ACK, reading).await.ok().flatten()
    }

    /// Waits until something was said by `from`, on as many connections as it takes.
    pub(crate) async fn hear(&mut self, from: &str) {
        assert!(self.hears(|other| other == from).await, "nothing from {from} within {PATIENCE:?}");
    }

    /// Whether something is said in time by somebody who is meant.
    pub(crate) async fn hears(&mut self, meant: impl Fn(&str) -> bool) -> bool {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < deadline {
            // A new connection is told everything from the beginning.
            self.socket = None;
            let Some(mut socket) = self.connected().await else { continue };
            let wanted = |frame: &Value| frame["type"] == "message" && frame["from"].as_str().is_some_and(&meant);
            if self.read_until(&mut socket, wanted).await.is_some() {
                return true;
            }
        }
        false
    }

    /// The conversation, as a new connection is told.
    pub(crate) async fn conversation(&mut self) -> String {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(conversation) = self.conversation.take() {
                return conversation;
            }
            assert!(tokio::time::Instant::now() < deadline, "no conversation within {PATIENCE:?}");
            self.socket = None;
            self.socket = self.connected().await;
        }
    }

    /// Everything that the customer sees: read from the beginning on a new connection, up to the message that was
    /// placed last. Places rise by one.
    pub(crate) async fn transcript(&mut self, last: u64) -> Vec<Value> {
        self.socket = None;
        let mut socket = loop {
            if let Some(socket) = self.connected().await {
                break socket;
            }
        };
        let mut messages = Vec::new();
        while (messages.len() as u64) < last {
            let message = self.read_until(&mut socket, |frame| frame["type"] == "message").await;
            let message = message.expect("the whole thread is there");
            assert_eq!(message["seq"].as_u64(), Some(messages.len() as u64 + 1));
            messages.push(message);
        }
        messages
    }
}
