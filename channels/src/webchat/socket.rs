//! One WebSocket as a stream of events: counts bytes between messages, so that slow and endless ones are seen.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

/// What a farewell reads and throws away at most, so that its close frame is not lost in a reset.
const FAREWELL_BYTES: usize = 4 << 20;
/// What may wait in a socket's write buffer: one frame of ours, and pongs.
const WRITE_BUFFER_BYTES: usize = 1 << 20;

/// Why a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    /// The WebSocket close code; 0 when the other side is gone or closed it.
    pub(super) code: u16,
    /// In a few words.
    pub(super) reason: &'static str,
}

impl Ending {
    pub(super) const GONE: Self = Self { code: 0, reason: "gone" };
    pub(super) const GOING_AWAY: Self = Self { code: 1001, reason: "going away" };
    pub(super) const BINARY: Self = Self { code: 1003, reason: "text only" };
    pub(super) const TOO_BIG: Self = Self { code: 1009, reason: "frame too big" };
    pub(super) const TOO_SLOW: Self = Self { code: 1008, reason: "too slow" };
    pub(super) const NO_HELLO: Self = Self { code: 1008, reason: "no hello" };
    pub(super) const FLOOD: Self = Self { code: 1008, reason: "too many frames" };
    pub(super) const TRY_LATER: Self = Self { code: 1013, reason: "try again later" };

    fn of(error: &Error) -> Self {
        match error {
            Error::Capacity(_) => Self::TOO_BIG,
            Error::Utf8(_) => Self { code: 1007, reason: "not UTF-8" },
            Error::Protocol(_) => Self { code: 1002, reason: "not the WebSocket protocol" },
            _ => Self::GONE,
        }
    }
}

/// What happens on a socket.
pub(super) enum Event {
    /// A text message.
    Text(Utf8Bytes),
    /// A ping or a pong.
    Control,
    /// The first bytes of something that is not complete yet.
    Began,
    /// Our frame has left.
    Flushed,
    /// It is over.
    Over(Ending),
}

/// The transport, with a count of what was read since the last message.
struct Metered {
    io: TokioIo<Upgraded>,
    bytes: usize,
}

/// One WebSocket.
pub(super) struct Socket {
    ws: WebSocketStream<Metered>,
    /// Bytes read for one message before it counts as endless.
    most: usize,
    /// Since when a frame of ours waits to leave.
    writing: Option<Instant>,
    /// Since when a message of theirs is incomplete.
    began: Option<Instant>,
}

impl Socket {
    /// A server's socket with messages of at most `frame_bytes`; 0 is no limit.
    pub(super) async fn new(upgraded: Upgraded, frame_bytes: usize) -> Self {
        let limit = (frame_bytes > 0).then_some(frame_bytes);
        let config = WebSocketConfig::default()
            .read_buffer_size(1024)
            .write_buffer_size(0)
            .max_write_buffer_size(WRITE_BUFFER_BYTES)
            .max_message_size(limit)
            .max_frame_size(limit);
        let io = Metered { io: TokioIo::new(upgraded), bytes: 0 };
        let ws = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
        let most = limit.map_or(usize::MAX, |limit| limit.saturating_mul(2).saturating_add(16_384));
        Self { ws, most, writing: None, began: None }
    }

    /// Since when a frame of ours waits to leave.
    pub(super) fn writing_since(&self) -> Option<Instant> {
        self.writing
    }

    /// Since when a message of theirs is incomplete.
    pub(super) fn began_at(&self) -> Option<Instant> {
        self.began
    }

    /// Starts to write a frame; the next may follow after [`Event::Flushed`].
    pub(super) fn write(&mut self, message: Message) -> Result<(), Ending> {
        self.writing = Some(Instant::now());
        Pin::new(&mut self.ws).start_send(message).map_err(|error| Ending::of(&error))
    }

    /// The next thing that happens. Losing the future loses nothing.
    pub(super) async fn event(&mut self, read: bool) -> Event {
        if !read {
            self.began = None;
        }
        poll_fn(|cx| self.poll_event(cx, read)).await
    }

    fn poll_event(&mut self, cx: &mut Context<'_>, read: bool) -> Poll<Event> {
        if self.writing.is_some()
            && let Poll::Ready(flushed) = Pin::new(&mut self.ws).poll_flush(cx)
        {
            self.writing = None;
            return Poll::Ready(flushed.map_or_else(|error| Event::Over(Ending::of(&error)), |()| Event::Flushed));
        }
        if !read {
            return Poll::Pending;
        }
        match Pin::new(&mut self.ws).poll_next(cx) {
            Poll::Ready(Some(message)) => {
                self.began = None;
                self.ws.get_mut().bytes = 0;
                Poll::Ready(message.map_or_else(|error| Event::Over(Ending::of(&error)), Event::from))
            }
            Poll::Ready(None) => Poll::Ready(Event::Over(Ending::GONE)),
            Poll::Pending => self.incomplete(),
        }
    }

    /// Looks whether what has come so far is too much, or the begin of something.
    fn incomplete(&mut self) -> Poll<Event> {
        let bytes = self.ws.get_ref().bytes;
        if bytes > self.most {
            return Poll::Ready(Event::Over(Ending::TOO_BIG));
        }
        if bytes > 0 && self.began.is_none() {
            self.began = Some(Instant::now());
            return Poll::Ready(Event::Began);
        }
        Poll::Pending
    }

    /// Says farewell with `ending` and waits for the other side to hang up, for `within` at most.
    pub(super) async fn close(mut self, ending: Ending, within: Duration) {
        let farewell = async {
            if ending == Ending::GONE {
                // Sends the answer to their close frame, if there was one.
                while self.ws.next().await.is_some_and(|message| message.is_ok()) {}
                return;
            }
            let frame = CloseFrame { code: ending.code.into(), reason: Utf8Bytes::from_static(ending.reason) };
            if self.ws.send(Message::Close(Some(frame))).await.is_err() {
                return;
            }
            let io = self.ws.get_mut();
            let _ = io.shutdown().await;
            let (mut buffer, mut left) = ([0; 1024], FAREWELL_BYTES);
            while let Ok(count @ 1..) = io.read(&mut buffer).await
                && left > 0
            {
                left = left.saturating_sub(count);
            }
        };
        let _ = tokio::time::timeout(within, farewell).await;
    }
}

impl From<Message> for Event {
    fn from(message: Message) -> Self {
        match message {
            Message::Text(text) => Self::Text(text),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Self::Control,
            Message::Binary(_) => Self::Over(Ending::BINARY),
            Message::Close(_) => Self::Over(Ending::GONE),
        }
    }
}

impl AsyncRead for Metered {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.io).poll_read(cx, buffer));
        self.bytes = self.bytes.saturating_add(buffer.filled().len() - before);
        Poll::Ready(read)
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
