//! Webhooks made up on the spot.

use proptest::prelude::*;
use serde_json::{Value, json};
use wissel_channels::Understood;
use wissel_channels::contract::{is_shown_without_harm, odd_texts};
use wissel_channels::reading::{Kind, Progress};

use crate::{message, numbers, read, webhook};

fn one(raw: Value) -> Understood {
    let mut reading = read(&webhook(&[raw], &[]));
    assert_eq!((reading.messages.len(), reading.unsupported.len()), (1, 0));
    reading.messages.remove(0)
}

#[test]
fn a_text_is_a_message_of_a_verified_number() {
    let mut raw = message("wamid.1", "text", &json!({"body": "Waar\u{202e}\u{0} is het?"}));
    raw["context"] = json!({"from": "3101", "id": "wamid.0"});
    let found = one(raw);
    assert_eq!((found.text.as_str(), found.kind), ("Waar is het?", Kind::Message));
    assert_eq!((found.from.address.as_str(), found.from.name.as_str()), ("31600000001", "Sanne Bos"));
    assert!(found.from.verified);
    assert_eq!((found.reply_to.as_deref(), found.provider_id.as_str()), (Some("wamid.0"), "wamid.1"));
    assert_eq!(found.at.unwrap().0, 1_749_416_383_000);
}

#[test]
fn odd_texts_are_shown_without_harm() {
    for (name, text) in odd_texts() {
        let found = one(message("wamid.1", "text", &json!({ "body": text })));
        is_shown_without_harm(name, &text, &found.text);
    }
}

#[test]
fn every_kind_has_words_for_staff() {
    for (kind, content, text) in [
        ("location", json!({"latitude": 52.1, "longitude": 5.1, "name": "Dom"}), "[location] Dom, 52.100000, 5.100000"),
        ("button", json!({"text": "Ja", "payload": "yes"}), "Ja"),
        ("interactive", json!({"type": "list_reply", "list_reply": {"id": "1", "title": "Maat M"}}), "Maat M"),
        ("interactive", json!({"type": "button_reply", "button_reply": {"id": "1", "title": "Stop"}}), "Stop"),
        ("order", json!({"product_items": [{"product_retailer_id": "x1", "quantity": 2}]}), "[order] 2 × x1"),
    ] {
        assert_eq!(one(message("wamid.1", kind, &content)).text, text);
    }
    let contact = json!([{"name": {"formatted_name": "Jan"}, "phones": [{"phone": "+31 6"}]}]);
    assert_eq!(one(message("wamid.1", "contacts", &contact)).text, "[contact] Jan, +31 6");
}

#[test]
fn files_reactions_and_changes_of_number_are_told_apart() {
    let document = json!({"id": "77", "mime_type": "application/pdf", "filename": "../bon.pdf", "caption": "de bon"});
    let found = one(message("wamid.1", "document", &document));
    assert_eq!((found.text.as_str(), found.attachments[0].name.as_str()), ("de bon", "bon.pdf"));
    assert_eq!(found.attachments[0].place, "77");
    let voice =
        one(message("wamid.1", "audio", &json!({"id": "78", "mime_type": "audio/ogg; codecs=opus", "voice": true})));
    assert_eq!((voice.attachments[0].name.as_str(), voice.attributes["voice_note"].as_str()), ("audio.ogg", "true"));
    let reaction = one(message("wamid.2", "reaction", &json!({"message_id": "wamid.1", "emoji": "👍"})));
    assert_eq!(
        (reaction.kind, reaction.text.as_str(), reaction.reply_to.as_deref()),
        (Kind::Reaction, "👍", Some("wamid.1"))
    );
    let system = json!({"body": "User changed number", "wa_id": "31600000002", "type": "user_changed_number"});
    let moved = one(message("wamid.3", "system", &system));
    assert_eq!((moved.kind, moved.attributes["new_number"].as_str()), (Kind::Service, "31600000002"));
}

