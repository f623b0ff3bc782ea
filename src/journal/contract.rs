//! What every journal must do, whatever it is made of. A backend's tests give a [`Home`] to `journal_contract!`.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use wissel_channels::{ConversationId, ThreadKey, UnixMillis};

use super::{Batch, Blob, Entry, History, Journal, JournalError, Key, Order, Placed, Reach};
use crate::thread::EventId;

/// Where a journal keeps what was decided. It is new for each test.
#[async_trait]
pub(crate) trait Home: Send + Sync {
    /// A journal of a new process. The one before has been dropped.
    async fn open(&self) -> Arc<dyn Journal>;
}

/// Makes a test of each part of the contract. `$home` makes a [`Home`].
macro_rules! journal_contract {
    ($home:expr) => {
        journal_contract!($home;
            a_batch_that_is_there_already_changes_nothing,
            what_is_appended_outlives_the_process,
            the_entries_of_a_thread_come_in_the_order_of_their_decisions,
            whole_threads_come_together_each_with_its_key,
            reach_tells_the_newest_batch_of_each_partition,
            threads_of_a_partition_are_listed_by_the_page,
            changed_threads_are_those_with_later_entries,
            a_conversation_leads_to_its_thread,
            the_first_key_of_a_thread_stays,
            blobs_are_found_by_their_hash,
            a_barrier_is_there_once_it_was_written,
            another_number_of_partitions_is_refused,
            a_batch_of_an_older_term_comes_too_late_once_a_newer_one_was_announced,
            a_value_is_fixed_by_whoever_names_it_first,
        );
    };
    ($home:expr; $($name:ident,)*) => {
        $(#[tokio::test]
        async fn $name() {
            crate::journal::contract::within(crate::journal::contract::$name(&$home)).await;
        })*
    };
}
pub(crate) use journal_contract;

/// Runs a test, and fails it rather than hang. A busy machine may take its time.
pub(crate) async fn within<T>(test: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(3), test).await.expect("the test hangs")
}

fn key(number: u8) -> ThreadKey {
    ThreadKey::of("test", &[&[number]])
}

fn conversation(number: u8) -> ConversationId {
    ConversationId::of("test", &[&[number]])
}

/// A decision by its number, on the thread of that number.
fn entry(thread: u8, number: u32) -> Entry {
    Entry {
        thread: key(thread),
        event: EventId::of("test", &[&number.to_be_bytes()]),
        conversation: Some(conversation(thread)),
        at: UnixMillis(number.into()),
        sealed: format!("decision {number}").into_bytes(),
    }
}

fn batch(partition: u16, head: u64, entries: Vec<Entry>) -> Batch {
    Batch { partition, term: 1, head, entries, keys: Vec::new(), blobs: Vec::new() }
}

/// Appends; gives what came too late.
async fn append(journal: &Arc<dyn Journal>, batches: Vec<Batch>) -> Vec<Batch> {
    journal.append(batches.into_iter().map(Order::Append).collect()).await.unwrap()
}

async fn heads(journal: &Arc<dyn Journal>, thread: u8) -> Vec<(u64, Entry)> {
    journal.thread(key(thread)).await.unwrap().into_iter().map(|Placed { head, entry }| (head, entry)).collect()
}

pub(crate) async fn a_batch_that_is_there_already_changes_nothing(home: &dyn Home) {
    let journal = home.open().await;
    let first = Batch {
        keys: vec![Key { thread: key(1), wrapped: b"key".to_vec() }],
        ..batch(0, 1, vec![entry(1, 1), entry(1, 2)])
    };
    assert_eq!(append(&journal, vec![first.clone(), first.clone()]).await, []);
    assert_eq!(append(&journal, vec![first, batch(0, 2, vec![entry(1, 3)])]).await, []);
    let other = Batch {
        term: 9,
        keys: vec![Key { thread: key(2), wrapped: b"other".to_vec() }],
        blobs: vec![Blob { hash: [1; 16], bytes: b"other".to_vec() }],
        ..batch(0, 2, vec![entry(2, 4)])
    };
    assert_eq!(append(&journal, vec![other.clone()]).await, [other], "another one in its place is given back");
    assert_eq!(heads(&journal, 1).await, [(1, entry(1, 1)), (1, entry(1, 2)), (2, entry(1, 3))]);
    assert_eq!(heads(&journal, 2).await, []);
    assert_eq!(journal.key(key(2)).await.unwrap(), None);
    assert_eq!(journal.blob([1; 16]).await.unwrap(), None);
    assert_eq!(journal.reach().await.unwrap(), [Reach { partition: 0, term: 1, head: 2 }]);
    append(&journal, vec![batch(1, 2, vec![entry(2, 4)])]).await;
    assert_eq!(heads(&journal, 2).await, [(2, entry(2, 4))], "another partition counts by itself");
}

