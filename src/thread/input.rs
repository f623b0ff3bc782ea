//! Input: an event with everything else that a decision may depend on. The journal keeps it whole.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wissel_channels::ChannelName;

use super::Event;
use crate::routing::{Language, QueueName, TableHash, Verdict};

/// An event and the circumstances of its decision.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Input {
    /// What happened, and when.
    pub event: Event,
    /// What triage found; only for customers' messages, and for the end of a burst of them.
    pub verdict: Option<Verdict>,
    /// The routing table in force.
    pub table: TableHash,
    /// Everything else.
    pub circumstances: Circumstances,
}

/// What holds at the moment of a decision, beside the thread, the event and the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Circumstances {
    /// The operators' switches.
    #[serde(default)]
    pub switches: Switches,
    /// How many questions wait for the bot.
    #[serde(default)]
    pub bot_backlog: u64,
    /// The number of the batch that this decision will be saved in.
    #[serde(default)]
    pub head: u64,
    /// Up to which batch the journal is known to have this partition.
    #[serde(default)]
    pub journaled: u64,
    /// The limits in force.
    #[serde(default)]
    pub limits: Limits,
}

/// Limits on conversations; from the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// After how many milliseconds without an action of its owner a claim lapses.
    pub claim_millis: i64,
    /// How many milliseconds the bot has for an answer before people take over.
    pub bot_millis: i64,
    /// How many answers the bot may give in a conversation.
    pub bot_turns: u32,
    /// How often a conversation may move by itself.
    pub hops: u32,
    /// From how many waiting questions on the bot gets no more.
    pub bot_backlog: u64,
    /// How many messages the state keeps.
    pub tail_messages: usize,
    /// How many bytes of text the state keeps.
    pub tail_bytes: usize,
    /// How often a delivery or handoff is tried.
    pub attempts: u32,
    /// How many milliseconds a language model has for its advice; 0 when none is asked.
    #[serde(default)]
    pub advice_millis: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            claim_millis: 15 * 60 * 1000,
            bot_millis: 20_000,
            bot_turns: 8,
            hops: 8,
            bot_backlog: 200,
            tail_messages: 20,
            tail_bytes: 16 * 1024,
            attempts: 20,
            advice_millis: 0,
        }
    }
}

/// Where AI is switched off. `version` counts the changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Switches {
    /// Rises by one with each change.
    pub version: u64,
    /// Where AI is off.
    pub ai_off: AiOff,
}

/// Where AI is off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AiOff {
    /// Everywhere.
    #[serde(default)]
    pub all: bool,
    /// In these bot queues.
    #[serde(default)]
    pub queues: BTreeSet<QueueName>,
    /// On these channels.
    #[serde(default)]
    pub channels: BTreeSet<ChannelName>,
    /// In these languages.
    #[serde(default)]
    pub languages: BTreeSet<Language>,
}

impl AiOff {
    /// Whether AI is off for this queue, channel and language.
    #[must_use]
    pub fn covers(&self, queue: &QueueName, channel: &ChannelName, language: Option<Language>) -> bool {
        self.all
            || self.queues.contains(queue)
            || self.channels.contains(channel)
            || language.is_some_and(|l| self.languages.contains(&l))
    }
}
