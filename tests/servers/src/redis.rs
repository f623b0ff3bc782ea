//! A private Redis that writes an append-only file.

use std::fs;
use std::sync::Mutex;

use crate::folder::{self, Folder};
use crate::port::Port;
use crate::resp;
use crate::running::{Running, watched};
use crate::until;

/// When Redis brings its append-only file to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fsync {
    /// Once a second: what Redis does by default. While a sync is under way it also holds back writing, for two seconds at
    /// most, so that `kill -9` of Redis alone loses what it has answered in that time.
    EverySecond,
    /// Before each answer: `kill -9` loses nothing.
    Always,
}

/// A Redis. Dropped, it is gone with its folder.
#[derive(Debug)]
pub struct Redis {
    running: Mutex<Option<Running>>,
    port: Port,
    options: Vec<String>,
    folder: Folder,
}

impl Redis {
    /// A new, empty one that syncs every second. Takes less than a second.
    pub fn start() -> Self {
        Self::start_with(Fsync::EverySecond)
    }

    /// The same, with a choice of when it syncs.
    pub fn start_with(fsync: Fsync) -> Self {
        let fsync = if fsync == Fsync::Always { "always" } else { "everysec" };
        // The file is never rewritten by itself: a copy of it is what was written up to then.
        Self::with_options(&["--appendfsync", fsync, "--auto-aof-rewrite-percentage", "0"])
    }

    pub(crate) fn with_options(options: &[&str]) -> Self {
        let options = options.iter().map(|&option| option.to_owned()).collect();
        let redis = Self { running: Mutex::new(None), port: Port::take(), options, folder: Folder::new("redis") };
        redis.start_again();
        redis
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port.number
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port())
    }

    /// Sends one command; arrays come as one line an element.
    #[track_caller]
    pub fn command(&self, words: &[&str]) -> String {
        let reply = resp::command(self.port(), words).unwrap_or_else(|error| panic!("{words:?}: {error}"));
        reply.unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    /// `kill -9`.
    pub fn kill(&self) {
        self.running.lock().unwrap().take().expect("Redis runs").kill();
    }

    /// Starts it again on its folder, and waits until what it kept is loaded.
    pub fn start_again(&self) {
        let log = self.folder.join("log");
        let mut command = watched(self.folder.path(), &log);
        command.args(["redis-server", "--bind", "127.0.0.1", "--port", &self.port().to_string()]);
        command.args(["--save", "", "--appendonly", "yes", "--enable-debug-command", "local", "--dir"]);
        command.arg(self.folder.path()).args(&self.options);
        let running = Running::start(command, &log);
        until("Redis to start", || {
            running.must_run();
            self.answers().then_some(())
        });
        *self.running.lock().unwrap() = Some(running);
    }

    /// Whether it is up and has loaded what it kept.
    fn answers(&self) -> bool {
        matches!(resp::command(self.port(), &["PING"]), Ok(Ok(pong)) if pong == "PONG")
    }

    /// Everything is gone, while it runs.
    pub fn flushall(&self) {
        assert_eq!(self.command(&["FLUSHALL"]), "OK");
    }

    /// Keeps aside what it holds now.
    pub fn save_snapshot(&self) {
        until("Redis to have written everything", || {
            self.command(&["INFO", "persistence"]).contains("aof_buffer_length:0\r\n").then_some(())
        });
        let snapshot = self.folder.join("snapshot");
        let _older = fs::remove_dir_all(&snapshot);
        folder::copy(&self.folder.join("appendonlydir"), &snapshot);
    }

    /// Kills it, and starts it again with what was kept aside.
    pub fn restore_snapshot(&self) {
        self.kill();
        let written = self.folder.join("appendonlydir");
        fs::remove_dir_all(&written).unwrap();
        folder::copy(&self.folder.join("snapshot"), &written);
        self.start_again();
    }

    /// Kills it, and starts it again with nothing.
    pub fn restart_empty(&self) {
        self.kill();
        fs::remove_dir_all(self.folder.join("appendonlydir")).unwrap();
        self.start_again();
    }

    /// Stands still (SIGSTOP): connections stay open and nothing answers.
    pub fn freeze(&self) {
        self.running.lock().unwrap().as_ref().expect("Redis runs").signal("STOP");
    }

    /// Goes on (SIGCONT).
    pub fn thaw(&self) {
        self.running.lock().unwrap().as_ref().expect("Redis runs").signal("CONT");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redis_keeps_through_a_kill_forgets_when_flushed_and_goes_back_to_a_snapshot() {
        let redis = Redis::start_with(Fsync::Always);
        redis.command(&["SET", "word", "old"]);
        redis.save_snapshot();
        redis.command(&["SET", "word", "new"]);
        redis.kill();
        redis.start_again();
        assert_eq!(redis.command(&["GET", "word"]), "new");
        redis.restore_snapshot();
        assert_eq!(redis.command(&["GET", "word"]), "old");
        redis.flushall();
        assert_eq!(redis.command(&["DBSIZE"]), "0");
        redis.command(&["SET", "word", "newest"]);
        redis.restart_empty();
        assert_eq!(redis.command(&["DBSIZE"]), "0");
    }
}
