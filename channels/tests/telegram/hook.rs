//! The webhook: set by us, known by its word, answered when what it brings is durable.

use futures_util::future::join_all;
use serde_json::json;
use wissel_fakes::BotApi;

use crate::world::{World, picture};

async fn hooked() -> (World, String) {
    let world = World::idle(|config| config.webhook = Some("https://chat.example".to_owned()));
    let address = world.serve().await;
    let url = format!("http://{address}/hooks/telegram/shop");
    (world.receive(), url)
}

async fn set(api: &BotApi) -> (String, String) {
    api.changes().until("the webhook to be set", || api.webhook()).await
}

async fn post(url: &str, word: Option<&str>, body: &str) -> u16 {
    post_by(&reqwest::Client::new(), url, word, body).await
}

async fn post_by(client: &reqwest::Client, url: &str, word: Option<&str>, body: &str) -> u16 {
    let mut request = client.post(url).body(body.to_owned());
    if let Some(word) = word {
        request = request.header("x-telegram-bot-api-secret-token", word);
    }
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn updates_come_by_webhook_and_are_answered_when_they_are_durable() {
    let (world, url) = hooked().await;
    let (told, secret) = set(&world.api).await;
    assert_eq!(told, "https://chat.example/hooks/telegram/shop");
    assert_eq!(secret.len(), 64);
    world.api.set_webhook(Some((&url, &secret)));
    world.memory.refuse(1);
    world.api.say(7, "hallo");
    let accepted = world.memory.until_accepted(1).await;
    world.api.confirmed().await;
    assert_eq!(accepted[0].text, "hallo");
    assert_eq!(world.api.webhook_answers(), [503, 200]);
    assert!(world.api.calls().iter().all(|call| call.method != "getUpdates"));
}

#[tokio::test]
async fn an_album_that_comes_by_a_request_a_picture_is_one_message_however_often_they_come() {
    let (world, url) = hooked().await;
    let (_, secret) = set(&world.api).await;
    for file in ["a", "b", "c"] {
        world.api.file(file, file.as_bytes());
    }
    let update = |number: u64, file: &str, album: &str| {
        let mut message = picture(file, album);
        message["message_id"] = number.into();
        message["date"] = 1.into();
        message["chat"] = json!({"id": 7, "type": "private"});
        json!({"update_id": number, "message": message}).to_string()
    };
    let pieces = [update(3, "c", "g1"), update(1, "a", "g1"), update(2, "b", "g1")];
    // Made beforehand: they must come at once.
    let client = reqwest::Client::new();
    let all = async || join_all(pieces.iter().map(|piece| post_by(&client, &url, Some(&secret), piece))).await;
    world.memory.refuse(1);
    assert_eq!(all().await, [503; 3], "none of it is durable");
    assert_eq!(all().await, [200; 3]);
    assert_eq!(post(&url, Some(&secret), &pieces[0]).await, 200, "its answer was lost");
    assert_eq!(post(&url, Some(&secret), &update(4, "a", "g2")).await, 200);
    let accepted = world.memory.accepted();
    let files = |at: usize| -> Vec<_> {
        accepted[at].attachments.iter().map(|file| world.memory.blob(&file.hash).unwrap()).collect()
    };
    assert_eq!(files(0), [b"a", b"b", b"c"]);
    assert_eq!(files(1), [b"a"]);
    assert_eq!(accepted.len(), 2);
}

#[tokio::test]
async fn a_request_without_the_word_is_refused_and_stores_nothing() {
    let (world, url) = hooked().await;
    let (_, secret) = set(&world.api).await;
    let update = r#"{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"text":"x"}}"#;
    for wrong in [None, Some(""), Some("x"), Some(&secret[1..])] {
        assert_eq!(post(&url, wrong, update).await, 401);
    }
    assert!(world.memory.accepted().is_empty());
    assert_eq!(world.memory.turned_away(), ["signature"; 4]);
    assert_eq!(post(&url, Some(&secret), update).await, 200);
    assert_eq!(post(&url, Some(&secret), "{").await, 200, "what cannot be read is kept, and does not come for ever");
    assert_eq!(world.memory.accepted().len(), 1);
}
