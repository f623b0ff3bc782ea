//! Labels of the whole journal: what staff's deeds say about earlier decisions.

use super::{Archive, ArchiveError, Record};
use crate::thread::label::{Label, Labeller};

/// Reads the records of every thread of `partitions` partitions. A thread that cannot be opened is left out.
pub async fn each_thread(
    archive: &Archive,
    partitions: u16,
    mut read: impl FnMut(&[Record]),
) -> Result<(), ArchiveError> {
    let each = async |thread| match archive.records(thread).await {
        Err(ArchiveError::Wire(_)) => Ok(()),
        records => {
            read(&records?);
            Ok(())
        }
    };
    archive.each_thread(partitions, each).await
}

/// Every label, a thread after another.
pub async fn labels(archive: &Archive, partitions: u16) -> Result<Vec<Label>, ArchiveError> {
    let mut found = Vec::new();
    each_thread(archive, partitions, |records| {
        let mut labeller = Labeller::default();
        found.extend(records.iter().filter_map(|record| labeller.read(&record.input, &record.changes)));
    })
    .await?;
    Ok(found)
}
