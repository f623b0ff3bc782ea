//! What every store must do, whatever it is made of. A backend's tests give a [`Home`] to `store_contract!`.

mod leases;
mod lists;
mod starts;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use wissel_channels::{CommandId, ThreadKey, UnixMillis};

use super::{
    Incarnation, Lease, Partition, Row, Save, SaveThread, Start, Started, StoreError, Stored, StoredOrder, ThreadStore,
};
use crate::thread::{AiOff, EventId, StateName, Switches};

/// Where a store keeps its threads. It is new for each test.
#[async_trait]
pub(crate) trait Home: Send + Sync {
    /// A store of a new process. The one before has been dropped.
    async fn open(&self) -> Arc<dyn ThreadStore>;
    /// Empties the store while no process has it open.
    async fn lose(&self);
}

/// Makes a test of each part of the contract. `$home` makes a [`Home`].
macro_rules! store_contract {
    ($home:expr) => {
        store_contract!($home;
            what_is_saved_is_loaded_with_what_it_has_seen,
            a_saved_batch_outlives_the_process,
            a_stale_term_is_refused_and_nothing_is_written,
            a_wrong_head_is_refused_and_nothing_is_written,
            a_batch_that_is_saved_again_changes_nothing,
            a_partition_has_one_holder_until_its_lease_ends,
            a_renewed_lease_keeps_others_out_and_a_lost_one_is_not_renewed,
            a_released_partition_is_free_and_only_its_holder_releases_it,
            a_term_is_greater_than_all_that_are_known,
            who_attends_a_group_is_listed_until_it_leaves_or_is_silent,
            a_source_has_one_holder_until_it_lets_go_or_is_silent,
            a_mark_is_read_as_it_was_last_set,
            restored_threads_leave_the_head_to_whoever_vouches_for_it,
            seen_ids_stay_until_they_are_forgotten,
            forgetting_takes_what_is_old_and_leaves_the_rest,
            a_command_is_started_once,
            a_settled_command_may_start_again,
            nothing_automatic_starts_after_the_epoch_has_moved,
            a_revoked_command_is_not_started,
            a_command_that_was_published_to_a_lost_store_is_settled,
            no_command_starts_while_the_store_lacks_its_thread,
            a_lost_store_is_new_and_empty,
            due_threads_come_earliest_first,
            rows_are_listed_oldest_first_and_by_the_page,
            counts_follow_the_rows,
            notices_are_found_by_their_reader,
            the_first_answer_to_an_order_stays,
            switches_are_set_only_at_the_version_that_was_seen,
            watchers_wake_after_a_save_of_their_thread,
        );
    };
    ($home:expr; $($name:ident,)*) => {
        $(#[tokio::test]
        async fn $name() {
            crate::store::contract::within(crate::store::contract::$name(&$home)).await;
        })*
    };
}
pub(crate) use leases::{
    a_mark_is_read_as_it_was_last_set, a_partition_has_one_holder_until_its_lease_ends,
    a_released_partition_is_free_and_only_its_holder_releases_it,
    a_renewed_lease_keeps_others_out_and_a_lost_one_is_not_renewed,
    a_source_has_one_holder_until_it_lets_go_or_is_silent, a_term_is_greater_than_all_that_are_known,
    who_attends_a_group_is_listed_until_it_leaves_or_is_silent,
};
use lists::{conversation, queue, row};
pub(crate) use lists::{
    counts_follow_the_rows, notices_are_found_by_their_reader, rows_are_listed_oldest_first_and_by_the_page,
};
use starts::start;
pub(crate) use starts::{
    a_command_is_started_once, a_command_that_was_published_to_a_lost_store_is_settled,
    a_revoked_command_is_not_started, a_settled_command_may_start_again,
    no_command_starts_while_the_store_lacks_its_thread, nothing_automatic_starts_after_the_epoch_has_moved,
};
pub(crate) use store_contract;

/// Runs a test, and fails it rather than hang.
pub(crate) async fn within<T>(test: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(3), test).await.expect("the test hangs")
}

