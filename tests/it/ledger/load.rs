//! Load: customers who write on, one after the other in lanes beside each other, until enough was said.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::audit::audit_all;
use super::{Customer, Tally};
use crate::harness::{Daemon, PATIENCE};

/// What customers say, in turn: the bot's part, people's part, small talk.
const TEXTS: [&str; 6] = [
    "Wanneer komt mijn pakket?",
    "Wat zijn jullie openingstijden?",
    "Dank je wel",
    "Hoe stuur ik iets terug?",
    "Ik wil een mens spreken",
    "Wat kost verzenden naar België?",
];
/// Customers who write at the same time.
const LANES: usize = 20;
/// What one customer says, before the next one comes.
const EACH: usize = 15;
/// Between two looks at what was said.
const LOOK: Duration = Duration::from_millis(5);

/// A generator of numbers that look random and are the same in every run.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Customers who write.
pub(super) struct Load {
    messages: usize,
    said: Arc<AtomicUsize>,
    lanes: Vec<JoinHandle<Vec<Customer>>>,
}

impl Load {
    /// Begins to write `messages` to the daemon at `address`, whatever becomes of it.
    pub(super) fn start(address: SocketAddr, messages: usize) -> Self {
        let said = Arc::new(AtomicUsize::new(0));
        let lane = |n| TaskTracker::new().spawn(write(address, n, messages / LANES, Arc::clone(&said)));
        let lanes = (0..LANES).map(lane).collect();
        Self { messages, said, lanes }
    }

    /// How much was said and acknowledged.
    pub(super) fn said(&self) -> usize {
        self.said.load(Ordering::SeqCst)
    }

    /// Waits until its share was said: `n` of `of` equal shares, the last of which is left.
    pub(super) async fn share(&self, n: usize, of: usize) {
        let share = self.messages * n / (of + 1);
        let mut progress = (self.said(), Instant::now());
        while self.said() < share {
            let said = self.said();
            if said > progress.0 {
                progress = (said, Instant::now());
            }
            assert!(progress.1.elapsed() < PATIENCE, "{said} of {} were said, and no more", self.messages);
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until everything was said; gives the customers.
    pub(super) async fn finished(self) -> Vec<Customer> {
        let mut done = Vec::new();
        for lane in self.lanes {
            done.extend(lane.await.unwrap());
        }
        done
    }

    /// Waits until everything was said, and holds what is there against it.
    pub(super) async fn audited(self, desk: &Daemon) -> Tally {
        let customers = self.finished().await;
        audit_all(&desk.staff("Eva").await, customers).await
    }
}

/// One lane; every third message is said several times.
async fn write(address: SocketAddr, lane: usize, messages: usize, said: Arc<AtomicUsize>) -> Vec<Customer> {
    let mut customers = Vec::new();
    for message in 0..messages {
        if message % EACH == 0 {
            customers.push(Customer::new(address));
        }
        let customer = customers.last_mut().unwrap();
        let times = if message % 3 == 0 { 1 + (lane + message) % 5 } else { 1 };
        customer.say(TEXTS[(lane + message) % TEXTS.len()], times).await;
        said.fetch_add(1, Ordering::SeqCst);
        if message % EACH == EACH - 1 {
            customer.leave();
        }
    }
    customers
}
