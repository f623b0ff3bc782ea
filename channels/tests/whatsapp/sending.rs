//! What leaves: texts, files, templates; and what becomes of it when the API says no.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use wissel_channels::splitting::units;
use wissel_channels::{Author, Blobs, Channel, Receipt, Replied, SendError, Settled, UnixMillis};
use wissel_fakes::{GraphApi, GraphFault};

use crate::memory::NOW;
use crate::world::{SANNE, World};

fn replied(at: UnixMillis) -> Replied {
    let (name, text) = ("Sanne".to_owned(), "Waar is het?".to_owned());
    Replied { provider_id: "wamid.in.1".to_owned(), at, name, text }
}

#[tokio::test]
async fn a_persons_answer_is_named_answers_a_message_and_marks_it_read() {
    let world = World::with(|config| config.reference = true).await;
    let mut message = World::saying(1, "Ik zoek het uit.");
    (message.parts[0].from, message.parts[0].name) = (Author::Staff, "Eva".to_owned());
    message.replies_to = Some(replied(NOW));
    let id = world.say(&message).await.unwrap();
    let sent = world.api.sent(SANNE).remove(0);
    assert_eq!((&sent.id, sent.text()), (&id, "*Eva*\nIk zoek het uit."));
    assert_eq!(sent.body["context"]["message_id"], "wamid.in.1");
    assert_eq!(sent.body["biz_opaque_callback_data"], message.command.to_string());
    assert_eq!(world.api.read()[0]["message_id"], "wamid.in.1");
}

#[tokio::test]
async fn a_long_text_goes_in_pieces_and_files_after_it_and_none_twice() {
    let world = World::new().await;
    let mut message = World::saying(1, &"wóórd ".repeat(1000));
    message.attachments.push(world.memory.put("bon.pdf", "application/pdf", b"PDF".to_vec()).await.unwrap());
    world.api.fault(GraphFault::Code(429, 131_056));
    assert!(world.say(&message).await.unwrap_err().starts_with("Retry"));
    let waiting = world.say(&message).await.unwrap_err();
    assert!(waiting.starts_with("Retry"), "this customer waits: {waiting}");
    let world = World { number: world.anew(), ..world };
    message.attempt = 2;
    world.say(&message).await.unwrap();
    let sent = world.api.sent(SANNE);
    assert_eq!(sent.len(), 3);
    assert!(sent[..2].iter().all(|piece| units(piece.text()) <= 4096));
    assert_eq!(sent[2].body["document"]["filename"], "bon.pdf");
    let id = sent[2].body["document"]["id"].as_str().unwrap();
    assert_eq!(world.api.uploaded(id).unwrap(), ("application/pdf".to_owned(), b"PDF".to_vec()));
}

#[tokio::test]
async fn whoever_keeps_their_number_to_themselves_is_answered_by_their_id() {
    let world = World::new().await;
    let user = "NL.13491208655302741918";
    let message =
        json!({"from_user_id": user, "id": "wamid.1", "timestamp": "1", "type": "text", "text": {"body": "hoi"}});
    assert_eq!(world.post_signed(&GraphApi::body(&[message], &[])).await, 200);
    let accepted = world.memory.accepted().remove(0);
    let mut answer = World::saying(1, "Dag.");
    answer.route = accepted.route;
    world.say(&answer).await.unwrap();
    let sent = world.api.sent(user).remove(0);
    assert_eq!((&sent.body["recipient"], sent.body.get("to")), (&user.into(), None));
    assert_eq!(sent.text(), "Dag.");
}

