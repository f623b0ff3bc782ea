//! A batch: events of a partition are decided on together, saved as one, published, and only then acknowledged.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::cache::{Cache, Slot, Slots};
use super::reach::Reaches;
use super::saving::Saving;
use crate::broker::{Consumer, Delivery, Queue};
use crate::failpoint::Point;
use crate::routing::{Language, QueueKind, TableHash, Verdict};
use crate::store::{Incarnation, Lease};
use crate::telemetry::Aside;
use crate::thread::{Body, Change, Circumstances, Command, Event, Input, step};
use crate::triage::{Message, beside};
use crate::wire::{Record, WireError, envelope};
use crate::workers::{Rules, WorkerError, Workplace, bury, persist};

/// How far the clocks of two machines may be apart.
const SKEW_MILLIS: i64 = 60_000;

/// The routing of one partition under one lease.
pub(super) struct Desk {
    pub(super) place: Workplace,
    lease: Lease,
    head: u64,
    reaches: Reaches,
    cache: Cache,
    /// Tables that the journal has been told of.
    tables: HashSet<TableHash>,
}

impl Desk {
    pub(super) fn new(place: Workplace, lease: Lease, head: u64, reaches: Reaches) -> Self {
        Self { place, lease, head, reaches, cache: Cache::new(), tables: HashSet::new() }
    }

    /// The number of the newest batch.
    pub(super) const fn head(&self) -> u64 {
        self.head
    }

    pub(super) const fn partition(&self) -> u16 {
        self.lease.partition
    }

    /// Routes what was taken; gives back what is to be acknowledged.
    pub(super) async fn route(
        &mut self,
        consumer: &mut dyn Consumer,
        taken: Vec<Delivery>,
    ) -> Result<Vec<Delivery>, WorkerError> {
        let (mut events, mut done) = (Vec::with_capacity(taken.len()), Vec::with_capacity(taken.len()));
        for delivery in taken {
            match envelope::read_event(&self.place.keys, &delivery.message.body) {
                Ok(event) => {
                    events.push(event);
                    done.push(delivery);
                }
                // Somebody newer wrote it: it is theirs. The partition is released, nothing is lost.
                Err(error @ WireError::Newer(_)) => return Err(error.into()),
                Err(_) => {
                    let queue = Queue::Inbound(self.partition());
                    bury(&self.place, consumer, &queue, delivery, Aside::Unreadable).await?;
                }
            }
        }
        match self.together(&events).await {
            Err(WorkerError::Panicked(_)) => self.one_by_one(&events, &done).await?,
            result => result?,
        }
        Ok(done)
    }

    /// Decides on all of them, and carries it out. After an error nothing was saved or all of it.
    pub(super) async fn together(&mut self, events: &[Event]) -> Result<(), WorkerError> {
        let mut slots = self.cache.take(&self.place, events.iter().map(|event| event.thread)).await?;
        let rules = self.place.rules.load_full();
        let circumstances = self.circumstances().await?;
        let mut saving = Saving::new(self.lease, self.head + 1, events.len());
        let verdicts = self.read_ahead(events, &slots, &rules)?;
        for (event, verdict) in events.iter().zip(verdicts) {
            let Some(slot) = slots.get_mut(&event.thread) else { continue };
            if slot.seen.contains(&event.id) {
                saving.again.extend(slot.thread.unconfirmed(event.id).cloned());
                continue;
            }
            let record = self.decide(slot, event, verdict, &rules, &circumstances)?;
            saving.add(slot, record)?;
        }
        if self.tables.insert(rules.table.hash) {
            self.place.archive.tables.know(&rules.table);
            saving.tell_table(&rules);
        }
        self.place.failpoints.pass(Point::RouterDecided);
        self.carry_out(saving, &mut slots).await?;
        self.cache.put(slots);
        Ok(())
    }

    async fn circumstances(&self) -> Result<Circumstances, WorkerError> {
        let place = &self.place;
        let (switches, backlog) = tokio::try_join!(
            persist("switches", || place.store.switches()),
            persist("backlog", || place.broker.messages(&Queue::Bot)),
        )?;
        Ok(Circumstances {
            switches,
            bot_backlog: backlog,
            head: self.head + 1,
            journaled: self.reaches.of(self.lease.partition),
            limits: place.limits,
        })
    }

    /// The verdicts on a batch's events, examined one after the other before anything else is done: what triage looks things
    /// up in stays near the processor meanwhile. Of each thread only the first: what comes behind it is examined with what
    /// it has changed.
    fn read_ahead(&self, events: &[Event], slots: &Slots, rules: &Rules) -> Result<Vec<Option<Verdict>>, WorkerError> {
        let mut threads = HashSet::with_capacity(events.len());
        let mut read = |event: &Event| {
            let slot = slots.get(&event.thread).filter(|slot| !slot.seen.contains(&event.id));
            match slot.filter(|_| threads.insert(event.thread)) {
                Some(slot) => unless_it_panics(event, || self.verdict(slot, event, rules)),
                None => Ok(None),
            }
        };
        events.iter().map(&mut read).collect()
    }

