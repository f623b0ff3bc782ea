//! The embedded store keeps the contract, and agrees with a simple model through kills.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use proptest::prelude::*;
use tempfile::TempDir;
use wissel_channels::{Clock, UnixMillis};

use super::EmbeddedStore;
use crate::sqlite::{self, Database};
use crate::store::contract::{Home, batch, event, key, store_contract, thread};
use crate::store::{Lease, Save, SaveThread, StoreError, ThreadStore};

struct Folder(TempDir);

#[async_trait]
impl Home for Folder {
    async fn open(&self) -> Arc<dyn ThreadStore> {
        Arc::new(open(&self.0))
    }

    async fn lose(&self) {
        let file = rusqlite::Connection::open(self.0.path().join(sqlite::FILE)).unwrap();
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'store\\_%' ESCAPE '\\'";
        let tables: Vec<String> =
            file.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(tables.len() >= 7);
        for table in tables {
            file.execute(&format!("DELETE FROM {table}"), []).unwrap();
        }
    }
}

fn open(folder: &TempDir) -> EmbeddedStore {
    EmbeddedStore::new(Database::open(folder.path(), Clock::system()).unwrap())
}

fn folder() -> Folder {
    Folder(tempfile::tempdir().unwrap())
}

store_contract!(folder());

/// What may happen to a store.
#[derive(Clone, Debug)]
enum Step {
    /// The one who has the partition saves threads under the next head.
    Save(Vec<(u8, u32)>),
    /// The same with a head that is off.
    SaveWrong(u8, u64),
    /// Somebody who had the partition before saves.
    SaveLate(u8),
    /// Somebody takes the partition over.
    TakeOver,
    /// The process is killed and starts again.
    Kill,
    /// Ids before this are forgotten.
    Forget(u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec((0..6u8, 0..200u32), 0..4).prop_map(Step::Save),
        1 => (0..6u8, 0..9u64).prop_map(|(number, head)| Step::SaveWrong(number, head)),
        1 => (0..6u8).prop_map(Step::SaveLate),
        1 => Just(Step::TakeOver),
        2 => Just(Step::Kill),
        1 => (0..200u32).prop_map(Step::Forget),
    ]
}

/// What the store must hold: a thread's text, and the ids that it has seen, which are their times as well.
#[derive(Default)]
struct Model {
    threads: BTreeMap<u8, (String, BTreeSet<u32>)>,
    head: u64,
}

struct Run {
    folder: TempDir,
    store: EmbeddedStore,
    model: Model,
    lease: Lease,
    saves: u32,
}

impl Run {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        let lease = Self::take_over(&store).await;
        Self { folder, store, model: Model::default(), lease, saves: 0 }
    }

    async fn take_over(store: &EmbeddedStore) -> Lease {
        store.lease(0, [9; 16], Duration::ZERO, 0).await.unwrap().unwrap()
    }

    fn saved(number: u8, id: u32, text: &str) -> SaveThread {
        SaveThread { seen: vec![(event(id), UnixMillis(id.into()))], ..thread(number, text) }
    }

    async fn step(&mut self, step: Step) {
        self.saves += 1;
        let text = format!("save {}", self.saves);
        match step {
            Step::Save(threads) => {
                let head = self.model.head + 1;
                let saves = threads.iter().map(|(number, id)| Self::saved(*number, *id, &text)).collect();
                self.store.save(batch(self.lease, head, saves)).await.unwrap();
                self.model.head = head;
                for (number, id) in threads {
                    let thread = self.model.threads.entry(number).or_default();
                    thread.0.clone_from(&text);
                    thread.1.insert(id);
                }
            }
            Step::SaveWrong(number, head) if head != self.model.head + 1 => {
                let wrong = batch(self.lease, head, vec![Self::saved(number, 1, &text)]);
                let error = self
                    .store
                    .save(Arc::new(Save { journal: "another".into(), ..(*wrong).clone() }))
                    .await
                    .unwrap_err();
                assert!(matches!(error, StoreError::WrongHead { .. }), "{error}");
            }
            Step::SaveWrong(..) => {}
            Step::SaveLate(number) => {
                let old = Lease { term: self.lease.term - 1, ..self.lease };
                let late = batch(old, self.model.head + 1, vec![Self::saved(number, 1, &text)]);
                let error = self.store.save(late).await.unwrap_err();
                assert!(matches!(error, StoreError::StaleTerm { .. }), "{error}");
            }
            Step::TakeOver => {
                let before = self.lease;
                self.lease = Self::take_over(&self.store).await;
                assert!(self.lease.term > before.term);
            }
            Step::Kill => {
                let copy = sqlite::tests::killed(self.folder.path());
                self.store = open(&copy);
                self.folder = copy;
            }
            Step::Forget(before) => {
                self.store.forget(UnixMillis(before.into())).await.unwrap();
                self.model.threads.values_mut().for_each(|thread| thread.1.retain(|id| *id >= before));
            }
        }
    }

    async fn compare(&self) {
        let partition = self.store.partition(0).await.unwrap();
        assert_eq!((partition.head, partition.term), (self.model.head, self.lease.term));
        let numbers: Vec<u8> = (0..6).collect();
        let keys: Vec<_> = numbers.iter().copied().map(key).collect();
        for (number, loaded) in numbers.iter().zip(self.store.load(&keys).await.unwrap()) {
            let expected = self.model.threads.get(number);
            assert_eq!(loaded.is_some(), expected.is_some());
            if let (Some(loaded), Some((text, ids))) = (loaded, expected) {
                assert_eq!(loaded.stored.sealed, text.as_bytes());
                let seen: BTreeSet<_> = loaded.seen.into_iter().collect();
                assert_eq!(seen, ids.iter().copied().map(event).collect());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_store_agrees_with_a_model_through_kills(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut run = Run::new().await;
            for step in steps {
                run.step(step).await;
                run.compare().await;
            }
        });
    }
}
