//! Sending: what each answer of a server means, one Message-ID a command, nothing smuggled, no storms.

use std::sync::Arc;

use async_trait::async_trait;
use wissel_channels::email::{Mailbox, Route};
use wissel_channels::{
    Attachment, Author, Channel, CursorError, Cursors, InboundMessage, Origin, Part, SendContext, SendError, Settled,
};

use crate::desk::{Desk, config, mail};
use crate::fake_smtp::{Answer, FakeSmtp};
use crate::world::SECRET;

fn part(text: &str, origin: Origin) -> Part {
    let from = if origin == Origin::Human { Author::Staff } else { Author::Bot };
    Part { from, name: "Sanne".to_owned(), text: text.to_owned(), sources: Vec::new(), origin }
}

/// A mail as the receiver hands it on.
fn received(raw: &str) -> InboundMessage {
    let mut mailbox = Mailbox::new(wissel_channels::AccountName::from_static("support"), &SECRET);
    mailbox.addresses = vec!["support@shop.test".to_owned()];
    let (mut reading, route) = mailbox.read_with_route(raw.replace('\n', "\r\n").as_bytes());
    let understood = reading.messages.remove(0);
    let name = wissel_channels::ChannelName::from_static("email");
    understood.into_inbound(name, wissel_channels::UnixMillis(0), Vec::new(), route.as_ref().map(Route::to_text))
}

async fn started() -> (FakeSmtp, Desk) {
    let server = FakeSmtp::start().await;
    let desk = Desk::new(config(1, server.port));
    (server, desk)
}

#[tokio::test]
async fn each_answer_of_the_server_has_its_outcome() {
    let (server, desk) = started().await;
    let message = desk.answer(&received(&mail(1, "Hoi")), 1, part("Dag", Origin::Human));
    let cx = desk.sending();
    let name = |outcome: &Result<_, SendError>| match outcome {
        Ok(_) => "sent",
        Err(SendError::Retry { .. }) => "retry",
        Err(SendError::Reject(_)) => "reject",
        Err(SendError::Unknown(_)) => "unknown",
    };
    for (answer, wanted) in [
        (Answer::Closed, "retry"),
        (Answer::Taken, "sent"),
        (Answer::NotNow, "retry"),
        (Answer::Never, "reject"),
        (Answer::NeverThat, "reject"),
        (Answer::LostAfterData, "unknown"),
    ] {
        server.answers(answer);
        let outcome = desk.channel.send(&message, &cx).await;
        assert_eq!(name(&outcome), wanted, "{answer:?}: {outcome:?}");
    }
    server.answers(Answer::Never);
    let words = desk.channel.send(&message, &cx).await.unwrap_err().to_string();
    assert!(words.contains("answered 550: 5.1.1 nobody"), "staff see the server's own words: {words}");
    assert_eq!(desk.channel.settle(&message, &cx).await.unwrap(), Settled::SendAgain);
    server.answers(Answer::Taken);
    let receipt = desk.channel.send(&message, &cx).await.unwrap();
    let mails = server.mails();
    assert_eq!(mails.len(), 4, "taken, refused after DATA, lost, taken again");
    let id = format!("Message-ID: <{}>", receipt.provider_id.unwrap());
    assert!(mails.iter().all(|mail| mail.contains(&id)), "the same Message-ID each time");
    let gone = Desk::new(config(1, 1));
    assert_eq!(name(&gone.channel.send(&message, &gone.sending()).await), "retry");
}

#[tokio::test]
async fn an_answer_finds_its_way_back_with_its_file_and_nothing_is_smuggled() {
    let (server, desk) = started().await;
    let question = received(&mail(1, "Hoi"));
    let evil = "Dag\n.\nMAIL FROM:<eve@x.test>\r.\r\n.\r\nBcc: eve@x.test\n\n.";
    let mut message = desk.answer(&question, 1, part(evil, Origin::Human));
    let stored = desk.cx.blobs.put("bon\r\nX: y.pdf", "application/pdf", b"%PDF\n.\n".to_vec()).await.unwrap();
    message.attachments = vec![stored.clone()];
    desk.channel.send(&message, &desk.sending()).await.unwrap();
    let mails = server.mails();
    assert_eq!(mails.len(), 1, "a second mail was smuggled in");
    let (head, body) = mails[0].split_once("\r\n\r\n").unwrap();
    assert!(!head.contains("Bcc:") && body.contains("JVBERgouCg=="), "{}", mails[0]);
    // The customer's program answers to the address that it was given.
    let reply_to = mails[0].lines().find(|line| line.starts_with("Reply-To:")).unwrap();
    let address = reply_to.split(['<', '>']).nth(1).unwrap();
    let answer = received(&mail(2, "Bedankt").replace("To: support@shop.test", &format!("To: {address}")));
    assert_eq!(answer.thread, question.thread);
    let missing = Attachment { hash: "00".repeat(16), ..stored };
    message.attachments = vec![missing];
    assert!(matches!(desk.channel.send(&message, &desk.sending()).await, Err(SendError::Reject(_))));
    message.route = None;
    assert!(matches!(desk.channel.send(&message, &desk.sending()).await, Err(SendError::Reject(_))));
}

