//! The ledger: what was acknowledged to a customer is there, once, in order, and came to an end, whatever was killed.
//!
//! A load generator stands outside of the daemon and writes down what was acknowledged; afterwards everything that a
//! customer sees is read back and held against it. The README has the commands of the long forms.

mod agents;
mod audit;
mod away;
mod customer;
mod failpoints;
mod faults;
mod full;
mod kills;
mod load;
mod peak;
mod poison;
mod production;
mod races;

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::harness::{Servers, Setup};
pub(crate) use audit::audit;
pub(crate) use customer::{Acknowledged, Customer};

/// A number from the environment.
pub(crate) fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A setup without limits on how much a customer may write.
pub(crate) fn unlimited() -> Setup {
    let none = ["CONNECTIONS_PER_ADDRESS", "MESSAGES_PER_MINUTE", "BOT_TURNS", "BOT_BACKLOG"];
    none.iter().fold(Setup::default(), |setup, name| setup.with(&format!("WISSEL__LIMITS__{name}"), "0"))
}

/// The same setup over servers of production where `WISSEL_LEDGER_SERVERS` is set; they stay as long as what comes with it.
pub(crate) fn over_servers(setup: Setup) -> (Option<Servers>, Setup) {
    if std::env::var_os("WISSEL_LEDGER_SERVERS").is_none() {
        return (None, setup);
    }
    let servers = Servers::shared();
    let setup = servers.fresh(setup).with("WISSEL__SECRETS__MASTER_KEY", &"5a".repeat(32));
    (Some(servers), setup)
}

/// What a check of threads found.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    acknowledged: usize,
    lost: usize,
    doubled: usize,
    inversions: usize,
    undisclosed: usize,
    /// Words of the bot while a person had the conversation.
    over_a_person: usize,
    /// What staff said, with how often it is there.
    replies: HashMap<String, usize>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.acknowledged += other.acknowledged;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.inversions += other.inversions;
        self.undisclosed += other.undisclosed;
        self.over_a_person += other.over_a_person;
        for (text, times) in &other.replies {
            *self.replies.entry(text.clone()).or_default() += times;
        }
    }

    /// Replies that were done by their order's answer: lost, and doubled.
    fn replies(&self, done: &[String]) -> [usize; 2] {
        let lost = done.iter().filter(|text| !self.replies.contains_key(*text)).count();
        [lost, self.replies.values().filter(|times| **times > 1).count()]
    }

    #[track_caller]
    pub(crate) fn assert_clean(&self) {
        let Self { lost, doubled, inversions, undisclosed, over_a_person, .. } = self;
        assert_eq!([lost, doubled, inversions, undisclosed, over_a_person], [&0; 5], "{self}");
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { acknowledged, lost, doubled, inversions, undisclosed, over_a_person, .. } = self;
        write!(f, "{acknowledged} acknowledged: {lost} lost, {doubled} doubled, {inversions} inversions, ")?;
        write!(f, "{undisclosed} undisclosed, {over_a_person} words of the bot over a person")
    }
}

/// Holds what a customer sees against what was acknowledged to them.
fn check(acknowledged: &[Acknowledged], messages: &[Value]) -> Tally {
    let own: Vec<&str> = of(messages, "customer").filter_map(|message| message["id"].as_str()).collect();
    let mut count: HashMap<&str, usize> = HashMap::new();
    for id in &own {
        *count.entry(id).or_default() += 1;
    }
    let order: Vec<&str> =
        own.iter().copied().filter(|id| acknowledged.iter().any(|message| message.id == *id)).collect();
    let wanted: Vec<&str> = acknowledged.iter().map(|message| message.id.as_str()).collect();
    let others: Vec<&str> = messages.iter().filter_map(|message| message["id"].as_str()).collect();
    Tally {
        acknowledged: acknowledged.len(),
        lost: wanted.iter().filter(|id| !count.contains_key(*id)).count(),
        doubled: others.len() - others.iter().collect::<HashSet<_>>().len(),
        inversions: usize::from(order != wanted),
        undisclosed: usize::from(!disclosed(messages)),
        ..Tally::default()
    }
}

fn of<'a>(messages: &'a [Value], from: &'a str) -> impl Iterator<Item = &'a Value> {
    messages.iter().filter(move |message| message["from"] == from)
}

/// Whether something that says that it is AI comes before the bot's first word.
fn disclosed(messages: &[Value]) -> bool {
    let told =
        messages.iter().position(|m| m["from"] == "system" && m["text"].as_str().is_some_and(|t| t.contains("AI")));
    let spoke = messages.iter().position(|message| message["from"] == "bot");
    spoke.is_none_or(|spoke| told.is_some_and(|told| told < spoke))
}
