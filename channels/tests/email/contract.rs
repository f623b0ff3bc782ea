//! E-mail passes what every channel must pass. A mail is acknowledged when our own mark has moved past it. That rubbish
//! reaches nobody does not hold here: whatever lies in a mailbox is a mail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use mail_parser::MessageParser;
use wissel_channels::contract::{self, Arrived, Asking, AskingIntake, Subject};
use wissel_channels::{AccountName, Channel, CursorError, Cursors, ReceiveContext};

use crate::desk::{Desk, config, mail};
use crate::fake_imap::FakeImap;
use crate::fake_smtp::FakeSmtp;

/// Marks that a test can look at.
#[derive(Default)]
struct Marks(Mutex<BTreeMap<String, String>>);

#[async_trait]
impl Cursors for Marks {
    async fn read(&self, name: &str) -> Result<Option<String>, CursorError> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    async fn write(&self, name: &str, value: &str) -> Result<(), CursorError> {
        self.0.lock().unwrap().insert(name.to_owned(), value.to_owned());
        Ok(())
    }
}

impl Marks {
    /// The UID that the folder has been read up to.
    fn last(&self) -> u32 {
        let marks = self.0.lock().unwrap();
        let last =
            marks.values().next().map(|mark| serde_json::from_str::<serde_json::Value>(mark).unwrap()["last"].clone());
        last.and_then(|last| u32::try_from(last.as_u64()?).ok()).unwrap_or(0)
    }
}

struct Folder {
    server: FakeImap,
    smtp: FakeSmtp,
    desk: Desk,
    marks: Arc<Marks>,
    /// How many of the deliveries were waited for.
    acknowledged: u32,
}

async fn folder() -> (Folder, Asking) {
    let (intake, asked) = AskingIntake::new();
    let (server, smtp) = (FakeImap::start().await, FakeSmtp::start().await);
    let mut desk = Desk::new(config(server.port, smtp.port));
    let marks = Arc::new(Marks::default());
    desk.cx.intake = intake;
    desk.cx.cursors = Arc::clone(&marks) as _;
    (Folder { server, smtp, desk, marks, acknowledged: 0 }, asked)
}

#[async_trait]
impl Subject for Folder {
    fn channel(&self) -> Arc<dyn Channel> {
        Arc::clone(&self.desk.channel) as _
    }

    fn context(&self) -> ReceiveContext {
        self.desk.cx.clone()
    }

    async fn deliver(&mut self, name: u8) {
        if self.server.state().mails.is_empty() {
            self.desk.watch();
        }
        self.server.deliver(&mail(name.into(), "Hallo"));
    }

    async fn acknowledged(&mut self, _name: u8) {
        self.acknowledged += 1;
        while self.marks.last() < self.acknowledged {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn acknowledged_already(&mut self) -> bool {
        self.marks.last() > self.acknowledged
    }

    async fn deliver_rubbish(&mut self, rubbish: &[u8]) {
        self.server.deliver(&String::from_utf8_lossy(rubbish));
    }

    async fn arrived(&mut self) -> Option<Arrived> {
        let mut arrived = Arrived::default();
        for mail in self.smtp.mails() {
            let mail = MessageParser::default().parse(mail.as_bytes()).unwrap();
            arrived.text.push_str(&mail.body_text(0).unwrap());
            arrived.files.extend(mail.attachments().map(|part| part.contents().to_vec()));
        }
        Some(arrived)
    }

    async fn deliver_file(&mut self, name: &str, bytes: &[u8]) -> bool {
        let name: String = name.bytes().fold(String::new(), |name, byte| format!("{name}%{byte:02X}"));
        let content = base64::engine::general_purpose::STANDARD.encode(bytes);
        let parts = format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nZie de bon\n--b\n\
             Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''{name}\n\
             Content-Transfer-Encoding: base64\n\n{content}\n--b--\n"
        );
        self.desk.watch();
        let plain = "Content-Type: text/plain; charset=utf-8\n\nHallo\n";
        self.server.deliver(&mail(9, "Hallo").replace(plain, &parts));
        true
    }

    async fn deliver_failure(&mut self, of: &str) -> bool {
        self.server.deliver(&format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.test\nTo: support@shop.test\nSubject: Undelivered\n\
             Message-ID: <b@mx.test>\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
             Sorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n\
             Final-Recipient: rfc822; jan@customer.test\nAction: failed\nStatus: 5.1.1\n\n--b\n\
             Content-Type: message/rfc822\n\nFrom: support@shop.test\nMessage-ID: <{of}>\nSubject: Re: x\n\ntext\n--b--\n"
        ));
        true
    }
}

#[tokio::test]
async fn nothing_is_acknowledged_before_it_is_accepted() {
    let (folder, asked) = folder().await;
    contract::nothing_is_acknowledged_before_it_is_accepted(folder, asked).await;
}

#[tokio::test]
async fn the_same_message_has_the_same_id() {
    let (folder, asked) = folder().await;
    contract::the_same_message_has_the_same_id(folder, asked).await;
}

#[tokio::test]
async fn a_refused_message_gets_through_when_it_comes_again() {
    let (folder, asked) = folder().await;
    contract::a_refused_message_gets_through_when_it_comes_again(folder, asked).await;
}

#[tokio::test]
async fn sending_and_settling_agree() {
    let (folder, _asked) = folder().await;
    contract::a_command_may_be_sent_again_after_settling(folder, AccountName::from_static("support")).await;
}

#[tokio::test]
async fn receiving_ends_with_the_shutdown() {
    let (folder, _asked) = folder().await;
    contract::receiving_ends_with_the_shutdown(folder).await;
}

#[tokio::test]
async fn an_answer_goes_back_by_the_route_of_its_question() {
    let (folder, asked) = folder().await;
    contract::an_answer_goes_back_by_the_route_of_its_question(folder, asked).await;
}

#[tokio::test]
async fn a_file_is_stored_before_its_message_and_leaves_whole() {
    let (folder, asked) = folder().await;
    contract::a_file_is_stored_before_its_message_and_leaves_whole(folder, asked).await;
}

#[tokio::test]
async fn a_new_version_names_its_message() {
    let (folder, asked) = folder().await;
    contract::a_new_version_names_its_message(folder, asked).await;
}

#[tokio::test]
async fn what_became_of_a_message_is_told_to_its_thread() {
    let (folder, asked) = folder().await;
    contract::what_became_of_a_message_is_told_to_its_thread(folder, asked).await;
}