const US: [u8; 16] = [1; 16];
const THEM: [u8; 16] = [2; 16];
const LATER: UnixMillis = UnixMillis(1_000_000);
/// Longer than any test.
const LONG: Duration = Duration::from_hours(1);
/// What is held for so long is free at once.
const OVER: Duration = Duration::ZERO;
/// Short enough to wait for.
const SHORT: Duration = Duration::from_millis(150);
/// A store may count whole milliseconds.
const ROUNDED: Duration = Duration::from_millis(2);

/// A thread of partition 0 by its number.
pub(crate) fn key(number: u8) -> ThreadKey {
    let ThreadKey(mut bytes) = ThreadKey::of("test", &[&[number]]);
    bytes[..8].fill(0);
    ThreadKey(bytes)
}

pub(crate) fn event(number: u32) -> EventId {
    EventId::of("test event", &[&number.to_be_bytes()])
}

fn command(number: u8) -> CommandId {
    CommandId::of("test", &[&[number]])
}

fn stored(text: &str) -> Stored {
    Stored { sealed: text.as_bytes().to_vec(), key: b"wrapped key".to_vec() }
}

/// A thread of a batch with nothing special.
pub(crate) fn thread(number: u8, text: &str) -> SaveThread {
    SaveThread {
        thread: key(number),
        stored: stored(text),
        epoch: 0,
        revoked: None,
        due: None,
        seen: Vec::new(),
        rows: Vec::new(),
        orders: Vec::new(),
        notices: Vec::new(),
    }
}

/// A batch of threads.
pub(crate) fn batch(lease: Lease, head: u64, threads: Vec<SaveThread>) -> Arc<Save> {
    Arc::new(Save { lease, head, journal: format!("journal {head}").into(), threads })
}

/// Takes a partition and vouches for what is there.
async fn lease(store: &Arc<dyn ThreadStore>, partition: u16) -> Lease {
    let lease = store.lease(partition, US, LONG, 0).await.unwrap().expect("the partition is free");
    vouched(store, lease).await
}

async fn vouched(store: &Arc<dyn ThreadStore>, lease: Lease) -> Lease {
    let incarnation = store.incarnation(lease.partition).await.unwrap();
    let head = store.partition(lease.partition).await.unwrap().head;
    store.vouch(lease, incarnation, head).await.unwrap();
    lease
}

/// Saves threads as the next batch of partition 0, under a new lease.
async fn save(store: &Arc<dyn ThreadStore>, threads: Vec<SaveThread>) {
    let lease = lease(store, 0).await;
    let head = store.partition(0).await.unwrap().head + 1;
    store.save(batch(lease, head, threads)).await.unwrap();
}

async fn text(store: &Arc<dyn ThreadStore>, number: u8) -> Option<String> {
    let read = store.read(key(number)).await.unwrap();
    let loaded = store.load(&[key(number)]).await.unwrap().remove(0);
    assert_eq!(read, loaded.map(|loaded| loaded.stored), "read and load agree");
    read.map(|stored| String::from_utf8(stored.sealed).unwrap())
}

async fn seen(store: &Arc<dyn ThreadStore>, number: u8) -> Vec<EventId> {
    let mut seen = store.load(&[key(number)]).await.unwrap().remove(0).unwrap().seen;
    seen.sort_unstable();
    seen
}

fn sorted(events: impl IntoIterator<Item = u32>) -> Vec<EventId> {
    let mut events: Vec<_> = events.into_iter().map(event).collect();
    events.sort_unstable();
    events
}

