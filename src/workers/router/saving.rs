//! Saving: what a batch leaves in the store and the journal.

use std::collections::{BTreeSet, HashMap};

use bytes::Bytes;
use wissel_channels::{ThreadKey, UnixMillis};

use super::cache::{Slot, Slots};
use crate::broker::Message;
use crate::journal::{Batch, Blob, Entry, Key, Order};
use crate::store::{Lease, Reader, Row, Save, SaveThread, Stored, StoredOrder};
use crate::thread::{Change, Command, Conversation, EventId, OrderOutcome, Thread, notices};
use crate::wire::notices::reader;
use crate::wire::{DataKey, Keys, Record, WireError, envelope};
use crate::workers::Rules;

/// A batch on its way to the store, the journal and the queues.
pub(super) struct Saving {
    lease: Lease,
    batch: Batch,
    threads: HashMap<ThreadKey, Beside>,
    /// Commands to publish.
    pub(super) commands: Vec<Command>,
    /// Commands to publish again: those of events that came again.
    pub(super) again: Vec<Command>,
}

/// What a thread's batch leaves beside its state.
#[derive(Default)]
struct Beside {
    seen: Vec<(EventId, UnixMillis)>,
    orders: Vec<StoredOrder>,
    /// People whose notices may have changed.
    readers: BTreeSet<String>,
}

impl Saving {
    /// A batch of so many events. Room for them is made at once: what grows is copied, into memory that is new each time.
    pub(super) fn new(lease: Lease, head: u64, events: usize) -> Self {
        let (entries, keys, blobs) = (Vec::with_capacity(events), Vec::with_capacity(events), Vec::new());
        let batch = Batch { partition: lease.partition, term: lease.term, head, entries, keys, blobs };
        let (threads, commands) = (HashMap::with_capacity(events), Vec::with_capacity(2 * events));
        Self { lease, batch, threads, commands, again: Vec::new() }
    }

    /// Adds what was decided on one event; `slot` is the thread after it.
    pub(super) fn add(&mut self, slot: &mut Slot, record: Record) -> Result<(), WireError> {
        let thread = slot.thread.key;
        let (event, at) = (record.input.event.id, record.input.event.at);
        if std::mem::take(&mut slot.is_new) {
            self.batch.keys.push(Key { thread, wrapped: slot.wrapped.clone() });
        }
        let sealed = envelope::seal_record(&slot.key, &record)?;
        let beside = self.threads.entry(thread).or_default();
        beside.seen.push((event, at));
        for change in record.changes {
            beside.readers.extend(notices::reader(&slot.thread, &change).map(str::to_owned));
            match change {
                Change::OrderDecided { order, digest, outcome } => {
                    beside.orders.push(stored_order(&slot.key, thread, (order, at, digest), &outcome)?);
                }
                Change::Issued(command) => self.commands.push(command),
                _ => {}
            }
        }
        let conversation = slot.thread.conversation.as_ref().map(|c| c.id);
        self.batch.entries.push(Entry { thread, event, conversation, at, sealed });
        Ok(())
    }

    /// Adds the routing table, which decisions name by its hash.
    pub(super) fn tell_table(&mut self, rules: &Rules) {
        self.batch.blobs.push(Blob { hash: rules.table.hash.0, bytes: rules.text.clone() });
    }

    /// The save and the journal's message; nothing when nothing was decided.
    pub(super) fn finish(
        self,
        keys: &Keys,
        now: UnixMillis,
        slots: &Slots,
    ) -> Result<Option<(Save, Message)>, WireError> {
        if self.batch.entries.is_empty() {
            return Ok(None);
        }
        let Self { lease, batch, threads, .. } = self;
        let (head, parts) = (batch.head, [batch.partition.into(), batch.term, batch.head].map(u64::to_le_bytes));
        let id = wissel_channels::ids::hash_parts("journal batch", &[&parts[0], &parts[1], &parts[2]]);
        let journal = Bytes::from(envelope::write_journal(keys, id, now, &Order::Append(batch))?);
        let mut saved = Vec::with_capacity(threads.len());
        for (thread, beside) in threads {
            let Some(slot) = slots.get(&thread) else { continue };
            let rows = slot.thread.conversation.iter().filter_map(|c| row(&slot.thread, c)).collect();
            let mut save = save_thread(&slot.thread, &slot.key, slot.wrapped.clone())?;
            (save.rows, save.seen, save.orders) = (rows, beside.seen, beside.orders);
            save.notices = beside.readers.iter().map(|person| noticed(keys, &slot.thread, person)).collect();
            saved.push(save);
        }
        let save = Save { lease, head, journal: journal.clone(), threads: saved };
        Ok(Some((save, Message { id, body: journal })))
    }
}

/// A thread as the store has it, with nothing beside its state.
pub(super) fn save_thread(thread: &Thread, key: &DataKey, wrapped: Vec<u8>) -> Result<SaveThread, WireError> {
    Ok(SaveThread {
        thread: thread.key,
        stored: Stored { sealed: envelope::seal_state(key, thread)?, key: wrapped },
        epoch: thread.epoch,
        revoked: thread.revoked(),
        due: thread.due(),
        seen: Vec::new(),
        rows: Vec::new(),
        orders: Vec::new(),
        notices: Vec::new(),
    })
}

/// Whether somebody has something to notice in a thread.
pub(super) fn noticed(keys: &Keys, thread: &Thread, person: &str) -> (Reader, bool) {
    (reader(keys, person), thread.notices.iter().any(|notice| notice.person.0 == person))
}

/// The answer to an order, sealed.
pub(super) fn stored_order(
    key: &DataKey,
    thread: ThreadKey,
    order: (EventId, UnixMillis, [u8; 16]),
    outcome: &OrderOutcome,
) -> Result<StoredOrder, WireError> {
    let (order, at, digest) = order;
    let sealed = envelope::seal_value(key, &order.0, outcome)?;
    Ok(StoredOrder { order, thread, at, digest, sealed })
}

/// A conversation as lists have it.
pub(super) fn row(thread: &Thread, conversation: &Conversation) -> Option<Row> {
    Some(Row {
        conversation: conversation.id,
        thread: thread.key,
        state: conversation.state(),
        queue: conversation.queue.clone(),
        channel: thread.address.as_ref()?.channel.clone(),
        language: thread.language.or(thread.locale),
        priority: conversation.priority,
        since: conversation.since,
    })
}
