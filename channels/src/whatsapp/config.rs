//! Settings of a WhatsApp number (`[whatsapp.<account>]`).

use std::path::PathBuf;

use serde::Deserialize;

use crate::accounts::{AccountConfig, Secret, SecretSlot, quiet_problem, rate_problem};

/// Settings of a number.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WhatsappConfig {
    /// The `phone_number_id` of the number.
    pub phone_number_id: String,
    /// The access token.
    pub token: Option<Secret>,
    /// A file that holds it.
    pub token_file: Option<PathBuf>,
    /// The secret of the app, by which webhooks are signed.
    pub app_secret: Option<Secret>,
    /// A file that holds it.
    pub app_secret_file: Option<PathBuf>,
    /// The word that the set-up of the webhook repeats.
    pub verify_token: Option<Secret>,
    /// A file that holds it.
    pub verify_token_file: Option<PathBuf>,
    /// Where the Graph API is, with its version.
    pub api: String,
    /// The template that is sent when a customer's 24 hours are over, with what is to be said as its one parameter.
    pub template: Option<String>,
    /// The language of the template.
    pub template_language: String,
    /// Whether messages carry a reference of ours (`biz_opaque_callback_data`), by which statuses tell what became of a
    /// message whose answer was lost. Meta's machine-readable description does not have it.
    pub reference: bool,
    /// Whether customers see that what they wrote was read, once it is answered.
    pub read_receipts: bool,
    /// Messages a second, to all customers together, from each process that delivers; 0 for no limit.
    pub messages_per_second: f64,
    /// Seconds between two messages to one customer, on average; 0 for no limit.
    pub pair_seconds: f64,
    /// Messages to one customer that may leave at once after a silence.
    pub pair_burst: u32,
    /// Seconds for which more of a customer is waited for before it is answered; 0 for not at all.
    pub quiet_seconds: f64,
}

impl Default for WhatsappConfig {
    fn default() -> Self {
        Self {
            phone_number_id: String::new(),
            token: None,
            token_file: None,
            app_secret: None,
            app_secret_file: None,
            verify_token: None,
            verify_token_file: None,
            api: "https://graph.facebook.com/v23.0".to_owned(),
            template: None,
            template_language: "nl".to_owned(),
            reference: false,
            read_receipts: true,
            messages_per_second: 80.0,
            pair_seconds: 6.0,
            pair_burst: 10,
            quiet_seconds: 2.5,
        }
    }
}

impl AccountConfig for WhatsappConfig {
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.phone_number_id.is_empty() || !self.phone_number_id.bytes().all(|byte| byte.is_ascii_digit()) {
            let id = &self.phone_number_id;
            problems.push(format!("phone_number_id: \"{id}\" is no such id; copy its digits from the app's set-up"));
        }
        let secrets = [("token", &self.token), ("app_secret", &self.app_secret), ("verify_token", &self.verify_token)];
        for (key, _) in secrets.iter().filter(|(_, secret)| secret.is_none()) {
            problems.push(format!("{key}: it is missing; set {key}_file to a file that holds it"));
        }
        if !self.api.starts_with("https://") && !self.api.starts_with("http://") {
            problems.push(format!("api: \"{}\" is no address; leave it out for graph.facebook.com", self.api));
        }
        if self.template.as_ref().is_some_and(|name| name.trim().is_empty()) {
            problems.push("template: it has no name; write that of an approved template, or leave this out".to_owned());
        }
        let rates = [("messages_per_second", self.messages_per_second), ("pair_seconds", self.pair_seconds)];
        problems.extend(rates.into_iter().filter_map(|(key, rate)| rate_problem(key, rate)));
        problems.extend(quiet_problem(self.quiet_seconds));
        problems
    }

    fn secrets(&mut self) -> Vec<SecretSlot<'_>> {
        vec![
            SecretSlot::new("token", &mut self.token, &self.token_file),
            SecretSlot::new("app_secret", &mut self.app_secret, &self.app_secret_file),
            SecretSlot::new("verify_token", &mut self.verify_token, &self.verify_token_file),
        ]
    }
}
