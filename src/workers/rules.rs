//! Rules: a routing table with the triage that was trained for it, swapped as one.

use std::sync::Arc;

use crate::routing::RoutingTable;
use crate::triage::Triage;

/// A routing table in force.
pub struct Rules {
    /// The table.
    pub table: Arc<RoutingTable>,
    /// Its text, which the journal keeps under the table's hash.
    pub text: Vec<u8>,
    /// The triage that knows its intents.
    pub triage: Arc<dyn Triage>,
}

impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rules").field("table", &self.table.hash).finish_non_exhaustive()
    }
}
