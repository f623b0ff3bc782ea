//! A number with its webhook passes what every channel must pass.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use wissel_channels::contract::{self, Arrived, Asking, AskingIntake, Subject};
use wissel_channels::{AccountName, Channel, ReceiveContext};
use wissel_fakes::GraphApi;

use crate::world::{SANNE, World};

struct Hooked {
    world: World,
    acknowledged: usize,
}

async fn hooked() -> (Hooked, Asking) {
    let (intake, asked) = AskingIntake::new();
    let world = World::around(|_| {}, Some(intake as _), None).await;
    (Hooked { world, acknowledged: 0 }, asked)
}

impl Hooked {
    fn successes(&self) -> usize {
        self.world.api.answers().iter().filter(|status| **status == 200).count()
    }
}

#[async_trait]
impl Subject for Hooked {
    fn channel(&self) -> Arc<dyn Channel> {
        Arc::clone(&self.world.number) as _
    }

    fn context(&self) -> ReceiveContext {
        self.world.cx.clone()
    }

    async fn deliver(&mut self, name: u8) {
        let message = GraphApi::one(&format!("wamid.{name}"), SANNE, "text", &json!({"body": "hallo"}));
        self.world.api.webhook(GraphApi::body(&[message], &[]));
    }

    async fn acknowledged(&mut self, _name: u8) {
        let more = || (self.successes() > self.acknowledged).then_some(());
        self.world.api.changes().until("a webhook to be answered", more).await;
        self.acknowledged += 1;
    }

    async fn acknowledged_already(&mut self) -> bool {
        self.successes() > self.acknowledged
    }

    async fn deliver_rubbish(&mut self, rubbish: &[u8]) {
        let status = self.world.post(Some(&GraphApi::signature(rubbish)), rubbish).await;
        assert_eq!(status, 200, "what cannot be read must not come again for ever");
    }

    async fn arrived(&mut self) -> Option<Arrived> {
        let mut arrived = Arrived::default();
        for message in self.world.api.sent(SANNE) {
            arrived.text.push_str(message.text());
            let file = message.body["document"]["id"].as_str().and_then(|id| self.world.api.uploaded(id));
            arrived.files.extend(file.map(|(_, content)| content));
        }
        Some(arrived)
    }

    async fn deliver_file(&mut self, name: &str, bytes: &[u8]) -> bool {
        self.world.api.file("77", "application/pdf", bytes, 0, None);
        let document = json!({"id": "77", "mime_type": "application/pdf", "sha256": "x", "filename": name});
        self.world.api.message(SANNE, "document", &document);
        true
    }

    async fn deliver_edit(&mut self, name: u8, text: &str) -> bool {
        let inner = json!({"type": "text", "text": {"body": text}});
        let edit = json!({"original_message_id": format!("wamid.{name}"), "message": inner});
        let message = GraphApi::one(&format!("wamid.{name}.edit"), SANNE, "edit", &edit);
        self.world.api.webhook(GraphApi::body(&[message], &[]));
        true
    }

    async fn deliver_failure(&mut self, of: &str) -> bool {
        let failed = json!({"id": of, "status": "failed", "timestamp": "1749416383", "recipient_id": SANNE,
            "errors": [{"code": 131_026, "title": "Message undeliverable"}]});
        self.world.api.webhook(GraphApi::body(&[], &[failed]));
        true
    }
}

#[tokio::test]
async fn nothing_is_acknowledged_before_it_is_accepted() {
    let (hooked, asked) = hooked().await;
    contract::nothing_is_acknowledged_before_it_is_accepted(hooked, asked).await;
}

#[tokio::test]
async fn the_same_message_has_the_same_id() {
    let (hooked, asked) = hooked().await;
    contract::the_same_message_has_the_same_id(hooked, asked).await;
}

#[tokio::test]
async fn a_refused_message_gets_through_when_it_comes_again() {
    let (hooked, asked) = hooked().await;
    contract::a_refused_message_gets_through_when_it_comes_again(hooked, asked).await;
}

#[tokio::test]
async fn rubbish_harms_nobody() {
    let (hooked, asked) = hooked().await;
    contract::rubbish_harms_nobody(hooked, asked).await;
}

#[tokio::test]
async fn a_command_may_be_sent_again_after_settling() {
    let (hooked, _asked) = hooked().await;
    contract::a_command_may_be_sent_again_after_settling(hooked, AccountName::from_static("shop")).await;
}

#[tokio::test]
async fn receiving_ends_with_the_shutdown() {
    let (hooked, _asked) = hooked().await;
    contract::receiving_ends_with_the_shutdown(hooked).await;
}

#[tokio::test]
async fn an_answer_goes_back_by_the_route_of_its_question() {
    let (hooked, asked) = hooked().await;
    contract::an_answer_goes_back_by_the_route_of_its_question(hooked, asked).await;
}

#[tokio::test]
async fn a_file_is_stored_before_its_message_and_leaves_whole() {
    let (hooked, asked) = hooked().await;
    contract::a_file_is_stored_before_its_message_and_leaves_whole(hooked, asked).await;
}

#[tokio::test]
async fn a_new_version_names_its_message() {
    let (hooked, asked) = hooked().await;
    contract::a_new_version_names_its_message(hooked, asked).await;
}

#[tokio::test]
async fn what_became_of_a_message_is_told_to_its_thread() {
    let (hooked, asked) = hooked().await;
    contract::what_became_of_a_message_is_told_to_its_thread(hooked, asked).await;
}
