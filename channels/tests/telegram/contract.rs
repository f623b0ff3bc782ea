//! The description of the Bot API: whatever kind of update and message it knows is understood or kept, never misread.

use std::path::Path;
use std::{fs, io};

use serde_json::{Map, Value, json};

use crate::read;

/// The description, from the folder with the contracts of outside services; relative to the repository.
pub(crate) fn description() -> io::Result<Value> {
    let folder =
        std::env::var_os("WISSEL_CONTRACTS").ok_or_else(|| io::Error::other("set WISSEL_CONTRACTS to a folder"))?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join("telegram-bot-api-10.1.json");
    serde_json::from_str(&fs::read_to_string(file)?).map_err(io::Error::other)
}

/// A value of a type as the description has it, with the required fields alone.
fn sample(types: &Value, name: &str, depth: usize) -> Value {
    match name {
        "String" => json!("x"),
        "Integer" => json!(1),
        "Float" => json!(1.5),
        "Boolean" | "True" => json!(true),
        _ if name.starts_with("Array of ") => json!([sample(types, &name["Array of ".len()..], depth)]),
        _ => {
            let described = &types[name];
            if let Some(first) = described["subtypes"].as_array().and_then(|subtypes| subtypes[0].as_str()) {
                return sample(types, first, depth);
            }
            let fields = described["fields"].as_array().into_iter().flatten();
            let required = fields.filter(|field| field["required"] == true && depth < 8);
            Value::Object(required.map(|field| named(types, field, depth)).collect::<Map<String, Value>>())
        }
    }
}

fn named(types: &Value, field: &Value, depth: usize) -> (String, Value) {
    let name = field["name"].as_str().unwrap_or_default().to_owned();
    (name, sample(types, field["types"][0].as_str().unwrap_or_default(), depth + 1))
}

#[test]
#[ignore = "needs the folder of contracts in WISSEL_CONTRACTS"]
fn every_kind_of_update_and_message_is_read_as_described() {
    let description = description().unwrap();
    let types = &description["types"];
    let misread = |update: &Value| {
        let reading = read(update);
        assert_eq!(reading.messages.len() + reading.unsupported.len(), 1, "{update}");
        reading.unsupported.iter().any(|found| found.why.contains("not as described"))
    };
    let fields = |name: &str| types[name]["fields"].as_array().cloned().unwrap_or_default();
    let mut wrong = Vec::new();
    for field in fields("Update").iter().filter(|field| field["required"] == false) {
        let (name, value) = named(types, field, 0);
        if misread(&json!({"update_id": 1, (name.as_str()): value})) {
            wrong.push(name);
        }
    }
    let messages = fields("Message");
    assert!(messages.len() > 100, "the description of a message has {} fields", messages.len());
    for field in &messages {
        let mut message = sample(types, "Message", 0);
        let (name, value) = named(types, field, 0);
        message[&name] = value;
        if misread(&json!({"update_id": 1, "message": message})) {
            wrong.push(format!("message.{name}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
