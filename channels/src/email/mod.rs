//! E-mail, so far its pure half: a raw mail is understood, and reply tokens are made and checked. Nothing receives or
//! sends yet.
//!
//! - `wire.rs` a raw mail to a [`Reading`](crate::reading::Reading), over `parts.rs` (MIME, bounded), `decode.rs`
//!   (charsets), `head.rs` (headers) and `body.rs` (which parts are text, which are files)
//! - `new_text/` what is new, told from quotation and signature; `html/` the clients' marks in HTML
//! - `automatic.rs` mail that no person wrote · `report.rs` bounces and receipts · `trust.rs` what our server says
//!   about the sender · `token.rs` how answers find their thread

mod automatic;
mod body;
mod config;
mod decode;
mod head;
mod html;
mod new_text;
mod parts;
mod pattern;
mod report;
pub mod token;
mod trust;
pub mod wire;

pub use body::{file_content, shown_html};
pub use config::EmailConfig;
pub use parts::Limits;
pub use token::ReplyTokens;
pub use wire::Mailbox;
