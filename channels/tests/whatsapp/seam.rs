//! A number with its webhook passes what every channel must pass.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use tokio::sync::mpsc;
use wissel_channels::contract::{self, Asked, AskingIntake, Subject};
use wissel_channels::{AccountName, Channel, ReceiveContext};
use wissel_fakes::GraphApi;

use crate::world::{SANNE, World};

struct Hooked {
    world: World,
    acknowledged: usize,
}

async fn hooked() -> (Hooked, mpsc::Receiver<Asked>) {
    let (intake, asked) = AskingIntake::new();
    let world = World::around(|_| {}, Some(intake as _)).await;
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
