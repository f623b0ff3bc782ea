//! Triage: from a customer's text to [`Findings`].
//!
//! Pure: no I/O, no clock, no randomness, and nothing of the daemon. The same [`Intent`]s always give the same
//! [`Engine`], and the same text always the same findings.
//!
//! | module | holds |
//! |---|---|
//! | `findings` | what goes in and comes out |
//! | `engine` | all of it together |
//! | `text`, `ngrams`, `phrases` | a text made ready: folded, cut into words and n-grams, known phrases found |
//! | `language` | which language it is in |
//! | `intents` | what the customer wants, learnt from declared examples |
//! | `sentences` | what a sentence encoder gives to the heads |
//! | `encoder` | the one that users may install: texts of many languages as vectors |
//! | `floor` | the rules under every model: asks for a person, complains, automatic, instructs the bot |
//! | `emotion`, `questions` | feeling in the words; how many separate questions |

mod concepts;
mod emotion;
pub mod encoder;
mod engine;
#[cfg(test)]
mod engine_tests;
mod findings;
mod floor;
mod intents;
mod language;
mod ngrams;
mod phrases;
mod questions;
mod sentences;
mod spans;
mod text;
#[cfg(test)]
mod webshop_figures;

pub use engine::Engine;
pub use findings::{
    Emotion, Evidence, Finding, FindingName, Findings, Intent, Language, LanguageError, Likely, Message, Why,
};
pub use intents::{StaleHeads, fingerprint};
pub use sentences::Sentences;
