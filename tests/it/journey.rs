//! The outcome: a customer asks, the bot answers with its source, a person takes over and gives back; and what is
//! left of it on disk, in the journal and after a rebuild.

use std::fs;
use std::sync::Mutex;

use hyper::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use wissel::journal::Entry;
use wissel::wire::{Keys, Record, envelope};

use crate::harness::{Chat, Daemon, Setup, http, leaks};
use crate::metrics;

/// Words that must not be found anywhere.
const SECRET_WORDS: [&str; 4] = ["zebrapad", "kwartelstraat", "pinguinvisser", "fluitketelmuseum"];

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_answered_by_the_bot_then_by_a_person_then_by_the_bot_again() {
    let daemon = Daemon::start().await;
    let mut chat = Chat::open(&daemon, "nl").await;
    let answer = chat.ask("Wanneer komt mijn pakket?", "bot").await;
    assert!(answer["sources"][0]["url"].as_str().is_some_and(|url| url.starts_with("https://")), "{answer}");
    let lines = chat.lines();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].starts_with("system: ") && lines[1].contains("AI"), "the disclosure comes first: {lines:?}");

    chat.say("Ik wil nu een mens spreken, dit is de derde keer!").await;
    let id = chat.owner("queue").await;
    let told = chat.message_from("system").await;
    assert!(told["text"].as_str().is_some_and(|text| text.contains("medewerker")), "{told}");

    let eva = daemon.staff("Eva").await;
    let waiting = eva.conversations("waiting").await;
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0]["id"].as_str(), waiting[0]["queue"].as_str()), (Some(id.as_str()), Some("care")));
    let epoch = eva.claim(&id).await["epoch"].clone();
    chat.owner("agent").await;
    eva.done(&id, "reply", &json!({ "text": "Hallo, met Eva. Ik zoek het uit.", "epoch": epoch })).await;
    let reply = chat.message_from("staff").await;
    assert_eq!(
        (reply["name"].as_str(), reply["text"].as_str()),
        (Some("Eva"), Some("Hallo, met Eva. Ik zoek het uit."))
    );
    eva.done(&id, "note", &json!({ "text": "belt morgen terug" })).await;
    eva.done(&id, "return", &json!({})).await;
    chat.owner("bot").await;
    chat.ask("Wat zijn jullie openingstijden?", "bot").await;
    let lines = chat.lines();
    let before = &lines[lines.len() - 2];
    assert!(before.starts_with("system: ") && before.contains("AI"), "it says again that it is an AI: {lines:?}");
    assert!(!lines.iter().any(|line| line.contains("belt morgen terug")), "a note never leaves");

    let bob = daemon.staff("Bob").await;
    bob.claim(&id).await;
    let refused = eva.order(&id, "reply", &json!({ "text": "Nog iets" })).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("not_owner")));
    bob.done(&id, "transfer", &json!({ "queue": "billing" })).await;
    assert_eq!(bob.until_state(&id, "waiting").await["owner"]["name"], "billing");
    bob.done(&id, "close", &json!({})).await;
    bob.until_state(&id, "closed").await;
    verified(&daemon).await;
    explained(&daemon, &id);
    daemon.until_metric("wissel_conversations{owner=\"bot\"}", |open| open >= 0.0).await;
    metrics::are_complete(&http::get(daemon.setup.ops, "/metrics").await.text());
}

