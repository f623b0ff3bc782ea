//! Bounces and receipts, and mail that no person wrote.

use wissel_channels::reading::{Kind, Progress, Reading};

use crate::world::{crlf, mailbox, message};

fn read(raw: &str) -> Reading {
    mailbox().read(crlf(raw).as_bytes())
}

const BOUNCE: &str = "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.org>\nTo: support@shop.example\n\
    Subject: Undelivered Mail Returned to Sender\nMessage-ID: <b1@mx.example.org>\nMIME-Version: 1.0\n\
    Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nI'm sorry.\n--b\n\
    Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; jan@example.org\n\
    Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <jan@example.org>:\n User unknown\n\n\
    Final-Recipient: rfc822; piet@example.org\nAction: delayed\nStatus: 4.4.1\n\n--b\nContent-Type: message/rfc822\n\n\
    From: support@shop.example\nMessage-ID: <w.1@shop.example>\nSubject: Re: x\n\ntext\n--b--\n";

#[test]
fn a_bounce_is_a_status_for_each_recipient() {
    let reading = read(BOUNCE);
    let statuses: Vec<_> = reading.statuses.iter().map(|status| (status.of.as_str(), status.status)).collect();
    assert_eq!(statuses, [("w.1@shop.example", Progress::Failed), ("w.1@shop.example", Progress::Delayed)]);
    assert_eq!(reading.statuses[0].error.as_deref(), Some("5.1.1 550 5.1.1 <jan@example.org>: User unknown"));
    assert_eq!(reading.messages[0].kind, Kind::Bounce);
    assert!(reading.messages[0].automatic.is_some());
}

#[test]
fn a_bounce_in_prose_is_a_status_too() {
    let reading = read(
        "Return-Path: <>\nFrom: MAILER-DAEMON@old.example.org\nSubject: failure notice\n\nHi. This is the mail program.\n\n\
         <jan@example.org>:\n550 5.2.2 Mailbox full\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <w.2@shop.example>\n",
    );
    assert_eq!(reading.statuses.len(), 1);
    let status = &reading.statuses[0];
    assert_eq!((status.of.as_str(), status.status), ("w.2@shop.example", Progress::Failed));
    assert!(status.error.as_deref().unwrap().contains("5.2.2"));
}

#[test]
fn a_customer_who_writes_about_a_bounce_is_no_bounce() {
    let reading = read(
        "From: jan@example.org\nSubject: Undelivered parcel\n\nMijn mail kwam terug: 550 5.1.1 unknown. Wat nu?\n",
    );
    assert_eq!((reading.messages[0].kind, reading.statuses.len()), (Kind::Message, 0));
}

#[test]
fn a_receipt_says_that_a_mail_was_read() {
    let reading = read(
        "From: jan@example.org\nSubject: Gelezen: Re: x\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nGelezen\n--b\nContent-Type: message/disposition-notification\n\n\
         Final-Recipient: rfc822; jan@example.org\nOriginal-Message-ID: <w.3@shop.example>\n\
         Disposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n",
    );
    assert_eq!(reading.messages[0].kind, Kind::ReadReceipt);
    assert_eq!((reading.statuses[0].of.as_str(), reading.statuses[0].status), ("w.3@shop.example", Progress::Read));
}

#[test]
fn automatic_mail_says_by_which_sign() {
    let why = |head: &str| message(crlf(&format!("From: jan@example.org\n{head}\n\nIk ben er niet."))).automatic;
    assert_eq!(why("Auto-Submitted: auto-replied").as_deref(), Some("Auto-Submitted: auto-replied"));
    assert_eq!(why("List-Id: <x.example.org>").as_deref(), Some("list-id header"));
    assert_eq!(why("Subject: Automatisch antwoord: Re: x").as_deref(), Some("the subject of an automatic answer"));
    assert_eq!(why("Subject: Re: x"), None);
}
