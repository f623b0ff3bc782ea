//! What channels to the world outside bring: ways back, statuses, new versions, what cannot be read, files.

use wissel_channels::{Attachment, Kind, OutboundMessage, Progress, Sender, StatusReport};

use super::*;
use crate::thread::state::DeliveryState;

/// What the last event asked to be delivered.
fn delivery(case: &Case) -> OutboundMessage {
    let message = case.issued().into_iter().find_map(|command| match &command.body {
        Task::Deliver { message, .. } => Some(message.as_ref().clone()),
        _ => None,
    });
    message.expect("a delivery")
}

fn report(case: &Case, of: &str, status: Progress) -> Body {
    Body::Status(StatusReport {
        thread: case.thread.key,
        channel: ChannelName::from_static("webchat"),
        account: AccountName::from_static("shop"),
        of: of.to_owned(),
        status,
        error: Some("550 no such user".to_owned()),
        at: case.now,
    })
}

/// Anna has replied, and the other side knows it as `wamid`.
fn replied() -> Case {
    let mut case = Case::claimed();
    case.order("Anna", reply("Hello"));
    case.ends(DeliveryOutcome::Sent { provider_id: Some("wamid other".to_owned()) });
    case
}

fn hello(case: &Case) -> &Entry {
    case.thread.tail.iter().find(|entry| entry.text == "Hello").unwrap()
}

#[test]
fn the_newest_route_goes_with_every_delivery_and_so_does_what_it_answers() {
    let mut case = Case::new();
    let sender = Sender { address: "jan@shop.example".into(), name: "Jan".into(), verified: true, ..Sender::default() };
    let message = InboundMessage { route: Some("old".into()), sender: Some(sender), ..case.message("a person") };
    case.hears(message);
    let first = delivery(&case);
    assert_eq!(first.route.as_deref(), Some("old"));
    let replied = first.replies_to.unwrap();
    assert_eq!((replied.name.as_str(), replied.text.as_str()), ("Jan", "a person"));
    case.sent();
    let message = InboundMessage { route: Some("new".into()), ..case.message("hello?") };
    case.hears(message).says("anybody?");
    case.order("Anna", Order::Claim);
    case.order("Anna", reply("Hello"));
    let second = delivery(&case);
    assert_eq!((second.route.as_deref(), second.locale.as_deref()), (Some("new"), Some("en")));
    assert_eq!(second.replies_to.unwrap().text, "anybody?");
}

#[test]
fn a_channel_without_routes_is_given_nothing_more_than_before() {
    let case = Case::answering();
    let message = delivery(&case);
    assert_eq!((message.route, message.replies_to, message.locale), (None, None, None));
}

#[test]
fn a_status_never_falls_back_and_is_known_by_any_of_its_ids() {
    let mut case = replied();
    for (of, status, known) in [
        ("wamid", Progress::Delivered, Progress::Delivered),
        ("other", Progress::Sent, Progress::Delivered),
        ("wamid", Progress::Read, Progress::Read),
        ("wamid", Progress::Delivered, Progress::Read),
    ] {
        let body = report(&case, of, status);
        case.feed(body, None);
        assert_eq!(hello(&case).progress, Some(known));
    }
    assert!(case.markers().is_empty());
}

#[test]
fn a_reply_that_failed_later_is_shown_as_failed_with_the_reason() {
    let mut case = replied();
    let body = report(&case, "wamid", Progress::Failed);
    case.feed(body, None);
    assert_eq!(hello(&case).delivery, Some(DeliveryState::Failed));
    assert_eq!(case.markers(), ["delivery:failed:550 no such user"]);
    let again = report(&case, "wamid", Progress::Failed);
    case.feed(again, None);
    assert_eq!(case.markers().len(), 1);
}

