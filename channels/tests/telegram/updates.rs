//! Updates made up on the spot.

use proptest::prelude::*;
use serde_json::{Value, json};
use wissel_channels::Understood;
use wissel_channels::contract::{is_shown_without_harm, odd_texts};
use wissel_channels::reading::Kind;

use crate::{bot, message, read};

fn one(fields: &Value) -> Understood {
    only(&json!({"update_id": 1, "message": message(fields)}))
}

fn only(update: &Value) -> Understood {
    let mut reading = read(update);
    assert_eq!((reading.messages.len(), reading.unsupported.len()), (1, 0), "{update}");
    reading.messages.remove(0)
}

#[test]
fn a_text_is_a_message_with_its_links() {
    let found = one(
        &json!({"text": "👋 zie hier", "entities": [{"type": "text_link", "offset": 7, "length": 4, "url": "https://a.example"}]}),
    );
    assert_eq!(found.text, "👋 zie hier (https://a.example)");
    assert_eq!((found.from.address.as_str(), found.from.name.as_str(), found.from.verified), ("7", "Sanne Bos", true));
    assert_eq!((found.provider_id.as_str(), found.locale.as_deref()), ("7:10", Some("nl")));
    assert_eq!(found.attributes["username"], "sanne");
}

#[test]
fn odd_texts_are_shown_without_harm() {
    for (name, text) in odd_texts() {
        is_shown_without_harm(name, &text, &one(&json!({ "text": text })).text);
    }
}

#[test]
fn a_broken_entity_is_harmless() {
    let found = one(
        &json!({"text": "👋", "entities": [{"type": "text_link", "offset": 1, "length": 4_000_000_000_u32, "url": "x"}]}),
    );
    assert_eq!(found.text, "👋 (x)");
}

