//! Journeys of the staff API: orders and their refusals, idempotency, lists, switches, signing in. Every answer of the
//! API is held against its OpenAPI document by the harness.

use hyper::Method;
use serde_json::{Value, json};

use super::harness::http::{self, Response};
use super::harness::{Chat, Daemon};

/// A customer who asks for a person, and the conversation that waits for one.
async fn waiting(daemon: &Daemon) -> (Chat, String) {
    let mut chat = Chat::open(daemon, "nl").await;
    chat.say("Ik wil nu een mens spreken, dit is de derde keer!").await;
    let conversation = chat.owner("queue").await;
    (chat, conversation)
}

fn code(response: &Response) -> (u16, String) {
    (response.status, response.json()["code"].as_str().unwrap_or_default().to_owned())
}

fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_person_claims_answers_notes_hands_on_and_closes() {
    let daemon = Daemon::start().await;
    let (mut chat, id) = waiting(&daemon).await;
    let (sanne, piet) = (daemon.staff("Sanne").await, daemon.staff("Piet").await);

    let listed = sanne.conversations("waiting").await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["id"], json!(id));
    assert!(listed[0]["preview"].as_str().unwrap().contains("derde keer"));
    assert_eq!((&listed[0]["customer"], &listed[0]["unanswered"]), (&Value::Null, &json!(true)));

    let claimed = sanne.claim(&id).await;
    assert_eq!(claimed["owner"], json!({"kind": "agent", "name": "Sanne"}));
    let refused = piet.order(&id, "claim", &json!({})).await;
    assert_eq!(code(&refused), refusal(409, "not_owner"));
    assert_eq!(refused.json()["owner"]["name"], "Sanne");
    assert_eq!(code(&piet.order(&id, "reply", &json!({"text": "Hoi"})).await), refusal(409, "not_owner"));

    sanne.reply(&id, "Goedemorgen, ik kijk het na.").await;
    assert_eq!(chat.message_from("staff").await["text"], "Goedemorgen, ik kijk het na.");
    assert_eq!(sanne.conversations("claimed").await[0]["unanswered"], false);
    piet.done(&id, "note", &json!({"text": "Belde gisteren ook al"})).await;
    let noted = piet.until(&id, "the note", |opened| {
        opened["messages"].as_array().unwrap().iter().any(|message| message["kind"] == "note")
    });
    let noted = noted.await;
    let note = noted["messages"].as_array().unwrap().iter().find(|message| message["kind"] == "note").unwrap();
    assert_eq!((&note["seq"], &note["name"]), (&Value::Null, &json!("Piet")));

    let moved = sanne.done(&id, "transfer", &json!({"queue": "billing", "epoch": claimed["epoch"]})).await;
    assert_eq!(moved["owner"], json!({"kind": "queue", "name": "billing"}));
    let stale = sanne.order(&id, "claim", &json!({"epoch": claimed["epoch"]})).await;
    assert_eq!(code(&stale), refusal(409, "stale_epoch"));
    assert_eq!(stale.json()["epoch"], moved["epoch"]);
    let nowhere = sanne.order(&id, "transfer", &json!({"queue": "nowhere"})).await;
    assert_eq!(code(&nowhere), refusal(409, "unknown_queue"));

    piet.claim(&id).await;
    assert_eq!(piet.done(&id, "close", &json!({})).await["state"], "closed");
    assert_eq!(code(&piet.order(&id, "reply", &json!({"text": "Nog iets"})).await), refusal(409, "closed"));
    assert!(!chat.seen.iter().any(|frame| frame.to_string().contains("gisteren")), "a note reached the customer");
}

