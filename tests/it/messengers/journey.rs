//! A customer writes by a messenger: the bot, people, and the same conversation to its end; on both sets of backends.

use serde_json::{Value, json};

use super::Messenger;
use crate::harness::{Daemon, Servers, Setup, Staff};

const CUSTOMER: i64 = 31_000_007;

async fn journey(setup: Setup, messenger: Messenger) {
    let daemon = messenger.configure(setup).start().await;
    messenger.say(CUSTOMER, "Wanneer komt mijn pakket?");
    let answer = messenger.until_heard(CUSTOMER, "https://").await;
    let (told, fact) = (answer.text.find("AI"), answer.text.find("https://"));
    assert!(told.is_some() && told < fact, "the disclosure stands before the answer, its source below: {answer:?}");

    let asked = messenger.say(CUSTOMER, "Ik wil nu een mens spreken, dit is de derde keer!");
    let eva = daemon.staff("Eva").await;
    let id = waiting(&daemon, &eva).await;
    messenger.until_count(CUSTOMER, 2).await;
    eva.claim(&id).await;
    let label = json!({"name": "retourlabel.pdf", "type": "application/pdf", "content": "JVBERi0xLjQ="});
    eva.done(&id, "reply", &json!({"text": "Hallo, ik zoek het voor u uit.", "attachments": [label]})).await;
    let reply = messenger.until_heard(CUSTOMER, "ik zoek het voor u uit").await;
    assert!(reply.text.starts_with("Eva\n") || reply.text.starts_with("*Eva*\n"), "{reply:?}");
    assert_eq!(reply.answers, Some(asked), "a person's answer names the message that it answers");

    let file = messenger.until_file(CUSTOMER).await;
    assert_eq!(file, ("retourlabel.pdf".to_owned(), b"%PDF-1.4".to_vec()));

    messenger.picture(CUSTOMER, "Zo kwam de vorige aan.", b"a picture of a broken box");
    let shown = eva.until(&id, "the picture", |shown| has(shown, "Zo kwam de vorige aan.")).await;
    let message = said(&shown, "Zo kwam de vorige aan.");
    assert_eq!(message["attachments"].as_array().map(Vec::len), Some(1), "{message:#}");
    messenger.say(CUSTOMER, "Bedankt voor de moeite.");
    eva.until(&id, "the last word", |shown| has(shown, "Bedankt voor de moeite.")).await;
    let all: usize = messenger.counted(CUSTOMER).values().sum();
    assert_eq!(all, 4, "each once: {:?}", messenger.heard(CUSTOMER));
    statuses(&daemon, &messenger, &id).await;
}

/// The one conversation that waits for people, once it does.
async fn waiting(daemon: &Daemon, staff: &Staff) -> String {
    daemon.until("a conversation to wait", async || staff.conversations("waiting").await.len() == 1).await;
    staff.conversations("waiting").await[0]["id"].as_str().unwrap().to_owned()
}

fn messages(shown: &Value) -> &Vec<Value> {
    shown["messages"].as_array().unwrap()
}

fn has(shown: &Value, text: &str) -> bool {
    messages(shown).iter().any(|message| message["text"] == text)
}

fn said(shown: &Value, text: &str) -> Value {
    messages(shown).iter().find(|message| message["text"] == text).unwrap().clone()
}

/// Where the other side tells what became of a message, staff see it.
async fn statuses(daemon: &Daemon, messenger: &Messenger, id: &str) {
    let Messenger::Whatsapp(_) = messenger else { return };
    let eva = daemon.staff("Eva").await;
    let read = |shown: &Value| said(shown, "Hallo, ik zoek het voor u uit.")["progress"] == "read";
    eva.until(id, "the reply to be read", read).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_of_telegram_is_answered_by_the_bot_and_by_a_person() {
    journey(Setup::default(), Messenger::telegram()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_of_whatsapp_is_answered_by_the_bot_and_by_a_person() {
    journey(Setup::default(), Messenger::whatsapp()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_of_messengers_are_answered_over_servers() {
    let servers = Servers::shared();
    for messenger in [Messenger::telegram(), Messenger::whatsapp()] {
        let setup = servers.fresh(Setup::default());
        journey(setup.with("WISSEL__SECRETS__MASTER_KEY", &"5a".repeat(32)), messenger).await;
    }
}

/// P5: a reply that cannot arrive is shown to its author with the reason; nothing else of the daemon is harmed.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_cannot_arrive_is_shown_with_its_reason() {
    let messenger = Messenger::telegram();
    let daemon = messenger.configure(Setup::default()).start().await;
    messenger.say(CUSTOMER, "Ik wil een mens spreken");
    messenger.until_heard(CUSTOMER, "medewerker").await;
    let eva = daemon.staff("Eva").await;
    let id = waiting(&daemon, &eva).await;
    eva.claim(&id).await;
    let Messenger::Telegram(api) = &messenger else { return };
    api.block(CUSTOMER);
    eva.order(&id, "reply", &json!({ "text": "Hallo, met Eva." })).await;
    let failed = eva.until(&id, "the reply to fail", |shown| {
        has(shown, "Hallo, met Eva.") && said(shown, "Hallo, met Eva.")["delivery"] == "failed"
    });
    failed.await;
    let story = format!("/api/conversations/{id}/explain");
    let told = async || eva.get(&story).await.to_string().contains("unreachable");
    daemon.until("the journal to say why", told).await;
    noticed(&daemon, &id).await;
}

/// Its author is told wherever they are, nobody else is, and putting it aside lasts.
async fn noticed(daemon: &Daemon, id: &str) {
    let (eva, piet) = (daemon.staff("Eva").await, daemon.staff("Piet").await);
    let notices = async |staff: &Staff| staff.get("/api/notices").await["notices"].as_array().unwrap().clone();
    let found = notices(&eva).await;
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["conversation"], &found[0]["delivery"]), (&json!(id), &json!("failed")));
    assert_eq!(found[0]["preview"], "Hallo, met Eva.");
    assert!(found[0]["why"].as_str().unwrap().starts_with("unreachable"), "{found:?}");
    assert!(notices(&piet).await.is_empty());
    piet.done(id, "seen", &json!({})).await;
    assert_eq!(notices(&eva).await.len(), 1, "a colleague put it aside");
    eva.done(id, "seen", &json!({ "ordinal": found[0]["ordinal"] })).await;
    assert!(notices(&eva).await.is_empty());
}
