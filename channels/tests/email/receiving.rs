//! Receiving from a server that plays tricks: nothing is lost, nothing is taken for read, and no mark moves too far.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use wissel_channels::email::{EmailConfig, OAuthConfig, Stored};
use wissel_channels::{Channel, Secret, TurnedAway};

use crate::desk::{Desk, config, mail};
use crate::fake_imap::{FakeImap, Fault};

fn texts(wanted: &[&str]) -> BTreeSet<String> {
    wanted.iter().map(|text| (*text).to_owned()).collect()
}

async fn started() -> (FakeImap, Desk) {
    let server = FakeImap::start().await;
    let desk = Desk::new(config(server.port, 1));
    (server, desk)
}

#[tokio::test]
async fn what_waits_and_what_comes_later_is_taken_once_and_never_marked_as_read() {
    let (server, mut desk) = started().await;
    server.deliver(&mail(1, "een"));
    desk.watch();
    desk.texts(1).await;
    server.deliver(&mail(2, "twee"));
    assert_eq!(desk.texts(2).await, texts(&["een", "twee"]));
    desk.again().await;
    server.deliver(&mail(3, "drie"));
    assert_eq!(desk.texts(3).await, texts(&["een", "twee", "drie"]));
    assert_eq!(desk.intake.given.load(Ordering::SeqCst), 3, "each was given once: the mark was believed");
    assert!(!server.has_seen("STORE") && !server.has_seen("BODY[]"), "nothing is marked as read");
    assert!(desk.intake.messages.lock().unwrap()[0].route.as_deref().unwrap().contains("1@customer.test"));
}

#[tokio::test]
async fn a_literal_that_is_too_large_is_refused_and_the_next_mail_gets_through() {
    let (server, desk) = started().await;
    server.state().fault = Some(Fault::HugeLiteral);
    server.deliver(&mail(1, "een"));
    desk.watch();
    desk.until("a second connection", |_| server.state().connections >= 2).await;
    server.state().fault = None;
    server.deliver(&mail(2, "twee"));
    assert_eq!(desk.texts(2).await, texts(&["een", "twee"]));
}

#[tokio::test]
async fn a_fetch_that_breaks_off_is_empty_or_refused_moves_no_mark() {
    for fault in [Fault::CutInFetch, Fault::EmptyFetch, Fault::RefusedFetch] {
        let (server, desk) = started().await;
        server.state().fault = Some(fault);
        server.deliver(&mail(1, "een"));
        server.deliver(&mail(2, "twee"));
        desk.watch();
        assert_eq!(desk.texts(2).await, texts(&["een", "twee"]), "{fault:?}");
    }
}

#[tokio::test]
async fn a_mail_that_is_never_given_holds_up_nobody_for_ever() {
    let (server, desk) = started().await;
    server.state().fault = Some(Fault::NeverSecond);
    for number in 1..=3 {
        server.deliver(&mail(number, &format!("mail {number}")));
    }
    desk.watch();
    let told = "A mail could not be fetched from the mail server; it lies in the folder INBOX (UID 2).";
    assert_eq!(desk.texts(3).await, texts(&["mail 1", told, "mail 3"]));
}

