//! The stream under an IMAP session: sealed or plain, with a watch on how much the server says that it will send.
//!
//! A literal is announced by its size (`{123}`), and the session would make room for whatever is announced. Announcements
//! are therefore read here, before the session sees them: one that is too large ends the connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Bytes of one answer outside its literals, at most: a list of a million numbers.
const MOST_LINE: usize = 16 << 20;
/// Letters at a line's end that are looked at: `{`, digits, `+`, `}`, and the end itself.
const TAIL: usize = 32;

/// A connection to a server.
#[derive(Debug)]
pub(super) enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection whose announcements are watched.
#[derive(Debug)]
pub(super) struct Guarded {
    wire: Wire,
    announced: Announced,
}

impl Guarded {
    pub(super) fn new(wire: Wire, most_bytes: usize) -> Self {
        Self { wire, announced: Announced::new(most_bytes) }
    }

    /// Back to the bare connection, to seal it.
    pub(super) fn into_plain(self) -> Option<TcpStream> {
        match self.wire {
            Wire::Plain(stream) => Some(stream),
            Wire::Tls(_) => None,
        }
    }
}

/// What a server announced, over the bytes that came.
#[derive(Debug)]
pub(super) struct Announced {
    most: usize,
    /// Bytes of the present literal that are still to come.
    left: usize,
    /// Bytes of literals of the present answer so far.
    sum: usize,
    line: usize,
    tail: Vec<u8>,
}

impl Announced {
    pub(super) fn new(most: usize) -> Self {
        Self { most, left: 0, sum: 0, line: 0, tail: Vec::with_capacity(TAIL) }
    }

    /// Looks at what came; says why the connection has to end.
    pub(super) fn pass(&mut self, mut bytes: &[u8]) -> Result<(), &'static str> {
        while !bytes.is_empty() {
            if self.left > 0 {
                let literal = self.left.min(bytes.len());
                self.left -= literal;
                bytes = &bytes[literal..];
                continue;
            }
            let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |newline| newline + 1);
            let (line, rest) = bytes.split_at(end);
            self.line += line.len();
            if self.line > MOST_LINE {
                return Err("the server sent a line without an end");
            }
            let kept = line.len().min(TAIL);
            if self.tail.len() + kept > TAIL {
                self.tail.drain(..self.tail.len() + kept - TAIL);
            }
            self.tail.extend_from_slice(&line[line.len() - kept..]);
            if line.ends_with(b"\n") {
                self.line_ended()?;
            }
            bytes = rest;
        }
        Ok(())
    }

    fn line_ended(&mut self) -> Result<(), &'static str> {
        let announced = literal(&self.tail);
        self.tail.clear();
        let Some(size) = announced else {
            // The answer is at its end.
            (self.sum, self.line) = (0, 0);
            return Ok(());
        };
        self.sum = usize::try_from(size).map_or(usize::MAX, |size| self.sum.saturating_add(size));
        if self.sum > self.most {
            return Err("the server announced more bytes than were asked for");
        }
        self.left = usize::try_from(size).unwrap_or(usize::MAX);
        Ok(())
    }
}

/// The size that a line's end announces.
fn literal(tail: &[u8]) -> Option<u64> {
    let line = tail.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_suffix(b"}")?;
    let line = line.strip_suffix(b"+").unwrap_or(line);
    // More digits than are kept are a number beyond all measure.
    let endless = line.len() >= TAIL - 4;
    let digits = match memchr::memrchr(b'{', line) {
        Some(open) => &line[open + 1..],
        None if endless => line,
        None => return None,
    };
    let digits = std::str::from_utf8(digits).ok()?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

impl AsyncRead for Guarded {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let polled = match &mut this.wire {
            Wire::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Wire::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        };
        match polled {
            Poll::Ready(Ok(())) => Poll::Ready(this.announced.pass(&buf.filled()[before..]).map_err(io::Error::other)),
            other => other,
        }
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().wire {
            Wire::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Wire::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().wire {
            Wire::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Wire::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().wire {
            Wire::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Wire::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Announced;

    /// Passes bytes in pieces of a size.
    fn pass(bytes: &[u8], piece: usize) -> Result<(), &'static str> {
        let mut announced = Announced::new(100);
        bytes.chunks(piece.max(1)).try_for_each(|piece| announced.pass(piece))
    }

    #[test]
    fn what_is_announced_too_large_is_refused_before_it_comes() {
        for piece in [1, 2, 7, 100] {
            assert!(pass(b"* 1 FETCH (BODY[] {9999999999}\r\n", piece).is_err());
            assert!(pass(b"* 1 FETCH (BODY[] {9999999999999999999999999999999999999999999999}\r\n", piece).is_err());
            assert!(pass(b"* 1 FETCH (BODY[] {60}\r\n", piece).is_ok());
            let two = [b"* 1 FETCH (A {60}\r\n".as_slice(), &[b'x'; 60], b" B {60}\r\n"].concat();
            assert!(pass(&two, piece).is_err(), "together they are too large");
            let apart = [b"* 1 FETCH (A {60}\r\n".as_slice(), &[b'x'; 60], b")\r\n* 2 FETCH (A {60}\r\n"].concat();
            assert!(pass(&apart, piece).is_ok());
            assert!(pass(b"* OK {x} {} {12\r\n* OK\r\n", piece).is_ok());
            assert!(pass(b"* 1 FETCH (BODY[] {5}\r\n{999}\r\n)\r\n", piece).is_ok(), "content announces nothing");
        }
        let mut announced = Announced::new(100);
        assert!((0..17 << 4).any(|_| announced.pass(&vec![b'x'; 64 << 10]).is_err()), "a line without an end");
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(bytes in proptest::collection::vec(prop::sample::select(b"{}+0129\r\nab".to_vec()), 0..200), piece in 1_usize..20) {
            prop_assert_eq!(pass(&bytes, piece), pass(&bytes, 1000));
        }
    }
}
