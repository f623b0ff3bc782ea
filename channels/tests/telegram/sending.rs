//! What leaves: in pieces, in its turn, once; and what becomes of it when Telegram says no.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use wissel_channels::splitting::units;
use wissel_channels::{Attachment, Author, Blobs, Channel, Replied, SendError, Settled, UnixMillis};
use wissel_fakes::BotFault;

use crate::world::World;

#[tokio::test]
async fn parts_are_one_text_and_a_person_is_named_and_answers_a_message() {
    let world = World::idle(|_| {});
    let mut message = World::saying(7, 1, "Ik zoek het uit.");
    message.parts[0].from = Author::Staff;
    message.parts[0].name = "Eva".to_owned();
    let (name, text, at) = ("Sanne".to_owned(), "Waar is het?".to_owned(), UnixMillis(0));
    message.replies_to = Some(Replied { provider_id: "7:33".to_owned(), at, name, text });
    let id = world.say(&message).await.unwrap();
    let sent = world.api.sent(7).remove(0);
    assert_eq!(id, format!("7:{}", sent.answer["result"]["message_id"]));
    assert_eq!(sent.text(), "Eva\nIk zoek het uit.");
    assert_eq!(sent.parameters["entities"], json!([{"type": "bold", "offset": 0, "length": 3}]));
    assert_eq!(sent.parameters["reply_parameters"]["message_id"], 33);
}

#[tokio::test]
async fn a_long_text_goes_in_pieces_and_a_retry_does_not_repeat_them() {
    let world = World::idle(|config| config.chat_messages_per_second = 0.0);
    let text = "👩\u{200d}💻 wóórd ".repeat(900);
    let mut message = World::saying(7, 1, &text);
    let wait = BotFault::Answer(429, "Too Many Requests: retry after 0", json!({"retry_after": 0}));
    world.api.fault_after(1, "sendMessage", Some(7), wait.clone());
    world.api.fault_after(0, "sendMessage", Some(7), wait);
    for attempt in 1..=2 {
        message.attempt = attempt;
        let sent = world.bot.send(&message, &world.memory.sending()).await;
        assert!(matches!(sent, Err(SendError::Retry { .. })), "{sent:?}");
    }
    message.attempt = 3;
    world.say(&message).await.unwrap();
    let sent = world.api.sent(7);
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let whole: String = sent.iter().map(|call| bare(call.text())).collect();
    assert_eq!(whole, bare(&text));
    assert!(sent.len() >= 3 && sent.iter().all(|call| units(call.text()) <= 4096));
}

#[tokio::test]
async fn pieces_that_were_sent_are_not_forgotten_where_they_cannot_be_noted() {
    let world = World::idle(|config| config.chat_messages_per_second = 0.5);
    world.memory.fail_marks(true);
    let message = World::saying(7, 1, &"woord ".repeat(1000));
    let sent = world.bot.send(&message, &world.memory.sending()).await;
    assert!(matches!(&sent, Err(SendError::Unknown(why)) if why.contains("1 of 2 parts")), "{sent:?}");
}

#[tokio::test]
async fn every_no_has_its_outcome() {
    let world = World::idle(|config| config.chat_messages_per_second = 0.0);
    let cases: [(BotFault, &str); 8] = [
        (
            BotFault::Answer(403, "Forbidden: bot was blocked by the user", Value::Null),
            "Reject(\"unreachable on Telegram",
        ),
        (BotFault::Answer(400, "Bad Request: chat not found", Value::Null), "Reject(\"unreachable on Telegram"),
        (BotFault::Answer(400, "Bad Request: something", Value::Null), "Reject(\"Telegram refuses it"),
        (BotFault::LoseAnswer, "Unknown("),
        (BotFault::Cut, "Unknown("),
        (BotFault::Answer(429, "Too Many Requests: retry after 3", json!({"retry_after": 3})), "Retry { after: 3."),
        (BotFault::Answer(409, "Conflict: terminated by other getUpdates request", Value::Null), "Retry {"),
        (BotFault::Answer(401, "Unauthorized", Value::Null), "Retry { after: "),
    ];
    for (number, (fault, expected)) in (1..).zip(cases) {
        let chat = i64::from(number);
        world.api.fault("sendMessage", Some(chat), fault.clone());
        let said = world.say(&World::saying(chat, number, "hoi")).await.unwrap_err();
        assert!(said.starts_with(expected), "{fault:?}: {said}");
        assert!(!said.contains(world.api.token()) && !said.contains("hoi"), "{said}");
    }
    // A token that is not good holds the whole bot back; what is to be sent waits.
    assert!(world.say(&World::saying(20, 20, "hoi")).await.unwrap_err().starts_with("Retry"));
    let mut nowhere = World::saying(21, 21, "hoi");
    nowhere.route = None;
    assert!(world.say(&nowhere).await.unwrap_err().starts_with("Reject"));
    let settled = world.bot.settle(&nowhere, &world.memory.sending()).await.unwrap();
    assert_eq!(settled, Settled::Unknown);
}

#[tokio::test]
async fn a_bot_api_that_is_away_is_tried_again() {
    let gone = World::idle(|config| config.api = "http://127.0.0.1:1".to_owned());
    assert!(gone.say(&World::saying(7, 1, "hoi")).await.unwrap_err().starts_with("Retry"));
}

