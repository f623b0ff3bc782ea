//! The ledger of a messenger: what was taken from it is there once and in order, and what reached customers is what their
//! conversations say, whatever was killed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Messenger;
use crate::harness::Staff;

use crate::ledger::{number, over_servers, unlimited};

/// How long a conversation may take to come to its end.
const PATIENCE: Duration = Duration::from_mins(1);
/// Customers who write.
const CUSTOMERS: i64 = 10;
/// What they say, in turn.
const TEXTS: [&str; 4] = [
    "Wanneer komt mijn pakket?",
    "Wat zijn jullie openingstijden?",
    "Hoe stuur ik iets terug?",
    "Ik wil een mens spreken",
];

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    taken: usize,
    lost: usize,
    doubled: usize,
    inversions: usize,
    /// Deliveries that are said to have been sent and did not arrive, or that came more often than is said.
    silent: usize,
    /// Deliveries whose outcome is shown as not known.
    unknown: usize,
    /// Words of the bot before anybody said that it is one (P19).
    undisclosed: usize,
}

async fn ledger(messenger: Messenger) {
    let (messages, kills) = (number("WISSEL_LEDGER_MESSAGES", 120), number("WISSEL_LEDGER_KILLS", 3));
    let (_servers, setup) = over_servers(unlimited());
    let mut daemon = messenger.configure(setup).start().await;
    let mut said: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let share = messages / (kills + 1);
    for at in 0..messages {
        let customer = 31_000_000 + i64::try_from(at).unwrap() % CUSTOMERS;
        let text = format!("{} ({at})", TEXTS[at % TEXTS.len()]);
        messenger.say(customer, &text);
        said.entry(customer).or_default().push(text);
        if at % share == share - 1 && at + share <= messages {
            // In the middle of the work of what was said since the last one.
            tokio::time::sleep(Duration::from_millis(u64::try_from(at % 7).unwrap() * 30)).await;
            daemon = daemon.kill_and_restart().await;
        }
    }
    messenger.taken().await;
    let eva = daemon.staff("Eva").await;
    let mut tally = Tally::default();
    for (customer, texts) in &said {
        audit(&eva, &messenger, *customer, texts, &mut tally).await;
    }
    println!("{messages} messages, {kills} kills: {tally:?}");
    let Tally { lost, doubled, inversions, silent, undisclosed, .. } = tally;
    assert_eq!([lost, doubled, inversions, silent, undisclosed], [0; 5], "{tally:?}");
}

/// Every conversation, of whatever state.
async fn conversations(eva: &Staff) -> Vec<String> {
    let mut ids = Vec::new();
    for state in ["bot", "waiting", "claimed", "closed"] {
        let found = eva.conversations(state).await;
        ids.extend(found.iter().map(|conversation| conversation["id"].as_str().unwrap().to_owned()));
    }
    ids
}

/// Waits until a customer's conversation is at rest, and holds it against what was said and what arrived.
async fn audit(eva: &Staff, messenger: &Messenger, customer: i64, texts: &[String], tally: &mut Tally) {
    let deadline = Instant::now() + PATIENCE;
    let shown = loop {
        let found = its(eva, &texts[0]).await.filter(|shown| at_rest(shown, texts.len()));
        // The bot may still be at work on what was asked before its last answer: what does not fit stays so.
        if let Some(shown) = found.filter(|shown| wrong(messenger, customer, shown).is_empty()) {
            break shown;
        }
        if Instant::now() > deadline {
            let shown = its(eva, &texts[0]).await.unwrap();
            println!("customer {customer}: {:?}", wrong(messenger, customer, &shown));
            break shown;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let all = shown["messages"].as_array().unwrap();
    let own: Vec<&str> = all
        .iter()
        .filter(|message| message["from"] == "customer")
        .filter_map(|message| message["text"].as_str())
        .collect();
    let mut once = own.clone();
    once.dedup();
    tally.taken += texts.len();
    tally.lost += texts.iter().filter(|text| !own.contains(&text.as_str())).count();
    tally.doubled += own.len() - own.iter().collect::<std::collections::BTreeSet<_>>().len();
    tally.inversions += usize::from(once != texts);
    tally.silent += wrong(messenger, customer, &shown).len();
    tally.undisclosed += undisclosed(all);
    tally.unknown += all.iter().filter(|message| message["delivery"] == "unknown").count();
}

/// The bot's messages with no disclosure before them.
fn undisclosed(all: &[Value]) -> usize {
    let mut disclosed = false;
    let early = all.iter().filter(|message| {
        disclosed |= message["from"] == "system" && message["text"].as_str().is_some_and(|text| text.contains("AI"));
        message["from"] == "bot" && !disclosed
    });
    early.count()
}

/// A customer's conversation, by what they said first.
async fn its(eva: &Staff, first: &str) -> Option<Value> {
    for id in conversations(eva).await {
        let shown = eva.conversation(&id).await;
        if shown["messages"].as_array().unwrap().iter().any(|message| message["text"] == first) {
            return Some(shown);
        }
    }
    None
}

/// Texts of ours that did not arrive as often as they are said to have been sent, or more often than that and what is not
/// known: with how often they were sent, are not known, and arrived.
fn wrong(messenger: &Messenger, customer: i64, shown: &Value) -> Vec<(String, [usize; 3])> {
    let mut told: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let all = shown["messages"].as_array().unwrap();
    for message in all.iter().filter(|message| message["from"] != "customer") {
        // With the name before it: an answer may be the end of a longer one.
        let name = if message["from"] == "bot" { message["name"].as_str().unwrap() } else { "" };
        let entry = told.entry(format!("{name}\n{}", message["text"].as_str().unwrap()).trim().to_owned()).or_default();
        match message["delivery"].as_str() {
            Some("sent") => entry.0 += 1,
            Some("unknown") => entry.1 += 1,
            _ => {}
        }
    }
    let heard = messenger.heard(customer);
    let arrived = |text: &str| heard.iter().filter(|heard| heard.text.replace('*', "").contains(text)).count();
    let all = told.into_iter().map(|(text, (sent, unknown))| {
        let times = arrived(&text);
        (text, [sent, unknown, times])
    });
    all.filter(|(_, [sent, unknown, arrived])| !(*sent..=sent + unknown).contains(arrived)).collect()
}

/// Whether everything is there, and nothing waits to be delivered or answered.
fn at_rest(shown: &Value, said: usize) -> bool {
    let messages = shown["messages"].as_array().unwrap();
    let own = messages.iter().filter(|message| message["from"] == "customer").count();
    let pending = messages.iter().any(|message| message["delivery"] == "pending");
    let people = shown["state"] == "waiting" || shown["state"] == "claimed";
    let answered =
        messages.iter().rfind(|message| !message["seq"].is_null()).is_some_and(|last| last["from"] != "customer");
    own >= said && !pending && (people || answered)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_telegram_is_lost_or_doubled_by_kills() {
    ledger(Messenger::telegram()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_whatsapp_is_lost_or_doubled_by_kills() {
    ledger(Messenger::whatsapp()).await;
}