#[test]
fn of_seventy_at_once_the_malformed_one_is_parked() {
    let mut messages: Vec<Value> =
        (0..20).map(|at| message(&format!("wamid.{at}"), "text", &json!({"body": format!("nr {at}")}))).collect();
    messages[7] = json!({"from": "31600000001", "id": "wamid.7", "type": "text", "text": {"body": 7}});
    let statuses: Vec<Value> = (0..50).map(|at| json!({"id": format!("wamid.s{at}"), "status": "delivered"})).collect();
    let reading = read(&webhook(&messages, &statuses));
    assert_eq!((reading.messages.len(), reading.statuses.len(), reading.unsupported.len()), (19, 50, 1));
    assert!(reading.unsupported[0].raw.contains("wamid.7"));
    assert!(!reading.unsupported[0].why.contains("31600000001"));
}

#[test]
fn what_whatsapp_does_not_pass_on_is_told_to_people_in_its_thread() {
    let mut raw = message("wamid.1", "unsupported", &Value::Null);
    raw["errors"] = json!([{"code": 131_051, "title": "Message type unknown"}]);
    let reading = read(&webhook(&[raw, message("wamid.2", "text", &json!({"body": "x"}))], &[]));
    assert_eq!(reading.unsupported[0].thread, Some(reading.messages[0].thread));
    assert!(reading.unsupported[0].why.contains("131051"));
}

#[test]
fn statuses_say_how_far_and_why_not() {
    let failed = json!({"id": "wamid.1", "status": "failed", "errors": [{"code": 131_047, "title": "Re-engagement message",
        "error_data": {"details": "More than 24 hours have passed"}}]});
    let reading = read(&webhook(
        &[],
        &[json!({"id": "wamid.1", "status": "read"}), json!({"id": "wamid.1", "status": "sent"}), failed],
    ));
    let found: Vec<_> = reading.statuses.iter().map(|status| status.status).collect();
    assert_eq!(found, [Progress::Read, Progress::Sent, Progress::Failed]);
    assert_eq!(found[0].after(found[1]), Progress::Read);
    let error = reading.statuses[2].error.as_deref().unwrap();
    assert_eq!(error, "131047: Re-engagement message (More than 24 hours have passed)");
    assert_eq!(read(&webhook(&[], &[json!({"id": "wamid.1", "status": "teleported"})])).unsupported.len(), 1);
}

/// A webhook of a customer who goes by a name of their own.
fn by_name(messages: &[Value], number: Option<&str>) -> Value {
    let mut body = webhook(messages, &[]);
    let mut contact = json!({"profile": {"name": "Sanne Bos", "username": "sannebos"}, "user_id": USER});
    if let Some(number) = number {
        contact["wa_id"] = number.into();
    }
    body["entry"][0]["changes"][0]["value"]["contacts"] = json!([contact]);
    body
}

const USER: &str = "NL.13491208655302741918";

#[test]
fn whoever_keeps_their_number_to_themselves_is_known_by_an_id_and_linked_to_their_number_where_both_are_told() {
    let mut hidden = message("wamid.1", "text", &json!({"body": "hoi"}));
    hidden.as_object_mut().unwrap().remove("from");
    hidden["from_user_id"] = USER.into();
    let mut reading = read(&by_name(&[hidden.clone()], None));
    assert_eq!((reading.messages.len(), reading.unsupported.len()), (1, 0));
    let found = reading.messages.remove(0);
    assert_eq!((found.from.address.as_str(), found.from.name.as_str(), found.from.verified), (USER, "Sanne Bos", true));
    assert_eq!(found.attributes["username"], "sannebos");
    hidden["from"] = Value::Null;
    assert_eq!(read(&by_name(&[hidden.clone()], None)).messages[0].thread, found.thread);
    hidden["from"] = "31600000001".into();
    let both = read(&by_name(&[hidden.clone()], Some("31600000001"))).messages.remove(0);
    assert_eq!(both.thread, one(message("wamid.2", "text", &json!({"body": "x"}))).thread, "the number is the thread");
    let known: Vec<_> =
        both.from.known_as.iter().map(|known| (known.channel.as_str(), known.address.as_str())).collect();
    assert_eq!((both.from.address.as_str(), known), ("31600000001", vec![("whatsapp", USER)]));
    hidden.as_object_mut().unwrap().retain(|key, _| key != "from" && key != "from_user_id");
    assert_eq!(read(&by_name(&[hidden], None)).unsupported.len(), 1, "of nobody");
}

