//! Intents: what customers want, as the company declares it with examples.

use std::collections::BTreeMap;

use super::{Decimal, IntentName, Language, Localized};

/// An intent that `routing.toml` declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Its name.
    pub name: IntentName,
    /// Its title, for staff.
    pub title: Localized,
    /// Whether the bot may answer it.
    pub answerable: bool,
    /// Whether it never goes to a bot, whatever the rules say. Excludes `answerable`.
    pub high_stakes: bool,
    /// What customers write who want this.
    pub examples: BTreeMap<Language, Vec<String>>,
    /// Of the messages that are taken for this intent without a person, at most this share may be wrong: the strictest
    /// `max_error` of the bots' queues for what a bot may answer, and more for what only people get.
    pub max_error: Decimal,
}
