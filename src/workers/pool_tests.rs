//! The pool grows at once, shrinks when it is calm, and its workers keep to it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use wissel_channels::{CommandId, ConversationId, ThreadKey, UnixMillis};

use super::{CALM, Measured, Pool, govern, others, work};
use crate::bot::{Abstention, Answer, Bot, BotError, Question};
use crate::scaling::Bounds;
use crate::store::{SaveThread, Stored};
use crate::thread::{Command, EventId, Task};
use crate::workers::Workplace;
use crate::workers::bot::BotInForce;
use crate::workers::intake::Backlog;
use crate::workers::router::tests::{Allergic, within, workplace};

const BOUNDS: Bounds = Bounds { least: 2, most: 6 };

fn pool(among: Option<[u8; 16]>) -> Pool {
    Pool::new(BOUNDS, Backlog::default(), among)
}

fn measured(waiting: u64) -> Measured {
    let (answered, micros, per_second, service_seconds, calm) = (0, 0, 0.0, 1.0, 0);
    Measured { at: Instant::now(), waiting, answered, micros, per_second, service_seconds, calm }
}

fn size(pool: &Pool) -> u64 {
    *pool.0.size.borrow()
}

async fn place(folder: &tempfile::TempDir) -> Workplace {
    workplace(folder, Arc::new(Allergic::default())).await
}

#[tokio::test]
async fn the_pool_grows_at_once_within_its_bounds_and_shrinks_one_by_one_after_a_calm() {
    let folder = tempfile::tempdir().unwrap();
    let (place, pool) = (place(&folder).await, pool(None));
    let mut last = measured(20);
    last.adjust(&place, &pool, 1);
    assert_eq!(size(&pool), 4, "twenty questions of a second each, in five seconds");
    last.waiting = 1_000;
    last.adjust(&place, &pool, 1);
    assert_eq!(size(&pool), BOUNDS.most);
    last.waiting = 0;
    for _ in 1..CALM {
        last.adjust(&place, &pool, 1);
    }
    assert_eq!(size(&pool), BOUNDS.most, "it may only be a pause");
    for wanted in [5, 4, 3, 2, 2] {
        last.adjust(&place, &pool, 1);
        assert_eq!(size(&pool), wanted);
    }
    let told = place.metrics.render();
    assert!(told.contains("wissel_bot_workers_desired 2"), "{told}");
}

#[tokio::test]
async fn processes_share_what_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let (place, pool) = (place(&folder).await, pool(Some([1; 16])));
    assert_eq!(others(&place, &pool).await, 1);
    place.store.attend(super::GROUP, [2; 16], Duration::from_mins(1)).await.unwrap();
    assert_eq!(others(&place, &pool).await, 2);
    measured(40).adjust(&place, &pool, 2);
    assert_eq!(size(&pool), 4, "eight everywhere, half of them here");
}

#[test]
fn what_workers_do_is_counted_while_and_after_they_do_it() {
    let pool = pool(None);
    let answering = pool.tally().begin();
    assert_eq!(pool.0.tally.busy.load(Ordering::Relaxed), 1);
    drop(answering);
    assert_eq!(pool.0.tally.busy.load(Ordering::Relaxed), 0);
    let mut last = measured(0);
    last.service_seconds = 0.0;
    last.measure(&pool.0.tally, 3, 2);
    assert_eq!((last.answered, last.waiting), (1, 3));
    assert!(last.per_second > 0.0, "one that was answered, in each of two processes, and three that wait");
}

/// Abstains from everything.
struct Silent;

#[async_trait]
impl Bot for Silent {
    async fn answer(&self, _question: &Question) -> Result<Answer, BotError> {
        Ok(Answer::Abstained(Abstention::NothingFits))
    }
}

fn question(number: u8) -> Command {
    Command {
        id: CommandId([number; 16]),
        attempt: 1,
        cause: EventId([number; 16]),
        trace: EventId([number; 16]),
        thread: ThreadKey([number; 16]),
        conversation: ConversationId([number; 16]),
        epoch: Some(1),
        at: UnixMillis(0),
        body: Task::Ask { queue: "bot".parse().unwrap(), text: String::new(), language: None, intents: Vec::new() },
    }
}

