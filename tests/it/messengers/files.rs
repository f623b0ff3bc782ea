//! Files between customers and staff, customers on several channels, and a kill while more of a customer is waited for.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use hyper::Method;
use serde_json::{Value, json};

use super::Messenger;
use crate::harness::{Chat, Daemon, Setup, Staff, http};

const CUSTOMER: i64 = 31_000_007;
const PAGE_KEY: &str = "the key of a page, of forty characters..";

/// The one conversation of the list that is on `channel`, once there is one.
async fn on(daemon: &Daemon, staff: &Staff, channel: &str) -> String {
    let of = async || staff.conversations("waiting").await.into_iter().find(|it| it["channel"] == channel);
    daemon.until("a conversation to wait", async || of().await.is_some()).await;
    of().await.unwrap()["id"].as_str().unwrap().to_owned()
}

/// A file of a customer is given to staff to be saved, never shown by the browser, and to nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_customer_is_saved_and_never_shown() {
    let messenger = Messenger::telegram();
    let daemon = messenger.configure(Setup::default()).start().await;
    let Messenger::Telegram(api) = &messenger else { return };
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for (id, name, kind) in [("svg", "bon\u{202e}gvs.svg", "image/svg+xml"), ("page", "../x.html", "text/html")] {
        api.file(id, picture.as_bytes());
        let document = json!({"file_id": id, "file_unique_id": id, "file_name": name, "mime_type": kind});
        api.message(CUSTOMER, &json!({"document": document, "caption": format!("Een mens graag, zie {id}")}));
    }
    let eva = daemon.staff("Eva").await;
    let id = on(&daemon, &eva, "telegram").await;
    let files = |shown: &Value| -> Vec<String> {
        let messages = shown["messages"].as_array().unwrap().iter();
        let files = messages.flat_map(|message| message["attachments"].as_array().unwrap());
        files.map(|file| file["hash"].as_str().unwrap().to_owned()).collect()
    };
    let shown = eva.until(&id, "both files", |shown| files(shown).len() == 2).await;
    for hash in files(&shown) {
        let path = format!("/api/conversations/{id}/attachments/{hash}");
        let got = eva.ask(Method::GET, &path, &[], &Value::Null).await;
        assert_eq!((got.status, got.text().as_str()), (200, picture));
        assert_eq!(got.header("content-type"), "application/octet-stream");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(got.header("content-security-policy"), "sandbox; default-src 'none'");
        let disposition = got.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\"") && disposition.is_ascii(), "{disposition}");
        assert!(!disposition.contains("%E2%80%AE") && !disposition.contains('/'), "{disposition}");
        assert_eq!(http::get(daemon.setup.staff, &path).await.status, 401);
    }
    for wrong in ["0".repeat(32), "..%2f..%2fmaster.key".to_owned(), String::new()] {
        let path = format!("/api/conversations/{id}/attachments/{wrong}");
        let missing = http::request(&Method::GET, daemon.setup.staff, &path, &[], &[]).await.unwrap();
        assert!([401, 404].contains(&missing.status), "{wrong}: {}", missing.status);
    }
    let missing = format!("/api/conversations/{id}/attachments/{}", "0".repeat(32));
    assert_eq!(eva.ask(Method::GET, &missing, &[], &Value::Null).await.status, 404);
}

/// What goes with a reply is checked before anything of it is ordered, and the same key sends it once.
#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_reply_are_checked_and_leave_once() {
    let messenger = Messenger::telegram();
    let daemon = messenger.configure(Setup::default()).start().await;
    messenger.say(CUSTOMER, "Ik wil een mens spreken");
    let eva = daemon.staff("Eva").await;
    let id = on(&daemon, &eva, "telegram").await;
    eva.claim(&id).await;
    let file = |name: &str, content: &str| json!({"name": name, "type": "text/plain", "content": content});
    let good = STANDARD.encode("retour");
    for (order, attachments) in [
        ("reply", json!([file("a.txt", "not base64!")])),
        ("reply", json!([file("Setup.EXE", &good)])),
        ("reply", Value::Array(vec![file("a.txt", &good); 11])),
        ("note", json!([file("a.txt", &good)])),
    ] {
        let refused = eva.order(&id, order, &json!({"text": "Zie hier", "attachments": attachments})).await;
        assert_eq!((refused.status, &refused.json()["code"]), (422, &json!("invalid")), "{}", refused.text());
    }
    let path = format!("/api/conversations/{id}/reply");
    let body = json!({"text": "", "attachments": [file("../label\u{202e}.txt", &good)]});
    let key = [("idempotency-key", "once")];
    let first = eva.ask(Method::POST, &path, &key, &body).await;
    assert_eq!((first.status, eva.ask(Method::POST, &path, &key, &body).await.status), (200, 200));
    let other = json!({"text": "", "attachments": [file("../label\u{202e}.txt", &STANDARD.encode("other"))]});
    assert_eq!(eva.ask(Method::POST, &path, &key, &other).await.status, 422, "the same key with another file");
    let (name, content) = messenger.until_file(CUSTOMER).await;
    assert!(!name.contains(['/', '\u{202e}']) && name.contains("label"), "{name}");
    assert_eq!(content, b"retour");
    eva.reply(&id, "Tot ziens").await;
    messenger.until_heard(CUSTOMER, "Tot ziens").await;
    let files = messenger.heard(CUSTOMER).into_iter().filter(|heard| heard.file.is_some()).count();
    assert_eq!(files, 1, "{:?}", messenger.heard(CUSTOMER));
}

