//! Wissel: routes every customer message to a bot, people or specialists, loses nothing, and can say why.
//!
//! The code map (imports run downward only):
//! `cli` -> `app` -> `workers`, `web` -> `broker`, `store`, `journal`, `helpdesk`, `triage`, `bot` -> `wire` -> `thread` -> `routing`.

pub mod bot;
pub mod broker;
pub mod helpdesk;
pub mod journal;
pub mod routing;
pub mod settings;
pub mod store;
pub mod thread;
pub mod triage;
pub mod wire;
