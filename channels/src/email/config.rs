//! Settings of a mailbox (`[email.<account>]`).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::accounts::{AccountConfig, Secret, SecretSlot, one_of, quiet_problem};

/// Settings of a mailbox.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmailConfig {
    /// The address that customers write to and get answers from.
    pub address: String,
    /// The name beside the address, as customers see it; none when it is empty.
    pub name: String,
    /// Other addresses of ours, such as that of the tool that notifies staff: mail from them is dropped as an echo.
    pub own_addresses: Vec<String>,
    /// The server that mail is fetched from, as `imap.example:993`.
    pub imap: String,
    /// How the connection to it is sealed.
    pub imap_security: Security,
    /// The server that mail is sent by, as `smtp.example:465`.
    pub smtp: String,
    /// How the connection to it is sealed.
    pub smtp_security: Security,
    /// The name that it signs in with; the address when it is empty.
    pub user: String,
    /// The password.
    pub password: Option<Secret>,
    /// A file that holds it.
    pub password_file: Option<PathBuf>,
    /// Instead of a password: OAuth 2, which the big mail hosts ask for.
    pub oauth: Option<OAuthConfig>,
    /// A file with one more authority whose certificates are believed, in PEM.
    pub ca_file: Option<PathBuf>,
    /// The folders that are watched.
    pub folders: Vec<String>,
    /// What is done with a mail once it is stored. Nothing is ever marked as read.
    pub stored: Stored,
    /// The folder that it is moved to.
    pub move_to: String,
    /// Seconds between two looks at a folder, besides being told of new mail at once.
    pub poll_seconds: u64,
    /// Bytes of a mail, at most; of a larger one the beginning is taken, with a note.
    pub mail_bytes: usize,
    /// Whether the address to answer to has a signed detail (`support+w…@`), which the server must deliver to the mailbox.
    /// Without it answers find their threads by Message-ID alone.
    pub detail: bool,
    /// Who says whether a sender is who they seem to be.
    pub senders: Senders,
    /// The names by which our own mail servers sign `Authentication-Results` and `Received`.
    pub authserv_ids: Vec<String>,
    /// The name server that senders are checked with, as `192.0.2.1:53`; that of the system when it is empty.
    pub name_server: String,
    /// What stands under each mail.
    pub signature: String,
    /// What stands there instead in a queue, by its name.
    pub signatures: BTreeMap<String, String>,
    /// Seconds for which more of a customer is waited for before it is answered; 0 for not at all.
    pub quiet_seconds: f64,
}

/// How a connection is sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Security {
    /// TLS from its first byte.
    #[default]
    Tls,
    /// TLS from the command STARTTLS on; without it nothing is said.
    Starttls,
    /// Not at all: for servers on the same machine.
    None,
}

impl TryFrom<String> for Security {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        one_of(&word, &[("tls", Self::Tls), ("starttls", Self::Starttls), ("none", Self::None)])
    }
}

/// What is done with a mail once it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Stored {
    /// Nothing: it lies where it lay.
    #[default]
    Leave,
    /// It gets the keyword `WisselStored`.
    Flag,
    /// It is moved to the folder `move_to`.
    Move,
}

impl TryFrom<String> for Stored {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        one_of(&word, &[("leave", Self::Leave), ("flag", Self::Flag), ("move", Self::Move)])
    }
}

/// Who says whether a sender is who they seem to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Senders {
    /// Nobody but the `Authentication-Results` of our own servers, if `authserv_ids` names any.
    #[default]
    Headers,
    /// Wissel checks SPF, DKIM and DMARC itself, where our own servers have not.
    Dns,
}

impl TryFrom<String> for Senders {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        one_of(&word, &[("headers", Self::Headers), ("dns", Self::Dns)])
    }
}

/// OAuth 2 with a refresh token, or without where the host lets an application in by itself.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OAuthConfig {
    /// Where an access token is got, as `https://login.example/token`.
    pub token_url: String,
    /// The application's id.
    pub client_id: String,
    /// The application's secret, if it has one.
    pub client_secret: Option<Secret>,
    /// A file that holds it.
    pub client_secret_file: Option<PathBuf>,
    /// The refresh token; without one the application asks in its own name.
    pub refresh_token: Option<Secret>,
    /// A file that holds it.
    pub refresh_token_file: Option<PathBuf>,
    /// What is asked for; nothing when it is empty.
    pub scope: String,
}

