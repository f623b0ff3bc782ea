//! TLS: RabbitMQ, Redis and PostgreSQL with the settings and the secrets of the compose file, where nothing is open.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use wissel_servers::{Deployed, Secrets};

use crate::harness::{Chat, Daemon, Setup, http};
use crate::journey::verified;

/// The ports, and the file with the address of each.
const PORTS: [(&str, &str); 3] = [("broker", "broker.url"), ("store", "store.url"), ("journal", "journal.url")];

/// A daemon of the compose file.
fn setup(secrets: &Secrets) -> Setup {
    Setup::default().file("wissel.toml", &secrets.settings())
}

/// The same with one other address.
fn with_address(secrets: &Secrets, section: &str, change: impl Fn(&str) -> String) -> Setup {
    let (old, setup) = (secrets.read(&format!("wissel/{section}.url")), setup(secrets));
    let new = change(&old);
    assert_ne!(old, new);
    let setup = setup.file("other.url", &new);
    let file = setup.folder.path().join("other.url");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    setup.with(&format!("WISSEL__{}__URL_FILE", section.to_uppercase()), file.to_str().unwrap())
}

/// A customer's message is acknowledged, has its place, and is answered; whatever is there is as the journal says.
async fn talks(daemon: &Daemon) {
    let mut chat = Chat::open(daemon, "nl").await;
    let id = chat.say("Wanneer komt mijn pakket?").await;
    assert_eq!(chat.message_from("bot").await["from"], "bot");
    assert!(chat.seen.iter().any(|frame| frame["type"] == "message" && frame["id"] == id.as_str()), "{:?}", chat.seen);
    verified(daemon).await;
}

/// The start does not get past `section`; gives what is told of it, in the log or at `/readyz`.
async fn refused<const N: usize>(setup: Setup, section: &str, said: [&str; N], secrets: &Secrets) {
    let daemon = setup.launch();
    let told = async || {
        let ready = http::try_get(daemon.setup.ops, "/readyz").await.map(|answer| answer.text()).unwrap_or_default();
        let told = daemon.logged() + &ready;
        for (other, _) in PORTS {
            let password = password(secrets, other);
            assert!(!told.contains(&password) && !told.contains(&turned(&password)), "a password is told: {told}");
        }
        said.iter().all(|part| told.contains(part))
    };
    daemon.until(&format!("{section} to be refused: {said:?}"), told).await;
}

/// The password in the address of a port.
fn password(secrets: &Secrets, section: &str) -> String {
    let url = secrets.read(&format!("wissel/{section}.url"));
    url.split("wissel:").nth(1).and_then(|rest| rest.split('@').next()).unwrap().to_owned()
}

/// Another password of the same length.
fn turned(password: &str) -> String {
    password.chars().rev().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_answered_over_tls_alone_with_the_settings_of_the_compose_file() {
    let servers = Deployed::start();
    let daemon = setup(servers.secrets()).start().await;
    talks(&daemon).await;
    drop(daemon);
    let strict = |url: &str| url.replace("sslmode=require", "sslmode=verify-full");
    let daemon = with_address(servers.secrets(), "journal", strict).start().await;
    talks(&daemon).await;
    redis_gives_no_more_than_needed(&servers);
    drop(daemon);
    redis_keeps_all_over_a_restart(&servers);
}

/// The rights of its users let Redis read all that it wrote.
fn redis_keeps_all_over_a_restart(servers: &Deployed) {
    let keys = || servers.ask_redis(&["DBSIZE"]).parse::<i64>().unwrap();
    let before = keys();
    tokio::task::block_in_place(|| servers.restart_redis());
    let after = keys();
    // Who is there, and who has a source, ends by itself.
    assert!(before > 30 && before - after < 8, "{before} keys, after a restart {after}");
}

/// The user of Wissel can neither empty nor look through nor set up Redis, nor touch what is not Wissel's.
fn redis_gives_no_more_than_needed(servers: &Deployed) {
    assert_eq!(servers.ask_redis(&["PING"]), "PONG");
    for words in [
        &["FLUSHALL"][..],
        &["KEYS", "*"],
        &["CONFIG", "GET", "*"],
        &["ACL", "LIST"],
        &["SCRIPT", "FLUSH"],
        &["EVAL", "return 1", "0"],
        &["SHUTDOWN"],
        &["SET", "other", "1"],
        &["PUBLISH", "other", "1"],
    ] {
        let answer = servers.ask_redis(words);
        assert!(answer.contains("NOPERM"), "{words:?}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_be_trusted_or_does_not_trust_us_is_told_with_what_to_do() {
    let servers = Deployed::start();
    let secrets = servers.secrets();
    // Called like ours, but another; and one that is called otherwise.
    let namesake = Secrets::make().read("wissel/ca.pem");
    for (section, _) in PORTS {
        let stranger = secrets.read(if section == "store" { "rabbitmq/server.pem" } else { "redis/server.pem" });
        let trusting = |authority: &str| {
            let setup = setup(secrets).file("authority.pem", authority);
            setup.with(&format!("WISSEL__{}__CA_FILE", section.to_uppercase()), "authority.pem")
        };
        let authority = format!("signed the server's in {section}.ca_file");
        let unnamed = with_address(secrets, section, |url| url.replace("@127.0.0.1:", "@127.0.0.2:"));
        let name = format!("in {section}.url call the server by a name that its certificate has");
        let secret = password(secrets, section);
        let unknown = with_address(secrets, section, |url| url.replace(&secret, &turned(&secret)));
        let login = format!("check the user and the password in {section}.url");
        tokio::join!(
            refused(trusting(&namesake), section, ["BadSignature", &authority], secrets),
            refused(trusting(&stranger), section, ["UnknownIssuer", &authority], secrets),
            refused(unnamed, section, ["not valid for name", "127.0.0.2", &name], secrets),
            refused(unknown, section, [&login], secrets),
        );
    }
}

#[test]
fn the_settings_of_the_compose_file_are_accepted() {
    let secrets = Secrets::make();
    let checked = setup(&secrets).run(&["check"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    let mistaken = with_address(&secrets, "broker", |url| url.replace("amqps", "amqpz")).run(&["check"]);
    assert!(!mistaken.status.success());
}
