//! Meta's own description of the API: each of its example webhooks is understood.

use std::path::Path;
use std::{fs, io};

use serde_json::Value;
use wissel_channels::reading::Kind;
use wissel_channels::whatsapp::Numbers;
use wissel_channels::{AccountName, Reading};

/// The description, from the folder with the contracts of outside services; relative to the repository.
fn description() -> io::Result<Value> {
    let folder =
        std::env::var_os("WISSEL_CONTRACTS").ok_or_else(|| io::Error::other("set WISSEL_CONTRACTS to a folder"))?;
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join("whatsapp-cloud-api-v23.openapi.yaml");
    serde_yaml_ng::from_str(&fs::read_to_string(file)?).map_err(io::Error::other)
}

fn read(webhook: &Value) -> Reading {
    Numbers::any(AccountName::from_static("shop"), &[5; 32]).read(webhook.to_string().as_bytes())
}

#[test]
#[ignore = "needs the folder of contracts in WISSEL_CONTRACTS"]
fn every_example_webhook_is_handled() {
    let description = description().unwrap();
    let examples = "/paths/~1whatsapp~1webhooks/post/requestBody/content/application~1json/examples";
    let examples = description.pointer(examples).and_then(Value::as_object).unwrap();
    assert!(examples.len() >= 16, "{}", examples.len());
    for (name, example) in examples {
        let reading = read(&example["value"]);
        println!("{name}: {} messages, {:?}", reading.messages.len(), reading.unsupported);
        let expected = match name.as_str() {
            "Unsupported Message" => (0, 1),
            name if name.starts_with("Group ") => (0, 1),
            _ => (1, 0),
        };
        assert_eq!((reading.messages.len(), reading.unsupported.len()), expected, "{name}");
        for message in reading.messages {
            let empty = message.text.is_empty() && message.attachments.is_empty();
            assert!(!empty, "{name}: nothing to show");
            assert_eq!(message.kind == Kind::Message, !["Reaction Message", "System Message"].contains(&name.as_str()));
        }
    }
}