impl Default for EmailConfig {
    fn default() -> Self {
        Self {
            address: String::new(),
            name: String::new(),
            own_addresses: Vec::new(),
            imap: String::new(),
            imap_security: Security::Tls,
            smtp: String::new(),
            smtp_security: Security::Tls,
            user: String::new(),
            password: None,
            password_file: None,
            oauth: None,
            ca_file: None,
            folders: vec!["INBOX".to_owned()],
            stored: Stored::Leave,
            move_to: String::new(),
            poll_seconds: 60,
            mail_bytes: 64 << 20,
            detail: true,
            senders: Senders::Headers,
            authserv_ids: Vec::new(),
            name_server: String::new(),
            signature: String::new(),
            signatures: BTreeMap::new(),
            quiet_seconds: 0.0,
        }
    }
}

impl EmailConfig {
    /// What stands under a mail of this queue.
    #[must_use]
    pub fn signature_of(&self, queue: Option<&str>) -> &str {
        queue.and_then(|queue| self.signatures.get(queue)).unwrap_or(&self.signature)
    }

    /// The name to sign in with.
    #[must_use]
    pub fn user(&self) -> &str {
        if self.user.is_empty() { &self.address } else { &self.user }
    }

    /// The domain of the address.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }

    /// Between two looks at a folder. A connection that has died is noticed by the next look, within 90 s.
    #[must_use]
    pub fn poll(&self) -> Duration {
        Duration::from_secs(self.poll_seconds.clamp(1, 60))
    }

    fn servers(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (key, server, example) in
            [("imap", &self.imap, "imap.example:993"), ("smtp", &self.smtp, "smtp.example:465")]
        {
            if server.is_empty() {
                problems.push(format!("{key}: no server is named; write it as \"{example}\""));
            } else if host_port(server).is_none() {
                problems.push(format!("{key}: \"{server}\" is no server with a port; write it as \"{example}\""));
            }
        }
        if !self.name_server.is_empty() && self.name_server.parse::<std::net::SocketAddr>().is_err() {
            problems.push(format!("name_server: \"{}\" is no address; write it as \"192.0.2.1:53\"", self.name_server));
        }
        problems
    }
}

/// A host and its port.
#[must_use]
pub(super) fn host_port(server: &str) -> Option<(&str, u16)> {
    let (host, port) = server.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then_some((host, port.parse().ok()?))
}

impl OAuthConfig {
    fn problems(&self, password: bool) -> Vec<String> {
        let mut problems = Vec::new();
        if password {
            problems.push("password: the mailbox has oauth too; leave one of the two out".to_owned());
        }
        if self.refresh_token.is_none() && self.client_secret.is_none() {
            let cure = "set oauth.refresh_token_file to a file that holds it, or oauth.client_secret_file alone where the \
                        host lets an application in by itself";
            problems.push(format!("oauth.refresh_token: it is missing; {cure}"));
        }
        if self.client_id.is_empty() {
            problems
                .push("oauth.client_id: it is missing; copy it from where the application is registered".to_owned());
        }
        if !self.token_url.starts_with("https://") && !self.token_url.starts_with("http://127.") {
            problems.push("oauth.token_url: it must begin with https://; the mail host's pages tell it".to_owned());
        }
        problems
    }
}

