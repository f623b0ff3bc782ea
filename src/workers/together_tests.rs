//! Commands that travel together are carried out once each, however often their message comes.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use wissel_channels::ThreadKey;

use crate::broker::Queue;
use crate::helpdesk::desk::Desk;
use crate::thread::Task;
use crate::wire::envelope;
use crate::workers::router::tests::{Allergic, message, within, workplace};
use crate::workers::router::{self, Reaches, Seat, Share};
use crate::workers::{Workplace, handoff, journal};

const THREADS: u8 = 4;

async fn until_empty(place: &Workplace, queue: &Queue) {
    while place.broker.depth(queue).await.unwrap().messages > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_batch_asks_the_desk_with_one_message_and_each_thread_gets_its_ticket_though_the_message_comes_twice() {
    let folder = tempfile::tempdir().unwrap();
    let place = workplace(&folder, Arc::new(Allergic::default())).await;
    // All of them are there before the router takes its first batch.
    for thread in 1..=THREADS {
        place.post.event(&message(thread, 1, "hallo")).await.unwrap();
    }
    let stop = CancellationToken::new();
    let seat = Seat { partition: 0, holder: [5; 16], reaches: Reaches::new(1), share: Share::all(1) };
    let router = router::run(place.clone(), seat, stop.clone());
    let writer = journal::run(place.clone(), stop.clone());
    let desk = Queue::Handoff("desk".to_owned());
    let rest = async {
        until_empty(&place, &Queue::Inbound(0)).await;
        let mut consumer = place.broker.consume(&desk).await.unwrap();
        let taken = consumer.take(64).await.unwrap();
        assert_eq!(taken.len(), 1, "one message for the whole batch");
        let (commands, _) = envelope::read_commands(&place.keys, &taken[0].message.body).unwrap();
        assert_eq!(commands.len(), usize::from(THREADS));
        assert!(commands.iter().all(|command| matches!(command.body, Task::Handoff { .. })));
        // As after a worker that died before it acknowledged, and a router that published again.
        place.broker.publish(vec![(desk.clone(), taken[0].message.clone())]).await.unwrap();
        drop(consumer);
        let working = CancellationToken::new();
        let done = async {
            until_empty(&place, &desk).await;
            until_empty(&place, &Queue::Inbound(0)).await;
            working.cancel();
        };
        let (worked, ()) = tokio::join!(handoff::run(place.clone(), Arc::new(Desk), working.clone()), done);
        worked.unwrap();
        stop.cancel();
    };
    let (ended, written, ()) = within(Box::pin(async { tokio::join!(router, writer, rest) })).await;
    ended.unwrap();
    written.unwrap();
    for thread in 1..=THREADS {
        let state = place.archive.state(ThreadKey([thread; 16])).await.unwrap().unwrap();
        let conversation = state.conversation.unwrap();
        assert_eq!(conversation.ticket, Some(conversation.id.to_string()), "thread {thread}");
        assert!(state.pending.iter().all(|command| !matches!(command.body, Task::Handoff { .. })));
    }
    assert_eq!(place.broker.depth(&Queue::Dead).await.unwrap().messages, 0);
}
