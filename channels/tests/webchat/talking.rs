//! What a client says, and what it gets for it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use wissel_channels::contract::AskingIntake;
use wissel_channels::webchat::Limits;
use wissel_channels::{Author, IntakeError};

use super::world::{Setup, World, uuid};

#[tokio::test]
async fn a_message_is_acknowledged_and_comes_back_with_its_place() {
    let world = World::new().await;
    let (mut client, _) = world.visit().await;
    client.say(1, "Wanneer komt mijn pakket?").await;
    let (mut acked, mut placed) = (false, false);
    while !(acked && placed) {
        let frame = client.next().await;
        match frame["type"].as_str().unwrap() {
            "ack" => {
                assert_eq!(frame, json!({"type": "ack", "id": uuid(1)}));
                acked = true;
            }
            "message" => {
                let expected = json!({"type": "message", "seq": 1, "id": uuid(1), "from": "customer", "name": "",
                    "at": "2023-11-14T22:13:20.000Z", "text": "Wanneer komt mijn pakket?", "sources": []});
                assert_eq!(frame, expected);
                placed = true;
            }
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn the_same_id_again_gets_the_same_ack_and_changes_nothing_whatever_its_text() {
    let world = World::new().await;
    let (mut client, _) = world.visit().await;
    for text in ["eerst", "eerst", "iets anders"] {
        client.say(1, text).await;
        assert_eq!(client.next_of("ack").await, json!({"type": "ack", "id": uuid(1)}));
    }
    client.send(&json!({"type": "message", "id": uuid(1).to_uppercase(), "text": "hoofdletters"})).await;
    assert_eq!(client.next_of("ack").await["id"], uuid(1).to_uppercase());
    client.say(2, "daarna").await;
    client.next_of("ack").await;
    let view = wissel_channels::Transcript::read(&world.memory, world.memory.only_thread(), 0).await.unwrap();
    let texts: Vec<&str> = view.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["eerst", "daarna"]);
}

#[tokio::test]
async fn there_is_no_ack_while_the_intake_is_busy_and_a_hint_when_to_try_again() {
    let world = World::new().await;
    let (mut client, _) = world.visit().await;
    world.memory.busy(Some(Duration::from_millis(1500)));
    client.say(1, "hallo").await;
    let error = client.next().await;
    assert_eq!(
        (&error["type"], &error["code"], &error["retry_after"], &error["id"]),
        (&json!("error"), &json!("busy"), &json!(2), &json!(uuid(1)))
    );
    world.memory.busy(None);
    client.say(1, "hallo").await;
    client.next_of("ack").await;
    assert_eq!(world.memory.accepted(), 1);
}

#[tokio::test]
async fn what_waits_behind_a_busy_message_does_not_overtake_it() {
    let (intake, mut asked) = AskingIntake::new();
    let world = World::with(Setup { intake: Some(intake), ..Setup::default() }).await;
    let (mut client, _) = world.visit().await;
    for name in 1..=3 {
        client.say(name, "hallo").await;
    }
    let (first, answer) = asked.recv().await.unwrap();
    assert_eq!(first.provider_id, uuid(1));
    // The error for an empty message tells that the three before it have been read.
    client.say(9, " \n").await;
    assert_eq!(client.next().await["code"], "empty");
    answer.send(Err(IntakeError::Busy { retry_after: Duration::from_secs(1) })).unwrap();
    for name in 1..=3 {
        let error = client.next().await;
        assert_eq!((&error["code"], &error["id"]), (&json!("busy"), &json!(uuid(name))));
    }
    assert!(asked.messages.try_recv().is_err(), "the intake was asked for a message that was refused");
}

#[tokio::test]
async fn messages_of_a_client_go_in_one_by_one_and_in_order() {
    let (intake, mut asked) = AskingIntake::new();
    let world = World::with(Setup { intake: Some(intake), ..Setup::default() }).await;
    let (mut client, _) = world.visit().await;
    for name in 1..=20 {
        client.say(name, "hallo").await;
    }
    for name in 1..=20 {
        let (message, answer) = asked.recv().await.unwrap();
        assert_eq!(message.provider_id, uuid(name));
        assert!(asked.messages.try_recv().is_err(), "two messages of a thread at once");
        answer.send(Ok(())).unwrap();
        assert_eq!(client.next().await["id"], uuid(name));
    }
}

#[tokio::test]
async fn a_message_that_was_read_goes_in_though_its_client_has_gone() {
    let (intake, mut asked) = AskingIntake::new();
    let world = World::with(Setup { intake: Some(intake), ..Setup::default() }).await;
    let (mut client, _) = world.visit().await;
    client.say(1, "hallo").await;
    client.say(2, "en nog iets").await;
    client.say(3, "").await;
    assert_eq!(client.next().await["code"], "empty");
    drop(client);
    for name in 1..=2 {
        let (message, answer) = asked.recv().await.unwrap();
        assert_eq!(message.provider_id, uuid(name));
        answer.send(Ok(())).unwrap();
    }
}

#[tokio::test]
async fn pushed_lines_do_not_hold_up_an_ack() {
    let (intake, mut asked) = AskingIntake::new();
    let world = World::with(Setup { intake: Some(Arc::clone(&intake) as _), ..Setup::default() }).await;
    let (mut client, token) = world.visit().await;
    client.say(1, "hallo").await;
    let (message, answer) = asked.recv().await.unwrap();
    // Far more than a socket's buffers hold, and a client that does not read it yet.
    let long = "x".repeat(60_000);
    for number in 0..400 {
        world.memory.place(message.thread, Author::Bot, &number.to_string(), &long);
    }
    drop(client);
    answer.send(Ok(())).unwrap();
    let mut client = world.connect().await;
    client.hello(Some(&token), 0).await;
    client.say(2, "en?").await;
    let (_, answer) = asked.recv().await.unwrap();
    answer.send(Ok(())).unwrap();
    let mut before = 0;
    while client.next().await["type"] != "ack" {
        before += 1;
    }
    assert!(before < 400, "all {before} lines came before the ack");
}

#[tokio::test]
async fn wrong_messages_are_told_what_is_wrong_and_harm_nothing() {
    let limits = Limits { message_bytes: 10, ..Limits::default() };
    let world = World::with(Setup { limits, ..Setup::default() }).await;
    let (mut client, _) = world.visit().await;
    let cases = [
        (json!({"type": "message", "id": "1", "text": "a"}), "invalid_id"),
        (json!({"type": "message", "id": "x".repeat(500), "text": "a"}), "invalid_id"),
        (json!({"type": "message", "id": uuid(1), "text": ""}), "empty"),
        (json!({"type": "message", "id": uuid(1), "text": " \u{a0}\n"}), "empty"),
        (json!({"type": "message", "id": uuid(1), "text": "elf tekens!"}), "too_long"),
        (json!({"type": "message", "id": uuid(1), "text": "ééééé."}), "too_long"),
        (json!({"type": "message", "id": uuid(1), "text": "never"}), "invalid"),
        (json!({"type": "message", "id": uuid(1)}), "invalid"),
        (json!({"type": "message", "id": 1, "text": "a"}), "invalid"),
        (json!({"type": "dance"}), "unknown_type"),
        (json!({"type": null}), "invalid"),
        (json!([]), "invalid"),
    ];
    for (frame, code) in cases {
        client.send(&frame).await;
        let error = client.next().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)), "{frame}");
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()) && error.to_string().len() < 300);
    }
    client.send(&json!({"type": "message", "id": uuid(2), "text": "tien tien!", "new": {"field": [1]}})).await;
    client.next_of("ack").await;
    assert_eq!(world.memory.accepted(), 1);
}

