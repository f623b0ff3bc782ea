//! Poison under kills: an event that no router can decide on harms itself alone, and can be tried again (P8).
//!
//! Long form: `WISSEL_POISON_MESSAGES=10000 WISSEL_POISON_ONE_IN=100 WISSEL_POISON_KILLS=50 cargo test --test it poison`.

use std::collections::BTreeSet;
use std::process::Output;

use serde_json::Value;

use super::load::Dice;
use super::{Customer, number, unlimited};
use crate::harness::fleet::{SPLIT, WHOLE};
use crate::harness::{Fleet, Servers, Setup, Staff};

/// The word that no router survives.
const WORD: &str = "arsenicum";
/// Customers who write beside each other.
const CUSTOMERS: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn poison_harms_itself_alone_during_kills() {
    harms_itself_alone(unlimited(), &WHOLE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_harms_itself_alone_during_kills_of_a_fleet() {
    let servers = Servers::start();
    harms_itself_alone(servers.fresh(unlimited()), &SPLIT).await;
}

/// A customer with the ids of what is poison and of what is not.
struct Writer {
    customer: Customer,
    conversation: String,
    poison: Vec<String>,
}

async fn harms_itself_alone(setup: Setup, split: &[(&'static str, &'static str)]) {
    let (messages, one_in) = (number("WISSEL_POISON_MESSAGES", 200), number("WISSEL_POISON_ONE_IN", 20));
    let kills = number("WISSEL_POISON_KILLS", 4);
    let setup = setup.with("WISSEL_FAILPOINT", &format!("router.poison:{WORD}"));
    let mut fleet = Fleet::start(setup, split).await;
    let mut writers = greet(&fleet).await;
    let mut dice = Dice::new(815);
    for round in 1..=kills {
        let share = messages / kills / CUSTOMERS;
        for writer in &mut writers {
            writer.write((round - 1) * share, share, one_in).await;
        }
        let names = fleet.names();
        let chosen = dice.roll(u64::try_from(names.len()).unwrap());
        fleet.kill(names[usize::try_from(chosen).unwrap()]);
    }
    fleet.ready().await;
    let staff = fleet.staff("Eva").await;
    for writer in &writers {
        writer.all_placed(&staff, false).await;
    }

    let poison: usize = writers.iter().map(|writer| writer.poison.len()).sum();
    let cli = fleet.desk().setup.clone();
    fleet.desk().until("all poison to be set aside", async || aside(&cli).len() >= poison).await;
    let dead = aside(&cli);
    println!("{messages} messages, {kills} kills, {poison} poison: {} set aside", dead.len());
    assert_eq!(dead.len(), poison, "no innocent is among them: {dead:?}");
    look_through(&cli, &dead);

    // The fault is mended: whoever routes from now on survives the word.
    for name in fleet.names() {
        fleet.start_again_with(name, &[("WISSEL_FAILPOINT", "router.poison:mended")]);
    }
    fleet.ready().await;
    let told = text(&cli.run(&["dead", "retry", "--all"]));
    assert!(told.contains("back in their queues"), "{told}");
    let staff = fleet.staff("Eva").await;
    for writer in &writers {
        writer.all_placed(&staff, true).await;
    }
    fleet.desk().until("nothing to be set aside", async || aside(&cli).is_empty()).await;
}

/// Lets each customer begin a conversation, so that there is somebody to tell of what comes after.
async fn greet(fleet: &Fleet) -> Vec<Writer> {
    let mut writers = Vec::new();
    for _ in 0..CUSTOMERS {
        let mut customer = Customer::new(fleet.intake().setup.public);
        customer.say("Ik wil een mens spreken", 1).await;
        let conversation = customer.conversation().await;
        writers.push(Writer { customer, conversation, poison: Vec::new() });
    }
    writers
}

impl Writer {
    /// Says `count` messages, of which one in `one_in` is poison.
    async fn write(&mut self, before: usize, count: usize, one_in: usize) {
        for message in before..before + count {
            let poisonous = message % one_in == one_in / 2;
            let text = if poisonous { format!("Er zit {WORD} in mijn pakket") } else { format!("bericht {message}") };
            self.customer.say(&text, 1 + message % 2).await;
            if poisonous {
                self.poison.push(self.customer.acknowledged.last().unwrap().id.clone());
            }
        }
    }

    /// Waits until what was acknowledged is in the thread, once and in order, with the poison or without it.
    async fn all_placed(&self, staff: &Staff, with_poison: bool) {
        let said = self.customer.acknowledged.iter().map(|said| said.id.as_str());
        let (poison, fine): (Vec<&str>, Vec<&str>) = said.partition(|id| self.poison.iter().any(|other| other == id));
        let wanted: BTreeSet<&str> = fine.iter().chain(poison.iter().filter(|_| with_poison)).copied().collect();
        let of_customer = |shown: &Value| -> Vec<String> {
            let messages = shown["messages"].as_array().unwrap().iter().filter(|message| message["from"] == "customer");
            messages.filter_map(|message| message["id"].as_str().map(str::to_owned)).collect()
        };
        let all = |shown: &Value| of_customer(shown).iter().map(String::as_str).collect::<BTreeSet<_>>() == wanted;
        let shown = staff.until(&self.conversation, "all that was acknowledged", all).await;
        let placed = of_customer(&shown);
        assert_eq!(placed.len(), wanted.len(), "each is there once");
        let order: Vec<&str> = placed.iter().map(String::as_str).filter(|id| fine.contains(id)).collect();
        assert_eq!(order, fine, "the neighbours keep their order");
    }
}

/// What is set aside, as `wissel dead list` tells it. The same event may have been set aside twice by a kill.
fn aside(setup: &Setup) -> Vec<Value> {
    let told: Value = serde_json::from_str(&text(&setup.run(&["dead", "list", "--json"]))).unwrap();
    let mut ids = BTreeSet::new();
    let all = told["dead"].as_array().unwrap().iter();
    all.filter(|letter| ids.insert(letter["id"].as_str().unwrap().to_owned())).cloned().collect()
}

/// Looks at what is told of what is set aside: all that an operator needs, and nothing that a customer wrote.
fn look_through(setup: &Setup, dead: &[Value]) {
    for letter in dead {
        assert_eq!((&letter["reason"], &letter["kind"]), (&"panic".into(), &"message".into()), "{letter}");
        assert!(letter["queue"].as_str().unwrap().starts_with("inbound."), "{letter}");
        assert!(letter["bytes"].as_u64().unwrap() > 100 && letter["at"].is_string(), "{letter}");
    }
    let id = dead[0]["id"].as_str().unwrap();
    for arguments in [["dead", "list"].as_slice(), &["dead", "show", id], &["dead", "show", id, "--json"]] {
        let told = text(&setup.run(arguments));
        assert!(told.contains(id) && !told.contains(WORD), "{told}");
    }
    let revealed = text(&setup.run(&["dead", "show", id, "--reveal"]));
    assert!(revealed.contains(WORD), "{revealed}");
}

#[track_caller]
fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}
