//! One test binary: the house rules, the command line, and journeys through the running daemon over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails here")]

mod advice;
mod command_line;
mod desk;
mod harness;
mod inspect;
mod journey;
mod labels;
mod ledger;
mod mail;
mod messengers;
mod metrics;
mod model;
mod readme;
mod repartition;
mod roles;
mod tidy;
mod tls;
mod upgrade;
