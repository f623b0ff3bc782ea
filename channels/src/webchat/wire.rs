//! The web chat's frames: JSON text to types and back. Pure; no bytes make it panic.

use serde::{Deserialize, Serialize};

use crate::{
    AccountName, Author, ChannelName, ConversationId, Line, MessageId, OwnerKind, Source, ThreadKey, UnixMillis,
};

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientFrame {
    /// The first frame: who it is and what it has already.
    Hello(Hello),
    /// Something that the customer wrote.
    Message(ClientMessage),
}

/// Who a client is and what it has already.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Hello {
    /// The token of the last welcome.
    #[serde(default)]
    pub visitor: Option<String>,
    /// The newest place in the thread that it has.
    #[serde(default)]
    pub last_seq: Option<u64>,
    /// The language that it speaks.
    #[serde(default)]
    pub locale: Option<String>,
    /// Who the visitor is, signed by the page.
    #[serde(default)]
    pub identity: Option<String>,
}

/// Something that a customer wrote.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ClientMessage {
    /// The client's own UUID for it.
    pub id: String,
    /// What was written.
    pub text: String,
}

/// Why a client's frame cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Not a JSON object with the fields of its type.
    Malformed,
    /// Of a type that we do not know.
    UnknownType,
}

#[derive(Deserialize)]
struct Typed {
    r#type: String,
}

impl ClientFrame {
    /// Reads a frame; unknown fields are ignored.
    ///
    /// # Errors
    /// When it is not one that we know.
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        // serde would take an array for an object, its fields in order.
        if !text.trim_start().starts_with('{') {
            return Err(FrameError::Malformed);
        }
        let typed: Typed = serde_json::from_str(text).map_err(|_| FrameError::Malformed)?;
        match typed.r#type.as_str() {
            "hello" => serde_json::from_str(text).map(Self::Hello).map_err(|_| FrameError::Malformed),
            "message" => serde_json::from_str(text).map(Self::Message).map_err(|_| FrameError::Malformed),
            _ => Err(FrameError::UnknownType),
        }
    }
}

/// What we say to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame<'a> {
    /// The answer to `hello`.
    Welcome {
        /// The token to come back with.
        visitor: &'a str,
        /// The conversation that is open, or was the last.
        conversation: Option<ConversationId>,
        /// The language of the chat.
        locale: &'a str,
        /// The company's name.
        company: &'a str,
    },
    /// Forget what you have: everything follows.
    Resync,
    /// The broker has the message.
    Ack {
        /// The client's own id, as it was given.
        id: &'a str,
    },
    /// A line of the thread.
    Message {
        /// Place in the thread.
        seq: u64,
        /// The client's own id for its messages, else one of ours.
        id: &'a str,
        /// Who said it.
        from: Author,
        /// The name to show.
        name: &'a str,
        /// When.
        at: UnixMillis,
        /// What was said.
        text: &'a str,
        /// Where an answer of the bot comes from.
        sources: &'a [Source],
    },
    /// Somebody is writing.
    Typing {
        /// Who.
        from: Author,
    },
    /// Who has the conversation now.
    Owner {
        /// Who.
        owner: OwnerKind,
        /// Which conversation.
        conversation: ConversationId,
    },
    /// Something was wrong.
    Error(ErrorFrame<'a>),
}

impl ServerFrame<'_> {
    /// The frame as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Only maps with odd keys and failing writers make serde_json fail; here are neither.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What was wrong, and when to try again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorFrame<'a> {
    /// A word for programs.
    pub code: ErrorCode,
    /// A sentence for people who write programs.
    pub message: &'a str,
    /// Seconds to wait before trying again; null when that would not help.
    pub retry_after: Option<u64>,
    /// The message that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Something came before `hello`.
    HelloFirst,
    /// A second `hello`.
    HelloOnce,
    /// Not a frame of this protocol, or a message that can never be accepted.
    Invalid,
    /// A frame of a type that we do not know.
    UnknownType,
    /// The message's id is not a UUID.
    InvalidId,
    /// The message says nothing.
    Empty,
    /// The message's text is over the limit.
    TooLong,
    /// It cannot be stored just now.
    Busy,
    /// More messages than the limit.
    TooMany,
    /// The token that says who the visitor is is not to be believed.
    InvalidIdentity,
}

