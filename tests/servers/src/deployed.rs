//! The servers of the compose file: its settings, its secrets, TLS and nothing else; only folders, ports and addresses are
//! others. They listen on 127.0.0.1, which their certificates name, and on 127.0.0.2, which they do not.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::folder::Folder;
use crate::port::Port;
use crate::postgres::{give, program, run, unprivileged};
use crate::rabbitmq::RabbitMq;
use crate::running::{Running, watched};
use crate::until;

/// A file of the compose file's folder.
fn compose(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/compose").join(name)
}

/// A text with what must be in it put otherwise.
#[track_caller]
fn put(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "there is no {old} in:\n{text}");
        text.replace(old, new)
    })
}

/// What `deploy/compose/secrets` makes, in a folder of its own.
#[derive(Debug)]
pub struct Secrets(Folder);

impl Secrets {
    /// Passwords, an authority with certificates, a master key: all new.
    pub fn make() -> Self {
        let folder = Folder::new("secrets");
        run(Command::new("bash").arg(compose("secrets")).arg(folder.path()));
        Self(folder)
    }

    /// What processes of Wissel are given: `ca.pem`, `master.key`, and the addresses in `broker.url`, `store.url`,
    /// `journal.url`.
    pub fn wissel(&self) -> PathBuf {
        self.0.join("wissel")
    }

    /// The settings of the compose file, with the paths of this folder.
    pub fn settings(&self) -> String {
        let text = fs::read_to_string(compose("wissel.toml")).unwrap();
        let files = self.0.join("files").display().to_string();
        put(&text, &[("/run/wissel", &self.wissel().display().to_string()), ("/var/lib/wissel-files", &files)])
    }

    /// A text of this folder.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

/// All three servers. Dropped, they are gone with their folders.
#[derive(Debug)]
pub struct Deployed {
    secrets: Secrets,
    /// The broker.
    pub rabbitmq: RabbitMq,
    redis: Mutex<Sealed>,
    _postgres: Sealed,
}

/// A server with its folder.
#[derive(Debug)]
struct Sealed {
    running: Option<Running>,
    port: Port,
    folder: Folder,
}

impl Deployed {
    /// Makes secrets and starts the servers; the addresses in the secrets then name them. Takes 5 to 10 s.
    pub fn start() -> Self {
        let secrets = Secrets::make();
        let (rabbitmq, redis, postgres) = (rabbitmq(&secrets), redis(&secrets), postgres(&secrets));
        for (file, server, port) in [
            ("broker.url", "@rabbitmq:5671", rabbitmq.port()),
            ("store.url", "@redis:6379", redis.port.number),
            ("journal.url", "@postgres/", postgres.port.number),
        ] {
            let end = if server.ends_with('/') { "/" } else { "" };
            let url = put(&secrets.read(&format!("wissel/{file}")), &[(server, &format!("@127.0.0.1:{port}{end}"))]);
            fs::write(secrets.wissel().join(file), url).unwrap();
        }
        Self { secrets, rabbitmq, redis: Mutex::new(redis), _postgres: postgres }
    }

    /// What was made for them.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Stops Redis in order, and starts it again on what it kept.
    pub fn restart_redis(&self) {
        let mut redis = self.redis.lock().unwrap();
        redis.running.take().expect("Redis runs").stop("TERM");
        let command = redis_server(redis.folder.path(), &self.secrets);
        redis.run(command);
    }