    /// Decides on one event, with the verdict on it if it was read ahead. After a panic the batch's slots are of no use: nothing
    /// of them is saved or kept.
    fn decide(
        &self,
        slot: &mut Slot,
        event: &Event,
        verdict: Option<Verdict>,
        rules: &Rules,
        circumstances: &Circumstances,
    ) -> Result<Record, WorkerError> {
        let record = unless_it_panics(event, || {
            let verdict = verdict.or_else(|| self.verdict(slot, event, rules));
            let circumstances = circumstances.clone();
            let input = Input { event: event.clone(), verdict, table: rules.table.hash, circumstances };
            let (thread, changes) = step(std::mem::take(&mut slot.thread), &input, &rules.table);
            slot.thread = thread;
            Record { input, changes }
        })?;
        slot.seen.insert(event.id);
        self.observe(&record);
        Ok(record)
    }

    /// What triage says of the words that an event brings to be decided on, if it does.
    fn verdict(&self, slot: &Slot, event: &Event, rules: &Rules) -> Option<Verdict> {
        match &event.body {
            Body::Message(message) => {
                let locale = message.locale.as_deref().and_then(Language::of_locale);
                let verdict = self.examine(slot, &message.text, locale, message.automatic.as_deref(), rules);
                let names = message.attachments.iter().map(|file| file.name.as_str());
                Some(beside(&*rules.triage, verdict, names.chain([message.quoted.as_str()])))
            }
            Body::Timer { timer } => slot.thread.burst_of(*timer).map(|text| {
                let automatic = slot.thread.burst.as_ref().and_then(|burst| burst.automatic.as_deref());
                let verdict = self.examine(slot, &text, None, automatic, rules);
                beside(&*rules.triage, verdict, slot.thread.beside_the_burst())
            }),
            _ => None,
        }
    }

    fn examine(
        &self,
        slot: &Slot,
        text: &str,
        locale: Option<Language>,
        automatic: Option<&str>,
        rules: &Rules,
    ) -> Verdict {
        self.place.failpoints.taste(text);
        let began = Instant::now();
        let (prior, locale) = (slot.thread.language, locale.or(slot.thread.locale));
        let verdict = rules.triage.examine(Message { text, prior, locale, automatic });
        self.place.metrics.examined(&verdict.engine, began.elapsed());
        verdict
    }

    fn observe(&self, record: &Record) {
        for change in &record.changes {
            match change {
                Change::Decided { decision, .. } => {
                    // From the message on, which a decision that waited for advice came long after.
                    let millis = self.place.clock.now().since(decision.at);
                    let after = Duration::from_millis(u64::try_from(millis).unwrap_or(0));
                    let kind = if decision.kind == QueueKind::Bot { "bot" } else { "human" };
                    self.place.metrics.decided(decision.queue.as_str(), &decision.rule, kind, after);
                }
                Change::Dropped { .. } => self.place.metrics.stale_answer_dropped(),
                _ => {}
            }
        }
    }

    /// Saves, then publishes. Both are repeated until they work or the partition is somebody else's.
    async fn carry_out(&mut self, mut saving: Saving, slots: &mut Slots) -> Result<(), WorkerError> {
        let place = &self.place;
        let (commands, again) = (std::mem::take(&mut saving.commands), std::mem::take(&mut saving.again));
        let mut messages = Vec::with_capacity(commands.len() + again.len() + 1);
        if !commands.is_empty() || !again.is_empty() {
            let incarnation: Incarnation =
                persist("incarnation", || place.store.incarnation(self.lease.partition)).await?;
            messages.extend(place.post.commands(&commands, incarnation)?);
            for command in &again {
                messages.push(place.post.command(command, published_before(command, incarnation))?);
            }
        }
        if let Some((save, journal)) = saving.finish(&place.keys, place.clock.now(), slots)? {
            let save = Arc::new(save);
            persist("save", || place.store.save(Arc::clone(&save))).await?;
            self.head += 1;
            place.failpoints.pass(Point::RouterSaved);
            // First: what is carried out should be known to have been decided.
            messages.insert(0, (Queue::Journal, journal));
        }
        if !messages.is_empty() {
            persist("publish", || place.post.confirmed(messages.clone())).await?;
        }
        place.failpoints.pass(Point::RouterPublished);
        Ok(())
    }
}

/// What `work` on an event gives. A panic is an error of its own: that event may be poison.
fn unless_it_panics<T>(event: &Event, work: impl FnOnce() -> T) -> Result<T, WorkerError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| WorkerError::Panicked(event.kind()))
}

/// The incarnation that a command was first published under: the present one, or one that is lost. A worker may have begun it
/// before the store was lost, with the record of that: then it is settled.
fn published_before(command: &Command, incarnation: Incarnation) -> Incarnation {
    let lost = incarnation.born().is_some_and(|born| command.at <= born.plus(SKEW_MILLIS));
    if lost { Incarnation::default() } else { incarnation }
}