pub(crate) async fn what_is_appended_outlives_the_process(home: &dyn Home) {
    let journal = home.open().await;
    let full = Batch {
        keys: vec![Key { thread: key(1), wrapped: b"key".to_vec() }],
        blobs: vec![Blob { hash: [1; 16], bytes: b"table".to_vec() }],
        ..batch(3, 1, vec![entry(1, 1)])
    };
    journal.append(vec![Order::Append(full), Order::Barrier([5; 16])]).await.unwrap();
    drop(journal);
    let journal = home.open().await;
    assert_eq!(heads(&journal, 1).await, [(1, entry(1, 1))]);
    assert_eq!(journal.reach().await.unwrap(), [Reach { partition: 3, term: 1, head: 1 }]);
    assert_eq!(journal.key(key(1)).await.unwrap(), Some(b"key".to_vec()));
    assert_eq!(journal.blob([1; 16]).await.unwrap(), Some(b"table".to_vec()));
    assert!(journal.has_barrier([5; 16]).await.unwrap());
    append(&journal, vec![batch(3, 2, vec![entry(1, 2)])]).await;
    assert_eq!(heads(&journal, 1).await, [(1, entry(1, 1)), (2, entry(1, 2))]);
}

pub(crate) async fn the_entries_of_a_thread_come_in_the_order_of_their_decisions(home: &dyn Home) {
    let journal = home.open().await;
    // Times and ids say nothing about the order.
    append(&journal, vec![batch(0, 1, vec![entry(1, 50), entry(2, 9), entry(1, 7)])]).await;
    append(&journal, vec![batch(0, 2, vec![entry(2, 8), entry(1, 99)]), batch(0, 3, vec![entry(1, 1)])]).await;
    let expected = [(1, entry(1, 50)), (1, entry(1, 7)), (2, entry(1, 99)), (3, entry(1, 1))];
    assert_eq!(heads(&journal, 1).await, expected);
    assert_eq!(heads(&journal, 2).await, [(1, entry(2, 9)), (2, entry(2, 8))]);
    assert_eq!(heads(&journal, 3).await, []);
}

pub(crate) async fn whole_threads_come_together_each_with_its_key(home: &dyn Home) {
    let journal = home.open().await;
    let with_keys = |head, threads: &[u8], entries| Batch {
        keys: threads.iter().map(|thread| Key { thread: key(*thread), wrapped: vec![*thread] }).collect(),
        ..batch(0, head, entries)
    };
    append(&journal, vec![with_keys(1, &[1, 2], vec![entry(1, 50), entry(2, 9), entry(1, 7)])]).await;
    append(&journal, vec![with_keys(2, &[4], vec![entry(4, 3), entry(1, 1), entry(3, 5)])]).await;
    let asked = [5, 3, 2, 1].map(key);
    let mut found = journal.histories(&asked).await.unwrap();
    found.sort_by_key(|history| history.wrapped.clone());
    let placed = |head, entry| Placed { head, entry };
    let history = |thread: u8, entries| History { thread: key(thread), wrapped: vec![thread], entries };
    let first = history(1, vec![placed(1, entry(1, 50)), placed(1, entry(1, 7)), placed(2, entry(1, 1))]);
    assert_eq!(found, [first, history(2, vec![placed(1, entry(2, 9))])], "3 has no key, 4 was not asked for");
    assert_eq!(journal.histories(&[]).await.unwrap(), []);
}

