//! What the file promises whoever uses it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Barrier};

use rusqlite::Connection;
use tempfile::TempDir;
use wissel_channels::Clock;

use super::{Database, Error, FILE, FolderLock, OpenError};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn open(folder: &Path) -> Database {
    Database::open(folder, Clock::system()).unwrap()
}

/// A process that was killed leaves the files as they are: the same as a copy of them at that moment.
pub(crate) fn killed(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in [FILE.to_owned(), format!("{FILE}-wal")] {
        if folder.join(&name).exists() {
            fs::copy(folder.join(&name), copy.path().join(&name)).unwrap();
        }
    }
    copy
}

fn add(number: i64) -> impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static {
    let sql = "INSERT INTO broker_messages (seq, at, id, body) VALUES (?, 0, x'00', zeroblob(2000))";
    move |connection| connection.execute(sql, [number]).map(|_| ())
}

async fn numbers(database: &Database) -> Vec<i64> {
    let work = |connection: &Connection| {
        let mut statement = connection.prepare("SELECT seq FROM broker_messages ORDER BY seq")?;
        statement.query_map([], |row| row.get(0))?.collect()
    };
    database.read(work).await.unwrap()
}

#[tokio::test]
async fn what_was_confirmed_is_there_after_a_kill() {
    let folder = folder();
    let database = open(folder.path());
    for number in 1..=20 {
        database.write(add(number), |()| ()).await.unwrap();
    }
    let copy = killed(folder.path());
    assert_eq!(numbers(&open(copy.path())).await, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_torn_end_of_the_log_is_cut_off() {
    let folder = folder();
    let database = open(folder.path());
    database.write(add(1), |()| ()).await.unwrap();
    let before = fs::metadata(folder.path().join(format!("{FILE}-wal"))).unwrap().len();
    database.write(add(2), |()| ()).await.unwrap();
    let copy = killed(folder.path());
    let log = fs::File::options().write(true).open(copy.path().join(format!("{FILE}-wal"))).unwrap();
    log.set_len(before + 3000).unwrap();
    log.write_all_at(&[0xA5; 100], before + 2900).unwrap();
    assert_eq!(numbers(&open(copy.path())).await, [1]);
}

#[tokio::test]
async fn a_job_that_fails_leaves_its_neighbours_alone() {
    let folder = folder();
    let database = open(folder.path());
    // The writer waits in the first job until the others have been handed in, so that they share its commit.
    let gate = Arc::new(Barrier::new(2));
    let inside = Arc::clone(&gate);
    let held = database.write(
        move |connection| {
            inside.wait();
            add(1)(connection)
        },
        |()| (),
    );
    let open_gate = async {
        gate.wait();
    };
    let (held, failed, fine, ()) =
        tokio::join!(held, database.write(half, |()| ()), database.write(add(3), |()| ()), open_gate);
    held.unwrap();
    assert!(failed.is_err());
    fine.unwrap();
    assert_eq!(numbers(&database).await, [1, 3]);
}

/// Writes 2 and fails at 1, which is there.
fn half(connection: &Connection) -> rusqlite::Result<()> {
    add(2)(connection)?;
    add(1)(connection)
}

#[tokio::test]
async fn a_plain_job_that_fails_takes_its_neighbours_with_it_and_later_ones_are_written() {
    let folder = folder();
    let database = open(folder.path());
    let gate = Arc::new(Barrier::new(2));
    let inside = Arc::clone(&gate);
    let held = database.write(
        move |connection| {
            inside.wait();
            add(1)(connection)
        },
        |()| (),
    );
    let open_gate = async {
        gate.wait();
    };
    let (held, failed, ()) = tokio::join!(held, database.write_plain(half, |()| ()), open_gate);
    assert!(held.is_err() && failed.is_err());
    assert!(numbers(&database).await.is_empty());
    database.write_plain(add(5), |()| ()).await.unwrap();
    assert_eq!(numbers(&database).await, [5]);
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers_by_itself() {
    let folder = folder();
    let database = open(folder.path());
    let limit = |pages: i64| {
        move |connection: &Connection| connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
    };
    database.write(limit(60), |()| ()).await.unwrap();
    let mut confirmed = Vec::new();
    let error = loop {
        let number = i64::try_from(confirmed.len()).unwrap() + 1;
        match database.write(add(number), |()| ()).await {
            Ok(()) => confirmed.push(number),
            Err(error) => break error,
        }
        assert!(number < 1000);
    };
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert_eq!(numbers(&database).await, confirmed);
    database.write(limit(1_000_000), |()| ()).await.unwrap();
    database.write(add(5000), |()| ()).await.unwrap();
    confirmed.push(5000);
    assert_eq!(numbers(&database).await, confirmed);
}

#[tokio::test]
async fn what_was_handed_in_is_written_although_nobody_waits() {
    let folder = folder();
    let database = open(folder.path());
    let (told, hears) = tokio::sync::oneshot::channel();
    let write = database.write(add(7), move |()| told.send(()).unwrap());
    // Polled once: handed in, then dropped.
    assert!(futures_util::poll!(Box::pin(write)).is_pending());
    hears.await.unwrap();
    assert_eq!(numbers(&database).await, [7]);
}

#[tokio::test]
async fn work_that_panics_harms_itself_alone() {
    let folder = folder();
    let database = open(folder.path());
    let broken = |connection: &Connection| -> rusqlite::Result<()> {
        add(1)(connection)?;
        panic!("a fault of ours")
    };
    let (alone, beside) = tokio::join!(database.write(broken, |()| ()), database.write(add(2), |()| ()));
    assert!(matches!(alone, Err(Error::Panicked)), "{alone:?}");
    beside.unwrap();
    assert!(matches!(database.write_plain(broken, |()| ()).await, Err(Error::Panicked)));
    for _ in 0..3 {
        let read = database.read(|_| -> rusqlite::Result<()> { panic!("a fault of ours") }).await;
        assert!(matches!(read, Err(Error::Panicked)), "{read:?}");
    }
    database.write(add(3), |()| ()).await.unwrap();
    assert_eq!(numbers(&database).await, [2, 3]);
    // What follows a commit cannot undo it, nor end the thread.
    let after = database.write(add(4), |()| -> () { panic!("a fault of ours") }).await;
    assert!(matches!(after, Err(Error::Panicked)), "{after:?}");
    database.write(add(5), |()| ()).await.unwrap();
    assert_eq!(numbers(&database).await, [2, 3, 4, 5]);
}

#[tokio::test]
async fn another_process_reads_beside_the_one_that_writes() {
    let folder = folder();
    assert!(matches!(Database::open_reader(folder.path(), Clock::system()), Err(OpenError::Missing { .. })));
    let database = open(folder.path());
    let reader = Database::open_reader(folder.path(), Clock::system()).unwrap();
    database.write(add(1), |()| ()).await.unwrap();
    assert_eq!(numbers(&reader).await, [1]);
    assert!(matches!(reader.write(add(2), |()| ()).await, Err(Error::Closed)));
    let copy = killed(folder.path());
    let reader = Database::open_reader(copy.path(), Clock::system()).unwrap();
    assert_eq!(numbers(&reader).await, [1]);
}

#[test]
fn a_folder_is_held_by_one_daemon() {
    let folder = folder();
    let first = FolderLock::take(folder.path()).unwrap();
    let error = FolderLock::take(folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    drop(first);
    FolderLock::take(folder.path()).unwrap();
}

#[test]
fn the_file_and_what_stands_beside_it_are_for_their_user_alone() {
    let folder = folder();
    let _open = open(folder.path());
    let files = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
    let modes: Vec<u32> = files.map(|file| file.metadata().unwrap().permissions().mode() & 0o777).collect();
    assert_eq!(modes, vec![0o600; modes.len()]);
    assert!(!modes.is_empty());
}

fn refusal(folder: &Path) -> OpenError {
    Database::open(folder, Clock::system()).err().expect("it must be refused")
}

#[test]
fn a_folder_that_cannot_be_made_is_refused_with_its_name() {
    let folder = folder();
    fs::write(folder.path().join("file"), "").unwrap();
    let error = refusal(&folder.path().join("file").join("data"));
    assert!(matches!(error, OpenError::Folder { .. }), "{error}");
    assert!(error.to_string().contains("file/data"), "{error}");
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_left_as_it_was() {
    let folder = folder();
    drop(open(folder.path()));
    let connection = Connection::open(folder.path().join(FILE)).unwrap();
    connection.execute("UPDATE meta SET value = 99 WHERE name = 'version'", []).unwrap();
    drop(connection);
    let before = fs::read(folder.path().join(FILE)).unwrap();
    assert!(matches!(refusal(folder.path()), OpenError::Newer { found: 99, .. }));
    let reader = Database::open_reader(folder.path(), Clock::system()).err().unwrap();
    assert!(matches!(reader, OpenError::Newer { found: 99, .. }));
    assert_eq!(fs::read(folder.path().join(FILE)).unwrap(), before);
}

#[tokio::test]
async fn damage_is_found_at_the_start_and_named() {
    let folder = folder();
    let database = open(folder.path());
    for number in 1..=200 {
        database.write(add(number), |()| ()).await.unwrap();
    }
    drop(database);
    let file = folder.path().join(FILE);
    let whole = fs::read(&file).unwrap();
    let pages = whole.len() / 4096;
    let mut flipped = whole.clone();
    // The header of a page in the middle.
    flipped[pages / 2 * 4096] ^= 0x20;
    for broken in [&flipped[..], &whole[..whole.len() / 2], b"not a database, but long enough to be looked at as one"] {
        fs::write(&file, broken).unwrap();
        let error = refusal(folder.path());
        assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(FILE), "{error}");
    }
    fs::write(&file, whole).unwrap();
    open(folder.path());
}

const CHILD: &str = "WISSEL_TEST_CHILD_FOLDER";

/// Not a test of its own: the process that the next test kills.
#[tokio::test]
#[ignore = "started by a test"]
async fn child_that_writes_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let database = open(Path::new(&folder));
    let first = numbers(&database).await.last().map_or(1, |last| last + 1);
    for number in (first..).step_by(4) {
        let write = |number| database.write(add(number), |()| ());
        let (a, b, c, d) = tokio::join!(write(number), write(number + 1), write(number + 2), write(number + 3));
        a.and(b).and(c).and(d).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "confirmed {}", number + 3).unwrap();
        out.flush().unwrap();
    }
}

#[tokio::test]
async fn a_kill_in_the_midst_of_writing_loses_nothing_confirmed() {
    let folder = folder();
    for kill in 1..=5 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "sqlite::tests::child_that_writes_until_it_is_killed", "--nocapture"])
            .env(CHILD, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let confirmed = lines.filter_map(|line| Some(line.split_once("confirmed ")?.1.parse::<i64>().unwrap()));
        let last = confirmed.take(10 * kill).last().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let found = numbers(&open(folder.path())).await;
        assert!(found.iter().copied().take_while(|number| *number <= last).eq(1..=last));
    }
}
