//! What the company knows: its routing table with the triage trained for it, and the bot's knowledge.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use wissel_triage::Sentences;

use super::learning::{self, Confirmed, with_confirmed};
use crate::bot::{Bot, Knowledge, KnowledgeBot};
use crate::routing::{RoutingTable, Verdict};
use crate::settings::{EncoderUse, Role, Settings};
use crate::triage::{Embedded, Message, Triage, models};
use crate::wire::Keys;
use crate::workers::Rules;
use crate::workers::bot::BotInForce;
use crate::workers::reload::{Make, RoutingFile};

/// The text of the shipped routing file.
const SHIPPED: &str = include_str!("../../routing.toml");

/// What was read at the start.
pub(super) struct Known {
    pub(super) rules: Arc<Rules>,
    pub(super) bot: BotInForce,
    pub(super) table: Arc<ArcSwap<RoutingTable>>,
    /// The file to watch; absent for the shipped routing.
    file: Option<PathBuf>,
    make: Make,
}

/// Every problem with what was to be read, one a line.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
struct Unsound(Vec<String>);

/// Reads routing file and knowledge, or tells every problem.
pub(super) fn read(file: Option<PathBuf>, settings: &Settings, keys: &Keys) -> anyhow::Result<Known> {
    let needed = Needed {
        cache: settings.data_dir.as_path().to_owned(),
        encode: settings.triage.encoder == EncoderUse::Auto,
        // The desk says by which words it saw what a customer wants.
        triage: settings.roles.any(&[Role::Router, Role::Web]),
        bot: settings.roles.has(Role::Bot),
        confirmed: learning::in_force(settings, keys)?,
    };
    let name = file.as_ref().map_or_else(|| "routing.toml".to_owned(), |path| path.display().to_string());
    let text = match &file {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| Unsound(vec![format!("{name}:1:1: the file cannot be read: {error}; name another")]))?,
        None => SHIPPED.to_owned(),
    };
    let shipped = file.is_none();
    let (rules, bot) = make(&name, &text, shipped, &needed).map_err(Unsound)?;
    let table = Arc::new(ArcSwap::new(Arc::clone(&rules.table)));
    let bot: BotInForce = Arc::new(ArcSwap::new(Arc::new(bot)));
    let in_force = Arc::clone(&bot);
    let make: Make = Arc::new(move |name, text| {
        let (rules, bot) = make(name, text, false, &needed)?;
        let swap = Arc::clone(&in_force);
        Ok((rules, Box::new(move || swap.store(Arc::new(bot)))))
    });
    Ok(Known { rules: Arc::new(rules), bot, table, file, make })
}

impl Known {
    /// The file to watch for edits, if the routing comes from a file.
    pub(super) fn routing_file(&self) -> Option<RoutingFile> {
        let path = self.file.clone()?;
        Some(RoutingFile { path, make: Arc::clone(&self.make), table: Arc::clone(&self.table) })
    }
}

/// What the roles of this process need of it.
struct Needed {
    /// Where what triage has learnt is kept.
    cache: PathBuf,
    /// Whether the sentence encoder is used, if it is installed there.
    encode: bool,
    triage: bool,
    bot: bool,
    /// Examples that an operator confirmed.
    confirmed: Vec<Confirmed>,
}

impl Needed {
    fn encoder(&self) -> Option<Arc<dyn Sentences>> {
        if self.encode { installed(&self.cache) } else { None }
    }
}

/// The encoder of a data folder, if the settings want it.
pub(super) fn encoder(settings: &Settings) -> Option<Arc<dyn Sentences>> {
    if settings.triage.encoder == EncoderUse::Auto { installed(settings.data_dir.as_path()) } else { None }
}

/// The encoder, if there is one. Without one that cannot be used triage goes on, and verdicts say so by their engine.
fn installed(folder: &Path) -> Option<Arc<dyn Sentences>> {
    let found = models::encoder(folder).unwrap_or_else(|error| {
        tracing::error!(%error, "triage goes on without the encoder");
        None
    });
    found.map(|encoder| Arc::new(encoder) as Arc<dyn Sentences>)
}

/// Triage where nothing is decided.
struct Untrained;

impl Triage for Untrained {
    fn examine(&self, _message: Message<'_>) -> Verdict {
        Verdict::default()
    }
}

/// A table, the triage for its intents, and the bot on its knowledge.
fn make(name: &str, text: &str, shipped: bool, needed: &Needed) -> Result<(Rules, Arc<dyn Bot>), Vec<String>> {
    let lines = |problems: Vec<crate::routing::Problem>| problems.iter().map(ToString::to_string).collect::<Vec<_>>();
    let table = RoutingTable::parse(name, text).map_err(lines)?;
    let knowledge = match table.knowledge().filter(|_| needed.bot) {
        _ if needed.bot && shipped => Knowledge::shipped(),
        Some(folder) => Knowledge::read_folder(&Path::new(name).parent().unwrap_or(Path::new("")).join(folder)),
        None => Ok(Knowledge::of(Vec::new())),
    };
    let bot = KnowledgeBot::new(knowledge.map_err(lines)?)
        .map_err(|error| vec![format!("{name}:1:1: {error}; try again")])?;
    let triage: Arc<dyn Triage> = if needed.triage {
        let intents = with_confirmed(&table.intents, &needed.confirmed);
        Arc::new(Embedded::over(&intents, needed.encoder(), Some(&needed.cache)))
    } else {
        Arc::new(Untrained)
    };
    Ok((Rules { table: Arc::new(table), text: text.as_bytes().to_vec(), triage }, Arc::new(bot)))
}
