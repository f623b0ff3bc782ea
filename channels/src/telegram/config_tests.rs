//! Tests of a Telegram bot's settings: what they say of a wrong token or webhook.

use super::TelegramConfig;
use crate::accounts::AccountConfig;

#[test]
fn what_is_no_token_is_told_without_showing_it() {
    for (token, problems) in [("4711:AAtest-token", 0), ("AAtest-token", 1), ("4711:", 1), ("bot4711:AA", 1)] {
        let config: TelegramConfig = toml::from_str(&format!("token = \"{token}\"")).unwrap();
        let told = config.problems();
        assert_eq!(told.len(), problems, "{token}");
        assert!(!told.concat().contains("AAtest"));
    }
}

#[test]
fn a_webhook_that_telegram_would_refuse_is_told() {
    for (webhook, problems) in [
        ("https://chat.example.com", 0),
        ("https://chat.example.com:8443/wissel", 0),
        ("https://chat.example.com:8080", 1),
        ("https://[2001:db8::1]/", 0),
        ("http://chat.example.com", 1),
    ] {
        let config: TelegramConfig = toml::from_str(&format!("token = \"1:a\"\nwebhook = \"{webhook}\"")).unwrap();
        assert_eq!(config.problems().len(), problems, "{webhook}: {:?}", config.problems());
    }
}
