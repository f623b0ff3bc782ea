//! Reports about mails of ours: bounces (RFC 3464, and those of servers that write prose) and receipts (RFC 8098).

use std::sync::LazyLock;

use mail_parser::MessageParser;
use regex::Regex;

use super::automatic::{is_mail_server, looks_returned};
use super::decode;
use super::head::Head;
use super::parts::Part;
use super::pattern::pattern;
use crate::reading::{Kind, Progress, Status, clip};

/// Bytes of a report that are read, and recipients of one.
const MOST_BYTES: usize = 64 << 10;
const MOST_RECIPIENTS: usize = 50;
const MOST_ERROR: usize = 300;

static MESSAGE_ID: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?im)^[\s>]*Message-ID:\s*<([^>\s]{1,998})>"));
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)^.{0,200}?\b(?:[245]\d\d[ -]#?)?([245]\.\d{1,3}\.\d{1,3})\b.{0,160}|\b[45]\d\d [A-Za-z].{0,160}")
});

/// A report: what it is, and what became of which mails.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) kind: Kind,
    pub(super) statuses: Vec<Status>,
    /// Whom the mails in question were for, lower case, as far as the report tells.
    pub(super) recipients: Vec<String>,
}

/// The report that a mail is.
pub(super) fn report(head: &Head, parts: &[Part<'_>]) -> Option<Report> {
    let is = |media_type: &'static str| parts.iter().find(move |part| part.media_type == media_type);
    if let Some(part) = is("message/disposition-notification") {
        return Some(receipt(part, &head.from.address));
    }
    let delivery = is("message/delivery-status").or_else(|| is("message/global-delivery-status"));
    if let Some(part) = delivery {
        let recipients = recipients(&unfolded(&text(part)));
        return Some(Report { kind: Kind::Bounce, statuses: delivery_status(part, &original(parts)), recipients });
    }
    let looks = looks_returned(&head.subject) || head.get("x-failed-recipients").is_some();
    let from_server = is_mail_server(&head.from.address) || head.get("return-path").is_some_and(|path| path == "<>");
    (looks && from_server).then(|| {
        let failed = head.get("x-failed-recipients").unwrap_or_default();
        let whole: String = parts.iter().filter(|part| part.media_type == "text/plain").take(5).map(text).collect();
        let recipients = addresses(&format!("{failed} {whole}"));
        Report { kind: Kind::Bounce, statuses: vec![in_prose(head, parts)], recipients }
    })
}

/// The recipients that a delivery status names.
fn recipients(text: &str) -> Vec<String> {
    let named = text.lines().filter(|line| {
        let name = line.split(':').next().unwrap_or_default().trim();
        name.eq_ignore_ascii_case("Final-Recipient") || name.eq_ignore_ascii_case("Original-Recipient")
    });
    named.take(2 * MOST_RECIPIENTS).flat_map(addresses).collect()
}

/// What looks like an address in a text, lower case.
fn addresses(text: &str) -> Vec<String> {
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | ';' | ',' | '"' | '(' | ')');
    let words = text.split(ends).filter(|word| word.contains('@') && word.len() <= 320);
    words.take(2 * MOST_RECIPIENTS).map(|word| word.trim_end_matches([':', '.']).to_lowercase()).collect()
}

fn text(part: &Part<'_>) -> String {
    decode::text(part, MOST_BYTES).text
}

/// The value of a field of a report.
fn field<'t>(block: &'t str, name: &str) -> Option<&'t str> {
    block.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Fields that go on in the next line, in one line.
fn unfolded(text: &str) -> String {
    text.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ")
}

/// The Message-ID of the mail that a report is about, from what it sends back of it.
fn original(parts: &[Part<'_>]) -> String {
    let returned = parts.iter().find(|part| {
        matches!(
            part.media_type.as_str(),
            "message/rfc822" | "message/global" | "text/rfc822-headers" | "message/global-headers"
        )
    });
    let Some(part) = returned else { return String::new() };
    let content = decode::text(part, MOST_BYTES).text;
    let headers = MessageParser::default().parse_headers(content.as_bytes());
    headers.and_then(|message| message.message_id().map(str::to_owned)).unwrap_or_default()
}

fn delivery_status(part: &Part<'_>, of: &str) -> Vec<Status> {
    let text = unfolded(&text(part));
    let blocks =
        text.split("\n\n").filter(|block| field(block, "Action").is_some() || field(block, "Status").is_some());
    let status = |block: &str| {
        let code = field(block, "Status").unwrap_or_default();
        let action = field(block, "Action").unwrap_or_default().to_lowercase();
        let status = match action.split_whitespace().next().unwrap_or_default() {
            "delayed" => Progress::Delayed,
            "delivered" => Progress::Delivered,
            "relayed" | "expanded" => Progress::Sent,
            "failed" => Progress::Failed,
            _ if code.starts_with('2') => Progress::Delivered,
            _ if code.starts_with('4') => Progress::Delayed,
            _ => Progress::Failed,
        };
        let diagnostic = field(block, "Diagnostic-Code").unwrap_or_default();
        let words = diagnostic.split_once(';').map_or(diagnostic, |(_, words)| words.trim());
        let error = format!("{code} {words}");
        Status { of: of.to_owned(), status, error: error_of(&error, status), thread: None }
    };
    blocks.take(MOST_RECIPIENTS).map(status).collect()
}

fn error_of(text: &str, status: Progress) -> Option<String> {
    let bad = matches!(status, Progress::Failed | Progress::Delayed);
    let seen: String = text.chars().filter(|letter| !crate::filename::invisible(*letter)).collect();
    bad.then(|| clip(seen.trim(), MOST_ERROR).to_owned())
}

/// A bounce in prose: the first line with a code, and the Message-ID of the mail below.
fn in_prose(head: &Head, parts: &[Part<'_>]) -> Status {
    let whole: String = parts.iter().filter(|part| part.media_type == "text/plain").take(5).map(text).collect();
    let of = MESSAGE_ID.captures(&whole).and_then(|found| found.get(1)).map(|id| id.as_str().to_owned());
    let of =
        of.or_else(|| Some(original(parts)).filter(|id| !id.is_empty())).or_else(|| head.references.last().cloned());
    let line = CODE.find(&whole).map_or("", |found| found.as_str());
    let code = CODE.captures(&whole).and_then(|found| found.get(1)).map_or("", |code| code.as_str());
    let delayed = code.starts_with('4') || head.subject.to_lowercase().contains("delay");
    let status = if delayed { Progress::Delayed } else { Progress::Failed };
    let words = if line.is_empty() { head.subject.as_str() } else { line };
    Status { of: of.unwrap_or_default(), status, error: error_of(words, status), thread: None }
}

fn receipt(part: &Part<'_>, from: &str) -> Report {
    let text = unfolded(&text(part));
    let mut recipients = recipients(&text);
    recipients.push(from.to_owned());
    let of = field(&text, "Original-Message-ID").unwrap_or_default().trim_matches(['<', '>']).to_owned();
    let disposition = field(&text, "Disposition").unwrap_or_default().to_lowercase();
    let what = disposition.rsplit(';').next().unwrap_or_default();
    let status = if what.contains("displayed") {
        Progress::Read
    } else if what.contains("deleted") {
        Progress::Delivered
    } else if what.contains("failed") || what.contains("denied") {
        Progress::Sent
    } else {
        Progress::Delivered
    };
    Report { kind: Kind::ReadReceipt, statuses: vec![Status { of, status, error: None, thread: None }], recipients }
}
