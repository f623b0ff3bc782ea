//! Dead letters over the embedded broker: in the process that has the data folder, and beside it.

use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use wissel_channels::{Clock, ThreadKey, UnixMillis};

use super::aside;
use super::dead::{Chosen, DeadLetters, Done};
use super::{Keys, envelope};
use crate::broker::embedded::{BesideBroker, EmbeddedBroker};
use crate::broker::{Broker, Message, Queue};
use crate::sqlite::Database;
use crate::thread::{Body, Event, EventId};

const PARTITIONS: u16 = 4;

fn keys() -> Keys {
    Keys::new([1; 32])
}

fn event(number: u8) -> Event {
    let id = EventId([number; 16]);
    Event { id, thread: ThreadKey([number; 16]), at: UnixMillis(1_790_000_000_000), trace: id, body: Body::Switched }
}

fn open(folder: &Path) -> Arc<EmbeddedBroker> {
    Arc::new(EmbeddedBroker::new(Database::open(folder, Clock::system()).unwrap()))
}

/// Sets aside: an event with a note, one without, and rubbish of which nobody knows anything.
async fn fill(broker: &EmbeddedBroker) {
    let raw =
        |number| Message { id: [number; 16], body: envelope::write_event(&keys(), &event(number)).unwrap().into() };
    let noted = aside::write(&raw(1), &Queue::Inbound(3), "panic", UnixMillis(7)).unwrap();
    let rubbish = Message { id: [3; 16], body: b"rubbish".to_vec().into() };
    broker.publish([noted, raw(2), rubbish].map(|message| (Queue::Dead, message)).to_vec()).await.unwrap();
}

async fn taken(broker: &EmbeddedBroker, queue: Queue) -> Vec<Message> {
    let count = broker.depth(&queue).await.unwrap().messages;
    let mut consumer = broker.consume(&queue).await.unwrap();
    let mut all = Vec::new();
    while (all.len() as u64) < count {
        all.extend(consumer.take(64).await.unwrap().into_iter().map(|delivery| delivery.message));
    }
    all
}

/// The same expectations of whoever works with them, while `broker` has the folder.
async fn work_with(letters: &DeadLetters, broker: &EmbeddedBroker) {
    let listed = letters.list().await.unwrap();
    let told: Vec<_> = listed.iter().map(|letter| (letter.queue.clone(), letter.kind())).collect();
    let home = Queue::Inbound(super::post::partition_of(ThreadKey([2; 16]), PARTITIONS));
    assert_eq!(
        told,
        [(Some(Queue::Inbound(3)), Some("switched")), (Some(home.clone()), Some("switched")), (None, None)]
    );
    assert_eq!(
        listed[0].aside.note.as_ref().map(|note| (note.reason.as_str(), note.at)),
        Some(("panic", UnixMillis(7)))
    );
    assert_eq!(letters.list().await.unwrap().len(), 3, "a look changes nothing");

    let done = letters.retry(&Chosen::Ids(vec![[1; 16], [3; 16], [9; 16]])).await.unwrap();
    assert_eq!(done, Done { done: vec![[1; 16]], homeless: vec![[3; 16]], missing: vec![[9; 16]] });
    let back = taken(broker, Queue::Inbound(3)).await;
    assert_eq!(envelope::read_event(&keys(), &back[0].body).unwrap(), event(1), "as it was, under its id");
    assert_eq!((back.len(), back[0].id), (1, [1; 16]));

    let done = letters.retry(&Chosen::All).await.unwrap();
    assert_eq!((done.done, done.homeless), (vec![[2; 16]], vec![[3; 16]]));
    let back = taken(broker, home).await;
    assert_eq!(back.last().map(|message| message.id), Some([2; 16]));
    assert_eq!(letters.drop_for_good(&Chosen::Ids(vec![[3; 16]])).await.unwrap().done, [[3; 16]]);
    assert_eq!(letters.list().await.unwrap().len(), 0);
    assert_eq!(broker.depth(&Queue::Dead).await.unwrap().messages, 0, "whoever has the folder knows it too");
}

#[tokio::test]
async fn what_is_set_aside_is_looked_at_tried_again_or_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let broker = open(folder.path());
    fill(&broker).await;
    work_with(&DeadLetters::new(broker.clone(), keys(), PARTITIONS), &broker).await;
}

#[tokio::test]
async fn another_process_does_so_beside_the_one_that_has_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let broker = open(folder.path());
    fill(&broker).await;
    let beside = Database::open_reader(folder.path(), Clock::system()).unwrap();
    let letters = DeadLetters::new(Arc::new(BesideBroker::new(folder.path(), beside)), keys(), PARTITIONS);
    let stop = CancellationToken::new();
    let work = async {
        work_with(&letters, &broker).await;
        stop.cancel();
    };
    let (served, ()) = tokio::join!(broker.take_letters(stop.clone()), work);
    served.unwrap();
    broker.publish(vec![(Queue::Inbound(3), Message { id: [8; 16], body: Vec::new().into() })]).await.unwrap();
}
