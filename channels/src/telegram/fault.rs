//! What an error of the Bot API means, by what there is to do about it.

use std::time::Duration;

use teloxide_core::{ApiError, RequestError};

use crate::reading::clip;

/// Letters of a reason of theirs that staff are shown, at most.
const MOST_REASON: usize = 200;

/// Why a call did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Too many calls: wait for so long.
    Wait(Duration),
    /// The group is a supergroup now, with this id.
    Moved(i64),
    /// This customer or group cannot be reached by the bot.
    Unreachable(String),
    /// The token is not good any more.
    Token,
    /// Somebody else takes the updates: a webhook, or a second poller.
    Rival {
        /// Whether it is a webhook.
        webhook: bool,
    },
    /// The request is refused, and will be.
    Refused(String),
    /// It did not get there.
    Away(String),
    /// It may or may not have been done.
    Unknown(String),
    /// Their answer cannot be read, but says that it was done.
    Done,
}

impl Fault {
    /// Reads an error. What it says never holds the token or what a customer wrote.
    pub(super) fn of(error: &RequestError) -> Self {
        match error {
            RequestError::RetryAfter(seconds) => Self::Wait(seconds.duration()),
            RequestError::MigrateToChatId(chat) => Self::Moved(chat.0),
            RequestError::Network(error) if error.is_connect() || error.is_builder() => {
                Self::Away("no connection to the Bot API".to_owned())
            }
            RequestError::Network(error) if error.is_timeout() => Self::Unknown("no answer in time".to_owned()),
            RequestError::Network(_) => Self::Unknown("the connection was lost".to_owned()),
            RequestError::InvalidJson { raw, .. } if raw.trim_start().starts_with("{\"ok\":true") => Self::Done,
            RequestError::InvalidJson { .. } => Self::Unknown("an answer that is not of the Bot API".to_owned()),
            RequestError::Io(_) => Self::Refused("a file cannot be read".to_owned()),
            RequestError::Api(error) => Self::told(error),
        }
    }

    /// By the words with which the Bot API begins: its codes are not passed on.
    fn told(error: &ApiError) -> Self {
        let words = match error {
            ApiError::InvalidToken => return Self::Token,
            ApiError::TerminatedByOtherGetUpdates => return Self::Rival { webhook: false },
            ApiError::CantGetUpdates => return Self::Rival { webhook: true },
            ApiError::Unknown(words) => words.clone(),
            known => known.to_string(),
        };
        let reason = clip(&words, MOST_REASON).to_owned();
        if words.starts_with("Forbidden") || words.starts_with("Unauthorized: ") || gone(error, &words) {
            Self::Unreachable(reason)
        } else if words.starts_with("Conflict") {
            Self::Rival { webhook: words.contains("webhook") }
        } else if words.starts_with("Bad Request") || words.starts_with("Request Entity Too Large") {
            Self::Refused(reason)
        } else if words.starts_with("Unauthorized") {
            Self::Token
        } else if words.starts_with("Too Many Requests") {
            Self::Wait(Duration::from_secs(5))
        } else if is_theirs(&words) {
            Self::Unknown(reason)
        } else {
            Self::Refused(reason)
        }
    }
}

/// A chat that is not there any more.
fn gone(error: &ApiError, words: &str) -> bool {
    let known = matches!(error, ApiError::ChatNotFound | ApiError::GroupDeactivated | ApiError::UserDeactivated);
    known || words.contains("PEER_ID_INVALID") || words.contains("group chat was deactivated")
}

/// A trouble on their side, after which nobody knows.
fn is_theirs(words: &str) -> bool {
    ["Internal Server Error", "Bad Gateway", "Gateway Timeout", "Service Unavailable", "restart"]
        .iter()
        .any(|trouble| words.contains(trouble))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(words: &str) -> Fault {
        let answer = serde_json::json!(words).to_string();
        Fault::of(&RequestError::Api(serde_json::from_str(&answer).unwrap()))
    }

    #[test]
    fn what_the_bot_api_says_has_its_outcome() {
        for words in [
            "Forbidden: bot was blocked by the user",
            "Forbidden: user is deactivated",
            "Forbidden: bot was kicked from the supergroup chat",
            "Forbidden: something new",
            "Unauthorized: bot was kicked from a chat",
            "Bad Request: chat not found",
            "Bad Request: group chat was deactivated",
        ] {
            assert!(matches!(told(words), Fault::Unreachable(_)), "{words}: {:?}", told(words));
        }
        let rival = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
        assert_eq!(told(rival), Fault::Rival { webhook: false });
        let hook = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
        assert_eq!(told(hook), Fault::Rival { webhook: true });
        for words in ["Unauthorized", "Not Found"] {
            assert_eq!(told(words), Fault::Token, "{words}");
        }
        for words in ["Bad Request: message is too long", "Bad Request: message text is empty", "Something else"] {
            assert!(matches!(told(words), Fault::Refused(_)), "{words}: {:?}", told(words));
        }
        for words in ["Internal Server Error", "Bad Gateway"] {
            assert!(matches!(told(words), Fault::Unknown(_)), "{words}");
        }
    }
}
