//! The web chat passes what every channel must pass.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message;
use wissel_channels::contract::{self, Arrived, Asking, AskingIntake, Subject};
use wissel_channels::{AccountName, Channel, ReceiveContext};

use super::world::{Client, Setup, World, uuid};

struct Chat {
    world: World,
    client: Client,
}

async fn chat() -> (Chat, Asking) {
    let (intake, asked) = AskingIntake::new();
    let world = World::with(Setup { intake: Some(intake), ..Setup::default() }).await;
    let (client, _) = world.visit().await;
    (Chat { world, client }, asked)
}

#[async_trait]
impl Subject for Chat {
    fn channel(&self) -> Arc<dyn Channel> {
        Arc::clone(&self.world.channel) as _
    }

    fn context(&self) -> ReceiveContext {
        self.world.cx.clone()
    }

    async fn deliver(&mut self, name: u8) {
        self.client.say(name, "hallo").await;
    }

    async fn acknowledged(&mut self, name: u8) {
        assert_eq!(self.client.next_of("ack").await["id"], uuid(name));
    }

    async fn acknowledged_already(&mut self) -> bool {
        while let Some(frame) = self.client.0.next().now_or_never() {
            if frame.unwrap().unwrap().to_string().contains("\"ack\"") {
                return true;
            }
        }
        false
    }

    async fn deliver_rubbish(&mut self, rubbish: &[u8]) {
        self.client.0.send(Message::text(String::from_utf8_lossy(rubbish).into_owned())).await.unwrap();
    }

    async fn arrived(&mut self) -> Option<Arrived> {
        None
    }
}

#[tokio::test]
async fn nothing_is_acknowledged_before_it_is_accepted() {
    let (chat, asked) = chat().await;
    contract::nothing_is_acknowledged_before_it_is_accepted(chat, asked).await;
}

#[tokio::test]
async fn the_same_message_has_the_same_id() {
    let (chat, asked) = chat().await;
    contract::the_same_message_has_the_same_id(chat, asked).await;
}

#[tokio::test]
async fn a_refused_message_gets_through_when_it_comes_again() {
    let (chat, asked) = chat().await;
    contract::a_refused_message_gets_through_when_it_comes_again(chat, asked).await;
}

#[tokio::test]
async fn rubbish_harms_nobody() {
    let (chat, asked) = chat().await;
    contract::rubbish_harms_nobody(chat, asked).await;
}

#[tokio::test]
async fn a_command_may_be_sent_again_after_settling() {
    let (chat, _asked) = chat().await;
    contract::a_command_may_be_sent_again_after_settling(chat, AccountName::from_static("main")).await;
}

#[tokio::test]
async fn receiving_ends_with_the_shutdown() {
    let (chat, _asked) = chat().await;
    contract::receiving_ends_with_the_shutdown(chat).await;
}

#[tokio::test]
async fn an_answer_goes_back_by_the_route_of_its_question() {
    let (chat, asked) = chat().await;
    contract::an_answer_goes_back_by_the_route_of_its_question(chat, asked).await;
}

#[tokio::test]
async fn a_file_is_stored_before_its_message_and_leaves_whole() {
    let (chat, asked) = chat().await;
    contract::a_file_is_stored_before_its_message_and_leaves_whole(chat, asked).await;
}

#[tokio::test]
async fn a_new_version_names_its_message() {
    let (chat, asked) = chat().await;
    contract::a_new_version_names_its_message(chat, asked).await;
}

#[tokio::test]
async fn what_became_of_a_message_is_told_to_its_thread() {
    let (chat, asked) = chat().await;
    contract::what_became_of_a_message_is_told_to_its_thread(chat, asked).await;
}
