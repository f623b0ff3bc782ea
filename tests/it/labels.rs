//! Labels: what staff's deeds say about decisions, from the desk to the export.

use serde_json::{Value, json};

use crate::harness::{Chat, Daemon};

/// The labels that the export prints.
fn exported(daemon: &Daemon) -> Vec<Value> {
    let output = daemon.setup.run(&["label", "export"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("keep them as you keep customers' mail"));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_wrong_answer_and_a_transfer_are_taken_out_as_labels() {
    let daemon = Daemon::start().await;
    let anna = daemon.staff("Anna").await;
    let mut chat = Chat::open(&daemon, "nl").await;
    chat.ask("Wanneer komt mijn pakket?", "bot").await;
    let conversation = chat.owner("bot").await;
    let refused = anna.order(&conversation, "wrong", &json!({ "intent": "made_up" })).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    anna.done(&conversation, "wrong", &json!({ "intent": "order_status" })).await;
    chat.owner("queue").await;
    anna.done(&conversation, "transfer", &json!({ "queue": "billing" })).await;
    daemon.until("both labels in the journal", async || exported(&daemon).len() == 2).await;
    let labels = exported(&daemon);
    let told = |label: &Value| (label["outcome"].clone(), label["intent"].clone(), label["to"].clone());
    assert_eq!(told(&labels[0]), (json!("wrong_answer"), json!("order_status"), Value::Null));
    assert_eq!(told(&labels[1]), (json!("transferred"), Value::Null, json!("billing")));
    let file = daemon.setup.folder.path().join("labels.jsonl");
    let unheard = json!({ "text": "Zwarte kat op dinsdag", "intent": "order_status", "language": "nl" });
    let lines: Vec<String> = labels.iter().chain([&unheard]).map(ToString::to_string).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let run = |arguments: &[&str]| {
        let output = daemon.setup.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["label", "import", file.to_str().unwrap()]);
    let told = run(&["retrain", "--dry-run"]);
    assert!(
        told.contains("2 confirmed examples, 1 messages read again") && told.contains("nothing was changed"),
        "{told}"
    );
    assert!(!daemon.setup.data().join("examples.sealed").exists());
    let told: Value = serde_json::from_str(&run(&["retrain", "--dry-run", "--json"])).unwrap();
    assert_eq!((&told["dry_run"], &told["examples"], &told["messages"]), (&json!(true), &json!(2), &json!(1)));
    // What is in force counts where triage is measured, too, and a set of examples is told as such.
    let set = daemon.setup.folder.path().join("set.jsonl");
    std::fs::write(&set, unheard.to_string()).unwrap();
    let accuracy = || {
        let told: Value = serde_json::from_str(&run(&["eval", "--json", "--set", set.to_str().unwrap()])).unwrap();
        told["intents"]["accuracy"].as_f64().unwrap()
    };
    assert!(accuracy() < 0.5, "triage knows it without having learnt it");
    run(&["retrain"]);
    assert!(accuracy() > 0.5, "the example that was put in force is not known");
    let output = daemon.setup.run(&["eval", "--set", set.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 of 1 texts of the set are examples"));
    assert!(daemon.setup.data().join("examples.sealed").exists());
    // What is said later of a text stands in place of what was said before.
    let import = |line: &Value| {
        std::fs::write(&file, line.to_string()).unwrap();
        let output = daemon.setup.run(&["label", "import", file.to_str().unwrap()]);
        String::from_utf8(output.stderr).unwrap()
    };
    let corrected = import(&json!({ "text": "zwarte KAT op dinsdag", "intent": "delivery_time", "language": "nl" }));
    assert!(corrected.contains("1 taken in: 0 new, 1 corrected, 0 known already, 0 taken out"), "{corrected}");
    assert!(run(&["retrain"]).contains("2 confirmed examples"));
    assert!(accuracy() < 0.5, "the label that was replaced is still in force");
    let wrong = import(&json!({ "text": "Zwarte kat", "intnt": "delivery_time", "language": "nl" }));
    assert!(wrong.contains("labels.jsonl:1: no key is called \"intnt\"; did you mean \"intent\"?"), "{wrong}");
    import(&json!({ "text": "Zwarte kat op dinsdag", "remove": true }));
    assert!(run(&["retrain"]).contains("1 confirmed examples"));
    assert_eq!((&labels[0]["text"], &labels[0]["queue"]), (&json!("Wanneer komt mijn pakket?"), &json!("bot")));
}
