//! Tests of loading: what each broken source gets, with its place.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::super::{Flag, Settings, Sources};
use super::load;
use crate::telemetry::logging::LogFormat;

#[path = "load_account_tests.rs"]
mod accounts;
#[path = "load_llm_tests.rs"]
mod llm;

/// Loads a file with these contents and these variables; problems are shown with the folder cut off.
fn try_load(text: &str, variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let folder = TempDir::new().unwrap();
    let text = text.replace("$DIR", &folder.path().display().to_string());
    load_in(&folder, text.as_bytes(), variables)
}

fn load_in(folder: &TempDir, text: &[u8], variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let file = folder.path().join("wissel.toml");
    fs::write(&file, text).unwrap();
    let environment: BTreeMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let data = folder.path().join("data").display().to_string();
    let flags = vec![Flag { name: "--data", key: "data_dir", value: data }];
    let prefix = format!("{}/", folder.path().display());
    load(&Sources { file: Some(file), environment, flags })
        .map_err(|problems| problems.iter().map(|problem| problem.to_string().replace(&prefix, "")).collect())
}

fn problems(text: &str, variables: &[(&str, &str)]) -> Vec<String> {
    try_load(text, variables).expect_err("it is broken")
}

#[test]
fn nothing_at_all_gives_the_defaults() {
    let settings = try_load("", &[]).unwrap();
    assert_eq!(settings.partitions.get(), 16);
    assert_eq!(settings.listen.public.0.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.limits, super::super::Limits::default());
}

#[test]
fn the_environment_overrules_the_file_and_flags_overrule_both() {
    let text = "data_dir = \"a\"\n[log]\nformat = \"text\"\n[limits]\nhops = 3\n[webchat]\norigins = [\"https://a.example\"]\n";
    let variables = [
        ("WISSEL__LOG__FORMAT", "json"),
        ("WISSEL__LIMITS__HOPS", "4"),
        ("WISSEL__DATA_DIR", "b"),
        ("WISSEL__WEBCHAT__ORIGINS", "[\"https://b.example\", \"https://c.example\"]"),
        ("WISSEL__WEBCHAT__NAMES__COMPANY", "De Winkel"),
    ];
    let settings = try_load(text, &variables).unwrap();
    assert_eq!(settings.log.format.0, LogFormat::Json);
    assert_eq!(settings.limits.hops.0, 4);
    assert!(settings.data_dir.as_path().ends_with("data"));
    assert_eq!(settings.webchat.origins, ["https://b.example", "https://c.example"]);
    assert_eq!(settings.channels().webchat.names.company, "De Winkel");
}

#[test]
fn every_problem_is_told_at_once_with_its_place_and_remedy() {
    let text = "partitions = 0\n\
        partition = 3\n\
        [limits]\n\
        frame_byte = 3\n\
        hops = \"many\"\n\
        claim_minutes = -1\n\
        bot_turns = 2.5\n\
        [listen]\n\
        public = \"localhost\"\n\
        ops = \"127.0.0.1:8081\"\n\
        [log]\n\
        format = \"jsn\"\n\
        level = \"inof\"\n\
        [broker]\n\
        url = \"redis://user:hunter2@host\"\n\
        [webchat]\n\
        account = \"Main Street\"\n\
        origins = \"https://a\"\n\
        locale = \"?\"\n\
        [stafff]\n\
        owner = \"x\"\n";
    let variables = [("WISSEL__LIMITS__BOT_SECONDS", "soon"), ("WISSEL__X", "1"), ("WISSEL__LOG__FORMAT_", "1")];
    insta::assert_snapshot!(problems(text, &variables).join("\n"));
}

#[test]
fn broken_toml_is_told_with_what_else_is_wrong() {
    insta::assert_snapshot!(problems("partitions = 0\n[limits]\nhops = = 3\nhop = 3\nbot_turns = x\nclaim_minutes = -1\nclaim_minutes = 3\n[log\nformat = 3\n", &[]).join("\n"));
}

#[test]
fn bytes_that_an_editor_hides_are_told() {
    let folder = TempDir::new().unwrap();
    for (bytes, place) in [
        (&b"\xef\xbb\xbfpartitions = 3"[..], "wissel.toml:1:1: the file begins with a byte order mark"),
        (b"partitions = 3\ncompany = \"\xff\"", "wissel.toml:2:12: the file is not UTF-8"),
        (b"a = 1\0", "wissel.toml:1:6: the file holds a NUL"),
    ] {
        let problems = load_in(&folder, bytes, &[]).unwrap_err();
        assert!(problems[0].starts_with(place), "{problems:?}");
    }
}

