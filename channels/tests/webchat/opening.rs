//! Who may open a socket, how many, and as whom.

use serde_json::json;
use wissel_channels::Channel;
use wissel_channels::contract::AskingIntake;
use wissel_channels::webchat::{Limits, Timing, WebchatConfig};

use super::world::{PATIENCE, Setup, World};

#[tokio::test]
async fn own_listed_and_missing_origins_may_and_foreign_and_null_ones_get_403() {
    let origins = vec!["https://shop.example".to_owned()];
    let config = WebchatConfig { origins, ..WebchatConfig::default() };
    let world = World::with(Setup { config, ..Setup::default() }).await;
    let own = format!("http://{}", world.address);
    for good in [own.as_str(), "https://shop.example"] {
        assert!(world.try_connect(&[("origin", good)]).await.is_ok(), "{good}");
    }
    assert!(world.try_connect(&[]).await.is_ok());
    for bad in ["null", "https://evil.example", "https://shop.example.evil.example", "http://127.0.0.1:1"] {
        assert_eq!(world.refused(&[("origin", bad)]).await, 403, "{bad}");
    }
}

#[tokio::test]
async fn a_plain_request_is_told_to_upgrade() {
    let world = World::new().await;
    let answer = world.get("/chat/ws", "").await;
    assert!(answer.starts_with("HTTP/1.1 426"), "{answer}");
}