#[tokio::test]
async fn odd_text_arrives_as_it_was_written() {
    let world = World::new().await;
    let (mut client, _) = world.visit().await;
    let combining = format!("e{}", "\u{301}".repeat(5000));
    for (name, text) in ["\u{202e}txet\u{0}\u{7}", "🙂👩‍👩‍👧‍👦", combining.as_str(), "</script><b>"].into_iter().enumerate()
    {
        client.say(u8::try_from(name).unwrap(), text).await;
        assert_eq!(client.next_of("message").await["text"], text);
    }
}

#[tokio::test]
async fn a_visitor_who_sends_too_many_is_told_when_to_go_on_and_others_are_not() {
    let limits = Limits { messages_per_minute: 3, ..Limits::default() };
    let world = World::with(Setup { limits, ..Setup::default() }).await;
    let (mut client, token) = world.visit().await;
    for name in 1..=3 {
        client.say(name, "hallo").await;
        client.next_of("ack").await;
    }
    let mut second_tab = world.connect().await;
    second_tab.hello(Some(&token), 0).await;
    for tab in [&mut client, &mut second_tab] {
        tab.say(4, "hallo").await;
        let error = tab.next_of("error").await;
        assert_eq!((&error["code"], &error["id"]), (&json!("too_many"), &json!(uuid(4))));
        let wait = error["retry_after"].as_u64().unwrap();
        assert!((1..=20).contains(&wait), "{wait}");
    }
    let (mut other, _) = world.visit().await;
    other.say(1, "hallo").await;
    other.next_of("ack").await;
}

#[tokio::test]
async fn two_visitors_with_one_uuid_have_two_messages() {
    let world = World::new().await;
    for text in ["de een", "de ander"] {
        let (mut client, _) = world.visit().await;
        client.say(1, text).await;
        assert_eq!(client.next_of("message").await["text"], text);
    }
    assert_eq!(world.memory.accepted(), 2);
}
