//! Settings of the web chat: who may open it, what it is called, and how much it takes.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{AccountName, Secret, SecretSlot};

use super::{identity, origin};

/// Settings of the web chat (`[webchat]`).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebchatConfig {
    /// The company's account that its messages come to. Part of every thread's key: a new name starts new threads.
    pub account: AccountName,
    /// Other sites that may hold the chat, as `https://shop.example`. The site that serves it always may.
    pub origins: Vec<String>,
    /// The language of visitors whose program names none.
    pub locale: String,
    /// The names that customers see where a message brings none.
    pub names: Names,
    /// Whether the last `X-Forwarded-For` is believed to be the client's address. Only behind a proxy that sets it.
    pub trust_forwarded: bool,
    /// Seconds for which more of a visitor is waited for before their words are answered, as one; 0 for not at all.
    pub quiet_seconds: f64,
    /// The key by which a page that knows its visitor signs who it is: HS256, 32 characters or more.
    pub identity_key: Option<Secret>,
    /// A file that holds it.
    pub identity_key_file: Option<PathBuf>,
}

impl Default for WebchatConfig {
    fn default() -> Self {
        Self {
            account: AccountName::from_static("main"),
            origins: Vec::new(),
            locale: "nl".to_owned(),
            names: Names::default(),
            trust_forwarded: false,
            quiet_seconds: 1.2,
            identity_key: None,
            identity_key_file: None,
        }
    }
}

impl WebchatConfig {
    /// The secret, given as itself or as the file that holds it.
    pub fn secrets(&mut self) -> Vec<SecretSlot<'_>> {
        vec![SecretSlot::new("identity_key", &mut self.identity_key, &self.identity_key_file)]
    }

    /// What is wrong with the settings, one sentence each: the key, the value, the cure.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> = self
            .origins
            .iter()
            .filter(|origin| !origin::is_origin(origin))
            .map(|origin| format!("webchat.origins: \"{origin}\" is no origin; write it as \"https://shop.example\""))
            .collect();
        if super::wire::locale(&self.locale).is_none() {
            problems.push(format!("webchat.locale: \"{}\" is no language; write it as \"nl\"", self.locale));
        }
        if self.identity_key.as_ref().is_some_and(|key| key.reveal().chars().count() < identity::KEY_LEAST) {
            problems.push(format!(
                "webchat.identity_key: it is shorter than {} characters; write a random one, as openssl rand -hex 32 gives",
                identity::KEY_LEAST
            ));
        }
        problems.extend(crate::accounts::quiet_problem(self.quiet_seconds).map(|problem| format!("webchat.{problem}")));
        problems
    }
}

/// The names that customers see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Names {
    /// The AI. Never the name of a person.
    pub bot: String,
    /// A member of staff.
    pub staff: String,
    /// The company: it speaks Wissel's own fixed sentences, and heads the chat.
    pub company: String,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            bot: "Digitale assistent".to_owned(),
            staff: "Medewerker".to_owned(),
            company: "Klantenservice".to_owned(),
        }
    }
}

/// How much one address, visitor or frame may bring; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Open sockets an address (of IPv6: a /64). New ones a minute are held to ten times this.
    pub connections_per_address: u32,
    /// Messages a visitor may send in a minute.
    pub messages_per_minute: u32,
    /// Bytes of a frame, and of a message in several frames.
    pub frame_bytes: usize,
    /// Bytes of a message's text.
    pub message_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections_per_address: 50, messages_per_minute: 60, frame_bytes: 65_536, message_bytes: 16_384 }
    }
}

/// How long things may take. The default is for the world; tests shorten it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From the opening to `hello`.
    pub hello: Duration,
    /// From the first byte of a frame to its last.
    pub frame: Duration,
    /// For one frame of ours to leave.
    pub send: Duration,
    /// Silence after which a ping is sent.
    pub ping: Duration,
    /// Silence after which the other side is taken for gone.
    pub silence: Duration,
    /// How often a thread is read again though no change was told.
    pub poll: Duration,
    /// For the farewell of one socket.
    pub close: Duration,
    /// For what is in hand when the daemon stops.
    pub drain: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            hello: seconds(10),
            frame: seconds(20),
            send: seconds(20),
            ping: seconds(25),
            silence: seconds(70),
            poll: seconds(30),
            close: seconds(2),
            drain: seconds(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WebchatConfig;

    #[test]
    fn no_settings_at_all_are_good_settings() {
        let config: WebchatConfig = toml::from_str("").unwrap();
        assert_eq!(config, WebchatConfig::default());
        assert_eq!(config.problems(), Vec::<String>::new());
    }

    #[test]
    fn an_unknown_key_and_a_wrong_origin_are_told() {
        assert!(toml::from_str::<WebchatConfig>("orgins = []").is_err());
        let config: WebchatConfig =
            toml::from_str("origins = [\"shop.example\", \"https://a.example/x\"]\nlocale = \"\"").unwrap();
        assert_eq!(config.problems().len(), 3);
        let short: WebchatConfig = toml::from_str("identity_key = \"hunter2\"").unwrap();
        assert!(short.problems()[0].starts_with("webchat.identity_key: it is shorter than 32"));
        assert!(!short.problems()[0].contains("hunter2"));
    }
}
