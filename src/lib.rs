//! Wissel: routes every customer message to a bot, people or specialists, loses nothing, and can say why.
//!
//! # Code map
//!
//! Imports run downward only; `tests/it/tidy` checks it.
//!
//! | room | holds |
//! |---|---|
//! | [`cli`] | the command line, one file a subcommand |
//! | [`app`] | the composition root: the only place that names concrete backends, channels and tools |
//! | [`settings`], [`lifecycle`], [`failpoint`] | `wissel.toml` and environment; signals and shutdown; where tests kill it |
//! | [`workers`] | what runs: intake, router, bot, handoff, delivery, journal, timers |
//! | [`web`] | the listeners: customers, staff, operations |
//! | [`broker`], [`store`], [`journal`], [`blob`] | the ports: queues, state of threads, everything that was decided, files |
//! | [`helpdesk`], [`triage`], [`bot`], [`llm`] | tools of people; text to verdict; answers from the company's articles; advice of a language model |
//! | [`wire`], [`sqlite`], [`telemetry`] | sealed envelopes; the file under the embedded backends; logs and metrics |
//! | [`thread`] | the heart, pure: what happens to a conversation, and what follows from it |
//! | [`scaling`] | pure: how many bot workers there should be |
//! | [`routing`] | pure: `routing.toml`, its rules, and the decision where a message goes |
//! | `wissel_channels` | a crate of its own: every way in which a customer can talk to us |
//! | `wissel_triage` | a crate of its own, pure: from a text to findings |
//!
//! # Where is a message decided?
//!
//! `workers::intake` makes it an event, `workers::router` takes the event and calls [`thread::decide()`], which for a
//! customer's message (`thread/decide/message.rs`) asks [`routing::RoutingTable::decide`] (`routing/decide.rs`). What
//! was decided is applied by [`thread::apply()`], saved, and carried out by the other workers.
//!
//! # How is something added?
//!
//! A channel: the steps in `wissel_channels`. A tool of people: implement [`helpdesk::Helpdesk`] in a file of
//! `helpdesk`, and name it in `app/working.rs`. A backend: implement the port, run its `contract` tests, and name it in
//! `app/backends.rs`. A field of rules: `routing/expr/field.rs`. An engine of triage: [`triage::Triage`].

pub mod app;
pub mod blob;
pub mod bot;
pub mod broker;
pub mod cli;
pub mod failpoint;
pub mod helpdesk;
pub mod journal;
pub mod lifecycle;
pub mod llm;
pub mod routing;
pub mod scaling;
pub mod settings;
pub mod sqlite;
pub mod store;
pub mod telemetry;
pub mod thread;
pub mod triage;
pub mod web;
pub mod wire;
pub mod workers;
