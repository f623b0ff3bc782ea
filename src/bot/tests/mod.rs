//! Tests of the bot as its callers see it.

mod articles;
mod demo_shop;
mod safety;
mod webshop_questions;
