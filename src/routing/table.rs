//! Routing table: the queues, the intents and the rules that say which queue a message goes to.
//!
//! Pure: the same table and the same facts always give the same decision. Made once, never changed; share it by `Arc`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wissel_channels::UnixMillis;

use super::calendar::{Calendar, Hours};
use super::conditions::number;
use super::expr::Expr;
use super::floor::Floor;
use super::near;
use super::{
    Decimal, Intent, IntentName, Localized, Priority, Problem, QueueKind, QueueName, TableHash, Written, read,
};

/// The decision's rule where no rule matched.
pub(crate) const DEFAULT: &str = "default";
/// The table that Wissel starts with where there is no `routing.toml`.
const SHIPPED: &str = include_str!("../../routing.toml");

/// Where work waits, and who answers for it.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Its name.
    pub name: QueueName,
    /// Who works it.
    pub kind: QueueKind,
    /// Its title, as customers and staff see it.
    pub title: Localized,
    /// The tool that its tickets go to; `desk` is the built-in one.
    pub helpdesk: String,
    /// Who answers for what is decided for it.
    pub overseer: String,
    /// When it is open; always, if absent.
    pub hours: Option<Arc<Hours>>,
    /// Of a bot queue: the people who take over.
    pub falls_back_to: Option<QueueName>,
    /// Of a bot queue: of what goes to it, at most this share may be wrong.
    pub max_error: Option<Decimal>,
}

/// A rule: where a message goes of which its condition holds.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) name: Arc<str>,
    /// Always, if absent.
    pub(crate) when: Option<Expr>,
    pub(crate) target: Target,
    /// Whether it leads to a bot queue, where what is absent counts as neither true nor false.
    pub(crate) is_strict: bool,
}

/// Where a rule or the default leads.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) to: QueueName,
    pub(crate) priority: Priority,
    pub(crate) because: Arc<Localized>,
}

impl Rule {
    /// Whether its condition asks for `hour`, `weekday` or `date`.
    pub(crate) fn asks_the_calendar(&self) -> bool {
        self.when.as_ref().is_some_and(Expr::asks_the_calendar)
    }
}

/// Numbers the comparisons of the rules, and lists them with those of the floor.
pub(crate) fn written(rules: &mut [Rule]) -> Arc<[Arc<Written>]> {
    let mut written = Vec::new();
    for expr in rules.iter_mut().filter_map(|rule| rule.when.as_mut()) {
        expr.number(&mut written);
    }
    written.extend(Floor::ALL.map(|floor| Arc::new(floor.written())));
    written.into()
}

/// A routing table that was read without a problem.
#[derive(Clone, Debug)]
pub struct RoutingTable {
    /// Content hash of its text, which every decision records.
    pub hash: TableHash,
    /// The intents that it declares, in the order of their names.
    pub intents: Vec<Intent>,
    /// Where conversations of queues that are gone go.
    pub moved: BTreeMap<QueueName, QueueName>,
    /// The folder with the articles, relative to the file.
    pub knowledge: Option<PathBuf>,
    pub(crate) queues: BTreeMap<QueueName, Queue>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) default: Target,
    pub(crate) calendar: Calendar,
    /// All comparisons: of the rules, by their numbers, and behind them those of the floor.
    pub(crate) written: Arc<[Arc<Written>]>,
}

