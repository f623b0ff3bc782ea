//! Reload: a routing file or an article that was edited takes force when it is sound. A broken edit keeps what was before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Rules, WorkerError, Workplace, persist};
use crate::bot::knowledge::{Edition, edition};
use crate::routing::{QueueName, RoutingTable};
use crate::store::Wanted;
use crate::telemetry::pulse;
use crate::thread::{Body, Event, EventId, StateName};

/// How long the file must have been left alone: editors write in several steps.
const QUIET: Duration = Duration::from_millis(150);
/// The file is looked at this often even when nobody says that it changed.
const PERIOD: Duration = Duration::from_secs(5);
/// How many conversations are listed at once.
const PAGE: usize = 500;

/// Makes rules from the name and text of a routing file, with what else is to be swapped when they take force; or tells
/// every problem, one a line.
pub type Make = Arc<dyn Fn(&str, &str) -> Result<(Rules, Swap), Vec<String>> + Send + Sync>;
/// What else is swapped, such as the bot.
pub type Swap = Box<dyn FnOnce() + Send>;

/// The routing file of a daemon.
#[derive(Clone)]
pub struct RoutingFile {
    /// Where it is.
    pub path: PathBuf,
    /// Reads its text.
    pub make: Make,
    /// The table that pages read.
    pub table: Arc<ArcSwap<RoutingTable>>,
}

/// Watches the routing file and its articles until told to stop.
pub async fn run(place: Workplace, file: RoutingFile, stop: CancellationToken) -> Result<(), WorkerError> {
    let (told, mut edits) = mpsc::channel(1);
    let _watcher = watch(&file, &told);
    let mut last = (place.rules.load().text.clone(), file.edition().await);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            Some(()) = edits.recv() => tokio::time::sleep(QUIET).await,
            () = pulse::waiting(tokio::time::sleep(PERIOD)) => {}
        }
        while edits.try_recv().is_ok() {}
        // A file that is not there or half written is looked at again.
        let Ok(text) = tokio::fs::read(&file.path).await else { continue };
        let now = (text, file.edition().await);
        if now != last {
            take_in(&place, &file, &now.0).await?;
            last = now;
        }
    }
}

impl RoutingFile {
    /// The folder of the articles of the table in force, if it names one.
    fn articles(&self) -> Option<PathBuf> {
        let beside = self.path.parent().unwrap_or(Path::new(""));
        self.table.load().knowledge().map(|folder| beside.join(folder))
    }

    /// What can be seen of the articles.
    async fn edition(&self) -> Edition {
        let Some(folder) = self.articles() else { return Edition::default() };
        tokio::task::spawn_blocking(move || edition(&folder)).await.unwrap_or_default()
    }
}

/// Watches the folders of the file and of its articles: editors replace files. What this misses is seen a little later.
fn watch(file: &RoutingFile, told: &mpsc::Sender<()>) -> Option<RecommendedWatcher> {
    let told = told.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading the files is no edit. A full channel means that an edit is being looked at already.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _full = told.try_send(());
        }
    })
    .ok()?;
    let folder = file.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    watcher.watch(folder, RecursiveMode::NonRecursive).ok()?;
    if let Some(articles) = file.articles() {
        let _later = watcher.watch(&articles, RecursiveMode::NonRecursive);
    }
    Some(watcher)
}

async fn take_in(place: &Workplace, file: &RoutingFile, text: &[u8]) -> Result<(), WorkerError> {
    let name = file.path.display().to_string();
    let refused = match std::str::from_utf8(text) {
        Err(_) => vec![format!("{name}:1:1: the file is not UTF-8; save it as UTF-8")],
        Ok(text) => match make(file, name.clone(), text.to_owned()).await {
            Err(problems) => problems,
            Ok((rules, swap)) => {
                let held = held(place).await?;
                let homeless = rules.table.homeless(&name, held.iter().map(|(queue, count)| (queue, *count)));
                if homeless.is_empty() {
                    swap();
                    return put_in_force(place, file, rules).await;
                }
                homeless.iter().map(ToString::to_string).collect()
            }
        },
    };
    place.metrics.table_refused();
    for problem in refused {
        tracing::error!(problem, "an edit of the routing or an article is refused; what was before stays in force");
    }
    Ok(())
}

/// Makes rules, on a thread of its own: learning the examples takes a processor for a while.
async fn make(file: &RoutingFile, name: String, text: String) -> Result<(Rules, Swap), Vec<String>> {
    let make = Arc::clone(&file.make);
    match tokio::task::spawn_blocking(move || make(&name, &text)).await {
        Ok(rules) => rules,
        Err(broke) if broke.is_panic() => std::panic::resume_unwind(broke.into_panic()),
        Err(_) => Err(vec!["it was not read: the daemon stops".to_owned()]),
    }
}

/// How many open conversations each queue holds.
async fn held(place: &Workplace) -> Result<BTreeMap<QueueName, u64>, WorkerError> {
    let counts = persist("counts", || place.store.counts()).await?;
    let mut held = BTreeMap::new();
    for count in counts.into_iter().filter(|count| count.state != StateName::Closed) {
        if let Some(queue) = count.queue {
            *held.entry(queue).or_default() += count.conversations;
        }
    }
    Ok(held)
}

async fn put_in_force(place: &Workplace, file: &RoutingFile, rules: Rules) -> Result<(), WorkerError> {
    let table = Arc::clone(&rules.table);
    let before = place.rules.load().table.hash;
    place.archive.tables.know(&rules.table);
    place.rules.store(Arc::new(rules));
    file.table.store(Arc::clone(&table));
    place.metrics.table_in_use(&table.hash.to_string());
    if table.hash == before {
        tracing::info!(table = %table.hash, "the routing table in force and its articles were read again");
        return Ok(());
    }
    tracing::info!(table = %table.hash, "a new routing table is in force");
    for queue in table.moved.keys() {
        tell_queue(place, queue, &table).await?;
    }
    Ok(())
}

/// Tells the conversations of a queue that was moved: their threads decide where they go.
async fn tell_queue(place: &Workplace, queue: &QueueName, table: &RoutingTable) -> Result<(), WorkerError> {
    let mut wanted = Wanted { queue: Some(queue.clone()), most: PAGE, ..Wanted::default() };
    loop {
        let rows = persist("rows", || place.store.rows(&wanted)).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        wanted.after = Some((last.since, last.conversation));
        for row in rows.iter().filter(|row| row.state != StateName::Closed) {
            let id = EventId::of("switched", &[&row.thread.0, &table.hash.0]);
            let event = Event { id, thread: row.thread, at: place.clock.now(), trace: id, body: Body::Switched };
            persist("switched", || place.post.event(&event)).await?;
        }
    }
}
