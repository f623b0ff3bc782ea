//! Random kills under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Customer, Tally, check, number, unlimited};
use tokio_util::task::TaskTracker;

use crate::harness::Staff;
use crate::journey::verified;

/// What customers say, in turn: the bot's part, people's part, small talk.
const TEXTS: [&str; 6] = [
    "Wanneer komt mijn pakket?",
    "Wat zijn jullie openingstijden?",
    "Dank je wel",
    "Hoe stuur ik iets terug?",
    "Ik wil een mens spreken",
    "Wat kost verzenden naar België?",
];

/// A generator of numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_doubled_by_kills() {
    let (messages, kills) = (number("WISSEL_LEDGER_MESSAGES", 300), number("WISSEL_LEDGER_KILLS", 5));
    let customers = 20;
    let mut daemon = unlimited().start().await;
    let said = Arc::new(AtomicUsize::new(0));
    let writing: Vec<_> = (0..customers)
        .map(|n| {
            TaskTracker::new().spawn(write_on(
                Customer::new(daemon.setup.public),
                n,
                messages / customers,
                Arc::clone(&said),
            ))
        })
        .collect();
    let mut dice = Dice(4_711);
    for kill in 1..=kills {
        // Spread over the load: the next kill comes when its share has been said, and a moment later.
        let share = messages * kill / (kills + 1);
        daemon.until("its share to be said", async || said.load(Ordering::SeqCst) >= share).await;
        let moment = Instant::now() + Duration::from_micros(dice.roll(30_000));
        daemon.until("a moment", async || Instant::now() >= moment).await;
        daemon = daemon.kill_and_restart().await;
    }
    let mut done = Vec::new();
    for writer in writing {
        done.push(writer.await.unwrap());
    }
    let staff = daemon.staff("Eva").await;
    let mut tally = Tally::default();
    for mut customer in done {
        let found = audit(&staff, &mut customer).await;
        tally.add(&found);
    }
    println!("{messages} messages, {kills} kills: {tally:?}");
    tally.assert_clean();
    verified(&daemon).await;
}

/// Writes on; every third message is said several times.
async fn write_on(mut customer: Customer, n: usize, messages: usize, said: Arc<AtomicUsize>) -> Customer {
    for message in 0..messages {
        let times = if message % 3 == 0 { 1 + (n + message) % 5 } else { 1 };
        customer.say(TEXTS[(n + message) % TEXTS.len()], times).await;
        said.fetch_add(1, Ordering::SeqCst);
    }
    customer
}

/// Reads everything back, and looks whether it came to an end.
pub(super) async fn audit(staff: &Staff, customer: &mut Customer) -> Tally {
    let id = customer.conversation().await;
    let placed = |shown: &Value| {
        let messages = shown["messages"].as_array().unwrap();
        customer.acknowledged.iter().all(|said| messages.iter().any(|message| message["id"] == said.id.as_str()))
    };
    let end = "all that was acknowledged to be there, and to come to an end";
    let shown = staff.until(&id, end, |shown| at_rest(shown) && ended(shown) && placed(shown)).await;
    let last = shown["messages"].as_array().unwrap().iter().filter_map(|message| message["seq"].as_u64()).max();
    let messages = customer.transcript(last.unwrap_or(0)).await;
    check(&customer.acknowledged, &messages)
}

/// Whether nothing waits to be delivered.
fn at_rest(conversation: &Value) -> bool {
    let messages = conversation["messages"].as_array().unwrap();
    !messages.iter().any(|message| message["delivery"] == "pending")
}

/// Whether the customer's last word is answered, a mere thank-you, or with people.
fn ended(conversation: &Value) -> bool {
    let people = conversation["state"] == "waiting" || conversation["state"] == "claimed";
    let messages = conversation["messages"].as_array().unwrap();
    let last = messages.iter().rfind(|message| !message["seq"].is_null());
    people || last.is_some_and(|message| message["from"] != "customer" || message["text"] == "Dank je wel")
}