#[test]
fn an_empty_variable_and_one_that_names_nothing_are_told_by_name() {
    let problems = problems("", &[("WISSEL__LOG__LEVEL", ""), ("WISSEL__log", "x"), ("WISSEL__LIMITS", "3")]);
    assert_eq!(
        problems,
        [
            "WISSEL__LIMITS:1:1: limits: this is a section, not a value; write [name of the section] on a line and its \
             settings below",
            "WISSEL__LOG__LEVEL:1:1: this variable is empty; give it a value, or unset it",
            "WISSEL__log:1:1: this variable names no setting; write WISSEL__SECTION__KEY in capitals",
        ]
    );
}

#[test]
fn sizes_that_do_not_go_together_are_told() {
    let problems = problems("[limits]\nframe_bytes = 1000\nmessage_bytes = 2000\n", &[]);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with("wissel.toml:3:17: limits.message_bytes: 2000 is more than"), "{problems:?}");
    for text in ["[limits]\nmessage_bytes = 0", "[limits]\nframe_bytes = 0", "[limits]\nmessage_bytes = 60000"] {
        assert_eq!(self::problems(text, &[]).len(), 1, "{text}");
    }
}

#[test]
fn a_secret_is_never_repeated() {
    let key = "ab".repeat(32);
    assert!(try_load(&format!("[secrets]\nmaster_key = \"{key}\""), &[]).is_ok());
    for text in
        ["master_key = \"hunter2\"", "master_key = 4242", "master_key = 42.42", "master_key = { hunter2 = 4242 }"]
    {
        let problems = problems(&format!("[secrets]\n{text}"), &[]).join("\n");
        assert!(problems.contains("wissel.toml:2:14"), "{problems}");
        assert!(!problems.contains("hunter2") && !problems.contains("42"), "{problems}");
    }
    let problems = problems("", &[("WISSEL__SECRETS__MASTER_KEY", "hunter2")]);
    assert!(problems[0].starts_with("WISSEL__SECRETS__MASTER_KEY:1:1: ") && !problems[0].contains("hunter2"));
}

