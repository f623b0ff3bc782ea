//! A Redis primary with a replica, and three sentinels that watch over them.

use std::sync::Mutex;

use crate::folder::Folder;
use crate::port::Port;
use crate::redis::Redis;
use crate::resp;
use crate::running::{Running, watched};
use crate::until;

/// The name under which sentinels know the pair.
const NAME: &str = "wissel";
/// Sentinels, of which two must agree.
const SENTINELS: usize = 3;
/// How long a node may be silent, in ms. No busy machine makes a node as silent, so that none is promoted that nobody killed;
/// [`Sentinels::promote`] waits for nothing.
const SILENCE_MS: u32 = 60_000;

/// The set. Dropped, all are gone with their folders.
#[derive(Debug)]
pub struct Sentinels {
    watchers: Vec<(Port, Running, Folder)>,
    nodes: [Redis; 2],
    /// Which of the nodes is the primary.
    primary: Mutex<usize>,
}

impl Sentinels {
    /// Primary, replica and sentinels, which know each other. Takes 2 to 5 s.
    pub fn start() -> Self {
        let primary = Redis::start();
        let options = ["--replicaof", &format!("127.0.0.1 {}", primary.port()), "--repl-diskless-sync-delay", "0"];
        let nodes = [primary, Redis::with_options(&options)];
        until("the replica to follow", || follows(&nodes[1]).then_some(()));
        let watchers = (0..SENTINELS).map(|_| sentinel(nodes[0].port())).collect();
        let set = Self { watchers, nodes, primary: Mutex::new(0) };
        for (port, ..) in &set.watchers {
            until("the sentinels to know each other", || {
                let facts = resp::command(port.number, &["SENTINEL", "MASTER", NAME]).ok()?.ok()?;
                (fact(&facts, "num-other-sentinels") == "2" && fact(&facts, "num-slaves") == "1").then_some(())
            });
        }
        set
    }

    /// `redis+sentinel://127.0.0.1:p1,127.0.0.1:p2,127.0.0.1:p3/NAME`.
    pub fn url(&self) -> String {
        let hosts: Vec<String> = self.watchers.iter().map(|(port, ..)| format!("127.0.0.1:{}", port.number)).collect();
        format!("redis+sentinel://{}/{NAME}", hosts.join(","))
    }

    /// The node that takes writes now.
    pub fn primary(&self) -> &Redis {
        &self.nodes[*self.primary.lock().unwrap()]
    }

    /// The other one.
    pub fn replica(&self) -> &Redis {
        &self.nodes[1 - *self.primary.lock().unwrap()]
    }

    /// From now on the replica hears nothing of the primary, and keeps what it has. Promote it within ten minutes: sentinels
    /// take no replica that has been away for more than ten times as long as they are patient.
    pub fn lag(&self) {
        let primary = self.primary();
        primary.command(&["ACL", "SETUSER", "default", "-psync", "-sync", "-replconf"]);
        primary.command(&["CLIENT", "KILL", "TYPE", "replica"]);
        until("the replica to lose its primary", || (!follows(self.replica())).then_some(()));
    }

    /// Kills the primary, tells a sentinel of it, and waits until they have made the replica the new one. Takes 2 to 5 s.
    pub fn promote(&self) {
        self.primary().kill();
        let next = self.replica().port().to_string();
        let (first, ..) = &self.watchers[0];
        until("a sentinel to promote the replica", || {
            // Refused while a promotion is under way, and while the replica is not fit for it.
            if primary_by(first).as_ref() == Some(&next) {
                return Some(());
            }
            let _refused = resp::command(first.number, &["SENTINEL", "FAILOVER", NAME]);
            None
        });
        for (port, ..) in &self.watchers {
            until("the sentinels to name the new primary", || (primary_by(port).as_ref() == Some(&next)).then_some(()));
        }
        until("the replica to be a primary", || {
            self.replica().command(&["INFO", "replication"]).contains("role:master").then_some(())
        });
        let mut primary = self.primary.lock().unwrap();
        *primary = 1 - *primary;
    }

    /// Starts the node that was killed again, and waits until the sentinels have made it a replica that follows.
    pub fn start_again(&self) {
        let replica = self.replica();
        replica.start_again();
        until("the old primary to follow", || follows(replica).then_some(()));
    }
}

/// The port of the primary that a sentinel names.
fn primary_by(sentinel: &Port) -> Option<String> {
    let address = resp::command(sentinel.number, &["SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME]).ok()?.ok()?;
    address.lines().nth(1).map(str::to_owned)
}

/// Whether a node is a replica whose link is up.
fn follows(node: &Redis) -> bool {
    let facts = node.command(&["INFO", "replication"]);
    facts.contains("role:slave") && facts.contains("master_link_status:up")
}

/// The value after a name in an answer of names and values, one a line.
fn fact<'a>(facts: &'a str, name: &str) -> &'a str {
    let mut lines = facts.lines();
    lines.find(|line| *line == name).and_then(|_| lines.next()).unwrap_or_default()
}

fn sentinel(primary: u16) -> (Port, Running, Folder) {
    let (port, folder) = (Port::take(), Folder::new("sentinel"));
    let text = format!(
        "port {}\nbind 127.0.0.1\ndir {}\nsentinel monitor {NAME} 127.0.0.1 {primary} 2\n\
         sentinel down-after-milliseconds {NAME} {SILENCE_MS}\nsentinel failover-timeout {NAME} 6000\n",
        port.number,
        folder.path().display(),
    );
    let (settings, log) = (folder.write("sentinel.conf", &text), folder.join("log"));
    let mut command = watched(folder.path(), &log);
    command.arg("redis-sentinel").arg(settings);
    let running = Running::start(command, &log);
    until("a sentinel to start", || {
        running.must_run();
        resp::command(port.number, &["PING"]).is_ok().then_some(())
    });
    (port, running, folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_that_lags_is_promoted_without_what_it_missed() {
        let set = Sentinels::start();
        let old = set.primary().port();
        set.primary().command(&["SET", "word", "seen"]);
        until("the replica to have it", || (set.replica().command(&["GET", "word"]) == "seen").then_some(()));
        set.lag();
        set.primary().command(&["SET", "word", "missed"]);
        set.promote();
        assert_ne!(set.primary().port(), old);
        assert_eq!(set.primary().command(&["GET", "word"]), "seen");
        set.start_again();
        assert_eq!(set.replica().command(&["GET", "word"]), "seen");
    }
}
