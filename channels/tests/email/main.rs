//! The wire of e-mail: what is understood of the fixtures and of mails made up on the spot.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails here")]

mod contract;
mod desk;
mod fake_imap;
mod fake_smtp;
mod hostile;
mod new_text;
mod receiving;
mod reports;
mod sending;
mod storm;
mod threads;
mod tokens;
mod whole;
mod world;
