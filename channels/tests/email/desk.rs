//! A mailbox at work: what it hands to the intake, as a test sees it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wissel_channels::contract::{MemoryBlobs, MemoryCursors};
use wissel_channels::email::{Email, EmailConfig, Security, Timing};
use wissel_channels::{
    AccountName, Channel, ChannelError, ChannelName, Clock, CommandId, InboundMessage, Intake, IntakeError,
    OutboundMessage, ReceiveContext, Secret, SendContext, SignOfLife, StatusReport, ThreadKey, Transcript,
    TranscriptError, TurnedAway, UnixMillis, View, Watch,
};

use crate::world::SECRET;

/// How long anything may take before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// An intake that remembers, and drops what comes twice, as a thread does.
#[derive(Default)]
pub(crate) struct Remembering {
    pub(crate) messages: Mutex<Vec<InboundMessage>>,
    pub(crate) statuses: Mutex<Vec<StatusReport>>,
    pub(crate) turned_away: Mutex<Vec<TurnedAway>>,
    /// How often anything was given, the same thing again included.
    pub(crate) given: AtomicUsize,
    pub(crate) busy: AtomicBool,
    changed: Notify,
}

#[async_trait]
impl Intake for Remembering {
    async fn accept(&self, message: InboundMessage) -> Result<(), IntakeError> {
        if self.busy.load(Ordering::SeqCst) {
            return Err(IntakeError::Busy { retry_after: Duration::from_millis(50) });
        }
        self.given.fetch_add(1, Ordering::SeqCst);
        let mut messages = self.messages.lock().unwrap();
        if !messages.iter().any(|known| known.id == message.id) {
            messages.push(message);
        }
        drop(messages);
        self.changed.notify_waiters();
        Ok(())
    }

    async fn status(&self, report: StatusReport) -> Result<(), IntakeError> {
        self.statuses.lock().unwrap().push(report);
        self.changed.notify_waiters();
        Ok(())
    }

    fn turned_away(&self, _channel: &ChannelName, why: TurnedAway) {
        self.turned_away.lock().unwrap().push(why);
        self.changed.notify_waiters();
    }
}

struct Nobody;

#[async_trait]
impl Transcript for Nobody {
    async fn read(&self, _thread: ThreadKey, _after: u64) -> Result<View, TranscriptError> {
        Ok(View::default())
    }

    fn watch(&self, _thread: ThreadKey) -> Watch {
        tokio::sync::watch::channel(0).1
    }
}

/// A mailbox with what it was given.
pub(crate) struct Desk {
    pub(crate) channel: Arc<Email>,
    pub(crate) intake: Arc<Remembering>,
    pub(crate) cx: ReceiveContext,
    tasks: TaskTracker,
}

/// The settings of a mailbox whose servers listen on these ports, without TLS.
pub(crate) fn config(imap: u16, smtp: u16) -> EmailConfig {
    EmailConfig {
        address: "support@shop.test".to_owned(),
        name: "Shop".to_owned(),
        imap: format!("127.0.0.1:{imap}"),
        imap_security: Security::None,
        smtp: format!("127.0.0.1:{smtp}"),
        smtp_security: Security::None,
        password: Some(Secret::new("not-a-secret")),
        poll_seconds: 1,
        ..EmailConfig::default()
    }
}

impl Desk {
    pub(crate) fn new(config: EmailConfig) -> Self {
        let intake = Arc::new(Remembering::default());
        let cx = ReceiveContext {
            scribe: None,
            intake: Arc::clone(&intake) as _,
            transcript: Arc::new(Nobody),
            blobs: Arc::new(MemoryBlobs::default()),
            cursors: Arc::new(MemoryCursors::default()),
            progress: SignOfLife::default(),
            clock: Clock::from_fn(|| UnixMillis(1_790_000_000_000)),
            shutdown: CancellationToken::new(),
        };
        let timing = Timing { answer: Duration::from_millis(700), first_pause: Duration::from_millis(100) };
        let account = AccountName::from_static("support");
        let channel = Arc::new(Email::with_timing(account, config, &SECRET, timing));
        Self { channel, intake, cx, tasks: TaskTracker::new() }
    }

    /// Begins to watch the mailbox.
    pub(crate) fn watch(&self) {
        let (channel, cx) = (Arc::clone(&self.channel), self.cx.clone());
        self.tasks.spawn(async move { channel.receive(cx).await });
    }

    /// Watches until it ends by itself.
    pub(crate) async fn ends(&self) -> Result<(), ChannelError> {
        tokio::time::timeout(PATIENCE, self.channel.receive(self.cx.clone())).await.unwrap()
    }

    /// Stops watching, and waits until nothing is taken any more.
    pub(crate) async fn stop(&self) {
        self.cx.shutdown.cancel();
        self.tasks.close();
        tokio::time::timeout(PATIENCE, self.tasks.wait()).await.unwrap();
    }

    /// Stops watching, and begins again with the same marks, as another process would.
    pub(crate) async fn again(&mut self) {
        self.stop().await;
        self.cx.shutdown = CancellationToken::new();
        self.tasks = TaskTracker::new();
        self.watch();
    }

    /// Waits until something holds.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Remembering) -> bool) {
        let wait = async {
            loop {
                let changed = self.intake.changed.notified();
                if holds(&self.intake) {
                    return;
                }
                // A look besides, for what is not at the intake.
                let _look = tokio::time::timeout(Duration::from_millis(20), changed).await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "waited for {what}");
    }

    /// The texts of all messages, in any order, once there are so many.
    pub(crate) async fn texts(&self, count: usize) -> BTreeSet<String> {
        self.until("messages", |intake| intake.messages.lock().unwrap().len() >= count).await;
        self.intake.messages.lock().unwrap().iter().map(|message| message.text.clone()).collect()
    }

    pub(crate) fn sending(&self) -> SendContext {
        SendContext {
            blobs: Arc::clone(&self.cx.blobs),
            cursors: Arc::clone(&self.cx.cursors),
            clock: self.cx.clock.clone(),
            queue: None,
        }
    }

    /// An answer to a message, said by somebody.
    pub(crate) fn answer(&self, to: &InboundMessage, command: u8, part: wissel_channels::Part) -> OutboundMessage {
        let (channel, account) = (self.channel.name().clone(), self.channel.account().clone());
        let command = CommandId([command; 16]);
        OutboundMessage {
            route: to.route.clone(),
            ..OutboundMessage::new(command, to.thread, channel, account, vec![part])
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.cx.shutdown.cancel();
    }
}

/// A mail of a customer.
pub(crate) fn mail(number: u32, text: &str) -> String {
    format!(
        "Return-Path: <jan@customer.test>\nFrom: Jan <jan@customer.test>\nTo: support@shop.test\nSubject: Vraag {number}\n\
         Message-ID: <{number}@customer.test>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    )
}
