//! Triage: from a text to a [`Verdict`].

pub mod combine;
mod concepts;
mod emotion;
pub mod engine;
#[cfg(test)]
mod engine_tests;
mod floor;
mod intents;
mod language;
mod ngrams;
mod phrases;
mod questions;
mod spans;
mod text;
#[cfg(test)]
mod webshop_figures;

pub use combine::Combined;
pub use engine::Embedded;

use crate::routing::{Language, Verdict};

/// A message to examine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Message<'a> {
    /// The new text alone.
    pub text: &'a str,
    /// The language that the thread has been in so far.
    pub prior: Option<Language>,
    /// The language that the customer's program states: a weaker hint than `prior`.
    pub locale: Option<Language>,
    /// Whether the channel knows that no person wrote it, and by which sign.
    pub automatic: Option<&'a str>,
}

/// An engine that examines messages. Engines are added and combined behind this trait.
pub trait Triage: Send + Sync {
    /// What the message is about. Never fails: what an engine cannot tell is absent from the verdict.
    fn examine(&self, message: Message<'_>) -> Verdict;
}