#[tokio::test]
async fn numbers_that_are_new_missing_or_rewound_bring_another_reading_and_nothing_twice() {
    for (validity, rewound) in [(6, false), (0, false), (5, true)] {
        let (server, mut desk) = started().await;
        server.deliver(&mail(1, "een"));
        server.deliver(&mail(2, "twee"));
        desk.watch();
        desk.texts(2).await;
        {
            let mut state = server.state();
            state.validity = validity;
            if rewound {
                // The server was set back to a copy of before the second mail, and a third one came.
                state.mails.truncate(1);
                state.next = 2;
            }
        }
        desk.again().await;
        let readings = || server.state().commands.iter().filter(|command| command.contains("SINCE")).count();
        desk.until("another reading", |_| readings() >= 2).await;
        server.deliver(&mail(3, "drie"));
        assert_eq!(desk.texts(3).await, texts(&["een", "twee", "drie"]), "{validity} {rewound}");
        assert_eq!(desk.intake.messages.lock().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn a_half_open_connection_is_noticed_by_the_next_look() {
    let (server, desk) = started().await;
    server.state().fault = Some(Fault::SilentIdle);
    desk.watch();
    desk.until("the first connection to idle", |_| server.has_seen("IDLE")).await;
    server.deliver(&mail(1, "een"));
    desk.until("another connection", |_| server.state().connections >= 2).await;
    server.state().fault = None;
    assert_eq!(desk.texts(1).await, texts(&["een"]));
}

/// Each wait is as long as the time between two looks, which no setting makes longer than a minute.
#[tokio::test]
async fn idle_is_issued_again_on_the_same_connection_after_each_look() {
    let (server, desk) = started().await;
    desk.watch();
    let idles = || server.state().commands.iter().filter(|command| command.ends_with(" IDLE")).count();
    desk.until("the second IDLE", |_| idles() >= 2).await;
    assert_eq!(server.state().connections, 1);
}

#[tokio::test]
async fn a_sign_in_that_is_refused_three_times_ends_it_with_a_reason() {
    let (server, desk) = started().await;
    server.state().fault = Some(Fault::RefuseLogin);
    let ended = desk.ends().await.unwrap_err();
    assert!(ended.reason.contains("does not accept the user or the password"), "{ended}");
    assert!(!ended.reason.contains("not-a-secret"));
    assert_eq!(server.state().connections, 3);
    assert!(desk.ends().await.is_err(), "started again, it tries nothing");
    assert_eq!(server.state().connections, 3);
}

#[tokio::test]
async fn a_server_that_can_sign_nobody_in_just_now_is_asked_again() {
    let (server, desk) = started().await;
    server.state().fault = Some(Fault::BusyLogin);
    server.deliver(&mail(1, "een"));
    desk.watch();
    desk.until("a fifth connection", |_| server.state().connections >= 5).await;
    server.state().fault = None;
    assert_eq!(desk.texts(1).await, texts(&["een"]));
}

#[tokio::test]
async fn an_intake_that_is_busy_is_waited_for_and_stopping_loses_nothing() {
    let (server, mut desk) = started().await;
    desk.intake.busy.store(true, Ordering::SeqCst);
    server.deliver(&mail(1, "een"));
    desk.watch();
    desk.until("the fetch", |_| server.has_seen("BODY.PEEK[]")).await;
    desk.again().await;
    desk.intake.busy.store(false, Ordering::SeqCst);
    assert_eq!(desk.texts(1).await, texts(&["een"]));
}

#[tokio::test]
async fn stored_mail_is_flagged_or_moved_if_that_is_wanted() {
    for (stored, command) in
        [(Stored::Flag, "UID STORE 1 +FLAGS.SILENT (WisselStored)"), (Stored::Move, "UID MOVE 1 \"Done\"")]
    {
        let server = FakeImap::start().await;
        let mut config = config(server.port, 1);
        (config.stored, config.move_to) = (stored, "Done".to_owned());
        let desk = Desk::new(config);
        server.deliver(&mail(1, "een"));
        desk.watch();
        desk.until("the command", |_| server.has_seen(command)).await;
        assert_eq!(desk.texts(1).await, texts(&["een"]));
    }
}

#[tokio::test]
async fn an_old_server_is_looked_at_from_time_to_time_and_mail_is_copied_and_deleted_there() {
    let server = FakeImap::start().await;
    server.state().fault = Some(Fault::Old);
    let mut config = config(server.port, 1);
    (config.stored, config.move_to) = (Stored::Move, "Done".to_owned());
    let desk = Desk::new(config);
    desk.watch();
    desk.until("the first look", |_| server.has_seen("SINCE")).await;
    server.deliver(&mail(1, "een"));
    assert_eq!(desk.texts(1).await, texts(&["een"]));
    desk.until("the deletion", |_| server.has_seen("UID STORE 1 +FLAGS.SILENT (\\Deleted)")).await;
    assert!(server.has_seen("UID COPY 1 \"Done\"") && !server.has_seen("IDLE"));
}

#[tokio::test]
async fn a_large_mail_comes_in_pieces_and_a_larger_one_is_cut_with_its_beginning_kept() {
    let server = FakeImap::start().await;
    let mut config = config(server.port, 1);
    config.mail_bytes = 6 << 20;
    let desk = Desk::new(config);
    let large = |number: u32, megabytes: usize| {
        let line = format!("{}\n", "x".repeat(99));
        let file = line.repeat(megabytes * 10_000);
        format!(
            "From: jan@customer.test\nMessage-ID: <{number}@customer.test>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
             --b\nContent-Type: text/plain\n\nmail {number}\n--b\nContent-Type: application/pdf; name=a.pdf\n\n{file}\n--b--\n"
        )
    };
    server.deliver(&large(1, 5));
    server.deliver(&large(2, 9));
    desk.watch();
    desk.texts(2).await;
    let messages = desk.intake.messages.lock().unwrap();
    let cut: Vec<_> = messages.iter().map(|message| message.attributes.get("cut").map(String::as_str)).collect();
    assert_eq!(cut, [None, Some("bytes")]);
    assert!(messages[0].attachments[0].refused.is_some(), "the test's files may have 1 MB");
    assert_eq!(messages[1].attachments.len(), 2, "the file and the original");
}

#[tokio::test]
async fn an_access_token_is_got_with_the_refresh_token_and_got_anew_when_it_does_not_count() {
    let server = FakeImap::start().await;
    server.state().token = Some("second".to_owned());
    let (port, asked) = crate::tokens::serve(&[("first", ""), ("second", "")]).await;
    let desk = Desk::new(with_tokens(&server, port, |_| {}));
    server.deliver(&mail(1, "een"));
    desk.watch();
    assert_eq!(desk.texts(1).await, texts(&["een"]));
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].ends_with("grant_type=refresh_token&client_id=wissel&refresh_token=re%20fresh"), "{}", asked[0]);
}

/// Settings of a mailbox whose access tokens come from this port.
fn with_tokens(server: &FakeImap, port: u16, change: impl FnOnce(&mut OAuthConfig)) -> EmailConfig {
    let mut oauth = OAuthConfig {
        token_url: format!("http://127.0.0.1:{port}/token"),
        client_id: "wissel".to_owned(),
        refresh_token: Some(Secret::new("re fresh")),
        ..OAuthConfig::default()
    };
    change(&mut oauth);
    EmailConfig { password: None, oauth: Some(oauth), ..config(server.port, 1) }
}

#[tokio::test]
async fn a_refresh_token_that_is_replaced_is_kept_for_the_next_start_and_one_that_ended_gives_way_to_the_settings() {
    let server = FakeImap::start().await;
    server.state().token = Some("access".to_owned());
    let (port, asked) =
        crate::tokens::serve(&[("access", "second"), ("access", "third"), ("", ""), ("access", "")]).await;
    let first = Desk::new(with_tokens(&server, port, |_| {}));
    server.deliver(&mail(1, "een"));
    first.watch();
    first.texts(1).await;
    first.stop().await;
    for start in 2..=3 {
        let mut again = Desk::new(with_tokens(&server, port, |_| {}));
        again.cx.cursors = std::sync::Arc::clone(&first.cx.cursors);
        server.deliver(&mail(start, "nog een"));
        again.watch();
        again.texts(1).await;
        again.stop().await;
    }
    let asked = asked.lock().unwrap();
    let with: Vec<&str> = asked.iter().map(|form| form.rsplit("refresh_token=").next().unwrap()).collect();
    assert_eq!(with, ["re%20fresh", "second", "third", "re%20fresh"]);
}

#[tokio::test]
async fn an_application_asks_in_its_own_name_where_it_has_no_refresh_token() {
    let server = FakeImap::start().await;
    server.state().token = Some("access".to_owned());
    let (port, asked) = crate::tokens::serve(&[("access", "")]).await;
    let desk = Desk::new(with_tokens(&server, port, |oauth| {
        (oauth.refresh_token, oauth.client_secret) = (None, Some(Secret::new("s3cret")));
        oauth.scope = "https://mail.example/.default".to_owned();
    }));
    server.deliver(&mail(1, "een"));
    desk.watch();
    desk.texts(1).await;
    let form = "grant_type=client_credentials&client_id=wissel&client_secret=s3cret&scope=https%3A%2F%2Fmail.example%2F.default";
    assert!(asked.lock().unwrap()[0].ends_with(form), "{:?}", asked.lock().unwrap());
}

#[tokio::test]
async fn echoes_are_dropped_and_reports_become_statuses() {
    let (server, desk) = started().await;
    let tokens = wissel_channels::email::ReplyTokens::new(&crate::world::SECRET);
    let thread = wissel_channels::ThreadKey([9; 16]);
    let id = tokens.message_id(wissel_channels::CommandId([1; 16]), thread, "jan@customer.test", "shop.test");
    let bounce = |recipient: &str| {
        format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.shop.test\nTo: support@shop.test\nSubject: Undelivered\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nNo.\n--b\n\
             Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; {recipient}\nAction: failed\n\
             Status: 5.1.1\nDiagnostic-Code: smtp; 550 <{recipient}> unknown\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{id}>\n\n--b--\n"
        )
    };
    server.deliver("From: Support <SUPPORT@shop.test>\nTo: jan@customer.test\n\necho\n");
    server.deliver(&bounce("eve@customer.test"));
    server.deliver(&bounce("jan@customer.test"));
    server.deliver(&mail(1, "een"));
    desk.watch();
    assert_eq!(desk.texts(1).await, texts(&["een"]), "an echo or a bounce became a message");
    assert!(desk.intake.turned_away.lock().unwrap().contains(&TurnedAway::Echo), "it is counted");
    desk.until("the report", |intake| !intake.statuses.lock().unwrap().is_empty()).await;
    let statuses = desk.intake.statuses.lock().unwrap();
    assert_eq!(statuses.len(), 1, "a report about somebody else's mail counted");
    assert_eq!((statuses[0].thread, statuses[0].of.as_str()), (thread, id.as_str()));
    assert_eq!(statuses[0].error.as_deref(), Some("5.1.1 550 … unknown"));
    assert_eq!(desk.channel.name().as_str(), "email");
}
