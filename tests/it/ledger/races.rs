//! Races of a claim and the bot's answer: nothing of the bot is placed after the claim was granted.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{number, unlimited};
use tokio_util::task::TaskTracker;

use crate::harness::{Chat, Daemon, Staff};
use crate::journey::verified;

/// How many races are run beside each other.
const LANES: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_the_bot_comes_after_a_granted_claim() {
    let races = number("WISSEL_LEDGER_RACES", 200);
    let daemon = Arc::new(unlimited().start().await);
    let lanes: Vec<_> =
        (0..LANES).map(|lane| TaskTracker::new().spawn(run(Arc::clone(&daemon), lane, races / LANES))).collect();
    let (mut before, mut after) = (0, 0);
    for lane in lanes {
        let (won, lost) = lane.await.unwrap();
        before += won;
        after += lost;
    }
    println!("{races} races: the bot spoke before the claim in {before}, not at all in {after}, after it in 0");
    assert!(after > 0, "every race was won by the bot: this is no race");
    verified(&daemon).await;
}

async fn run(daemon: Arc<Daemon>, lane: usize, races: usize) -> (usize, usize) {
    let staff = daemon.staff("Eva").await;
    let (mut spoke, mut silent) = (0, 0);
    for n in 0..races {
        if race(&daemon, &staff, (lane * races + n) % 12).await {
            spoke += 1;
        } else {
            silent += 1;
        }
    }
    (spoke, silent)
}

/// One race; whether the bot spoke before the claim. `delay` is how many looks the person takes first.
async fn race(daemon: &Daemon, staff: &Staff, delay: usize) -> bool {
    let mut chat = Chat::open(daemon, "nl").await;
    chat.say("Wanneer komt mijn pakket?").await;
    let id = chat.owner("bot").await;
    for _ in 0..delay {
        tokio::task::yield_now().await;
        if delay > 6 {
            staff.conversation(&id).await;
        }
    }
    let order = staff.order(&id, "claim", &json!({})).await;
    assert_eq!(order.status, 200, "{}", order.text());
    chat.owner("agent").await;
    staff.reply(&id, "Dag, met Eva").await;
    chat.message_from("staff").await;
    let story = staff.get(&format!("/api/conversations/{id}/explain")).await;
    let entries = story["entries"].as_array().unwrap();
    let changes: Vec<&str> =
        entries.iter().flat_map(|entry| entry["changes"].as_array().unwrap()).filter_map(Value::as_str).collect();
    let granted = changes.iter().position(|change| change.ends_with("-> Eva")).expect("the claim was granted");
    let spoken = changes.iter().position(|change| change.ends_with("from bot"));
    assert!(spoken.is_none_or(|spoken| spoken < granted), "{changes:#?}");
    spoken.is_some()
}
