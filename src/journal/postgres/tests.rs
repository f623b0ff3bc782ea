//! The journal on PostgreSQL keeps the contract, on a real server, and through its failures.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::join_all;
use wissel_channels::{ThreadKey, UnixMillis};
use wissel_servers::{Postgres, Proxy};

use super::{CALL, PostgresJournal, PostgresSettings, migrate};
use crate::journal::contract::{Home, journal_contract, within};
use crate::journal::{Batch, Entry, Journal, JournalError, Order, Reach};
use crate::thread::EventId;

struct Database(String);

impl Database {
    fn journal(&self) -> PostgresJournal {
        PostgresJournal::new(&PostgresSettings::new(&self.0)).unwrap()
    }

    /// Runs SQL beside the journal.
    fn query(&self, server: &Postgres, sql: &str) -> String {
        server.query(self.0.rsplit('/').next().unwrap(), sql)
    }
}

#[async_trait]
impl Home for Database {
    async fn open(&self) -> Arc<dyn Journal> {
        Arc::new(self.journal())
    }
}

fn database() -> Database {
    Database(Postgres::shared().fresh_database())
}

journal_contract!(database());

/// The batch of a number: one entry of one thread, the number again and again as its content.
fn batch(head: u64) -> Batch {
    let entry = Entry {
        thread: ThreadKey([1; 16]),
        event: EventId::of("test", &[&head.to_le_bytes()]),
        conversation: None,
        at: UnixMillis(head.cast_signed()),
        sealed: head.to_le_bytes().repeat(64),
    };
    Batch { partition: 0, term: 1, head, entries: vec![entry], keys: Vec::new(), blobs: Vec::new() }
}

async fn heads(journal: &PostgresJournal) -> Vec<u64> {
    journal.thread(ThreadKey([1; 16])).await.unwrap().iter().map(|placed| placed.head).collect()
}

/// Lets a server do something while others go on.
async fn blocking(server: &Arc<Postgres>, work: fn(&Postgres)) {
    let server = Arc::clone(server);
    tokio::task::spawn_blocking(move || work(&server)).await.unwrap();
}

