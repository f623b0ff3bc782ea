//! Rates: what the other side allows an account holds for all processes that deliver, and for whoever takes over.

use std::time::{Duration, Instant};

use super::Messenger;
use crate::harness::{Fleet, Servers, Setup};
use crate::ledger::unlimited;

/// Messages a second that the account may send.
const RATE: usize = 2;
/// Customers who all ask for a person, each of whom is told something.
const CUSTOMERS: i64 = 20;
/// Workers of each process that delivers: so many messages may have begun when it is killed, and are not sent blindly.
const WORKERS: usize = 2;
/// Two processes deliver, beside one that does all else.
const SPLIT: [(&str, &str); 3] =
    [("rest", "intake,router,bot,handoff,journal,timers,web"), ("deliver-a", "delivery"), ("deliver-b", "delivery")];

/// The most in any window.
fn most(moments: &[Instant], window: Duration) -> usize {
    let within =
        |from: &Instant| moments.iter().filter(|at| **at >= *from && at.duration_since(*from) < window).count();
    moments.iter().map(within).max().unwrap_or_default()
}

/// P15 over processes: never more than 110 % of the rate, also while the process that sends is killed.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_deliver_keep_one_rate_together_and_one_takes_over_from_the_other() {
    let servers = tokio::task::block_in_place(Servers::shared);
    let messenger = Messenger::telegram();
    let Messenger::Telegram(api) = &messenger else { unreachable!() };
    let setup = messenger.configure(servers.fresh(unlimited()));
    let setup = setup.with("WISSEL__TELEGRAM__SHOP__MESSAGES_PER_SECOND", &RATE.to_string());
    let setup = setup.with("WISSEL__WORKERS__DELIVERY", &WORKERS.to_string());
    let mut fleet = Fleet::start(setup, &SPLIT).await;
    let told =
        || api.calls().iter().filter(|call| call.method == "sendMessage").map(|call| call.at).collect::<Vec<_>>();
    for customer in 0..CUSTOMERS {
        messenger.say(32_000_000 + customer, "Ik wil een mens spreken");
    }
    // Each is killed once, so whichever had it, the other takes over at least once.
    let all = usize::try_from(CUSTOMERS).unwrap();
    let enough =
        async |count| api.changes().until("customers to be told", || (told().len() >= count).then_some(())).await;
    enough(all / 3).await;
    let first = fleet.down("deliver-a");
    enough(all * 2 / 3).await;
    fleet.launch("deliver-a", first);
    fleet.process("deliver-a").ready().await;
    let _second = fleet.down("deliver-b");
    enough(all - 2 * WORKERS).await;
    let moments = told();
    let (second, five) = (most(&moments, Duration::from_secs(1)), most(&moments, Duration::from_secs(5)));
    println!("{} messages by two processes at {RATE} a second: at most {second} in 1 s, {five} in 5 s", moments.len());
    assert!(second <= RATE * 11 / 10 + 1 && five <= RATE * 5 * 11 / 10, "{second} in 1 s, {five} in 5 s");
    assert!(five >= RATE * 2, "the rate was not come near to: {five} in 5 s");
}

/// Admission: a provider is told 429 while too much waits, comes again, and nothing of it is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_asked_to_come_again_while_too_much_waits() {
    let messenger = Messenger::whatsapp();
    let Messenger::Whatsapp(api) = &messenger else { unreachable!() };
    let setup = Setup::default().with("WISSEL__LIMITS__INBOUND_BACKLOG", "3");
    let _daemon = messenger.configure(setup).start().await;
    let customers = 33_000_000..33_000_012;
    for customer in customers.clone() {
        messenger.say(customer, "Ik wil een mens spreken");
    }
    messenger.taken().await;
    let answers = api.answers();
    assert!(answers.contains(&429) && answers.iter().all(|answer| [200, 429].contains(answer)), "{answers:?}");
    for customer in customers {
        messenger.until_count(customer, 1).await;
    }
}
