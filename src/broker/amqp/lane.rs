//! Lane: one channel for publishing. What callers bring while a flight is in the air makes up the next one.
//!
//! A flight's messages leave in order, one after the other without waiting, and are waited for together. No message of
//! the next flight leaves before, so a message that RabbitMQ returns belongs to this flight: lapin attaches it to any
//! confirmation that comes next.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use lapin::Channel;
use lapin::options::ConfirmSelectOptions;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::fault;
use super::flight::{Fate, fly};
use super::hub::Hub;
use super::link::ANSWER;
use crate::broker::{BrokerError, Message, Queue};

/// How long a confirmation may take. Shorter than whoever publishes waits.
pub(super) const CONFIRM: Duration = Duration::from_secs(8);
/// How many messages make up a flight, at which no further call is added.
const FULL: usize = 512;

/// A channel and who waits for it.
pub(super) struct Lane {
    hub: Arc<Hub>,
    desk: Mutex<Desk>,
}

#[derive(Default)]
struct Desk {
    jobs: VecDeque<Job>,
    /// Whether a task works on the jobs.
    busy: bool,
    channel: Option<Channel>,
}

/// The messages of one call.
struct Job {
    messages: Vec<(Queue, Message)>,
    answer: oneshot::Sender<Result<(), BrokerError>>,
    deadline: Instant,
}

impl Lane {
    pub(super) fn new(hub: Arc<Hub>) -> Self {
        Self { hub, desk: Mutex::default() }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes; returns once all of it is confirmed.
    pub(super) async fn publish(self: &Arc<Self>, messages: Vec<(Queue, Message)>) -> Result<(), BrokerError> {
        let (answer, answered) = oneshot::channel();
        let deadline = Instant::now() + CONFIRM;
        let idle = {
            let mut desk = self.desk();
            desk.jobs.push_back(Job { messages, answer, deadline });
            !std::mem::replace(&mut desk.busy, true)
        };
        if idle {
            self.hub.tracker.spawn(Arc::clone(self).work());
        }
        match tokio::time::timeout_at(deadline, answered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(BrokerError::Unavailable("publishing broke off".to_owned())),
            Err(_) => Err(self.silence()),
        }
    }

    fn silence(&self) -> BrokerError {
        if self.hub.publishing.is_blocked() { fault::blocked() } else { fault::silent("publishing", CONFIRM) }
    }

    async fn work(self: Arc<Self>) {
        let _free = FreeAfterPanic(&self);
        while let Some(jobs) = self.next() {
            self.carry_out(jobs).await;
        }
    }

    /// The jobs of the next flight. Whoever has gone away may find his message there or not: it is left out.
    fn next(&self) -> Option<Vec<Job>> {
        let mut desk = self.desk();
        let (mut jobs, mut count) = (Vec::new(), 0);
        while count < FULL
            && let Some(job) = desk.jobs.pop_front()
        {
            if !job.answer.is_closed() {
                count += job.messages.len();
                jobs.push(job);
            }
        }
        desk.busy = !jobs.is_empty();
        desk.busy.then_some(jobs)
    }

    async fn carry_out(&self, jobs: Vec<Job>) {
        let deadline = jobs.last().map_or_else(Instant::now, |job| job.deadline);
        let mut messages = Vec::with_capacity(jobs.iter().map(|job| job.messages.len()).sum());
        let mut callers = Vec::with_capacity(jobs.len());
        for job in jobs {
            callers.push((job.messages.len(), job.answer));
            messages.extend(job.messages);
        }
        let fates = self.publish_all(&messages, deadline).await;
        let mut rest = fates.as_deref().unwrap_or_default();
        for (count, answer) in callers {
            let result = match &fates {
                Err(error) => Err(fault::again(error)),
                Ok(_) => self.outcome(rest.split_off(..count).unwrap_or_default()),
            };
            let _gone = answer.send(result);
        }
    }

    /// What a caller is told about his messages.
    fn outcome(&self, fates: &[Fate]) -> Result<(), BrokerError> {
        match fates.iter().find(|fate| **fate != Fate::Confirmed) {
            Some(fate) => Err(self.failure(fate)),
            None => Ok(()),
        }
    }

    fn failure(&self, fate: &Fate) -> BrokerError {
        match fate {
            Fate::Lost(why) => BrokerError::Unavailable(format!("publishing: {why}")),
            Fate::Returned(queue) => BrokerError::Unavailable(format!("publishing: there is no queue {queue}")),
            Fate::Refused => BrokerError::Unavailable("publishing: RabbitMQ refused a message".to_owned()),
            Fate::Unknown | Fate::Confirmed => self.silence(),
        }
    }

    /// Publishes a flight, and once more what was returned because its queue was gone.
    async fn publish_all(&self, messages: &[(Queue, Message)], deadline: Instant) -> Result<Vec<Fate>, BrokerError> {
        self.hub.publishing.unblocked(deadline).await?;
        let channel = self.channel().await?;
        let now = self.hub.clock.now();
        let all: Vec<usize> = (0..messages.len()).collect();
        let mut fates = vec![Fate::Unknown; messages.len()];
        fly(&channel, now, messages, &all, deadline, &mut fates).await;
        let missing: BTreeSet<String> = fates.iter().filter_map(Fate::returned).map(str::to_owned).collect();
        if !missing.is_empty() {
            // Those that were confirmed before their queue was deleted went with it.
            let lost: Vec<usize> = all.into_iter().filter(|i| missing.contains(&messages[*i].0.to_string())).collect();
            let queues: BTreeSet<&Queue> = lost.iter().map(|i| &messages[*i].0).collect();
            for queue in queues {
                self.hub.queues.make_again(&self.hub.consuming, queue).await?;
            }
            for index in &lost {
                fates[*index] = Fate::Unknown;
            }
            fly(&channel, now, messages, &lost, deadline, &mut fates).await;
        }
        if fates.iter().all(|fate| *fate == Fate::Confirmed) {
            self.hub.gauges.published(messages);
        } else {
            // Confirmations that come late must not be taken for those of the next flight.
            self.give_up();
        }
        Ok(fates)
    }

    /// The channel, opened if there is none.
    async fn channel(&self) -> Result<Channel, BrokerError> {
        let known = self.desk().channel.clone();
        if let Some(channel) = known.filter(|channel| channel.status().connected()) {
            return Ok(channel);
        }
        let channel = self.hub.publishing.channel().await?;
        let confirms = channel.confirm_select(ConfirmSelectOptions::default());
        fault::answer("asking for confirmations", ANSWER, confirms).await?;
        self.desk().channel = Some(channel.clone());
        Ok(channel)
    }

    fn give_up(&self) {
        let channel = self.desk().channel.take();
        if let Some(channel) = channel {
            let _sent = channel.close(200, "done".into()).now_or_never();
        }
    }
}

/// Lets another task work on the lane when this one panics.
struct FreeAfterPanic<'a>(&'a Lane);

impl Drop for FreeAfterPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.desk().busy = false;
        }
    }
}
