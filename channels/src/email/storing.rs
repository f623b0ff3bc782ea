//! From a raw mail to a durable message: its files first, then itself, or what it reports about a mail of ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tracing::{error, info};

use super::parts::{Limits, parts};
use super::route::Route;
use super::sender_check::SenderCheck;
use super::{Email, decode, shown_html};
use crate::reading::{Kind, Reading, Understood, Unsupported};
use crate::{Attachment, BlobError, IntakeError, MessageId, ReceiveContext, StatusReport, ThreadKey, TurnedAway};

/// Why a mail was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotStored {
    /// The daemon stops: it comes again.
    Stopping,
}

/// What storing needs.
pub(super) struct Storing<'a> {
    pub(super) mail: &'a Email,
    pub(super) cx: &'a ReceiveContext,
    pub(super) check: Option<&'a SenderCheck>,
    /// Mails of our own that were dropped.
    pub(super) echoes: &'a AtomicU64,
    /// Reports that name no mail of ours.
    pub(super) lost_reports: &'a AtomicU64,
}

/// A file's content, taken out of a mail.
struct Content {
    name: String,
    media_type: String,
    bytes: Vec<u8>,
}

/// What was made of a mail, away from the threads that carry everybody's messages.
struct Opened {
    reading: Reading,
    route: Option<Route>,
    /// Its files, in order; those that are too large without their content.
    files: Vec<Result<Content, Attachment>>,
    html: Option<Vec<u8>>,
    raw: Arc<Vec<u8>>,
}

