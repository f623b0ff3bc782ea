//! Whoever tells what is due is kept from it by no thread that does not move.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wissel_channels::{ThreadKey, UnixMillis};

use super::run;
use crate::broker::Queue;
use crate::store::{SaveThread, Stored};
use crate::thread::state::{Timer, TimerKind};
use crate::thread::{Thread, TimerId};
use crate::wire::{DataKey, envelope};
use crate::workers::Workplace;
use crate::workers::router::tests::{Allergic, within, workplace};

fn key(number: u16) -> ThreadKey {
    ThreadKey::of("test", &[&number.to_le_bytes()])
}

/// A thread with a timer that is due; its state is as it should be, or cannot be read.
fn due(place: &Workplace, number: u16, readable: bool) -> SaveThread {
    let (thread, data_key) = (key(number), DataKey::random().unwrap());
    let due = UnixMillis(i64::from(number));
    let timer = Timer { id: TimerId(thread.0), due, kind: TimerKind::Quiet };
    let state = Thread { timers: vec![timer], ..Thread::new(thread) };
    let sealed = if readable { envelope::seal_state(&data_key, &state).unwrap() } else { b"rubbish".to_vec() };
    SaveThread {
        thread,
        stored: Stored { sealed, key: place.keys.wrap(thread, &data_key).unwrap() },
        epoch: 0,
        revoked: None,
        due: Some(due),
        seen: Vec::new(),
        rows: Vec::new(),
        orders: Vec::new(),
        notices: Vec::new(),
    }
}

/// Runs the worker over `threads`, whose router does nothing, until `told` of their timers were told.
async fn told(place: &Workplace, threads: Vec<SaveThread>, told: u64) {
    let lease = place.store.lease(0, [7; 16], Duration::from_mins(1), 0).await.unwrap().unwrap();
    place.store.restore(lease, threads).await.unwrap();
    let stop = CancellationToken::new();
    let look = async {
        while place.broker.depth(&Queue::Inbound(0)).await.unwrap().messages < told {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.cancel();
    };
    let (ended, ()) = within(async { tokio::join!(run(place.clone(), stop.clone()), look) }).await;
    ended.unwrap();
}

#[tokio::test]
async fn threads_that_stand_still_do_not_keep_others_from_their_timers() {
    let folder = tempfile::tempdir().unwrap();
    let place = workplace(&folder, Arc::new(Allergic::default())).await;
    let threads = (1..=260).map(|number| due(&place, number, true)).collect();
    told(&place, threads, 260).await;
}

#[tokio::test]
async fn a_thread_that_cannot_be_read_does_not_keep_others_from_their_timers() {
    let folder = tempfile::tempdir().unwrap();
    let place = workplace(&folder, Arc::new(Allergic::default())).await;
    let threads = vec![due(&place, 1, false), due(&place, 2, true)];
    told(&place, threads, 1).await;
}
