//! The broker is away at half of what the fleet can do: nothing is lost, and what waited is done by itself (P9).
//!
//! Long form: `WISSEL_AWAY_SECONDS=60 cargo test --test it the_broker_is_away -- --nocapture`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio_util::task::TaskTracker;

use super::audit::audit;
use super::load::Load;
use super::{Customer, Tally, number, unlimited};
use crate::harness::fleet::SPLIT;
use crate::harness::{Fleet, Servers};
use crate::journey::verified;

/// Customers who write at the same time.
const LANES: usize = 20;
/// How much is said to find out what the fleet can do.
const MEASURED: usize = 400;
/// How long the load runs before the broker goes, and after it is back at least.
const AROUND: Duration = Duration::from_secs(4);
/// How soon after the broker's return nothing may wait any more.
const CAUGHT_UP: Duration = Duration::from_secs(90);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

#[tokio::test(flavor = "multi_thread")]
async fn the_broker_is_away_and_what_waited_is_done_afterwards() {
    let away = Duration::from_secs(number("WISSEL_AWAY_SECONDS", 6) as u64);
    let servers = tokio::task::block_in_place(Servers::start);
    let fleet = Fleet::start(servers.fresh(unlimited()), &SPLIT).await;
    let address = fleet.intake().setup.public;
    let began = Instant::now();
    let measured = Load::start(address, MEASURED);
    let mut customers = measured.finished().await;
    // One message of each lane so often is half of what it can do.
    let each = began.elapsed() * 2 * u32::try_from(LANES).unwrap() / u32::try_from(MEASURED).unwrap();

    let count = (AROUND * 2 + away).as_millis() / each.as_millis().max(1);
    let paced = Paced::start(address, usize::try_from(count).unwrap(), each);
    tokio::time::sleep(AROUND).await;
    tokio::task::block_in_place(|| servers.rabbitmq.stop_app());
    tokio::time::sleep(away).await;
    let waiting = paced.due().saturating_sub(paced.said());
    tokio::task::block_in_place(|| servers.rabbitmq.start_app());
    let back = Instant::now();
    while paced.said() + LANES < paced.due() {
        assert!(back.elapsed() < CAUGHT_UP, "{} of {} are done", paced.said(), paced.due());
        tokio::time::sleep(LOOK).await;
    }
    let caught_up = back.elapsed();
    customers.extend(paced.finished().await);
    let staff = fleet.staff("Eva").await;
    let mut tally = Tally::default();
    for customer in &mut customers {
        tally.add(&audit(&staff, customer).await);
    }
    println!(
        "broker away {} s at {:.0} messages/s, {waiting} waited; done {:.1} s after its return: {tally}",
        away.as_secs(),
        f64::from(u32::try_from(LANES).unwrap()) / each.as_secs_f64(),
        caught_up.as_secs_f32()
    );
    assert!(waiting > 0, "something had to wait");
    for (name, warned) in fleet.warnings() {
        assert!(warned < 60, "{name} warned {warned} times: once a cause is enough");
    }
    tally.assert_clean();
    verified(fleet.desk()).await;
}

/// Customers who write at a steady pace, and say at once what they are behind with.
struct Paced {
    began: Instant,
    each: Duration,
    count: usize,
    said: Arc<AtomicUsize>,
    lanes: Vec<tokio::task::JoinHandle<Customer>>,
}

impl Paced {
    fn start(address: SocketAddr, count: usize, each: Duration) -> Self {
        let (began, said) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
        let lane = |lane| TaskTracker::new().spawn(write(address, lane, count, each, Arc::clone(&said)));
        Self { began, each, count, lanes: (0..LANES).map(lane).collect(), said }
    }

    /// How much should have been said by now.
    fn due(&self) -> usize {
        let rounds = self.began.elapsed().as_millis() / self.each.as_millis().max(1);
        usize::try_from(rounds).unwrap().min(self.count) * LANES
    }

    fn said(&self) -> usize {
        self.said.load(Ordering::SeqCst)
    }

    async fn finished(self) -> Vec<Customer> {
        let mut customers = Vec::new();
        for lane in self.lanes {
            customers.push(lane.await.unwrap());
        }
        customers
    }
}

async fn write(address: SocketAddr, lane: usize, count: usize, each: Duration, said: Arc<AtomicUsize>) -> Customer {
    let mut customer = Customer::new(address);
    let began = tokio::time::Instant::now();
    for n in 0..count {
        tokio::time::sleep_until(began + each * u32::try_from(n).unwrap()).await;
        let text = if (lane + n).is_multiple_of(4) { "Ik wil een mens spreken" } else { "Wanneer komt mijn pakket?" };
        customer.say(text, 1).await;
        said.fetch_add(1, Ordering::SeqCst);
    }
    customer.leave();
    customer
}