#[tokio::test]
async fn a_chat_that_must_wait_does_not_hold_the_others() {
    let world = World::idle(|_| {});
    world.api.fault("sendMessage", Some(7), BotFault::Answer(429, "Too Many Requests", json!({"retry_after": 30})));
    assert!(world.say(&World::saying(7, 1, "een")).await.is_err());
    assert!(world.say(&World::saying(7, 2, "twee")).await.unwrap_err().starts_with("Retry { after: "));
    assert_eq!(world.say(&World::saying(8, 3, "drie")).await.unwrap(), "8:1");
    assert_eq!(world.api.refused().len(), 1, "nothing is asked while it must wait");
}

#[tokio::test]
async fn a_group_that_moves_meanwhile_gets_its_answer_once() {
    let world = World::idle(|_| {});
    world.api.move_group(-5, -1_005);
    let id = world.say(&World::saying(-5, 1, "Morgen.")).await.unwrap();
    assert!(id.starts_with("-1005:"), "{id}");
    assert_eq!((world.api.sent(-5).len(), world.api.sent(-1_005).len()), (0, 1));
}

#[tokio::test]
async fn files_go_as_what_they_are() {
    let world = World::idle(|config| config.chat_messages_per_second = 0.0);
    let mut message = World::saying(7, 1, "Zie de bijlagen.");
    for (name, media_type) in [("bon.pdf", "application/pdf"), ("foto.png", "image/png"), ("x.svg", "image/svg+xml")] {
        message.attachments.push(world.memory.put(name, media_type, name.as_bytes().to_vec()).await.unwrap());
    }
    world.say(&message).await.unwrap();
    let sent = world.api.sent(7);
    let methods: Vec<&str> = sent.iter().map(|call| call.method.as_str()).collect();
    assert_eq!(methods, ["sendMessage", "sendDocument", "sendPhoto", "sendDocument"]);
    assert_eq!(sent[1].files[0].1, "bon.pdf");
    assert_eq!(sent[1].files[0].2, b"bon.pdf");
    message.attachments = vec![Attachment { hash: "0".repeat(64), ..message.attachments[0].clone() }];
    message.command = World::saying(7, 2, "").command;
    assert!(world.say(&message).await.unwrap_err().contains("1 of 2 parts were sent") || world.api.sent(7).len() == 4);
}

#[tokio::test]
async fn a_picture_that_telegram_makes_none_of_goes_as_a_file() {
    let world = World::idle(|config| config.chat_messages_per_second = 0.0);
    let mut message = World::saying(7, 1, "Het hele scherm.");
    message.attachments.push(world.memory.put("scherm.png", "image/png", b"long".to_vec()).await.unwrap());
    let no_picture = BotFault::Answer(400, "Bad Request: PHOTO_INVALID_DIMENSIONS", Value::Null);
    world.api.fault("sendPhoto", Some(7), no_picture);
    world.say(&message).await.unwrap();
    let sent = world.api.sent(7);
    assert_eq!(sent.iter().map(|call| call.method.as_str()).collect::<Vec<_>>(), ["sendMessage", "sendDocument"]);
    assert_eq!((sent[1].files[0].1.as_str(), sent[1].files[0].2.as_slice()), ("scherm.png", b"long".as_slice()));
}

/// P15: a storm of refusals, then everything at once: never more than 110 % of the rate in any ten seconds.
#[tokio::test]
async fn after_an_outage_nothing_leaves_in_a_crowd() {
    let rate = 20.0;
    let world = World::idle(|config| config.messages_per_second = rate);
    for chat in 1..=20 {
        world.api.fault(
            "sendMessage",
            Some(chat),
            BotFault::Answer(429, "Too Many Requests", json!({"retry_after": 1})),
        );
    }
    let deliver = async |chat: i64| {
        let mut message = World::saying(chat, u32::try_from(chat).unwrap(), "hoi");
        loop {
            match world.bot.send(&message, &world.memory.sending()).await {
                Ok(_) => return message.attempt,
                Err(SendError::Retry { after, .. }) => tokio::time::sleep(after).await,
                Err(error) => panic!("{error}"),
            }
            message.attempt += 1;
        }
    };
    let attempts = join_all((1..=60).map(deliver)).await;
    let calls: Vec<Instant> =
        world.api.calls().iter().filter(|call| call.method == "sendMessage").map(|call| call.at).collect();
    let tried: Vec<Instant> = calls.iter().copied().chain(world.api.refused().iter().map(|(_, _, at)| *at)).collect();
    let most = |window: Duration| {
        let within =
            |from: &Instant| tried.iter().filter(|at| **at >= *from && at.duration_since(*from) < window).count();
        tried.iter().map(within).max().unwrap_or_default()
    };
    println!(
        "60 messages, 20 refused first: at most {} in 1 s, tries {}",
        most(Duration::from_secs(1)),
        attempts.iter().sum::<u32>()
    );
    assert_eq!(calls.len(), 60);
    assert!(most(Duration::from_secs(1)) <= 22, "{}", most(Duration::from_secs(1)));
}