pub(crate) async fn what_is_saved_is_loaded_with_what_it_has_seen(home: &dyn Home) {
    let store = home.open().await;
    assert_eq!(store.partition(0).await.unwrap().head, 0);
    let one = SaveThread { seen: vec![(event(1), LATER), (event(2), LATER)], ..thread(1, "one") };
    save(&store, vec![one, thread(2, "two")]).await;
    let loaded = store.load(&[key(2), key(9), key(1)]).await.unwrap();
    assert_eq!(loaded[0].as_ref().unwrap().stored, stored("two"));
    assert_eq!(loaded[1], None);
    assert_eq!(loaded[2].as_ref().unwrap().stored, stored("one"));
    assert_eq!(seen(&store, 1).await, sorted([1, 2]));
    assert_eq!(seen(&store, 2).await, []);
    save(&store, vec![SaveThread { seen: vec![(event(3), LATER)], ..thread(1, "one, newer") }]).await;
    assert_eq!(text(&store, 1).await.as_deref(), Some("one, newer"));
    assert_eq!(seen(&store, 1).await, sorted([1, 2, 3]));
    assert_eq!(text(&store, 9).await, None);
}

pub(crate) async fn a_saved_batch_outlives_the_process(home: &dyn Home) {
    let store = home.open().await;
    let incarnation = store.incarnation(0).await.unwrap();
    save(&store, vec![SaveThread { seen: vec![(event(1), LATER)], ..thread(1, "one") }]).await;
    save(&store, vec![thread(2, "two")]).await;
    let before = store.partition(0).await.unwrap();
    drop(store);
    let store = home.open().await;
    assert_eq!(store.incarnation(0).await.unwrap(), incarnation);
    let partition = store.partition(0).await.unwrap();
    assert_eq!(partition, before);
    assert_eq!((partition.head, partition.journal), (2, Some(b"journal 2".to_vec())));
    assert_eq!(text(&store, 1).await.as_deref(), Some("one"));
    assert_eq!(seen(&store, 1).await, sorted([1]));
}

pub(crate) async fn a_stale_term_is_refused_and_nothing_is_written(home: &dyn Home) {
    let store = home.open().await;
    let ours = lease(&store, 0).await;
    store.save(batch(ours, 1, vec![thread(1, "ours")])).await.unwrap();
    assert!(store.renew(ours, US, OVER).await.unwrap().is_some());
    let theirs = store.lease(0, THEM, LONG, 0).await.unwrap().unwrap();
    assert!(theirs.term > ours.term);
    let late = SaveThread { seen: vec![(event(1), LATER)], due: Some(UnixMillis(1)), ..thread(1, "late") };
    for write in [store.save(batch(ours, 2, vec![late.clone(), thread(2, "late")])), {
        store.restore(ours, vec![late, thread(2, "late")])
    }] {
        let error = write.await.unwrap_err();
        let StoreError::StaleTerm { partition: 0, ours: told, newest } = error else { panic!("{error}") };
        assert_eq!((told, newest), (ours.term, theirs.term));
    }
    assert_eq!(text(&store, 1).await.as_deref(), Some("ours"));
    assert_eq!(text(&store, 2).await, None);
    assert_eq!(seen(&store, 1).await, []);
    assert_eq!(store.due(LATER, 9).await.unwrap(), []);
    assert_eq!(store.partition(0).await.unwrap().journal, Some(b"journal 1".to_vec()));
    store.save(batch(theirs, 2, vec![thread(1, "theirs")])).await.unwrap();
    // A term that the store does not know is as stale: the store has lost it.
    let unknown = Lease { term: theirs.term + 1, ..theirs };
    let error = store.save(batch(unknown, 3, vec![thread(1, "unknown")])).await.unwrap_err();
    assert!(matches!(error, StoreError::StaleTerm { .. }), "{error}");
    assert_eq!(text(&store, 1).await.as_deref(), Some("theirs"));
}