pub(crate) async fn reach_tells_the_newest_batch_of_each_partition(home: &dyn Home) {
    let journal = home.open().await;
    assert_eq!(journal.reach().await.unwrap(), []);
    let numbered = |partition, head, term| Batch { term, ..batch(partition, head, vec![]) };
    append(&journal, vec![numbered(7, 1, 1), numbered(2, 1, 1), numbered(7, 2, 1), numbered(7, 3, 4)]).await;
    append(&journal, vec![numbered(u16::MAX, 10, 2)]).await;
    let mut reach = journal.reach().await.unwrap();
    reach.sort_unstable_by_key(|reach| reach.partition);
    let expected = [
        Reach { partition: 2, term: 1, head: 1 },
        Reach { partition: 7, term: 4, head: 3 },
        Reach { partition: u16::MAX, term: 2, head: 10 },
    ];
    assert_eq!(reach, expected);
}

pub(crate) async fn threads_of_a_partition_are_listed_by_the_page(home: &dyn Home) {
    let journal = home.open().await;
    let entries = |numbers: &[u8]| numbers.iter().map(|n| entry(*n, 1)).collect::<Vec<_>>();
    append(&journal, vec![batch(0, 1, entries(&[1, 2, 3, 1])), batch(1, 1, entries(&[20, 21]))]).await;
    append(&journal, vec![batch(0, 2, entries(&[3, 4, 5]))]).await;
    let mut expected: Vec<_> = (1..=5).map(key).collect();
    expected.sort_unstable();
    assert_eq!(journal.threads(0, None, 100).await.unwrap(), expected);
    let mut paged: Vec<ThreadKey> = Vec::new();
    loop {
        let page = journal.threads(0, paged.last().copied(), 2).await.unwrap();
        assert!(page.len() <= 2);
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, expected);
    assert_eq!(journal.threads(2, None, 9).await.unwrap(), []);
}

pub(crate) async fn changed_threads_are_those_with_later_entries(home: &dyn Home) {
    let journal = home.open().await;
    append(&journal, vec![batch(0, 1, vec![entry(1, 1), entry(2, 2)]), batch(1, 5, vec![entry(9, 3)])]).await;
    append(&journal, vec![batch(0, 2, vec![entry(2, 4), entry(3, 5), entry(2, 6)]), batch(0, 3, vec![])]).await;
    let changed = async |partition, head| {
        let mut changed = journal.changed(partition, head).await.unwrap();
        changed.sort_unstable();
        changed
    };
    let sorted = |numbers: &[u8]| {
        let mut keys: Vec<_> = numbers.iter().map(|n| key(*n)).collect();
        keys.sort_unstable();
        keys
    };
    assert_eq!(changed(0, 0).await, sorted(&[1, 2, 3]));
    assert_eq!(changed(0, 1).await, sorted(&[2, 3]));
    assert_eq!(changed(0, 2).await, []);
    assert_eq!(changed(1, 4).await, sorted(&[9]));
}

pub(crate) async fn a_conversation_leads_to_its_thread(home: &dyn Home) {
    let journal = home.open().await;
    let none = Entry { conversation: None, ..entry(2, 2) };
    append(&journal, vec![batch(0, 1, vec![entry(1, 1), none, entry(1, 3)])]).await;
    assert_eq!(journal.conversation(conversation(1)).await.unwrap(), Some(key(1)));
    assert_eq!(journal.conversation(conversation(2)).await.unwrap(), None);
    assert_eq!(heads(&journal, 2).await[0].1.conversation, None);
}

pub(crate) async fn the_first_key_of_a_thread_stays(home: &dyn Home) {
    let journal = home.open().await;
    let with_key = |head, wrapped: &str| Batch {
        keys: vec![Key { thread: key(1), wrapped: wrapped.as_bytes().to_vec() }],
        ..batch(0, head, vec![entry(1, 1)])
    };
    append(&journal, vec![batch(0, 1, vec![entry(1, 0)])]).await;
    assert_eq!(journal.key(key(1)).await.unwrap(), None);
    append(&journal, vec![with_key(2, "first"), with_key(3, "second")]).await;
    assert_eq!(journal.key(key(1)).await.unwrap(), Some(b"first".to_vec()));
}