impl Storing<'_> {
    /// Stores a mail. Returns once everything in it is durable; what can never be taken is told in the log and passed.
    /// `cut`: `raw` is only its beginning.
    pub(super) async fn store(&self, raw: Vec<u8>, cut: bool) -> Result<(), NotStored> {
        let raw = Arc::new(raw);
        let Some(mut opened) = self.open(&raw).await else { return self.keep_unread(&raw).await };
        drop(raw);
        for status in std::mem::take(&mut opened.reading.statuses) {
            self.report(status).await?;
        }
        for unread in &opened.reading.unsupported {
            info!(account = %self.mail.account, reason = unread.why, "a mail holds nothing to be understood");
        }
        let messages = std::mem::take(&mut opened.reading.messages);
        for mut message in messages {
            if cut {
                message.attributes.insert("cut".to_owned(), "bytes".to_owned());
            }
            self.message(message, &mut opened).await?;
        }
        Ok(())
    }

    /// Reads a mail where a long one keeps nobody waiting, and a panic ends nothing but its reading.
    async fn open(&self, raw: &Arc<Vec<u8>>) -> Option<Opened> {
        let (mailbox, raw, most) = (self.mail.mailbox.clone(), Arc::clone(raw), self.cx.blobs.most_bytes());
        let read = tokio::task::spawn_blocking(move || {
            let (reading, route) = mailbox.read_with_route(&raw);
            let files = reading.messages.first().map(|message| contents(message, &raw, &mailbox.limits, most));
            let files = files.unwrap_or_default();
            let html = shown_html(&raw, &mailbox.limits).filter(|html| has_form(html)).map(String::into_bytes);
            Opened { reading, route, files, html, raw }
        });
        read.await.ok()
    }

    async fn message(&self, mut message: Understood, opened: &mut Opened) -> Result<(), NotStored> {
        if let Some(why) = TurnedAway::of(message.kind) {
            if why == TurnedAway::Echo {
                let count = self.echoes.fetch_add(1, Ordering::Relaxed) + 1;
                info!(account = %self.mail.account, count, "a mail from an address of ours was dropped");
            }
            self.cx.intake.turned_away(&self.mail.name, why);
            return Ok(());
        }
        if let Some(check) = self.check {
            check.look(&mut message, &opened.raw).await;
        }
        let mut stored = Vec::new();
        for file in std::mem::take(&mut opened.files) {
            stored.push(match file {
                Ok(content) => self.keep(content).await?,
                Err(refused) => refused,
            });
        }
        if let Some(bytes) = opened.html.take() {
            let (name, media_type) = ("message.html".to_owned(), "text/html".to_owned());
            stored.push(self.keep(Content { name, media_type, bytes }).await?);
        }
        let altered = ["lossy", "cut"].iter().any(|fact| message.attributes.contains_key(*fact));
        if altered || message.kind == Kind::Encrypted {
            stored.push(self.keep(original(&opened.raw)).await?);
        }
        let route = opened.route.as_ref().map(Route::to_text);
        let inbound = message.into_inbound(self.mail.name.clone(), self.cx.clock.now(), stored, route);
        self.patiently(|| self.cx.intake.accept(inbound.clone())).await
    }

    /// A mail whose reading failed: kept as it came, for a person.
    async fn keep_unread(&self, raw: &Arc<Vec<u8>>) -> Result<(), NotStored> {
        error!(account = %self.mail.account, "reading a mail failed; it goes to people as it came");
        let digest = blake3::hash(raw);
        let account = self.mail.account.clone();
        let id = MessageId::of("wissel.message", &[b"main", b"email", account.as_str().as_bytes(), digest.as_bytes()]);
        let stored = vec![self.keep(original(raw)).await?];
        let unread = Unsupported {
            why: "This mail could not be read; it is attached as it came.".to_owned(),
            thread: Some(ThreadKey::of("wissel email thread", &[&id.0])),
            raw: digest.to_hex().to_string(),
        };
        match unread.into_inbound(self.mail.name.clone(), account, self.cx.clock.now(), stored) {
            Some(inbound) => self.patiently(|| self.cx.intake.accept(inbound.clone())).await,
            None => Ok(()),
        }
    }

    /// A mail that the server never gave: people are told where it lies.
    pub(super) async fn unfetchable(&self, folder: &str, validity: u32, uid: u32) -> Result<(), NotStored> {
        error!(account = %self.mail.account, uid, "a mail that ends each connection is passed over; it lies in its folder");
        let account = self.mail.account.clone();
        let parts: [&[u8]; 4] =
            [account.as_str().as_bytes(), folder.as_bytes(), &validity.to_le_bytes(), &uid.to_le_bytes()];
        let untaken = Unsupported {
            why: format!(
                "A mail could not be fetched from the mail server; it lies in the folder {folder} (UID {uid})."
            ),
            thread: Some(ThreadKey::of("wissel email unfetchable", &parts)),
            raw: String::new(),
        };
        match untaken.into_inbound(self.mail.name.clone(), account, self.cx.clock.now(), Vec::new()) {
            Some(inbound) => self.patiently(|| self.cx.intake.accept(inbound.clone())).await,
            None => Ok(()),
        }
    }

    async fn report(&self, status: crate::reading::Status) -> Result<(), NotStored> {
        let Some(thread) = status.thread else {
            let count = self.lost_reports.fetch_add(1, Ordering::Relaxed) + 1;
            info!(account = %self.mail.account, count, "a report names no mail of ours");
            return Ok(());
        };
        let report = StatusReport {
            thread,
            channel: self.mail.name.clone(),
            account: self.mail.account.clone(),
            of: status.of,
            status: status.status,
            error: status.error.as_deref().map(without_addresses),
            at: self.cx.clock.now(),
        };
        self.patiently(|| self.cx.intake.status(report.clone())).await
    }

    /// Gives something to the intake until it takes it.
    async fn patiently<F>(&self, give: impl Fn() -> F) -> Result<(), NotStored>
    where
        F: Future<Output = Result<(), IntakeError>>,
    {
        loop {
            match give().await {
                Ok(()) => return Ok(()),
                Err(IntakeError::Busy { retry_after } | IntakeError::Crowded { retry_after }) => {
                    self.rest(retry_after).await?;
                }
                Err(IntakeError::Invalid { reason }) => {
                    error!(account = %self.mail.account, reason, "a mail can never be taken and is passed over; it lies in its folder");
                    return Ok(());
                }
            }
        }
    }

    async fn keep(&self, content: Content) -> Result<Attachment, NotStored> {
        let Content { name, media_type, bytes } = content;
        loop {
            match self.cx.blobs.keep(&name, &media_type, bytes.clone()).await {
                Ok(stored) => return Ok(stored),
                Err(BlobError::Unavailable { retry_after, .. }) => self.rest(retry_after).await?,
                Err(other) => {
                    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    return Ok(Attachment::refused(&name, &media_type, size, other.to_string()));
                }
            }
        }
    }

    async fn rest(&self, pause: Duration) -> Result<(), NotStored> {
        self.cx.progress.beat();
        tokio::select! {
            () = self.cx.shutdown.cancelled() => Err(NotStored::Stopping),
            () = tokio::time::sleep(pause.clamp(Duration::from_millis(50), Duration::from_secs(30))) => Ok(()),
        }
    }
}

/// The files of a mail, in order; of one that is too large, that it was not kept.
fn contents(message: &Understood, raw: &[u8], limits: &Limits, most: u64) -> Vec<Result<Content, Attachment>> {
    if message.attachments.is_empty() {
        return Vec::new();
    }
    let found = parts(raw, limits).list;
    let each = message.attachments.iter().filter_map(|file| {
        let (name, media_type, size) = (file.name.clone(), file.media_type.clone(), file.bytes.unwrap_or(0));
        if size > most {
            return Some(Err(Attachment::refused(&name, &media_type, size, format!("larger than {most} bytes"))));
        }
        let place: usize = file.place.strip_prefix("part:")?.parse().ok()?;
        Some(Ok(Content { name, media_type, bytes: found.get(place).map(decode::content)? }))
    });
    each.collect()
}

fn original(raw: &Arc<Vec<u8>>) -> Content {
    Content { name: "original.eml".to_owned(), media_type: "message/rfc822".to_owned(), bytes: raw.to_vec() }
}

/// Whether cleaned HTML shows more than its text does.
fn has_form(html: &str) -> bool {
    ["<table", "<img", "<a "].iter().any(|mark| html.contains(mark))
}

/// Words of a server, without whom they are about.
pub(super) fn without_addresses(text: &str) -> String {
    let words = text.split_whitespace().map(|word| if word.contains('@') { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}
