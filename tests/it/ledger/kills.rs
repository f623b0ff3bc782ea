//! Random kills under load, of everything in one process on the embedded backends.

use std::time::{Duration, Instant};

use super::load::{Dice, Load};
use super::{number, unlimited};

use crate::journey::verified;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_doubled_by_kills() {
    let (messages, kills) = (number("WISSEL_LEDGER_MESSAGES", 300), number("WISSEL_LEDGER_KILLS", 5));
    let mut daemon = unlimited().start().await;
    let load = Load::start(daemon.setup.public, messages);
    let mut dice = Dice::new(4_711);
    for kill in 1..=kills {
        // Spread over the load: the next kill comes when its share has been said, and a moment later.
        load.share(kill, kills).await;
        let moment = Instant::now() + Duration::from_micros(dice.roll(30_000));
        daemon.until("a moment", async || Instant::now() >= moment).await;
        daemon = daemon.kill_and_restart().await;
    }
    let tally = load.audited(&daemon).await;
    println!("{messages} messages, {kills} kills: {tally}");
    tally.assert_clean();
    verified(&daemon).await;
}
