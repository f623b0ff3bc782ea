//! The other sides of messengers, as tests play them: strict about what is asked, with faults to order, and a memory of
//! all that was done. Each runs on a thread of its own and ends with its handle.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails here")]

mod graph;
mod running;
mod telegram;

pub use graph::{GraphApi, GraphFault, WhatsappMessage};
pub use running::Changes;
pub use telegram::{BotApi, BotFault, Call};

use std::time::Duration;

/// How long anything may take before a test fails.
pub const PATIENCE: Duration = Duration::from_mins(2);