/// Does it again while the server is away.
async fn persist<T, F>(mut attempt: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, JournalError>>,
{
    let deadline = Instant::now() + Duration::from_secs(40);
    loop {
        match attempt().await {
            Ok(done) => return done,
            Err(JournalError::Unavailable(_)) if Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_server_that_can_be_read_and_not_written_does_not_count_as_there() {
    within(async {
        let (server, database) = (Postgres::shared(), database());
        let journal = database.journal();
        journal.append(vec![Order::Append(batch(1))]).await.unwrap();
        journal.answers().await.unwrap();
        let full = "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING \
                    ERRCODE = 'disk_full', MESSAGE = 'No space left on device'; END $$; \
                    CREATE TRIGGER is_full BEFORE INSERT ON journal_batches EXECUTE FUNCTION is_full()";
        database.query(server, full);
        journal.append(vec![Order::Append(batch(2))]).await.unwrap_err();
        let error = journal.answers().await.unwrap_err().to_string();
        assert!(error.contains("No space left on device"), "{error}");
        database.query(server, "DROP TRIGGER is_full ON journal_batches");
        journal.append(vec![Order::Append(batch(2))]).await.unwrap();
        journal.answers().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_before_a_kill_is_there_once_and_in_order() {
    within(async {
        let server = Arc::new(Postgres::start());
        let database = Database(server.fresh_database());
        let (journal, told) = (database.journal(), AtomicU64::new(0));
        let writing = async {
            for first in (1..=900_u64).step_by(3) {
                // As the broker gives them again: some of each with the next.
                let orders: Vec<Order> = (first.max(3) - 2..first + 3).map(|head| Order::Append(batch(head))).collect();
                persist(|| journal.append(orders.clone())).await;
                told.store(first + 2, Ordering::SeqCst);
            }
        };
        let killing = async {
            for kill in 1..=3 {
                while told.load(Ordering::SeqCst) < kill * 200 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                blocking(&server, Postgres::kill).await;
                let durable = told.load(Ordering::SeqCst);
                blocking(&server, Postgres::start_again).await;
                let look = database.journal();
                let there = persist(|| look.reach()).await;
                assert!(there[0].head >= durable, "{there:?} after {durable} was confirmed");
            }
        };
        tokio::join!(writing, killing);
        assert_eq!(heads(&journal).await, (1..=900).collect::<Vec<_>>());
        assert_eq!(journal.reach().await.unwrap(), [Reach { partition: 0, term: 1, head: 900 }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_told_and_its_return_is_all_it_takes() {
    within(async {
        let server = Postgres::start();
        let database = Database(server.fresh_database());
        let warm = database.journal();
        warm.append(vec![Order::Append(batch(1))]).await.unwrap();
        tokio::task::block_in_place(|| server.stop());
        // One that has never seen it, and one whose connections are gone.
        let cold = database.journal();
        for journal in [&warm, &cold] {
            let error = journal.declare(16).await.unwrap_err();
            assert!(matches!(error, JournalError::Unavailable(_)), "{error}");
            assert!(!error.to_string().contains("not-a-secret"), "{error}");
            let error = journal.append(vec![Order::Append(batch(2))]).await.unwrap_err();
            assert!(matches!(error, JournalError::Unavailable(_)), "{error}");
        }
        tokio::task::block_in_place(|| server.start_again());
        warm.append(vec![Order::Append(batch(2))]).await.unwrap();
        assert_eq!(heads(&cold).await, [1, 2]);
        let other = database.journal().declare(8).await.unwrap_err();
        assert!(other.to_string().contains("16"), "what was declared while it was away holds: {other}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_swallows_everything_is_noticed_and_given_up() {
    within(async {
        let server = Postgres::shared();
        let proxy = Proxy::to(server.port());
        let database = Database(proxy.url(&server.fresh_database()));
        let mut journal = database.journal();
        journal.patience = Duration::from_secs(1);
        journal.append(vec![Order::Append(batch(1))]).await.unwrap();
        proxy.freeze();
        let began = Instant::now();
        let error = journal.append(vec![Order::Append(batch(2))]).await.unwrap_err();
        assert!(matches!(error, JournalError::Unavailable(_)), "{error}");
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        proxy.heal();
        // The old connections stay silent for good; none of them is used again.
        journal.append(vec![Order::Append(batch(2))]).await.unwrap();
        assert_eq!(heads(&journal).await, [1, 2]);
        proxy.cut();
        assert!(journal.reach().await.is_err());
        proxy.heal();
        assert_eq!(heads(&journal).await, [1, 2]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_connection_that_a_caller_did_not_wait_for_is_not_used_again() {
    let server = Postgres::shared();
    let proxy = Proxy::to(server.port());
    let journal = PostgresJournal::new(&PostgresSettings::new(proxy.url(&server.fresh_database()))).unwrap();
    journal.reach().await.unwrap();
    proxy.freeze_connections();
    let impatient = tokio::time::timeout(Duration::from_millis(200), journal.reach()).await;
    assert!(impatient.is_err(), "a frozen link gives no answer");
    // Sooner than a call gives up by itself.
    let next = tokio::time::timeout(CALL / 2, journal.reach()).await;
    next.expect("an answer on a new connection").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_make_the_tables_once() {
    within(async {
        let database = database();
        let journals: Vec<_> = (0..8).map(|_| database.journal()).collect();
        join_all(journals.iter().map(|journal| persist(|| journal.declare(16)))).await;
        let applied = database.query(Postgres::shared(), "SELECT number FROM journal_migrations");
        assert_eq!(applied, migrate::NEWEST.to_string());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_release_is_worked_beside_until_its_tables_need_one() {
    within(async {
        let (server, database) = (Postgres::shared(), database());
        database.journal().declare(16).await.unwrap();
        database.query(server, "INSERT INTO journal_migrations (number, min_reader, release) VALUES (98, 1, '9.8.0')");
        database.journal().append(vec![Order::Append(batch(1))]).await.unwrap();
        database.query(server, "INSERT INTO journal_migrations (number, min_reader, release) VALUES (99, 98, '9.9.0')");
        let error = database.journal().append(vec![Order::Append(batch(2))]).await.unwrap_err();
        assert!(matches!(error, JournalError::Unusable(_)), "{error}");
        assert!(error.to_string().contains("99") && error.to_string().contains("newer"), "{error}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_made_anew_gets_its_tables() {
    within(async {
        let (server, database) = (Postgres::shared(), database());
        let journal = database.journal();
        journal.declare(16).await.unwrap();
        database.query(server, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        persist(|| journal.append(vec![Order::Append(batch(1))])).await;
        assert_eq!(heads(&journal).await, [1]);
        let error = database.journal().declare(8).await.unwrap_err();
        assert!(error.to_string().contains("16"), "{error}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_is_durable_whatever_the_server_is_set_to() {
    within(async {
        let (server, database) = (Postgres::shared(), database());
        let setting = async || {
            let journal = database.journal();
            let show = "SHOW synchronous_commit";
            journal.call(|c| async { Ok(c.query_one(show, &[]).await?.get::<_, String>(0)) }.boxed()).await.unwrap()
        };
        let name = database.0.rsplit('/').next().unwrap();
        assert_eq!(setting().await, "on");
        for (set, expected) in [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")] {
            database.query(server, &format!("ALTER DATABASE {name} SET synchronous_commit = {set}"));
            assert_eq!(setting().await, expected, "{set}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn barriers_are_forgotten_after_some_days() {
    within(async {
        let (server, database) = (Postgres::shared(), database());
        let journal = database.journal();
        journal.append(vec![Order::Barrier([1; 16]), Order::Barrier([2; 16])]).await.unwrap();
        let old = "UPDATE journal_barriers SET written = now() - interval '8 days' WHERE barrier = repeat(E'\\\\001', 16)::bytea";
        database.query(server, old);
        journal.append(vec![Order::Barrier([3; 16])]).await.unwrap();
        assert!(!journal.has_barrier([1; 16]).await.unwrap());
        assert!(journal.has_barrier([2; 16]).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_or_database_is_told_with_its_cure() {
    within(async {
        let url = Postgres::shared().fresh_database();
        for (wrong, cure) in
            [(url.replace("not-a-secret", "hunter2"), "password"), (format!("{url}x"), "make the database")]
        {
            let error = Database(wrong).journal().reach().await.unwrap_err();
            assert!(matches!(error, JournalError::Unusable(_)), "{error}");
            assert!(error.to_string().contains(cure) && !error.to_string().contains("hunter2"), "{error}");
        }
    })
    .await;
}

/// A disk in memory that the database lives on, which can be given more space.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(mebibytes: u32) -> Self {
        let disk = Self(tempfile::tempdir().unwrap());
        disk.run("mount", &["-t", "tmpfs", "-o", &format!("size={mebibytes}m,mode=0700,uid=postgres"), "tmpfs"]);
        disk
    }

    fn grow(&self, mebibytes: u32) {
        self.run("mount", &["-o", &format!("remount,size={mebibytes}m")]);
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = std::process::Command::new(program).args(arguments).arg(self.0.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {said}; this test needs a small disk: run it as root");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _gone = std::process::Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_space_is_all_it_takes() {
    within(async {
        let (server, disk) = (Postgres::start(), SmallDisk::mount(20));
        server.query("postgres", &format!("CREATE TABLESPACE small LOCATION '{}'", disk.0.path().display()));
        server.query("postgres", "CREATE DATABASE journal TEMPLATE template0 TABLESPACE small");
        let journal = Database(server.url("journal")).journal();
        // Blocks of rows, so that the disk is full before long.
        let large = |head| {
            let entry = Entry { sealed: vec![7; 256 * 1024], ..batch(head).entries.remove(0) };
            Batch { entries: vec![entry], ..batch(head) }
        };
        let mut durable = 0;
        let error = loop {
            match journal.append(vec![Order::Append(large(durable + 1))]).await {
                Ok(_) => durable += 1,
                Err(error) => break error,
            }
            assert!(durable < 200, "the disk does not fill up");
        };
        assert!(matches!(error, JournalError::Unavailable(_)), "{error}");
        assert!(journal.append(vec![Order::Append(large(durable + 1))]).await.is_err(), "it is told each time");
        assert_eq!(heads(&journal).await, (1..=durable).collect::<Vec<_>>(), "what was written can be read");
        disk.grow(200);
        journal.append(vec![Order::Append(large(durable + 1))]).await.unwrap();
        assert_eq!(heads(&journal).await, (1..=durable + 1).collect::<Vec<_>>());
        drop(journal);
        drop(server);
    })
    .await;
}
