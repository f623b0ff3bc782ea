//! What every store must do with leases on partitions and sources, and with who is there.

use std::time::Instant;

use super::{Home, LONG, OVER, ROUNDED, SHORT, THEM, US, batch, lease, thread, vouched};
use crate::store::{Held, Lease};

pub(crate) async fn a_partition_has_one_holder_until_its_lease_ends(home: &dyn Home) {
    let store = home.open().await;
    let first = lease(&store, 0).await;
    assert_eq!(store.lease(0, THEM, LONG, 0).await.unwrap(), None);
    assert!(store.lease(1, THEM, LONG, 0).await.unwrap().is_some(), "another partition is free");
    let began = Instant::now();
    let again = store.lease(0, US, SHORT, 0).await.unwrap().unwrap();
    assert!(again.term > first.term, "whoever has it may take it again, under a new term");
    let second = loop {
        if let Some(lease) = store.lease(0, THEM, LONG, 0).await.unwrap() {
            break lease;
        }
    };
    assert!(began.elapsed() + ROUNDED >= SHORT, "{:?}", began.elapsed());
    assert!(second.term > again.term);
    assert_eq!(store.partition(0).await.unwrap().term, second.term);
    store.save(batch(vouched(&store, second).await, 1, vec![thread(1, "theirs")])).await.unwrap();
    store.save(batch(again, 2, vec![])).await.unwrap_err();
}

pub(crate) async fn a_renewed_lease_keeps_others_out_and_a_lost_one_is_not_renewed(home: &dyn Home) {
    let store = home.open().await;
    let lease = vouched(&store, store.lease(0, US, OVER, 0).await.unwrap().unwrap()).await;
    let held = |head| Some(Held { head, mended: true });
    assert_eq!(store.renew(lease, US, LONG).await.unwrap(), held(0), "nobody else came for it meanwhile");
    assert_eq!(store.renew(lease, THEM, LONG).await.unwrap(), None);
    assert_eq!(store.lease(0, THEM, LONG, 0).await.unwrap(), None);
    store.save(batch(lease, 1, vec![thread(1, "ours")])).await.unwrap();
    assert_eq!(store.renew(lease, US, OVER).await.unwrap(), held(1), "it tells the head");
    let theirs = store.lease(0, THEM, LONG, 0).await.unwrap().unwrap();
    assert_eq!(store.renew(lease, US, LONG).await.unwrap(), None, "it was taken over");
    assert_eq!(store.lease(0, US, LONG, 0).await.unwrap(), None);
    assert_eq!(store.renew(theirs, THEM, LONG).await.unwrap(), held(1));
}

pub(crate) async fn a_released_partition_is_free_and_only_its_holder_releases_it(home: &dyn Home) {
    let store = home.open().await;
    let ours = lease(&store, 0).await;
    store.release(Lease { term: ours.term + 1, ..ours }, US).await.unwrap();
    store.release(ours, THEM).await.unwrap();
    assert_eq!(store.lease(0, THEM, LONG, 0).await.unwrap(), None);
    store.release(ours, US).await.unwrap();
    let theirs = store.lease(0, THEM, LONG, 0).await.unwrap().unwrap();
    assert!(theirs.term > ours.term);
    store.release(ours, US).await.unwrap();
    assert_eq!(store.lease(0, US, LONG, 0).await.unwrap(), None);
}

pub(crate) async fn a_term_is_greater_than_all_that_are_known(home: &dyn Home) {
    let store = home.open().await;
    let take = async |at_least| store.lease(0, US, LONG, at_least).await.unwrap().unwrap().term;
    let first = take(0).await;
    assert!(first > 0);
    let far = first + 1_000_000_000;
    let second = take(far).await;
    assert!(second > far);
    assert!(take(7).await > second);
}

pub(crate) async fn who_attends_a_group_is_listed_until_it_leaves_or_is_silent(home: &dyn Home) {
    let store = home.open().await;
    assert_eq!(store.attend("routers", THEM, LONG).await.unwrap(), [THEM]);
    assert_eq!(store.attend("routers", US, LONG).await.unwrap(), [US, THEM]);
    assert_eq!(store.attend("others", THEM, LONG).await.unwrap(), [THEM]);
    assert_eq!(store.attend("routers", US, LONG).await.unwrap(), [US, THEM], "again changes nothing");
    store.depart("routers", THEM).await.unwrap();
    store.depart("routers", THEM).await.unwrap();
    assert_eq!(store.attend("routers", US, LONG).await.unwrap(), [US]);
    assert_eq!(store.attend("others", US, LONG).await.unwrap(), [US, THEM]);
    let began = Instant::now();
    store.attend("routers", THEM, SHORT).await.unwrap();
    while store.attend("routers", US, LONG).await.unwrap() != [US] {}
    assert!(began.elapsed() + ROUNDED >= SHORT, "{:?}", began.elapsed());
}

pub(crate) async fn a_source_has_one_holder_until_it_lets_go_or_is_silent(home: &dyn Home) {
    let store = home.open().await;
    assert!(store.hold_source("telegram", US, LONG).await.unwrap());
    assert!(!store.hold_source("telegram", THEM, LONG).await.unwrap());
    assert!(store.hold_source("mail", THEM, LONG).await.unwrap(), "another source is free");
    assert!(store.hold_source("telegram", US, LONG).await.unwrap(), "whoever has it holds it longer");
    store.let_go("telegram", THEM).await.unwrap();
    assert!(!store.hold_source("telegram", THEM, LONG).await.unwrap());
    store.let_go("telegram", US).await.unwrap();
    let began = Instant::now();
    assert!(store.hold_source("telegram", THEM, SHORT).await.unwrap());
    while !store.hold_source("telegram", US, LONG).await.unwrap() {}
    assert!(began.elapsed() + ROUNDED >= SHORT, "{:?}", began.elapsed());
    assert!(!store.hold_source("telegram", THEM, LONG).await.unwrap());
}

pub(crate) async fn a_mark_is_read_as_it_was_last_set(home: &dyn Home) {
    let store = home.open().await;
    assert_eq!(store.mark("email/main/INBOX").await.unwrap(), None);
    store.set_mark("email/main/INBOX", b"7".to_vec()).await.unwrap();
    store.set_mark("email/main/INBOX", vec![0, 0xff]).await.unwrap();
    assert_eq!(store.mark("email/main/INBOX").await.unwrap(), Some(vec![0, 0xff]));
    assert_eq!(store.mark("email/main/Spam").await.unwrap(), None);
    let some = ["identity/a", "identity/b"].map(str::to_owned);
    store.set_marks(some.iter().map(|name| (name.clone(), name.as_bytes().to_vec())).collect()).await.unwrap();
    let names = [some[1].clone(), "email/main/Spam".to_owned(), some[0].clone()];
    let found = store.marks(&names).await.unwrap();
    assert_eq!(found, [Some(some[1].as_bytes().to_vec()), None, Some(some[0].as_bytes().to_vec())]);
    drop(store);
    assert_eq!(
        home.open().await.mark("email/main/INBOX").await.unwrap(),
        Some(vec![0, 0xff]),
        "it outlives the process"
    );
}
