//! A raw mail, understood: text, files, thread, sender, and whether a person wrote it. Pure; no bytes make it panic.

use std::collections::BTreeMap;

use super::automatic::automatic;
use super::body::body;
use super::config::EmailConfig;
use super::head::{Head, head};
use super::new_text::About;
use super::parts::{Limits, Part, Parts, parts};
use super::report::{Report, report};
use super::route::{Route, is_address};
use super::token::{self, ReplyTokens, in_address, in_message_id};
use super::trust::{Trust, trust};
use crate::reading::{Kind, Reading, Status, Understood, Unsupported, clip};
use crate::{AccountName, MessageId, ThreadKey};

/// Bytes of each of the three texts of a message, at most.
const MOST_TEXT: usize = 256 << 10;
const MOST_ID: usize = 128;

/// What must be known of a mailbox to understand its mail.
#[derive(Clone)]
pub struct Mailbox {
    /// The account, part of ids and thread keys.
    pub account: AccountName,
    /// Our own addresses, lower case: mail from them is an echo.
    pub addresses: Vec<String>,
    /// The names by which our own mail servers sign `Authentication-Results`.
    pub authserv_ids: Vec<String>,
    /// Reply tokens.
    pub tokens: ReplyTokens,
    /// How much of a mail is looked at.
    pub limits: Limits,
}

impl Mailbox {
    /// A mailbox of `account`, with the usual limits. `secret` must stay the same for as long as answers are to find their
    /// threads.
    #[must_use]
    pub fn new(account: AccountName, secret: &[u8; 32]) -> Self {
        let tokens = ReplyTokens::new(secret);
        Self { account, addresses: Vec::new(), authserv_ids: Vec::new(), tokens, limits: Limits::default() }
    }

    /// The mailbox of these settings.
    #[must_use]
    pub fn of(account: AccountName, config: &EmailConfig, secret: &[u8; 32]) -> Self {
        let own = std::iter::once(&config.address).chain(&config.own_addresses);
        Self {
            addresses: own.map(|own| own.to_lowercase()).collect(),
            authserv_ids: config.authserv_ids.clone(),
            ..Self::new(account, secret)
        }
    }

    /// Understands a mail as it came from the server.
    #[must_use]
    pub fn read(&self, raw: &[u8]) -> Reading {
        self.read_with_route(raw).0
    }

    /// The same, and the way back to whoever wrote it, if there is one.
    #[must_use]
    pub fn read_with_route(&self, raw: &[u8]) -> (Reading, Option<Route>) {
        if raw.iter().all(u8::is_ascii_whitespace) {
            let unsupported = vec![Unsupported::new("the mail is empty", "")];
            return (Reading { unsupported, ..Reading::default() }, None);
        }
        let found = parts(raw, &self.limits);
        let Some(whole) = found.list.first() else { return (Reading::default(), None) };
        let head = whole.headers.as_ref().map(head).unwrap_or_default();
        let message = self.understood(&head, raw, &found);
        let route = self.route(&head, &message);
        let statuses = report(&head, &found.list).map(|report| self.statuses(report, &head)).unwrap_or_default();
        (Reading { messages: vec![message], statuses, unsupported: Vec::new() }, route)
    }

    fn understood(&self, head: &Head, raw: &[u8], found: &Parts<'_>) -> Understood {
        let report = report(head, &found.list);
        let trust = trust(&head.all, &self.authserv_ids, &head.from.address);
        let kind = self.kind(head, &found.list, report.as_ref());
        let answers = !head.in_reply_to.is_empty() || !head.references.is_empty();
        let about = About { subject: &head.subject, sender: &head.from.name, answers };
        let body = body(&found.list, about, &self.limits);
        let mut attributes = facts(head, &trust, &found.list);
        let mut note = |key: &str, value: &str| attributes.insert(key.to_owned(), value.to_owned());
        if body.lossy {
            note("lossy", "true");
        }
        if let Some(cut) = found.cut {
            note("cut", cut);
        }
        if body.text.forwarded {
            note("forwarded", "true");
        }
        let id = self.id(head, raw);
        let thread = self.thread(head);
        if thread.is_none() && (!head.in_reply_to.is_empty() || !head.references.is_empty()) {
            note("possibly_related", clip(&related(head), 998));
        }
        if thread.is_none()
            && let Some(related) = tokens(head).find_map(token::named)
        {
            note("related_thread", &related.to_string());
        }
        let mut from = head.from.clone();
        from.verified = trust.verified && head.authors == 1;
        let machine = matches!(kind, Kind::Bounce | Kind::ReadReceipt | Kind::CalendarReply);
        let why = automatic(head, &body.text.text).or_else(|| machine.then(|| "a report of a program".to_owned()));
        Understood {
            id,
            thread: thread.unwrap_or_else(|| ThreadKey::of("wissel email thread", &[&id.0])),
            account: self.account.clone(),
            provider_id: clip(&head.message_id, MOST_ID).to_owned(),
            at: head.date,
            from,
            text: clip(&body.text.text, MOST_TEXT).to_owned(),
            quoted: clip(&body.text.quoted, MOST_TEXT).to_owned(),
            signature: clip(&body.text.signature, MOST_TEXT).to_owned(),
            attachments: body.files,
            reply_to: head.in_reply_to.first().cloned(),
            automatic: why,
            kind,
            locale: locale(head),
            attributes,
        }
    }

