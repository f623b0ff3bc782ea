//! A polling bot passes what every channel must pass.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use wissel_channels::contract::{self, Arrived, Asking, AskingIntake, Subject};
use wissel_channels::{AccountName, Channel, ReceiveContext};

use crate::world::World;

struct Polled {
    world: World,
    acknowledged: usize,
}

fn polled(receiving: bool) -> (Polled, Asking) {
    let (intake, asked) = AskingIntake::new();
    let mut world = World::idle(|_| {});
    world.cx.intake = intake;
    let world = if receiving { world.receive() } else { world };
    (Polled { world, acknowledged: 0 }, asked)
}

fn said(name: u8) -> Value {
    let from = json!({"id": 7, "is_bot": false, "first_name": "Sanne"});
    let chat = json!({"id": 7, "type": "private", "first_name": "Sanne"});
    json!({"message_id": name, "date": 1, "chat": chat, "from": from, "text": "hallo"})
}

#[async_trait]
impl Subject for Polled {
    fn channel(&self) -> Arc<dyn Channel> {
        Arc::clone(&self.world.bot) as _
    }

    fn context(&self) -> ReceiveContext {
        self.world.cx.clone()
    }

    async fn deliver(&mut self, name: u8) {
        self.world.api.update(json!({ "message": said(name) }));
    }

    async fn acknowledged(&mut self, _name: u8) {
        self.acknowledged += 1;
        let more = || (self.world.api.confirmed_updates() >= self.acknowledged).then_some(());
        self.world.api.changes().until("an update to be confirmed", more).await;
        self.acknowledged = self.world.api.confirmed_updates();
    }

    async fn acknowledged_already(&mut self) -> bool {
        self.world.api.confirmed_updates() > self.acknowledged
    }

    async fn deliver_rubbish(&mut self, rubbish: &[u8]) {
        self.world.api.update(json!({ "message": String::from_utf8_lossy(rubbish) }));
    }

    async fn arrived(&mut self) -> Option<Arrived> {
        let mut arrived = Arrived::default();
        for call in self.world.api.sent(7) {
            arrived.text.push_str(call.text());
            arrived.files.extend(call.files.into_iter().map(|(_, _, content)| content));
        }
        Some(arrived)
    }

    async fn deliver_file(&mut self, name: &str, bytes: &[u8]) -> bool {
        self.world.api.file("f1", bytes);
        let document = json!({"file_id": "f1", "file_unique_id": "f1", "file_name": name, "file_size": bytes.len()});
        self.world.api.message(7, &json!({ "document": document }));
        true
    }

    async fn deliver_edit(&mut self, name: u8, text: &str) -> bool {
        let mut edited = said(name);
        (edited["text"], edited["edit_date"]) = (text.into(), 2.into());
        self.world.api.update(json!({ "edited_message": edited }));
        true
    }
}

#[tokio::test]
async fn nothing_is_acknowledged_before_it_is_accepted() {
    let (polled, asked) = polled(true);
    contract::nothing_is_acknowledged_before_it_is_accepted(polled, asked).await;
}

#[tokio::test]
async fn the_same_message_has_the_same_id() {
    let (polled, asked) = polled(true);
    contract::the_same_message_has_the_same_id(polled, asked).await;
}

#[tokio::test]
async fn a_refused_message_gets_through_when_it_comes_again() {
    let (polled, asked) = polled(true);
    contract::a_refused_message_gets_through_when_it_comes_again(polled, asked).await;
}

#[tokio::test]
async fn rubbish_harms_nobody() {
    let (polled, asked) = polled(true);
    contract::rubbish_harms_nobody(polled, asked).await;
}

#[tokio::test]
async fn a_command_may_be_sent_again_after_settling() {
    let (polled, _asked) = polled(false);
    contract::a_command_may_be_sent_again_after_settling(polled, AccountName::from_static("shop")).await;
}

#[tokio::test]
async fn receiving_ends_with_the_shutdown() {
    let (polled, _asked) = polled(false);
    contract::receiving_ends_with_the_shutdown(polled).await;
}

#[tokio::test]
async fn an_answer_goes_back_by_the_route_of_its_question() {
    let (polled, asked) = polled(true);
    contract::an_answer_goes_back_by_the_route_of_its_question(polled, asked).await;
}

#[tokio::test]
async fn a_file_is_stored_before_its_message_and_leaves_whole() {
    let (polled, asked) = polled(true);
    contract::a_file_is_stored_before_its_message_and_leaves_whole(polled, asked).await;
}

#[tokio::test]
async fn a_new_version_names_its_message() {
    let (polled, asked) = polled(true);
    contract::a_new_version_names_its_message(polled, asked).await;
}

#[tokio::test]
async fn what_became_of_a_message_is_told_to_its_thread() {
    let (polled, asked) = polled(true);
    contract::what_became_of_a_message_is_told_to_its_thread(polled, asked).await;
}
