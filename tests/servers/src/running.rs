//! A server's process, with a shell beside it that ends it when the test process is gone, however it went.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::until;

/// Starts "$@" in a session of its own and waits for a word or the end of the input. After an end without a word
/// nobody will start the server again, so its folder goes too.
const WATCH: &str = r#"
folder=$1 log=$2
shift 2
setsid "$@" >>"$log" 2>&1 </dev/null &
server=$!
echo "$server"
exec >/dev/null
word=
read -r word
kill -9 "-$server" "$server"
wait "$server"
[ -n "$word" ] || rm -rf -- "$folder"
"#;

/// A process that runs, or has just died.
#[derive(Debug)]
pub(crate) struct Running {
    shell: Child,
    pid: u32,
    log: PathBuf,
}

/// A command that `Running::start` takes; the caller adds program, arguments and environment.
pub(crate) fn watched(folder: &Path, log: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", WATCH, "sh"]).arg(folder).arg(log).current_dir("/");
    command
}

impl Running {
    /// Starts what `watched` made. The process exists when this returns; whether it is ready is the caller's to find out.
    pub(crate) fn start(mut command: Command, log: &Path) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut shell = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(shell.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let pid = line.trim().parse().unwrap_or_else(|_| panic!("no process was started: {line:?}"));
        Self { shell, pid, log: log.to_owned() }
    }

    /// Whether it has ended by itself.
    pub(crate) fn ended(&self) -> bool {
        let Ok(status) = fs::read_to_string(format!("/proc/{}/stat", self.pid)) else { return true };
        // The state follows the name, which stands in parentheses.
        status.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'))
    }

    /// Fails with the end of its log if it has ended.
    #[track_caller]
    pub(crate) fn must_run(&self) {
        assert!(!self.ended(), "the server has ended:\n{}", self.log_end());
    }

    /// The last lines that it wrote.
    pub(crate) fn log_end(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// `kill -9` of the whole group; its folder stays.
    pub(crate) fn kill(mut self) {
        self.shell.stdin.take().unwrap().write_all(b"again\n").unwrap();
        self.shell.wait().unwrap();
    }

    /// Sends a signal by name, `INT`, `STOP`, `CONT`, to the server alone.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.pid.to_string()]).status().unwrap();
        assert!(sent.success(), "signal {name} to {}", self.pid);
    }

    /// Sends a signal and waits for the end; its folder stays.
    pub(crate) fn stop(self, signal: &str) {
        self.signal(signal);
        until("the server to end", || self.ended().then_some(()));
        self.kill();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The end of its input.
        drop(self.shell.stdin.take());
        let _ended = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;

    fn sleeper(folder: &Folder) -> Running {
        let log = folder.join("log");
        let mut command = watched(folder.path(), &log);
        command.args(["sleep", "600"]);
        Running::start(command, &log)
    }

    #[test]
    fn the_end_of_the_pipe_ends_the_server_and_its_folder() {
        let folder = Folder::new("sleeper");
        let running = sleeper(&folder);
        let process = format!("/proc/{}", running.pid);
        assert!(Path::new(&process).exists() && !running.ended());
        // What the kernel does when the test process is killed.
        drop(running);
        assert!(!Path::new(&process).exists() && !folder.path().exists());
    }

    #[test]
    fn a_kill_leaves_the_folder_for_the_next_start() {
        let folder = Folder::new("sleeper");
        sleeper(&folder).kill();
        assert!(folder.path().exists());
        sleeper(&folder).stop("TERM");
        assert!(folder.path().exists());
    }
}
