//! Compare: what RabbitMQ has against what Wissel declares.

use std::fmt;

use serde_json::{Value, json};

use super::AmqpBroker;
use super::difference::Difference;
use super::queues::{self, Refusal};
use super::topology::QueueSpec;
use crate::broker::BrokerError;

/// More arguments than a queue has.
const MOST: usize = 32;

/// A queue that is not as Wissel declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The queue's name.
    pub queue: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is not there.
    Missing,
    /// It is there with another argument: the argument, what it is and what it should be, in words.
    Differs(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.wrong {
            Wrong::Missing => write!(f, "queue {}: missing; run `wissel topology apply`", self.queue),
            Wrong::Differs(words) => {
                write!(f, "queue {}: {words}; empty the queue, delete it, and run `wissel topology apply`", self.queue)
            }
        }
    }
}

impl AmqpBroker {
    /// The virtual host that the address names.
    #[must_use]
    pub fn vhost(&self) -> &str {
        self.hub.consuming.vhost()
    }

    /// Declares queues; tells which of them are there with other arguments, and leaves those alone.
    pub async fn apply(&self, specs: &[QueueSpec]) -> Result<Vec<Finding>, BrokerError> {
        let mut findings = Vec::new();
        for spec in specs {
            match self.hub.queues.declare(&self.hub.consuming, spec).await {
                Ok(()) => {}
                Err(Refusal::Other(_)) => findings.extend(self.differences(spec).await?),
                Err(refusal) => return Err(queues::wrong(&spec.name, refusal)),
            }
        }
        Ok(findings)
    }

    /// Compares queues with those that are there, and changes nothing.
    pub async fn compare(&self, specs: &[QueueSpec]) -> Result<Vec<Finding>, BrokerError> {
        let mut findings = Vec::new();
        for spec in specs {
            match self.hub.queues.exists(&self.hub.consuming, &spec.name).await {
                Ok(true) => findings.extend(self.differences(spec).await?),
                Ok(false) => findings.push(Finding { queue: spec.name.clone(), wrong: Wrong::Missing }),
                Err(refusal) => return Err(queues::wrong(&spec.name, refusal)),
            }
        }
        Ok(findings)
    }

    /// Every argument of a queue, which is there, that differs. RabbitMQ names the first one; with its value taken over,
    /// it names the next one.
    async fn differences(&self, spec: &QueueSpec) -> Result<Vec<Finding>, BrokerError> {
        let (mut spec, mut findings) = (spec.clone(), Vec::new());
        while findings.len() < MOST {
            let words = match self.hub.queues.declare(&self.hub.consuming, &spec).await {
                Ok(()) => break,
                Err(Refusal::Other(words)) => words,
                Err(refusal) => return Err(queues::wrong(&spec.name, refusal)),
            };
            let difference = Difference::read(&words);
            let shown = difference.as_ref().map_or(words, ToString::to_string);
            findings.push(Finding { queue: spec.name.clone(), wrong: Wrong::Differs(shown) });
            if !difference.is_some_and(|difference| take_over(&mut spec, difference)) {
                break;
            }
        }
        Ok(findings)
    }
}

/// Gives a queue the value that RabbitMQ has. Says no when that would be the same question again.
fn take_over(spec: &mut QueueSpec, difference: Difference) -> bool {
    let Difference { argument, found, .. } = difference;
    if !argument.starts_with("x-") {
        return false;
    }
    let Some(found) = found else { return spec.arguments.remove(&argument).is_some() };
    let value = match (found.parse::<i64>(), found.parse::<bool>()) {
        (Ok(number), _) => json!(number),
        (_, Ok(yes)) => json!(yes),
        _ => Value::String(found),
    };
    spec.arguments.insert(argument, value.clone()) != Some(value)
}
