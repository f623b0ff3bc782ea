//! Threads and senders: our token joins, nothing forged does; only our own server vouches.

use wissel_channels::email::ReplyTokens;
use wissel_channels::{CommandId, ThreadKey};

use crate::world::{SECRET, message};

const THREAD: ThreadKey = ThreadKey([9; 16]);

fn mail(from: &str, headers: &str) -> wissel_channels::Understood {
    message(format!("From: {from}\r\nMessage-ID: <x@example.org>\r\n{headers}\r\n\r\nHallo"))
}

#[test]
fn an_answer_joins_its_thread_by_address_or_message_id() {
    let tokens = ReplyTokens::new(&SECRET);
    let address = tokens.address("support@shop.example", THREAD, "jan@example.org").unwrap();
    assert_eq!(mail("Jan <JAN@example.org>", &format!("To: {address}")).thread, THREAD);
    assert_eq!(mail("jan@example.org", &format!("Delivered-To: {address}")).thread, THREAD);
    let id = tokens.message_id(CommandId([1; 16]), THREAD, "jan@example.org", "shop.example");
    assert_eq!(mail("jan@example.org", &format!("In-Reply-To: <{id}>")).thread, THREAD);
    let word = |text: &str| text.bytes().map(|byte| format!("={byte:02X}")).collect::<Vec<_>>().concat();
    let (one, two) = (word(&format!("<a@b><{}", &id[..30])), word(&format!("{}>", &id[30..])));
    let words = format!("In-Reply-To: =?utf-8?q?{one}?=\r\n =?utf-8?q?{two}?=");
    assert_eq!(mail("jan@example.org", &words).thread, THREAD, "as programs in Python wrap long ids");
    let references = format!("References: <a@b>\r\n <{id}>\r\n <c@d>");
    assert_eq!(mail("jan@example.org", &references).thread, THREAD);
}

#[test]
fn a_forged_or_borrowed_token_joins_nothing_and_is_only_possibly_related() {
    let id = ReplyTokens::new(&SECRET).message_id(CommandId([1; 16]), THREAD, "jan@example.org", "shop.example");
    let others = ReplyTokens::new(&[6; 32]).message_id(CommandId([1; 16]), THREAD, "eve@example.org", "shop.example");
    for forged in [id.as_str(), others.as_str(), "w.1.2@shop.example", &id.replace('a', "b")] {
        let found = mail("eve@example.org", &format!("In-Reply-To: <{forged}>\r\nSubject: Re: [{THREAD}]"));
        assert_ne!(found.thread, THREAD, "{forged}");
        assert!(found.attributes["possibly_related"].contains(forged));
        let names_it = found.attributes.get("related_thread") == Some(&THREAD.to_string());
        assert!(names_it || (forged != id && forged != others), "staff see which thread it claims: {forged}");
    }
    assert!(!mail("jan@example.org", &format!("In-Reply-To: <{id}>")).attributes.contains_key("related_thread"));
}

#[test]
fn a_sender_is_verified_by_our_server_alone() {
    let results = |server: &str| {
        format!(
            "Authentication-Results: {server}; spf=pass smtp.mailfrom=example.org; dmarc=pass header.from=example.org"
        )
    };
    assert!(mail("jan@example.org", &results("mx.shop.example")).from.verified);
    assert!(!mail("jan@example.org", &results("mx.evil.example")).from.verified);
    assert!(!mail("jan@other.example", &results("mx.shop.example")).from.verified);
    assert!(!mail("jan@example.org, eve@example.net", &results("mx.shop.example")).from.verified);
    assert_eq!(mail("jan@example.org", &results("mx.shop.example")).attributes["dmarc"], "pass");
}
