//! A polling bot passes what every channel must pass.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use tokio::sync::mpsc;
use wissel_channels::contract::{self, Asked, AskingIntake, Subject};
use wissel_channels::{AccountName, Channel, ReceiveContext};

use crate::world::World;

struct Polled {
    world: World,
    acknowledged: usize,
}

fn polled(receiving: bool) -> (Polled, mpsc::Receiver<Asked>) {
    let (intake, asked) = AskingIntake::new();
    let mut world = World::idle(|_| {});
    world.cx.intake = intake;
    let world = if receiving { world.receive() } else { world };
    (Polled { world, acknowledged: 0 }, asked)
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
        let from = json!({"id": 7, "is_bot": false, "first_name": "Sanne"});
        let chat = json!({"id": 7, "type": "private", "first_name": "Sanne"});
        self.world
            .api
            .update(json!({"message": {"message_id": name, "date": 1, "chat": chat, "from": from, "text": "hallo"}}));
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