#[test]
fn a_reply_that_did_not_arrive_stands_for_its_author_until_they_have_seen_it() {
    let mut case = replied();
    let body = report(&case, "wamid", Progress::Failed);
    case.feed(body, None);
    case.order("Anna", reply("Again"));
    case.ends(DeliveryOutcome::Unknown("cut off".to_owned()));
    let told = |case: &Case| -> Vec<(String, DeliveryState, Option<String>)> {
        case.thread.notices.iter().map(|it| (it.text.clone(), it.state, it.why.clone())).collect()
    };
    let first = ("Hello".to_owned(), DeliveryState::Failed, Some("550 no such user".to_owned()));
    let second = ("Again".to_owned(), DeliveryState::Unknown, Some("cut off".to_owned()));
    assert_eq!(told(&case), [first, second.clone()]);
    assert!(case.thread.notices.iter().all(|notice| notice.person == Person("Anna".into())));
    // A colleague cannot put it aside, and a closed conversation keeps it.
    case.order("Piet", Order::Seen { ordinal: None });
    case.order("Anna", Order::Close);
    assert_eq!(case.thread.notices.len(), 2);
    let ordinal = Some(hello(&case).ordinal);
    case.order("Anna", Order::Seen { ordinal });
    assert_eq!(told(&case), [second]);
    case.order("Anna", Order::Seen { ordinal: None });
    assert!(case.thread.notices.is_empty());
    case.order("Anna", Order::Seen { ordinal: None });
    assert!(case.changes.iter().all(|change| !matches!(change, Change::Noticed { .. })));
}

#[test]
fn what_turns_out_to_have_arrived_is_no_notice_any_more() {
    let mut case = replied();
    let ordinal = hello(&case).ordinal;
    let failed = Change::Progressed { ordinal, progress: Progress::Failed };
    apply(&mut case.thread, &failed);
    assert_eq!((case.thread.notices.len(), notices::reader(&case.thread, &failed)), (1, Some("Anna")));
    apply(&mut case.thread, &Change::Progressed { ordinal, progress: Progress::Delayed });
    assert_eq!(case.thread.notices.len(), 1);
    apply(&mut case.thread, &Change::Progressed { ordinal, progress: Progress::Delivered });
    assert!(case.thread.notices.is_empty());
    // What the bot said concerns no author.
    let mut case = Case::answering();
    case.ends(DeliveryOutcome::Failed("gone".to_owned()));
    assert!(case.thread.notices.is_empty());
}

#[test]
fn a_reply_that_comes_back_when_the_talk_has_gone_on_is_told_to_its_author() {
    let mut case = replied();
    case.circumstances.journaled = 1_000;
    for _ in 0..30 {
        case.says("and another thing");
    }
    assert!(case.thread.tail.iter().all(|entry| entry.text != "Hello"), "it has left the tail");
    let body = report(&case, "other", Progress::Failed);
    for _ in 0..2 {
        case.feed(body.clone(), None);
    }
    let told: Vec<_> = case.thread.notices.iter().map(|it| (it.text.as_str(), it.state, it.why.as_deref())).collect();
    assert_eq!(told, [("Hello", DeliveryState::Failed, Some("550 no such user"))]);
    assert_eq!(case.thread.notices[0].person, Person("Anna".into()));
    case.order("Anna", Order::Seen { ordinal: None });
    assert!(case.thread.notices.is_empty());
    // What nobody knows is told to nobody.
    let body = report(&case, "stranger", Progress::Failed);
    case.feed(body, None);
    assert!(case.thread.notices.is_empty());
}

#[test]
fn a_status_that_overtakes_the_report_of_our_own_worker_counts() {
    let mut case = Case::claimed();
    case.order("Anna", reply("Hello"));
    let body = report(&case, "wamid", Progress::Read);
    case.feed(body, None);
    case.ends(DeliveryOutcome::Sent { provider_id: Some("wamid".to_owned()) });
    assert_eq!(hello(&case).progress, Some(Progress::Read));
    assert!(case.thread.heard.is_empty());
}

#[test]
fn a_status_of_something_unknown_changes_nothing_unless_it_failed() {
    let mut case = replied();
    let body = report(&case, "nobody knows", Progress::Read);
    case.feed(body, None);
    assert!(case.changes.is_empty());
    let body = report(&case, "long ago", Progress::Failed);
    case.feed(body, None);
    assert_eq!(case.markers().len(), 1);
    let mut empty = Case::new();
    let body = report(&empty, "wamid", Progress::Failed);
    empty.feed(body, None);
    assert!(empty.changes.is_empty());
}

