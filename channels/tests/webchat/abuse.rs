//! Clients that break the rules are closed with a code, and nobody else notices.

use std::time::Duration;

use futures_util::SinkExt;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use wissel_channels::Author;
use wissel_channels::webchat::{Limits, Timing};

use super::world::{PATIENCE, Setup, World, raw_closed};

/// A masked frame with a mask of zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..126 => bytes.push(0x80 | u8::try_from(short).unwrap()),
        long => {
            bytes.push(0x80 | 0x7e);
            bytes.extend(u16::try_from(long).unwrap().to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

#[tokio::test]
async fn a_frame_over_the_limit_closes_with_1009_and_one_at_the_limit_does_not() {
    let world = World::new().await;
    let (mut neighbour, _) = world.visit().await;
    let mut client = world.connect().await;
    let _ = client.0.send(Message::text(" ".repeat(65_537))).await;
    assert_eq!(client.closed().await, 1009);
    let mut client = world.connect().await;
    let _ = client.0.send(Message::text(" ".repeat(8 << 20))).await;
    assert_eq!(client.closed().await, 1009);
    let mut client = world.connect().await;
    client.0.send(Message::text(" ".repeat(65_536))).await.unwrap();
    assert_eq!(client.next().await["code"], "hello_first");
    neighbour.say(1, "hallo").await;
    neighbour.next_of("ack").await;
}

#[tokio::test]
async fn a_message_in_fragments_over_the_limit_closes_with_1009() {
    let world = World::new().await;
    let mut stream = world.raw().await;
    stream.write_all(&frame(0x01, &vec![b' '; 40_000])).await.unwrap();
    stream.write_all(&frame(0x00, &vec![b' '; 40_000])).await.unwrap();
    assert_eq!(raw_closed(&mut stream).await, 1009);
}

#[tokio::test]
async fn endless_fragments_with_nothing_in_them_are_closed() {
    let world = World::new().await;
    let mut stream = world.raw().await;
    stream.write_all(&frame(0x01, b"{")).await.unwrap();
    let empty = frame(0x00, b"").repeat(1000);
    let flood = async {
        loop {
            if stream.write_all(&empty).await.is_err() {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, flood).await.expect("the end");
}

#[tokio::test]
async fn a_message_in_small_fragments_is_one_message() {
    let world = World::new().await;
    let mut stream = world.raw().await;
    let text = br#"{"type":"nothing"}"#;
    stream.write_all(&frame(0x01, b"")).await.unwrap();
    for byte in text {
        stream.write_all(&frame(0x00, &[*byte])).await.unwrap();
        stream.write_all(&frame(0x89, b"")).await.unwrap();
    }
    stream.write_all(&frame(0x80, b"")).await.unwrap();
    stream.write_all(&frame(0x88, &1000_u16.to_be_bytes())).await.unwrap();
    assert_eq!(raw_closed(&mut stream).await, 1000);
}

#[tokio::test]
async fn binary_closes_with_1003() {
    let world = World::new().await;
    let (mut client, _) = world.visit().await;
    client.0.send(Message::binary(Bytes::from_static(b"{}"))).await.unwrap();
    assert_eq!(client.closed().await, 1003);
}

#[tokio::test]
async fn bad_utf8_closes_with_1007() {
    let world = World::new().await;
    let mut stream = world.raw().await;
    stream.write_all(&frame(0x81, b"\"\xff\xfe\"")).await.unwrap();
    assert_eq!(raw_closed(&mut stream).await, 1007);
}

#[tokio::test]
async fn what_is_no_websocket_closes_with_1002() {
    let world = World::new().await;
    let mut stream = world.raw().await;
    stream.write_all(&frame(0xf1, b"{}")).await.unwrap();
    assert_eq!(raw_closed(&mut stream).await, 1002);
    let mut unmasked = world.raw().await;
    unmasked.write_all(b"\x81\x02{}").await.unwrap();
    assert_eq!(raw_closed(&mut unmasked).await, 1002);
}

#[tokio::test]
async fn a_flood_of_pings_is_closed() {
    let world = World::new().await;
    let mut stream = world.raw().await;
    stream.write_all(&frame(0x89, b"").repeat(2000)).await.unwrap();
    assert_eq!(raw_closed(&mut stream).await, 1008);
}

#[tokio::test]
async fn a_flood_of_rubbish_is_closed() {
    let world = World::new().await;
    let (mut client, _) = world.visit().await;
    for _ in 0..2000 {
        if client.0.feed(Message::text("{}")).await.is_err() {
            break;
        }
    }
    let _ = client.0.flush().await;
    assert_eq!(client.closed().await, 1008);
}

#[tokio::test]
async fn a_byte_now_and_then_is_closed() {
    let timing = Timing { frame: Duration::from_millis(100), ..Timing::default() };
    let world = World::with(Setup { timing, ..Setup::default() }).await;
    let mut stream = world.raw().await;
    stream.write_all(b"\x81\xfe").await.unwrap();
    assert_eq!(raw_closed(&mut stream).await, 1008);
}

#[tokio::test]
async fn a_client_that_does_not_even_answer_a_ping_is_closed() {
    let (ping, silence) = (Duration::from_millis(40), Duration::from_millis(160));
    let timing = Timing { ping, silence, ..Timing::default() };
    let world = World::with(Setup { timing, ..Setup::default() }).await;
    let mut stream = world.raw().await;
    stream.write_all(&frame(0x81, br#"{"type":"hello"}"#)).await.unwrap();
    assert_eq!(raw_closed(&mut stream).await, 1008);
}

#[tokio::test]
async fn a_quiet_client_that_answers_pings_stays() {
    let (ping, silence) = (Duration::from_millis(20), Duration::from_millis(400));
    let timing = Timing { ping, silence, ..Timing::default() };
    let world = World::with(Setup { timing, ..Setup::default() }).await;
    let (mut client, _) = world.visit().await;
    // Sixty pings, answered by the client's library, take three times the silence that would close it.
    let mut pings = 0;
    while pings < 60 {
        let next = futures_util::StreamExt::next(&mut client.0);
        match tokio::time::timeout(PATIENCE, next).await.unwrap().unwrap().unwrap() {
            Message::Ping(_) => pings += 1,
            other => panic!("{other:?}"),
        }
    }
    client.say(1, "hallo").await;
    client.next_of("ack").await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_and_its_socket_freed() {
    let timing = Timing { send: Duration::from_millis(200), ..Timing::default() };
    let world = World::with(Setup { timing, ..Setup::default() }).await;
    let (mut client, _) = world.visit().await;
    client.say(1, "hallo").await;
    client.next_of("message").await;
    let thread = world.memory.only_thread();
    for number in 0..400 {
        world.memory.place(thread, Author::Bot, &number.to_string(), &"x".repeat(60_000));
    }
    world.memory.tell(thread);
    let freed = async {
        while world.channel.open_sockets() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, freed).await.expect("the socket was freed");
}

#[tokio::test]
async fn no_limit_on_frames_means_none() {
    let limits = Limits { frame_bytes: 0, message_bytes: 0, ..Limits::default() };
    let world = World::with(Setup { limits, ..Setup::default() }).await;
    let (mut client, _) = world.visit().await;
    client.say(1, &"x".repeat(300_000)).await;
    client.next_of("ack").await;
}