pub(crate) async fn a_wrong_head_is_refused_and_nothing_is_written(home: &dyn Home) {
    let store = home.open().await;
    let lease = lease(&store, 0).await;
    store.save(batch(lease, 1, vec![thread(1, "first")])).await.unwrap();
    for head in [0, 1, 3, u64::MAX] {
        let wrong = batch(lease, head, vec![thread(1, "wrong"), thread(2, "wrong")]);
        let error = store.save(Arc::new(Save { journal: "another".into(), ..(*wrong).clone() })).await.unwrap_err();
        let StoreError::WrongHead { partition: 0, expected, found: 1 } = error else { panic!("{error}") };
        assert_eq!(expected, head.saturating_sub(1));
    }
    assert_eq!(text(&store, 1).await.as_deref(), Some("first"));
    assert_eq!(text(&store, 2).await, None);
    store.save(batch(lease, 2, vec![])).await.unwrap();
    assert_eq!(store.partition(0).await.unwrap().head, 2);
}

pub(crate) async fn a_batch_that_is_saved_again_changes_nothing(home: &dyn Home) {
    let store = home.open().await;
    let ours = lease(&store, 0).await;
    let first = SaveThread { seen: vec![(event(1), LATER)], ..thread(1, "first") };
    store.save(batch(ours, 1, vec![first.clone()])).await.unwrap();
    store.save(batch(ours, 1, vec![first.clone()])).await.unwrap();
    assert_eq!(store.partition(0).await.unwrap().head, 1);
    assert_eq!(text(&store, 1).await.as_deref(), Some("first"));
    store.save(batch(ours, 2, vec![thread(1, "second")])).await.unwrap();
    let error = store.save(batch(ours, 1, vec![first.clone()])).await.unwrap_err();
    assert!(matches!(error, StoreError::WrongHead { .. }), "{error}");
    let newer = lease(&store, 0).await;
    store.save(batch(ours, 2, vec![thread(1, "second")])).await.unwrap_err();
    store.save(batch(newer, 3, vec![])).await.unwrap();
    assert_eq!(text(&store, 1).await.as_deref(), Some("second"));
}

pub(crate) async fn restored_threads_leave_the_head_to_whoever_vouches_for_it(home: &dyn Home) {
    let store = home.open().await;
    let lease = store.lease(0, US, LONG, 0).await.unwrap().unwrap();
    let incarnation = store.incarnation(0).await.unwrap();
    assert_eq!(store.partition(0).await.unwrap().incarnation, Some(incarnation));
    assert!(!store.partition(0).await.unwrap().mended);
    store.restore(lease, vec![thread(1, "one"), thread(2, "two")]).await.unwrap();
    assert_eq!(store.partition(0).await.unwrap().head, 0);
    store.vouch(lease, incarnation, 12).await.unwrap();
    assert_eq!(store.partition(0).await.unwrap().head, 12);
    assert!(store.partition(0).await.unwrap().mended);
    assert_eq!(text(&store, 2).await.as_deref(), Some("two"));
    store.save(batch(lease, 13, vec![thread(1, "newer")])).await.unwrap();
    store.restore(lease, vec![thread(3, "three")]).await.unwrap();
    assert_eq!(text(&store, 1).await.as_deref(), Some("newer"));
    assert_eq!(store.partition(0).await.unwrap().head, 13);
    let late = Lease { term: lease.term - 1, ..lease };
    let error = store.vouch(late, incarnation, 99).await.unwrap_err();
    assert!(matches!(error, StoreError::StaleTerm { .. }), "{error}");
    let error = store.vouch(lease, Incarnation([7; 16]), 99).await.unwrap_err();
    assert!(matches!(error, StoreError::NotMended { partition: 0 }), "{error}");
    assert_eq!(store.partition(0).await.unwrap().head, 13);
}

