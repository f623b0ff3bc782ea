//! The webhook: believed by its signature alone, answered when all that it brings is durable.

use serde_json::{Value, json};
use wissel_channels::reading::{Kind, Progress};
use wissel_fakes::GraphApi;

use crate::memory::{Hears, MOST};
use crate::world::{SANNE, World};

#[tokio::test]
async fn a_message_is_answered_when_it_is_durable() {
    let world = World::new().await;
    world.memory.refuse(1);
    let id = world.api.say(SANNE, "hallo");
    world.api.delivered().await;
    let accepted = world.memory.accepted();
    assert_eq!((accepted.len(), accepted[0].text.as_str(), &accepted[0].provider_id), (1, "hallo", &id));
    assert_eq!(accepted[0].route.as_deref(), Some(SANNE));
    assert_eq!(world.api.answers(), [503, 200]);
}

#[tokio::test]
async fn a_webhook_that_is_not_metas_is_refused_and_stores_nothing() {
    let world = World::new().await;
    let body = GraphApi::body(&[GraphApi::one("wamid.1", SANNE, "text", &json!({"body": "hoi"}))], &[]).to_string();
    let signature = GraphApi::signature(body.as_bytes());
    let spaced = body.replace("\":", "\": ");
    for (signature, body) in [
        (None, &body),
        (Some(""), &body),
        (Some("sha256="), &body),
        (Some(signature.trim_start_matches("sha256=")), &body),
        (Some(signature.as_str()), &spaced),
    ] {
        assert_eq!(world.post(signature, body.as_bytes()).await, 401);
    }
    assert!(world.memory.accepted().is_empty());
    assert_eq!(world.memory.turned_away(), ["signature"; 5]);
    assert_eq!(world.post(Some(&signature), body.as_bytes()).await, 200);
    assert_eq!(world.memory.accepted().len(), 1);
}

#[tokio::test]
async fn the_set_up_is_answered_to_whoever_knows_the_word() {
    let world = World::new().await;
    let ask = async |word: &str| {
        let url = format!("{}?hub.mode=subscribe&hub.verify_token={word}&hub.challenge=1158201444", world.url);
        let answer = reqwest::Client::builder().build().unwrap().get(url).send().await.unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        (answer.status().as_u16(), kind, answer.text().await.unwrap())
    };
    let [_, _, _, ours] = world.api.settings();
    assert_eq!(ask(ours).await, (200, "text/plain".to_owned(), "1158201444".to_owned()));
    assert_eq!(ask("wrong").await.0, 403);
    assert_eq!(ask("").await.0, 403);
}

#[tokio::test]
async fn of_seventy_in_one_post_sixty_nine_are_handled_and_one_is_kept() {
    let world = World::new().await;
    let from = |at: usize| format!("3160000{:04}", at % 4);
    let mut messages: Vec<Value> = (0..20)
        .map(|at| GraphApi::one(&format!("wamid.{at}"), &from(at), "text", &json!({"body": format!("nr {at}")})))
        .collect();
    messages[7] = json!({"from": from(7), "id": "wamid.7", "timestamp": "1", "type": "image", "image": {"caption": 7}});
    let statuses: Vec<Value> = (0..50)
        .map(|at| json!({"id": format!("wamid.s{at}"), "status": "delivered", "recipient_id": from(at)}))
        .collect();
    assert_eq!(world.post_signed(&GraphApi::body(&messages, &statuses)).await, 200);
    let accepted = world.memory.accepted();
    let said = accepted.iter().filter(|message| message.kind == Kind::Message).count();
    assert_eq!((said, world.memory.statuses().len()), (19, 50));
    for customer in 0..4 {
        let thread: Vec<&str> = accepted
            .iter()
            .filter(|message| message.route == Some(from(customer)) && message.kind == Kind::Message)
            .map(|message| message.text.as_str())
            .collect();
        let expected: Vec<String> =
            (0..20).filter(|at| at % 4 == customer && *at != 7).map(|at| format!("nr {at}")).collect();
        assert_eq!(thread, expected, "in order within a thread");
    }
    assert_eq!(world.post_signed(&GraphApi::body(&messages, &statuses)).await, 200, "the same again has its success");
    assert_eq!(world.memory.accepted().len(), accepted.len());
}

#[tokio::test]
async fn a_reaction_and_a_new_number_come_for_whoever_has_the_conversation_and_count_as_no_messages() {
    let world = World::new().await;
    let reaction = json!({"message_id": "wamid.0", "emoji": "👍"});
    let moved = json!({"body": "User changed number", "wa_id": "31600000002", "type": "user_changed_number"});
    let both =
        [GraphApi::one("wamid.1", SANNE, "reaction", &reaction), GraphApi::one("wamid.2", SANNE, "system", &moved)];
    assert_eq!(world.post_signed(&GraphApi::body(&both, &[])).await, 200);
    let accepted: Vec<_> = world.memory.accepted().into_iter().map(|message| (message.kind, message.text)).collect();
    assert_eq!(accepted, [(Kind::Reaction, "👍".to_owned()), (Kind::Service, "User changed number".to_owned())]);
    assert_eq!(world.memory.turned_away(), ["reaction", "service"]);
}

