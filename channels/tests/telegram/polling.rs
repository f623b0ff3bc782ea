//! Updates that are polled for: durable before they are confirmed, whatever happens in between.

use serde_json::{Value, json};
use wissel_channels::reading::Kind;
use wissel_fakes::BotFault;

use crate::memory::{Hears, MOST};
use crate::world::{World, picture};

#[tokio::test]
async fn an_update_is_confirmed_when_it_is_durable_and_not_before() {
    let world = World::idle(|_| {});
    world.memory.refuse(3);
    world.api.say(7, "hallo");
    let world = world.receive();
    let accepted = world.memory.until_accepted(1).await;
    assert_eq!((accepted[0].text.as_str(), accepted[0].provider_id.as_str()), ("hallo", "7:1"));
    assert_eq!(accepted[0].route.as_deref(), Some(r#"{"chat":7}"#));
    assert_eq!(accepted[0].sender.as_ref().map(|sender| (sender.address.as_str(), sender.verified)), Some(("7", true)));
    world.api.confirmed().await;
    assert!(world.memory.beats() > 0);
    let polls = world.api.calls().into_iter().filter(|call| call.method == "getUpdates");
    let offsets: Vec<Value> = polls.map(|call| call.parameters["offset"].clone()).collect();
    assert_eq!(offsets[0], Value::Null, "no offset before anything was stored: {offsets:?}");
}

#[tokio::test]
async fn what_was_not_confirmed_comes_again_and_is_one_message() {
    let world = World::polling();
    world.api.say(7, "een");
    world.memory.until_accepted(1).await;
    let world = world.again().await;
    world.api.say(7, "twee");
    let accepted = world.memory.until_accepted(2).await;
    world.api.confirmed().await;
    assert_eq!(accepted.len(), 2);
    assert_eq!(world.memory.accepted().len(), 2);
}

#[tokio::test]
async fn numbers_of_updates_may_jump_up_and_down() {
    let world = World::polling();
    for (jump, text) in [(900_000_000, "een"), (5, "twee"), (6, "drie"), (100, "vier")] {
        world.api.jump(jump);
        world.api.say(7, text);
        world.api.confirmed().await;
    }
    let texts: Vec<String> = world.memory.accepted().into_iter().map(|message| message.text).collect();
    assert_eq!(texts, ["een", "twee", "drie", "vier"]);
}

#[tokio::test]
async fn a_rival_costs_nothing_but_time() {
    let world = World::idle(|_| {});
    world.api.set_webhook(Some(("http://127.0.0.1:1/other", "word")));
    world.api.say(7, "hallo");
    let world = world.receive();
    let refused = || world.api.refused().iter().any(|(_, code, _)| *code == 409).then_some(());
    world.api.changes().until("409", refused).await;
    world.api.set_webhook(None);
    world.memory.until_accepted(1).await;
    let terminated =
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    world.api.fault("getUpdates", None, BotFault::Answer(409, terminated, Value::Null));
    world.api.fault("getUpdates", None, BotFault::Answer(429, "Too Many Requests", json!({"retry_after": 1})));
    world.api.fault("getUpdates", None, BotFault::Cut);
    world.api.say(7, "nog een");
    world.memory.until_accepted(2).await;
}

#[tokio::test]
async fn an_album_is_one_message_also_when_its_pieces_come_apart() {
    let world = World::idle(|_| {});
    for file in ["a", "b", "c"] {
        world.api.file(file, file.as_bytes());
    }
    world.api.say(7, "kijk:");
    world.api.message(7, &picture("a", "g1"));
    let world = world.receive();
    world.memory.until_accepted(1).await;
    world.api.message(7, &picture("b", "g1"));
    let mut last = picture("c", "g1");
    last["caption"] = "kapot".into();
    world.api.message(7, &last);
    world.api.say(7, "zie je?");
    let accepted = world.memory.until_accepted(3).await;
    let album = accepted.iter().find(|message| message.text == "kapot").unwrap();
    let files: Vec<_> = album.attachments.iter().map(|file| world.memory.blob(&file.hash).unwrap()).collect();
    assert_eq!(files, [b"a", b"b", b"c"]);
    assert_eq!(accepted.len(), 3);
}

#[tokio::test]
async fn files_are_fetched_and_those_that_cannot_be_say_why() {
    let world = World::polling();
    let size = usize::try_from(MOST).unwrap() + 1;
    world.api.file("voice", b"OggS");
    world.api.file("large", &vec![0; size]);
    world.api.message(7, &json!({"voice": {"file_id": "voice", "file_unique_id": "v", "duration": 3}}));
    world.api.message(8, &json!({"document": {"file_id": "large", "file_unique_id": "l", "file_size": size}}));
    world.api.message(9, &json!({"document": {"file_id": "large", "file_unique_id": "l"}}));
    world.api.message(
        10,
        &json!({"document": {"file_id": "gone", "file_unique_id": "g", "file_name": "../../x\u{202e}.pdf"}}),
    );
    let accepted = world.memory.until_accepted(4).await;
    let file = |chat: &str| {
        let message = accepted.iter().find(|message| message.provider_id.starts_with(&format!("{chat}:"))).unwrap();
        message.attachments[0].clone()
    };
    assert_eq!((world.memory.blob(&file("7").hash).unwrap(), file("7").name.as_str()), (b"OggS".to_vec(), "voice.ogg"));
    for chat in ["8", "9"] {
        assert!(file(chat).refused.is_some_and(|why| why.contains("at most") || why.contains("more than")), "{chat}");
    }
    assert!(file("10").refused.is_some_and(|why| why.contains("file_id")) && file("10").name == "x.pdf");
}

#[tokio::test]
async fn what_is_said_in_a_voice_note_is_written_down_where_somebody_does_and_the_file_stays() {
    let mut world = World::idle(|_| {});
    world.cx.scribe = Some(std::sync::Arc::new(Hears("Waar blijft\u{202e} mijn pakket?")));
    let world = world.receive();
    for (chat, content) in [(7, b"OggS".as_slice()), (8, b"silence")] {
        let id = format!("voice{chat}");
        world.api.file(&id, content);
        let voice = json!({"file_id": id, "file_unique_id": id, "duration": 3, "mime_type": "audio/ogg"});
        world.api.message(chat, &json!({ "voice": voice }));
    }
    let accepted = world.memory.until_accepted(2).await;
    let of = |chat: &str| accepted.iter().find(|message| message.provider_id.starts_with(chat)).unwrap();
    assert_eq!((of("7:").text.as_str(), of("7:").attachments.len()), ("[voice note] Waar blijft mijn pakket?", 1));
    assert_eq!((of("8:").text.as_str(), of("8:").attachments.len()), ("", 1));
}

#[tokio::test]
async fn a_start_is_no_message_and_its_parameter_a_fact_of_the_next() {
    let world = World::polling();
    let command = json!([{"type": "bot_command", "offset": 0, "length": 6}]);
    world.api.message(7, &json!({"text": "/start order-40123", "entities": command}));
    world.api.say(7, "waar is het?");
    let accepted = world.memory.until_accepted(1).await;
    world.api.confirmed().await;
    assert_eq!((accepted[0].text.as_str(), accepted[0].attributes["start"].as_str()), ("waar is het?", "order-40123"));
    assert_eq!(world.memory.accepted().len(), 1);
}

#[tokio::test]
async fn edits_are_versions_and_what_is_not_said_to_us_is_left_out() {
    let world = World::polling();
    world.api.message(-100, &json!({"text": "hallo allemaal"}));
    let id = world.api.say(7, "maat M");
    let chat = json!({"id": 7, "type": "private", "first_name": "Sanne"});
    let from = json!({"id": 7, "is_bot": false, "first_name": "Sanne"});
    world.api.update(json!({"edited_message": {"message_id": id, "date": 1, "edit_date": 5, "chat": chat, "from": from, "text": "maat L"}}));
    world.api.update(
        json!({"message_reaction": {"chat": chat, "message_id": id, "date": 1, "user": from, "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": "👍"}]}}),
    );
    world.api.confirmed().await;
    let accepted = world.memory.accepted();
    assert_eq!(accepted.len(), 3, "{accepted:?}");
    assert_eq!((accepted[1].kind, accepted[1].edits.as_deref()), (Kind::Edit, Some(format!("7:{id}").as_str())));
    assert_eq!(accepted[1].thread, accepted[0].thread);
    assert_eq!(
        (accepted[2].kind, accepted[2].text.as_str()),
        (Kind::Reaction, "👍"),
        "for whoever has the conversation"
    );
    assert_eq!(world.memory.turned_away(), ["overheard", "reaction"], "no messages, and counted");
}

