//! A web chat behind a real listener, and clients that speak to it over real sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wissel_channels::contract::{MemoryBlobs, MemoryCursors};
use wissel_channels::webchat::{Limits, Timing, Webchat, WebchatConfig};
use wissel_channels::{Channel, Clock, Intake, ReceiveContext, SignOfLife, Transcript, UnixMillis};

use super::memory::Memory;

/// How long anything may take before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A web chat that is being served.
pub(crate) struct World {
    pub(crate) memory: Memory,
    pub(crate) channel: Arc<Webchat>,
    pub(crate) cx: ReceiveContext,
    pub(crate) address: SocketAddr,
    now: Arc<AtomicI64>,
}

/// How a world differs from the usual one.
pub(crate) struct Setup {
    pub(crate) config: WebchatConfig,
    pub(crate) limits: Limits,
    pub(crate) timing: Timing,
    pub(crate) page: usize,
    pub(crate) intake: Option<Arc<dyn Intake>>,
    pub(crate) transcript: Option<Arc<dyn Transcript>>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            config: WebchatConfig::default(),
            limits: Limits::default(),
            timing: Timing::default(),
            page: usize::MAX,
            intake: None,
            transcript: None,
        }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    pub(crate) async fn with(setup: Setup) -> Self {
        let memory = Memory::new(setup.page);
        let now = Arc::new(AtomicI64::new(1_000_000));
        let told = Arc::clone(&now);
        let cx = ReceiveContext {
            scribe: None,
            intake: setup.intake.unwrap_or_else(|| Arc::new(memory.clone())),
            transcript: setup.transcript.unwrap_or_else(|| Arc::new(memory.clone())),
            blobs: Arc::new(MemoryBlobs::default()),
            cursors: Arc::new(MemoryCursors::default()),
            progress: SignOfLife::default(),
            clock: Clock::from_fn(move || UnixMillis(told.load(Ordering::SeqCst))),
            shutdown: CancellationToken::new(),
        };
        let channel = Arc::new(Webchat::with_timing(setup.config, setup.limits, [3; 32], setup.timing));
        let routes = channel.routes(cx.clone()).unwrap().into_make_service_with_connect_info::<SocketAddr>();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        TaskTracker::new().spawn(axum::serve(listener, routes).into_future());
        Self { memory, channel, cx, address, now }
    }

    /// Lets the wall clock jump.
    pub(crate) fn pass_days(&self, days: i64) {
        self.now.fetch_add(days * 86_400_000, Ordering::SeqCst);
    }

    /// Opens a socket with these headers.
    pub(crate) async fn try_connect(&self, headers: &[(&'static str, &str)]) -> Result<Client, Error> {
        let mut request = format!("ws://{}/chat/ws", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        Ok(Client(connect_async(request).await?.0))
    }

    /// Opens a socket.
    pub(crate) async fn connect(&self) -> Client {
        self.try_connect(&[]).await.unwrap()
    }

    /// The status with which a socket is refused.
    pub(crate) async fn refused(&self, headers: &[(&'static str, &str)]) -> u16 {
        match self.try_connect(headers).await {
            Err(Error::Http(response)) => response.status().as_u16(),
            Err(other) => panic!("{other}"),
            Ok(_) => 101,
        }
    }

    /// Opens a socket and says hello as a new visitor.
    pub(crate) async fn visit(&self) -> (Client, String) {
        let mut client = self.connect().await;
        let token = client.hello(None, 0).await;
        (client, token)
    }

    /// A bare connection on which the handshake is done.
    pub(crate) async fn raw(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = "GET /chat/ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                       Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        stream
    }

    /// A GET over a bare connection: the whole answer as text.
    pub(crate) async fn get(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

/// One end of a socket.
pub(crate) struct Client(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub(crate) async fn send(&mut self, frame: &Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// Sends a message with the UUID that ends with `name`.
    pub(crate) async fn say(&mut self, name: u8, text: &str) {
        self.send(&json!({"type": "message", "id": uuid(name), "text": text})).await;
    }

    /// Says hello and returns the token of the welcome.
    pub(crate) async fn hello(&mut self, visitor: Option<&str>, last_seq: u64) -> String {
        self.send(&json!({"type": "hello", "visitor": visitor, "last_seq": last_seq, "locale": "nl"})).await;
        let welcome = self.next().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        welcome["visitor"].as_str().unwrap().to_owned()
    }

    /// The next frame of JSON.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a frame").expect("a frame");
            match message.unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?} instead of a frame"),
            }
        }
    }

    /// The next frame of this type; others are skipped.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// Reads until the server closes the socket: the code, 0 when there was none.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next()).await.expect("the end") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Close(None)) | Err(_)) | None => return 0,
                Some(Ok(_)) => {}
            }
        }
    }
}

/// The UUID that ends with `name`.
pub(crate) fn uuid(name: u8) -> String {
    format!("0191f8a0-7b1c-7def-8abc-0000000000{name:02x}")
}

/// Reads bare server frames until the close frame: its code.
pub(crate) async fn raw_closed(stream: &mut TcpStream) -> u16 {
    let read = async {
        loop {
            let (opcode, length) = (stream.read_u8().await.unwrap() & 0x0f, stream.read_u8().await.unwrap());
            let length = if length == 126 { usize::from(stream.read_u16().await.unwrap()) } else { length.into() };
            let mut payload = vec![0; length];
            stream.read_exact(&mut payload).await.unwrap();
            if opcode == 8 {
                return u16::from_be_bytes([payload[0], payload[1]]);
            }
        }
    };
    tokio::time::timeout(PATIENCE, read).await.expect("a close frame")
}
