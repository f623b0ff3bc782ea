//! The ledger over many processes on `RabbitMQ`, Redis and `PostgreSQL`: whatever befalls them, nothing acknowledged is lost,
//! nothing happens twice, no bot speaks over a person, and everything heals by itself.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wissel::failpoint::Point;
use wissel_servers::Sentinels;

use super::agents::work;
use super::audit::audit_all;
use super::faults::Fault;
use super::load::{Dice, Load};
use super::{Customer, Tally, number, races, unlimited};
use crate::harness::fleet::SPLIT;
use crate::harness::{Fleet, PATIENCE, Servers};
use crate::journey::verified;

/// Members of staff at work.
const AGENTS: [&str; 2] = ["Bob", "Ann"];

/// Keeps fleets on servers that nobody kills from running beside each other: a machine of two cores is full with one.
static CALM: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn whatever_befalls_a_fleet_nothing_acknowledged_is_lost_or_doubled() {
    let servers = tokio::task::block_in_place(Servers::start);
    let faults = chosen(number("WISSEL_LEDGER_KILLS", 0));
    let messages = number("WISSEL_LEDGER_MESSAGES", 40 * faults.len());
    let mut fleet = Fleet::start(servers.fresh(unlimited()), &SPLIT).await;
    let load = Load::start(fleet.intake().setup.public, messages);
    let stop = CancellationToken::new();
    let mut agents = Vec::new();
    for (seed, name) in (1..).zip(AGENTS) {
        agents.push(TaskTracker::new().spawn(work(fleet.staff(name).await, seed, stop.clone())));
    }
    let mut customers = Vec::new();
    for (n, fault) in faults.iter().enumerate() {
        load.share(n + 1, faults.len()).await;
        fault.strike(&mut fleet, &servers).await;
        let healed = answered(&fleet, &servers, &mut customers).await;
        println!("{fault:?}: the next customer was answered after {:.1} s", healed.as_secs_f32());
    }
    let mut replies = Vec::new();
    stop.cancel();
    for agent in agents {
        replies.extend(agent.await.unwrap());
    }
    fleet.ready().await;
    customers.extend(load.finished().await);
    let tally = audit_all(&fleet.staff("Eva").await, customers).await;
    let [lost, doubled] = tally.replies(&replies);
    println!("{} faults: {tally}; {} replies of staff: {lost} lost, {doubled} doubled", faults.len(), replies.len());
    tally.assert_clean();
    assert_eq!([lost, doubled], [0, 0], "replies of staff");
    verified(fleet.desk()).await;
}

/// Every fault once, in an order that looks random; or so many of them, mostly kills. `WISSEL_LEDGER_FAULT` names one,
/// as it is printed, to be seen alone.
fn chosen(kills: usize) -> Vec<Fault> {
    let only = std::env::var("WISSEL_LEDGER_FAULT").unwrap_or_default();
    let all: Vec<Fault> = Fault::ALL.into_iter().filter(|fault| format!("{fault:?}").contains(&only)).collect();
    assert!(!all.is_empty(), "WISSEL_LEDGER_FAULT: {only:?} names none of {:?}", Fault::ALL);
    let mut dice = Dice::new(1_009);
    let mut pick = |from: &[Fault]| from[usize::try_from(dice.roll(from.len() as u64)).unwrap()];
    if kills == 0 {
        let mut left = all;
        let mut order = Vec::new();
        while !left.is_empty() {
            let next = pick(&left);
            left.retain(|fault| *fault != next);
            order.push(next);
        }
        return order;
    }
    let deadly: Vec<Fault> = all.iter().copied().filter(|fault| fault.is_kill()).collect();
    (0..kills).map(|n| if n % 4 == 0 || deadly.is_empty() { pick(&all) } else { pick(&deadly) }).collect()
}

/// How long it takes until a new customer is answered, who is to be audited with the others.
async fn answered(fleet: &Fleet, servers: &Servers, customers: &mut Vec<Customer>) -> Duration {
    let began = Instant::now();
    let mut customer = Customer::new(fleet.intake().setup.public);
    customer.say("Wanneer komt mijn pakket?", 1).await;
    // By the bot, or by a member of staff who was quicker.
    if !customer.hears(|from| from != "customer").await {
        let id = customer.conversation().await;
        let shown = fleet.staff("Eva").await.conversation(&id).await;
        panic!("the fleet has not healed; {shown:#}\nqueues:\n{}", servers.queues());
    }
    customer.leave();
    customers.push(customer);
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_every_failpoint_of_a_fleet_loses_and_doubles_nothing() {
    let _alone = CALM.lock().await;
    let servers = tokio::task::block_in_place(Servers::shared);
    // A bot that is dead for a moment is late, so that timers are due.
    let setup = servers.fresh(unlimited()).with("WISSEL__LIMITS__BOT_SECONDS", "1");
    let mut fleet = Fleet::start(setup, &SPLIT).await;
    let (mut hits, mut tally) = (0, Tally::default());
    for round in rounds() {
        let customers = until_all_hit(&round, &mut fleet).await;
        hits += round.len();
        fleet.ready().await;
        tally.add(&audit_all(&fleet.staff("Eva").await, customers).await);
    }
    println!("{hits} of {} failpoints hit: {tally}", Point::ALL.len());
    assert_eq!(hits, Point::ALL.len());
    tally.assert_clean();
    verified(fleet.desk()).await;
}

/// The process that passes a failpoint.
fn process_of(point: Point) -> &'static str {
    match point.name().split('.').next().unwrap() {
        "intake" => "intake",
        "router" => "router-a",
        "bot" => "bot",
        "delivery" => "delivery",
        "handoff" => "handoff",
        "journal" => "journal",
        "timers" => "desk",
        other => panic!("{other}: which process passes it?"),
    }
}