#[tokio::test]
async fn what_is_not_known_is_kept_raw_and_harms_nobody() {
    let world = World::polling();
    world.api.message(7, &json!({"hologram": {"id": 1}}));
    world.api.update(json!({"message": {"message_id": "two"}}));
    world.api.update(json!({"teleported": 5}));
    world.api.say(7, "hallo");
    let accepted = world.memory.until_accepted(2).await;
    world.api.confirmed().await;
    let kept = accepted.iter().find(|message| message.kind == Kind::Unsupported).unwrap();
    let raw = world.memory.blob(&kept.attachments[0].hash).unwrap();
    assert!(String::from_utf8(raw).unwrap().contains("hologram"));
    assert!(accepted.iter().any(|message| message.text == "hallo" && message.thread == kept.thread));
}

#[tokio::test]
async fn a_group_that_moves_keeps_its_thread() {
    let world = World::polling();
    let addressed =
        json!({"text": "@shop_bot waar is het?", "entities": [{"type": "mention", "offset": 0, "length": 9}]});
    world.api.message(-5, &addressed);
    let before = world.memory.until_accepted(1).await.remove(0);
    world.api.message(-5, &json!({"migrate_to_chat_id": -1_005}));
    world.api.message(-1_005, &json!({"migrate_from_chat_id": -5}));
    world.api.message(-1_005, &addressed);
    let after = world.memory.until_accepted(2).await.remove(1);
    assert_eq!(before.thread, after.thread);
    assert_eq!(after.route.as_deref(), Some(r#"{"chat":-1005}"#));
    // An answer on the old way arrives in the new group.
    let mut answer = World::saying(-5, 1, "Morgen.");
    answer.route = before.route;
    assert_eq!(world.say(&answer).await.unwrap().split(':').next(), Some("-1005"));
}
