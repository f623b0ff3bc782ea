//! WhatsApp (Cloud API), so far its pure half: webhooks are checked and understood, and bodies of requests are made.
//! Nothing receives or sends yet.
//!
//! - `wire.rs` the body of a webhook to a [`Reading`](crate::reading::Reading), over `message.rs` (one message)
//! - `trust.rs` the signature of a webhook, and the challenge of its set-up
//! - `request.rs` bodies of what we send · `error.rs` the errors that the other side answers, by what to do

mod config;
pub mod error;
mod message;
pub mod request;
pub mod trust;
pub mod wire;

pub use config::WhatsappConfig;
pub use error::ErrorClass;
pub use request::Request;
pub use wire::Numbers;
