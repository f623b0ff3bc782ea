//! Takes what is new out of one folder: in order of UIDs, in bounded pieces, and past nothing that is not stored.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tracing::warn;

use super::config::{EmailConfig, Stored};
use super::imap::cursor::{self, Cursor, Folder, From};
use super::imap::{Fetched, Session, Trouble};
use super::storing::{NotStored, Storing};
use crate::UnixMillis;

/// Mails that are looked at together, and stored at the same time.
const CHUNK: usize = 64;
const AT_ONCE: usize = 16;
/// Bytes of mails that are fetched together; a mail above the first comes by itself, in pieces of the second.
const SMALL: u32 = 1 << 20;
pub(super) const PIECE: usize = 4 << 20;
/// How far back is read when the mark is missing: less than what threads remember of ids.
const BACK: Duration = Duration::from_hours(13 * 24);
/// Times that a mail may break the session before it is passed over, and people are told of it.
const TRIES: u32 = 5;

/// What is remembered of a folder between sessions.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// UIDs that broke a session, and how often.
    broke: HashMap<u32, u32>,
    /// Whether mails are fetched one at a time, to find the one that breaks sessions.
    careful: bool,
    /// The UIDs of the fetch under way.
    asked: Vec<u32>,
}

impl Memory {
    /// A session ended while it fetched: whatever it fetched is under suspicion.
    pub(super) fn session_broke(&mut self) {
        if let [uid] = self.asked.as_slice() {
            *self.broke.entry(*uid).or_default() += 1;
        }
        self.careful |= !self.asked.is_empty();
        self.asked.clear();
    }

    fn passes_over(&self, uid: u32) -> bool {
        self.broke.get(&uid).is_some_and(|times| *times >= TRIES)
    }
}

/// One folder in a session.
pub(super) struct Reader<'a> {
    pub(super) config: &'a EmailConfig,
    pub(super) storing: &'a Storing<'a>,
    pub(super) memory: &'a mut Memory,
    /// The name of the folder's mark.
    pub(super) mark: String,
    pub(super) folder: &'a str,
    pub(super) found: Folder,
    /// Where this session has come to; `None` before its first look.
    pub(super) at: Option<u32>,
}