#[tokio::test]
async fn an_address_with_too_many_sockets_gets_429_and_a_time_until_one_closes() {
    let limits = Limits { connections_per_address: 2, ..Limits::default() };
    let world = World::with(Setup { limits, ..Setup::default() }).await;
    let (first, _second) = (world.connect().await, world.connect().await);
    let mut answer = world.try_connect(&[]).await.err();
    match answer.take() {
        Some(tokio_tungstenite::tungstenite::Error::Http(response)) => {
            assert_eq!(response.status(), 429);
            assert!(response.headers().get("retry-after").unwrap().to_str().unwrap().parse::<u64>().unwrap() > 0);
        }
        other => panic!("{other:?}"),
    }
    drop(first);
    let back = async {
        loop {
            match world.try_connect(&[]).await {
                Ok(client) => return client,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    let _third = tokio::time::timeout(PATIENCE, back).await.expect("a place");
    assert_eq!(world.refused(&[("x-forwarded-for", "9.9.9.9")]).await, 429, "a forwarded address is not believed");
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_counts_for_itself() {
    let limits = Limits { connections_per_address: 1, ..Limits::default() };
    let config = WebchatConfig { trust_forwarded: true, ..WebchatConfig::default() };
    let world = World::with(Setup { config, limits, ..Setup::default() }).await;
    let _first = world.try_connect(&[("x-forwarded-for", "1.1.1.1")]).await.unwrap();
    let _second = world.try_connect(&[("x-forwarded-for", "2.2.2.2")]).await.unwrap();
    assert_eq!(world.refused(&[("x-forwarded-for", "7.7.7.7, 1.1.1.1")]).await, 429);
}

#[tokio::test]
async fn anything_before_hello_gets_hello_first_and_hello_still_works() {
    let world = World::new().await;
    let mut client = world.connect().await;
    client.say(1, "hallo").await;
    client.send(&json!({"type": "dance"})).await;
    for _ in 0..2 {
        let error = client.next().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("hello_first")));
        assert_eq!(error["retry_after"], json!(null));
    }
    client.hello(None, 0).await;
    client.send(&json!({"type": "hello"})).await;
    assert_eq!(client.next().await["code"], "hello_once");
    assert_eq!(world.memory.accepted(), 0);
}

#[tokio::test]
async fn whoever_never_says_hello_is_closed() {
    let timing = Timing { hello: std::time::Duration::from_millis(50), ..Timing::default() };
    let world = World::with(Setup { timing, ..Setup::default() }).await;
    assert_eq!(world.connect().await.closed().await, 1008);
}

#[tokio::test]
async fn a_visitor_who_comes_back_has_the_same_thread() {
    let world = World::new().await;
    let (mut client, token) = world.visit().await;
    client.say(1, "hallo").await;
    client.next_of("message").await;
    drop(client);
    world.pass_days(29);
    let mut again = world.connect().await;
    let renewed = again.hello(Some(&token), 0).await;
    assert_eq!(again.next_of("message").await["text"], "hallo");
    world.pass_days(29);
    let mut again = world.connect().await;
    again.hello(Some(&renewed), 0).await;
    assert_eq!(again.next_of("message").await["text"], "hallo");
}

#[tokio::test]
async fn a_forged_or_expired_token_gets_a_new_visitor_without_history() {
    let world = World::new().await;
    let (mut client, token) = world.visit().await;
    client.say(1, "hallo").await;
    client.next_of("message").await;
    let last = if token.ends_with('A') { "E" } else { "A" };
    let forged = format!("{}{last}", &token[..token.len() - 1]);
    world.pass_days(31);
    for bad in [forged.as_str(), token.as_str(), "", "no token"] {
        let mut stranger = world.connect().await;
        let fresh = stranger.hello(Some(bad), 0).await;
        assert_ne!(fresh, token);
        stranger.say(9, "wie ben ik?").await;
        let first = stranger.next_of("message").await;
        assert_eq!((&first["seq"], &first["text"]), (&json!(1), &json!("wie ben ik?")), "{bad}");
    }
}

#[tokio::test]
async fn the_welcome_names_language_and_conversation() {
    let world = World::new().await;
    let mut client = world.connect().await;
    client.send(&json!({"type": "hello", "visitor": null, "last_seq": 0, "locale": "en-GB"})).await;
    let welcome = client.next().await;
    assert_eq!((&welcome["locale"], &welcome["conversation"]), (&json!("en-GB"), &json!(null)));
    let token = welcome["visitor"].as_str().unwrap().to_owned();
    client.say(1, "hello").await;
    client.next_of("message").await;
    let mut again = world.connect().await;
    again.send(&json!({"type": "hello", "visitor": token, "last_seq": 1, "locale": "<script>"})).await;
    let welcome = again.next().await;
    assert_eq!((&welcome["locale"], &welcome["conversation"]), (&json!("nl"), &json!("05".repeat(16))));
}

#[tokio::test]
async fn a_daemon_that_stops_finishes_what_it_has_and_says_going_away() {
    let world = World::new().await;
    let (mut client, _) = world.visit().await;
    let receive = world.channel.receive(world.cx.clone());
    let stop = async {
        world.cx.shutdown.cancel();
        assert_eq!(client.closed().await, 1001);
    };
    let (received, ()) = tokio::join!(receive, stop);
    assert!(received.is_ok());
    assert_eq!(world.channel.open_sockets(), 0);
    assert_eq!(world.refused(&[]).await, 503);
}

#[tokio::test]
async fn a_thread_that_cannot_be_read_sends_the_client_away_for_later() {
    let world = World::new().await;
    world.memory.unreadable(true);
    let mut client = world.connect().await;
    client.send(&json!({"type": "hello"})).await;
    assert_eq!(client.closed().await, 1013);
    world.memory.unreadable(false);
    world.visit().await;
}

/// A token that says that the visitor is customer `number`, for `account`, good until second `until`.
fn identity(key: &str, account: &str, number: &str, until: u64) -> String {
    use base64::Engine;
    use hmac::{Hmac, KeyInit, Mac};
    let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let claims = json!({"aud": account, "exp": until, "sub": number, "email": "jan@shop.example", "name": "Jan"});
    let signed =
        format!("{}.{}", encode(b"{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), encode(claims.to_string().as_bytes()));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", encode(&mac.finalize().into_bytes()))
}

#[tokio::test]
async fn a_page_says_who_its_visitor_is_and_what_is_not_believed_is_nobody() {
    const KEY: &str = "a key of thirty-two characters..";
    let config = WebchatConfig { identity_key: Some(wissel_channels::Secret::new(KEY)), ..WebchatConfig::default() };
    let (intake, mut asked) = AskingIntake::new();
    let world = World::with(Setup { config, intake: Some(intake), ..Setup::default() }).await;
    let visitor = world.visit().await.1;
    let mut threads = Vec::new();
    for (token, believed) in [
        (Some(identity(KEY, "main", "K-1", 4_600)), true),
        (Some(identity(KEY, "main", "K-1", 2_000)), true),
        (Some(identity(KEY, "main", "K-2", 4_600)), true),
        (Some(identity("another key of thirty-two letters", "main", "K-1", 4_600)), false),
        (Some(identity(KEY, "other", "K-1", 4_600)), false),
        (Some(identity(KEY, "main", "K-1", 900)), false),
        (None, false),
    ] {
        let mut client = world.connect().await;
        client.send(&json!({"type": "hello", "visitor": visitor, "last_seq": 0, "identity": token})).await;
        if token.is_some() && !believed {
            assert_eq!(client.next().await["code"], "invalid_identity");
        }
        assert_eq!(client.next().await["type"], "welcome");
        let name = u8::try_from(threads.len()).unwrap();
        client.say(name, "Hallo").await;
        let (message, answer) = asked.recv().await.unwrap();
        answer.send(Ok(())).unwrap();
        let sender = message.sender.as_ref();
        assert_eq!(sender.is_some_and(|sender| sender.verified && sender.known_as.len() == 1), believed);
        assert_eq!(message.attributes.contains_key("identified"), believed);
        threads.push(message.thread);
    }
    assert_eq!(threads[0], threads[1], "another token, the same person");
    assert!(threads[0] != threads[2] && threads[0] != threads[3], "nobody reads what was said under another name");
    assert!(threads[3..].iter().all(|thread| *thread == threads[6]), "nobody known is the visitor that they were");
}
