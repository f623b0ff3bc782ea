//! Notices of a member of staff: which of their replies did not arrive, or may not have. The store knows people by a
//! keyed hash of their names; the notices themselves stand in the threads.

use super::{Archive, ArchiveError, Keys};
use crate::store::Reader;
use crate::thread::{Notice, Person, Thread};

/// Threads that are looked at.
const MOST: usize = 100;

/// Somebody as the store knows them.
#[must_use]
pub fn reader(keys: &Keys, person: &str) -> Reader {
    let hash = blake3::keyed_hash(&keys.secret("readers of notices"), person.as_bytes());
    let mut reader = Reader::default();
    reader.0.copy_from_slice(&hash.as_bytes()[..16]);
    reader
}

/// What somebody has not seen yet, newest first, each with its thread.
pub async fn of(archive: &Archive, person: &Person) -> Result<Vec<(Thread, Notice)>, ArchiveError> {
    let mut found = Vec::new();
    for thread in archive.store.noticed(reader(&archive.keys, &person.0), MOST).await? {
        let Some(thread) = archive.state(thread).await? else { continue };
        let theirs: Vec<Notice> = thread.notices.iter().filter(|notice| notice.person == *person).cloned().collect();
        found.extend(theirs.into_iter().map(|notice| (thread.clone(), notice)));
    }
    found.sort_by(|(_, one), (_, other)| other.at.cmp(&one.at).then(other.ordinal.cmp(&one.ordinal)));
    Ok(found)
}
