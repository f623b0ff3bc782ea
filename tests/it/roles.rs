//! Roles: the work split over processes on production backends: shared, handed over, and healed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::harness::fleet::{SPLIT, WHOLE};
use crate::harness::{Chat, Daemon, Fleet, PATIENCE, Servers, Setup, http};
use crate::journey::verified;
use crate::ledger::{Customer, Tally, audit, unlimited};

/// So many customers that every partition has some of them.
const CUSTOMERS: usize = 64;
/// Until another router must have taken what a killed one had: a lease, and some more on a busy machine.
const TAKEN_OVER: Duration = Duration::from_secs(30);
/// Until a link that died without a word must work again.
const HEALED: Duration = Duration::from_mins(2);

/// What `/readyz` of a process asks for.
async fn needs(daemon: &Daemon) -> Vec<String> {
    let ready = http::get(daemon.setup.ops, "/readyz").await.json();
    let names = ready["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap().to_owned());
    names.collect()
}

/// Waits until both routers hold half of the partitions.
async fn shared_evenly(fleet: &Fleet) {
    fleet.ready().await;
    for router in ["router-a", "router-b"] {
        fleet.process(router).until_metric("wissel_partitions_held", |held| (held - 8.0).abs() < 0.1).await;
    }
}

/// A customer is answered by the bot, asks for a person, and is answered by one.
async fn talks(fleet: &Fleet) {
    let mut chat = Chat::open(fleet.intake(), "nl").await;
    chat.ask("Wanneer komt mijn pakket?", "bot").await;
    chat.say("Ik wil nu een mens spreken!").await;
    let id = chat.owner("queue").await;
    let eva = fleet.staff("Eva").await;
    eva.claim(&id).await;
    eva.reply(&id, "Hallo, met Eva.").await;
    assert_eq!(chat.message_from("staff").await["text"], "Hallo, met Eva.");
    let explained = async || {
        let told = fleet.desk().setup.run(&["explain", &id]);
        told.status.success() && String::from_utf8_lossy(&told.stdout).contains("Eva claimed it")
    };
    fleet.desk().until("the journal to have the claim", explained).await;
    verified(fleet.desk()).await;
}

/// Lets each customer say something; gives how long it took until each had its place in the thread, sorted.
async fn placed(chats: Vec<Chat>) -> (Vec<Chat>, Vec<Duration>) {
    let began = Instant::now();
    let say = |mut chat: Chat| async move {
        let id = chat.say("Dank je wel").await;
        // It may have had its place before it was acknowledged.
        let placed = |frame: &Value| frame["type"] == "message" && frame["id"] == id.as_str();
        if !chat.seen.iter().any(placed) {
            chat.until("the place of the message", placed).await;
        }
        (chat, began.elapsed())
    };
    let saying: Vec<_> = chats.into_iter().map(|chat| TaskTracker::new().spawn(say(chat))).collect();
    let (mut chats, mut times) = (Vec::new(), Vec::new());
    for said in saying {
        let (chat, time) = said.await.unwrap();
        chats.push(chat);
        times.push(time);
    }
    times.sort_unstable();
    (chats, times)
}

/// A customer who writes on until told to stop; with the longest time that one message took to be acknowledged.
fn writing(fleet: &Fleet, stop: &CancellationToken) -> Vec<JoinHandle<(Customer, Duration)>> {
    let write = |address, stop: CancellationToken| async move {
        let (mut customer, mut longest) = (Customer::new(address), Duration::ZERO);
        let mut pace = tokio::time::interval(Duration::from_millis(200));
        while stop.run_until_cancelled(pace.tick()).await.is_some() {
            let began = Instant::now();
            customer.say("Wat zijn jullie openingstijden?", 1).await;
            longest = longest.max(began.elapsed());
        }
        (customer, longest)
    };
    (0..4).map(|_| TaskTracker::new().spawn(write(fleet.intake().setup.public, stop.clone()))).collect()
}

/// Ends the writing, and holds what is there against what was acknowledged; gives the longest wait.
async fn written(fleet: &Fleet, stop: CancellationToken, writing: Vec<JoinHandle<(Customer, Duration)>>) -> Duration {
    stop.cancel();
    let staff = fleet.staff("Eva").await;
    let (mut tally, mut longest) = (Tally::default(), Duration::ZERO);
    for lane in writing {
        let (mut customer, waited) = lane.await.unwrap();
        tally.add(&audit(&staff, &mut customer).await);
        longest = longest.max(waited);
    }
    println!("{tally}; longest wait for an acknowledgement {longest:?}");
    tally.assert_clean();
    longest
}

#[tokio::test(flavor = "multi_thread")]
async fn routers_share_evenly_take_over_and_are_replaced_without_loss() {
    let servers = Servers::start();
    let mut fleet = Fleet::start(servers.fresh(unlimited()), &SPLIT).await;
    shared_evenly(&fleet).await;
    assert_eq!(needs(fleet.process("router-a")).await, ["broker", "journal", "router", "store"]);
    assert_eq!(needs(fleet.process("journal")).await, ["broker", "journal"]);
    assert_eq!(needs(fleet.process("bot")).await, ["broker", "store"]);
    talks(&fleet).await;

    let mut chats = Vec::new();
    for _ in 0..CUSTOMERS {
        chats.push(Chat::open(fleet.intake(), "nl").await);
    }
    let (chats, both) = placed(chats).await;
    let setup = fleet.down("router-a");
    let (chats, one) = placed(chats).await;
    println!("message to place: both routers {:?}, one killed {:?}", both.last().unwrap(), one.last().unwrap());
    assert!(*one.last().unwrap() < TAKEN_OVER, "{one:?}");
    fleet.process("router-b").until_metric("wissel_partitions_held", |held| held > 15.0).await;
    fleet.launch("router-a", setup);
    shared_evenly(&fleet).await;

    let setup = fleet.stop("router-a").await;
    let (chats, stopped) = placed(chats).await;
    println!("message to place: one stopped in order {:?}", stopped.last().unwrap());
    fleet.launch("router-a", setup);
    shared_evenly(&fleet).await;

    // Without the journal too: the store has lost nothing, so nobody needs to ask.
    servers.to_postgres.cut();
    let setup = fleet.down("router-b");
    let (_, without) = placed(chats).await;
    println!("message to place: one killed while the journal is away {:?}", without.last().unwrap());
    assert!(*without.last().unwrap() < TAKEN_OVER, "{without:?}");
    fleet.launch("router-b", setup);
    let again = fleet.process("router-b");
    again.until("it to listen", async || http::try_get(again.setup.ops, "/healthz").await.is_ok()).await;
    again.until_metric("wissel_partitions_held", |held| held > 7.0).await;
    servers.to_postgres.heal();
    shared_evenly(&fleet).await;

    let stop = CancellationToken::new();
    let writing = writing(&fleet, &stop);
    for name in fleet.names() {
        let setup = fleet.stop(name).await;
        fleet.launch(name, setup);
        fleet.ready().await;
    }
    written(&fleet, stop, writing).await;
    shared_evenly(&fleet).await;
    verified(fleet.desk()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_die_without_a_word_and_a_router_that_slept_are_healed() {
    let servers = Servers::start();
    let fleet = Fleet::start(servers.fresh(unlimited()), &SPLIT).await;
    let stop = CancellationToken::new();
    let writing = writing(&fleet, &stop);
    for (name, link) in
        [("RabbitMQ", &servers.to_rabbitmq), ("Redis", &servers.to_redis), ("PostgreSQL", &servers.to_postgres)]
    {
        let mut customer = Customer::new(fleet.intake().setup.public);
        let began = Instant::now();
        link.freeze_connections();
        // The bot answers, or people were called since it did not answer in time.
        customer.say("Wanneer komt mijn pakket?", 1).await;
        customer.hear("system").await;
        let (desk, id) = (fleet.desk(), customer.conversation().await);
        desk.until("the journal to have it", async || desk.setup.run(&["explain", &id]).status.success()).await;
        println!("half-open link to {name}: healed after {:?}", began.elapsed());
        assert!(began.elapsed() < HEALED, "{name}: {:?}", began.elapsed());
    }
    let sleeper = fleet.process("router-a");
    sleeper.signal("STOP");
    let other = fleet.process("router-b");
    other.until_metric("wissel_partitions_held", |held| held > 15.0).await;
    sleeper.signal("CONT");
    shared_evenly(&fleet).await;
    written(&fleet, stop, writing).await;
    verified(fleet.desk()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_starts_while_its_backends_are_away_says_so_and_heals() {
    let servers = Servers::start();
    for link in [&servers.to_rabbitmq, &servers.to_redis, &servers.to_postgres] {
        link.cut();
    }
    let key = "5f".repeat(32);
    let setup = servers.fresh(unlimited()).with("WISSEL__SECRETS__MASTER_KEY", &key).beside(WHOLE[0].1);
    let daemon = setup.launch();
    let missing = async || match http::try_get(daemon.setup.ops, "/readyz").await {
        Ok(response) if response.status == 503 => {
            let checks = response.json()["checks"].as_array().unwrap().clone();
            let told = |name: &str| checks.iter().any(|check| check["name"] == name && check["reason"] != "starting");
            told("broker") && told("journal")
        }
        _ => false,
    };
    daemon.until("what is missing to be told", missing).await;
    let refused = http::get(daemon.setup.public, "/").await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "2"));
    assert_eq!(http::get(daemon.setup.ops, "/healthz").await.status, 200);
    for link in [&servers.to_rabbitmq, &servers.to_redis, &servers.to_postgres] {
        link.heal();
    }
    daemon.ready().await;
    assert_eq!(Chat::open(&daemon, "nl").await.ask("Wanneer komt mijn pakket?", "bot").await["from"], "bot");

    let other = daemon.setup.beside("bot").with("WISSEL__SECRETS__MASTER_KEY", &"6e".repeat(32));
    ends_saying(other, "is not the one that the journal was written under; give every process the same key").await;
    let other = daemon.setup.beside("bot").with("WISSEL__PARTITIONS", "8");
    ends_saying(other, "16 partitions").await;
    servers.redis.command(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
    ends_saying(daemon.setup.beside("bot"), "set maxmemory-policy noeviction").await;
}

/// A start that cannot be ends by itself, and says why.
async fn ends_saying(setup: Setup, why: &str) {
    let mut daemon = setup.launch();
    assert_eq!(daemon.ended().await.code(), Some(1));
    assert!(daemon.logged().contains(why), "{}", daemon.logged());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_asked_to_come_again_while_too_much_waits() {
    let daemon = Setup::default().with("WISSEL__LIMITS__INBOUND_BACKLOG", "3").start().await;
    let mut chat = Chat::open(&daemon, "nl").await;
    let mut said: Vec<Value> = Vec::new();
    let deadline = Instant::now() + PATIENCE;
    let refused = loop {
        assert!(Instant::now() < deadline, "nothing was refused");
        let id = uuid::Uuid::new_v4().to_string();
        let frame = json!({ "type": "message", "id": id, "text": "Dank je wel" });
        chat.frame(&frame).await;
        let answer = chat.until("an answer", |f| f["id"] == id.as_str() && f["type"] != "message").await;
        if answer["type"] == "error" && answer["code"] == "busy" {
            assert!(answer["retry_after"].as_u64().is_some_and(|seconds| seconds > 0), "{answer}");
            break frame;
        }
        said.push(answer);
    };
    assert!(!said.is_empty(), "some were accepted before");
    let again = async || {
        let mut chat = chat.resume(&daemon).await;
        chat.frame(&refused).await;
        chat.until("an answer", |f| f["id"] == refused["id"] && f["type"] != "message").await["type"] == "ack"
    };
    daemon.until("room for it", again).await;
}