impl RoutingTable {
    /// Reads `text`, which problems call `file`.
    ///
    /// # Errors
    /// Every problem at once, in the order of their places.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        read::read(file, text)
    }

    /// The shipped table. Where this machine cannot read it (it knows no time zones), a table that brings everything
    /// to people.
    #[must_use]
    pub fn shipped() -> Self {
        Self::parse("routing.toml", SHIPPED).unwrap_or_else(|_| Self::people_only())
    }

    /// The text of the shipped table.
    #[must_use]
    pub const fn shipped_text() -> &'static str {
        SHIPPED
    }

    /// One queue of people, and no rules.
    fn people_only() -> Self {
        let name = QueueName::default_people();
        let queue = Queue {
            name: name.clone(),
            kind: QueueKind::Human,
            title: Localized::default(),
            helpdesk: "desk".to_owned(),
            overseer: "the owner".to_owned(),
            hours: None,
            falls_back_to: None,
            max_error: None,
        };
        Self {
            hash: TableHash::of("routing table", &[b""]),
            intents: Vec::new(),
            moved: BTreeMap::new(),
            knowledge: None,
            queues: BTreeMap::from([(name.clone(), queue)]),
            rules: Vec::new(),
            default: Target { to: name, priority: Priority::Normal, because: Arc::default() },
            calendar: Calendar { zone: jiff::tz::TimeZone::UTC, queues: BTreeMap::new() },
            written: written(&mut []),
        }
    }

    /// The number of a comparison of the floor.
    pub(crate) fn number_of(&self, floor: Floor) -> u32 {
        let place = Floor::ALL.iter().position(|known| *known == floor).unwrap_or(0);
        number(self.written.len() - Floor::ALL.len() + place)
    }

    /// The words of a rule, or of the default.
    pub(crate) fn because_of(&self, rule: &str) -> Option<&Arc<Localized>> {
        let named = self.rules.iter().find(|known| *known.name == *rule).map(|known| &known.target.because);
        named.or_else(|| (rule == DEFAULT).then_some(&self.default.because))
    }

    /// A declared queue.
    #[must_use]
    pub fn queue(&self, name: &QueueName) -> Option<&Queue> {
        self.queues.get(name)
    }

    /// All queues, in the order of their names.
    pub fn queues(&self) -> impl Iterator<Item = &Queue> {
        self.queues.values()
    }

    /// Where a message goes that no rule matches.
    #[must_use]
    pub fn default_queue(&self) -> &QueueName {
        &self.default.to
    }

    /// The people's queue that stands behind a queue: itself, or of a bot queue its fallback. A queue that is not
    /// declared (any more) is followed through `[moved]`, else to where the default leads. Never a bot queue.
    #[must_use]
    pub fn fallback_of(&self, name: &QueueName) -> QueueName {
        let home = self.home_of(name).unwrap_or(&self.default.to);
        let fallback = self.queue(home).and_then(|queue| queue.falls_back_to.as_ref());
        fallback.unwrap_or(home).clone()
    }

    /// The declared queue in which conversations of `name` are now: itself, or where `[moved]` says.
    #[must_use]
    pub fn home_of<'a>(&'a self, name: &QueueName) -> Option<&'a QueueName> {
        self.queues.get_key_value(name).map(|(name, _)| name).or_else(|| self.moved.get(name))
    }

    /// Whether a queue is open at a moment; one without hours always is.
    #[must_use]
    pub fn is_open(&self, name: &QueueName, at: UnixMillis) -> bool {
        self.calendar.is_open(name, at)
    }

    /// The first moment from `at` on when a queue is open: `at` itself if it is open then. None if it does not open
    /// within a year.
    #[must_use]
    pub fn next_opening(&self, name: &QueueName, at: UnixMillis) -> Option<UnixMillis> {
        self.calendar.next_opening(name, at)
    }

    /// A declared intent.
    #[must_use]
    pub fn intent(&self, name: &IntentName) -> Option<&Intent> {
        self.intents.iter().find(|intent| intent.name == *name)
    }

    /// Whether an intent never goes to a bot, whatever the rules say.
    #[must_use]
    pub fn intent_is_high_stakes(&self, name: &IntentName) -> bool {
        self.intent(name).is_some_and(|intent| intent.high_stakes)
    }

    /// The folder with the articles.
    #[must_use]
    pub fn knowledge(&self) -> Option<&Path> {
        self.knowledge.as_deref()
    }

    /// What hinders this table, read from `file`, from taking the place of another while `held` lists queues and how
    /// many conversations each holds: every one must be declared here, or told in `[moved]` where it goes.
    #[must_use]
    pub fn homeless<'a>(&self, file: &str, held: impl IntoIterator<Item = (&'a QueueName, u64)>) -> Vec<Problem> {
        let names: Vec<&str> = self.queues.keys().map(QueueName::as_str).collect();
        let lost = held.into_iter().filter(|(name, count)| *count > 0 && self.home_of(name).is_none());
        lost.map(|(name, count)| {
            let near = near::nearest(name.as_str(), names.iter().copied()).unwrap_or("care");
            Problem {
                file: file.to_owned(),
                line: 1,
                column: 1,
                message: format!("queue \"{name}\" is not declared any more and still holds {count} conversations"),
                remedy: format!("finish them first, or say where they go: [moved] {name} = \"{near}\""),
            }
        })
        .collect()
    }
}
