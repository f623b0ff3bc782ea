//! What a thread costs in Redis beside the bytes of its state.

use std::time::Duration;

use wissel_channels::{ChannelName, ConversationId, ThreadKey, UnixMillis};
use wissel_servers::Redis;

use super::open;
use crate::routing::{Language, Priority, QueueName};
use crate::store::contract::{batch, event, within};
use crate::store::{Row, SaveThread, Stored, ThreadStore};
use crate::thread::StateName;

const THREADS: u32 = 10_000;
/// The state of a thread of five short messages; see the router's tests.
const STATE: usize = 820;
const KEY: usize = 72;
const IDS: u32 = 15;

fn saved(number: u32, ids: u32) -> SaveThread {
    let ThreadKey(mut bytes) = ThreadKey::of("memory", &[&number.to_be_bytes()]);
    bytes[..8].fill(0);
    let thread = ThreadKey(bytes);
    let now = UnixMillis(1_790_000_000_000 + i64::from(number));
    let row = Row {
        conversation: ConversationId::of("memory", &[&number.to_be_bytes()]),
        thread,
        state: StateName::Waiting,
        queue: Some(QueueName::new("care").unwrap()),
        channel: ChannelName::new("webchat").unwrap(),
        language: Some(Language::Nl),
        priority: Priority::Normal,
        since: now,
    };
    SaveThread {
        thread,
        stored: Stored { sealed: vec![7; STATE], key: vec![7; KEY] },
        epoch: 3,
        revoked: None,
        due: Some(now.plus(900_000)),
        seen: (0..ids).map(|id| (event(number * 100 + id), now)).collect(),
        rows: vec![row],
        orders: Vec::new(),
        notices: Vec::new(),
    }
}

/// Bytes a thread with so many ids.
async fn cost(ids: u32) -> usize {
    let redis = Redis::start();
    let used = || {
        let told = redis.command(&["INFO", "memory"]);
        let line = told.lines().find_map(|line| line.strip_prefix("used_memory_dataset:")).unwrap();
        line.trim().parse::<usize>().unwrap()
    };
    let store = open(redis.url()).await;
    let lease = store.lease(0, [1; 16], Duration::from_hours(1), 0).await.unwrap().unwrap();
    store.vouch(lease, store.incarnation(0).await.unwrap(), 0).await.unwrap();
    let before = used();
    for (head, from) in (1..).zip((0..THREADS).step_by(50)) {
        let threads = (from..from + 50).map(|number| saved(number, ids)).collect();
        store.save(batch(lease, head, threads)).await.unwrap();
    }
    (used() - before) / THREADS as usize
}

#[tokio::test]
async fn a_thread_takes_little_beside_its_state() {
    within(async {
        let (without, with) = (cost(0).await, cost(IDS).await);
        let beside = without - STATE - KEY;
        println!("a thread with {STATE} + {KEY} bytes of state and key: {without} bytes, {beside} beside them");
        println!("its {IDS} ids: {} bytes", with - without);
        assert!(without <= 2_048, "{without} bytes a thread");
        assert!(with - without <= 900, "{} bytes for {IDS} ids", with - without);
    })
    .await;
}
