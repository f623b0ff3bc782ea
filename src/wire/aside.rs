//! Set aside: what the queue of dead letters holds: the message as it was, with why and when, and the queue it came from.

use serde::{Deserialize, Serialize};
use wissel_channels::UnixMillis;

use super::envelope::{VERSION, WireError, pack, unpack};
use crate::broker::{Message, Queue};

/// Why, when and where a message was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Version of the whole.
    pub v: u16,
    /// Why, in a word.
    pub reason: String,
    /// When.
    pub at: UnixMillis,
    /// The queue that it was taken from.
    pub queue: String,
}

/// A message that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Absent for what the broker itself has set aside, or a release that left no note.
    pub note: Option<Note>,
    /// The message as it was.
    pub message: Message,
}

/// What a noted message begins with; nothing that is written elsewhere does.
const MARK: &[u8] = b"wissel: set aside\n";

/// Wraps a message for the queue of the dead. It keeps its id.
pub fn write(message: &Message, queue: &Queue, reason: &str, at: UnixMillis) -> Result<Message, WireError> {
    let note = Note { v: VERSION, reason: reason.to_owned(), at, queue: queue.to_string() };
    let packed = pack(&(note, serde_bytes::Bytes::new(&message.body)))?;
    Ok(Message { id: message.id, body: [MARK, &packed].concat().into() })
}

/// Unwraps it. Whatever has no note is taken as it is.
#[must_use]
pub fn read(message: Message) -> SetAside {
    let noted = message.body.strip_prefix(MARK).and_then(|packed| unpack::<(Note, serde_bytes::ByteBuf)>(packed).ok());
    match noted {
        Some((note, raw)) => {
            SetAside { note: Some(note), message: Message { id: message.id, body: raw.into_vec().into() } }
        }
        None => SetAside { note: None, message },
    }
}

impl SetAside {
    /// The queue that it was taken from, as far as it is known.
    #[must_use]
    pub fn queue(&self) -> Option<Queue> {
        self.note.as_ref()?.queue.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_out_as_it_went_in_and_one_without_a_note_too() {
        let message = Message { id: [1; 16], body: b"rubbish".to_vec().into() };
        let queue = Queue::Deliver(wissel_channels::ChannelName::new("webchat").unwrap());
        let wrapped = write(&message, &queue, "panic", UnixMillis(7)).unwrap();
        assert_eq!(wrapped.id, message.id);
        let back = read(wrapped);
        assert_eq!((back.message.clone(), back.queue()), (message.clone(), Some(queue)));
        assert_eq!(back.note.unwrap().reason, "panic");
        assert_eq!(read(message.clone()), SetAside { note: None, message });
    }
}
