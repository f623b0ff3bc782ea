//! What is noticed when Redis has lost something, is away, or is not the primary any more.

use std::time::{Duration, Instant};

use wissel_channels::{CommandId, UnixMillis};
use wissel_servers::{Proxy, Redis, Sentinels};

use super::{open, settings};
use crate::store::contract::{batch, event, key, thread, within};
use crate::store::redis::RedisStore;
use crate::store::{Held, Incarnation, Lease, SaveThread, Start, Started, StoreError, ThreadStore};

const US: [u8; 16] = [1; 16];
const LONG: Duration = Duration::from_hours(1);

/// Takes partition 0 and says that it is whole.
async fn hold(store: &RedisStore) -> (Lease, Incarnation) {
    let lease = store.lease(0, US, LONG, 0).await.unwrap().unwrap();
    let partition = store.partition(0).await.unwrap();
    let incarnation = partition.incarnation.unwrap();
    store.vouch(lease, incarnation, partition.head).await.unwrap();
    (lease, incarnation)
}

fn begin(incarnation: Option<Incarnation>, epoch: u64) -> Start {
    let (thread, command) = (key(1), CommandId([3; 16]));
    Start { thread, command, attempt: 1, epoch: Some(epoch), incarnation, at: UnixMillis(5) }
}

fn at_epoch(epoch: u64) -> SaveThread {
    SaveThread { epoch, seen: vec![(event(1), UnixMillis(5))], ..thread(1, &format!("epoch {epoch}")) }
}

/// Asks until the store answers again.
async fn again<T>(mut ask: impl AsyncFnMut() -> Result<T, StoreError>) -> T {
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(StoreError::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(error) => panic!("{error}"),
        }
    }
}

fn is_away<T>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Unavailable(_)))
}

