//! Another number of partitions: everything is as it was, and goes on.

use std::process::Output;

use serde_json::json;

use crate::harness::{Chat, Daemon, Servers, Setup};
use crate::journey::verified;

/// So many customers that every partition has some of them.
const CUSTOMERS: usize = 12;

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Stops the daemon and changes the number, once nothing waits any more.
async fn changed(mut daemon: Daemon, to: &str) -> Setup {
    loop {
        let setup = daemon.stop().await;
        let output = setup.run(&["repartition", "--to", to]);
        let told = text(&output);
        if output.status.success() {
            assert!(told.contains(&format!("partitions are {to} now")), "{told}");
            return setup;
        }
        assert!(told.contains("messages wait") || told.contains("reads it"), "{told}");
        daemon = setup.start().await;
    }
}

async fn goes_on(setup: Setup, while_running: &str) {
    let daemon = setup.with("WISSEL__PARTITIONS", "5").start().await;
    let mut chats = Vec::new();
    for _ in 0..CUSTOMERS {
        let mut chat = Chat::open(&daemon, "nl").await;
        chat.ask("Wanneer komt mijn pakket?", "bot").await;
        chats.push(chat);
    }
    chats[0].say("Ik wil nu een mens spreken!").await;
    let waiting = chats[0].owner("queue").await;
    chats[0].message_from("system").await;
    let refused = daemon.setup.run(&["repartition", "--to", "3"]);
    assert!(!refused.status.success() && text(&refused).contains(while_running), "{}", text(&refused));

    let setup = changed(daemon, "3").await;
    let old = text(&setup.run(&["run"]));
    assert!(old.contains("set partitions = 3"), "{old}");
    let daemon = setup.with("WISSEL__PARTITIONS", "3").start().await;
    for chat in &chats {
        let mut again = Chat::hello(&daemon, &json!(chat.visitor), 0, "nl").await;
        again.until("the same as before", |frame| frame["seq"] == chat.last_seq).await;
        assert_eq!(again.lines(), chat.lines());
    }
    for chat in &mut chats[1..] {
        *chat = chat.resume(&daemon).await;
        chat.ask("Wat zijn jullie openingstijden?", "bot").await;
    }
    let eva = daemon.staff("Eva").await;
    assert_eq!(eva.conversations("waiting").await[0]["id"], waiting.as_str());
    eva.claim(&waiting).await;
    verified(&daemon).await;
    let setup = changed(daemon, "8").await;
    let daemon = setup.with("WISSEL__PARTITIONS", "8").start().await;
    for chat in &mut chats[1..] {
        *chat = chat.resume(&daemon).await;
        chat.ask("Wanneer komt mijn pakket?", "bot").await;
    }
    eva_replies(&daemon, &waiting).await;
    verified(&daemon).await;
    if while_running.contains("store") {
        let checked = daemon.setup.run(&["topology", "check"]);
        assert!(checked.status.success(), "{}", text(&checked));
    }
}

/// Whoever had claimed it has it still.
async fn eva_replies(daemon: &Daemon, conversation: &str) {
    daemon.staff("Eva").await.reply(conversation, "Daar ben ik weer.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_go_on_with_another_number_of_partitions_on_the_embedded_backends() {
    goes_on(Setup::default(), "data folder").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_go_on_with_another_number_of_partitions_on_servers() {
    let servers = Servers::shared();
    let key = "3b7e0c91d5a2486f8c1e7d09b4a6523f".repeat(2);
    goes_on(servers.fresh(Setup::default()).with("WISSEL__SECRETS__MASTER_KEY", &key), "use the store").await;
}