    /// Where an answer goes: the address that the writer asks for, else their own; never one of ours.
    fn route(&self, head: &Head, message: &Understood) -> Option<Route> {
        let mut asked = head.reply_to.iter().chain([&message.from.address]);
        let to = asked.find(|address| is_address(address) && !self.is_own(address))?.clone();
        let oldest_first: Vec<String> = head.references.iter().rev().cloned().collect();
        let route = Route::back(message, &head.message_id, &oldest_first);
        Some(Route { to, ..route })
    }

    /// What a report says, with the threads of the mails that it is about: only those that our own token names.
    fn statuses(&self, report: Report, head: &Head) -> Vec<Status> {
        let Report { mut statuses, recipients, .. } = report;
        let addressed = head.recipients.iter().filter_map(|address| in_address(address));
        let tokens: Vec<String> = addressed.map(str::to_owned).collect();
        for status in &mut statuses {
            let named = in_message_id(&status.of).map(|(_, token)| token);
            let mut known = named.into_iter().chain(tokens.iter().map(String::as_str));
            status.thread =
                known.find_map(|token| recipients.iter().find_map(|recipient| self.tokens.check(token, recipient)));
        }
        statuses
    }

    fn is_own(&self, address: &str) -> bool {
        self.addresses.iter().any(|own| own.eq_ignore_ascii_case(address))
    }

    /// The same Message-ID with other content is another message: carriers do that.
    fn id(&self, head: &Head, raw: &[u8]) -> MessageId {
        let digest = blake3::hash(raw);
        let account = self.account.as_str().as_bytes();
        let parts: [&[u8]; 5] = [b"main", b"email", account, head.message_id.as_bytes(), digest.as_bytes()];
        MessageId::of("wissel.message", &parts)
    }

    /// The thread that a token of ours names, if it was made for this sender.
    fn thread(&self, head: &Head) -> Option<ThreadKey> {
        tokens(head).find_map(|token| self.tokens.check(token, &head.from.address))
    }

    fn kind(&self, head: &Head, parts: &[Part<'_>], report: Option<&Report>) -> Kind {
        if let Some(report) = report {
            return report.kind;
        }
        if self.is_own(&head.from.address) {
            return Kind::Echo;
        }
        if is_encrypted(parts) {
            return Kind::Encrypted;
        }
        if parts.iter().any(is_calendar_reply) { Kind::CalendarReply } else { Kind::Message }
    }
}

/// The tokens that a mail brings back, if they are any.
fn tokens(head: &Head) -> impl Iterator<Item = &str> {
    let addressed = head.recipients.iter().filter_map(|address| in_address(address));
    let ids = head.in_reply_to.iter().chain(&head.references);
    addressed.chain(ids.filter_map(|id| in_message_id(id)).map(|(_, token)| token)).take(100)
}

fn related(head: &Head) -> String {
    let mut ids: Vec<&str> = head.in_reply_to.iter().chain(&head.references).map(String::as_str).collect();
    ids.dedup();
    ids.truncate(10);
    ids.join(" ")
}

/// What rules and staff may want to know.
fn facts(head: &Head, trust: &Trust, parts: &[Part<'_>]) -> BTreeMap<String, String> {
    let mut facts: BTreeMap<String, String> = trust.results.clone();
    if !head.subject.is_empty() {
        facts.insert("subject".to_owned(), head.subject.clone());
    }
    if let Some(to) = head.recipients.first() {
        facts.insert("to".to_owned(), to.clone());
    }
    if parts.iter().any(|part| part.media_type == "multipart/signed") {
        facts.insert("signed".to_owned(), "true".to_owned());
    }
    if head.get("disposition-notification-to").is_some() {
        facts.insert("asks_for_receipt".to_owned(), "true".to_owned());
    }
    facts
}

/// The language that the writer's program states.
fn locale(head: &Head) -> Option<String> {
    let value = head.get("content-language").or_else(|| head.get("accept-language"))?;
    let first = value.split(',').next()?.trim();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    ((2..=16).contains(&first.len()) && first.bytes().all(fits)).then(|| first.to_owned())
}

fn is_encrypted(parts: &[Part<'_>]) -> bool {
    parts.iter().any(|part| match part.media_type.as_str() {
        // Also what is only signed in the form of S/MIME can be read by a program with keys alone.
        "multipart/encrypted" | "application/pgp-encrypted" | "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
            true
        }
        "text/plain" => {
            let start = &part.body[..part.body.len().min(64 << 10)];
            memchr::memmem::find(start, b"-----BEGIN PGP MESSAGE-----").is_some()
        }
        _ => false,
    })
}

fn is_calendar_reply(part: &Part<'_>) -> bool {
    if part.media_type != "text/calendar" {
        return false;
    }
    let answers = |method: &str| matches!(method.trim().to_ascii_uppercase().as_str(), "REPLY" | "COUNTER" | "REFRESH");
    let method = part.parameter("method").map(str::to_owned).or_else(|| {
        let text = super::decode::text(part, 64 << 10).text;
        text.lines().find_map(|line| line.strip_prefix("METHOD:").map(str::to_owned))
    });
    method.is_some_and(|method| answers(&method))
}
