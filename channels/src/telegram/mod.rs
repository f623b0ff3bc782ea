//! Telegram, so far its pure half: updates are understood, and texts are cut to what a message may hold. Nothing receives
//! or sends yet.
//!
//! - `wire.rs` an update to a [`Reading`](crate::reading::Reading), over `message.rs` (one message) and `group.rs`
//!   (whether it is said to us, and albums)
//! - `outbound.rs` texts and their entities, in pieces that a message takes
//!
//! The types are our own, read leniently: the Bot API grows each month, and what is not known is kept raw. They are checked
//! against the description of the API that the tests are given.

mod config;
mod group;
mod message;
pub mod outbound;
pub mod wire;

pub use config::TelegramConfig;
pub use group::merge_albums;
pub use wire::Bot;
