//! The web chat over real sockets, as its protocol says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod abuse;
mod contract;
mod cost;
mod memory;
mod opening;
mod pages;
mod reading;
mod talking;
mod world;
