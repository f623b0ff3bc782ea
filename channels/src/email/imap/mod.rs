//! An IMAP session as the receiver needs it: sign in, look into a folder, fetch by UID, wait for more.
//!
//! Over async-imap, which has no timeouts and takes an answer that broke off for an empty one: here each command has a
//! time, and is done only with a tagged OK. What a server says is never repeated in an error, since it may hold mail.

pub(super) mod cursor;
mod folder;
mod guard;
mod link;

use std::time::Duration;

use async_imap::extensions::idle::IdleResponse;
use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response, Status};
use tokio_util::sync::CancellationToken;

use cursor::Folder;
use guard::Guarded;

pub(super) use link::connect;

/// Why a session ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// The connection, or the server behind it: another one may work.
    #[error("{0}")]
    Link(String),
    /// The server does not let us in.
    #[error("{0}")]
    Refused(String),
}

impl Trouble {
    pub(super) fn link(what: impl Into<String>) -> Self {
        Self::Link(what.into())
    }
}

/// A mail, or its beginning, as it came.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) uid: u32,
    pub(super) raw: Vec<u8>,
}

/// A session on one folder.
pub(super) struct Session {
    /// Absent only while it idles.
    inner: Option<async_imap::Session<Guarded>>,
    /// How long one answer may take to begin, or to go on.
    patience: Duration,
    /// Whether the server tells of new mail by itself, and whether it can move mails.
    idles: bool,
    moves: bool,
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// News, or the time for a look.
    Look,
    /// The daemon stops.
    Stop,
}

impl Session {
    fn inner(&mut self) -> Result<&mut async_imap::Session<Guarded>, Trouble> {
        self.inner.as_mut().ok_or_else(|| Trouble::link("the connection was left while it waited for mail"))
    }

