//! Facts: everything that a rule may ask about. There is no fact about how staff behave, and none may be added.

use std::collections::BTreeMap;

use wissel_channels::{AccountName, ChannelName, UnixMillis};

use super::{QueueName, Verdict};

/// What is known when a message is decided on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What triage found.
    pub verdict: &'a Verdict,
    /// The message's text.
    pub text: &'a str,
    /// The channel that it came by.
    pub channel: &'a ChannelName,
    /// The account that it came to.
    pub account: &'a AccountName,
    /// The time of the event: `hour`, `weekday`, `date` and `open(queue)` follow from it.
    pub at: UnixMillis,
    /// Whether the customer is known.
    pub customer_known: bool,
    /// The customer's tier, if known.
    pub customer_tier: Option<&'a str>,
    /// How many turns the bot has had in this conversation.
    pub turns: u32,
    /// The queue that the thread's last decision went to.
    pub previous_queue: Option<&'a QueueName>,
    /// How many questions wait for the bot.
    pub bot_backlog: u64,
    /// What the channel knows: `attribute.<name>`.
    pub attributes: &'a BTreeMap<String, String>,
}
