//! A mail of ours, from what is to be said: headers, text, simple HTML, quoted history, files. Pure.
//!
//! Every body is quoted-printable or base64 with CRLF line ends, and no text reaches a header with its line ends, so that
//! nothing that anybody wrote can end a line, a header or the mail itself.

use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::caps::is_automatic;
use super::config::EmailConfig;
use super::phrases::Phrases;
use super::route::Route;
use super::token::ReplyTokens;
use super::written;
use crate::{Origin, OutboundMessage, UnixMillis};

/// A file to send: name, media type, content.
pub(super) type File = (String, String, Vec<u8>);

/// What a mail is made of.
pub(super) struct Letter<'a> {
    pub(super) config: &'a EmailConfig,
    pub(super) tokens: &'a ReplyTokens,
    pub(super) route: &'a Route,
    pub(super) message: &'a OutboundMessage,
    pub(super) files: Vec<File>,
    /// The queue that the conversation is in, if that is known.
    pub(super) queue: Option<&'a str>,
    pub(super) now: UnixMillis,
}

/// The Message-ID of a command's mail, without angle brackets: the same each time it is sent.
pub(super) fn message_id(letter: &Letter<'_>) -> String {
    let (message, to) = (letter.message, letter.route.to.as_str());
    letter.tokens.message_id(message.command, message.thread, to, letter.config.domain())
}

/// Makes the mail. An error says what cannot be said by mail.
pub(super) fn compose(letter: &Letter<'_>) -> Result<Message, String> {
    let Letter { config, route, message, .. } = letter;
    let phrases = Phrases::of(message.locale.as_deref());
    let to: Address = route.to.parse().map_err(|_| "the customer's address is no mail address".to_owned())?;
    let from: Address = config.address.parse().map_err(|_| "address: it is no mail address".to_owned())?;
    let named = |name: &str| Some(one_line(name)).filter(|name| !name.is_empty());
    let seconds = u64::try_from(letter.now.0.max(0) / 1000).unwrap_or(0);
    let mut builder = Message::builder()
        .from(Mailbox::new(named(&config.name), from.clone()))
        .to(Mailbox::new(named(&route.name), to))
        .subject(subject(&route.subject, phrases))
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(format!("<{}>", message_id(letter))));
    if config.detail
        && let Some(reply) = letter.tokens.address(&config.address, message.thread, &route.to)
        && let Ok(reply) = reply.parse::<Address>()
    {
        builder = builder.reply_to(Mailbox::new(named(&config.name), reply));
    }
    if !route.message_id.is_empty() {
        let chain: Vec<String> =
            route.references.iter().chain([&route.message_id]).map(|id| format!("<{id}>")).collect();
        builder = builder.in_reply_to(format!("<{}>", route.message_id)).references(chain.join(" "));
    }
    for (name, value) in marks(message, route) {
        builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()));
    }
    let body = body(letter, phrases);
    builder.multipart(body).map_err(|error| format!("the mail cannot be made: {error}"))
}

/// What tells programs, and whoever looks, that a mail is automatic or made by AI.
fn marks(message: &OutboundMessage, route: &Route) -> Vec<(&'static str, &'static str)> {
    let strongest = message.parts.iter().map(|part| part.origin).max_by_key(|origin| match origin {
        Origin::Rule => 0,
        Origin::Human => 1,
        Origin::AiDraftedHumanSent => 2,
        Origin::Ai => 3,
    });
    let origin = match strongest.unwrap_or(Origin::Rule) {
        Origin::Human => "human",
        Origin::Ai => "ai",
        Origin::AiDraftedHumanSent => "ai_drafted_human_sent",
        Origin::Rule => "rule",
    };
    let mut marks = vec![("X-Wissel-Origin", origin)];
    if is_automatic(message) {
        marks.push(("Auto-Submitted", if route.message_id.is_empty() { "auto-generated" } else { "auto-replied" }));
        marks.push(("X-Auto-Response-Suppress", "All"));
    }
    marks
}

fn body(letter: &Letter<'_>, phrases: &Phrases) -> MultiPart {
    let written = written::Written::new(letter.message, letter.config.signature_of(letter.queue), phrases);
    let text = encoded(ContentType::TEXT_PLAIN, written.text());
    let html = encoded(ContentType::TEXT_HTML, written.html());
    let both = MultiPart::alternative().singlepart(text).singlepart(html);
    if letter.files.is_empty() {
        return both;
    }
    letter.files.iter().fold(MultiPart::mixed().multipart(both), |mixed, (name, media_type, bytes)| {
        let media_type = ContentType::parse(&one_line(media_type));
        let media_type = media_type.or_else(|_| ContentType::parse("application/octet-stream"));
        let media_type = media_type.unwrap_or(ContentType::TEXT_PLAIN);
        let name = crate::filename::shown(name, "file.bin");
        let mut file = lettre::message::Body::new(bytes.clone());
        if let Ok(whole) = lettre::message::Body::new_with_encoding(bytes.clone(), ContentTransferEncoding::Base64) {
            file = whole;
        }
        mixed.singlepart(Attachment::new(name).body(file, media_type))
    })
}

fn encoded(media_type: ContentType, text: String) -> SinglePart {
    SinglePart::builder().header(media_type).header(ContentTransferEncoding::QuotedPrintable).body(text)
}

