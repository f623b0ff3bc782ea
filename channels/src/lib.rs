//! Every way in which a customer can talk to Wissel: the seam, the messages, and one folder a channel.
//!
//! This crate knows nothing of the rest of Wissel. To add a channel:
//!
//! 1. Make `src/<channel>/` with `config.rs` (its settings), `wire.rs` (pure: bytes to message and back),
//!    `receiver.rs` and `sender.rs` (I/O).
//! 2. Implement [`Channel`] there and run [`contract`]'s tests over it.
//! 3. Add one line to [`build`].
//! 4. Put raw payloads of the real service into `fixtures/<channel>/`, a journey into `tests/it/`, a row into the README.

pub mod channel;
pub mod clock;
pub mod ids;
pub mod message;

pub use channel::{
    Channel, ChannelError, Intake, IntakeError, OwnerKind, Receipt, ReceiveContext, SendError, Settled, Transcript,
    TranscriptError, View, Watch,
};
pub use clock::{Clock, UnixMillis};
pub use ids::{AccountName, ChannelName, CommandId, ConversationId, MessageId, ThreadKey};
pub use message::{Attachment, Author, InboundMessage, Line, Origin, OutboundMessage, Part, Source};