#[tokio::test]
async fn another_number_and_rubbish_reach_nobody_and_do_not_come_again() {
    let world = World::new().await;
    let body = GraphApi::body(&[GraphApi::one("wamid.1", SANNE, "text", &json!({"body": "x"}))], &[]);
    let [number, ..] = world.api.settings();
    let other: Value = serde_json::from_str(&body.to_string().replace(number, "999")).unwrap();
    assert_eq!(world.post_signed(&other).await, 200);
    assert_eq!(world.memory.turned_away(), ["stranger"]);
    for rubbish in ["", "{", "null", "[]"] {
        let signature = GraphApi::signature(rubbish.as_bytes());
        assert_eq!(world.post(Some(&signature), rubbish.as_bytes()).await, 200, "{rubbish}");
    }
    assert!(world.memory.accepted().iter().all(|message| message.kind == Kind::Unsupported));
    assert_eq!(world.post_signed(&body).await, 200);
    assert!(world.memory.accepted().iter().any(|message| message.text == "x"));
}

#[tokio::test]
async fn statuses_are_told_with_their_thread_and_reason() {
    let world = World::new().await;
    let id = world.api.say(SANNE, "hallo");
    world.api.delivered().await;
    let failed = json!({"id": "wamid.out.1", "status": "failed", "recipient_id": SANNE,
        "errors": [{"code": 131_026, "title": "Message undeliverable"}]});
    assert_eq!(world.post_signed(&GraphApi::body(&[], &[failed])).await, 200);
    let told = world.memory.statuses().remove(0);
    assert_eq!(
        (told.of.as_str(), told.status, told.thread),
        ("wamid.out.1", Progress::Failed, world.memory.accepted()[0].thread)
    );
    assert!(told.error.is_some_and(|error| error.contains("131026")) && id.starts_with("wamid.in"));
}

#[tokio::test]
async fn files_are_fetched_before_their_message_is_accepted() {
    let world = World::new().await;
    world.api.file("77", "image/jpeg", b"JPEG", 1, None);
    world.api.message(SANNE, "image", &json!({"id": "77", "mime_type": "image/jpeg", "caption": "kapot"}));
    world.api.delivered().await;
    let accepted = world.memory.accepted().remove(0);
    assert_eq!(world.memory.blob(&accepted.attachments[0].hash).unwrap(), b"JPEG");
    assert_eq!(world.api.asked_for("77"), 2, "a dead address is asked for once more");
}

#[tokio::test]
async fn what_is_said_in_a_voice_note_is_written_down_where_somebody_does() {
    let world = World::hearing(Hears("Waar blijft mijn pakket?")).await;
    world.api.file("78", "audio/ogg", b"OggS", 0, None);
    world.api.message(SANNE, "audio", &json!({"id": "78", "mime_type": "audio/ogg; codecs=opus", "voice": true}));
    world.api.delivered().await;
    let accepted = world.memory.accepted().remove(0);
    assert_eq!((accepted.text.as_str(), accepted.attachments.len()), ("[voice note] Waar blijft mijn pakket?", 1));
}

#[tokio::test]
async fn files_that_cannot_or_must_not_be_fetched_say_why_and_their_message_gets_through() {
    let world = World::new().await;
    world.api.file("1", "image/jpeg", &vec![0; usize::try_from(MOST).unwrap() + 1], 0, None);
    world.api.file("2", "image/jpeg", b"x", 5, None);
    for (id, place) in [
        ("3", "https://127.0.0.1/secret"),
        ("4", "https://169.254.169.254/latest/meta-data"),
        ("5", "https://[::1]/secret"),
        ("6", "http://127.0.0.1:1/secret"),
        ("7", "https://localhost/secret"),
    ] {
        world.api.file(id, "image/jpeg", b"x", 0, Some(place));
    }
    for id in ["1", "2", "3", "4", "5", "6", "7", "8", "../x"] {
        world.api.message(SANNE, "image", &json!({"id": id, "mime_type": "image/jpeg", "caption": id}));
    }
    world.api.delivered().await;
    let accepted = world.memory.accepted();
    assert_eq!(accepted.len(), 9);
    let why = |caption: &str| {
        let message = accepted.iter().find(|message| message.text == caption).unwrap();
        message.attachments[0].refused.clone().unwrap_or_default()
    };
    assert!(why("1").contains("at most"), "{}", why("1"));
    assert!(why("2").contains("any more"), "{}", why("2"));
    assert_eq!(world.api.asked_for("2"), 2);
    for id in ["3", "4", "5", "6"] {
        assert!(why(id).contains("does not go"), "{id}: {}", why(id));
    }
    assert!(!why("7").is_empty() && !why("8").is_empty() && !why("../x").is_empty());
}
