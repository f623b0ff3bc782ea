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
//! | `vectors`, `shipped` | the table of meaning and the trained heads that ship (`model/`) |
//! | `reader` | what the heads are given of a text |
//! | `intents` | what the customer wants, learnt from declared examples |
//! | `sentences` | what a sentence encoder gives to the heads |
//! | `encoder` | the one that users may install: texts of many languages as vectors |
//! | `layered` | heads over an encoder's vectors, which ship and are heard where it is installed |
//! | `heard` | what the trained heads hear in each sentence, beside the rules |
//! | `person`, `reasons` | what they are given of asking for a person, and what they say of complaint, urgency, machines, orders to the bot |
//! | `floor` | the rules under every model: asks for a person, complains, automatic, instructs the bot |
//! | `personal` | personal data, and texts without them |
//! | `training` | what the commands that train need |
//! | `emotion`, `questions`, `second` | feeling in the words; how many separate questions, and those that hide behind another |

#[cfg(test)]
mod asked_tests;
mod clauses;
mod concepts;
mod emotion;
pub mod encoder;
mod engine;
#[cfg(test)]
mod engine_tests;
mod findings;
mod floor;
mod heard;
mod intents;
mod language;
mod layered;
mod marks;
mod ngrams;
mod person;
mod personal;
mod phrases;
mod prefixes;
mod questions;
mod reader;
mod reasons;
mod second;
mod sentences;
mod shipped;
mod spans;
mod text;
pub mod training;
mod vectors;
#[cfg(test)]
mod webshop_figures;
mod weighed;

pub use engine::Engine;
pub use findings::{
    Emotion, Evidence, Finding, FindingName, Findings, Intent, Language, LanguageError, Likely, Message, Why,
};
pub use intents::{StaleHeads, fingerprint};
pub use personal::{Personal, PersonalKind, masked, personal};
pub use sentences::Sentences;
pub use text::folded;
