//! The thread as a client sees it: in order, once each, from where it was.

use std::time::Duration;

use serde_json::json;
use wissel_channels::webchat::Timing;
use wissel_channels::{Author, Line, OwnerKind, Source, UnixMillis};

use super::world::{Client, Setup, World};

/// A world whose only thread has its first line, the client that wrote it, and its token.
async fn thread_of_one(setup: Setup) -> (World, Client, String) {
    let world = World::with(setup).await;
    let (mut client, token) = world.visit().await;
    client.say(0, "hallo").await;
    client.next_of("message").await;
    (world, client, token)
}

async fn expect_lines(client: &mut Client, seqs: std::ops::RangeInclusive<u64>) {
    for seq in seqs {
        assert_eq!(client.next_of("message").await["seq"], seq);
    }
}

#[tokio::test]
async fn lines_are_pushed_in_order_once_each_while_they_are_written() {
    let (world, mut client, _) = thread_of_one(Setup { page: 7, ..Setup::default() }).await;
    let thread = world.memory.only_thread();
    let write = async {
        for number in 2..=300_u64 {
            world.memory.say(thread, Author::Bot, &number.to_string(), "regel");
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(write, expect_lines(&mut client, 2..=300));
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed_and_then_what_is_new() {
    let (world, client, token) = thread_of_one(Setup { page: 3, ..Setup::default() }).await;
    drop(client);
    let thread = world.memory.only_thread();
    for number in 2..=10_u64 {
        world.memory.say(thread, Author::Staff, &number.to_string(), "regel");
    }
    let mut again = world.connect().await;
    again.hello(Some(&token), 4).await;
    expect_lines(&mut again, 5..=10).await;
    world.memory.say(thread, Author::Staff, "11", "nieuw");
    expect_lines(&mut again, 11..=11).await;
}

#[tokio::test]
async fn a_last_seq_of_the_future_gets_resync_and_everything() {
    let (world, _client, token) = thread_of_one(Setup::default()).await;
    for visitor in [Some(token.as_str()), None] {
        let mut again = world.connect().await;
        again.hello(visitor, 99).await;
        assert_eq!(again.next().await, json!({"type": "resync"}));
        if visitor.is_some() {
            expect_lines(&mut again, 1..=1).await;
        }
    }
}

#[tokio::test]
async fn a_thread_that_was_set_back_is_sent_anew() {
    let (world, mut client, _) = thread_of_one(Setup::default()).await;
    let thread = world.memory.only_thread();
    world.memory.say(thread, Author::Bot, "a", "weg");
    expect_lines(&mut client, 2..=2).await;
    world.memory.cut(thread, 1);
    world.memory.tell(thread);
    client.next_of("resync").await;
    expect_lines(&mut client, 1..=1).await;
}

#[tokio::test]
async fn a_line_shows_who_speaks_under_which_name_and_from_which_source() {
    let (world, mut client, _) = thread_of_one(Setup::default()).await;
    let thread = world.memory.only_thread();
    let source = Source {
        title: "Levertijden".to_owned(),
        url: "https://shop.example/levering".to_owned(),
        version: "2026-11-01".to_owned(),
    };
    let line = Line {
        seq: 0,
        id: "a".to_owned(),
        from: Author::Bot,
        name: String::new(),
        at: UnixMillis(1_700_000_000_000),
        text: "Morgen.".to_owned(),
        sources: vec![source],
    };
    world.memory.place_line(thread, line.clone());
    world.memory.place_line(thread, Line { from: Author::Staff, name: "Sanne".to_owned(), ..line });
    world.memory.tell(thread);
    assert_eq!(
        client.next_of("message").await,
        json!({"type": "message", "seq": 2, "id": "a", "from": "bot", "name": "Digitale assistent", "text": "Morgen.",
            "at": "2023-11-14T22:13:20.000Z", "sources": [{"title": "Levertijden", "url": "https://shop.example/levering", "version": "2026-11-01"}]})
    );
    assert_eq!(client.next_of("message").await["name"], "Sanne");
}

#[tokio::test]
async fn the_owner_is_told_when_it_changes_and_only_then() {
    let (world, mut client, token) = thread_of_one(Setup::default()).await;
    let thread = world.memory.only_thread();
    let conversation = "05".repeat(16);
    for (owner, word) in [(OwnerKind::Bot, "bot"), (OwnerKind::Queue, "queue"), (OwnerKind::Agent, "agent")] {
        world.memory.own(thread, owner, false);
        world.memory.tell(thread);
        let frame = client.next_of("owner").await;
        assert_eq!(frame, json!({"type": "owner", "owner": word, "conversation": conversation}));
    }
    world.memory.say(thread, Author::Staff, "a", "regel");
    assert_eq!(client.next().await["type"], "message");
    world.memory.say(thread, Author::Staff, "b", "regel");
    assert_eq!(client.next().await["type"], "message", "the owner was told again");
    let mut again = world.connect().await;
    again.hello(Some(&token), 3).await;
    assert_eq!(again.next().await["owner"], "agent");
}

#[tokio::test]
async fn typing_is_told_when_it_starts() {
    let (world, mut client, _) = thread_of_one(Setup::default()).await;
    let thread = world.memory.only_thread();
    for _ in 0..2 {
        world.memory.own(thread, OwnerKind::Bot, true);
        world.memory.tell(thread);
        assert_eq!(client.next_of("typing").await, json!({"type": "typing", "from": "bot"}));
        world.memory.own(thread, OwnerKind::Bot, false);
        world.memory.say(thread, Author::Bot, "a", "antwoord");
        client.next_of("message").await;
    }
}

#[tokio::test]
async fn a_change_that_nobody_told_of_is_found_by_the_poll() {
    let timing = Timing { poll: Duration::from_millis(50), ..Timing::default() };
    let (world, mut client, _) = thread_of_one(Setup { timing, ..Setup::default() }).await;
    world.memory.place(world.memory.only_thread(), Author::Staff, "a", "stil geplaatst");
    expect_lines(&mut client, 2..=2).await;
}

#[tokio::test]
async fn a_read_that_fails_is_tried_again() {
    let (world, mut client, _) = thread_of_one(Setup::default()).await;
    let thread = world.memory.only_thread();
    world.memory.unreadable(true);
    world.memory.say(thread, Author::Staff, "a", "regel");
    // The error tells that the session has gone on since the change.
    client.send(&json!({"type": "dance"})).await;
    client.next_of("error").await;
    world.memory.unreadable(false);
    expect_lines(&mut client, 2..=2).await;
}
