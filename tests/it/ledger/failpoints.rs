//! One kill at every failpoint: between every two steps of every worker.

use wissel::failpoint::Point;

use super::audit::audit;
use super::{Customer, Tally, unlimited};
use tokio_util::task::TaskTracker;

use crate::harness::Setup;
use crate::journey::verified;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_every_failpoint_loses_and_doubles_nothing() {
    let mut tally = Tally::default();
    for point in Point::ALL {
        let found = at(*point).await;
        println!("failpoint {:<24} hit once: {found}", point.name());
        tally.add(&found);
    }
    assert_eq!(tally.acknowledged, Point::ALL.len() * 3);
    tally.assert_clean();
}

/// A timer is due only when the bot stands still, with a second for its answer.
fn armed(point: Point) -> Setup {
    let setup = unlimited();
    if point.name().starts_with("timers") {
        let setup = setup.with("WISSEL__LIMITS__BOT_SECONDS", "1");
        return setup.with("WISSEL_FAILPOINT", &format!("bot.took:1:stall,{}:1", point.name()));
    }
    setup.with("WISSEL_FAILPOINT", &format!("{}:1", point.name()))
}

async fn at(point: Point) -> Tally {
    let mut daemon = armed(point).launch();
    let address = daemon.setup.public;
    let writing = TaskTracker::new().spawn(async move {
        let mut customer = Customer::new(address);
        customer.say("Wanneer komt mijn pakket?", 1).await;
        customer.hear("system").await;
        customer.say("Hoe stuur ik iets terug?", 2).await;
        customer.say("Ik wil een mens spreken", 1).await;
        customer
    });
    assert!(!daemon.ended().await.success(), "{} was not hit", point.name());
    daemon.logged_line(|line| line == format!("failpoint {} hit", point.name()));
    let mut setup = daemon.kill();
    setup.variables.remove("WISSEL_FAILPOINT");
    let daemon = setup.start().await;
    let mut customer = writing.await.unwrap();
    let staff = daemon.staff("Eva").await;
    let found = audit(&staff, &mut customer).await;
    verified(&daemon).await;
    found
}
