//! Queues: declares them, finds out what is wrong with those that are there, and asks how much is ready.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lapin::Channel;
use lapin::options::{QueueDeclareOptions, QueueDeleteOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use serde_json::Value;

use super::difference::Difference;
use super::fault::{self, NOT_FOUND, PRECONDITION, REFUSED};
use super::link::{ANSWER, Link};
use super::topology::{MARKER, QueueSpec};
use crate::broker::{BrokerError, Queue};

/// How long a queue that was deleted stays away before it is declared again. RabbitMQ tells its consumers of the deletion
/// one by one: those that have not heard of it when there is a queue of that name again go on waiting, and get nothing.
const REST: Duration = Duration::from_secs(1);

/// The queues as this process knows them.
#[derive(Default)]
pub(super) struct Queues {
    /// Those that were declared by this process.
    known: Mutex<HashSet<Queue>>,
    /// A channel that nobody uses just now.
    idle: Mutex<Option<Channel>>,
    /// Held while a queue is declared. RabbitMQ 3.10 may close the connection (`INTERNAL_ERROR`) when one new quorum queue is
    /// declared twice at the same time.
    turn: tokio::sync::Mutex<()>,
}

/// What RabbitMQ tells of a queue.
#[derive(Clone, Copy)]
pub(super) struct Told {
    /// Messages that no consumer has.
    pub(super) ready: u32,
    /// Who reads it, of all processes.
    pub(super) consumers: u32,
}

/// Why a declaration failed.
pub(super) enum Refusal {
    /// The queue is there with another value of an argument. RabbitMQ's words.
    Other(String),
    /// There is no such queue.
    Missing,
    /// Anything else.
    Fault(BrokerError),
}

impl Queues {
    /// Those of `queues` that this process has not declared yet.
    pub(super) fn unknown<'a>(&self, queues: impl Iterator<Item = &'a Queue>) -> Vec<Queue> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unknown: Vec<Queue> = queues.filter(|queue| !known.contains(*queue)).cloned().collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }

    /// Sees to it that the queues are there, and `dead` with them: the others point to it.
    pub(super) async fn ensure(&self, link: &Link, queues: &[Queue]) -> Result<(), BrokerError> {
        let all = || std::iter::once(&Queue::Dead).chain(queues);
        if self.unknown(all()).is_empty() {
            return Ok(());
        }
        let turn = tokio::time::timeout(ANSWER, self.turn.lock()).await;
        let _turn = turn.map_err(|_| fault::silent("declaring a queue", ANSWER))?;
        for queue in self.unknown(all()) {
            self.declare(link, &QueueSpec::of(&queue)).await.map_err(|refusal| wrong(&queue.to_string(), refusal))?;
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(queue);
        }
        Ok(())
    }

    /// A queue that was there is gone: makes it again after a rest, and says so.
    pub(super) async fn make_again(&self, link: &Link, queue: &Queue) -> Result<(), BrokerError> {
        tracing::error!(%queue, "the queue was deleted in RabbitMQ with all that was in it; declaring it again");
        tokio::time::sleep(REST).await;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(queue);
        self.ensure(link, std::slice::from_ref(queue)).await
    }

    /// Records the number of partitions, or compares it with the one recorded.
    pub(super) async fn mark(&self, link: &Link, partitions: u16) -> Result<(), BrokerError> {
        match self.declare(link, &QueueSpec::marker(partitions)).await {
            Ok(()) => Ok(()),
            Err(Refusal::Other(words)) => Err(other_number(partitions, &words)),
            Err(refusal) => Err(wrong(MARKER, refusal)),
        }
    }

    /// The number of partitions that is recorded, if it is.
    pub(super) async fn recorded(&self, link: &Link) -> Result<Option<u16>, BrokerError> {
        if !self.exists(link, MARKER).await.map_err(|refusal| wrong(MARKER, refusal))? {
            return Ok(None);
        }
        // Nobody has ever recorded none: the refusal tells what it is.
        match self.declare(link, &QueueSpec::marker(0)).await {
            Ok(()) => Ok(Some(0)),
            Err(Refusal::Other(words)) => {
                let found = Difference::read(&words).and_then(|difference| difference.found);
                let number = found.and_then(|found| found.parse().ok());
                number.map(Some).ok_or_else(|| BrokerError::Unusable(format!("queue {MARKER}: {words}")))
            }
            Err(refusal) => Err(wrong(MARKER, refusal)),
        }
    }

    /// How many messages of a queue no consumer has.
    pub(super) async fn ready(&self, link: &Link, queue: &Queue) -> Result<u64, BrokerError> {
        Ok(self.look(link, queue).await?.ready.into())
    }

    /// How many consumers a queue has, of all processes.
    pub(super) async fn consumers(&self, link: &Link, queue: &Queue) -> Result<u64, BrokerError> {
        Ok(self.look(link, queue).await?.consumers.into())
    }

    /// How full a queue is, and who reads it.
    pub(super) async fn look(&self, link: &Link, queue: &Queue) -> Result<Told, BrokerError> {
        self.ensure(link, std::slice::from_ref(queue)).await?;
        let spec = QueueSpec::of(queue);
        match self.ask(link, &spec.name, true, FieldTable::default()).await {
            Ok(told) => Ok(told),
            Err(Refusal::Missing) => self.make_again(link, queue).await.map(|()| Told { ready: 0, consumers: 0 }),
            Err(refusal) => Err(wrong(&spec.name, refusal)),
        }
    }

    /// Takes a queue away, if it is there. Whoever calls has seen that it is empty.
    pub(super) async fn delete(&self, link: &Link, name: &str) -> Result<(), BrokerError> {
        let channel = link.channel().await?;
        let named = ShortString::try_new(name).map_err(|e| BrokerError::Unusable(format!("queue name: {e}")))?;
        let deleting = channel.queue_delete(named, QueueDeleteOptions::default());
        fault::answer("deleting a queue", ANSWER, deleting).await?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).retain(|queue| queue.to_string() != name);
        Ok(())
    }

    /// Declares a queue.
    pub(super) async fn declare(&self, link: &Link, spec: &QueueSpec) -> Result<(), Refusal> {
        self.ask(link, &spec.name, false, table(spec)).await.map(drop)
    }

    /// Asks whether a queue is there; makes nothing.
    pub(super) async fn exists(&self, link: &Link, name: &str) -> Result<bool, Refusal> {
        match self.ask(link, name, true, FieldTable::default()).await {
            Ok(_) => Ok(true),
            Err(Refusal::Missing) => Ok(false),
            Err(refusal) => Err(refusal),
        }
    }

    /// Declares, on a channel that is kept for the next time unless RabbitMQ closes it.
    async fn ask(&self, link: &Link, name: &str, passive: bool, arguments: FieldTable) -> Result<Told, Refusal> {
        let fault = |error| Refusal::Fault(error);
        let name = ShortString::try_new(name).map_err(|e| fault(BrokerError::Unusable(format!("queue name: {e}"))))?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).take();
        let channel = match idle.filter(|channel| channel.status().connected()) {
            Some(channel) => channel,
            None => link.channel().await.map_err(fault)?,
        };
        let options = QueueDeclareOptions { passive, durable: true, ..QueueDeclareOptions::default() };
        let asked = channel.queue_declare(name, options, arguments);
        let answer = tokio::time::timeout(ANSWER, asked).await;
        let answer = answer.map_err(|_| fault(fault::silent("declaring a queue", ANSWER)))?;
        let queue = answer.map_err(|error| refusal(&error))?;
        *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = Some(channel);
        Ok(Told { ready: queue.message_count(), consumers: queue.consumer_count() })
    }
}