#[tokio::test]
async fn every_error_has_its_outcome() {
    for (fault, expected) in [
        (GraphFault::Code(400, 131_047), "Reject(\"more than 24 hours"),
        (GraphFault::Code(400, 131_026), "Reject(\"unreachable on WhatsApp"),
        (GraphFault::Code(429, 131_056), "Retry { after: 6."),
        (GraphFault::Code(429, 130_429), "Retry { after: 2."),
        (GraphFault::Code(429, 80_007), "Retry { after: 2."),
        (GraphFault::Code(401, 190), "Retry { after: 60"),
        (GraphFault::Code(403, 368), "Retry { after: 60"),
        (GraphFault::Code(400, 131_048), "Retry { after: 90"),
        (GraphFault::Code(500, 131_000), "Retry { after: 5."),
        (GraphFault::Code(503, 131_016), "Retry { after: 5."),
        (GraphFault::Code(404, 132_001), "Reject("),
        (GraphFault::Code(400, 131_053), "Reject("),
        (GraphFault::Code(400, 100), "Reject("),
        (GraphFault::Code(400, 999_999), "Reject("),
        (GraphFault::LoseAnswer, "Unknown("),
        (GraphFault::Cut, "Unknown("),
    ] {
        let world = World::new().await;
        world.api.fault(fault);
        let said = world.say(&World::saying(1, "geheim")).await.unwrap_err();
        assert!(said.starts_with(expected), "{fault:?}: {said}");
        let [_, token, ..] = world.api.settings();
        assert!(!said.contains(token) && !said.contains("geheim") && !said.contains(SANNE), "{said}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_holds_back_what_is_to_be_sent_and_lets_in_what_comes() {
    let world = World::new().await;
    world.api.fault(GraphFault::Code(401, 190));
    assert!(world.say(&World::saying(1, "een")).await.is_err());
    assert!(world.say(&World::saying(2, "twee")).await.unwrap_err().starts_with("Retry"));
    assert_eq!(world.api.refused().len(), 1, "nothing is asked meanwhile");
    world.api.say(SANNE, "hallo");
    world.memory.until_accepted(1).await;
}

/// P5: an outcome that is not known is found out by the status that comes, without sending again.
#[tokio::test]
async fn a_lost_answer_is_settled_by_the_status_that_brings_our_reference_back() {
    let world = World::with(|config| config.reference = true).await;
    world.api.statuses(&["sent", "delivered"]);
    world.api.fault(GraphFault::LoseAnswer);
    let message = World::saying(1, "hoi");
    let id = world.say(&message).await.unwrap();
    let sent = world.api.sent(SANNE);
    assert_eq!((sent.len(), &sent[0].id), (1, &id));
    let settled = world.number.settle(&message, &world.memory.sending()).await.unwrap();
    assert_eq!(settled, Settled::Sent(Receipt { provider_id: Some(id) }));
}

#[tokio::test]
async fn after_24_hours_a_template_says_it_where_there_is_one() {
    let old = UnixMillis(NOW.0 - 25 * 60 * 60 * 1000);
    let without = World::new().await;
    let mut message = World::saying(1, "Uw pakket is\ngevonden.");
    message.replies_to = Some(replied(old));
    assert!(without.say(&message).await.unwrap_err().contains("24 hours"));
    assert!(without.api.all_sent().is_empty(), "nothing is asked that must be refused");
    let with = World::with(|config| config.template = Some("reopen".to_owned())).await;
    with.say(&message).await.unwrap();
    let sent = with.api.sent(SANNE).remove(0);
    assert_eq!((&sent.body["type"], &sent.body["template"]["name"]), (&"template".into(), &"reopen".into()));
    assert_eq!(sent.body["template"]["components"][0]["parameters"][0]["text"], "Uw pakket is gevonden.");
    // The clock said otherwise, but the API knows better.
    with.api.fault(GraphFault::Code(400, 131_047));
    with.say(&World::saying(2, "Nog iets.")).await.unwrap();
    assert_eq!(with.api.sent(SANNE)[1].body["type"], "template");
    let long = World::saying(3, &"x".repeat(2000));
    let long = wissel_channels::OutboundMessage { replies_to: Some(replied(old)), ..long };
    assert!(with.say(&long).await.unwrap_err().starts_with("Reject"));
}

#[tokio::test]
async fn an_api_that_is_away_is_tried_again() {
    let world = World::with(|config| config.api = "http://127.0.0.1:1/v23.0".to_owned()).await;
    assert!(world.say(&World::saying(1, "hoi")).await.unwrap_err().starts_with("Retry"));
}

/// P15: the API takes no more than the rate; nothing is refused twice for it, and nothing leaves in a crowd.
#[tokio::test]
async fn a_crowd_leaves_at_the_rate() {
    let world = World::with(|config| (config.messages_per_second, config.pair_seconds) = (20.0, 0.0)).await;
    world.api.limit(22);
    for _ in 0..5 {
        world.api.fault(GraphFault::Code(429, 131_056));
    }
    let deliver = async |number: u32| {
        let mut message = World::saying(number, "hoi");
        message.route = Some(format!("3160001{number:04}"));
        loop {
            match world.number.send(&message, &world.memory.sending()).await {
                Ok(_) => return,
                Err(SendError::Retry { after, .. }) => tokio::time::sleep(after).await,
                Err(error) => panic!("{error}"),
            }
            message.attempt += 1;
        }
    };
    join_all((0..60).map(deliver)).await;
    let sent: Vec<Instant> = world.api.all_sent().iter().map(|message| message.at).collect();
    let second = Duration::from_secs(1);
    let within = |from: &Instant| sent.iter().filter(|at| **at >= *from && at.duration_since(*from) < second).count();
    let most = sent.iter().map(within).max().unwrap_or_default();
    println!("60 messages at 20 a second: at most {most} in a second, {} refused", world.api.refused().len());
    assert_eq!((sent.len(), world.api.refused().len()), (60, 5));
    assert!(most <= 22, "{most}");
}
