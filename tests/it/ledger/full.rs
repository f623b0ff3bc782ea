//! A full disk: nothing is acknowledged that is not durable, and space is all it takes to go on (P11).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::load::Load;
use super::{number, unlimited};
use crate::harness::fleet::SPLIT;
use crate::harness::{Daemon, Fleet, PATIENCE, Servers};
use crate::journey::verified;

/// How long nothing is acknowledged until it counts as standing still.
const STILL: Duration = Duration::from_secs(3);
/// How soon it must go on once there is space.
const RECOVERED: Duration = Duration::from_secs(10);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_acknowledgements_and_space_is_all_it_takes() {
    let messages = number("WISSEL_LEDGER_MESSAGES", 900);
    let setup = unlimited();
    let disk = SmallDisk::mount(&setup.data(), 12);
    let daemon = setup.start().await;
    let load = Load::start(daemon.setup.public, messages);
    stands_still(&load, messages, &daemon).await;
    disk.grow(1024);
    let recovered = goes_on(&load).await;
    // What was acknowledged, also just before it was full, outlives a kill.
    let daemon = daemon.kill_and_restart().await;
    let tally = load.audited(&daemon).await;
    println!("{messages} messages, disk full: recovered in {:.1} s: {tally}", recovered.as_secs_f32());
    tally.assert_clean();
    verified(&daemon).await;
    drop(daemon.kill());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_alarm_of_rabbitmq_stops_acknowledgements_and_its_end_is_all_it_takes() {
    let messages = number("WISSEL_LEDGER_MESSAGES", 300);
    let servers = tokio::task::block_in_place(Servers::start);
    let fleet = Fleet::start(servers.fresh(unlimited()), &SPLIT).await;
    let load = Load::start(fleet.intake().setup.public, messages);
    load.share(1, 3).await;
    tokio::task::block_in_place(|| servers.rabbitmq.disk_alarm(true));
    stands_still(&load, messages, fleet.intake()).await;
    tokio::task::block_in_place(|| servers.rabbitmq.disk_alarm(false));
    let recovered = goes_on(&load).await;
    let tally = load.audited(fleet.desk()).await;
    println!("{messages} messages, disk alarm: recovered in {:.1} s: {tally}", recovered.as_secs_f32());
    tally.assert_clean();
    verified(fleet.desk()).await;
}

/// Waits until nothing is acknowledged any more, although more is said.
async fn stands_still(load: &Load, messages: usize, daemon: &Daemon) {
    let deadline = Instant::now() + PATIENCE;
    let mut progress = (load.said(), Instant::now());
    while progress.1.elapsed() < STILL {
        let said = load.said();
        assert!(said < messages, "all was acknowledged before the disk was full");
        assert!(Instant::now() < deadline, "the disk does not fill up");
        if said > progress.0 {
            progress = (said, Instant::now());
        }
        tokio::time::sleep(LOOK).await;
    }
    let alive = crate::harness::http::get(daemon.setup.ops, "/healthz").await;
    assert_eq!(alive.status, 200, "it waits, and is well");
    let told = async || crate::harness::http::get(daemon.setup.ops, "/readyz").await.status == 503;
    daemon.until("readiness to tell it", told).await;
}

/// How long it takes until something is acknowledged again.
async fn goes_on(load: &Load) -> Duration {
    let (began, said) = (Instant::now(), load.said());
    while load.said() == said {
        assert!(began.elapsed() < RECOVERED, "nothing is acknowledged {RECOVERED:?} after there is space");
        tokio::time::sleep(LOOK).await;
    }
    began.elapsed()
}

/// A disk in memory, as small as is asked for.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts it at a folder, which it makes.
    pub(crate) fn mount(folder: &Path, mebibytes: u32) -> Self {
        fs::create_dir_all(folder).unwrap();
        let disk = Self(folder.to_owned());
        disk.run("mount", &["-t", "tmpfs", "-o", &format!("size={mebibytes}m,mode=0700"), "tmpfs"]);
        disk
    }

    /// Gives it more space, under whoever uses it.
    pub(crate) fn grow(&self, mebibytes: u32) {
        self.run("mount", &["-o", &format!("remount,size={mebibytes}m")]);
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = Command::new(program).args(arguments).arg(&self.0).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {said}; this test needs a small disk: run it as root");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