/// `Re:` before what the customer wrote, once.
fn subject(theirs: &str, phrases: &Phrases) -> String {
    let theirs = one_line(theirs);
    if theirs.is_empty() {
        return format!("Re: {}", phrases.no_subject);
    }
    let mut rest = theirs.as_str();
    let marks = ["re:", "aw:", "antw:", "sv:", "fw:", "fwd:", "wg:", "tr:", "rv:", "doorst:"];
    let lower = rest.to_lowercase();
    if let Some(mark) = marks.iter().find(|mark| lower.starts_with(**mark)) {
        rest = rest.get(mark.len()..).unwrap_or_default().trim_start();
    }
    format!("Re: {}", if rest.is_empty() { phrases.no_subject } else { rest })
}

/// A text without what would end its line.
fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{AccountName, Author, ChannelName, CommandId, Part, Replied, ThreadKey};

    fn config() -> EmailConfig {
        EmailConfig { address: "support@shop.example".to_owned(), name: "Shop".to_owned(), ..EmailConfig::default() }
    }

    fn said(text: &str, origin: Origin) -> OutboundMessage {
        let part =
            Part { from: Author::Staff, name: "Sanne".to_owned(), text: text.to_owned(), sources: Vec::new(), origin };
        let (channel, account) = (ChannelName::from_static("email"), AccountName::from_static("support"));
        OutboundMessage::new(CommandId([3; 16]), ThreadKey([7; 16]), channel, account, vec![part])
    }

    fn route() -> Route {
        Route {
            to: "jan@example.org".to_owned(),
            name: "Jan".to_owned(),
            subject: "Vraag".to_owned(),
            message_id: "2@example.org".to_owned(),
            references: vec!["1@example.org".to_owned()],
            automatic: false,
        }
    }

    fn made(message: &OutboundMessage, route: &Route, files: Vec<File>) -> String {
        let (config, tokens) = (config(), ReplyTokens::new(&[1; 32]));
        let letter = Letter {
            config: &config,
            tokens: &tokens,
            route,
            message,
            files,
            queue: None,
            now: UnixMillis(1_790_000_000_000),
        };
        String::from_utf8(compose(&letter).unwrap().formatted()).unwrap()
    }

    #[test]
    fn an_answer_stands_in_the_thread_and_says_what_it_is() {
        let mut message = said("Goedemiddag", Origin::Ai);
        message.locale = Some("nl".to_owned());
        message.replies_to = Some(Replied {
            provider_id: "2@example.org".to_owned(),
            at: UnixMillis(1_790_000_000_000),
            name: "Jan".to_owned(),
            text: "Waar blijft mijn pakket?\nGroet".to_owned(),
        });
        let mail = made(&message, &route(), Vec::new());
        for line in [
            "Subject: Re: Vraag\r\n",
            "In-Reply-To: <2@example.org>\r\n",
            "References: <1@example.org> <2@example.org>\r\n",
            "Auto-Submitted: auto-replied\r\n",
            "X-Wissel-Origin: ai\r\n",
            "From: Shop <support@shop.example>\r\n",
            "> Waar blijft mijn pakket?\r\n> Groet",
        ] {
            assert!(mail.contains(line), "{line:?} in {mail}");
        }
        assert!(mail.contains("Message-ID: <w.03030303030303030303030303030303."), "{mail}");
        assert!(mail.contains("Reply-To: Shop <support+w"), "{mail}");
        let human = made(&said("Hoi", Origin::Human), &route(), Vec::new());
        assert!(!human.contains("Auto-Submitted") && human.contains("X-Wissel-Origin: human"));
    }

    #[test]
    fn subjects_keep_one_mark() {
        let phrases = Phrases::of(None);
        assert_eq!(subject("AW: x", phrases), "Re: x");
        assert_eq!(subject("Re:x", phrases), "Re: x");
        assert_eq!(subject("x\r\nBcc: eve@example.net", phrases), "Re: x Bcc: eve@example.net");
        assert_eq!(subject("", phrases), format!("Re: {}", phrases.no_subject));
    }

    proptest! {
        #[test]
        fn nothing_that_anybody_wrote_ends_a_line_or_makes_a_header(
            text in ".{0,200}", name in ".{0,60}", subject in ".{0,60}",
            pieces in proptest::collection::vec(prop::sample::select(vec!["\r\nBcc: eve@example.net\r\n", "\n.\n", "\r", "\n", "\r\n.\r\n", "Bcc: x", "é", "=0A"]), 0..8),
        ) {
            let evil = pieces.concat();
            let mut route = route();
            route.name = format!("{name}{evil}");
            route.subject = format!("{subject}{evil}");
            let mut message = said(&format!("{text}{evil}"), Origin::Human);
            message.parts[0].name = format!("{name}{evil}");
            let mail = made(&message, &route, vec![(format!("{name}{evil}.pdf"), format!("application/pdf{evil}"), evil.into_bytes())]);
            prop_assert!(!mail.replace("\r\n", "").contains(['\r', '\n']), "a bare line end");
            let (head, body) = mail.split_once("\r\n\r\n").unwrap();
            prop_assert!(!head.contains("\r\nBcc:"), "{head}");
            prop_assert!(body.lines().all(|line| line.len() <= 998));
        }
    }
}
