//! The daemon as a process: start, wait, kill, start again on the same folder.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use wissel_servers::Port;

use super::http;
use super::{PATIENCE, Staff};

/// Between two looks at something that tells nobody when it changes.
const LOOK: Duration = Duration::from_millis(10);

/// The program that is named here, else by `WISSEL_PROGRAM`, else the built one; in `folder`, with no setting of the outer
/// environment.
fn wissel(program: Option<&Path>, folder: &Path) -> Command {
    let named = || std::env::var_os("WISSEL_PROGRAM").map(PathBuf::from);
    let program = program.map(Path::to_owned).or_else(named);
    let mut command = Command::new(program.unwrap_or_else(|| env!("CARGO_BIN_EXE_wissel").into()));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WISSEL") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// What a daemon is started with. Its folder lives as long as any copy of this.
#[derive(Clone)]
pub(crate) struct Setup {
    /// Working directory and, under `data`, the data folder.
    pub(crate) folder: Arc<TempDir>,
    /// Settings, by the names of their variables.
    pub(crate) variables: BTreeMap<String, String>,
    /// The roles of the process; all when there are none.
    pub(crate) roles: Option<&'static str>,
    /// Customers, staff, operations.
    pub(crate) public: SocketAddr,
    pub(crate) staff: SocketAddr,
    pub(crate) ops: SocketAddr,
    /// The program of another release; this one's when there is none.
    pub(crate) program: Option<PathBuf>,
    /// Keeps the ports for it while it is down.
    pub(crate) ports: Arc<[Port; 3]>,
}

impl Default for Setup {
    fn default() -> Self {
        let ports = [(); 3].map(|()| Port::take());
        let [public, staff, ops] = ports.each_ref().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port.number)));
        let folder = Arc::new(TempDir::new().unwrap());
        Self {
            folder,
            variables: BTreeMap::new(),
            roles: None,
            program: None,
            public,
            staff,
            ops,
            ports: Arc::new(ports),
        }
    }
}

impl Setup {
    /// With a setting, `("WISSEL__LIMITS__BOT_TURNS", "2")`.
    pub(crate) fn with(mut self, variable: &str, value: &str) -> Self {
        self.variables.insert(variable.to_owned(), value.to_owned());
        self
    }

    /// Another process of the same fleet: the same folder and settings, listeners and roles of its own.
    pub(crate) fn beside(&self, roles: &'static str) -> Self {
        let variables = self.variables.clone();
        Self { folder: Arc::clone(&self.folder), variables, roles: Some(roles), ..Self::default() }
    }

    /// With a file in the working directory: `wissel.toml`, `routing.toml`, an article.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Where the daemon keeps everything.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The program with these settings, for any subcommand.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = wissel(self.program.as_deref(), self.folder.path());
        // Tests that are about the quiet window set one.
        command.args(arguments).env("WISSEL__WEBCHAT__QUIET_SECONDS", "0").envs(&self.variables);
        command.env("WISSEL__LISTEN__PUBLIC", self.public.to_string());
        command.env("WISSEL__LISTEN__STAFF", self.staff.to_string());
        command.env("WISSEL__LISTEN__OPS", self.ops.to_string());
        command
    }

    /// Runs a subcommand to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts the daemon and waits until it is ready.
    pub(crate) async fn start(self) -> Daemon {
        let daemon = self.launch();
        daemon.ready().await;
        daemon
    }

    /// Starts the daemon and does not wait.
    pub(crate) fn launch(self) -> Daemon {
        let roles = self.roles.map(|roles| ["--roles", roles]);
        let arguments = std::iter::once("run").chain(roles.into_iter().flatten());
        let mut child = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (output, log) = (Lines::follow(child.stdout.take().unwrap()), Lines::follow(child.stderr.take().unwrap()));
        Daemon { setup: self, child, output, log }
    }
}

/// A daemon that runs. It is killed when this is dropped; a failing test prints its log.
pub(crate) struct Daemon {
    pub(crate) setup: Setup,
    child: Child,
    output: Lines,
    log: Lines,
}

impl Daemon {
    /// A daemon with default settings, ready.
    pub(crate) async fn start() -> Self {
        Setup::default().start().await
    }

