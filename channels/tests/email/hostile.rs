//! Mails that are made to hurt: nothing panics, and the cost stays with the size.

use std::fmt::Write;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use wissel_channels::Understood;
use wissel_channels::contract::{is_shown_without_harm, odd_texts};

use crate::world::{mailbox, message};

/// Reads a mail, within what an unoptimized build may take for its size on a busy machine; what grows with the square
/// of its size would take minutes.
fn in_time(name: &str, raw: &str) -> Understood {
    let start = Instant::now();
    let found = message(raw);
    let (took, megabytes) = (start.elapsed(), u32::try_from(raw.len() >> 20).unwrap_or_default() + 1);
    println!("{name}: {megabytes} MB in {took:?}");
    assert!(took < Duration::from_secs(15) * megabytes, "{name}: {took:?} for {megabytes} MB");
    found
}

#[test]
fn ten_thousand_nested_parts_are_cut_flat() {
    let mut raw = String::from("From: a@example.org\r\n");
    for depth in 0..10_000 {
        let _written = write!(raw, "Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n");
    }
    raw.push_str("\r\nthe text\r\n");
    assert_eq!(in_time("nested multiparts", &raw).attributes["cut"], "depth");
    let messages = "Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
    let found = in_time("nested messages", &format!("From: a@example.org\r\n{messages}\r\nx"));
    assert_eq!(found.attachments.len(), 1);
}

#[test]
fn a_hundred_thousand_parts_are_cut_at_a_limit() {
    let parts = "--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n".repeat(100_000);
    let found =
        in_time("parts", &format!("From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}"));
    assert_eq!(found.attributes["cut"], "parts");
    assert!(found.text.starts_with("hi"));
    let open = "--b\r\nContent-Type: multipart/mixed; boundary=nowhere\r\n\r\n".repeat(20_000);
    in_time(
        "missing boundaries",
        &format!("From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{open}"),
    );
}

#[test]
fn a_huge_header_is_cut_and_the_body_read() {
    for header in ["X-Long: abcdefgh\r\n".repeat(1 << 20), format!("To: {}\r\n", "a@b.example, ".repeat(1 << 20))] {
        let found = in_time("header", &format!("From: a@example.org\r\n{header}\r\nthe text"));
        assert_eq!((found.attributes["cut"].as_str(), found.text.as_str()), ("headers", "the text"));
    }
}

#[test]
fn huge_texts_are_cut() {
    let word = in_time("one word", &format!("From: a@example.org\r\n\r\n{}", "x".repeat(4 << 20)));
    assert!(word.text.len() <= 256 << 10 && word.attributes["lossy"] == "true");
    for html in [
        "<div>".repeat(400_000),
        format!("<a {}>x", "b=1 ".repeat(400_000)),
        "<".repeat(1 << 20),
        "&amp".repeat(1 << 18),
    ] {
        in_time("html", &format!("From: a@example.org\r\nContent-Type: text/html\r\n\r\n{html}"));
    }
    for line in ["> ", "On 3 Mar 2025 10:12 a@b.example\r\n", "From: x\r\n", "-----\r\n", "--\r\n", "Groet,\r\n"] {
        in_time("lines", &format!("From: a@example.org\r\n\r\n{}", line.repeat((1 << 20) / line.len())));
    }
}

#[test]
fn odd_texts_are_shown_without_harm() {
    for (name, text) in odd_texts() {
        let found = message(format!("From: a@example.org\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}"));
        is_shown_without_harm(name, &text, &found.text);
    }
}

#[test]
fn boundaries_that_are_missing_or_never_close_lose_no_text() {
    let html = "--b\r\nContent-Type: text/html\r\n\r\n<p>Waar is het?";
    for (kind, body) in [
        ("multipart/mixed; boundary=b", "--b\r\n\r\nWaar is het?"),
        ("multipart/alternative; boundary=b", html),
        ("multipart/mixed", "--b\r\n\r\nWaar is het?\r\n--b--\r\n"),
        ("multipart/mixed; boundary=\"\"", "Waar is het?"),
        ("multipart/mixed; boundary=other", "--b\r\n\r\nWaar is het?\r\n--b--\r\n"),
    ] {
        let found = message(format!("From: a@example.org\r\nContent-Type: {kind}\r\n\r\n{body}"));
        assert!(found.text.contains("Waar is het?"), "{kind}: {found:?}");
    }
}

#[test]
fn what_cannot_be_seen_is_not_in_the_text() {
    let found = message("From: a@example.org\r\n\r\nHal\u{202e}lo\u{0}\u{feff} 👩\u{200d}💻 \u{7}!");
    assert_eq!(found.text, "Hallo 👩\u{200d}💻 !");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(mailbox().read(&raw).messages.len() <= 1);
    }

    #[test]
    fn no_pieces_of_mail_make_it_panic(pieces in proptest::collection::vec(
        prop::sample::select(vec![
            "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: text/html\r\n", "\r\n", "--b\r\n", "--b--\r\n", "--b",
            "Content-Type: message/rfc822\r\n", "Content-Transfer-Encoding: base64\r\n", "Content-Type: multipart/report; boundary=\"b\"\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n", "From: a@b.example\r\n", "Subject: =?utf-8?q?=C3?=\r\n", "<blockquote type=cite>",
            "On 3 Mar 2025 10:12, a@b.example wrote:\r\n", "> quoted\r\n", "-- \r\n", "=\r\n", "=C3=", "</div>", "Content-Type: message/delivery-status\r\n",
            "From: x\r\nSent: 3 Mar 2025\r\nTo: y\r\nSubject: z\r\n", "________________\r\n", "é", "Message-ID: <", ">", "Content-Type: text/calendar\r\n",
        ]), 0..40)) {
        let raw = pieces.concat();
        for message in mailbox().read(raw.as_bytes()).messages {
            prop_assert!(message.text.len() + message.quoted.len() + message.signature.len() <= 3 * raw.len() + 100);
        }
    }
}
