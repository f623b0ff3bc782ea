//! Wissel: routes every customer message to a bot, people or specialists, loses nothing, and can say why.
//!
//! The code map (imports run downward only):
//! `cli` -> `app` -> `workers`, `web` -> `broker`, `store`, `journal`, `helpdesk`, `triage`, `bot` -> `wire` -> `thread` -> `routing`.

pub mod app;
pub mod bot;
pub mod broker;
pub mod cli;
pub mod failpoint;
pub mod helpdesk;
pub mod journal;
pub mod lifecycle;
pub mod routing;
pub mod settings;
pub mod store;
pub mod telemetry;
pub mod thread;
pub mod triage;
pub mod web;
pub mod wire;
pub mod workers;