    /// What Redis answers the user that Wissel has there, over TLS; errors too.
    pub fn ask_redis(&self, words: &[&str]) -> String {
        let mut client = Command::new("redis-cli");
        client.args([
            "--tls",
            "--user",
            "wissel",
            "-h",
            "127.0.0.1",
            "-p",
            &self.redis.lock().unwrap().port.number.to_string(),
        ]);
        client.args(["--cacert", &self.secrets.path("redis/ca.pem")]).args(words);
        run(client.env("REDISCLI_AUTH", self.secrets.read("redis/password"))).trim_end().to_owned()
    }
}

fn rabbitmq(secrets: &Secrets) -> RabbitMq {
    let text = fs::read_to_string(compose("rabbitmq.conf")).unwrap() + &secrets.read("rabbitmq/20-password.conf");
    let tls = secrets.path("rabbitmq");
    let settings = |port: u16| {
        let near = format!("listeners.ssl.default = 127.0.0.1:{port}\nlisteners.ssl.unnamed = 127.0.0.2:{port}");
        put(&text, &[("/run/tls", &tls), ("listeners.ssl.default = 5671", &near)])
    };
    RabbitMq::with_settings(settings, true)
}

fn redis(secrets: &Secrets) -> Sealed {
    let (folder, port) = (Folder::new("redis"), Port::take());
    let (place, number) = (folder.path().display().to_string(), port.number.to_string());
    let text = fs::read_to_string(compose("redis.conf")).unwrap();
    let text = put(
        &text,
        &[
            ("/run/tls", &secrets.path("redis")),
            ("tls-port 6379", &format!("tls-port {number}\nbind 127.0.0.1 127.0.0.2")),
            ("dir /data", &format!("dir {place}")),
        ],
    );
    folder.write("redis.conf", &text);
    let command = redis_server(folder.path(), secrets);
    Sealed::start(command, folder, port)
}

/// Redis with the settings in a folder.
fn redis_server(folder: &Path, secrets: &Secrets) -> Command {
    let mut command = watched(folder, &folder.join("log"));
    command.arg("redis-server").arg(folder.join("redis.conf")).args(["--aclfile", &secrets.path("redis/users.acl")]);
    command
}

fn postgres(secrets: &Secrets) -> Sealed {
    let (folder, port) = (Folder::new("postgres"), Port::take());
    for file in ["ca.pem", "server.pem", "server.key", "password"] {
        fs::copy(secrets.path(&format!("postgres/{file}")), folder.join(file)).unwrap();
    }
    fs::copy(compose("pg_hba.conf"), folder.join("pg_hba.conf")).unwrap();
    let place = folder.path().display().to_string();
    let text = fs::read_to_string(compose("postgresql.conf")).unwrap();
    let changes = [
        ("/run/tls", &*place),
        ("/etc/postgresql", &place),
        ("listen_addresses = '*'", "listen_addresses = '127.0.0.1, 127.0.0.2'"),
    ];
    let settings = folder.write("postgresql.conf", &put(&text, &changes));
    give(folder.path());
    let mut initialise = unprivileged("initdb");
    initialise.arg("--pgdata").arg(folder.join("data")).arg("--pwfile").arg(folder.join("password"));
    initialise.args(["--username", "wissel", "--no-sync", "--encoding", "UTF8", "--locale", "C.UTF-8"]);
    run(initialise.current_dir("/"));

    let (log, server) = (folder.join("log"), unprivileged("postgres"));
    let mut command = watched(folder.path(), &log);
    command.arg(server.get_program()).args(server.get_args()).arg("-D").arg(folder.join("data"));
    command.arg("-c").arg(format!("config_file={}", settings.display())).args(["-p", &port.number.to_string()]);
    command.arg("-c").arg(format!("unix_socket_directories={place}"));
    let postgres = Sealed::start(command, folder, port);
    let make = || {
        let mut client = Command::new(program("psql"));
        client.args([
            "-X",
            "-q",
            "-U",
            "wissel",
            "-d",
            "postgres",
            "-p",
            &postgres.port.number.to_string(),
            "-h",
            &place,
        ]);
        client.args(["-c", "CREATE DATABASE wissel"]).env("PGPASSWORD", secrets.read("postgres/password"));
        client.output().unwrap().status.success().then_some(())
    };
    until("PostgreSQL to make the database", make);
    postgres
}

impl Sealed {
    /// Starts it, and waits until it takes connections.
    fn start(command: Command, folder: Folder, port: Port) -> Self {
        let mut server = Self { running: None, port, folder };
        server.run(command);
        server
    }

    fn run(&mut self, command: Command) {
        let running = Running::start(command, &self.folder.join("log"));
        until("a server to listen", || {
            running.must_run();
            TcpStream::connect(("127.0.0.1", self.port.number)).ok()
        });
        self.running = Some(running);
    }
}