#[test]
fn a_key_file_that_everybody_can_read_is_told_and_two_keys_are_too() {
    let folder = TempDir::new().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, "ab".repeat(32)).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o604)).unwrap();
    let text = format!("[secrets]\nmaster_key_file = \"{}\"\n", key.display());
    let problems = load_in(&folder, text.as_bytes(), &[]).unwrap_err();
    assert!(problems[0].starts_with("wissel.toml:2:19: ") && problems[0].contains("; run: chmod 600 "), "{problems:?}");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let settings = load_in(&folder, text.as_bytes(), &[]).unwrap();
    assert_eq!(settings.master_key().unwrap(), [0xab; 32]);
    let found = folder.path().join("data/master.key");
    fs::create_dir(found.parent().unwrap()).unwrap();
    fs::write(found, "short").unwrap();
    fs::set_permissions(folder.path().join("data/master.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let problems = load_in(&folder, b"", &[]).unwrap_err();
    assert!(problems[0].starts_with("data/master.key:1:1: the master key is not"), "{problems:?}");
    let twice = format!("{text}master_key = \"{}\"\n", "ab".repeat(32));
    assert!(load_in(&folder, twice.as_bytes(), &[]).unwrap_err()[0].contains("the key is given twice"));
}

#[test]
fn a_key_is_made_where_nothing_is_stored_and_never_in_place_of_a_lost_one() {
    let folder = TempDir::new().unwrap();
    let settings = load_in(&folder, b"", &[]).unwrap();
    let key = settings.master_key().unwrap();
    fs::write(folder.path().join("data/wissel.db"), "").unwrap();
    assert_eq!(settings.master_key().unwrap(), key);
    fs::remove_file(settings.master_key_path()).unwrap();
    let refusal = settings.master_key().unwrap_err();
    assert!(refusal.message.contains("is gone") && refusal.remedy.contains("backup"), "{refusal}");
    assert!(!settings.master_key_path().exists());
}

#[test]
fn a_named_file_must_be_there() {
    let sources = Sources { file: Some("/nowhere/wissel.toml".into()), ..Sources::default() };
    let problems = load(&sources).unwrap_err();
    assert!(problems[0].to_string().starts_with("/nowhere/wissel.toml:1:1: the file cannot be read"));
}

#[test]
fn odd_names_and_deep_nesting_are_told_and_harm_nothing() {
    for text in [
        "\"a.b\" = 1",
        "\"x[99999999999]\" = 1",
        "[limits]\n\"a.b.c\" = 1",
        "\"\" = 1",
        "\"a`, `b\" = 1",
        &format!("a = {}{}", "[".repeat(500), "]".repeat(500)),
        &format!("{} = 1", vec!["a"; 500].join(".")),
        "limits = 3",
        "[[limits]]\nhops = 3",
        "[limits.hops]\nx = 1",
        "partitions = 99999999999999999999",
        "listen = []",
    ] {
        let problems = problems(text, &[]);
        assert!(problems.iter().all(|p| p.starts_with("wissel.toml:")), "{text}: {problems:?}");
    }
}

#[test]
fn each_port_may_have_its_own_server_by_address_or_by_file() {
    let folder = TempDir::new().unwrap();
    for (name, text) in [("key", "ab".repeat(32)), ("store", "rediss://:hunter2@cache:6379/0\n".to_owned())] {
        fs::write(folder.path().join(name), text).unwrap();
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let dir = folder.path().display();
    let text = format!(
        "roles = \"router, bot\"\n[broker]\nurl = \"amqp://user:hunter2@rabbit/shop\"\n[store]\nurl_file = \"{dir}/store\"\n\
         [journal]\nurl = \"postgres://user:hunter2@db/wissel\"\n[secrets]\nmaster_key_file = \"{dir}/key\"\n"
    );
    let settings = load_in(&folder, text.as_bytes(), &[]).unwrap();
    assert_eq!(settings.store.server().unwrap().url(), "rediss://:hunter2@cache:6379/0");
    assert_eq!(settings.roles.to_string(), "router,bot");
    assert!(!format!("{settings:?}").contains("hunter2"));
    let problems = load_in(&folder, text.replace("/key", "/nokey").as_bytes(), &[]).unwrap_err();
    assert!(
        problems[0].starts_with("wissel.toml:9:19: ") && problems[0].contains("run once: wissel key new "),
        "{problems:?}"
    );
}

#[test]
fn what_keeps_processes_from_sharing_the_work_is_told() {
    let folder = TempDir::new().unwrap();
    for (name, text) in [("open", "redis://:hunter2@h"), ("wrong", "redi://:hunter2@h"), ("pem", "no certificate")] {
        fs::write(folder.path().join(name), text).unwrap();
        let mode = if name == "open" { 0o644 } else { 0o600 };
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    let dir = folder.path().display().to_string();
    let text = "roles = \"router\"\n\
        [broker]\nurl = \"amqps://user:hunter2@rabbit\"\nca_file = \"$DIR/pem\"\n\
        [store]\nurl_file = \"$DIR/open\"\n\
        [journal]\nurl = \"embedded\"\nurl_file = \"$DIR/wrong\"\n";
    let problems = load_in(&folder, text.replace("$DIR", &dir).as_bytes(), &[]).unwrap_err().join("\n");
    insta::assert_snapshot!(problems.replace(&dir, "$DIR"));
}

#[test]
fn a_bucket_takes_the_place_of_the_folder_and_its_key_may_be_in_files() {
    let folder = TempDir::new().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, "hunter2\n").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let text = format!(
        "[blobs]\nurl = \"s3://shop-files/wissel/main/\"\nendpoint = \"https://s3.shop.example\"\n\
         access_key = \"id\"\nsecret_key_file = \"{}\"\n",
        key.display()
    );
    let settings = load_in(&folder, text.as_bytes(), &[]).unwrap();
    let bucket = settings.blobs.url.as_ref().unwrap();
    assert_eq!((bucket.bucket.as_str(), bucket.prefix.as_str()), ("shop-files", "wissel/main"));
    assert_eq!(settings.blobs.secret_key.as_ref().unwrap().text(), "hunter2");
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn what_is_wrong_with_a_bucket_is_told_with_its_place() {
    for (text, told) in [
        ("url = \"s3:/files\"", "wissel.toml:2:7: blobs.url: this is no bucket; write it as \"s3://bucket/prefix\""),
        ("url = \"s3://id:hunter2@files\"", "wissel.toml:2:7: blobs.url: the bucket's name is none; "),
        ("url = \"s3://files/../x\"", "wissel.toml:2:7: blobs.url: the prefix holds more than "),
        ("endpoint = \"https://a\"", "wissel.toml:2:12: blobs.endpoint: this is of use for a bucket alone; "),
        (
            "url = \"s3://files\"\nendpoint = \"https://id:hunter2@a\"",
            "wissel.toml:3:12: blobs.endpoint: this is no address of a store; ",
        ),
        (
            "url = \"s3://files\"\nfolder = \"x\"",
            "wissel.toml:3:10: blobs.folder: files are in the bucket of blobs.url; ",
        ),
        ("url = \"s3://files\"\naccess_key = \"a\"", "wissel.toml:3:14: blobs.access_key: this is half a key without "),
        (
            "url = \"s3://files\"\nsecret_key = \"hunter2\"\nsecret_key_file = \"$DIR/k\"",
            "wissel.toml:4:19: blobs.secret_key_file: this is given twice, ",
        ),
        (
            "url = \"s3://files\"\nca_file = \"$DIR/none\"",
            "wissel.toml:3:11: blobs.ca_file: the file none cannot be read",
        ),
    ] {
        let found = problems(&format!("[blobs]\n{text}\n"), &[]);
        assert!(found.iter().any(|problem| problem.starts_with(told)), "{told}: {found:#?}");
        assert!(!found.join("").contains("hunter2"), "{found:#?}");
    }
}

#[test]
fn listeners_that_cannot_be_open_at_once_are_told() {
    for (ops, told) in [
        ("127.0.0.1:8081", Some("127.0.0.1:8081 is also listen.staff; ")),
        ("0.0.0.0:8081", Some("0.0.0.0:8081 takes the port of listen.staff, 127.0.0.1:8081, too; ")),
        ("127.0.0.2:8081", None),
        ("0.0.0.0:0", None),
    ] {
        let found = try_load(&format!("[listen]\nops = \"{ops}\"\n"), &[]).err().unwrap_or_default();
        assert_eq!(found.len(), usize::from(told.is_some()), "{found:#?}");
        assert!(found.iter().all(|problem| told.is_some_and(|told| problem.contains(told))), "{found:#?}");
    }
}

#[test]
fn a_scheme_that_no_port_has_is_told_with_those_of_its_own_port() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("wrong"), "mysql://:hunter2@h").unwrap();
    fs::set_permissions(folder.path().join("wrong"), fs::Permissions::from_mode(0o600)).unwrap();
    let key = "ab".repeat(32);
    let wrong = folder.path().join("wrong").display().to_string();
    let text = format!(
        "[broker]\nurl = \"kafka://h\"\n[store]\nurl = \"rediz://h\"\n[journal]\nurl_file = \"{wrong}\"\n[secrets]\nmaster_key = \"{key}\""
    );
    let problems = load_in(&folder, text.as_bytes(), &[]).unwrap_err();
    for (problem, told) in problems.iter().zip([
        "broker.url: \"kafka\" is no backend; there are: amqp, amqps, embedded",
        "store.url: \"rediz\" is no backend; did you mean \"redis\"? there are: embedded, redis, redis+sentinel, rediss, \
         rediss+sentinel",
        "\"mysql\" is no backend; there are: embedded, postgres, postgresql",
    ]) {
        assert!(problem.ends_with(told), "{problem}");
    }
    assert_eq!(problems.len(), 3, "{problems:?}");
}

#[test]
fn the_sentinels_may_have_a_password_by_itself_or_in_a_file() {
    let folder = TempDir::new().unwrap();
    for (name, text) in [("key", "ab".repeat(32)), ("sentinels", "hunter2\n".to_owned())] {
        fs::write(folder.path().join(name), text).unwrap();
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let dir = folder.path().display();
    let with = |url: &str, line: &str| {
        let text = format!("[store]\nurl = \"{url}\"\n{line}\n[secrets]\nmaster_key_file = \"{dir}/key\"\n");
        load_in(&folder, text.as_bytes(), &[])
    };
    let file = format!("sentinel_password_file = \"{dir}/sentinels\"");
    for line in ["sentinel_password = \"hunter2\"", &file] {
        let settings = with("redis+sentinel://one,two/shop", line).unwrap();
        assert_eq!(settings.store.sentinel_password.as_ref().unwrap().text(), "hunter2");
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
    let twice = with("redis+sentinel://one/shop", &format!("{file}\nsentinel_password = \"hunter2\"")).unwrap_err();
    assert!(twice[0].contains("given twice") && !twice[0].contains("hunter2"), "{twice:?}");
    let useless = with("redis://one", "sentinel_password = \"hunter2\"").unwrap_err();
    assert!(useless[0].contains("store.sentinel_password: this is of use for a store behind Sentinels alone"));
}
