//! E-mail passes what every channel must pass. A mail is acknowledged when our own mark has moved past it. That rubbish
//! reaches nobody does not hold here: whatever lies in a mailbox is a mail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc;
use wissel_channels::contract::{self, Asked, AskingIntake, Subject};
use wissel_channels::{AccountName, Channel, CursorError, Cursors, ReceiveContext};

use crate::desk::{Desk, config, mail};
use crate::fake_imap::FakeImap;

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
    desk: Desk,
    marks: Arc<Marks>,
    /// How many of the deliveries were waited for.
    acknowledged: u32,
}

async fn folder() -> (Folder, mpsc::Receiver<Asked>) {
    let (intake, asked) = AskingIntake::new();
    let server = FakeImap::start().await;
    let mut desk = Desk::new(config(server.port, 1));
    let marks = Arc::new(Marks::default());
    desk.cx.intake = intake;
    desk.cx.cursors = Arc::clone(&marks) as _;
    (Folder { server, desk, marks, acknowledged: 0 }, asked)
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
