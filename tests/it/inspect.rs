//! `wissel inspect`: what a support engineer runs on a message that went wrong.

use serde_json::{Value, json};

use crate::harness::Setup;

/// What the command prints as JSON for a file with this content.
fn inspect(channel: &str, content: &str, more: &[&str]) -> Value {
    let setup = Setup::default().file("raw", content);
    let output = setup.run(&[&["inspect", channel, "raw", "--json"], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!setup.data().exists(), "looking makes nothing");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_mail_is_taken_apart() {
    let mail = include_str!("../../channels/fixtures/email/outlook-ios.nl.eml");
    let found = inspect("email", mail, &[]);
    let message = &found["messages"][0];
    let new = include_str!("../../channels/fixtures/email/outlook-ios.nl.txt");
    assert_eq!(
        message["text"].as_str().unwrap().split_whitespace().collect::<Vec<_>>(),
        new.split_whitespace().collect::<Vec<_>>()
    );
    assert!(message["quoted"].as_str().unwrap().contains("40123"));
    assert_eq!(message["signature"], "Outlook voor iOS downloaden");
    assert_eq!(message["automatic"], json!({"is": false, "why": null}));
    assert_eq!((&message["kind"], &message["from"]["verified"]), (&json!("message"), &json!(false)));
    for (field, kind) in [("id", "string"), ("thread", "string"), ("attachments", "array"), ("reply_to", "string")] {
        let value = &message[field];
        assert!(if kind == "array" { value.is_array() } else { value.is_string() }, "{field}: {value}");
    }
    assert_eq!((&found["statuses"], &found["unsupported"]), (&json!([]), &json!([])));
}

#[test]
fn what_the_own_server_says_counts_when_it_is_named() {
    let mail = "Authentication-Results: mx.shop.example; dmarc=pass header.from=example.org\r\nFrom: jan@example.org\r\n\r\nHallo";
    assert_eq!(inspect("email", mail, &[])["messages"][0]["from"]["verified"], false);
    let named = inspect("email", mail, &["--authserv-id", "mx.shop.example"]);
    assert_eq!(named["messages"][0]["from"]["verified"], true);
    assert_eq!(inspect("email", mail, &["--own-address", "jan@example.org"])["messages"][0]["kind"], "echo");
}

#[test]
fn what_the_settings_say_of_the_account_counts_too() {
    let mail = "Authentication-Results: mx.shop.example; dmarc=pass header.from=example.org\r\nFrom: jan@example.org\r\n\r\nHallo";
    let settings = "[email.support]\naddress = \"Jan@example.org\"\nimap = \"a:993\"\nsmtp = \"a:465\"\npassword = \"x\"\n\
                    authserv_ids = [\"mx.shop.example\"]\n";
    let setup = Setup::default().file("wissel.toml", settings).file("raw", mail);
    let output = setup.run(&["inspect", "email", "raw", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let message = &found["messages"][0];
    assert_eq!(
        (&message["account"], &message["kind"], &message["from"]["verified"]),
        (&json!("support"), &json!("echo"), &json!(true))
    );
}

#[test]
fn an_update_and_a_webhook_are_understood() {
    let update = json!({"update_id": 1, "message": {"message_id": 2, "date": 3, "chat": {"id": 4, "type": "private"},
        "from": {"id": 4, "is_bot": false, "first_name": "Sanne"}, "text": "Hoi"}});
    let found = inspect("telegram", &update.to_string(), &[]);
    assert_eq!(
        (&found["messages"][0]["text"], &found["messages"][0]["from"]["name"]),
        (&json!("Hoi"), &json!("Sanne"))
    );
    let webhook = json!({"entry": [{"changes": [{"field": "messages", "value": {"metadata": {"phone_number_id": "1"},
        "statuses": [{"id": "wamid.1", "status": "failed", "errors": [{"code": 131_026, "title": "Message undeliverable"}]}],
        "messages": [{"from": "31600000001", "id": "wamid.2", "timestamp": "1", "type": "text", "text": {"body": "Hoi"}}, {"id": 5}]}}]}]});
    let found = inspect("whatsapp", &webhook.to_string(), &[]);
    assert_eq!(found["messages"][0]["text"], "Hoi");
    assert_eq!(
        found["statuses"][0],
        json!({"of": "wamid.1", "status": "failed", "error": "131026: Message undeliverable"})
    );
    assert_eq!(found["unsupported"][0], json!({"why": "a message that is not as described"}));
}

#[test]
fn files_that_hold_something_else_are_told() {
    let update = r#"{"update_id": 1, "message": {"message_id": 2, "date": 3, "chat": {"id": 4, "type": "private"}, "text": "Hoi"}}"#;
    let mails = "From jan@x Thu Nov 26 10:00:00 2026\nFrom: jan@x.example\n\neen\n\nFrom piet@x Thu Nov 26\nFrom: piet@x.example\n\ntwee\n";
    for (channel, content, hint) in [
        ("email", "%PDF-1.4\n", "this is a PDF"),
        ("email", "PK\u{3}\u{4}", "unpack it first"),
        ("email", mails, "only the first is looked at"),
        ("email", update, "is it of telegram or whatsapp?"),
        ("whatsapp", update, "try: wissel inspect telegram"),
        ("telegram", r#"{"entry": []}"#, "try: wissel inspect whatsapp"),
        ("email", "Hallo, waar is mijn pakket?\n", "this does not begin with headers"),
        ("whatsapp", "From: jan@x.example\n\neen\n", "try: wissel inspect email"),
        ("telegram", r#"{"message_id": 2, "text": "Hoi"}"#, "this is a message without its update"),
        ("whatsapp", r#"{"messaging_product": "whatsapp", "messages": []}"#, "this is a part of a webhook"),
    ] {
        let output = Setup::default().file("raw", content).run(&["inspect", channel, "raw"]);
        assert!(String::from_utf8_lossy(&output.stderr).contains(hint), "{channel} {content}: {output:?}");
    }
    let marked = format!("\u{feff}{update}");
    assert_eq!(inspect("telegram", &marked, &[])["messages"][0]["text"], "Hoi", "saved by an editor of Windows");
}

#[test]
fn people_get_a_report_and_errors_that_help() {
    let setup = Setup::default()
        .file("a.eml", "From: Jan <jan@example.org>\r\nSubject: Vraag\r\n\r\nHallo\u{1b}[31m\r\n\r\n-- \r\nJan");
    let output = setup.run(&["inspect", "email", "a.eml"]);
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.starts_with("message 1 of 1: message\n"), "{report}");
    for line in [
        "  from       Jan <jan@example.org>, not verified\n",
        "  new text:\n    | Hallo",
        "  signature:\n",
        "  fact       subject: Vraag\n",
    ] {
        assert!(report.contains(line), "{line}: {report}");
    }
    assert!(!report.contains('\u{1b}'), "nothing that a stranger wrote reaches the terminal's controls");
    let missing = setup.run(&["inspect", "email", "no.eml"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no.eml cannot be opened; name a file"));
    assert_eq!(setup.run(&["inspect", "pigeon", "a.eml"]).status.code(), Some(2));
}
