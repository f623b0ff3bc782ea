//! Roles: which part of the work a process does.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

use crate::routing::near;
use crate::routing::problem::shown;

/// A part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Receives from customers: the public listener and the channels.
    Intake,
    /// Decides: holds partitions.
    Router,
    /// Answers questions.
    Bot,
    /// Brings conversations to people's tools.
    Handoff,
    /// Brings messages to customers.
    Delivery,
    /// Writes the journal.
    Journal,
    /// Tells threads that a timer is due, and forgets what is old.
    Timers,
    /// The desk and its API: the staff listener.
    Web,
}

/// Every role with its name.
const ALL: [(&str, Role); 8] = [
    ("intake", Role::Intake),
    ("router", Role::Router),
    ("bot", Role::Bot),
    ("handoff", Role::Handoff),
    ("delivery", Role::Delivery),
    ("journal", Role::Journal),
    ("timers", Role::Timers),
    ("web", Role::Web),
];

impl Role {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        ALL.iter().find(|(_, role)| *role == self).map_or("", |(name, _)| name)
    }
}

/// The roles of a process: all of them unless some are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

impl Default for Roles {
    fn default() -> Self {
        Self(ALL.into_iter().map(|(_, role)| role).collect())
    }
}

impl Roles {
    /// Whether a role is among them.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Whether one of some is among them.
    #[must_use]
    pub fn any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    /// Whether it is all of them.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.0.len() == ALL.len()
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|role| role.as_str()).collect();
        f.write_str(&names.join(","))
    }
}

impl FromStr for Roles {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = ALL.into_iter().map(|(name, _)| name);
        let one = |word: &str| {
            let word = word.trim();
            let known = ALL.into_iter().find(|(name, _)| *name == word).map(|(_, role)| role);
            known.ok_or_else(|| {
                let remedy = near::choices(word, names.clone());
                format!("\"{}\" is not a role; {remedy}", shown(word))
            })
        };
        text.split(',').map(one).collect::<Result<_, _>>().map(Self)
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
#[path = "role_tests.rs"]
mod tests;
