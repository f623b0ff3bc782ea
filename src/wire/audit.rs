//! Audit: recomputes every decision from the journal alone, and says where it would be another one.

use wissel_channels::ThreadKey;

use super::{Archive, ArchiveError};
use crate::thread::{EventId, Rebuilt, decide};

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Audit {
    /// Threads that were read.
    pub threads: u64,
    /// Decisions that were recomputed.
    pub decisions: u64,
    /// Decisions that came out the same.
    pub identical: u64,
    /// Where they did not, or could not be read.
    pub different: Vec<Difference>,
}

/// A decision that came out otherwise.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// The thread.
    pub thread: ThreadKey,
    /// The event; absent when the thread's entries could not be opened.
    pub event: Option<EventId>,
    /// What is wrong, without customer data.
    pub problem: String,
}

/// Recomputes every decision about the threads of `partitions` partitions.
pub async fn audit(archive: &Archive, partitions: u16) -> Result<Audit, ArchiveError> {
    let mut found = Audit::default();
    archive.each_thread(partitions, async |thread| audit_thread(archive, thread, &mut found).await).await?;
    Ok(found)
}

async fn audit_thread(archive: &Archive, thread: ThreadKey, found: &mut Audit) -> Result<(), ArchiveError> {
    found.threads += 1;
    let records = match archive.records(thread).await {
        Ok(records) => records,
        Err(ArchiveError::Wire(error)) => {
            found.different.push(Difference { thread, event: None, problem: error.to_string() });
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let mut rebuilt = Rebuilt::new(thread);
    for record in records {
        found.decisions += 1;
        let event = record.input.event.id;
        let again = match archive.tables.get(archive.journal.as_ref(), record.input.table).await {
            Ok(table) => decide(&rebuilt.thread, &record.input, &table),
            Err(ArchiveError::Wire(error)) => {
                found.different.push(Difference { thread, event: Some(event), problem: error.to_string() });
                continue;
            }
            Err(error) => return Err(error),
        };
        if again == record.changes {
            found.identical += 1;
        } else {
            let problem = "the recorded input gives other changes than the recorded ones".to_owned();
            found.different.push(Difference { thread, event: Some(event), problem });
        }
        rebuilt.fold(event, record.input.event.at, &record.changes);
    }
    Ok(())
}

/// How the states in the store differ from what the journal's changes give: the threads that do.
pub async fn compare(archive: &Archive, partitions: u16) -> Result<Vec<ThreadKey>, ArchiveError> {
    let mut differ = Vec::new();
    for partition in 0..partitions {
        for thread in archive.journal.changed(partition, 0).await? {
            let mut rebuilt = Rebuilt::new(thread);
            for record in archive.records(thread).await? {
                rebuilt.fold(record.input.event.id, record.input.event.at, &record.changes);
            }
            if archive.state(thread).await?.as_ref() != Some(&rebuilt.thread) {
                differ.push(thread);
            }
        }
    }
    Ok(differ)
}