/// Marks that another process holds.
struct Held;

#[async_trait]
impl Cursors for Held {
    async fn read(&self, _name: &str) -> Result<Option<String>, CursorError> {
        Ok(None)
    }

    async fn write(&self, name: &str, _value: &str) -> Result<(), CursorError> {
        panic!("{name} was written though another process holds it")
    }

    async fn hold(&self, _name: &str) -> Result<bool, CursorError> {
        Ok(false)
    }
}

#[tokio::test]
async fn an_automatic_mail_waits_while_another_process_counts_one_to_the_same_address() {
    let (server, desk) = started().await;
    let cx = SendContext { cursors: Arc::new(Held), ..desk.sending() };
    let automatic = desk.answer(&received(&mail(1, "Hoi")), 1, part("Dag", Origin::Ai));
    assert!(matches!(desk.channel.send(&automatic, &cx).await, Err(SendError::Retry { .. })));
    assert_eq!(server.mails().len(), 0);
    let human = desk.answer(&received(&mail(1, "Hoi")), 2, part("Dag", Origin::Human));
    assert!(desk.channel.send(&human, &cx).await.is_ok(), "people are not counted");
}

#[tokio::test]
async fn a_queue_has_a_signature_of_its_own() {
    let server = FakeSmtp::start().await;
    let mut config = config(1, server.port);
    config.signature = "Shop, Straat 1".to_owned();
    config.signatures = [("legal".to_owned(), "Shop, Juridische zaken".to_owned())].into();
    let desk = Desk::new(config);
    assert!(desk.channel.differs_by_queue());
    for (queue, wanted) in [(Some("legal"), "Juridische zaken"), (Some("care"), "Straat 1"), (None, "Straat 1")] {
        let cx = SendContext { queue: queue.map(str::to_owned), ..desk.sending() };
        let message = desk.answer(&received(&mail(1, "Hoi")), 1, part("Dag", Origin::Human));
        desk.channel.send(&message, &cx).await.unwrap();
        assert!(server.mails().last().unwrap().contains(wanted), "{queue:?}");
    }
}

#[tokio::test]
async fn automatic_mail_is_not_answered_automatically_and_three_a_day_are_enough() {
    let (server, desk) = started().await;
    let cx = desk.sending();
    let automatic = received(&mail(1, "Ik ben er niet").replace("Subject:", "Auto-Submitted: auto-replied\nSubject:"));
    let sent = |to: InboundMessage, command: u8, origin: Origin| {
        let message = desk.answer(&to, command, part("Dag", origin));
        let (channel, cx) = (desk.channel.clone(), cx.clone());
        async move { channel.send(&message, &cx).await }
    };
    assert!(matches!(sent(automatic.clone(), 1, Origin::Ai).await, Err(SendError::Reject(_))));
    assert!(sent(automatic, 2, Origin::Human).await.is_ok(), "people may answer whatever they like");
    for command in 3..6 {
        assert!(sent(received(&mail(command.into(), "Hoi")), command, Origin::Ai).await.is_ok());
    }
    assert!(sent(received(&mail(5, "Hoi")), 5, Origin::Ai).await.is_ok(), "the same command again");
    let fourth = sent(received(&mail(6, "Hoi")), 6, Origin::Rule).await;
    assert!(matches!(&fourth, Err(SendError::Reject(why)) if why.contains("three")), "{fourth:?}");
    assert!(sent(received(&mail(7, "Hoi")), 7, Origin::Human).await.is_ok(), "people are not held to it");
    assert!(sent(received(&mail(8, "Hoi").replace("jan@", "piet@")), 8, Origin::Ai).await.is_ok());
    let marked = server.mails().iter().filter(|mail| mail.contains("Auto-Submitted: auto-replied")).count();
    assert_eq!(marked, 5);
}
