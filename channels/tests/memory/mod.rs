//! What a daemon gives a channel, in memory: an intake that may be busy, files, marks, and an empty transcript.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use wissel_channels::{
    Attachment, BlobError, Blobs, ChannelName, Clock, CursorError, Cursors, InboundMessage, Intake, IntakeError,
    ReceiveContext, Scribe, SendContext, SignOfLife, StatusReport, ThreadKey, Transcript, TranscriptError, TurnedAway,
    UnixMillis, View, Watch,
};
use wissel_fakes::Changes;

/// Hears the same in every recording, but nothing in silence.
pub(crate) struct Hears(pub(crate) &'static str);

#[async_trait]
impl Scribe for Hears {
    async fn words(&self, _name: &str, media_type: &str, bytes: Vec<u8>) -> Option<String> {
        assert!(media_type.starts_with("audio/"), "{media_type}");
        (bytes != b"silence").then(|| self.0.to_owned())
    }
}

/// The largest file that is taken.
pub(crate) const MOST: u64 = 1 << 20;
/// The present moment.
pub(crate) const NOW: UnixMillis = UnixMillis(1_790_000_000_000);

#[derive(Default)]
struct State {
    accepted: Vec<InboundMessage>,
    statuses: Vec<StatusReport>,
    turned_away: Vec<&'static str>,
    busy: usize,
    blobs: BTreeMap<String, Vec<u8>>,
    marks: BTreeMap<String, String>,
    marks_fail: bool,
    beats: usize,
}

/// A daemon in memory.
#[derive(Clone, Default)]
pub(crate) struct Memory {
    state: Arc<Mutex<State>>,
    pub(crate) changes: Arc<Changes>,
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn receiving(&self) -> ReceiveContext {
        let beaten = self.clone();
        ReceiveContext {
            scribe: None,
            intake: Arc::new(self.clone()),
            transcript: Arc::new(self.clone()),
            blobs: Arc::new(self.clone()),
            cursors: Arc::new(self.clone()),
            progress: SignOfLife::new(move || beaten.state().beats += 1),
            clock: Clock::from_fn(|| NOW),
            shutdown: CancellationToken::new(),
        }
    }

    pub(crate) fn sending(&self) -> SendContext {
        SendContext {
            blobs: Arc::new(self.clone()),
            cursors: Arc::new(self.clone()),
            clock: Clock::from_fn(|| NOW),
            queue: None,
        }
    }

    /// The next `times` messages are not accepted.
    pub(crate) fn refuse(&self, times: usize) {
        self.state().busy = times;
    }

    /// Marks cannot be read or written.
    pub(crate) fn fail_marks(&self, fail: bool) {
        self.state().marks_fail = fail;
    }

    pub(crate) fn accepted(&self) -> Vec<InboundMessage> {
        self.state().accepted.clone()
    }

    pub(crate) fn statuses(&self) -> Vec<StatusReport> {
        self.state().statuses.clone()
    }

    pub(crate) fn turned_away(&self) -> Vec<&'static str> {
        self.state().turned_away.clone()
    }

    pub(crate) fn blob(&self, hash: &str) -> Option<Vec<u8>> {
        self.state().blobs.get(hash).cloned()
    }

    pub(crate) fn beats(&self) -> usize {
        self.state().beats
    }

    /// Waits until `count` messages were accepted; gives all.
    pub(crate) async fn until_accepted(&self, count: usize) -> Vec<InboundMessage> {
        let what = format!("{count} messages to be accepted");
        self.changes.until(&what, || Some(self.accepted()).filter(|accepted| accepted.len() >= count)).await
    }
}

#[async_trait]
impl Intake for Memory {
    async fn accept(&self, message: InboundMessage) -> Result<(), IntakeError> {
        {
            let mut state = self.state();
            if state.busy > 0 {
                state.busy -= 1;
                return Err(IntakeError::Busy { retry_after: Duration::from_millis(10) });
            }
            if !state.accepted.iter().any(|known| known.id == message.id) {
                state.accepted.push(message);
            }
        }
        self.changes.tell();
        Ok(())
    }

    async fn status(&self, report: StatusReport) -> Result<(), IntakeError> {
        self.state().statuses.push(report);
        self.changes.tell();
        Ok(())
    }

    fn turned_away(&self, _channel: &ChannelName, why: TurnedAway) {
        self.state().turned_away.push(why.word());
        self.changes.tell();
    }
}

#[async_trait]
impl Blobs for Memory {
    async fn put(&self, name: &str, media_type: &str, bytes: Vec<u8>) -> Result<Attachment, BlobError> {
        let size = u64::try_from(bytes.len()).unwrap();
        if size > MOST {
            return Err(BlobError::Refused("too large".to_owned()));
        }
        let hash = blake3::hash(&bytes).to_hex().to_string();
        self.state().blobs.insert(hash.clone(), bytes);
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        Ok(Attachment { name, media_type, bytes: size, hash, refused: None })
    }

    async fn get(&self, hash: &str) -> Result<Vec<u8>, BlobError> {
        self.blob(hash).ok_or(BlobError::Missing)
    }

    fn most_bytes(&self) -> u64 {
        MOST
    }
}

#[async_trait]
impl Cursors for Memory {
    async fn read(&self, name: &str) -> Result<Option<String>, CursorError> {
        let state = self.state();
        if state.marks_fail { Err(CursorError("away".to_owned())) } else { Ok(state.marks.get(name).cloned()) }
    }

    async fn write(&self, name: &str, value: &str) -> Result<(), CursorError> {
        let mut state = self.state();
        if state.marks_fail {
            return Err(CursorError("away".to_owned()));
        }
        state.marks.insert(name.to_owned(), value.to_owned());
        Ok(())
    }
}

#[async_trait]
impl Transcript for Memory {
    async fn read(&self, _thread: ThreadKey, _after: u64) -> Result<View, TranscriptError> {
        Ok(View::default())
    }

    fn watch(&self, _thread: ThreadKey) -> Watch {
        watch::channel(0).1
    }
}
