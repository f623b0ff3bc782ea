//! Every request that we make, and every answer of the Bot API of these tests, is as the description of the Bot API says.

use serde_json::{Value, json};
use wissel_channels::{Author, Blobs, Replied, UnixMillis};
use wissel_fakes::Call;

use crate::contract::description;
use crate::world::{World, picture};

/// What is wrong with a value of one of these types.
fn wrong(description: &Value, types: &[Value], value: &Value, place: &str) -> Vec<String> {
    let tried: Vec<Vec<String>> =
        types.iter().map(|kind| wrong_as(description, kind.as_str().unwrap(), value, place)).collect();
    tried.into_iter().min_by_key(Vec::len).unwrap_or_default()
}

fn wrong_as(description: &Value, kind: &str, value: &Value, place: &str) -> Vec<String> {
    let unless = |fits: bool| if fits { Vec::new() } else { vec![format!("{place} is no {kind}: {value}")] };
    match kind {
        "String" | "InputFile" => unless(value.is_string()),
        // In a form numbers are text.
        "Integer" => unless(value.is_i64() || value.as_str().is_some_and(|text| text.parse::<i64>().is_ok())),
        "Float" => unless(value.is_number()),
        "Boolean" => unless(value.is_boolean()),
        "True" => unless(*value == Value::Bool(true)),
        _ if kind.starts_with("Array of ") => {
            let Some(list) = value.as_array() else { return unless(false) };
            let each = |item| wrong_as(description, &kind["Array of ".len()..], item, place);
            list.iter().flat_map(each).collect()
        }
        _ => {
            let described = &description["types"][kind];
            if let Some(subtypes) = described["subtypes"].as_array() {
                return wrong(description, subtypes, value, place);
            }
            let Some(object) = value.as_object() else { return unless(false) };
            fields(description, &described["fields"], object, place)
        }
    }
}

/// What is wrong with the fields of a request or a value.
fn fields(description: &Value, described: &Value, given: &serde_json::Map<String, Value>, place: &str) -> Vec<String> {
    let described: Vec<&Value> = described.as_array().into_iter().flatten().collect();
    let named = |name: &str| described.iter().find(|field| field["name"] == name);
    let mut wrong: Vec<String> = Vec::new();
    for field in described.iter().filter(|field| field["required"] == true) {
        let name = field["name"].as_str().unwrap();
        if !given.contains_key(name) {
            wrong.push(format!("{place} lacks {name}"));
        }
    }
    for (name, value) in given {
        let place = format!("{place}.{name}");
        match named(name) {
            None => wrong.push(format!("{place} is not described")),
            Some(field) => wrong.extend(self::wrong(description, field["types"].as_array().unwrap(), value, &place)),
        }
    }
    wrong
}

fn check(description: &Value, call: &Call) -> Vec<String> {
    let method = &description["methods"][&call.method];
    let mut given = call.parameters.as_object().cloned().unwrap_or_default();
    for (field, _, _) in &call.files {
        // A file stands under its own name, or is attached to a parameter that names it.
        if method["fields"].as_array().unwrap().iter().any(|known| known["name"] == *field) {
            given.entry(field.clone()).or_insert_with(|| json!("attach://"));
        }
    }
    let mut wrong = fields(description, &method["fields"], &given, &call.method);
    let place = format!("the answer of {}", call.method);
    wrong.extend(self::wrong(description, method["returns"].as_array().unwrap(), &call.answer["result"], &place));
    wrong
}

#[tokio::test]
#[ignore = "needs the folder of contracts in WISSEL_CONTRACTS"]
async fn every_request_and_every_answer_is_as_described() {
    let description = description().unwrap();
    let world = World::polling();
    world.api.file("a", b"a");
    world.api.message(7, &picture("a", "g1"));
    world.memory.until_accepted(1).await;
    world.api.confirmed().await;
    let mut message = World::saying(7, 1, &"Ik zoek het uit. ".repeat(300));
    (message.parts[0].from, message.parts[0].name) = (Author::Staff, "Eva".to_owned());
    let (name, text, provider_id) = (String::new(), String::new(), "7:1".to_owned());
    message.replies_to = Some(Replied { provider_id, at: UnixMillis(0), name, text });
    for (name, media_type) in [("bon.pdf", "application/pdf"), ("foto.png", "image/png"), ("x.mp3", "audio/mpeg")] {
        message.attachments.push(world.memory.put(name, media_type, b"bytes".to_vec()).await.unwrap());
    }
    while world.say(&message).await.is_err() {
        message.attempt += 1;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    let hooked = World::idle(|config| config.webhook = Some("https://chat.example".to_owned())).receive();
    hooked.api.changes().until("the webhook", || hooked.api.webhook()).await;
    let calls: Vec<Call> = world.api.calls().into_iter().chain(hooked.api.calls()).collect();
    let mut methods: Vec<&str> = calls.iter().map(|call| call.method.as_str()).collect();
    methods.sort_unstable();
    methods.dedup();
    let expected = [
        "getFile",
        "getMe",
        "getUpdates",
        "getWebhookInfo",
        "sendAudio",
        "sendDocument",
        "sendMessage",
        "sendPhoto",
        "setWebhook",
    ];
    assert_eq!(methods, expected);
    let wrong: Vec<String> = calls.iter().flat_map(|call| check(&description, call)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