#[test]
fn statuses_find_the_thread_of_a_number_or_of_an_id() {
    let status = |status: &str, more: Value| {
        let mut told = json!({"id": "wamid.1", "status": status});
        told.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        read(&webhook(&[], &[told])).statuses.into_iter().map(|status| status.thread.unwrap()).collect::<Vec<_>>()
    };
    let (number, user) = (json!({"recipient_id": "31600000001"}), json!({ "recipient_user_id": USER }));
    let both = json!({"recipient_id": "31600000001", "recipient_user_id": USER});
    assert_eq!(status("read", both.clone()), status("read", number.clone()));
    assert_ne!(status("read", user.clone()), status("read", number.clone()));
    assert_eq!(
        status("failed", both),
        [status("read", number), status("read", user)].concat(),
        "it went to one of them"
    );
}

#[test]
fn a_new_version_names_its_message_and_one_that_was_taken_back_is_told() {
    let inner = json!({"context": {"id": "M0"}, "type": "text", "text": {"body": "maat L"}});
    let edit = one(message("wamid.2", "edit", &json!({"original_message_id": "wamid.1", "message": inner})));
    assert_eq!((edit.kind, edit.text.as_str(), edit.reply_to.as_deref()), (Kind::Edit, "maat L", Some("wamid.1")));
    let revoked = one(message("wamid.3", "revoke", &json!({"original_message_id": "wamid.1"})));
    assert_eq!((revoked.kind, revoked.reply_to.as_deref()), (Kind::Service, Some("wamid.1")));
    let twice = json!({"type": "edit", "edit": {"original_message_id": "a", "message": {"type": "text", "text": {"body": "x"}}}});
    for wrong in [json!({}), json!({"original_message_id": "a", "message": twice})] {
        assert_eq!(read(&webhook(&[message("wamid.4", "edit", &wrong)], &[])).unsupported.len(), 1, "{wrong}");
    }
}

#[test]
fn a_number_of_nobody_here_is_parked() {
    let body = webhook(&[message("wamid.1", "text", &json!({"body": "x"}))], &[]).to_string();
    let reading = numbers().read(body.replace("106540352242922", "999").as_bytes());
    assert_eq!((reading.messages.len(), reading.unsupported.len()), (0, 1));
}

#[test]
fn rubbish_is_parked_whole() {
    for body in ["", "{", "null", "[]", "{\"entry\":5}", &"[".repeat(100_000), "{\"entry\":[{\"changes\":[{}]}]}"] {
        let reading = numbers().read(body.as_bytes());
        assert_eq!((reading.messages.len(), reading.unsupported.len()), (0, 1), "{}", &body[..body.len().min(40)]);
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    let key =
        prop::sample::select(vec!["id", "from", "body", "text", "context", "errors", "name", "latitude", "emoji"]);
    leaf.prop_recursive(3, 24, 4, move |inner| {
        let object = proptest::collection::btree_map(key.clone().prop_map(str::to_owned), inner.clone(), 0..4);
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(Value::from),
            object.prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_a_message_holds_it_is_understood_or_parked(
        kind in prop::sample::select(vec!["text", "image", "location", "contacts", "reaction", "interactive", "order", "system", "edit", "revoke", "new"]),
        content in json_value(),
    ) {
        let reading = read(&webhook(&[message("wamid.1", kind, &content)], &[]));
        prop_assert_eq!(reading.messages.len() + reading.unsupported.len(), 1);
    }

    #[test]
    fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(numbers().read(&body).messages.is_empty());
    }
}