impl ErrorCode {
    /// The sentence that goes with it.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::HelloFirst => "say hello first",
            Self::HelloOnce => "hello was said already",
            Self::Invalid => "this is not a frame of the chat's protocol",
            Self::UnknownType => "this type of frame is not known; known: hello, message",
            Self::InvalidId => "the id of a message must be a UUID",
            Self::Empty => "the message has no text",
            Self::TooLong => "the message is too long",
            Self::Busy => "messages cannot be stored just now; send it again later",
            Self::TooMany => "too many messages; send it again later",
            Self::InvalidIdentity => "who the visitor is cannot be believed; they are nobody known",
        }
    }

    /// The frame for it, about nothing in particular.
    #[must_use]
    pub const fn frame(self) -> ErrorFrame<'static> {
        ErrorFrame { code: self, message: self.sentence(), retry_after: None, id: None }
    }
}

impl From<FrameError> for ErrorCode {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::Malformed => Self::Invalid,
            FrameError::UnknownType => Self::UnknownType,
        }
    }
}

/// The frame for a line, with `fallback` as the name when it has none.
#[must_use]
pub fn line<'a>(line: &'a Line, fallback: &'a str) -> ServerFrame<'a> {
    ServerFrame::Message {
        seq: line.seq,
        id: &line.id,
        from: line.from,
        name: if line.name.is_empty() { fallback } else { &line.name },
        at: line.at,
        text: &line.text,
        sources: &line.sources,
    }
}

/// The bytes of a UUID in its usual form, whatever its case.
#[must_use]
pub fn uuid(text: &str) -> Option<[u8; 16]> {
    let bytes = text.as_bytes();
    if bytes.len() != 36 || [8, 13, 18, 23].iter().any(|&at| bytes[at] != b'-') {
        return None;
    }
    let mut digits = bytes.iter().filter(|&&byte| byte != b'-').map(|&byte| char::from(byte).to_digit(16));
    let mut id = [0; 16];
    for slot in &mut id {
        let (high, low) = (digits.next()??, digits.next()??);
        *slot = u8::try_from(high << 4 | low).ok()?;
    }
    digits.next().is_none().then_some(id)
}

/// A language tag as programs give it, if it looks like one.
#[must_use]
pub fn locale(text: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    ((2..=35).contains(&text.len()) && text.bytes().all(plain)).then_some(text)
}

