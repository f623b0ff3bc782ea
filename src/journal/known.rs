//! Known: which batches a journal takes, whatever it is made of.
//!
//! A batch is named by partition and head, and there is one of each name: it was saved in the store before it was
//! published, and the store takes each head once. Only a store that has lost what it saved can bring forth a second
//! one: a router goes to sleep between its save and its publication, the store is lost, another router takes the
//! partition over and goes on from what the journal has. So that the sleeper's batch cannot take a place that is not
//! its own any more, a router announces its term through the journal's queue before it looks how far the journal is:
//! from there on batches of older terms are late. What was decided in them is decided again.

use std::collections::HashMap;

use super::{Batch, Reach};

/// What is there of the partitions and batches that are about to be written.
#[derive(Debug, Default)]
pub(crate) struct Known {
    partitions: HashMap<u16, Reach>,
    /// The terms of batches that are there.
    batches: HashMap<(u16, u64), u64>,
    /// Partitions of which something is new.
    moved: Vec<u16>,
}

/// What is to become of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// Write it.
    New,
    /// Nothing: it is there, or it was an announcement.
    There,
    /// Give it back: its place is another's.
    Late,
}

impl Known {
    /// Notes the largest term and head of a partition.
    pub(crate) fn partition(&mut self, partition: u16, term: u64, head: u64) {
        self.partitions.insert(partition, Reach { partition, term, head });
    }

    /// Notes a batch that is there.
    pub(crate) fn batch(&mut self, partition: u16, head: u64, term: u64) {
        self.batches.insert((partition, head), term);
    }

    /// Says what is to become of a batch, and takes it in.
    pub(crate) fn judge(&mut self, batch: &Batch) -> Judged {
        let Batch { partition, term, head, .. } = *batch;
        let reach = self.partitions.entry(partition).or_insert(Reach { partition, term: 0, head: 0 });
        let place = self.batches.get(&(partition, head));
        if place.is_some_and(|there| *there == term) {
            return Judged::There;
        }
        if place.is_some() || term < reach.term {
            return if batch.announces() { Judged::There } else { Judged::Late };
        }
        *reach = Reach { partition, term, head: reach.head.max(head) };
        if !self.moved.contains(&partition) {
            self.moved.push(partition);
        }
        if batch.announces() {
            return Judged::There;
        }
        self.batches.insert((partition, head), term);
        Judged::New
    }

    /// How far the partitions are of which something is new.
    pub(crate) fn moved(&self) -> impl Iterator<Item = Reach> {
        self.moved.iter().filter_map(|partition| self.partitions.get(partition).copied())
    }
}
