//! Settings of a Telegram bot (`[telegram.<account>]`).

use std::path::PathBuf;

use serde::Deserialize;

use crate::accounts::{AccountConfig, Secret, SecretSlot, quiet_problem};

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
    /// Seconds for which more of a customer is waited for before it is answered; 0 for not at all.
    pub quiet_seconds: f64,
}

impl Default for TelegramConfig {
    fn default() -> Self {
        Self { token: None, token_file: None, api: "https://api.telegram.org".to_owned(), quiet_seconds: 2.5 }
    }
}

impl AccountConfig for TelegramConfig {
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.token.is_none() {
            problems.push("token: it is missing; set token_file to a file that holds what @BotFather gave".to_owned());
        }
        if !self.api.starts_with("https://") && !self.api.starts_with("http://") {
            problems.push(format!("api: \"{}\" is no address; leave it out for api.telegram.org", self.api));
        }
        problems.extend(quiet_problem(self.quiet_seconds));
        problems
    }

    fn secrets(&mut self) -> Vec<SecretSlot<'_>> {
        vec![SecretSlot::new("token", &mut self.token, &self.token_file)]
    }
}