pub(crate) async fn seen_ids_stay_until_they_are_forgotten(home: &dyn Home) {
    let store = home.open().await;
    let closed = Row { state: StateName::Closed, since: UnixMillis(150), ..row(1, 1) };
    let open = SaveThread { seen: vec![(event(1), UnixMillis(100))], rows: vec![row(1, 1)], ..thread(1, "open") };
    save(&store, vec![open]).await;
    // Seen again at another time: the first time counts, so a clock that jumps ahead keeps nothing longer.
    let seen_again = vec![(event(1), LATER), (event(2), UnixMillis(200))];
    save(&store, vec![SaveThread { seen: seen_again, rows: vec![closed], ..thread(1, "closed") }]).await;
    assert_eq!(seen(&store, 1).await, sorted([1, 2]));
    store.forget(UnixMillis(100)).await.unwrap();
    assert_eq!(seen(&store, 1).await, sorted([1, 2]));
    store.forget(UnixMillis(200)).await.unwrap();
    assert_eq!(store.row(conversation(1)).await.unwrap(), None);
    assert_eq!(seen(&store, 1).await, sorted([2]), "ids outlive the conversation's row");
    assert_eq!(text(&store, 1).await.as_deref(), Some("closed"));
}

pub(crate) async fn forgetting_takes_what_is_old_and_leaves_the_rest(home: &dyn Home) {
    let store = home.open().await;
    let old = (0..2500).map(|n| (event(n), UnixMillis(1)));
    let new = (2500..2600).map(|n| (event(n), UnixMillis(500)));
    let seen_all = SaveThread {
        seen: old.chain(new).collect(),
        rows: vec![
            Row { state: StateName::Closed, since: UnixMillis(1), ..row(1, 1) },
            Row { state: StateName::Closed, since: UnixMillis(500), ..row(2, 1) },
            Row { state: StateName::Waiting, since: UnixMillis(1), ..row(3, 1) },
        ],
        orders: vec![answer(1, 1, "old"), answer(2, 500, "new")],
        ..thread(1, "one")
    };
    save(&store, vec![seen_all]).await;
    let incarnation = store.incarnation(0).await.unwrap();
    let begin = |number, at| Start { at: UnixMillis(at), ..start(number, incarnation) };
    assert_eq!(store.start(begin(1, 1)).await.unwrap(), Started::Go);
    assert_eq!(store.start(begin(2, 500)).await.unwrap(), Started::Go);
    store.forget(UnixMillis(500)).await.unwrap();
    assert_eq!(seen(&store, 1).await, sorted(2500..2600));
    assert_eq!(store.row(conversation(1)).await.unwrap(), None);
    assert!(store.row(conversation(2)).await.unwrap().is_some());
    assert!(store.row(conversation(3)).await.unwrap().is_some(), "what is open stays, however old");
    assert_eq!(store.order(event(1)).await.unwrap(), None);
    assert!(store.order(event(2)).await.unwrap().is_some());
    assert_eq!(store.start(begin(2, 500)).await.unwrap(), Started::Settle);
    assert_eq!(store.start(begin(1, 500)).await.unwrap(), Started::Go);
}

pub(crate) async fn a_lost_store_is_new_and_empty(home: &dyn Home) {
    let store = home.open().await;
    let incarnation = store.incarnation(0).await.unwrap();
    assert_eq!(store.incarnation(0).await.unwrap(), incarnation);
    let full = SaveThread { due: Some(UnixMillis(1)), rows: vec![row(1, 1)], ..thread(1, "one") };
    save(&store, vec![full]).await;
    drop(store);
    home.lose().await;
    let store = home.open().await;
    assert_ne!(store.incarnation(0).await.unwrap(), incarnation);
    let incarnation = store.partition(0).await.unwrap().incarnation;
    assert_eq!(store.partition(0).await.unwrap(), Partition { incarnation, ..Partition::default() });
    assert_eq!(text(&store, 1).await, None);
    assert_eq!(store.due(LATER, 9).await.unwrap(), []);
    assert_eq!(store.counts().await.unwrap(), []);
    save(&store, vec![thread(1, "rebuilt")]).await;
    assert_eq!(text(&store, 1).await.as_deref(), Some("rebuilt"));
}

