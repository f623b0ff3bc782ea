//! Tables: the routing tables that decisions name by their hash, for filling in what was not written with each decision.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{ArchiveError, Record, WireError};
use crate::journal::Journal;
use crate::routing::{Decision, RoutingTable, TableHash};
use crate::thread::{Change, Thread};

/// How many are remembered.
const MOST: usize = 32;

/// Tables that were read. Cloning shares them.
#[derive(Clone, Default)]
pub struct Tables(Arc<Mutex<HashMap<TableHash, Arc<RoutingTable>>>>);

impl Tables {
    fn known(&self) -> MutexGuard<'_, HashMap<TableHash, Arc<RoutingTable>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a table, which the journal may not have yet.
    pub fn know(&self, table: &Arc<RoutingTable>) {
        let mut known = self.known();
        if known.len() >= MOST && !known.contains_key(&table.hash) {
            known.clear();
        }
        known.insert(table.hash, Arc::clone(table));
    }

    /// A table, from memory, else from the journal.
    ///
    /// # Errors
    /// When the journal cannot be read, has no such table, or one that this release cannot read.
    pub(super) async fn get(&self, journal: &dyn Journal, hash: TableHash) -> Result<Arc<RoutingTable>, ArchiveError> {
        if let Some(table) = self.known().get(&hash) {
            return Ok(Arc::clone(table));
        }
        let missing = || WireError::Malformed(format!("routing table {hash} is not in the journal"));
        let bytes = journal.blob(hash.0).await?.ok_or_else(missing)?;
        let text = String::from_utf8(bytes).map_err(|_| missing())?;
        let table = RoutingTable::parse("journal", &text).map_err(|_| missing())?;
        if table.hash != hash {
            return Err(missing().into());
        }
        let table = Arc::new(table);
        self.know(&table);
        Ok(table)
    }

    /// Fills in a decision. Where its table is not to be had, its comparisons are shown by their numbers.
    async fn fill_in(&self, journal: &dyn Journal, decision: &mut Decision) -> Result<(), ArchiveError> {
        match self.get(journal, decision.table).await {
            Ok(table) => decision.fill_in(Some(&table)),
            Err(ArchiveError::Wire(_)) => decision.fill_in(None),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Fills in the last decision of a state.
    pub(super) async fn fill_in_state(&self, journal: &dyn Journal, thread: &mut Thread) -> Result<(), ArchiveError> {
        let decision = thread.conversation.as_mut().and_then(|conversation| conversation.decision.as_mut());
        match decision {
            Some(decision) => self.fill_in(journal, decision).await,
            None => Ok(()),
        }
    }

    /// Fills in the decisions of a thread's records.
    pub(super) async fn fill_in_records(
        &self,
        journal: &dyn Journal,
        records: &mut [Record],
    ) -> Result<(), ArchiveError> {
        for change in records.iter_mut().flat_map(|record| &mut record.changes) {
            if let Change::Decided { decision, .. } = change {
                self.fill_in(journal, decision).await?;
            }
        }
        Ok(())
    }
}
