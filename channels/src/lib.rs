//! Every way in which a customer can talk to Wissel: the seam, the messages, and one folder a channel.
//!
//! This crate knows nothing of the rest of Wissel. To add a channel:
//!
//! 1. Make `src/<channel>/` with `config.rs` (its settings), `wire.rs` (pure: bytes to message and back; where one raw
//!    piece can hold several things, to a [`Reading`]), and files for the I/O, named after what they hold
//!    (`receiver.rs`, `sender.rs`). Name it in `wissel inspect`.
//! 2. Implement [`Channel`] there and run [`contract`]'s tests over it.
//! 3. Add its settings to [`ChannelsConfig`] (an [`AccountConfig`] for each table `[<channel>.<account>]` of
//!    `wissel.toml`; the daemon reads them in `src/settings/channels.rs`), and one line to [`build`]. What it receives
//!    goes to [`ReceiveContext::intake`], files before it to [`ReceiveContext::blobs`]; nothing else of the daemon has
//!    to know it.
//!    Declare what it can do (`CONFORMANCE`, a line in [`conformance::ALL`]): `wissel conformance` prints the table.
//! 4. Put raw payloads of the real service into `fixtures/<channel>/`, a journey into `tests/it/`, a row into the README.

pub mod accounts;
pub mod backoff;
pub mod blobs;
pub mod channel;
pub mod clock;
pub mod conformance;
pub mod context;
pub mod contract;
pub mod email;
pub mod filename;
pub mod ids;
mod later;
pub mod message;
pub mod outside;
pub mod pacing;
mod progress;
pub mod reading;
pub mod seldom;
pub mod splitting;
pub mod spoken;
pub mod telegram;
pub mod telling;
mod typing;
pub mod webchat;
pub mod whatsapp;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use accounts::{AccountConfig, Secret, SecretSlot};
pub use blobs::{BlobError, Blobs};
pub use channel::{
    Channel, ChannelError, Intake, IntakeError, OwnerKind, Receipt, SendError, Settled, Transcript, TranscriptError,
    TurnedAway, View, Watch,
};
pub use clock::{Clock, UnixMillis};
pub use conformance::Conformance;
pub use context::{CursorError, Cursors, ReceiveContext, SendContext, SignOfLife};
pub use ids::{AccountName, ChannelName, CommandId, ConversationId, MessageId, ThreadKey};
pub use message::{
    Attachment, Author, InboundMessage, Kind, Line, Origin, OutboundMessage, Part, Replied, Sender, Source,
};
pub use reading::{Progress, Reading, StatusReport, Understood};
pub use seldom::Seldom;
pub use spoken::Scribe;

/// The settings of all channels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChannelsConfig {
    /// The web chat (`[webchat]`).
    pub webchat: webchat::WebchatConfig,
    /// How much one address, visitor or frame may bring (`[limits]`).
    pub limits: webchat::Limits,
    /// The mailboxes (`[email.<account>]`).
    pub email: BTreeMap<AccountName, email::EmailConfig>,
    /// The Telegram bots (`[telegram.<account>]`).
    pub telegram: BTreeMap<AccountName, telegram::TelegramConfig>,
    /// The WhatsApp numbers (`[whatsapp.<account>]`).
    pub whatsapp: BTreeMap<AccountName, whatsapp::WhatsappConfig>,
}

/// The names of the channels that are set up.
#[must_use]
pub fn names(config: &ChannelsConfig) -> BTreeSet<ChannelName> {
    let accounts =
        [("email", config.email.len()), ("telegram", config.telegram.len()), ("whatsapp", config.whatsapp.len())];
    let set_up = accounts.into_iter().filter(|(_, accounts)| *accounts > 0).map(|(name, _)| name);
    set_up.chain(["webchat"]).map(ChannelName::from_static).collect()
}

/// Every channel that is set up. `secret` must stay the same for as long as threads are to be found again: each channel
/// derives keys of its own from it.
///
/// # Errors
/// When one cannot be made from its settings.
pub fn build(config: &ChannelsConfig, secret: [u8; 32]) -> Result<Vec<Arc<dyn Channel>>, ChannelError> {
    let webchat = webchat::Webchat::new(config.webchat.clone(), config.limits, secret);
    let mut channels: Vec<Arc<dyn Channel>> = vec![Arc::new(webchat)];
    for (account, config) in &config.email {
        channels.push(Arc::new(email::Email::new(account.clone(), config.clone(), &secret)));
    }
    for (account, config) in &config.telegram {
        channels.push(Arc::new(telegram::Telegram::new(account.clone(), config.clone(), secret)?));
    }
    for (account, config) in &config.whatsapp {
        channels.push(Arc::new(whatsapp::Whatsapp::new(account.clone(), config.clone(), secret)?));
    }
    Ok(channels)
}