pub(crate) async fn due_threads_come_earliest_first(home: &dyn Home) {
    let store = home.open().await;
    let due = |number, at| SaveThread { due: Some(UnixMillis(at)), ..thread(number, "") };
    let (at, told) = (UnixMillis, |number, at| (key(number), UnixMillis(at)));
    save(&store, vec![due(1, 300), due(2, 100), due(3, 200), thread(4, "")]).await;
    assert_eq!(store.due(at(99), 9).await.unwrap(), []);
    assert_eq!(store.due(at(200), 9).await.unwrap(), [told(2, 100), told(3, 200)]);
    assert_eq!(store.due(at(999), 2).await.unwrap(), [told(2, 100), told(3, 200)]);
    save(&store, vec![due(2, 400), thread(3, "")]).await;
    assert_eq!(store.due(at(999), 9).await.unwrap(), [told(1, 300), told(2, 400)]);
    let now = 1_790_000_000_123;
    save(&store, vec![due(5, now)]).await;
    assert_eq!(store.due(at(now), 9).await.unwrap()[2..], [told(5, now)]);
}

fn answer(number: u32, at: i64, text: &str) -> StoredOrder {
    StoredOrder {
        order: event(number),
        thread: key(1),
        at: UnixMillis(at),
        digest: [7; 16],
        sealed: text.as_bytes().to_vec(),
    }
}

pub(crate) async fn the_first_answer_to_an_order_stays(home: &dyn Home) {
    let store = home.open().await;
    assert_eq!(store.order(event(1)).await.unwrap(), None);
    save(&store, vec![SaveThread { orders: vec![answer(1, 5, "granted")], ..thread(1, "") }]).await;
    save(&store, vec![SaveThread { orders: vec![answer(1, 6, "refused")], ..thread(1, "") }]).await;
    assert_eq!(store.order(event(1)).await.unwrap(), Some(answer(1, 5, "granted")));
}

pub(crate) async fn switches_are_set_only_at_the_version_that_was_seen(home: &dyn Home) {
    let store = home.open().await;
    assert_eq!(store.switches().await.unwrap(), Switches::default());
    let off = AiOff { all: true, queues: [queue("bot")].into(), ..AiOff::default() };
    let wish = Switches { version: 77, ai_off: off };
    assert_eq!(store.set_switches(1, wish.clone()).await.unwrap(), None);
    let both = tokio::join!(store.set_switches(0, wish.clone()), store.set_switches(0, wish.clone()));
    let set: Vec<_> = [both.0.unwrap(), both.1.unwrap()].into_iter().flatten().collect();
    assert_eq!(set, [Switches { version: 1, ..wish.clone() }], "one of two at once is set");
    drop(store);
    let store = home.open().await;
    assert_eq!(store.switches().await.unwrap(), set[0]);
    let on = store.set_switches(1, Switches::default()).await.unwrap().unwrap();
    assert_eq!(on.version, 2);
    assert_eq!(store.switches().await.unwrap(), on);
    store.restore_switches(set[0].clone()).await.unwrap();
    assert_eq!(store.switches().await.unwrap(), on, "those that were seen are older");
    let newer = Switches { version: 9, ..wish };
    store.restore_switches(newer.clone()).await.unwrap();
    assert_eq!(store.switches().await.unwrap(), newer);
}

pub(crate) async fn watchers_wake_after_a_save_of_their_thread(home: &dyn Home) {
    let store = home.open().await;
    let mut mine = store.watch(key(1));
    let mut also = store.watch(key(1));
    let others = store.watch(key(2));
    drop(store.watch(key(3)));
    save(&store, vec![thread(1, "one"), thread(3, "three")]).await;
    mine.changed().await.unwrap();
    also.changed().await.unwrap();
    assert!(!mine.has_changed().unwrap());
    save(&store, vec![thread(1, "two")]).await;
    mine.changed().await.unwrap();
    let lease = lease(&store, 0).await;
    store.save(batch(lease, 77, vec![thread(1, "refused")])).await.unwrap_err();
    assert!(!mine.has_changed().unwrap(), "nothing was saved");
    assert!(!others.has_changed().unwrap());
    let mut late = store.watch(key(3));
    store.restore(lease, vec![thread(3, "restored")]).await.unwrap();
    late.changed().await.unwrap();
}
