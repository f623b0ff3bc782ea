//! A peak of ten times the usual: everybody is served, customers are acknowledged quickly, and who asks for a person gets
//! to the people's queue as soon as ever. How long a person's words take to the customer is printed.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::{number, unlimited};
use crate::harness::fleet::WHOLE;
use crate::harness::{Chat, Fleet, Staff};
use crate::journey::verified;

/// How many times more come in the peak.
const PEAK: u32 = 10;
/// Every so many ask for a person.
const FOR_PEOPLE: u32 = 4;
/// How long an acknowledgement may take.
const ACKNOWLEDGED: Duration = Duration::from_secs(1);
/// What no difference is made of: the machine does other things too.
const NOISE: Duration = Duration::from_millis(500);

/// How long what one customer waits for took.
struct Waited {
    acknowledged: Duration,
    /// For those who asked for a person: until people have it, and from a person's order to their words.
    people: Option<(Duration, Duration)>,
}

/// What 99 of 100 waited at the most.
struct Times {
    acknowledged: Duration,
    queued: Duration,
    replied: Duration,
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { acknowledged, queued, replied } = self;
        write!(
            f,
            "acknowledged {acknowledged:.1?}, with people {queued:.1?}, from a person's order to their words {replied:.1?}"
        )
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_peak_of_ten_times_the_usual_people_get_what_asks_for_them_as_soon_as_ever() {
    let seconds = u64::try_from(number("WISSEL_PEAK_SECONDS", 3)).unwrap();
    let usual = u32::try_from(number("WISSEL_PEAK_RATE", 2)).unwrap();
    let fleet = Arc::new(Fleet::start(unlimited(), &WHOLE).await);
    let eva = Arc::new(fleet.staff("Eva").await);
    let normal = come((&fleet, &eva), usual, Duration::from_secs(seconds.max(5))).await;
    println!("{usual} customers a second: {normal}");
    let peak = come((&fleet, &eva), usual * PEAK, Duration::from_secs(seconds)).await;
    println!("{} customers a second: {peak}", usual * PEAK);
    assert!(peak.acknowledged <= ACKNOWLEDGED, "{peak}");
    assert!(peak.queued <= 2 * normal.queued + NOISE, "to a person's queue: {peak}; usually {normal}");
    verified(fleet.desk()).await;
}

/// Customers come for some time; every one of them is served in the end. Gives what 99 of 100 waited at the most.
async fn come((fleet, eva): (&Arc<Fleet>, &Arc<Staff>), rate: u32, lasts: Duration) -> Times {
    let (tracker, began) = (TaskTracker::new(), Instant::now());
    let mut customers: Vec<JoinHandle<Waited>> = Vec::new();
    for customer in 0.. {
        let due = began + Duration::from_secs(1) * customer / rate;
        if due > began + lasts {
            break;
        }
        tokio::time::sleep_until(due.into()).await;
        customers.push(tracker.spawn(served(Arc::clone(fleet), Arc::clone(eva), customer % FOR_PEOPLE == 0)));
    }
    let (mut acknowledged, mut queued, mut replied) = (Vec::new(), Vec::new(), Vec::new());
    for customer in customers {
        let waited = customer.await.unwrap();
        acknowledged.push(waited.acknowledged);
        if let Some(people) = waited.people {
            queued.push(people.0);
            replied.push(people.1);
        }
    }
    let p99 = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[(times.len() * 99).div_ceil(100) - 1]
    };
    Times { acknowledged: p99(acknowledged), queued: p99(queued), replied: p99(replied) }
}

/// A customer says something, and gets what they came for.
async fn served(fleet: Arc<Fleet>, eva: Arc<Staff>, wants_person: bool) -> Waited {
    let mut chat = Chat::open(fleet.intake(), "nl").await;
    let began = Instant::now();
    if !wants_person {
        chat.say("Wanneer komt mijn pakket?").await;
        let acknowledged = began.elapsed();
        chat.message_from("bot").await;
        return Waited { acknowledged, people: None };
    }
    chat.say("Ik wil nu een mens spreken!").await;
    let acknowledged = began.elapsed();
    let id = chat.owner("queue").await;
    let queued = began.elapsed();
    eva.claim(&id).await;
    let began = Instant::now();
    eva.reply(&id, "Hallo, met Eva.").await;
    chat.message_from("staff").await;
    Waited { acknowledged, people: Some((queued, began.elapsed())) }
}
