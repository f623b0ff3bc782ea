//! Races of a claim and the bot's answer: nothing of the bot is placed after the claim was granted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{number, unlimited};
use tokio_util::task::TaskTracker;

use crate::harness::fleet::WHOLE;
use crate::harness::{Chat, Fleet, PATIENCE, Staff};
use crate::journey::verified;

/// How many races are run beside each other.
const LANES: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_the_bot_comes_after_a_granted_claim() {
    run(Fleet::start(unlimited(), &WHOLE).await).await;
}

/// Races on a fleet.
pub(super) async fn run(fleet: Fleet) {
    let races = number("WISSEL_LEDGER_RACES", 200);
    let fleet = Arc::new(fleet);
    let lanes: Vec<_> =
        (0..LANES).map(|n| TaskTracker::new().spawn(lane(Arc::clone(&fleet), n, races / LANES))).collect();
    let (mut before, mut after) = (0, 0);
    for lane in lanes {
        let (won, lost) = lane.await.unwrap();
        before += won;
        after += lost;
    }
    println!("{races} races: the bot spoke before the claim in {before}, not at all in {after}, after it in 0");
    assert!(after > 0, "every race was won by the bot: this is no race");
    verified(fleet.desk()).await;
}

async fn lane(fleet: Arc<Fleet>, lane: usize, races: usize) -> (usize, usize) {
    let staff = fleet.staff("Eva").await;
    let (mut spoke, mut silent) = (0, 0);
    for n in 0..races {
        if race(&fleet, &staff, (lane * races + n) % 12).await {
            spoke += 1;
        } else {
            silent += 1;
        }
    }
    (spoke, silent)
}

/// One race; whether the bot spoke before the claim. `delay` is how many looks the person takes first.
async fn race(fleet: &Fleet, staff: &Staff, delay: usize) -> bool {
    let mut chat = Chat::open(fleet.intake(), "nl").await;
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
    let changes = changes(staff, &id).await;
    let granted = changes.iter().position(|change| change.ends_with("-> Eva"));
    let granted = granted.unwrap_or_else(|| panic!("the claim was not granted: {changes:#?}"));
    let spoken = changes.iter().position(|change| change.ends_with("from bot"));
    assert!(spoken.is_none_or(|spoken| spoken < granted), "{changes:#?}");
    spoken.is_some()
}

/// What changed in a conversation, once the journal has the reply, which came last.
async fn changes(staff: &Staff, id: &str) -> Vec<String> {
    let began = Instant::now();
    loop {
        let story = staff.get(&format!("/api/conversations/{id}/explain")).await;
        let entries = story["entries"].as_array().unwrap();
        let changes = entries.iter().flat_map(|entry| entry["changes"].as_array().unwrap());
        let changes: Vec<String> = changes.map(|change| change.as_str().unwrap().to_owned()).collect();
        if changes.iter().any(|change| change.starts_with("reply: by")) {
            return changes;
        }
        assert!(began.elapsed() < PATIENCE, "the journal has no reply: {changes:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