/// A new version of the customer's message that is known as `id`.
fn edit(case: &Case, id: &str, text: &str) -> InboundMessage {
    InboundMessage { provider_id: id.into(), edits: Some(id.into()), kind: Kind::Edit, ..case.message(text) }
}

#[test]
fn a_new_version_of_an_unanswered_message_is_the_question() {
    let mut case = Case::new();
    let message = InboundMessage { provider_id: "7".into(), ..case.message("my red parcel?") };
    case.hears(message);
    let old = case.question().unwrap().0;
    let message = edit(&case, "7", "my blue parcel?");
    case.hears(message);
    let (command, question) = case.question().unwrap();
    assert_eq!(question, "my blue parcel?");
    assert_ne!(old, command);
    let newest = case.thread.tail.back().unwrap();
    assert_eq!((newest.edits(), newest.seq), (Some(1), Some(2)));
    // The answer to the old version comes too late.
    case.bot(old, answered("To the old one."));
    assert!(case.flight().is_none());
}

#[test]
fn a_new_version_of_an_answered_message_is_shown_and_decides_nothing() {
    let mut case = Case::new();
    let message = InboundMessage { provider_id: "7".into(), ..case.message("my parcel?") };
    case.hears(message);
    case.answer("Tomorrow.").sent();
    let message = edit(&case, "7", "my parcel?!");
    case.hears(message);
    assert!(case.question().is_none());
    assert_eq!(case.thread.tail.back().unwrap().text, "my parcel?!");
    case.order("Anna", Order::Claim);
    case.order("Anna", Order::Close);
    let message = edit(&case, "7", "my parcel?!?");
    case.hears(message);
    assert_eq!((case.state(), case.conversation().number), (StateName::Closed, 1), "nothing new is opened");
}

#[test]
fn what_cannot_be_read_is_for_people_with_the_piece_as_it_came() {
    let raw = Attachment {
        name: "message.json".into(),
        media_type: "application/json".into(),
        bytes: 2,
        hash: "aa".into(),
        refused: None,
    };
    for kind in [Kind::Unsupported, Kind::Encrypted] {
        let mut case = Case::new();
        let attachments = vec![raw.clone()];
        let message = InboundMessage { kind, attachments, ..case.message("a parcel of type poll") };
        case.hears(message);
        assert_eq!((case.state(), case.queue()), (StateName::Waiting, "care"));
        assert!(case.question().is_none());
        assert_eq!(case.thread.tail[0].more.as_ref().unwrap().attachments, std::slice::from_ref(&raw));
    }
}

#[test]
fn what_is_no_message_opens_nothing_and_is_told_to_whoever_has_the_conversation() {
    let mut case = Case::new();
    let message = InboundMessage { kind: Kind::Reaction, ..case.message("👍") };
    case.hears(message);
    assert!(case.thread.conversation.is_none() && case.thread.tail.is_empty());
    let mut case = Case::claimed();
    let message = InboundMessage { kind: Kind::CalendarReply, ..case.message("accepted") };
    case.hears(message);
    assert_eq!(case.markers(), ["came:calendar_reply"]);
    for (kind, words) in [(Kind::Reaction, "👍"), (Kind::Service, "")] {
        let message = InboundMessage { kind, ..case.message(words) };
        case.hears(message);
    }
    assert_eq!(case.markers(), ["came:calendar_reply", "came:reaction:👍", "came:service"]);
}

#[test]
fn the_files_of_a_reply_go_with_it_and_stay_with_its_entry() {
    let mut case = Case::claimed();
    let file = Attachment {
        name: "bon.pdf".into(),
        media_type: "application/pdf".into(),
        bytes: 9,
        hash: "bb".into(),
        refused: None,
    };
    case.order("Anna", Order::Reply { text: String::new(), attachments: vec![file.clone()] });
    assert_eq!(delivery(&case).attachments, std::slice::from_ref(&file));
    case.sent();
    assert_eq!(case.thread.tail.back().unwrap().more.as_ref().unwrap().attachments, [file]);
}
