//! Every way in which a customer can talk to Wissel: the seam, the messages, and one folder a channel.
//!
//! This crate knows nothing of the rest of Wissel. To add a channel:
//!
//! 1. Make `src/<channel>/` with `config.rs` (its settings), `wire.rs` (pure: bytes to message and back; where one raw
//!    piece can hold several things, to a [`Reading`]), and files for the I/O, named after what they hold
//!    (`receiver.rs`, `sender.rs`). Name it in `wissel inspect`.
//! 2. Implement [`Channel`] there and run [`contract`]'s tests over it.
//! 3. Add its settings to [`ChannelsConfig`] (the daemon reads them in `src/settings/mod.rs`, from a section of
//!    `wissel.toml` with the channel's name), and one line to [`build`]. What it receives goes to
//!    [`ReceiveContext::intake`]; nothing else of the daemon has to know it.
//! 4. Put raw payloads of the real service into `fixtures/<channel>/`, a journey into `tests/it/`, a row into the README.

pub mod channel;
pub mod clock;
pub mod contract;
pub mod email;
pub mod filename;
pub mod ids;
pub mod message;
pub mod reading;
pub mod splitting;
pub mod telegram;
pub mod webchat;
pub mod whatsapp;

use std::sync::Arc;

pub use channel::{
    Channel, ChannelError, Intake, IntakeError, OwnerKind, Receipt, ReceiveContext, SendError, Settled, Transcript,
    TranscriptError, View, Watch,
};
pub use clock::{Clock, UnixMillis};
pub use ids::{AccountName, ChannelName, CommandId, ConversationId, MessageId, ThreadKey};
pub use message::{Attachment, Author, InboundMessage, Line, Origin, OutboundMessage, Part, Source};
pub use reading::{Reading, Understood};

/// The settings of all channels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelsConfig {
    /// The web chat (`[webchat]`).
    pub webchat: webchat::WebchatConfig,
    /// How much one address, visitor or frame may bring (`[limits]`).
    pub limits: webchat::Limits,
}

/// Every channel that is set up. `secret` must stay the same for as long as threads are to be found again: each channel
/// derives keys of its own from it.
#[must_use]
pub fn build(config: &ChannelsConfig, secret: [u8; 32]) -> Vec<Arc<dyn Channel>> {
    vec![Arc::new(webchat::Webchat::new(config.webchat.clone(), config.limits, secret))]
}