#[tokio::test]
async fn why_it_came_here_is_told_with_the_decision_the_brief_and_the_changes() {
    let daemon = Daemon::start().await;
    let (_chat, id) = waiting(&daemon).await;
    let sanne = daemon.staff("Sanne").await;
    sanne.claim(&id).await;

    let opened = sanne.conversation(&id).await;
    assert_eq!(opened["decision"]["verdict"]["wants_person"]["is"], true);
    assert!(!opened["brief"]["why"].as_array().unwrap().is_empty());
    let path = format!("/api/conversations/{id}");
    let dutch = sanne.ask(Method::GET, &path, &[("accept-language", "nl")], &Value::Null).await;
    let why = dutch.json()["brief"]["why"].to_string();
    assert!(why.contains("De klant vraagt om een mens"), "{why}");

    let told = || async { sanne.get(&format!("/api/conversations/{id}/explain")).await };
    daemon.until("the journal to have the claim", async || told().await.to_string().contains("-> Sanne")).await;
    let explained = told().await;
    let entries = explained["entries"].as_array().unwrap();
    assert_eq!(entries[0]["by"], "router");
    assert!(entries[0]["changes"].to_string().contains("owner: nobody -> queue care"), "{explained:#}");
    let words = entries[0]["decision"]["verdict"]["evidence"].to_string();
    assert!(words.contains("mens"), "{words}");
    // What else happens, such as the notice's arrival, may come to stand behind the claim.
    let claim = entries.iter().find(|entry| entry["changes"].to_string().contains("-> Sanne")).unwrap();
    assert_eq!(claim["by"], "Sanne");

    let printed = daemon.setup.run(&["explain", &id]);
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.lines().count() <= 8 && printed.contains("Sanne claimed it"), "{printed}");
    let more = daemon.setup.run(&["explain", &id, "--evidence"]);
    let more = String::from_utf8(more.stdout).unwrap();
    let found = more.strip_prefix(&printed).unwrap_or_else(|| panic!("{more}"));
    assert!(found.contains("Wil een mens: \"") && found.contains("(vaste regel)"), "{printed}");
    let json = daemon.setup.run(&["explain", &id, "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["entries"][0], explained["entries"][0]);
}

#[tokio::test]
async fn the_same_key_gives_the_first_answer_again_and_another_body_is_refused() {
    let daemon = Daemon::start().await;
    let (mut chat, id) = waiting(&daemon).await;
    let sanne = daemon.staff("Sanne").await;
    sanne.claim(&id).await;
    let path = format!("/api/conversations/{id}/reply");
    let send = |text: &str| {
        let body = json!({ "text": text });
        let (sanne, path) = (&sanne, &path);
        async move { sanne.ask(Method::POST, path, &[("idempotency-key", "k-1")], &body).await }
    };
    let (first, again) = tokio::join!(send("Eén keer"), send("Eén keer"));
    assert_eq!((first.status, first.json()), (200, again.json()));
    assert_eq!(code(&send("Iets anders").await), refusal(422, "invalid"));
    let daemon = daemon.kill_and_restart().await;
    let later = daemon.staff("Sanne").await;
    let body = json!({"text": "Eén keer"});
    let third = later.ask(Method::POST, &path, &[("idempotency-key", "k-1")], &body).await;
    assert_eq!((third.status, third.json()), (200, first.json()));
    later.reply(&id, "Twee").await;
    chat = chat.resume(&daemon).await;
    chat.until("the second answer", |frame| frame["text"] == "Twee").await;
    let messages = later.conversation(&id).await["messages"].clone();
    let once = messages.as_array().unwrap().iter().filter(|message| message["text"] == "Eén keer").count();
    assert_eq!(once, 1);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_code() {
    let daemon = Daemon::start().await;
    let (_chat, id) = waiting(&daemon).await;
    let sanne = daemon.staff("Sanne").await;
    let nobody = "0".repeat(32);
    for path in [format!("/api/conversations/{nobody}"), format!("/api/conversations/{nobody}/explain")] {
        assert_eq!(code(&sanne.ask(Method::GET, &path, &[], &Value::Null).await), refusal(404, "not_found"));
    }
    assert_eq!(code(&sanne.order(&nobody, "claim", &json!({})).await), refusal(404, "not_found"));
    assert_eq!(code(&sanne.order("x", "claim", &json!({})).await), refusal(404, "not_found"));
    for (order, body) in [
        ("reply", json!({})),
        ("reply", json!({"text": "  "})),
        ("note", json!({"text": "x".repeat(16_385)})),
        ("note", json!(["text"])),
        ("transfer", json!({})),
        ("claim", json!({"epoch": "one"})),
    ] {
        assert_eq!(code(&sanne.order(&id, order, &body).await), refusal(422, "invalid"), "{order}");
    }
    assert_eq!(code(&sanne.order(&id, "note", &json!({"text": "x".repeat(70_000)})).await), refusal(413, "invalid"));
    let list = |query: &'static str| sanne.ask(Method::GET, query, &[], &Value::Null);
    assert_eq!(code(&list("/api/conversations?state=sleeping").await), refusal(422, "invalid"));
    assert_eq!(code(&list("/api/conversations?after=x").await), refusal(422, "invalid"));
    assert_eq!(code(&list("/api/conversations?queue=No").await), refusal(422, "invalid"));
    assert_eq!(code(&list("/api/operations/x").await), refusal(404, "not_found"));
    assert_eq!(list("/api/conversations?queue=care&state=closed").await.json()["conversations"], json!([]));
}

#[tokio::test]
async fn a_page_holds_fifty_and_the_next_one_begins_after_it() {
    let daemon = Daemon::start().await;
    for number in 0..53 {
        let mut chat = Chat::open(&daemon, "nl").await;
        chat.say(&format!("Ik wil een mens spreken, nummer {number}")).await;
        chat.owner("queue").await;
    }
    let sanne = daemon.staff("Sanne").await;
    let first = sanne.get("/api/conversations?queue=care&state=waiting").await;
    assert_eq!(first["conversations"].as_array().unwrap().len(), 50);
    let all = sanne.conversations("waiting").await;
    let since: Vec<&str> = all.iter().map(|row| row["since"].as_str().unwrap()).collect();
    assert_eq!((all.len(), since.is_sorted()), (53, true));
    let queues = sanne.get("/api/queues").await;
    let care = queues["queues"].as_array().unwrap().iter().find(|queue| queue["name"] == "care").unwrap().clone();
    assert_eq!((&care["waiting"], &care["open"]), (&json!(53), &json!(53)));
    assert!(care["oldest_seconds"].is_u64() && care["overseer"].is_string());
}

#[tokio::test]
async fn an_older_conversation_of_the_same_customer_stays_readable() {
    let daemon = Daemon::start().await;
    let (mut chat, first) = waiting(&daemon).await;
    let sanne = daemon.staff("Sanne").await;
    sanne.claim(&first).await;
    sanne.reply(&first, "Opgelost").await;
    chat.message_from("staff").await;
    sanne.done(&first, "close", &json!({})).await;
    chat.say("Ik wil nog een keer een mens spreken").await;
    let second = chat.owner("queue").await;
    assert_ne!(first, second);
    let opened = sanne.until(&first, "the journal to have the first one", |opened| {
        opened["state"] == "closed" && opened["messages"].to_string().contains("Opgelost")
    });
    let opened = opened.await;
    assert!(!opened["messages"].to_string().contains("nog een keer"));
    assert!(opened["decision"].is_object());
    let newer = sanne.conversation(&second).await["messages"].to_string();
    assert!(newer.contains("nog een keer") && !newer.contains("Opgelost"));
}

#[tokio::test]
async fn switching_ai_off_brings_what_the_bot_has_to_people() {
    let daemon = Daemon::start().await;
    let mut chat = Chat::open(&daemon, "nl").await;
    chat.ask("Wanneer komt mijn pakket?", "bot").await;
    let sanne = daemon.staff("Sanne").await;
    let held = sanne.conversations("bot").await;
    assert_eq!(held.len(), 1);
    let off = json!({"ai_off": {"all": true, "queues": [], "channels": [], "languages": []}});
    assert_eq!(code(&sanne.ask(Method::PUT, "/api/switches", &[], &off).await), refusal(428, "invalid"));
    let version = sanne.get("/api/switches").await["version"].to_string();
    let wrong = sanne.ask(Method::PUT, "/api/switches", &[("if-match", "77")], &off).await;
    assert_eq!(code(&wrong), refusal(412, "stale_epoch"));
    let set = sanne.ask(Method::PUT, "/api/switches", &[("if-match", &version)], &off).await;
    assert_eq!((set.status, &set.json()["ai_off"]["all"]), (200, &json!(true)));
    chat.owner("queue").await;
    let id = held[0]["id"].as_str().unwrap();
    let opened = sanne.until_state(id, "waiting").await;
    assert!(opened["brief"]["why"].to_string().contains("AI is switched off"), "{opened:#}");
    let unknown = json!({"ai_off": {"everything": true}});
    let odd = sanne.ask(Method::PUT, "/api/switches", &[("if-match", &version)], &unknown).await;
    assert_eq!(code(&odd), refusal(422, "invalid"));
    let now = sanne.get("/api/switches").await["version"].to_string();
    for (off, told) in [(json!({"queues": ["bott"]}), "unknown_queue"), (json!({"channels": ["smoke"]}), "invalid")] {
        let odd = sanne.ask(Method::PUT, "/api/switches", &[("if-match", &now)], &json!({"ai_off": off})).await;
        assert_eq!(code(&odd), refusal(422, told));
    }
    assert_eq!(sanne.get("/api/switches").await["ai_off"]["all"], json!(true), "nothing was switched on");
}

#[tokio::test]
async fn only_who_is_signed_in_gets_anything() {
    let daemon = Daemon::start().await;
    let staff = daemon.setup.staff;
    for path in ["/api/conversations", "/api/queues", "/api/switches", "/api/openapi.json"] {
        assert_eq!(code(&http::get(staff, path).await), refusal(401, "unauthorized"), "{path}");
    }
    assert_eq!(http::get(staff, "/desk").await.status, 401);
    let mut last = refusal(0, "");
    for _ in 0..12 {
        let wrong = [("authorization", "Bearer wissel_guess.guess")];
        last = code(&http::request(&Method::GET, staff, "/api/queues", &wrong, &[]).await.unwrap());
    }
    assert_eq!(last, refusal(429, "too_many"));
    daemon.staff("Sanne").await.get("/api/queues").await;
}

#[tokio::test]
async fn the_link_signs_in_once_and_the_session_needs_its_csrf_token() {
    let daemon = Daemon::start().await;
    let staff = daemon.setup.staff;
    let link = daemon.desk_link();
    let path = link.split_once(&staff.to_string()).unwrap().1.to_owned();
    let signed_in = http::get(staff, &path).await;
    assert_eq!((signed_in.status, signed_in.header("location")), (303, "/desk"));
    let cookie = signed_in.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert_eq!(http::get(staff, &path).await.status, 401, "the link works once");

    let cookie = cookie.split(';').next().unwrap().to_owned();
    let ask = |method: Method, path: String, token: String| {
        let cookie = cookie.clone();
        async move {
            let headers = [("cookie", cookie.as_str()), ("x-csrf-token", token.as_str())];
            http::request(&method, staff, &path, &headers, b"{}").await.unwrap()
        }
    };
    let page = ask(Method::GET, "/desk".to_owned(), String::new()).await;
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    let page = page.text();
    let token = page.split("name=\"csrf-token\" content=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(page.contains("Owner"));
    let (_chat, id) = waiting(&daemon).await;
    let claim = format!("/api/conversations/{id}/claim");
    assert_eq!(code(&ask(Method::POST, claim.clone(), String::new()).await), refusal(403, "unauthorized"));
    assert_eq!(ask(Method::POST, claim, token.clone()).await.status, 200);
    assert_eq!(ask(Method::GET, "/api/queues".to_owned(), String::new()).await.status, 200);
    assert_eq!(ask(Method::POST, "/sign-out".to_owned(), token).await.status, 204);
    let logged = daemon.logged();
    let secret = path.split("token=").nth(1).unwrap();
    assert!(!logged.contains(secret) && !logged.contains("Owner"));
}

#[tokio::test]
async fn a_colleague_signs_in_by_their_token() {
    let daemon = Daemon::start().await;
    let staff = daemon.setup.staff;
    let token = String::from_utf8(daemon.setup.run(&["staff", "token", "Piet"]).stdout).unwrap();
    let form =
        [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html"), ("accept-language", "nl")];
    let enter = async |token: &str| {
        let body = format!("token={}", token.trim());
        http::request(&Method::POST, staff, "/sign-in", &form, body.as_bytes()).await.unwrap()
    };
    let refused = enter("wissel_guess").await;
    assert!(refused.status == 401 && refused.text().contains("Dit token is niet geldig"), "{}", refused.text());
    let entered = enter(&token).await;
    assert_eq!((entered.status, entered.header("location")), (303, "/desk"));
    let cookie = entered.header("set-cookie").split(';').next().unwrap().to_owned();
    let desk = http::request(&Method::GET, staff, "/desk", &[("cookie", &cookie)], b"").await.unwrap();
    assert!(desk.text().contains("content=\"Piet\""));
    let lost = http::request(&Method::GET, staff, "/nowhere", &form[1..], b"").await.unwrap();
    assert!(lost.status == 404 && lost.text().contains("Deze pagina bestaat niet"), "{}", lost.text());
}
