//! Link: the one connection of a process, made when it is needed, given up when it is broken, and made again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};
use tokio::time::Instant;
use wissel_channels::Seldom;

use super::connect::{self, ANSWER, Live};
use super::errors::{again, judge};
use super::scripts::Scripts;
use super::target::{self, RedisSettings, Target};
use crate::store::watchers::Watchers;
use crate::store::{Incarnation, StoreError};
use crate::thread::Switches;

/// How often a link that nobody uses is tried.
pub(super) const BEAT: Duration = Duration::from_secs(3);

/// How long after a failure nobody tries to connect: a server that is full or still loading has enough to do.
const PAUSE: Duration = Duration::from_millis(250);

/// A process's way to Redis.
pub(super) struct Link {
    pub(super) target: Target,
    pub(super) trusted: Option<Vec<u8>>,
    pub(super) partitions: u16,
    pub(super) scripts: Scripts,
    pub(super) watchers: Arc<Watchers>,
    known: Mutex<Known>,
    /// Whoever connects; and when and why it last failed.
    turn: tokio::sync::Mutex<Option<(Instant, StoreError)>>,
    /// What was told of the server lately.
    pub(super) seldom: Seldom,
}

/// What is known for as long as the connection holds.
#[derive(Default)]
struct Known {
    live: Option<Live>,
    /// Of each partition. An older one than the store's does no harm: what is published with that is settled.
    incarnations: Vec<Incarnation>,
    switches: Option<(Instant, Switches)>,
    connections: u64,
}

/// What Redis is asked.
enum Question<'a> {
    One(&'a Cmd),
    Many(&'a Pipeline),
}

impl Question<'_> {
    async fn put(&self, live: &mut Live) -> RedisResult<Vec<Value>> {
        match self {
            Self::One(command) => Ok(vec![command.query_async(&mut live.connection).await?]),
            Self::Many(pipe) => pipe.query_async(&mut live.connection).await,
        }
    }
}

impl Link {
    pub(super) fn new(settings: RedisSettings, partitions: u16) -> Result<Self, StoreError> {
        Ok(Self {
            target: target::read(&settings)?,
            trusted: settings.trusted,
            partitions,
            scripts: Scripts::new(),
            watchers: Arc::default(),
            known: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            seldom: Seldom::default(),
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection: the one that there is, or a new one. Whoever waits for one, or comes soon after, shares its failure.
    pub(super) async fn live(&self) -> Result<Live, StoreError> {
        if let Some(live) = self.known().live.clone() {
            return Ok(live);
        }
        let asked = Instant::now();
        let mut failed = self.turn.lock().await;
        if let Some(live) = self.known().live.clone() {
            return Ok(live);
        }
        if let Some((at, why)) = &*failed
            && *at + PAUSE > asked
        {
            return Err(again(why));
        }
        let number = self.known().connections + 1;
        match connect::connect(self, number).await {
            Ok((live, incarnations)) => {
                *self.known() = Known { live: Some(live.clone()), incarnations, switches: None, connections: number };
                tracing::info!(address = live.address, "connected to Redis");
                // What was saved meanwhile was not told.
                self.watchers.all_changed();
                Ok(live)
            }
            Err(error) => {
                *failed = Some((Instant::now(), again(&error)));
                Err(error)
            }
        }
    }

    /// Gives a connection up, unless there is a newer one.
    pub(super) fn give_up(&self, number: u64, why: &str) {
        let mut known = self.known();
        if known.live.as_ref().is_some_and(|live| live.number == number) {
            tracing::warn!(why, "the connection to Redis is given up");
            known.live = None;
        }
    }

    /// Asks one thing.
    pub(super) async fn ask(&self, command: &Cmd) -> Result<Value, StoreError> {
        Ok(self.put(Question::One(command)).await?.pop().unwrap_or_default())
    }

    /// Asks many things in one go.
    pub(super) async fn ask_all(&self, pipe: &Pipeline) -> Result<Vec<Value>, StoreError> {
        if pipe.is_empty() {
            return Ok(Vec::new());
        }
        self.put(Question::Many(pipe)).await
    }

    async fn put(&self, question: Question<'_>) -> Result<Vec<Value>, StoreError> {
        let mut again = true;
        loop {
            let mut live = self.live().await?;
            let error = match tokio::time::timeout(ANSWER * 2, question.put(&mut live)).await {
                Ok(Ok(answers)) => return Ok(answers),
                Ok(Err(error)) => error,
                Err(_) => RedisError::from((ErrorKind::Io, "no answer in time")),
            };
            let judged = judge(&error);
            if judged.broken {
                self.give_up(live.number, &judged.error.to_string());
            }
            // Somebody has made Redis forget the scripts; a new connection brings them.
            let forgotten = error.kind() == ErrorKind::Server(ServerErrorKind::NoScript);
            if !(forgotten && std::mem::take(&mut again)) {
                return Err(judged.error);
            }
        }
    }

    /// The incarnation of a partition, as it was last told.
    pub(super) async fn incarnation(&self, partition: u16) -> Result<Incarnation, StoreError> {
        self.live().await?;
        let found = self.known().incarnations.get(usize::from(partition)).copied();
        found.ok_or_else(|| StoreError::Unusable(format!("there is no partition {partition}")))
    }

    /// The incarnation of a partition was told.
    pub(super) fn learn(&self, partition: u16, incarnation: Incarnation) {
        if let Some(known) = self.known().incarnations.get_mut(usize::from(partition)) {
            *known = incarnation;
        }
    }

    /// The switches, if they were read less than `age` ago.
    pub(super) fn switches(&self, age: Duration) -> Option<Switches> {
        let known = self.known();
        known.switches.as_ref().filter(|(at, _)| at.elapsed() < age).map(|(_, switches)| switches.clone())
    }

    /// The switches were read at `at`, or are to be read again.
    pub(super) fn keep_switches(&self, read: Option<(Instant, Switches)>) {
        self.known().switches = read;
    }

    /// Notices a link that is dead or leads to somebody who is not the primary any more, also while nobody uses it.
    pub(super) async fn beat(&self) {
        let before = self.known().live.clone();
        if let (Some(live), Target::Sentinels { .. }) = (&before, &self.target)
            && let Ok(primary) = connect::find(self).await
            && primary.addr().to_string() != live.address
        {
            self.give_up(live.number, "the Sentinels name another primary");
        }
        if let Err(error) = self.ask(&redis::cmd("PING")).await {
            tracing::debug!(%error, "Redis does not answer");
        }
    }
}
