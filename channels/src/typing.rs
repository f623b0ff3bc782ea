//! Typing: says when the bot begins to write an answer, for channels that can show it.

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use tokio::sync::{Mutex, mpsc};

use crate::{ReceiveContext, ThreadKey};

/// Threads that are watched at the same time; of more, nobody sees that the bot is writing.
const MOST: usize = 64;
/// A place behind every line: what is said is not looked at.
const NO_LINE: u64 = u64::MAX >> 1;
/// For how long a thread is watched.
const WATCHED: Duration = Duration::from_secs(20);

/// Watches threads in which a customer has just written; `W` is where to show it.
pub(crate) struct Typist<W> {
    tell: mpsc::Sender<(ThreadKey, W)>,
    told: Mutex<mpsc::Receiver<(ThreadKey, W)>>,
}

impl<W> Default for Typist<W> {
    fn default() -> Self {
        let (tell, told) = mpsc::channel(MOST);
        Self { tell, told: Mutex::new(told) }
    }
}

impl<W: Send + 'static> Typist<W> {
    /// A customer has written.
    pub(crate) fn watch(&self, thread: ThreadKey, place: W) {
        // When it is crowded nobody is shown that the bot is writing, and nothing else happens.
        let _crowded = self.tell.try_send((thread, place));
    }

    /// Watches until the shutdown; `show` shows that the bot is writing.
    pub(crate) async fn work<'s>(&self, cx: &'s ReceiveContext, show: impl Fn(W) -> BoxFuture<'s, ()>) {
        let mut told = self.told.lock().await;
        let mut watched: FuturesUnordered<BoxFuture<'s, Option<W>>> = FuturesUnordered::new();
        loop {
            tokio::select! {
                () = cx.shutdown.cancelled() => return,
                Some(begun) = watched.next(), if !watched.is_empty() => {
                    if let Some(place) = begun {
                        watched.push(show(place).map(|()| None).boxed());
                    }
                }
                Some((thread, place)) = told.recv(), if watched.len() < MOST => {
                    let begun = tokio::time::timeout(WATCHED, begun(cx, thread));
                    watched.push(begun.map(|begun| (begun == Ok(true)).then_some(place)).boxed());
                }
            }
        }
    }
}

/// Waits until the bot works on an answer.
async fn begun(cx: &ReceiveContext, thread: ThreadKey) -> bool {
    let mut changes = cx.transcript.watch(thread);
    loop {
        match cx.transcript.read(thread, NO_LINE).await {
            Ok(view) if view.bot_typing => return true,
            Ok(_) | Err(_) => {}
        }
        if changes.changed().await.is_err() {
            return false;
        }
    }
}
