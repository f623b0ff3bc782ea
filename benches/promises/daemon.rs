//! The whole daemon as a process of its own.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a daemon may take at the most.
const PATIENCE: Duration = Duration::from_mins(1);

/// A daemon, killed when it is dropped.
pub(crate) struct Daemon {
    child: Child,
    ops: SocketAddr,
    /// Where customers come.
    pub(crate) public: SocketAddr,
}

/// The program that is measured: `WISSEL_PROGRAM`, or the one that was built with this.
pub(crate) fn program() -> Command {
    let named = std::env::var_os("WISSEL_PROGRAM");
    let mut command = Command::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_wissel").into()));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

impl Daemon {
    /// Starts one in `folder`, with these settings.
    pub(crate) fn start(folder: &Path, settings: &[(&str, String)]) -> anyhow::Result<Self> {
        let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0"));
        let mut addresses = Vec::new();
        let mut command = program();
        command.current_dir(folder).env("WISSEL__DATA_DIR", data(folder)).envs(settings.iter().cloned());
        for (name, listener) in ["PUBLIC", "STAFF", "OPS"].iter().zip(&listeners) {
            let address = listener.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?.local_addr()?;
            command.env(format!("WISSEL__LISTEN__{name}"), address.to_string());
            addresses.push(address);
        }
        drop(listeners);
        Ok(Self { child: command.spawn()?, public: addresses[0], ops: addresses[2] })
    }

    /// Asks for `path` until the answer is as wanted; gives the daemon back, so that its end is not measured.
    pub(crate) fn wait_for(mut self, path: &str, is_wanted: impl Fn(&str) -> bool) -> anyhow::Result<Self> {
        let start = Instant::now();
        loop {
            if ask(self.ops, path).is_ok_and(|answer| is_wanted(&answer)) {
                return Ok(self);
            }
            anyhow::ensure!(start.elapsed() < PATIENCE, "the daemon was not there in time");
            anyhow::ensure!(self.child.try_wait()?.is_none(), "the daemon ended");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// How much memory it has, in bytes.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        memory(self.child.id())
    }
}

/// How much memory a process has, in bytes.
pub(crate) fn memory(process: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kilobytes.map(|kilobytes| kilobytes * 1024).ok_or_else(|| anyhow::anyhow!("no VmRSS of {process}"))
}

fn ask(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Where a daemon in `folder` keeps everything.
pub(crate) fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// Whether it says that it can accept.
pub(crate) fn is_ready(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 200")
}

/// Whether the metrics say that a message was decided on.
pub(crate) fn has_decided(answer: &str) -> bool {
    answer.lines().any(|line| line.starts_with("wissel_decisions_total{") && !line.ends_with(" 0"))
}
