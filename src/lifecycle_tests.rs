//! Tests of the lifecycle: how a daemon ends, by signals and by failures.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::{Stream, stream};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

use super::{Backoff, Ending, Lifecycle};
use crate::telemetry::{Metrics, pulse};

/// Long enough that a test fails rather than hangs.
const LONG: Option<Duration> = Some(Duration::from_mins(1));

const QUICK: Backoff = Backoff { first: Duration::from_millis(1), most: Duration::from_millis(4) };

fn lifecycle() -> Lifecycle {
    Lifecycle::new(Arc::new(Metrics::new().unwrap()))
}

fn signals() -> (mpsc::Sender<&'static str>, impl Stream<Item = &'static str> + Unpin) {
    let (send, mut receive) = mpsc::channel(4);
    (send, stream::poll_fn(move |cx| receive.poll_recv(cx)))
}

/// A worker that says when it saw `stop`, and then takes until `finish` to end.
async fn worker(cx: Lifecycle, stopping: oneshot::Sender<()>, finish: oneshot::Receiver<()>) -> Result<(), Infallible> {
    cx.stop.cancelled().await;
    let _told = stopping.send(());
    let _finished = finish.await;
    Ok(())
}

#[tokio::test]
async fn a_signal_lets_the_work_in_hand_finish() {
    let cx = lifecycle();
    let ((stopping, stopped), (finish, finished)) = (oneshot::channel(), oneshot::channel());
    cx.spawn("worker", worker(cx.clone(), stopping, finished));
    let (send, signals) = signals();
    send.send("SIGTERM").await.unwrap();
    let end = TaskTracker::new().spawn(cx.end(signals, LONG));
    stopped.await.unwrap();
    assert!(!end.is_finished(), "work is in hand");
    finish.send(()).unwrap();
    assert_eq!(end.await.unwrap(), Ending::Orderly);
}

#[tokio::test]
async fn a_second_signal_drops_the_work_in_hand() {
    let cx = lifecycle();
    let ((stopping, stopped), (_finish, finished)) = (oneshot::channel(), oneshot::channel());
    cx.spawn("worker", worker(cx.clone(), stopping, finished));
    let (send, signals) = signals();
    send.send("SIGTERM").await.unwrap();
    let end = TaskTracker::new().spawn(cx.end(signals, LONG));
    stopped.await.unwrap();
    send.send("SIGINT").await.unwrap();
    assert_eq!(end.await.unwrap(), Ending::Aborted);
}

#[tokio::test]
async fn work_that_outlasts_the_grace_period_is_dropped() {
    let cx = lifecycle();
    cx.spawn("worker", pending::<Result<(), Infallible>>());
    let (send, signals) = signals();
    send.send("SIGTERM").await.unwrap();
    assert_eq!(cx.end(signals, Some(Duration::from_millis(20))).await, Ending::Aborted);
}

#[tokio::test]
async fn a_task_that_fails_ends_the_daemon_after_the_work_of_the_others() {
    for failure in ["error", "panic", "early return"] {
        let cx = lifecycle();
        let ((stopping, stopped), (finish, finished)) = (oneshot::channel(), oneshot::channel());
        cx.spawn("worker", worker(cx.clone(), stopping, finished));
        cx.spawn("other", async move {
            match failure {
                "error" => Err(std::io::Error::other("disk full")),
                "panic" => panic!("a text of a customer"),
                _ => Ok(()),
            }
        });
        let (_send, signals) = signals();
        let end = TaskTracker::new().spawn(cx.end(signals, LONG));
        stopped.await.unwrap();
        finish.send(()).unwrap();
        assert_eq!(end.await.unwrap(), Ending::Failed, "{failure}");
    }
}

#[tokio::test]
async fn a_restarting_task_is_made_again_until_the_daemon_stops() {
    let cx = lifecycle();
    let tries = Arc::new(AtomicU32::new(0));
    let (third, reached) = oneshot::channel();
    let mut third = Some(third);
    let counted = Arc::clone(&tries);
    cx.spawn_restarting("source", QUICK, move || {
        let third = if counted.fetch_add(1, Ordering::SeqCst) == 2 { third.take() } else { None };
        async move {
            if let Some(third) = third {
                third.send(()).unwrap();
                return pending().await;
            }
            Err(std::io::Error::other("away"))
        }
    });
    reached.await.unwrap();
    assert!(cx.metrics.render().contains("wissel_task_restarts_total{task=\"source\"} 2"));
    let (send, signals) = signals();
    send.send("SIGTERM").await.unwrap();
    assert_eq!(cx.end(signals, Some(Duration::from_millis(20))).await, Ending::Aborted, "it never returns");
    assert_eq!(tries.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_restarting_task_that_pauses_does_not_hold_up_the_end() {
    let cx = lifecycle();
    let hour = Duration::from_hours(1);
    let (failed, reached) = mpsc::channel(1);
    let mut reached = reached;
    cx.spawn_restarting("source", Backoff { first: hour, most: hour }, move || {
        let failed = failed.clone();
        async move {
            failed.send(()).await.unwrap();
            Err(std::io::Error::other("away"))
        }
    });
    reached.recv().await.unwrap();
    let (send, signals) = signals();
    send.send("SIGTERM").await.unwrap();
    assert_eq!(cx.end(signals, LONG).await, Ending::Orderly);
}

#[tokio::test]
async fn a_task_that_is_stuck_is_started_again_and_one_that_waits_is_left_alone() {
    let mut cx = lifecycle();
    cx.stuck = Duration::from_millis(20);
    let waits = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&waits);
    cx.spawn_restarting("waits", QUICK, move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async {
            pulse::beat();
            pulse::waiting(pending::<Result<(), Infallible>>()).await
        }
    });
    let (again, mut reached) = mpsc::channel(1);
    cx.spawn_restarting("stuck", QUICK, move || {
        let again = again.clone();
        async move {
            let _full = again.try_send(());
            pulse::beat();
            pending::<Result<(), Infallible>>().await
        }
    });
    for _ in 0..3 {
        reached.recv().await.unwrap();
    }
    assert_eq!(waits.load(Ordering::SeqCst), 1);
    let text = cx.metrics.render();
    assert!(text.contains("wissel_task_restarts_total{task=\"stuck\"}") && !text.contains("\"waits\""), "{text}");
}