impl AccountConfig for EmailConfig {
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !super::route::is_address(&self.address) {
            problems.push(format!(
                "address: \"{}\" is no mail address; write it as \"support@shop.example\"",
                self.address
            ));
        }
        problems.extend(self.servers());
        match &self.oauth {
            None if self.password.is_none() => {
                problems.push("password: it is missing; set password_file to a file that holds it".to_owned());
            }
            None => {}
            Some(oauth) => problems.extend(oauth.problems(self.password.is_some())),
        }
        if self.folders.is_empty() {
            problems.push("folders: none is watched; write folders = [\"INBOX\"]".to_owned());
        }
        if self.stored == Stored::Move && self.move_to.is_empty() {
            problems.push("move_to: no folder is named; write the one that stored mail is moved to".to_owned());
        }
        if self.stored == Stored::Move && self.folders.contains(&self.move_to) {
            problems.push("move_to: this folder is watched itself; name another one".to_owned());
        }
        for own in self.own_addresses.iter().filter(|own| !super::route::is_address(own)) {
            problems.push(format!("own_addresses: \"{own}\" is no mail address; write it as \"info@shop.example\""));
        }
        if !(1..=60).contains(&self.poll_seconds) {
            let seconds = self.poll_seconds;
            problems.push(format!(
                "poll_seconds: {seconds} is no such time; write 1 to 60, so that a dead link is noticed"
            ));
        }
        if let Some(path) = self.ca_file.as_ref().filter(|path| !path.is_file()) {
            problems.push(format!("ca_file: there is no file {}; name one with certificates in PEM", path.display()));
        }
        problems.extend(quiet_problem(self.quiet_seconds));
        problems
    }

    fn secrets(&mut self) -> Vec<SecretSlot<'_>> {
        let mut secrets = vec![SecretSlot::new("password", &mut self.password, &self.password_file)];
        if let Some(oauth) = &mut self.oauth {
            let file = &oauth.client_secret_file;
            secrets.push(SecretSlot::new("oauth.client_secret", &mut oauth.client_secret, file));
            let file = &oauth.refresh_token_file;
            secrets.push(SecretSlot::new("oauth.refresh_token", &mut oauth.refresh_token, file));
        }
        secrets
    }
}

#[cfg(test)]
mod tests {
    use super::{EmailConfig, host_port};
    use crate::accounts::AccountConfig;

    #[test]
    fn a_mailbox_needs_an_address_servers_and_a_password() {
        let config: EmailConfig = toml::from_str("").unwrap();
        assert_eq!(config.problems().len(), 4);
        let text = "address = \"a@shop.example\"\nimap = \"imap.example:993\"\nsmtp = \"[::1]:25\"\npassword = \"x\"";
        let config: EmailConfig = toml::from_str(text).unwrap();
        assert_eq!(config.problems(), Vec::<String>::new());
        assert_eq!(config.user(), "a@shop.example");
        assert!(toml::from_str::<EmailConfig>("adress = \"a@shop.example\"").is_err());
    }

    #[test]
    fn what_cannot_work_is_told_before_it_is_tried() {
        let text = "address = \"a@shop.example\"\nimap = \"h:1\"\nsmtp = \"h:2\"\npassword = \"x\"\npoll_seconds = 600\n\
                    own_addresses = [\"info\"]\nca_file = \"no/such.pem\"\n[oauth]\ntoken_url = \"https://x\"\nclient_id = \"x\"\n\
                    refresh_token = \"y\"";
        let problems = toml::from_str::<EmailConfig>(text).unwrap().problems();
        let keys: Vec<_> = problems.iter().map(|problem| problem.split(':').next().unwrap()).collect();
        assert_eq!(keys, ["password", "own_addresses", "poll_seconds", "ca_file"], "{problems:?}");
    }

    #[test]
    fn idle_is_issued_again_within_five_minutes_whatever_is_configured() {
        for seconds in [0, 1, 60, 300, 86_400, u64::MAX] {
            let config = EmailConfig { poll_seconds: seconds, ..toml::from_str("").unwrap() };
            assert!((1..=60).contains(&config.poll().as_secs()), "{seconds}");
        }
    }

    #[test]
    fn oauth_and_moving_say_what_they_lack() {
        let text = "address = \"a@shop.example\"\nimap = \"h:1\"\nsmtp = \"h\"\nstored = \"move\"\n[oauth]\ntoken_url = \"https://x\"";
        let config: EmailConfig = toml::from_str(text).unwrap();
        let problems = config.problems();
        assert!(problems.iter().any(|problem| problem.starts_with("smtp: \"h\" is no server with a port")));
        assert!(problems.iter().any(|problem| problem.starts_with("oauth.refresh_token")));
        assert!(problems.iter().any(|problem| problem.starts_with("oauth.client_id")));
        assert!(problems.iter().any(|problem| problem.starts_with("move_to")));
        let alone = "address = \"a@shop.example\"\nimap = \"h:1\"\nsmtp = \"h:2\"\n[oauth]\ntoken_url = \"https://x\"\n\
                     client_id = \"x\"\nclient_secret = \"y\"";
        assert_eq!(toml::from_str::<EmailConfig>(alone).unwrap().problems(), Vec::<String>::new());
        assert_eq!(host_port("[::1]:25"), Some(("::1", 25)));
    }
}
