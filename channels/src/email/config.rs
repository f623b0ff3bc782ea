//! Settings of a mailbox (`[email.<account>]`).

use std::path::PathBuf;

use serde::Deserialize;

use crate::accounts::{AccountConfig, Secret, SecretSlot, quiet_problem};

/// Settings of a mailbox.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmailConfig {
    /// The address that customers write to and get answers from.
    pub address: String,
    /// The server that mail is fetched from, as `imap.example:993`.
    pub imap: String,
    /// The server that mail is sent by, as `smtp.example:465`.
    pub smtp: String,
    /// The name that it signs in with; the address when it is empty.
    pub user: String,
    /// The password.
    pub password: Option<Secret>,
    /// A file that holds it.
    pub password_file: Option<PathBuf>,
    /// The folders that are watched.
    pub folders: Vec<String>,
    /// Seconds for which more of a customer is waited for before it is answered; 0 for not at all.
    pub quiet_seconds: f64,
}

impl Default for EmailConfig {
    fn default() -> Self {
        Self {
            address: String::new(),
            imap: String::new(),
            smtp: String::new(),
            user: String::new(),
            password: None,
            password_file: None,
            folders: vec!["INBOX".to_owned()],
            quiet_seconds: 0.0,
        }
    }
}

impl AccountConfig for EmailConfig {
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !self.address.contains('@') {
            problems.push(format!(
                "address: \"{}\" is no mail address; write it as \"support@shop.example\"",
                self.address
            ));
        }
        for (key, server, example) in
            [("imap", &self.imap, "imap.example:993"), ("smtp", &self.smtp, "smtp.example:465")]
        {
            if server.is_empty() {
                problems.push(format!("{key}: no server is named; write it as \"{example}\""));
            }
        }
        if self.password.is_none() {
            problems.push("password: it is missing; set password_file to a file that holds it".to_owned());
        }
        problems.extend(quiet_problem(self.quiet_seconds));
        problems
    }

    fn secrets(&mut self) -> Vec<SecretSlot<'_>> {
        vec![SecretSlot::new("password", &mut self.password, &self.password_file)]
    }
}
