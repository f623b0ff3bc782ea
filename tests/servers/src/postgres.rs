//! A private PostgreSQL cluster, run by an unprivileged user, because it refuses to be run by root.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use crate::folder::Folder;
use crate::port::Port;
use crate::running::{Running, watched};
use crate::until;

/// Who owns the databases, and the password over TCP.
const USER: &str = "wissel";
const PASSWORD: &str = "not-a-secret";
/// Whom the server runs as when the tests run as root; the package makes this user.
const UNPRIVILEGED: &str = "postgres";

/// A cluster. Dropped, it is gone with its folder.
#[derive(Debug)]
pub struct Postgres {
    running: Mutex<Option<Running>>,
    port: Port,
    databases: AtomicU32,
    folder: Folder,
}

impl Postgres {
    /// The one cluster of this test process, started at the first call. Take a `fresh_database` each, and leave its life
    /// alone.
    pub fn shared() -> &'static Self {
        static CLUSTER: OnceLock<Postgres> = OnceLock::new();
        CLUSTER.get_or_init(Self::start)
    }

    /// A cluster of one's own, to be killed. Takes 2 to 4 s.
    pub fn start() -> Self {
        let folder = Folder::new("postgres");
        if is_root() {
            run(Command::new("chown").arg(UNPRIVILEGED).arg(folder.path()));
        }
        let password = folder.write("password", PASSWORD);
        let mut initialise = unprivileged("initdb");
        initialise.arg("--pgdata").arg(folder.join("data")).arg("--pwfile").arg(&password).args(["--username", USER]);
        initialise.args(["--auth-local", "trust", "--auth-host", "scram-sha-256", "--no-sync"]);
        run(initialise.args(["--encoding", "UTF8", "--locale", "C.UTF-8"]).current_dir("/"));
        let cluster = Self { running: Mutex::new(None), port: Port::take(), databases: AtomicU32::new(0), folder };
        cluster.start_again();
        cluster
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port.number
    }

    /// The URL of a database of this cluster.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}", self.port())
    }

    /// The URL of a new, empty database.
    pub fn fresh_database(&self) -> String {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.query("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0"));
        self.url(&name)
    }

    /// Runs SQL in a database and gives its rows, one a line, columns separated by `|`.
    #[track_caller]
    pub fn query(&self, database: &str, sql: &str) -> String {
        run(self.client(database).args(["-c", sql])).trim_end().to_owned()
    }

    /// A shutdown in order, which ends all connections.
    pub fn stop(&self) {
        self.running.lock().unwrap().take().expect("PostgreSQL runs").stop("INT");
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.running.lock().unwrap().take().expect("PostgreSQL runs").kill();
    }

    /// Starts it again on its folder, and waits until it has recovered and takes connections.
    pub fn start_again(&self) {
        // After a kill its processes take a moment to notice; until then a new start refuses the folder.
        let running = until("PostgreSQL to start", || self.try_start());
        *self.running.lock().unwrap() = Some(running);
    }

    fn try_start(&self) -> Option<Running> {
        let log = self.folder.join("log");
        if is_root() {
            run(Command::new("chown").arg(UNPRIVILEGED).arg(self.folder.path()));
        }
        let mut command = watched(self.folder.path(), &log);
        let server = unprivileged("postgres");
        command.arg(server.get_program()).args(server.get_args());
        command.arg("-D").arg(self.folder.join("data")).args(["-p", &self.port().to_string()]);
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "shared_buffers=32MB"]);
        command.arg("-c").arg(format!("unix_socket_directories={}", self.folder.path().display()));
        let running = Running::start(command, &log);
        let up = until("PostgreSQL to answer", || {
            let answer = self.client("postgres").args(["-c", "SELECT 1"]).output().unwrap();
            if answer.status.success() { Some(true) } else { running.ended().then_some(false) }
        });
        if up {
            return Some(running);
        }
        let said = running.log_end();
        let again = said.contains("still in use") || said.contains("lock file \"postmaster.pid\"");
        assert!(again, "PostgreSQL has ended:\n{said}");
        running.kill();
        None
    }

    /// Stands still (SIGSTOP of the process that takes connections): new connections get no answer.
    pub fn freeze(&self) {
        self.running.lock().unwrap().as_ref().expect("PostgreSQL runs").signal("STOP");
    }

    /// Goes on (SIGCONT).
    pub fn thaw(&self) {
        self.running.lock().unwrap().as_ref().expect("PostgreSQL runs").signal("CONT");
    }

    fn client(&self, database: &str) -> Command {
        let mut client = Command::new(program("psql"));
        client.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", USER, "-d", database, "-h"]);
        client.arg(self.folder.path()).args(["-p", &self.port().to_string()]);
        client
    }
}

/// A program of the newest version that is installed.
pub(crate) fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).filter(|path| number(path).is_some()).max_by_key(number);
    let newest = newest.expect("please install postgresql: there is nothing in /usr/lib/postgresql");
    newest.join("bin").join(name)
}

/// One of its programs, to be run by somebody who is not root.
pub(crate) fn unprivileged(name: &str) -> Command {
    if !is_root() {
        return Command::new(program(name));
    }
    let mut command = Command::new("setpriv");
    let user = [format!("--reuid={UNPRIVILEGED}"), format!("--regid={UNPRIVILEGED}")];
    command.args(user).args(["--init-groups", "--"]).arg(program(name));
    command
}

/// Gives a folder with what is in it to the user that the server runs as.
pub(crate) fn give(folder: &Path) {
    if is_root() {
        run(Command::new("chown").arg("-R").arg(UNPRIVILEGED).arg(folder));
    }
}

fn is_root() -> bool {
    fs::metadata(Path::new("/proc/self")).unwrap().uid() == 0
}

#[track_caller]
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_gives_empty_databases_and_survives_stops_and_kills() {
        let cluster = Postgres::start();
        assert!(cluster.fresh_database().ends_with("/test0"));
        assert!(cluster.fresh_database().ends_with("/test1"));
        cluster.query("test0", "CREATE TABLE words (word text)");
        cluster.query("test0", "INSERT INTO words VALUES ('kept')");
        cluster.kill();
        cluster.start_again();
        assert_eq!(cluster.query("test0", "SELECT word FROM words"), "kept");
        cluster.stop();
        cluster.start_again();
        assert_eq!(cluster.query("test1", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
    }
}
