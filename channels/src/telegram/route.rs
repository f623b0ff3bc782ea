//! How an answer gets back: the chat, and the topic within it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide_core::types::{MessageId, ThreadId};

/// Where to send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Route {
    /// The chat.
    pub(super) chat: i64,
    /// The topic of a group that has topics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    topic: Option<i32>,
}

impl Route {
    /// The way back of an update.
    pub(super) fn of(update: &Value) -> Option<Self> {
        let parts = update.as_object()?.values();
        let message = |part: &Value| -> Option<Self> {
            let chat = part.pointer("/chat/id").or_else(|| part.pointer("/message/chat/id"))?.as_i64()?;
            let message = if part.get("chat").is_some() { part } else { part.get("message")? };
            let in_topic = message.get("is_topic_message").and_then(Value::as_bool).unwrap_or_default();
            let topic = message.get("message_thread_id").and_then(Value::as_i64).filter(|_| in_topic);
            Some(Self { chat, topic: topic.and_then(|topic| topic.try_into().ok()) })
        };
        parts.into_iter().find_map(message)
    }

    /// As it stands in a thread's state.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// See [`Route::read`].
    pub(super) fn written(self) -> String {
        serde_json::to_string(&self).unwrap_or_default()
    }

    pub(super) fn is_group(self) -> bool {
        self.chat < 0
    }

    pub(super) fn topic(self) -> Option<ThreadId> {
        self.topic.map(|topic| ThreadId(MessageId(topic)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Route;

    #[test]
    fn the_way_back_is_the_chat_and_its_topic() {
        let route = |update| Route::of(&update).map(Route::written);
        let message = json!({"update_id": 1, "message": {"chat": {"id": 7}, "message_thread_id": 3}});
        assert_eq!(route(message).unwrap(), r#"{"chat":7}"#);
        let topic = json!({"update_id": 1, "edited_message": {"chat": {"id": -7}, "message_thread_id": 3, "is_topic_message": true}});
        assert_eq!(route(topic.clone()).unwrap(), r#"{"chat":-7,"topic":3}"#);
        assert_eq!(Route::read(r#"{"chat":-7,"topic":3}"#), Route::of(&topic));
        let button = json!({"update_id": 1, "callback_query": {"message": {"chat": {"id": 9}}}});
        assert_eq!(route(button).unwrap(), r#"{"chat":9}"#);
        assert_eq!(route(json!({"update_id": 1})), None);
    }
}
