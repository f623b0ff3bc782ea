//! Rows: what a transaction writes, a column at a time, so that each table costs one statement.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use tokio_postgres::types::ToSql;
use wissel_channels::ThreadKey;

use super::error::Failure;
use crate::journal::{Batch, Known};

/// Rows to write, in columns.
#[derive(Default)]
pub(super) struct Rows<'a> {
    partitions: (Vec<i32>, Vec<i64>, Vec<i64>),
    batches: (Vec<i32>, Vec<i64>, Vec<i64>),
    entries: Entries<'a>,
    /// Partition and first wrapped key of each thread.
    threads: HashMap<ThreadKey, (i32, Option<&'a [u8]>)>,
    blobs: (Vec<&'a [u8]>, Vec<&'a [u8]>),
    barriers: Vec<&'a [u8]>,
}

#[derive(Default)]
struct Entries<'a> {
    partitions: Vec<i32>,
    heads: Vec<i64>,
    threads: Vec<&'a [u8]>,
    events: Vec<&'a [u8]>,
    conversations: Vec<Option<&'a [u8]>>,
    ats: Vec<i64>,
    sealed: Vec<&'a [u8]>,
}

impl<'a> Rows<'a> {
    /// Adds a barrier.
    pub(super) fn barrier(&mut self, barrier: &'a [u8; 16]) {
        self.barriers.push(barrier);
    }

    /// Adds a batch.
    pub(super) fn batch(&mut self, batch: &'a Batch) {
        let (partition, head) = (i32::from(batch.partition), batch.head.cast_signed());
        self.batches.0.push(partition);
        self.batches.1.push(head);
        self.batches.2.push(batch.term.cast_signed());
        for entry in &batch.entries {
            self.entries.partitions.push(partition);
            self.entries.heads.push(head);
            self.entries.threads.push(&entry.thread.0);
            self.entries.events.push(&entry.event.0);
            self.entries.conversations.push(entry.conversation.as_ref().map(|id| id.0.as_slice()));
            self.entries.ats.push(entry.at.0);
            self.entries.sealed.push(&entry.sealed);
            self.threads.entry(entry.thread).or_insert((partition, None));
        }
        for key in &batch.keys {
            let (_, wrapped) = self.threads.entry(key.thread).or_insert((partition, None));
            wrapped.get_or_insert(&key.wrapped);
        }
        for blob in &batch.blobs {
            self.blobs.0.push(&blob.hash);
            self.blobs.1.push(&blob.bytes);
        }
    }

    /// Notes how far the partitions are now.
    pub(super) fn partitions(&mut self, known: &Known) {
        for reach in known.moved() {
            self.partitions.0.push(reach.partition.into());
            self.partitions.1.push(reach.term.cast_signed());
            self.partitions.2.push(reach.head.cast_signed());
        }
    }

    /// Writes all of them.
    pub(super) async fn write(&self, transaction: &Transaction<'_>) -> Result<(), Failure> {
        let (partitions, batches, entries) = (&self.partitions, &self.batches, &self.entries);
        insert(transaction, PARTITIONS, &[&partitions.0, &partitions.1, &partitions.2], partitions.0.len()).await?;
        insert(transaction, BATCHES, &[&batches.0, &batches.1, &batches.2], batches.0.len()).await?;
        let columns: [&(dyn ToSql + Sync); 7] = [
            &entries.partitions,
            &entries.heads,
            &entries.threads,
            &entries.events,
            &entries.conversations,
            &entries.ats,
            &entries.sealed,
        ];
        insert(transaction, ENTRIES, &columns, entries.heads.len()).await?;
        self.write_threads(transaction).await?;
        insert(transaction, BLOBS, &[&self.blobs.0, &self.blobs.1], self.blobs.0.len()).await?;
        insert(transaction, BARRIERS, &[&self.barriers], self.barriers.len()).await?;
        if !self.barriers.is_empty() {
            let forget = transaction.prepare_cached(FORGET_BARRIERS).await?;
            transaction.execute(&forget, &[&f64::from(crate::journal::BARRIER_DAYS)]).await?;
        }
        Ok(())
    }

    async fn write_threads(&self, transaction: &Transaction<'_>) -> Result<(), Failure> {
        let (mut with, mut without) = ((Vec::new(), Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
        // In one order everywhere, so that no two writers wait for each other.
        let mut threads: Vec<_> = self.threads.iter().collect();
        threads.sort_unstable_by_key(|(thread, _)| **thread);
        for (thread, (partition, wrapped)) in threads {
            if let Some(wrapped) = wrapped {
                with.0.push(thread.0.as_slice());
                with.1.push(*partition);
                with.2.push(*wrapped);
            } else {
                without.0.push(thread.0.as_slice());
                without.1.push(*partition);
            }
        }
        insert(transaction, THREADS, &[&without.0, &without.1], without.0.len()).await?;
        insert(transaction, KEYS, &[&with.0, &with.1, &with.2], with.0.len()).await
    }
}

const PARTITIONS: &str = "INSERT INTO journal_partitions AS p (partition, term, head)
    SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[])
    ON CONFLICT (partition) DO UPDATE
    SET term = greatest(p.term, excluded.term), head = greatest(p.head, excluded.head)";
const BATCHES: &str = "INSERT INTO journal_batches (partition, head, term)
    SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[])";
const ENTRIES: &str = "INSERT INTO journal_entries (partition, head, thread, event, conversation, at, sealed)
    SELECT partition, head, thread, event, conversation, at, sealed FROM unnest(
        $1::integer[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bigint[], $7::bytea[]
    ) WITH ORDINALITY AS e (partition, head, thread, event, conversation, at, sealed, place) ORDER BY place";
const THREADS: &str = "INSERT INTO journal_threads (thread, partition)
    SELECT * FROM unnest($1::bytea[], $2::integer[]) ON CONFLICT (thread) DO NOTHING";
// The first key stays: there are entries that only it opens.
const KEYS: &str = "INSERT INTO journal_threads AS t (thread, partition, wrapped)
    SELECT * FROM unnest($1::bytea[], $2::integer[], $3::bytea[])
    ON CONFLICT (thread) DO UPDATE SET wrapped = excluded.wrapped WHERE t.wrapped IS NULL";
const BLOBS: &str = "INSERT INTO journal_blobs (hash, bytes)
    SELECT * FROM unnest($1::bytea[], $2::bytea[]) ON CONFLICT (hash) DO NOTHING";
const BARRIERS: &str = "INSERT INTO journal_barriers (barrier)
    SELECT * FROM unnest($1::bytea[]) ON CONFLICT (barrier) DO NOTHING";
const FORGET_BARRIERS: &str = "DELETE FROM journal_barriers WHERE written < now() - $1 * interval '1 day'";

async fn insert(
    transaction: &Transaction<'_>,
    sql: &str,
    columns: &[&(dyn ToSql + Sync)],
    rows: usize,
) -> Result<(), Failure> {
    if rows > 0 {
        let statement = transaction.prepare_cached(sql).await?;
        transaction.execute(&statement, columns).await?;
    }
    Ok(())
}
