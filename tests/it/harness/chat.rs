//! A customer in the web chat: hello, messages with their acknowledgements, resuming.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use uuid::Uuid;

use super::{Daemon, PATIENCE, patiently};

/// An open chat.
pub(crate) struct Chat {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The visitor's secret token.
    pub(crate) visitor: String,
    /// The place of the newest message that was seen.
    pub(crate) last_seq: u64,
    /// Every frame of the server that was read, in order.
    pub(crate) seen: Vec<Value>,
}

impl Chat {
    /// A new visitor.
    pub(crate) async fn open(daemon: &Daemon, locale: &str) -> Self {
        Self::hello(daemon, &Value::Null, 0, locale).await
    }

    /// The same visitor on a new connection, with the messages after the last one seen still to come.
    pub(crate) async fn resume(&self, daemon: &Daemon) -> Self {
        Self::hello(daemon, &json!(self.visitor), self.last_seq, "nl").await
    }

    /// Connects, says hello and waits for the welcome.
    pub(crate) async fn hello(daemon: &Daemon, visitor: &Value, last_seq: u64, locale: &str) -> Self {
        let mut chat = Self::connect(daemon, None).await.unwrap();
        chat.last_seq = last_seq;
        let hello = json!({ "type": "hello", "visitor": visitor, "last_seq": last_seq, "locale": locale });
        chat.frame(&hello).await;
        let welcome = chat.until("the welcome", |frame| frame["type"] == "welcome").await;
        chat.visitor = welcome["visitor"].as_str().unwrap().into();
        chat
    }

    /// Connects and says nothing. An error holds the refusal's status.
    pub(crate) async fn connect(daemon: &Daemon, origin: Option<&str>) -> Result<Self, tungstenite::Error> {
        let mut request = format!("ws://{}/chat/ws", daemon.setup.public).into_client_request()?;
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        let (socket, _) = patiently("the socket", tokio_tungstenite::connect_async(request)).await?;
        Ok(Self { socket, visitor: String::new(), last_seq: 0, seen: Vec::new() })
    }

    /// Sends a frame.
    pub(crate) async fn frame(&mut self, frame: &Value) {
        self.raw(Message::text(frame.to_string())).await.unwrap();
    }

    /// Sends anything.
    pub(crate) async fn raw(&mut self, message: Message) -> Result<(), tungstenite::Error> {
        patiently("a frame to leave", self.socket.send(message)).await
    }

    /// Sends a message and waits until it is acknowledged; gives its id.
    pub(crate) async fn say(&mut self, text: &str) -> String {
        let id = Uuid::new_v4().to_string();
        self.say_as(&id, text).await;
        id
    }

    /// Sends a message under an id and waits until it is acknowledged.
    pub(crate) async fn say_as(&mut self, id: &str, text: &str) {
        self.frame(&json!({ "type": "message", "id": id, "text": text })).await;
        self.until("the acknowledgement", |frame| frame["type"] == "ack" && frame["id"] == id).await;
    }

    /// Asks something and waits for the next message of `from`.
    pub(crate) async fn ask(&mut self, text: &str, from: &str) -> Value {
        self.say(text).await;
        self.message_from(from).await
    }

    /// Waits for the next message of `bot`, `staff`, `system` or `customer`.
    pub(crate) async fn message_from(&mut self, from: &str) -> Value {
        self.until(from, |frame| frame["type"] == "message" && frame["from"] == from).await
    }

    /// Waits to be told that `owner` has the conversation now, unless that is what was told last; gives the conversation.
    pub(crate) async fn owner(&mut self, owner: &str) -> String {
        let wanted = |frame: &Value| frame["type"] == "owner" && frame["owner"] == owner;
        let newest = self.seen.iter().rfind(|frame| frame["type"] == "owner").filter(|frame| wanted(frame)).cloned();
        let frame = match newest {
            // It came before the acknowledgement that was waited for.
            Some(frame) => frame,
            None => self.until(owner, wanted).await,
        };
        frame["conversation"].as_str().unwrap().to_owned()
    }

    /// Reads frames until one is wanted, and gives it.
    pub(crate) async fn until(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let reading = async {
            loop {
                let Some(frame) = self.read().await else { panic!("the chat closed before {what}") };
                if wanted(&frame) {
                    return frame;
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, reading).await;
        found.unwrap_or_else(|_| panic!("waited {PATIENCE:?} for {what}; seen: {:#?}", self.seen))
    }

    /// The next frame; `None` when the server has closed.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        patiently("a frame", self.read()).await
    }

    /// Reads to the end; gives the code that the server closed with.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        patiently("the close", async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        })
        .await
    }

    async fn read(&mut self) -> Option<Value> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Text(text)) => return Some(self.note(&text)),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Keeps a frame. Places rise by one, or a message was lost or came twice.
    fn note(&mut self, text: &str) -> Value {
        let frame: Value = serde_json::from_str(text).unwrap();
        if frame["type"] == "resync" {
            self.last_seq = 0;
        }
        if frame["type"] == "message" {
            let seq = frame["seq"].as_u64().unwrap();
            assert_eq!(seq, self.last_seq + 1, "after {} came {frame}", self.last_seq);
            self.last_seq = seq;
        }
        self.seen.push(frame.clone());
        frame
    }

    /// What was said so far, as `from: text`.
    pub(crate) fn lines(&self) -> Vec<String> {
        let messages = self.seen.iter().filter(|frame| frame["type"] == "message");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        messages.map(|frame| format!("{}: {}", text(&frame["from"]), text(&frame["text"]))).collect()
    }
}
