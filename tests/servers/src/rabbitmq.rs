//! A private RabbitMQ node: own name, cookie, port mapper, ports and folders.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use crate::folder::Folder;
use crate::port::Port;
use crate::running::{Running, watched};
use crate::{PATIENCE, until};

/// Where the packages put the programs. Those in /usr/sbin change user and folder first.
const PROGRAMS: &str = "/usr/lib/rabbitmq/bin";

/// Answers each line, an Erlang expression, with its value: a hundred times as fast as the command line tool, which starts
/// a virtual machine of its own.
const CONSOLE: &str = include_str!("console.erl");

/// A node. Dropped, it is gone with its folder.
#[derive(Debug)]
pub struct RabbitMq {
    running: Mutex<Option<Running>>,
    _port_mapper: Running,
    port: Port,
    distribution: Port,
    mapper: Port,
    console: Port,
    vhosts: AtomicU32,
    /// Whether its settings name the listener, which speaks TLS.
    sealed: bool,
    folder: Folder,
}

impl RabbitMq {
    /// The one node of this test process, started at the first call. Take a `fresh_vhost` each, and leave its life alone.
    pub fn shared() -> &'static Self {
        static NODE: OnceLock<RabbitMq> = OnceLock::new();
        NODE.get_or_init(Self::start)
    }

    /// A node of one's own, to be killed. Takes 4 to 9 s.
    pub fn start() -> Self {
        Self::with_settings(|_| "disk_free_limit.absolute = 50MB\n".to_owned(), false)
    }

    /// The same with settings for a port, which make it listen there when it is `sealed`.
    pub(crate) fn with_settings(settings: impl Fn(u16) -> String, sealed: bool) -> Self {
        let program = Path::new(PROGRAMS).join("rabbitmq-server");
        assert!(program.exists(), "please install rabbitmq-server: there is no {}", program.display());
        let folder = Folder::new("rabbitmq");
        folder.write("console.erl", CONSOLE);
        folder.write("enabled_plugins", "[].\n");
        let port = Port::take();
        let settings = settings(port.number) + "raft.wal_max_size_bytes = 67108864\n";
        folder.write("rabbitmq.conf", &settings);
        std::fs::create_dir(folder.join("home")).unwrap();
        let mapper = Port::take();
        let log = folder.join("epmd.log");
        let mut command = watched(folder.path(), &log);
        command.args(["epmd", "-address", "127.0.0.1", "-port", &mapper.number.to_string()]);
        let node = Self {
            running: Mutex::new(None),
            _port_mapper: Running::start(command, &log),
            port,
            distribution: Port::take(),
            mapper,
            console: Port::take(),
            vhosts: AtomicU32::new(0),
            sealed,
            folder,
        };
        node.start_again();
        node
    }

    /// The port for AMQP clients.
    pub fn port(&self) -> u16 {
        self.port.number
    }

    /// The URL of a virtual host of this node; the name needs no encoding.
    pub fn url(&self, vhost: &str) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/{vhost}", self.port())
    }

    /// The URL of a new, empty virtual host. Takes some 15 ms.
    pub fn fresh_vhost(&self) -> String {
        let vhost = format!("test{}", self.vhosts.fetch_add(1, Ordering::Relaxed));
        self.evaluate(&format!("rabbit_vhost:add(<<\"{vhost}\">>, <<\"guest\">>)"));
        let all = "<<\".*\">>, <<\".*\">>, <<\".*\">>";
        let user = "<<\"guest\">>";
        self.evaluate(&format!("rabbit_auth_backend_internal:set_permissions({user}, <<\"{vhost}\">>, {all}, {user})"));
        self.url(&vhost)
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.running.lock().unwrap().take().expect("the node runs").kill();
    }

    /// Starts it again on its folder, and waits until it takes connections.
    pub fn start_again(&self) {
        let log = self.folder.join("out.log");
        let mut command = watched(self.folder.path(), &log);
        command.arg(Path::new(PROGRAMS).join("rabbitmq-server"));
        self.environment(&mut command);
        let running = Running::start(command, &log);
        until("RabbitMQ to start", || {
            running.must_run();
            self.answers().then_some(())
        });
        *self.running.lock().unwrap() = Some(running);
    }

    /// Stops the broker and leaves the virtual machine: connections are closed, nobody listens.
    pub fn stop_app(&self) {
        self.evaluate("rabbit:stop()");
    }

    /// Starts the broker again.
    pub fn start_app(&self) {
        self.evaluate("rabbit:start()");
        until("RabbitMQ to take connections", || self.answers().then_some(()));
    }

    /// Raises or clears the memory alarm: while it is on, connections that publish are blocked.
    pub fn alarm(&self, on: bool) {
        self.resource_alarm("memory", on);
    }

    /// Raises or clears the disk alarm, with the same effect.
    pub fn disk_alarm(&self, on: bool) {
        self.resource_alarm("disk", on);
    }

    fn resource_alarm(&self, resource: &str, on: bool) {
        let limit = format!("{{resource_limit, {resource}, node()}}");
        if on {
            self.evaluate(&format!("rabbit_alarm:set_alarm({{{limit}, []}})"));
        } else {
            self.evaluate(&format!("rabbit_alarm:clear_alarm({limit})"));
        }
    }

    /// Stands still (SIGSTOP): connections stay open and nothing answers.
    pub fn freeze(&self) {
        self.running.lock().unwrap().as_ref().expect("the node runs").signal("STOP");
    }

    /// Goes on (SIGCONT).
    pub fn thaw(&self) {
        self.running.lock().unwrap().as_ref().expect("the node runs").signal("CONT");
    }

    /// Closes all connections of clients, as an operator would.
    pub fn close_connections(&self) {
        self.evaluate(
            "[rabbit_networking:close_connection(C, \"a test\") || C <- rabbit_networking:connections()], ok",
        );
    }

    /// Evaluates an Erlang expression (no final dot) in the node and gives its value as text, within milliseconds.
    #[track_caller]
    pub fn evaluate(&self, expression: &str) -> String {
        let answer = self.try_evaluate(expression).expect("the node answers");
        let value = answer.strip_prefix("{ok,").and_then(|rest| rest.strip_suffix('}'));
        value.unwrap_or_else(|| panic!("{expression}: {answer}")).to_owned()
    }

    fn try_evaluate(&self, expression: &str) -> std::io::Result<String> {
        assert!(!expression.contains('\n'), "one line");
        let mut stream = TcpStream::connect(("127.0.0.1", self.console.number))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(format!("{expression}.\n").as_bytes())?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer)?;
        Ok(answer.trim_end().to_owned())
    }

    /// Runs `rabbitmqctl` with these arguments and gives its output. Takes a second.
    #[track_caller]
    pub fn ctl(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(Path::new(PROGRAMS).join("rabbitmqctl"));
        self.environment(&mut command);
        let output = command.args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// What the node logged last.
    pub fn log_end(&self) -> String {
        self.running.lock().unwrap().as_ref().map(Running::log_end).unwrap_or_default()
    }

    /// Whether the broker runs and answers the first bytes of a client.
    fn answers(&self) -> bool {
        let header = || -> std::io::Result<()> {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port()))?;
            if self.sealed {
                return Ok(());
            }
            stream.set_read_timeout(Some(std::time::Duration::from_secs(5)))?;
            stream.write_all(b"AMQP\0\0\x09\x01")?;
            stream.read_exact(&mut [0])
        };
        self.try_evaluate("rabbit:is_running()").is_ok_and(|answer| answer == "{ok,true}") && header().is_ok()
    }

    fn environment(&self, command: &mut Command) {
        let folder = self.folder.path().display();
        let own = [
            ("HOME", format!("{folder}/home")),
            ("RABBITMQ_NODENAME", format!("wissel{}@localhost", self.port())),
            ("RABBITMQ_DIST_PORT", self.distribution.number.to_string()),
            ("ERL_EPMD_PORT", self.mapper.number.to_string()),
            ("ERL_EPMD_ADDRESS", "127.0.0.1".into()),
            ("RABBITMQ_MNESIA_BASE", format!("{folder}/data")),
            ("RABBITMQ_LOG_BASE", format!("{folder}/log")),
            ("RABBITMQ_PID_FILE", format!("{folder}/pid")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", format!("{folder}/enabled_plugins")),
            ("RABBITMQ_CONFIG_FILE", format!("{folder}/rabbitmq.conf")),
            ("RABBITMQ_CONF_ENV_FILE", "/dev/null".into()),
            // Makes the script become the virtual machine instead of waiting beside it.
            ("RUNNING_UNDER_SYSTEMD", "true".into()),
            ("WISSEL_CONSOLE_PORT", self.console.number.to_string()),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", self.machine_arguments()),
        ];
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("RABBITMQ_") {
                command.env_remove(name);
            }
        }
        command.envs(own);
        if !self.sealed {
            command.env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1").env("RABBITMQ_NODE_PORT", self.port().to_string());
        }
    }

    /// Schedulers sleep instead of spinning; nothing listens beyond this machine; then the console.
    fn machine_arguments(&self) -> String {
        let console = self.folder.join("console.erl");
        let quiet = "+sbwt none +sbwtdcpu none +sbwtdio none";
        let here = "-kernel inet_dist_use_interface {127,0,0,1}";
        format!("{quiet} {here} -eval file:eval(\"{}\").", console.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_gives_empty_virtual_hosts_and_survives_its_kill() {
        let node = RabbitMq::start();
        let (one, other) = (node.fresh_vhost(), node.fresh_vhost());
        assert_ne!(one, other);
        node.alarm(true);
        assert!(node.evaluate("rabbit_alarm:get_alarms()").contains("memory"));
        node.alarm(false);
        assert_eq!(node.evaluate("rabbit_alarm:get_alarms()"), "[]");
        node.stop_app();
        assert!(!node.answers());
        node.start_app();
        node.kill();
        assert!(!node.answers());
        node.start_again();
        assert!(node.ctl(&["list_vhosts"]).contains(one.rsplit('/').next().unwrap()));
    }
}
