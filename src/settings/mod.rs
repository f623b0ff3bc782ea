//! Settings: what operations decide, from `wissel.toml`, `WISSEL__SECTION__KEY` and the command line.
//!
//! Later sources win: defaults, file, environment, command line. [`load`] reports every problem at once.

mod backend;
mod blobs;
mod channels;
mod check;
mod explain;
mod llm;
mod load;
mod places;
mod port;
mod role;
mod secret;
mod sources;
mod speech;
mod values;

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};
use wissel_channels::ChannelsConfig;
use wissel_channels::email::EmailConfig;
use wissel_channels::telegram::TelegramConfig;
use wissel_channels::webchat::{self, WebchatConfig};
use wissel_channels::whatsapp::WhatsappConfig;

pub use backend::{Backend, Kind, Server};
pub use blobs::{Blobs, BucketUrl};
pub use channels::Accounts;
pub use llm::{Amount, LlmSettings};
pub use load::load;
pub use port::Port;
pub use role::{Role, Roles};
pub use secret::{KEY_BYTES, MasterKeyError, Secret, load_master_key, load_or_make_master_key, make_master_key};
pub use sources::{Flag, Sources, environment};
pub use speech::SpeechSettings;
pub use values::{Address, Count, EncoderUse, Folder, Format, Label, Limit, LogLevel};

/// Everything that operations decide. Unknown keys are problems; what is left out has a default.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where the embedded backends keep everything.
    pub data_dir: Folder,
    /// In how many parts threads are divided. Fixed at the first start.
    pub partitions: Count,
    /// Which part of the work this process does.
    pub roles: Roles,
    /// The three listeners.
    pub listen: Listen,
    /// Where events and commands wait.
    pub broker: Port,
    /// Where the state of threads is.
    pub store: Port,
    /// Where the record of what happened is.
    pub journal: Port,
    /// Keys.
    pub secrets: Secrets,
    /// What is logged and how.
    pub log: Log,
    /// What is allowed; 0 means no limit.
    pub limits: Limits,
    /// How many of each worker.
    pub workers: Workers,
    /// Files of customers.
    pub blobs: Blobs,
    /// The web chat channel.
    pub webchat: WebchatConfig,
    /// The mailboxes, by account.
    pub email: Accounts<EmailConfig>,
    /// The Telegram bots, by account.
    pub telegram: Accounts<TelegramConfig>,
    /// The WhatsApp numbers, by account.
    pub whatsapp: Accounts<WhatsappConfig>,
    /// The people of the desk.
    pub staff: Staff,
    /// How messages are read.
    pub triage: Triage,
    /// A language model that may be asked where triage is not sure.
    pub llm: LlmSettings,
    /// A server that writes down voice notes.
    pub speech: SpeechSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data_dir: Folder::fixed("data"),
            partitions: Count::fixed(16),
            roles: Roles::default(),
            listen: Listen::default(),
            broker: Port::default(),
            store: Port::default(),
            journal: Port::default(),
            secrets: Secrets::default(),
            log: Log::default(),
            limits: Limits::default(),
            workers: Workers::default(),
            blobs: Blobs::default(),
            webchat: WebchatConfig::default(),
            email: Accounts::new(),
            telegram: Accounts::new(),
            whatsapp: Accounts::new(),
            staff: Staff::default(),
            triage: Triage::default(),
            llm: LlmSettings::default(),
            speech: SpeechSettings::default(),
        }
    }
}

impl Settings {
    /// What the channels are built with.
    #[must_use]
    pub fn channels(&self) -> ChannelsConfig {
        let bytes = |limit: Limit| usize::try_from(limit.0).unwrap_or(usize::MAX);
        let limits = webchat::Limits {
            connections_per_address: self.limits.connections_per_address.0,
            messages_per_minute: self.limits.messages_per_minute.0,
            frame_bytes: bytes(self.limits.frame_bytes),
            message_bytes: bytes(self.limits.message_bytes),
        };
        ChannelsConfig {
            webchat: self.webchat.clone(),
            limits,
            email: self.email.clone(),
            telegram: self.telegram.clone(),
            whatsapp: self.whatsapp.clone(),
        }
    }

    /// The file that holds the master key: the one that is set, else `master.key` in the data folder.
    #[must_use]
    pub fn master_key_path(&self) -> PathBuf {
        let set = self.secrets.master_key_file.as_ref().map(|path| path.as_path().to_owned());
        set.unwrap_or_else(|| self.data_dir.as_path().join("master.key"))
    }

