//! A fleet: one daemon as one process, or as many with a part of the work each; and a supervisor, which starts again
//! what was killed.

use std::collections::BTreeMap;

use super::{Daemon, Setup, Staff};

/// The processes of a fleet over production backends, each with its roles. Two route, so that one can take over.
pub(crate) const SPLIT: [(&str, &str); 8] = [
    ("intake", "intake"),
    ("desk", "web,timers"),
    ("router-a", "router"),
    ("router-b", "router"),
    ("bot", "bot"),
    ("delivery", "delivery"),
    ("handoff", "handoff"),
    ("journal", "journal"),
];

/// Everything in one process.
pub(crate) const WHOLE: [(&str, &str); 1] = [("all", "intake,router,bot,handoff,delivery,journal,timers,web")];

/// A master key, for processes that share no folder.
const MASTER_KEY: &str = "3b7e0c91d5a2486f8c1e7d09b4a6523f3b7e0c91d5a2486f8c1e7d09b4a6523f";

/// Processes that work together.
pub(crate) struct Fleet {
    processes: BTreeMap<&'static str, Daemon>,
}

impl Fleet {
    /// Starts the processes and waits until all are ready.
    pub(crate) async fn start(setup: Setup, split: &[(&'static str, &'static str)]) -> Self {
        let setup = setup.with("WISSEL__SECRETS__MASTER_KEY", MASTER_KEY);
        let processes = split.iter().map(|(name, roles)| (*name, setup.beside(roles).launch())).collect();
        let fleet = Self { processes };
        fleet.ready().await;
        fleet
    }

    /// Waits until all are ready.
    pub(crate) async fn ready(&self) {
        for process in self.processes.values() {
            process.ready().await;
        }
    }

    /// The names of the processes.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.processes.keys().copied().collect()
    }

    /// The process that has a role, or the first of them.
    pub(crate) fn with_role(&self, role: &str) -> &'static str {
        let has = |daemon: &Daemon| daemon.setup.roles.is_some_and(|roles| roles.split(',').any(|other| other == role));
        self.processes.iter().find(|(_, daemon)| has(daemon)).map(|(name, _)| *name).expect("some process has the role")
    }

    /// A process.
    pub(crate) fn process(&self, name: &str) -> &Daemon {
        self.processes.get(name).expect("a process of the fleet")
    }

    /// The process that customers reach.
    pub(crate) fn intake(&self) -> &Daemon {
        self.process(self.with_role("intake"))
    }

    /// The process that staff reach.
    pub(crate) fn desk(&self) -> &Daemon {
        self.process(self.with_role("web"))
    }

    /// A member of staff.
    pub(crate) async fn staff(&self, name: &str) -> Staff {
        self.desk().staff(name).await
    }

    /// `kill -9`; the supervisor starts it again at once, and waits for nothing.
    pub(crate) fn kill(&mut self, name: &'static str) {
        self.start_again_with(name, &[]);
    }

    /// `kill -9`, and again at once with settings that hold for this process alone, and only this time.
    pub(crate) fn start_again_with(&mut self, name: &'static str, variables: &[(&str, &str)]) {
        let setup = self.processes.remove(name).expect("a process of the fleet").kill();
        let armed = variables.iter().fold(setup.clone(), |setup, (variable, value)| setup.with(variable, value));
        let mut daemon = armed.launch();
        daemon.setup = setup;
        self.processes.insert(name, daemon);
    }

    /// `kill -9`, and not again before it is launched.
    pub(crate) fn down(&mut self, name: &'static str) -> Setup {
        self.processes.remove(name).expect("a process of the fleet").kill()
    }

    /// Asks a process to stop, which must end in order; gives what it was started with.
    pub(crate) async fn stop(&mut self, name: &'static str) -> Setup {
        self.processes.remove(name).expect("a process of the fleet").stop().await
    }

    /// Starts a process that was down.
    pub(crate) fn launch(&mut self, name: &'static str, setup: Setup) {
        self.processes.insert(name, setup.launch());
    }

    /// How many warnings each process has logged.
    pub(crate) fn warnings(&self) -> Vec<(&'static str, usize)> {
        let warned = |log: String| log.lines().filter(|line| line.contains("WARN")).count();
        self.processes.iter().map(|(name, process)| (*name, warned(process.logged()))).collect()
    }

    /// The supervisor's look at processes that have died by themselves: starts them again; gives what each had logged.
    pub(crate) fn died(&mut self) -> Vec<(&'static str, String)> {
        let mut dead = Vec::new();
        for name in self.names() {
            let process = self.processes.get_mut(name).expect("a process of the fleet");
            if process.has_ended().is_some_and(|status| !status.success()) {
                dead.push((name, process.logged()));
                self.kill(name);
            }
        }
        dead
    }
}
