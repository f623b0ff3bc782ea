//! Settings of a Telegram bot (`[telegram.<account>]`).

use std::path::PathBuf;

use serde::Deserialize;

use crate::accounts::{AccountConfig, Secret, SecretSlot, quiet_problem, rate_problem};

/// Settings of a bot.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelegramConfig {
    /// The token that `@BotFather` gave.
    pub token: Option<Secret>,
    /// A file that holds it.
    pub token_file: Option<PathBuf>,
    /// Where the Bot API is.
    pub api: String,
    /// The public address of this daemon, where Telegram posts updates; polled for them when there is none.
    pub webhook: Option<String>,
    /// Messages a second, to all chats together, from each process that delivers; 0 for no limit.
    pub messages_per_second: f64,
    /// Messages a second to one chat.
    pub chat_messages_per_second: f64,
    /// Messages a minute to one group.
    pub group_messages_per_minute: f64,
    /// Seconds for which more of a customer is waited for before it is answered; 0 for not at all.
    pub quiet_seconds: f64,
}

impl Default for TelegramConfig {
    fn default() -> Self {
        Self {
            token: None,
            token_file: None,
            api: "https://api.telegram.org".to_owned(),
            webhook: None,
            messages_per_second: 30.0,
            chat_messages_per_second: 1.0,
            group_messages_per_minute: 20.0,
            quiet_seconds: 2.5,
        }
    }
}

impl AccountConfig for TelegramConfig {
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.token.is_none() {
            problems.push("token: it is missing; set token_file to a file that holds what @BotFather gave".to_owned());
        }
        if self.token.as_ref().is_some_and(|token| !is_token(token.reveal())) {
            let cure = "copy all of what @BotFather gave: digits, a colon, and some 35 letters and digits";
            problems.push(format!("token: it is none of a bot; {cure}"));
        }
        if !self.api.starts_with("https://") && !self.api.starts_with("http://") {
            problems.push(format!("api: \"{}\" is no address; leave it out for api.telegram.org", self.api));
        }
        if let Some(address) = self.webhook.as_ref().filter(|address| !address.starts_with("https://")) {
            problems
                .push(format!("webhook: \"{address}\" is not where Telegram posts; write https://… of this daemon"));
        }
        if let Some(address) = self.webhook.as_ref().filter(|address| address.starts_with("https://") && !port(address))
        {
            problems.push(format!(
                "webhook: Telegram does not post to the port of \"{address}\"; take 443, 80, 88 or 8443"
            ));
        }
        let rates = [
            ("messages_per_second", self.messages_per_second),
            ("chat_messages_per_second", self.chat_messages_per_second),
            ("group_messages_per_minute", self.group_messages_per_minute),
        ];
        problems.extend(rates.into_iter().filter_map(|(key, rate)| rate_problem(key, rate)));
        problems.extend(quiet_problem(self.quiet_seconds));
        problems
    }

    fn secrets(&mut self) -> Vec<SecretSlot<'_>> {
        vec![SecretSlot::new("token", &mut self.token, &self.token_file)]
    }
}

/// Whether an address has one of the ports that Telegram posts to.
fn port(address: &str) -> bool {
    let host = address.trim_start_matches("https://").split('/').next().unwrap_or_default();
    host.rsplit_once(':').is_none_or(|(_, port)| port.ends_with(']') || ["443", "80", "88", "8443"].contains(&port))
}

/// Whether a text has the form of a bot's token.
fn is_token(token: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    token.split_once(':').is_some_and(|(bot, secret)| {
        !bot.is_empty()
            && bot.bytes().all(|byte| byte.is_ascii_digit())
            && !secret.is_empty()
            && secret.bytes().all(fits)
    })
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