    /// Whether everything is in the data folder.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        [&self.broker, &self.store, &self.journal].into_iter().all(Port::is_embedded)
    }

    /// The master key: as given, else from its file. The file is made where nothing is stored yet; where something is,
    /// a new key could read none of it. So this comes before anything is stored. What other processes share is never
    /// sealed under a key that one of them made by itself.
    pub fn master_key(&self) -> Result<[u8; KEY_BYTES], MasterKeyError> {
        if let Some(secret) = &self.secrets.master_key {
            return secret.key().ok_or_else(MasterKeyError::not_a_key);
        }
        let path = self.master_key_path();
        match load_master_key(&path)? {
            Some(key) => Ok(key),
            None if !self.is_embedded() => Err(MasterKeyError::shared(&path)),
            None if secret::holds_data(self.data_dir.as_path()) => Err(MasterKeyError::lost(&path)),
            None => load_or_make_master_key(&path),
        }
    }
}

/// Where the daemon listens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    /// Customers: demo page, chat, hooks.
    pub public: Address,
    /// Staff: desk and API.
    pub staff: Address,
    /// Operations: metrics and health.
    pub ops: Address,
}

impl Default for Listen {
    fn default() -> Self {
        let local = |port| Address(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        Self { public: local(8080), staff: local(8081), ops: local(9090) }
    }
}

/// Keys, each given as itself or as the file that holds it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Secrets {
    /// The key that wraps all others: 64 hexadecimal digits.
    pub master_key: Option<Secret>,
    /// A file that holds it; made at the first start.
    pub master_key_file: Option<Folder>,
}

/// What is logged and how.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// For people or for machines.
    pub format: Format,
    /// From which level on: `info`, or `info,wissel=debug`.
    pub level: LogLevel,
}

/// What is allowed; 0 means no limit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Open chat connections of one address.
    pub connections_per_address: Limit,
    /// Messages of one visitor in a minute.
    pub messages_per_minute: Limit,
    /// Bytes of one frame of the chat.
    pub frame_bytes: Limit,
    /// Bytes of the text of one message.
    pub message_bytes: Limit,
    /// Minutes after the owner's last action until a claim lapses.
    pub claim_minutes: Limit,
    /// Seconds that the bot may take for an answer before people take over.
    pub bot_seconds: Limit,
    /// Turns of the bot in one conversation before people take over.
    pub bot_turns: Limit,
    /// Times that one conversation may be moved on automatically.
    pub hops: Limit,
    /// Questions waiting for the bot from which on new ones go to people.
    pub bot_backlog: Limit,
    /// Events waiting to be routed from which on customers are asked to try again later.
    pub inbound_backlog: Limit,
    /// Seconds that the work in hand may take when the daemon stops.
    pub shutdown_seconds: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_per_address: Limit(50),
            messages_per_minute: Limit(60),
            frame_bytes: Limit(65_536),
            message_bytes: Limit(16_384),
            claim_minutes: Limit(15),
            bot_seconds: Limit(20),
            bot_turns: Limit(8),
            hops: Limit(8),
            bot_backlog: Limit(200),
            inbound_backlog: Limit(1_000_000),
            shutdown_seconds: Limit(20),
        }
    }
}

impl Limits {
    /// How long the work in hand may take when the daemon stops; `None` for as long as it takes.
    #[must_use]
    pub fn shutdown(&self) -> Option<Duration> {
        self.shutdown_seconds.seconds()
    }
}

/// How many workers of each kind run beside each other.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workers {
    /// Answer questions, in each process that does: at least so many.
    pub bot: Count,
    /// At most so many, when questions wait.
    pub bot_most: Count,
    /// Bring conversations to people's tools.
    pub handoff: Count,
    /// Bring messages to customers.
    pub delivery: Count,
}

impl Default for Workers {
    fn default() -> Self {
        Self { bot: Count::fixed(4), bot_most: Count::fixed(16), handoff: Count::fixed(2), delivery: Count::fixed(4) }
    }
}

/// The people of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Staff {
    /// Who signs in by the one-time link of the start.
    pub owner: Label,
}

impl Default for Staff {
    fn default() -> Self {
        Self { owner: Label::fixed("Owner") }
    }
}

/// How messages are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Triage {
    /// Whether the sentence encoder is used, once it is installed.
    pub encoder: EncoderUse,
}