    /// Waits until it says that it is ready; else fails with what it lacks.
    pub(crate) async fn ready(&self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let told = http::try_get(self.setup.ops, "/readyz").await.map(|answer| (answer.status, answer.text()));
            if matches!(told, Ok((200, _))) {
                return;
            }
            assert!(Instant::now() < deadline, "not ready within {PATIENCE:?}: {:?}: {told:?}", self.setup.roles);
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Looks until `check` holds.
    pub(crate) async fn until(&self, what: &str, check: impl AsyncFn() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !check().await {
            assert!(Instant::now() < deadline, "waited {PATIENCE:?} for {what}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until a sample of the metrics holds: `("wissel_parked_total", |value| value >= 1.0)`.
    pub(crate) async fn until_metric(&self, series: &str, holds: impl Fn(f64) -> bool) {
        self.until(series, async || self.metric(series).await.is_some_and(&holds)).await;
    }

    /// The sum of all samples whose line begins with `series`; absent when there is none.
    pub(crate) async fn metric(&self, series: &str) -> Option<f64> {
        let text = http::get(self.setup.ops, "/metrics").await.text();
        let values = text.lines().filter(|line| line.starts_with(series));
        values.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).reduce(|a, b| a + b)
    }

    /// `kill -9`, then the same again on the same folder, ready.
    pub(crate) async fn kill_and_restart(self) -> Self {
        self.kill().start().await
    }

    /// `kill -9`; gives what it was started with.
    pub(crate) fn kill(mut self) -> Setup {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.setup.clone()
    }

    /// Sends a signal by name, `TERM` or `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// The most memory that it has had at once, in bytes.
    pub(crate) fn most_memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }

    /// How it ended, if it has.
    pub(crate) fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.has_ended() {
                return status;
            }
            assert!(Instant::now() < deadline, "waited {PATIENCE:?} for its end");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Stops it in order, which must end with zero; gives what it was started with.
    pub(crate) async fn stop(mut self) -> Setup {
        self.signal("TERM");
        let status = self.ended().await;
        assert!(status.success(), "{status}");
        self.setup.clone()
    }

    /// A member of staff with a token of their own.
    pub(crate) async fn staff(&self, name: &str) -> Staff {
        let output = self.setup.run(&["staff", "token", name]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let token = String::from_utf8(output.stdout).unwrap();
        assert_eq!(token.lines().count(), 1, "the token alone is on standard output");
        Staff::new(self.setup.staff, token.trim()).await
    }

    /// The one-time link that the start printed.
    pub(crate) fn desk_link(&self) -> String {
        let line = self.output.wait_for(|line| line.starts_with("desk: "));
        line.trim_start_matches("desk: ").to_owned()
    }

    /// What it has logged so far.
    pub(crate) fn logged(&self) -> String {
        self.log.text()
    }

    /// What it has printed so far.
    pub(crate) fn printed(&self) -> String {
        self.output.text()
    }

    /// Waits for a line of the log, which is then given.
    pub(crate) fn logged_line(&self, wanted: impl Fn(&str) -> bool) -> String {
        self.log.wait_for(wanted)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _gone = self.child.kill().and_then(|()| self.child.wait());
        if std::thread::panicking() {
            eprintln!("the daemon printed:\n{}\nand logged:\n{}", self.printed(), self.logged());
        }
    }
}

/// Lines that a process writes, as they come.
#[derive(Clone, Default)]
struct Lines(Arc<(Mutex<Vec<String>>, Condvar)>);

impl Lines {
    fn follow(stream: impl Read + Send + 'static) -> Self {
        let lines = Self::default();
        let follower = lines.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                follower.0.0.lock().unwrap().push(line);
                follower.0.1.notify_all();
            }
        });
        lines
    }

    fn text(&self) -> String {
        self.0.0.lock().unwrap().join("\n")
    }

    #[track_caller]
    fn wait_for(&self, wanted: impl Fn(&str) -> bool) -> String {
        let lines = self.0.0.lock().unwrap();
        let absent = |lines: &mut Vec<String>| !lines.iter().any(|line| wanted(line));
        let (lines, timeout) = self.0.1.wait_timeout_while(lines, PATIENCE, absent).unwrap();
        assert!(!timeout.timed_out(), "waited {PATIENCE:?} for a line");
        lines.iter().find(|line| wanted(line)).unwrap().clone()
    }
}