fn refusal(error: &lapin::Error) -> Refusal {
    let reply = fault::reply(error).map(|reply| (reply.get_id(), reply.get_message().to_string()));
    match reply {
        Some((PRECONDITION, words)) => Refusal::Other(words),
        Some((NOT_FOUND, _)) => Refusal::Missing,
        Some((REFUSED, words)) => {
            let remedy = "give the user of broker.url the permissions configure, write and read on the vhost";
            Refusal::Fault(BrokerError::Unusable(format!("RabbitMQ says {words}; {remedy}")))
        }
        _ => Refusal::Fault(fault::away("declaring a queue", error)),
    }
}

fn table(spec: &QueueSpec) -> FieldTable {
    let mut table = FieldTable::default();
    for (key, value) in &spec.arguments {
        let value = match value {
            Value::Bool(yes) => AMQPValue::Boolean(*yes),
            Value::Number(number) => AMQPValue::LongLongInt(number.as_i64().unwrap_or(i64::MAX)),
            Value::String(text) => AMQPValue::LongString(text.as_str().into()),
            _ => continue,
        };
        if let Ok(key) = ShortString::try_new(key.as_str()) {
            table.insert(key, value);
        }
    }
    table
}

/// Says what is wrong with a queue that is there, and what to do about it.
pub(super) fn wrong(name: &str, refusal: Refusal) -> BrokerError {
    match refusal {
        Refusal::Fault(error) => error,
        Refusal::Missing => BrokerError::Unavailable(format!("queue {name} is gone")),
        Refusal::Other(words) => {
            let found = Difference::read(&words).map_or(words, |difference| difference.to_string());
            BrokerError::Unusable(format!(
                "queue {name} is there with other arguments: {found}; `wissel topology check` lists all differences; \
                 empty the queue, delete it, and run `wissel topology apply`"
            ))
        }
    }
}

fn other_number(partitions: u16, words: &str) -> BrokerError {
    let found = Difference::read(words).and_then(|difference| difference.found);
    BrokerError::Unusable(match found {
        Some(found) => format!(
            "RabbitMQ was set up with {found} partitions, the settings say {partitions}; set partitions = {found}"
        ),
        None => format!("queue {MARKER}, which records the number of partitions, is not as it should be: {words}"),
    })
}