/// Waits until so many questions are in the hands of workers.
async fn until_busy(pool: &Pool, workers: u64) {
    while pool.0.tally.busy.load(Ordering::Relaxed) < workers {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_worker_above_the_size_of_the_pool_leaves_questions_alone_until_the_pool_grows() {
    let folder = tempfile::tempdir().unwrap();
    let (place, pool) = (place(&folder).await, pool(None));
    let incarnation = place.store.incarnation(0).await.unwrap();
    // The store lacks their threads: whoever has taken one of them keeps at it.
    let both: Vec<_> = [1, 2].map(|number| place.post.command(&question(number), incarnation).unwrap()).into();
    place.broker.publish(both).await.unwrap();
    let bot: BotInForce = Arc::new(ArcSwap::from_pointee(Arc::new(Silent) as Arc<dyn Bot>));
    let stop = CancellationToken::new();
    let working =
        [0, BOUNDS.least].map(|number| work(place.clone(), (Arc::clone(&bot), pool.clone(), number), stop.clone()));
    let watching = async {
        until_busy(&pool, 1).await;
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        assert_eq!(pool.0.tally.busy.load(Ordering::Relaxed), 1, "the third of two workers does nothing");
        pool.0.size.send_replace(BOUNDS.least + 1);
        until_busy(&pool, 2).await;
    };
    let all = futures_util::future::join_all(working);
    within(async {
        tokio::select! {
            ended = all => panic!("{ended:?}"),
            () = watching => {}
        }
    })
    .await;
}

/// Takes its time, and abstains.
struct Slow;

#[async_trait]
impl Bot for Slow {
    async fn answer(&self, question: &Question) -> Result<Answer, BotError> {
        tokio::time::sleep(Duration::from_millis(200)).await;
        Silent.answer(question).await
    }
}

/// Puts threads into the store, so that questions about them may be answered.
async fn known(place: &Workplace, numbers: std::ops::RangeInclusive<u8>) {
    let lease = place.store.lease(0, [1; 16], Duration::from_mins(1), 0).await.unwrap().unwrap();
    let saved = |number: u8| SaveThread {
        thread: ThreadKey([number; 16]),
        stored: Stored { sealed: Vec::new(), key: Vec::new() },
        epoch: 1,
        revoked: None,
        due: None,
        seen: Vec::new(),
        rows: Vec::new(),
        orders: Vec::new(),
        notices: Vec::new(),
    };
    place.store.restore(lease, numbers.map(saved).collect()).await.unwrap();
}

#[tokio::test]
async fn a_new_worker_takes_work_soon_after_there_is_too_much_for_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(&folder).await;
    let pool = Pool::new(Bounds { least: 1, most: 4 }, Backlog::default(), None);
    known(&place, 1..=100).await;
    let incarnation = place.store.incarnation(0).await.unwrap();
    let bot: BotInForce = Arc::new(ArcSwap::from_pointee(Arc::new(Slow) as Arc<dyn Bot>));
    let stop = CancellationToken::new();
    let working = (0..4).map(|number| work(place.clone(), (Arc::clone(&bot), pool.clone(), number), stop.clone()));
    let all = futures_util::future::join_all(working);
    let governing = govern(place.clone(), pool.clone(), stop.clone());
    let measuring = async {
        let asked = (1..=100).map(|number| place.post.command(&question(number), incarnation).unwrap()).collect();
        place.broker.publish(asked).await.unwrap();
        let began = Instant::now();
        until_busy(&pool, 2).await;
        let taken = began.elapsed();
        println!("a second bot worker has work {taken:.2?} after there was too much for the first");
        assert!(taken < Duration::from_secs(2), "{taken:?}");
        stop.cancel();
    };
    let (ended, governed, ()) = within(async { tokio::join!(all, governing, measuring) }).await;
    governed.unwrap();
    ended.into_iter().for_each(Result::unwrap);
}