#[tokio::test]
async fn a_redis_that_was_restarted_starts_and_saves_nothing_before_somebody_vouches_for_it() {
    let redis = Redis::start();
    within(async {
        let store = open(redis.url()).await;
        let (lease, before) = hold(&store).await;
        store.save(batch(lease, 1, vec![at_epoch(1)])).await.unwrap();
        assert_eq!(store.start(begin(Some(before), 1)).await.unwrap(), Started::Go);
        redis.kill();
        assert!(is_away(&store.answers().await));
        redis.start_again();
        let held = again(async || store.renew(lease, US, LONG).await).await;
        assert_eq!(held, Some(Held { head: 1, mended: false }));
        let after = store.incarnation(0).await.unwrap();
        assert_ne!(before, after);
        assert!(is_away(&store.start(begin(None, 1)).await), "what is there may be old");
        let error = store.save(batch(lease, 2, vec![at_epoch(2)])).await.unwrap_err();
        assert!(matches!(error, StoreError::NotMended { partition: 0 }), "{error}");
        let error = store.vouch(lease, before, 1).await.unwrap_err();
        assert!(matches!(error, StoreError::NotMended { partition: 0 }), "{error}");
        store.vouch(lease, after, 1).await.unwrap();
        assert_eq!(store.start(begin(Some(before), 1)).await.unwrap(), Started::Settle);
        store.save(batch(lease, 2, vec![at_epoch(2)])).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_redis_that_is_full_says_so_and_is_there_again_once_it_has_room() {
    let redis = Redis::start();
    within(async {
        let store = open(redis.url()).await;
        store.answers().await.unwrap();
        redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
        let error = store.answers().await.unwrap_err();
        assert!(matches!(&error, StoreError::Unavailable(why) if why.contains("OOM")), "{error}");
        redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
        store.answers().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_redis_that_takes_no_writes_is_not_stormed_with_connections() {
    let redis = Redis::start();
    redis.command(&["CONFIG", "SET", "min-replicas-to-write", "1"]);
    let store = RedisStore::new(settings(redis.url()), 4, &tokio_util::task::TaskTracker::new()).unwrap();
    let connections = || {
        let stats = redis.command(&["INFO", "stats"]);
        let found = stats.lines().find_map(|line| line.strip_prefix("total_connections_received:"));
        found.unwrap().trim().parse::<u32>().unwrap()
    };
    within(async {
        let (before, until) = (connections(), Instant::now() + Duration::from_secs(1));
        while Instant::now() < until {
            let error = store.answers().await.unwrap_err().to_string();
            assert!(error.contains("NOREPLICAS") && error.matches("just now").count() == 1, "{error}");
        }
        let made = connections() - before;
        assert!(made < 10, "{made} connections in a second");
        redis.command(&["CONFIG", "SET", "min-replicas-to-write", "0"]);
        again(async || store.answers().await).await;
    })
    .await;
}

#[tokio::test]
async fn an_old_snapshot_is_noticed_by_whoever_holds_the_partition() {
    let redis = Redis::start();
    within(async {
        let store = open(redis.url()).await;
        let (lease, before) = hold(&store).await;
        store.save(batch(lease, 1, vec![at_epoch(1)])).await.unwrap();
        redis.save_snapshot();
        store.save(batch(lease, 2, vec![at_epoch(2)])).await.unwrap();
        assert_eq!(store.start(begin(Some(before), 1)).await.unwrap(), Started::Refused);
        redis.restore_snapshot();
        let held = again(async || store.renew(lease, US, LONG).await).await;
        assert_eq!(held, Some(Held { head: 1, mended: false }));
        assert!(is_away(&store.start(begin(Some(before), 1)).await));
        assert!(is_away(&store.start(begin(None, 1)).await), "the claim of epoch 2 was granted");
        let after = store.partition(0).await.unwrap().incarnation.unwrap();
        store.restore(lease, vec![at_epoch(2)]).await.unwrap();
        store.vouch(lease, after, 2).await.unwrap();
        assert_eq!(store.start(begin(None, 1)).await.unwrap(), Started::Refused);
    })
    .await;
}

#[tokio::test]
async fn a_store_that_is_flushed_under_use_takes_nothing_until_it_is_taken_over_again() {
    let redis = Redis::start();
    within(async {
        let store = open(redis.url()).await;
        let (lease, before) = hold(&store).await;
        store.save(batch(lease, 1, vec![at_epoch(1)])).await.unwrap();
        redis.flushall();
        assert_eq!(store.renew(lease, US, LONG).await.unwrap(), None);
        let error = store.save(batch(lease, 2, vec![at_epoch(1)])).await.unwrap_err();
        assert!(matches!(error, StoreError::StaleTerm { newest: 0, .. }), "{error}");
        let error = store.restore(lease, vec![at_epoch(1)]).await.unwrap_err();
        assert!(matches!(error, StoreError::StaleTerm { .. }), "{error}");
        assert!(is_away(&store.start(begin(Some(before), 1)).await));
        let newer = store.lease(0, US, LONG, 0).await.unwrap().unwrap();
        assert!(newer.term > lease.term, "no term is given twice");
        assert!(!store.partition(0).await.unwrap().mended);
        let after = store.incarnation(0).await.unwrap();
        assert_ne!(before, after);
        store.restore(newer, vec![at_epoch(1)]).await.unwrap();
        assert!(is_away(&store.start(begin(None, 1)).await));
        store.vouch(newer, after, 1).await.unwrap();
        assert_eq!(store.start(begin(Some(before), 1)).await.unwrap(), Started::Settle);
        assert_eq!(store.start(begin(Some(after), 1)).await.unwrap(), Started::Go);
    })
    .await;
}

#[tokio::test]
async fn a_replica_that_lagged_and_was_promoted_is_found_and_not_believed() {
    let set = Sentinels::start();
    within(async {
        let store = open(set.url()).await;
        let (lease, before) = hold(&store).await;
        store.save(batch(lease, 1, vec![at_epoch(1)])).await.unwrap();
        let replicated = redis::cmd("WAIT").arg(1).arg(2_000).to_owned();
        store.link.ask(&replicated).await.unwrap();
        set.lag();
        store.save(batch(lease, 2, vec![at_epoch(2)])).await.unwrap();
        set.promote();
        let held = loop {
            let held = again(async || store.renew(lease, US, LONG).await).await;
            if held.is_none_or(|held| held.head < 2) {
                break held;
            }
        };
        assert_eq!(held, Some(Held { head: 1, mended: false }));
        assert_ne!(store.incarnation(0).await.unwrap(), before);
        let primary = set.primary().port().to_string();
        assert!(store.link.live().await.unwrap().address.ends_with(&primary));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_has_become_a_replica_is_not_used() {
    let (one, other) = (Redis::start(), Redis::start());
    within(async {
        let store = open(one.url()).await;
        let (lease, _) = hold(&store).await;
        assert_eq!(one.command(&["REPLICAOF", "127.0.0.1", &other.port().to_string()]), "OK");
        while !is_away(&store.save(batch(lease, 1, vec![at_epoch(1)])).await) {}
        let error = store.answers().await.unwrap_err().to_string();
        assert!(error.contains("not a primary"), "{error}");
        assert_eq!(one.command(&["REPLICAOF", "NO", "ONE"]), "OK");
        again(async || store.answers().await).await;
    })
    .await;
}

#[tokio::test]
async fn a_link_that_is_half_open_is_given_up_and_its_watchers_look_again() {
    let redis = Redis::start();
    let proxy = Proxy::to(redis.port());
    within(async {
        let store = open(proxy.url(&redis.url())).await;
        let other = open(redis.url()).await;
        let (lease, _) = hold(&store).await;
        let mut watched = store.watch(key(1));
        assert!(!watched.has_changed().unwrap());
        proxy.freeze_connections();
        let began = Instant::now();
        other.save(batch(lease, 1, vec![at_epoch(1)])).await.unwrap();
        // Nobody asks anything: the link is looked after all the same.
        watched.changed().await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        assert_eq!(again(async || store.renew(lease, US, LONG).await).await, Some(Held { head: 1, mended: true }));
        proxy.freeze();
        let began = Instant::now();
        assert!(is_away(&store.save(batch(lease, 2, vec![])).await));
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        proxy.heal();
        again(async || store.save(batch(lease, 2, vec![])).await).await;
    })
    .await;
}

#[tokio::test]
async fn a_save_is_seen_by_the_watchers_of_another_process() {
    let redis = Redis::start();
    within(async {
        let (here, there) = (open(redis.url()).await, open(redis.url()).await);
        let (mut watched, other) = (there.watch(key(1)), there.watch(key(2)));
        let (lease, _) = hold(&here).await;
        here.save(batch(lease, 1, vec![at_epoch(1)])).await.unwrap();
        watched.changed().await.unwrap();
        assert!(!other.has_changed().unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_full_redis_takes_nothing_and_a_part_of_nothing() {
    let redis = Redis::start();
    within(async {
        let store = open(redis.url()).await;
        let (lease, _) = hold(&store).await;
        assert_eq!(redis.command(&["CONFIG", "SET", "maxmemory", "1"]), "OK");
        let error = store.save(batch(lease, 1, vec![at_epoch(1)])).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
        assert_eq!(redis.command(&["CONFIG", "SET", "maxmemory", "0"]), "OK");
        assert_eq!(store.load(&[key(1)]).await.unwrap(), [None]);
        store.save(batch(lease, 1, vec![at_epoch(1)])).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn scripts_that_were_forgotten_are_brought_again() {
    let redis = Redis::start();
    within(async {
        let store = open(redis.url()).await;
        let (lease, _) = hold(&store).await;
        assert_eq!(redis.command(&["SCRIPT", "FLUSH"]), "OK");
        store.save(batch(lease, 1, vec![at_epoch(1)])).await.unwrap();
        assert_eq!(store.counts().await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_redis_that_cannot_be_right_is_refused_with_the_remedy() {
    let redis = Redis::start();
    within(async {
        open(redis.url()).await;
        let tracker = tokio_util::task::TaskTracker::new();
        let refused = async |partitions| {
            let store = RedisStore::new(settings(redis.url()), partitions, &tracker).unwrap();
            let error = store.answers().await.unwrap_err();
            assert!(matches!(error, StoreError::Unusable(_)), "{error}");
            error.to_string()
        };
        assert!(refused(8).await.contains("set partitions = 16"));
        assert_eq!(redis.command(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]), "OK");
        assert!(refused(super::PARTITIONS).await.contains("set maxmemory-policy noeviction"));
        assert_eq!(redis.command(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]), "OK");
        assert_eq!(redis.command(&["CONFIG", "SET", "requirepass", "hunter2"]), "OK");
        let told = refused(super::PARTITIONS).await;
        assert!(told.contains("check the user and the password"), "{told}");
    })
    .await;
}
