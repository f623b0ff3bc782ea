//! The headers of a mail that matter to us, read once.

use mail_parser::{Address, HeaderValue, Message, MessageParser};

use crate::UnixMillis;
use crate::reading::{Sender, clip};

/// Headers that are looked at, references that are kept, and bytes of a value, at most.
const MOST_HEADERS: usize = 1000;
const MOST_REFERENCES: usize = 50;
const MOST_BYTES: usize = 998;

/// A mail's headers.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// Without angle brackets; empty when there is none.
    pub(super) message_id: String,
    pub(super) in_reply_to: Vec<String>,
    pub(super) references: Vec<String>,
    pub(super) from: Sender,
    /// Where its writer wants answers, lower case.
    pub(super) reply_to: Vec<String>,
    /// How many addresses From holds.
    pub(super) authors: usize,
    /// To whom it came, as far as the headers say, lower case.
    pub(super) recipients: Vec<String>,
    pub(super) subject: String,
    pub(super) date: Option<UnixMillis>,
    /// All headers in order: name in lower case, value unfolded, undecoded.
    pub(super) all: Vec<(String, String)>,
}

impl Head {
    /// The first header of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// Reads the headers.
pub(super) fn head(message: &Message<'_>) -> Head {
    let all: Vec<(String, String)> = message
        .headers_raw()
        .take(MOST_HEADERS)
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), unfolded(value)))
        .collect();
    let authors = message.from().map_or(0, |from| from.iter().count());
    let author = message.from().and_then(Address::first);
    let from = Sender {
        address: author.and_then(|author| author.address()).map(clean).unwrap_or_default().to_lowercase(),
        name: author.and_then(|author| author.name()).map(clean).unwrap_or_default(),
        ..Sender::default()
    };
    let reply_to = message.reply_to().into_iter().flat_map(Address::iter).filter_map(|one| one.address());
    let reply_to = reply_to.take(MOST_REFERENCES).map(|address| clean(address).to_lowercase()).collect();
    let date = message.date().filter(|date| date.is_valid()).map(|date| UnixMillis(date.to_timestamp() * 1000));
    let mut head = Head {
        message_id: message.message_id().map(clean).unwrap_or_default(),
        in_reply_to: wrapped(&all, "in-reply-to").unwrap_or_else(|| ids(message.in_reply_to())),
        references: wrapped(&all, "references").unwrap_or_else(|| ids(message.references())),
        from,
        reply_to,
        authors,
        recipients: Vec::new(),
        subject: message.subject().map(clean).unwrap_or_default(),
        date,
        all,
    };
    head.recipients = recipients(message, &head);
    head
}

fn recipients(message: &Message<'_>, head: &Head) -> Vec<String> {
    let listed = [message.to(), message.cc()].into_iter().flatten().flat_map(Address::iter);
    let listed = listed.filter_map(|one| one.address()).map(str::to_owned);
    let delivered = ["delivered-to", "x-original-to", "envelope-to"].into_iter().filter_map(|name| head.get(name));
    let delivered = delivered.map(|value| value.trim_matches(['<', '>', ' ']).to_owned());
    listed.chain(delivered).take(MOST_HEADERS).map(|address| clip(&address, MOST_BYTES).to_lowercase()).collect()
}

/// Ids that a program has put into encoded words, newest first: those written in Python do it to long ones.
fn wrapped(all: &[(String, String)], name: &str) -> Option<Vec<String>> {
    let (_, value) = all.iter().find(|(other, value)| other == name && value.contains("=?"))?;
    let header = format!("Subject: {value}\r\n\r\n");
    let text = MessageParser::default().parse_headers(header.as_bytes())?.subject()?.to_owned();
    let found = text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(id, _)| clean(id));
    let mut found: Vec<String> = found.filter(|id| !id.is_empty()).collect();
    found.reverse();
    found.truncate(MOST_REFERENCES);
    Some(found)
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(id) => vec![clean(id)],
        HeaderValue::TextList(ids) => ids.iter().rev().take(MOST_REFERENCES).map(|id| clean(id)).collect(),
        _ => Vec::new(),
    }
}

fn unfolded(value: &str) -> String {
    let kept = value.chars().filter(|letter| !matches!(letter, '\r' | '\n'));
    kept.take(8192).collect::<String>().trim().to_owned()
}

/// One line, without what cannot be seen, of bounded length.
fn clean(text: &str) -> String {
    let seen: String = text.chars().filter(|letter| !crate::filename::invisible(*letter)).take(MOST_BYTES).collect();
    seen.trim().to_owned()
}