impl Reader<'_> {
    /// Takes everything that is new by now.
    pub(super) async fn look(&mut self, session: &mut Session) -> Result<(), Trouble> {
        let cx = self.storing.cx;
        let from = if let Some(last) = self.at {
            From::After(last)
        } else {
            let kept = cx.cursors.read(&self.mark).await.map_err(|error| Trouble::link(error.to_string()))?;
            cursor::from(kept.as_deref().and_then(Cursor::from_text), self.found)
        };
        let (last, uids) = match from {
            From::After(last) => {
                let mut uids = session.search(&format!("UID {}:*", last.saturating_add(1))).await?;
                // The star means the last mail, also where that is an old one.
                uids.retain(|uid| *uid > last);
                (last, uids)
            }
            From::Again => (0, session.search(&format!("SINCE {}", since(cx.clock.now()))).await?),
        };
        self.at = Some(last);
        for chunk in uids.chunks(CHUNK) {
            self.take(session, chunk).await?;
            cx.progress.beat();
        }
        self.memory.careful = false;
        if from == From::Again && uids.is_empty() {
            self.stored_up_to(self.found.next.saturating_sub(1)).await?;
        }
        Ok(())
    }

    async fn take(&mut self, session: &mut Session, uids: &[u32]) -> Result<(), Trouble> {
        let sizes = session.sizes(&cursor::set(uids)).await?;
        let mut group: Vec<u32> = Vec::new();
        let mut bytes = 0_usize;
        for (uid, size) in sizes {
            if self.memory.passes_over(uid) {
                self.storing.unfetchable(self.folder, self.found.validity, uid).await.map_err(stopping)?;
                continue;
            }
            let large = size > SMALL;
            let full = bytes + size as usize > PIECE || (self.memory.careful && !group.is_empty());
            if (large || full) && !group.is_empty() {
                self.group(session, &std::mem::take(&mut group)).await?;
                bytes = 0;
            }
            if large {
                self.large(session, uid).await?;
            } else {
                group.push(uid);
                bytes += size as usize;
            }
        }
        if !group.is_empty() {
            self.group(session, &group).await?;
        }
        // What was listed and is not there any more was removed: the server has said so with a tagged OK.
        match uids.last() {
            Some(last) if self.at.is_none_or(|at| at < *last) => self.stored_up_to(*last).await,
            _ => Ok(()),
        }
    }

    /// Fetches small mails together.
    async fn group(&mut self, session: &mut Session, uids: &[u32]) -> Result<(), Trouble> {
        self.memory.asked = uids.to_vec();
        let mails = session.mails(&cursor::set(uids)).await?;
        let came: Vec<u32> = mails.iter().map(|mail| mail.uid).collect();
        let missing: Vec<u32> = uids.iter().filter(|uid| !came.contains(uid)).copied().collect();
        if !missing.is_empty() && !session.sizes(&cursor::set(&missing)).await?.is_empty() {
            return Err(Trouble::link("the server lists a mail that it does not give"));
        }
        self.memory.asked.clear();
        self.store(session, mails.into_iter().map(|mail| (mail, false)).collect()).await
    }

    /// Fetches one mail in pieces, to its end or to the limit.
    async fn large(&mut self, session: &mut Session, uid: u32) -> Result<(), Trouble> {
        self.memory.asked = vec![uid];
        let most = self.config.mail_bytes.max(1 << 20);
        let mut raw: Vec<u8> = Vec::new();
        let mut whole = false;
        while !whole && raw.len() < most {
            let asked = PIECE.min(most - raw.len());
            let Some(mut piece) = session.piece(uid, raw.len(), asked).await? else { break };
            whole = piece.len() < asked;
            piece.truncate(asked);
            raw.append(&mut piece);
            self.storing.cx.progress.beat();
        }
        self.memory.asked.clear();
        if raw.is_empty() {
            return Ok(());
        }
        self.store(session, vec![(Fetched { uid, raw }, !whole)]).await
    }

    /// Stores mails, then moves the mark past them, then does on the server what is to be done.
    async fn store(&mut self, session: &mut Session, mails: Vec<(Fetched, bool)>) -> Result<(), Trouble> {
        let uids: Vec<u32> = mails.iter().map(|(mail, _)| mail.uid).collect();
        let Some(last) = uids.last().copied() else { return Ok(()) };
        let storing = self.storing;
        let each = stream::iter(mails).map(|(mail, cut)| storing.store(mail.raw, cut));
        let mut outcomes = each.buffered(AT_ONCE);
        while let Some(outcome) = outcomes.next().await {
            outcome.map_err(stopping)?;
        }
        drop(outcomes);
        self.stored_up_to(last).await?;
        let set = cursor::set(&uids);
        match self.config.stored {
            Stored::Leave => Ok(()),
            Stored::Flag => session.flag(&set).await,
            Stored::Move => session.move_to(&set, &self.config.move_to).await,
        }
    }

    async fn stored_up_to(&mut self, last: u32) -> Result<(), Trouble> {
        self.at = Some(last);
        let cursor = Cursor { validity: self.found.validity, last };
        let written = self.storing.cx.cursors.write(&self.mark, &cursor.to_text()).await;
        written.map_err(|error| {
            warn!(%error, "the mark of a folder was not written; the mails behind it are read again");
            Trouble::link(error.to_string())
        })
    }
}

fn stopping(_: NotStored) -> Trouble {
    Trouble::link("the daemon stops")
}

/// A day as IMAP writes it, some days back.
fn since(now: UnixMillis) -> String {
    let back = i64::try_from(BACK.as_millis()).unwrap_or(i64::MAX);
    now.plus(-back).timestamp().strftime("%-d-%b-%Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::{Memory, since};
    use crate::UnixMillis;

    #[test]
    fn a_day_is_written_as_imap_wants_it() {
        // 2026-11-24 is 13 days before 2026-12-07.
        let now = UnixMillis::from("2026-12-07T10:00:00Z".parse::<jiff::Timestamp>().unwrap());
        assert_eq!(since(now), "24-Nov-2026");
        assert_eq!(since(now.plus(10 * 86_400_000)), "4-Dec-2026");
    }

    #[test]
    fn a_mail_that_breaks_session_after_session_is_passed_over() {
        let mut memory = Memory { asked: vec![7, 8], ..Memory::default() };
        memory.session_broke();
        assert!(memory.careful && !memory.passes_over(7));
        for _ in 0..super::TRIES {
            assert!(!memory.passes_over(7));
            memory.asked = vec![7];
            memory.session_broke();
        }
        assert!(memory.passes_over(7) && !memory.passes_over(8));
    }
}