/// The id of a message: the same for the same thread and UUID, whatever the text.
#[must_use]
pub fn message_id(channel: &ChannelName, account: &AccountName, thread: ThreadKey, uuid: &[u8; 16]) -> MessageId {
    let (channel, account) = (channel.as_str().as_bytes(), account.as_str().as_bytes());
    MessageId::of("wissel.message", &[b"main", channel, account, &thread.0, uuid])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ClientFrame, ClientMessage, ErrorCode, FrameError, Hello, ServerFrame, locale, message_id, uuid};
    use crate::{AccountName, ChannelName, ThreadKey};

    #[test]
    fn frames_are_read_and_unknown_fields_ignored() {
        let hello = r#"{"type":"hello","visitor":null,"last_seq":3,"locale":"nl","new":{"x":[1]}}"#;
        let expected = Hello { visitor: None, last_seq: Some(3), locale: Some("nl".to_owned()), identity: None };
        assert_eq!(ClientFrame::parse(hello), Ok(ClientFrame::Hello(expected)));
        assert_eq!(ClientFrame::parse(r#"{"type":"hello"}"#), Ok(ClientFrame::Hello(Hello::default())));
        let message = r#"{"id":"a","text":"b","type":"message"}"#;
        let expected = ClientMessage { id: "a".to_owned(), text: "b".to_owned() };
        assert_eq!(ClientFrame::parse(message), Ok(ClientFrame::Message(expected)));
    }

    #[test]
    fn what_is_not_a_frame_is_told_apart_from_an_unknown_type() {
        assert_eq!(ClientFrame::parse(r#"{"type":"dance"}"#), Err(FrameError::UnknownType));
        let deep = "[".repeat(60_000);
        for bad in
            ["", "null", "{}", "[]", r#"["hello"]"#, r#"{"type":1}"#, r#"{"type":"message","id":1,"text":""}"#, &deep]
        {
            assert_eq!(ClientFrame::parse(bad), Err(FrameError::Malformed), "{bad:.40}");
        }
        let wrong = [r#"{"type":"hello","last_seq":-1}"#, r#"{"type":"hello","last_seq":1e99}"#, r#""\ud800""#];
        assert!(wrong.iter().all(|bad| ClientFrame::parse(bad) == Err(FrameError::Malformed)));
    }

    #[test]
    fn our_frames_have_the_fields_of_the_protocol() {
        assert_eq!(ServerFrame::Resync.to_json(), r#"{"type":"resync"}"#);
        assert_eq!(ServerFrame::Ack { id: "x" }.to_json(), r#"{"type":"ack","id":"x"}"#);
        assert_eq!(
            ServerFrame::Error(ErrorCode::HelloFirst.frame()).to_json(),
            r#"{"type":"error","code":"hello_first","message":"say hello first","retry_after":null}"#
        );
        let welcome = ServerFrame::Welcome { visitor: "t", conversation: None, locale: "nl", company: "c" };
        assert_eq!(
            welcome.to_json(),
            r#"{"type":"welcome","visitor":"t","conversation":null,"locale":"nl","company":"c"}"#
        );
    }

    #[test]
    fn a_uuid_is_36_characters_in_either_case() {
        let lower = uuid("0191f8a0-7b1c-7def-8abc-0123456789ab").unwrap();
        assert_eq!(uuid("0191F8A0-7B1C-7DEF-8ABC-0123456789AB"), Some(lower));
        for bad in [
            "",
            "0191f8a07b1c7def8abc0123456789ab",
            "0191f8a0-7b1c-7def-8abc-0123456789a",
            "0191f8a0-7b1c-7def-8abc-0123456789ag",
            "0191f8a0-7b1c-7def-8abc--123456789ab",
            "{191f8a0-7b1c-7def-8abc-0123456789ab",
            "éé91f8a-7b1c-7def-8abc-0123456789ab",
        ] {
            assert_eq!(uuid(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_same_uuid_in_another_thread_is_another_message() {
        let (channel, account) = (ChannelName::from_static("webchat"), AccountName::from_static("main"));
        let id = message_id(&channel, &account, ThreadKey([1; 16]), &[9; 16]);
        assert_eq!(id, message_id(&channel, &account, ThreadKey([1; 16]), &[9; 16]));
        assert_ne!(id, message_id(&channel, &account, ThreadKey([2; 16]), &[9; 16]));
    }

    fn json(depth: u32) -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "hello|message|.{0,12}".prop_map(Into::into),
        ];
        leaf.prop_recursive(depth, 32, 6, |inner| {
            let key = "type|id|text|visitor|last_seq|locale|[a-z]{1,4}";
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::btree_map(key, inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
            let text = String::from_utf8_lossy(&bytes);
            let _ = ClientFrame::parse(&text);
            let _ = (uuid(&text), locale(&text));
        }

        #[test]
        fn any_json_is_a_frame_or_an_error(value in json(4)) {
            let parsed = ClientFrame::parse(&value.to_string());
            match value.get("type").and_then(serde_json::Value::as_str) {
                Some("hello" | "message") => {}
                Some(_) => prop_assert_eq!(parsed, Err(FrameError::UnknownType)),
                None => prop_assert_eq!(parsed, Err(FrameError::Malformed)),
            }
        }

        #[test]
        fn any_text_arrives_as_it_was_written(id in ".*", text in ".*") {
            let frame = serde_json::json!({"type": "message", "id": &id, "text": &text}).to_string();
            prop_assert_eq!(ClientFrame::parse(&frame), Ok(ClientFrame::Message(ClientMessage { id, text })));
        }

        #[test]
        fn every_uuid_reads_back(bytes: [u8; 16]) {
            let hex = ThreadKey(bytes).to_string();
            let text = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
            prop_assert_eq!(uuid(&text), Some(bytes));
        }
    }
}