#[test]
fn start_has_its_parameter_as_a_fact() {
    let start =
        |text: &str| one(&json!({"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}));
    let found = start("/start order-40123");
    assert_eq!((found.text.as_str(), found.attributes["start"].as_str()), ("", "order-40123"));
    assert_eq!(start("/start").attributes["start"], "");
    assert!(!one(&json!({"text": "/start x"})).attributes.contains_key("start"));
}

#[test]
fn kinds_without_text_have_words_for_staff() {
    for (fields, text, file) in [
        (json!({"sticker": {"file_id": "s", "emoji": "😀"}}), "[sticker] 😀", Some("sticker.webp")),
        (json!({"location": {"latitude": 52.1, "longitude": 5.1}}), "[location] 52.100000, 5.100000", None),
        (json!({"contact": {"phone_number": "+316", "first_name": "Jan"}}), "[contact] Jan, +316", None),
        (json!({"voice": {"file_id": "v", "duration": 3, "file_size": 900}}), "", Some("voice.ogg")),
        (
            json!({"photo": [{"file_id": "small", "file_size": 1}, {"file_id": "large", "file_size": 9}], "caption": "kapot"}),
            "kapot",
            Some("photo.jpg"),
        ),
        (
            json!({"document": {"file_id": "d", "file_name": "a/b\u{202e}.pdf", "mime_type": "application/pdf"}}),
            "",
            Some("b.pdf"),
        ),
    ] {
        let found = one(&fields);
        assert_eq!(found.text, text);
        assert_eq!(found.attachments.first().map(|file| file.name.as_str()), file);
    }
    let photo = one(&json!({"photo": [{"file_id": "small", "file_size": 1}, {"file_id": "large", "file_size": 9}]}));
    assert_eq!(photo.attachments[0].place, "large");
}

#[test]
fn an_edit_is_a_version_and_an_answer_names_what_it_answers() {
    let text = one(&json!({"text": "a"}));
    let edit =
        |date: i64| only(&json!({"update_id": 2, "edited_message": message(&json!({"text": "b", "edit_date": date}))}));
    let (first, second) = (edit(1), edit(2));
    assert_eq!((first.kind, first.reply_to.as_deref(), first.thread), (Kind::Edit, Some("7:10"), text.thread));
    assert!(first.id != text.id && first.id != second.id && first.id == edit(1).id);
    let answer = one(
        &json!({"text": "c", "reply_to_message": {"message_id": 9, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "Welke maat?"}}),
    );
    assert_eq!((answer.reply_to.as_deref(), answer.quoted.as_str()), (Some("7:9"), "Welke maat?"));
}

#[test]
fn an_album_is_one_message() {
    let photo = |id: i64, more: Value| {
        let mut fields =
            json!({"message_id": id, "media_group_id": "g1", "photo": [{"file_id": format!("f{id}"), "file_size": 5}]});
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"update_id": id, "message": message(&fields)})
    };
    let updates = json!([photo(1, json!({})), photo(2, json!({"caption": "twee foto's"})), {"update_id": 3, "message": message(&json!({"text": "x"}))}]);
    let reading = read(&json!({"ok": true, "result": updates}));
    assert_eq!(reading.messages.len(), 2);
    assert_eq!((reading.messages[0].text.as_str(), reading.messages[0].attachments.len()), ("twee foto's", 2));
    assert_eq!(reading.messages[0].attachments[1].name, "photo (2).jpg");
    let alone = read(&json!({"ok": true, "result": [updates[0]]}));
    assert_ne!(alone.messages[0].id, reading.messages[0].id, "what came alone before is not all of it");
    assert_eq!(alone.messages[0].provider_id, reading.messages[0].provider_id);
}

#[test]
fn in_a_group_only_what_is_said_to_us_counts() {
    let group = |fields: Value| {
        let mut fields = fields;
        fields["chat"] = json!({"id": -100, "type": "supergroup", "title": "Klanten"});
        one(&fields)
    };
    assert_eq!(group(json!({"text": "hallo allemaal"})).kind, Kind::Overheard);
    let mention =
        json!({"text": "@Shop_Bot waar is het?", "entities": [{"type": "mention", "offset": 0, "length": 9}]});
    let found = group(mention);
    assert_eq!((found.kind, found.text.as_str()), (Kind::Message, "waar is het?"));
    let other = json!({"text": "@other_bot hoi", "entities": [{"type": "mention", "offset": 0, "length": 10}]});
    assert_eq!(group(other).kind, Kind::Overheard);
    let command = json!({"text": "/help@shop_bot", "entities": [{"type": "bot_command", "offset": 0, "length": 14}]});
    assert_eq!(group(command).kind, Kind::Message);
    let answer = json!({"text": "ja", "reply_to_message": {"message_id": 9, "from": {"id": 1, "is_bot": true, "first_name": "S", "username": "shop_bot"}}});
    assert_eq!(group(answer).kind, Kind::Message);
    assert_ne!(group(json!({"text": "x", "message_thread_id": 4, "is_topic_message": true})).thread, found.thread);
}

#[test]
fn what_happens_to_a_chat_is_an_event() {
    let blocked = json!({"update_id": 5, "my_chat_member": {"chat": {"id": 7, "type": "private"}, "from": {"id": 7, "is_bot": false, "first_name": "S"},
        "date": 1, "old_chat_member": {"status": "member"}, "new_chat_member": {"status": "kicked"}}});
    let found = only(&blocked);
    assert_eq!((found.kind, found.attributes["membership"].as_str()), (Kind::Service, "kicked"));
    assert_eq!(found.thread, one(&json!({"text": "x"})).thread);
    let moved = one(&json!({"chat": {"id": -5, "type": "group"}, "migrate_to_chat_id": -100}));
    assert_eq!((moved.kind, moved.attributes["moved_to"].as_str()), (Kind::Service, "-100"));
    let reaction = json!({"update_id": 6, "message_reaction": {"chat": {"id": 7, "type": "private"}, "message_id": 9, "date": 1, "user": {"id": 7, "is_bot": false, "first_name": "S"},
        "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}});
    assert_eq!((only(&reaction).kind, only(&reaction).text.as_str()), (Kind::Reaction, "👍"));
}

#[test]
fn what_is_not_known_is_kept_raw_for_a_person() {
    let reading = read(&json!({"update_id": 1, "message": message(&json!({"hologram": {"id": 1}}))}));
    assert_eq!(reading.unsupported[0].thread, Some(one(&json!({"text": "x"})).thread));
    assert!(reading.unsupported[0].raw.contains("hologram"));
    for update in ["", "{", "null", "5", "{\"update_id\":1}", "{\"update_id\":1,\"message\":5}", &"[".repeat(100_000)] {
        let reading = bot().read(update.as_bytes());
        assert_eq!((reading.messages.len(), reading.unsupported.len()), (0, 1), "{}", &update[..update.len().min(30)]);
    }
}

#[test]
fn an_update_that_is_not_as_described_harms_itself_alone() {
    let good = |id: i64| json!({"update_id": id, "message": message(&json!({"text": "x", "message_id": id}))});
    let reading = read(&json!([good(1), {"update_id": 2, "message": {"message_id": "two"}}, good(3)]));
    assert_eq!((reading.messages.len(), reading.unsupported.len()), (2, 1));
}

proptest! {
    #[test]
    fn no_text_and_no_entity_make_it_panic(
        text in "(\\PC|👩‍💻|@shop_bot|/start ){0,20}",
        spans in proptest::collection::vec((any::<u32>(), any::<u32>(), prop::sample::select(vec!["mention", "bot_command", "text_link"])), 0..5),
        group in any::<bool>(),
    ) {
        let entities: Vec<Value> = spans.iter().map(|(offset, length, kind)| json!({"type": kind, "offset": offset % 30, "length": length, "url": "u"})).collect();
        let chat = json!({"id": 1, "type": if group { "group" } else { "private" }});
        let reading = read(&json!({"update_id": 1, "message": message(&json!({"text": text, "entities": entities, "chat": chat}))}));
        prop_assert_eq!(reading.messages.len() + reading.unsupported.len(), 1);
    }

    #[test]
    fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(bot().read(&body).messages.is_empty());
    }
}