    /// Runs a command to its tagged OK, and gives each answer on the way to `each`.
    async fn run(&mut self, command: &str, mut each: impl FnMut(&Response<'_>)) -> Result<(), Trouble> {
        let verb = command.split([' ', '(']).take(2).collect::<Vec<_>>().join(" ");
        let patience = self.patience;
        let session = self.inner()?;
        let tag = in_time(patience, &verb, session.run_command(command)).await?.map_err(|_| lost(&verb))?;
        loop {
            let answer = in_time(patience, &verb, session.read_response()).await?;
            let answer = answer.map_err(|error| lost_by(&verb, &error))?;
            let Some(answer) = answer else { return Err(lost(&verb)) };
            match answer.parsed() {
                Response::Done { tag: of, status, .. } if of == &tag => {
                    return match status {
                        Status::Ok => Ok(()),
                        _ => Err(Trouble::link(format!("the server refused {verb}"))),
                    };
                }
                Response::Data { status: Status::Bye, .. } => return Err(Trouble::link("the server said BYE")),
                other => each(other),
            }
        }
    }

    /// Opens a folder.
    pub(super) async fn open(&mut self, folder: &str) -> Result<Folder, Trouble> {
        let patience = self.patience;
        let session = self.inner()?;
        let found = in_time(patience, "SELECT", session.select(folder::written(folder))).await?;
        let found =
            found.map_err(|_| Trouble::link(format!("the folder {folder} cannot be opened; does it exist?")))?;
        Ok(Folder { validity: found.uid_validity.unwrap_or(0), next: found.uid_next.unwrap_or(0) })
    }

    /// The UIDs that a search finds, in order.
    pub(super) async fn search(&mut self, what: &str) -> Result<Vec<u32>, Trouble> {
        let mut found = Vec::new();
        self.run(&format!("UID SEARCH {what}"), |answer| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = answer {
                found.extend_from_slice(uids);
            }
        })
        .await?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// The UIDs with the sizes of their mails, as the server claims them, in order.
    pub(super) async fn sizes(&mut self, set: &str) -> Result<Vec<(u32, u32)>, Trouble> {
        let mut found = Vec::new();
        self.run(&format!("UID FETCH {set} (UID RFC822.SIZE)"), |answer| {
            let Response::Fetch(_, values) = answer else { return };
            let (mut uid, mut size) = (None, None);
            for value in values {
                match value {
                    AttributeValue::Uid(found) => uid = Some(*found),
                    AttributeValue::Rfc822Size(found) => size = Some(*found),
                    _ => {}
                }
            }
            found.extend(uid.zip(size));
        })
        .await?;
        found.sort_unstable();
        found.dedup_by_key(|(uid, _)| *uid);
        Ok(found)
    }

    /// Whole mails.
    pub(super) async fn mails(&mut self, set: &str) -> Result<Vec<Fetched>, Trouble> {
        let mut found: Vec<Fetched> = Vec::new();
        self.run(&format!("UID FETCH {set} (UID BODY.PEEK[])"), |answer| found.extend(fetched(answer))).await?;
        found.sort_by_key(|mail| mail.uid);
        Ok(found)
    }

    /// `count` bytes of a mail from `start` on; fewer at its end, `None` when there is no such mail.
    pub(super) async fn piece(&mut self, uid: u32, start: usize, count: usize) -> Result<Option<Vec<u8>>, Trouble> {
        let mut found = None;
        self.run(&format!("UID FETCH {uid} (UID BODY.PEEK[]<{start}.{count}>)"), |answer| {
            if let Some(piece) = fetched(answer).filter(|piece| piece.uid == uid) {
                found = Some(piece.raw);
            }
        })
        .await?;
        Ok(found)
    }

    /// Gives mails the keyword that says that they are stored.
    pub(super) async fn flag(&mut self, set: &str) -> Result<(), Trouble> {
        self.run(&format!("UID STORE {set} +FLAGS.SILENT (WisselStored)"), |_| {}).await
    }

    /// Moves mails to another folder.
    pub(super) async fn move_to(&mut self, set: &str, folder: &str) -> Result<(), Trouble> {
        let folder = folder::written(folder).replace('\\', "\\\\").replace('"', "\\\"");
        if self.moves {
            return self.run(&format!("UID MOVE {set} \"{folder}\""), |_| {}).await;
        }
        self.run(&format!("UID COPY {set} \"{folder}\""), |_| {}).await?;
        self.run(&format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)"), |_| {}).await
    }

    /// Waits until the server tells of something, at most for `most`; then it is time for a look anyway.
    pub(super) async fn wait(&mut self, most: Duration, stop: &CancellationToken) -> Result<Woken, Trouble> {
        if !self.idles {
            tokio::select! {
                () = stop.cancelled() => return Ok(Woken::Stop),
                () = tokio::time::sleep(most) => return Ok(Woken::Look),
            }
        }
        let session = self.inner.take().ok_or_else(|| Trouble::link("the connection is gone"))?;
        let mut idle = session.idle();
        match in_time(self.patience, "IDLE", idle.init()).await? {
            Ok(()) => {}
            Err(_) => return Err(lost("IDLE")),
        }
        let woken = {
            let (waited, _interrupt) = idle.wait_with_timeout(most);
            tokio::select! {
                () = stop.cancelled() => Woken::Stop,
                waited = waited => match waited {
                    Ok(IdleResponse::NewData(_) | IdleResponse::Timeout) => Woken::Look,
                    Ok(IdleResponse::ManualInterrupt) | Err(_) => return Err(lost("IDLE")),
                },
            }
        };
        let session = in_time(self.patience, "DONE", idle.done()).await?.map_err(|_| lost("DONE"))?;
        self.inner = Some(session);
        Ok(woken)
    }

    /// Says goodbye, if there is still time.
    pub(super) async fn leave(mut self) {
        if let Some(session) = &mut self.inner {
            let _gone = tokio::time::timeout(Duration::from_secs(2), session.logout()).await;
        }
    }
}

fn fetched(answer: &Response<'_>) -> Option<Fetched> {
    let Response::Fetch(_, values) = answer else { return None };
    let (mut uid, mut raw) = (None, None);
    for value in values {
        match value {
            AttributeValue::Uid(found) => uid = Some(*found),
            AttributeValue::BodySection { section: None, data: Some(data), .. } => raw = Some(data.to_vec()),
            _ => {}
        }
    }
    Some(Fetched { uid: uid?, raw: raw? })
}

/// Waits for an answer, not longer than is sensible.
async fn in_time<T>(patience: Duration, verb: &str, future: impl Future<Output = T>) -> Result<T, Trouble> {
    let late = |_| Trouble::link(format!("the server did not answer {verb} within {} s", patience.as_secs()));
    tokio::time::timeout(patience, future).await.map_err(late)
}

fn lost(verb: &str) -> Trouble {
    Trouble::link(format!("the connection was lost during {verb}"))
}

/// The error's own words are shown only where they are ours: others may hold what the server sent.
fn lost_by(verb: &str, error: &std::io::Error) -> Trouble {
    let ours = error.get_ref().map(ToString::to_string).filter(|text| text.starts_with("the server "));
    ours.map_or_else(|| lost(verb), Trouble::Link)
}