/// A token that says whose the phone number is, for the chat's account.
fn identity(phone: &str, seconds: u64) -> String {
    let until = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() + seconds;
    let claims = json!({"aud": "main", "exp": until, "sub": "K-4711", "name": "Sanne", "phone": phone});
    let parts = [json!({"alg": "HS256", "typ": "JWT"}), claims];
    let signed = parts.map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(PAGE_KEY.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// Who signed in on the company's page and wrote by WhatsApp is one customer: shown with the evidence, undone and done
/// again by a person, and never assumed of whoever only says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_signed_in_on_the_page_is_the_one_who_wrote_by_whatsapp() {
    let messenger = Messenger::whatsapp();
    let setup = messenger.configure(Setup::default()).with("WISSEL__WEBCHAT__IDENTITY_KEY", PAGE_KEY);
    let daemon = setup.start().await;
    let number = Messenger::whatsapp_number(CUSTOMER);
    let eva = daemon.staff("Eva").await;
    let chat = async |token: Option<String>| {
        let mut chat = Chat::connect(&daemon, None).await.unwrap();
        chat.frame(&json!({"type": "hello", "visitor": null, "last_seq": 0, "locale": "nl", "identity": token})).await;
        chat.until("the welcome", |frame| frame["type"] == "welcome").await;
        chat.say("Ik wil een mens spreken").await;
        let id = chat.owner("queue").await;
        (chat, id)
    };
    let (_known, known) = chat(Some(identity(&number, 600))).await;
    let (_forged, forged) = chat(Some(format!("{}x", identity(&number, 600)))).await;
    let (_nobody, nobody) = chat(None).await;
    messenger.say(CUSTOMER, "Ik wil een mens spreken");
    let by_whatsapp = on(&daemon, &eva, "whatsapp").await;
    let customer = async |id: &str| eva.get(&format!("/api/conversations/{id}/customer")).await;
    let others = async |id: &str| -> Vec<Value> { customer(id).await["threads"].as_array().unwrap().clone() };
    daemon.until("the two to be linked", async || others(&known).await.len() == 1).await;
    let linked = others(&known).await.remove(0);
    assert_eq!(linked["conversation"], json!(by_whatsapp));
    assert_eq!((&linked["evidence"]["kind"], &linked["evidence"]["address"]), (&json!("address"), &json!(number)));
    assert_eq!(others(&by_whatsapp).await[0]["conversation"], json!(known));
    for stranger in [&forged, &nobody] {
        assert_eq!(customer(stranger).await, json!({"identities": [], "threads": []}));
    }
    let link = format!("/api/conversations/{known}/customer/{by_whatsapp}");
    for (method, left, kind) in [(Method::DELETE, 0, ""), (Method::PUT, 1, "person")] {
        assert_eq!(eva.ask(method, &link, &[], &Value::Null).await.status, 200);
        for side in [&known, &by_whatsapp] {
            let others = others(side).await;
            assert_eq!(others.len(), left, "{others:?}");
            assert!(others.iter().all(|other| other["evidence"]["kind"] == kind));
        }
    }
    let itself = format!("/api/conversations/{known}/customer/{known}");
    assert_eq!(eva.ask(Method::PUT, &itself, &[], &Value::Null).await.status, 422);
    let unknown = format!("/api/conversations/{known}/customer/00000000-0000-7000-8000-000000000000");
    assert_eq!(eva.ask(Method::PUT, &unknown, &[], &Value::Null).await.status, 404);
}

/// While more of a customer is waited for, the daemon is killed: nothing of what came is lost, and it is one turn.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_more_is_waited_for_loses_nothing_and_leaves_one_turn() {
    let messenger = Messenger::telegram();
    let setup = messenger.configure(Setup::default()).with("WISSEL__TELEGRAM__SHOP__QUIET_SECONDS", "3");
    let daemon = setup.start().await;
    for text in ["Hallo,", "ik heb een vraag:", "wanneer komt mijn pakket?"] {
        messenger.say(CUSTOMER, text);
    }
    messenger.taken().await;
    let daemon = daemon.kill_and_restart().await;
    messenger.until_heard(CUSTOMER, "https://").await;
    messenger.say(CUSTOMER, "Ik wil een mens spreken");
    let eva = daemon.staff("Eva").await;
    let id = on(&daemon, &eva, "telegram").await;
    messenger.until_count(CUSTOMER, 2).await;
    let shown = eva.conversation(&id).await;
    let of = |from: &str| -> Vec<&str> {
        let messages = shown["messages"].as_array().unwrap().iter().filter(|message| message["from"] == from);
        messages.map(|message| message["text"].as_str().unwrap()).collect()
    };
    let said = ["Hallo,", "ik heb een vraag:", "wanneer komt mijn pakket?", "Ik wil een mens spreken"];
    assert_eq!(of("customer"), said);
    assert_eq!(of("bot").len(), 1, "three messages, one turn: {shown:#}");
}
