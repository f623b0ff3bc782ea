//! What waits to be sent on one socket: answers before lines, so that an acknowledgement never waits for a page.

use std::collections::VecDeque;

use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::wire::ServerFrame;

/// Answers that may wait before nothing more is read from the socket.
const ANSWERS: usize = 32;

/// The frames of one socket that have not left.
#[derive(Default)]
pub(super) struct Outbox {
    answers: VecDeque<Utf8Bytes>,
    lines: VecDeque<Utf8Bytes>,
    ping: bool,
}

impl Outbox {
    /// Adds an answer to something that the client sent.
    pub(super) fn answer(&mut self, frame: &ServerFrame<'_>) {
        self.answers.push_back(frame.to_json().into());
    }

    /// Adds a part of the thread.
    pub(super) fn line(&mut self, frame: &ServerFrame<'_>) {
        self.lines.push_back(frame.to_json().into());
    }

    /// Asks for a ping.
    pub(super) fn ping(&mut self) {
        self.ping = true;
    }

    /// Whether there is room for more answers.
    pub(super) fn has_room(&self) -> bool {
        self.answers.len() < ANSWERS
    }

    /// Whether all lines have left, so that the next page may be read.
    pub(super) fn lines_left(&self) -> bool {
        self.lines.is_empty()
    }

    /// The next frame to send. An outbox that has become empty holds no memory.
    pub(super) fn next(&mut self) -> Option<Message> {
        if std::mem::take(&mut self.ping) {
            return Some(Message::Ping(Vec::new().into()));
        }
        let queue = if self.answers.is_empty() { &mut self.lines } else { &mut self.answers };
        let frame = queue.pop_front()?;
        if queue.is_empty() {
            *queue = VecDeque::new();
        }
        Some(Message::Text(frame))
    }
}

#[cfg(test)]
mod tests {
    use super::Outbox;
    use crate::webchat::wire::ServerFrame;

    #[test]
    fn an_answer_overtakes_the_lines_and_each_queue_keeps_its_order() {
        let mut outbox = Outbox::default();
        outbox.line(&ServerFrame::Ack { id: "line 1" });
        outbox.line(&ServerFrame::Ack { id: "line 2" });
        let _ = outbox.next();
        outbox.answer(&ServerFrame::Ack { id: "answer 1" });
        outbox.answer(&ServerFrame::Ack { id: "answer 2" });
        let rest: Vec<String> = std::iter::from_fn(|| outbox.next()).map(|frame| frame.to_string()).collect();
        assert!(rest[0].contains("answer 1") && rest[1].contains("answer 2") && rest[2].contains("line 2"), "{rest:?}");
    }
}
