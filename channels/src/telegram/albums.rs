//! Albums by webhook: each picture comes by a request of its own, and what comes at once is taken as one message.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;

use super::Inner;
use super::taking::take;
use crate::later::Later;
use crate::{CursorError, ReceiveContext};

/// For how long the rest of an album is waited for.
pub(super) const WAIT: Duration = Duration::from_millis(700);

/// The album that an update is a picture of.
pub(super) fn album(update: &Value) -> Option<&str> {
    update.pointer("/message/media_group_id")?.as_str()
}

/// A picture, and who waits until it is durable.
type Piece = (Value, oneshot::Sender<Result<(), Later>>);

/// Albums that pictures are coming of. Whoever brings the first picture waits for the others, and takes them all.
#[derive(Default)]
pub(super) struct Albums(Mutex<HashMap<String, Vec<Piece>>>);

impl Albums {
    /// Takes an update; one of an album with those that come beside it. Returns when it is durable.
    pub(super) async fn take(&self, bot: &Inner, update: Value, cx: &ReceiveContext) -> Result<(), Later> {
        let Some(key) = album(&update).map(|album| format!("{} {album}", chat(&update))) else {
            return take(bot, &[update], cx).await;
        };
        if noted(cx, &update).await?.contains(&piece(&update)) {
            // It was taken, and the answer did not arrive.
            return Ok(());
        }
        let (told, taken) = oneshot::channel();
        let first = {
            let mut open = self.open();
            let first = !open.contains_key(&key);
            open.entry(key.clone()).or_default().push((update, told));
            first
        };
        if first {
            Gathering { albums: self, key, closed: false }.lead(bot, cx).await;
        }
        // Whoever led may be gone: then all of it comes again.
        taken.await.unwrap_or_else(|_| Err(Later::soon("taking it broke off")))
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Vec<Piece>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An album that somebody leads. When they are cancelled, nobody waits for them.
struct Gathering<'a> {
    albums: &'a Albums,
    key: String,
    /// Whether what comes from now on is another one's to lead.
    closed: bool,
}

impl Gathering<'_> {
    async fn lead(mut self, bot: &Inner, cx: &ReceiveContext) {
        tokio::time::sleep(WAIT).await;
        let mut pieces = self.close();
        // In the order in which they were sent: the first gives the message its id, however they arrive.
        pieces.sort_by_key(|(update, _)| piece(update).parse::<i64>().unwrap_or_default());
        let (updates, waiting): (Vec<_>, Vec<_>) = pieces.into_iter().unzip();
        let result = match take(bot, &updates, cx).await {
            Ok(()) => note(cx, &updates).await.map_err(Later::from),
            Err(later) => Err(later),
        };
        for told in waiting {
            let _gone = told.send(result.clone());
        }
    }

    fn close(&mut self) -> Vec<Piece> {
        self.closed = true;
        self.albums.open().remove(&self.key).unwrap_or_default()
    }
}

impl Drop for Gathering<'_> {
    fn drop(&mut self) {
        if !self.closed {
            drop(self.close());
        }
    }
}

fn chat(update: &Value) -> i64 {
    update.pointer("/message/chat/id").and_then(Value::as_i64).unwrap_or_default()
}

/// The number of a picture's message.
fn piece(update: &Value) -> String {
    update.pointer("/message/message_id").map(Value::to_string).unwrap_or_default()
}

/// The mark of the pictures of a chat's newest album that were taken: one that comes again alone would be a message of its own.
fn mark(update: &Value) -> String {
    format!("album.{}", chat(update))
}

/// The pictures of this update's album that were taken before.
async fn noted(cx: &ReceiveContext, update: &Value) -> Result<Vec<String>, CursorError> {
    let told = cx.cursors.read(&mark(update)).await?.unwrap_or_default();
    let mut words = told.split(' ').map(str::to_owned);
    let same = words.next().as_deref() == album(update);
    Ok(if same { words.collect() } else { Vec::new() })
}

/// Notes that these pictures of an album were taken.
async fn note(cx: &ReceiveContext, updates: &[Value]) -> Result<(), CursorError> {
    let Some((first, album)) = updates.first().and_then(|first| Some((first, album(first)?))) else { return Ok(()) };
    let mut all = noted(cx, first).await?;
    all.extend(updates.iter().map(piece));
    cx.cursors.write(&mark(first), &format!("{album} {}", all.join(" "))).await
}