/// All failpoints, so that each round has one of each process at most.
fn rounds() -> Vec<Vec<Point>> {
    let mut rounds: Vec<Vec<Point>> = Vec::new();
    for point in Point::ALL {
        let free = |round: &Vec<Point>| round.iter().all(|other| process_of(*other) != process_of(*point));
        match rounds.iter_mut().find(|round| free(round)) {
            Some(round) => round.push(*point),
            None => rounds.push(vec![*point]),
        }
    }
    rounds
}

/// Arms the points, and lets new customers come until each has killed its process; gives those customers.
async fn until_all_hit(round: &[Point], fleet: &mut Fleet) -> Vec<Customer> {
    for point in round {
        fleet.start_again_with(process_of(*point), &[("WISSEL_FAILPOINT", &format!("{}:1", point.name()))]);
    }
    let address = fleet.intake().setup.public;
    let stop = CancellationToken::new();
    let lanes: Vec<_> = (0..4).map(|_| TaskTracker::new().spawn(come_and_go(address, stop.clone()))).collect();
    let (mut left, began) = (round.to_vec(), Instant::now());
    while !left.is_empty() {
        assert!(began.elapsed() < PATIENCE, "not hit within {PATIENCE:?}: {left:?}");
        for (name, logged) in fleet.died() {
            let point = left.iter().copied().find(|point| process_of(*point) == name);
            let point = point.unwrap_or_else(|| panic!("{name} died unasked:\n{logged}"));
            assert!(
                logged.contains(&format!("failpoint {} hit", point.name())),
                "{name} died of something else:\n{logged}"
            );
            println!("failpoint {:<24} hit after {:.1} s", point.name(), began.elapsed().as_secs_f32());
            left.retain(|other| *other != point);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    let mut customers = Vec::new();
    for lane in lanes {
        customers.extend(lane.await.unwrap());
    }
    customers
}

/// One customer after the other: a question for the bot, then for a person.
async fn come_and_go(address: SocketAddr, stop: CancellationToken) -> Vec<Customer> {
    let mut customers = Vec::new();
    while !stop.is_cancelled() {
        let mut customer = Customer::new(address);
        customer.say("Wanneer komt mijn pakket?", 1).await;
        customer.hear("system").await;
        customer.say("Ik wil een mens spreken", 2).await;
        customer.leave();
        customers.push(customer);
    }
    customers
}

#[tokio::test(flavor = "multi_thread")]
async fn no_word_of_the_bot_comes_after_a_granted_claim() {
    let _alone = CALM.lock().await;
    let servers = tokio::task::block_in_place(Servers::shared);
    races::run(Fleet::start(servers.fresh(unlimited()), &SPLIT).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lagging_replica_that_is_promoted_loses_nothing() {
    let _alone = CALM.lock().await;
    let servers = tokio::task::block_in_place(Servers::shared);
    let sentinels = tokio::task::block_in_place(Sentinels::start);
    let mut fleet = Fleet::start(servers.with_store(unlimited(), &sentinels.url()), &SPLIT).await;
    let load = Load::start(fleet.intake().setup.public, 400);
    load.share(1, 4).await;
    tokio::task::block_in_place(|| sentinels.lag());
    load.share(2, 4).await;
    tokio::task::block_in_place(|| sentinels.promote());
    let mut customers = Vec::new();
    let healed = answered(&fleet, &servers, &mut customers).await;
    println!("a lagging replica was promoted: the next customer was answered after {:.1} s", healed.as_secs_f32());
    load.share(3, 4).await;
    tokio::task::block_in_place(|| sentinels.start_again());
    fleet.kill("router-a");
    customers.extend(load.finished().await);
    let tally = audit_all(&fleet.staff("Eva").await, customers).await;
    println!("a lagging replica was promoted: {tally}");
    tally.assert_clean();
    verified(fleet.desk()).await;
}
