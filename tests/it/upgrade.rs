//! Upgrade: a release, the next one, and the one before again, on one set of data.
//!
//! `tests/upgrade PROGRAM` runs it with the program of the release before. What the older release cannot read it must
//! leave alone: nothing is set aside, nothing is lost, and the newer one goes on where it was.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::harness::{Chat, Daemon, Setup, http};
use crate::journey::verified;

/// How long the older release may take to show what it makes of the newer one's data.
const OLDER: Duration = Duration::from_secs(20);

/// What became of a release on the data of the next one.
async fn shows(mut daemon: Daemon) -> (String, Setup) {
    let deadline = Instant::now() + OLDER;
    while Instant::now() < deadline {
        if http::try_get(daemon.setup.ops, "/readyz").await.is_ok_and(|ready| ready.status == 200) {
            let mut chat = Chat::open(&daemon, "nl").await;
            chat.say("Wat zijn jullie openingstijden?").await;
            let parked = daemon.metric("wissel_parked_total").await.unwrap_or(0.0);
            assert!(parked < 0.5, "it set aside what it cannot read:\n{}", daemon.logged());
            return ("it works, or waits".to_owned(), daemon.kill());
        }
        if let Some(status) = daemon.has_ended() {
            assert!(!status.success());
            return (format!("it refuses: {}", daemon.logged()), daemon.kill());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let parked = daemon.metric("wissel_parked_total").await.unwrap_or(0.0);
    assert!(parked < 0.5, "it set aside what it cannot read:\n{}", daemon.logged());
    let last = daemon.logged().lines().last().unwrap_or_default().to_owned();
    (format!("it waits: {last}"), daemon.kill())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes the program of another release: tests/upgrade PROGRAM"]
async fn a_release_goes_on_with_the_data_of_the_one_before_and_survives_a_way_back() {
    let older = PathBuf::from(std::env::var_os("WISSEL_UPGRADE_FROM").expect("tests/upgrade gives the program"));
    let mut setup = Setup { program: Some(older.clone()), ..Setup::default() };
    let daemon = setup.clone().start().await;
    let mut chat = Chat::open(&daemon, "nl").await;
    chat.ask("Wanneer komt mijn pakket?", "bot").await;
    let before = chat.lines();
    daemon.stop().await;

    setup.program = None;
    let daemon = setup.clone().start().await;
    let mut newer = Chat::hello(&daemon, &serde_json::json!(chat.visitor), 0, "nl").await;
    newer.say("Ik wil nu een mens spreken!").await;
    let eva = daemon.staff("Eva").await;
    daemon.until("people to be called", async || !eva.conversations("waiting").await.is_empty()).await;
    assert!(newer.lines().starts_with(&before), "{:?} began {before:?}", newer.lines());
    let id = eva.conversations("waiting").await[0]["id"].as_str().unwrap().to_owned();
    eva.claim(&id).await;
    eva.reply(&id, "Hallo, met Eva.").await;
    verified(&daemon).await;
    daemon.stop().await;

    setup.program = Some(older);
    let (shown, _) = shows(setup.clone().launch()).await;
    println!("the release before, on the data of this one: {shown}");

    setup.program = None;
    let daemon = setup.start().await;
    let mut again = newer.resume(&daemon).await;
    again.ask("Wat kost verzenden naar België?", "customer").await;
    let shown = daemon.staff("Eva").await.conversation(&id).await;
    let texts: Vec<&str> = shown["messages"].as_array().unwrap().iter().filter_map(|m| m["text"].as_str()).collect();
    assert!(texts.contains(&"Hallo, met Eva.") && texts.contains(&"Wanneer komt mijn pakket?"), "{texts:?}");
    verified(&daemon).await;
}
