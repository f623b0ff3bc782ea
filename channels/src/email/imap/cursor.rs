//! How far a folder has been read: our own mark, since nothing on the server is ever marked as read. Pure.

use serde::{Deserialize, Serialize};

/// The mark of a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::email) struct Cursor {
    /// The folder's UIDVALIDITY when it was written.
    pub(in crate::email) validity: u32,
    /// Every mail up to this UID is stored.
    pub(in crate::email) last: u32,
}

/// What a server says about a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::email) struct Folder {
    /// UIDVALIDITY; 0 when the server gives none, and then no mark can be trusted.
    pub(in crate::email) validity: u32,
    /// UIDNEXT; 0 when the server does not tell.
    pub(in crate::email) next: u32,
}

/// Where to read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::email) enum From {
    /// Behind this UID.
    After(u32),
    /// From the beginning of what may still be new: the mark is missing, or the folder was numbered anew. What was stored
    /// before has the same id as then, and changes nothing.
    Again,
}

impl Cursor {
    /// A mark as it was kept.
    #[must_use]
    pub(in crate::email) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// As it is kept.
    #[must_use]
    pub(in crate::email) fn to_text(self) -> String {
        serde_json::to_string(&self).unwrap_or_default()
    }
}

/// Where to read on in a folder.
#[must_use]
pub(in crate::email) fn from(kept: Option<Cursor>, folder: Folder) -> From {
    match kept {
        Some(cursor) if cursor.validity != 0 && cursor.validity == folder.validity => {
            // A server that was set back to an older copy gives the same numbers out again.
            let rewound = folder.next != 0 && folder.next <= cursor.last;
            if rewound { From::Again } else { From::After(cursor.last) }
        }
        _ => From::Again,
    }
}

/// UIDs as a set for a command: `3:7,9`.
#[must_use]
pub(in crate::email) fn set(uids: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match ranges.last_mut() {
            Some((_, end)) if *end + 1 == *uid => *end = *uid,
            _ => ranges.push((*uid, *uid)),
        }
    }
    let shown =
        ranges.iter().map(|(start, end)| if start == end { start.to_string() } else { format!("{start}:{end}") });
    shown.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Folder, From, from, set};

    #[test]
    fn a_mark_counts_only_in_the_numbering_that_it_was_written_under() {
        let kept = Some(Cursor { validity: 5, last: 40 });
        assert_eq!(from(kept, Folder { validity: 5, next: 41 }), From::After(40));
        assert_eq!(from(kept, Folder { validity: 5, next: 0 }), From::After(40));
        assert_eq!(from(kept, Folder { validity: 6, next: 41 }), From::Again);
        assert_eq!(from(kept, Folder { validity: 0, next: 41 }), From::Again);
        assert_eq!(from(Some(Cursor { validity: 0, last: 40 }), Folder { validity: 0, next: 41 }), From::Again);
        assert_eq!(from(kept, Folder { validity: 5, next: 30 }), From::Again, "UIDNEXT rewound");
        assert_eq!(from(None, Folder { validity: 5, next: 41 }), From::Again);
        assert_eq!(Cursor::from_text(&Cursor { validity: 5, last: 40 }.to_text()), kept);
        assert_eq!(Cursor::from_text("rubbish"), None);
    }

    #[test]
    fn numbers_in_a_row_are_a_range() {
        assert_eq!(set(&[3, 4, 5, 9, 11, 12]), "3:5,9,11:12");
        assert_eq!(set(&[]), "");
    }
}
