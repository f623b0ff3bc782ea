//! Statuses: what the other side says about messages of ours. What is known never falls back.

use wissel_channels::{Author, Progress, StatusReport};

use super::draft::Draft;
use crate::thread::Change;
use crate::thread::state::{Entry, Heard};

/// A report came.
pub(super) fn on_status(draft: &mut Draft<'_>, report: &StatusReport) {
    if report.of.is_empty() || draft.thread().conversation.is_none() {
        return;
    }
    let thread = draft.thread();
    let newest = thread.tail.iter().filter(|entry| is_about(entry, &report.of)).map(|e| (e.ordinal, e.progress));
    let past = thread.past.iter().filter(|past| names(&past.of, &report.of)).map(|past| (past.ordinal, past.progress));
    let about: Vec<(u64, Option<Progress>)> = past.chain(newest).collect();
    let mut news = about.is_empty() && report.status == Progress::Failed;
    if about.is_empty() && draft.thread().flight.is_some() {
        // Our own worker's word of it may still be on its way: then it counts once that is here.
        draft.push(Change::Heard(Heard { of: report.of.clone(), progress: report.status }));
    }
    for (ordinal, before) in about {
        let progress = before.map_or(report.status, |before| before.after(report.status));
        if before != Some(progress) {
            news |= matches!(report.status, Progress::Failed | Progress::Delayed);
            draft.push(Change::Progressed { ordinal, progress });
        }
    }
    if news {
        let what = if report.status == Progress::Delayed { "delayed" } else { "failed" };
        let why = report.error.as_deref().unwrap_or("the other side says so");
        draft.mark(&format!("delivery:{what}:{why}"));
    }
}

/// Whether the other side knows an outbound message under this id.
fn is_about(entry: &Entry, of: &str) -> bool {
    entry.from != Author::Customer && entry.provider.as_deref().is_some_and(|ids| names(ids, of))
}

/// Whether an id is among those of a message.
fn names(ids: &str, of: &str) -> bool {
    ids.split(' ').any(|id| id == of)
}

/// What was heard of a message before its delivery was reported.
pub(super) fn heard_of(heard: &[Heard], provider: Option<&str>) -> Option<Progress> {
    let ids = provider?;
    let about = heard.iter().filter(|heard| ids.split(' ').any(|id| id == heard.of));
    about.map(|heard| heard.progress).max()
}