pub(crate) async fn blobs_are_found_by_their_hash(home: &dyn Home) {
    let journal = home.open().await;
    let with_blob =
        |head, byte| Batch { blobs: vec![Blob { hash: [byte; 16], bytes: vec![byte; 9] }], ..batch(0, head, vec![]) };
    append(&journal, vec![with_blob(1, 1), with_blob(2, 2), with_blob(3, 1)]).await;
    assert_eq!(journal.blob([1; 16]).await.unwrap(), Some(vec![1; 9]));
    assert_eq!(journal.blob([2; 16]).await.unwrap(), Some(vec![2; 9]));
    assert_eq!(journal.blob([3; 16]).await.unwrap(), None);
}

pub(crate) async fn a_barrier_is_there_once_it_was_written(home: &dyn Home) {
    let journal = home.open().await;
    assert!(!journal.has_barrier([1; 16]).await.unwrap());
    let orders = vec![Order::Append(batch(0, 1, vec![entry(1, 1)])), Order::Barrier([1; 16]), Order::Barrier([1; 16])];
    journal.append(orders).await.unwrap();
    assert!(journal.has_barrier([1; 16]).await.unwrap());
    assert!(!journal.has_barrier([2; 16]).await.unwrap());
    assert_eq!(heads(&journal, 1).await.len(), 1, "what came before it is written");
}

pub(crate) async fn another_number_of_partitions_is_refused(home: &dyn Home) {
    let journal = home.open().await;
    journal.declare(16).await.unwrap();
    drop(journal);
    let error = home.open().await.declare(32).await.unwrap_err();
    assert!(matches!(error, JournalError::Unusable(_)), "{error}");
    assert!(error.to_string().contains("16"), "it names the number: {error}");
    home.open().await.declare(16).await.unwrap();
}

pub(crate) async fn a_batch_of_an_older_term_comes_too_late_once_a_newer_one_was_announced(home: &dyn Home) {
    let journal = home.open().await;
    let of_term = |term, head, thread| Batch { term, ..batch(0, head, vec![entry(thread, 1)]) };
    let late = Batch {
        keys: vec![Key { thread: key(2), wrapped: b"key".to_vec() }],
        blobs: vec![Blob { hash: [1; 16], bytes: b"table".to_vec() }],
        ..of_term(3, 2, 2)
    };
    let back = append(&journal, vec![of_term(3, 1, 1), Batch::announcement(0, 5), late.clone()]).await;
    assert_eq!(back, std::slice::from_ref(&late));
    assert_eq!(append(&journal, vec![of_term(3, 1, 1)]).await, [], "what is there is no news, whatever its term");
    assert_eq!(append(&journal, vec![Batch::announcement(0, 4), Batch::announcement(7, 2)]).await, []);
    let mut reach = journal.reach().await.unwrap();
    reach.sort_unstable_by_key(|reach| reach.partition);
    let expected = [Reach { partition: 0, term: 5, head: 1 }, Reach { partition: 7, term: 2, head: 0 }];
    assert_eq!(reach, expected, "the announcement counts, also alone");
    drop(journal);
    let journal = home.open().await;
    assert_eq!(
        append(&journal, vec![late.clone(), of_term(5, 2, 3), Batch { term: 2, ..late.clone() }]).await.len(),
        2
    );
    assert_eq!(heads(&journal, 2).await, []);
    assert_eq!((journal.key(key(2)).await.unwrap(), journal.blob([1; 16]).await.unwrap()), (None, None));
    assert_eq!(heads(&journal, 3).await, [(2, entry(3, 1))]);
    let elsewhere = Batch { partition: 1, ..of_term(1, 1, 4) };
    assert_eq!(append(&journal, vec![elsewhere]).await, [], "another partition has its own terms");
}

pub(crate) async fn a_value_is_fixed_by_whoever_names_it_first(home: &dyn Home) {
    let journal = home.open().await;
    assert_eq!(journal.fix("mark", -7).await.unwrap(), -7);
    assert_eq!(journal.fix("mark", 8).await.unwrap(), -7);
    assert_eq!(journal.fix("other", i64::MAX).await.unwrap(), i64::MAX);
    drop(journal);
    assert_eq!(home.open().await.fix("mark", 9).await.unwrap(), -7);
}
