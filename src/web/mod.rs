//! Web: the listeners. `public` for customers, `staff` for people of the company, `ops` for machines that watch.

pub mod hardening;
pub mod later;
pub mod listener;
pub mod ops;
pub mod public;
pub mod sorry;
pub mod staff;