/// `wissel explain` tells it, beside the running daemon.
fn explained(daemon: &Daemon, id: &str) {
    let output = daemon.setup.run(&["explain", id]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.lines().count() <= 8, "eight lines for a team lead:\n{text}");
    let told = [
        "-> bot, by \"what the bot is good at\"",
        "; the bot answered from \"",
        "-> care, by \"whoever asks for a person gets one\"",
        "Eva claimed it; replied \"Hallo, met Eva. Ik zoek het uit.\"; noted \"belt morgen terug\"; gave it back to the bot",
        "Eva was refused to reply: did not have it",
        "Bob handed it on to billing; closed it",
    ];
    for words in told {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
    let json = daemon.setup.run(&["explain", id, "--json"]).stdout;
    let json: Value = serde_json::from_slice(&json).unwrap();
    let decided = json["entries"].as_array().unwrap().iter().filter(|entry| !entry["decision"].is_null()).count();
    assert!(decided >= 3, "every message that was decided on is there: {json:#}");
}

/// Another process recomputes every decision from the journal, and finds the store as the journal has it, once the
/// journal has caught up.
pub(crate) async fn verified(daemon: &Daemon) -> Value {
    let found = Mutex::new(Value::Null);
    let caught_up = async || {
        let latest = verify(&daemon.setup);
        let same = latest["states_that_differ"] == json!([]);
        *found.lock().unwrap() = latest;
        same
    };
    daemon.until("the journal to have what the store has", caught_up).await;
    found.into_inner().unwrap()
}

/// Every decision comes out the same.
fn verify(setup: &Setup) -> Value {
    let output = setup.run(&["journal", "verify", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON alone on standard output");
    assert!(found["audit"]["decisions"].as_u64() > Some(0), "{found:#}");
    assert_eq!(found["audit"]["decisions"], found["audit"]["identical"], "{found:#}");
    assert_eq!(output.status.success(), found["states_that_differ"] == json!([]), "{found:#}");
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_store_has_lost_is_rebuilt_from_the_journal() {
    let daemon = Daemon::start().await;
    let mut chats = Vec::new();
    for text in ["Wanneer komt mijn pakket?", "Ik wil een mens spreken", "Hoe stuur ik iets terug?"] {
        let mut chat = Chat::open(&daemon, "nl").await;
        chat.say(text).await;
        chats.push(chat);
    }
    chats[0].message_from("bot").await;
    let waiting = chats[1].owner("queue").await;
    chats[2].message_from("bot").await;
    let eva = daemon.staff("Eva").await;
    eva.claim(&waiting).await;
    eva.reply(&waiting, "Dag, met Eva").await;
    chats[1].message_from("staff").await;
    let off = json!({ "ai_off": { "all": false, "queues": [], "channels": [], "languages": ["fr"] } });
    let version = eva.get("/api/switches").await["version"].to_string();
    let set = eva.ask(Method::PUT, "/api/switches", &[("if-match", &version)], &off).await;
    assert_eq!(set.status, 200, "{}", set.text());
    chats[1].say("Bent u er nog?").await;
    eva.until(&waiting, "the message", |shown| shown["messages"].to_string().contains("Bent u er nog?")).await;
    let before = eva.conversation(&waiting).await;

    verified(&daemon).await;
    let setup = daemon.stop().await;
    let emptied = empty_the_store(&setup);
    assert!(emptied > 3, "only {emptied} rows were there to lose");
    let daemon = setup.start().await;
    daemon.logged_line(|line| line.contains("mending the store"));
    let eva = daemon.staff("Eva").await;
    assert_eq!(eva.conversation(&waiting).await, before);
    assert_eq!(eva.get("/api/switches").await["ai_off"], off["ai_off"], "what was off stays off");
    for chat in &chats {
        let mut again = chat.resume(&daemon).await;
        again.say("Nog iets: wat kost verzenden?").await;
    }
    verified(&daemon).await;
}

/// Deletes every row of the store's tables; gives their number.
fn empty_the_store(setup: &Setup) -> usize {
    let database = Connection::open(setup.data().join("wissel.db")).unwrap();
    let mut tables = database
        .prepare("SELECT name FROM sqlite_master WHERE type='table' AND name LIKE 'store@_%' ESCAPE '@'")
        .unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(names.len() > 3, "{names:?}");
    names.iter().map(|name| database.execute(&format!("DELETE FROM {name}"), []).unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_input_in_the_journal_is_found() {
    let daemon = Daemon::start().await;
    let mut chat = Chat::open(&daemon, "nl").await;
    chat.ask("Wanneer komt mijn pakket?", "bot").await;
    verified(&daemon).await;
    let setup = daemon.stop().await;
    alter_first_message(&setup);
    let output = setup.run(&["journal", "verify", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(!output.status.success());
    assert_eq!(found["audit"]["different"].as_array().unwrap().len(), 1, "{found:#}");
}

/// Opens the first record, changes what triage is said to have found, and seals it again.
fn alter_first_message(setup: &Setup) {
    let master = fs::read_to_string(setup.data().join("master.key")).unwrap();
    let bytes: Vec<u8> = master
        .trim()
        .as_bytes()
        .chunks(2)
        .map(|c| u8::from_str_radix(std::str::from_utf8(c).unwrap(), 16).unwrap())
        .collect();
    let keys = Keys::new(bytes.try_into().unwrap());
    let database = Connection::open(setup.data().join("wissel.db")).unwrap();
    let (row, thread, event, sealed): (i64, Vec<u8>, Vec<u8>, Vec<u8>) = database
        .query_row("SELECT rowid, thread, event, sealed FROM journal_entries ORDER BY rowid LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap();
    let wrapped: Vec<u8> = database
        .query_row("SELECT wrapped FROM journal_threads WHERE thread = ?1", [&thread], |row| row.get(0))
        .unwrap();
    let entry = Entry {
        thread: wissel_channels::ThreadKey(thread.try_into().unwrap()),
        event: wissel::thread::EventId(event.try_into().unwrap()),
        conversation: None,
        at: wissel_channels::UnixMillis(0),
        sealed,
    };
    let key = keys.unwrap(entry.thread, &wrapped).unwrap();
    let mut record: Record = envelope::open_record(&key, entry.thread, entry.event, &entry.sealed).unwrap();
    record.input.verdict.as_mut().unwrap().intents.clear();
    let sealed = envelope::seal_record(&key, &record).unwrap();
    assert_eq!(database.execute("UPDATE journal_entries SET sealed = ?1 WHERE rowid = ?2", (sealed, row)).unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_a_conversation_is_on_disk_in_logs_or_in_metrics() {
    let [zebra, street, name, note] = SECRET_WORDS;
    let daemon = Setup::default().with("WISSEL__LOG__LEVEL", "trace").start().await;
    let mut chat = Chat::open(&daemon, "nl").await;
    chat.say(&format!("Ik wil een mens spreken. Ik woon in de {street} en heb een {zebra}")).await;
    let id = chat.owner("queue").await;
    let staff = daemon.staff(name).await;
    staff.claim(&id).await;
    staff.reply(&id, &format!("Dag, hier {note}")).await;
    chat.message_from("staff").await;
    staff.done(&id, "note", &json!({ "text": note })).await;
    let metrics = http::get(daemon.setup.ops, "/metrics").await.text();
    let logs = daemon.logged();
    for (place, text) in [("metrics", metrics), ("logs", logs)] {
        assert_eq!(leaks::in_bytes(text.as_bytes(), &SECRET_WORDS), Vec::<String>::new(), "{place}");
    }
    // The write-ahead log is still there: the daemon is killed, not stopped.
    let setup = daemon.kill();
    let key = setup.data().join("master.key");
    assert_eq!(leaks::in_folder(&setup.data(), &SECRET_WORDS), Vec::<String>::new());
    let away = setup.folder.path().join("key.elsewhere");
    fs::rename(&key, &away).unwrap();
    let output = setup.run(&["journal", "verify"]);
    assert!(!output.status.success(), "without the master key nothing is readable");
    assert!(!key.exists(), "reading makes no key");
    fs::rename(&away, &key).unwrap();
    verify(&setup);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_article_is_what_the_bot_answers_from_and_a_broken_one_is_not() {
    let routing = include_str!("../../routing.toml").replace("deploy/demo/knowledge", "articles");
    let shipped = include_str!("../../deploy/demo/knowledge/levertijd.nl.md");
    let setup = Setup::default().file("routing.toml", &routing).file("articles/levertijd.nl.md", shipped);
    let daemon = setup.start().await;
    daemon.signal("HUP");
    daemon.logged_line(|line| line.contains("SIGHUP") && line.contains("going on"));
    let broken = shipped.replace("owner =", "ownr =");
    let setup = daemon.setup.clone().file("articles/levertijd.nl.md", &broken);
    daemon.logged_line(|line| line.contains("levertijd.nl.md:") && line.contains("is refused"));
    assert_eq!(daemon.metric("wissel_routing_edit_refused").await, Some(1.0));
    let mut chat = Chat::open(&daemon, "nl").await;
    let answer = chat.ask("Wanneer komt mijn pakket?", "bot").await;
    assert!(answer["text"].as_str().is_some_and(|text| text.contains("de volgende werkdag")), "{answer}");
    let _edited = setup.file("articles/levertijd.nl.md", &shipped.replace("de volgende werkdag", "binnen 9 werkdagen"));
    daemon.logged_line(|line| line.contains("its articles were read again"));
    assert_eq!(daemon.metric("wissel_routing_edit_refused").await, Some(0.0));
    let mut other = Chat::open(&daemon, "nl").await;
    let answer = other.ask("Wanneer komt mijn pakket?", "bot").await;
    assert!(answer["text"].as_str().is_some_and(|text| text.contains("binnen 9 werkdagen")), "{answer}");
}
