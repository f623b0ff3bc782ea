//! What an engine makes of each text of a set.

use std::time::{Duration, Instant};

use wissel_channels::{AccountName, ChannelName, UnixMillis};

use super::set::{Case, Feeling};
use crate::cli::route;
use crate::routing::{Evidence, FindingName, Language, QueueKind, RoutingTable, Verdict};
use crate::triage::{Embedded, Message};

/// What was found in one text.
pub(super) struct Looked {
    /// The likeliest intent, with its probability and the threshold above which it is acted on.
    pub(super) best: Option<Best>,
    /// How likely it is about none of the intents.
    pub(super) none: f64,
    /// What it is truly about, where the set says that it is not about its likeliest intent.
    pub(super) truly: Option<Truly>,
    pub(super) language: Option<Language>,
    pub(super) wants_person: Option<bool>,
    pub(super) complaint: Option<bool>,
    pub(super) feeling: Feeling,
    /// Where it goes.
    pub(super) kind: QueueKind,
    pub(super) queue: String,
    /// Whose it is by the set: a bot's or people's. Absent where the set does not say, or names a queue that is not declared.
    pub(super) belongs: Option<QueueKind>,
    pub(super) evidence: Vec<Evidence>,
    /// How long triage took.
    pub(super) took: Duration,
}

pub(super) struct Best {
    pub(super) name: String,
    pub(super) p: f64,
    pub(super) threshold: f64,
    /// Whether a bot may answer it. Where a table has no such intent, all count.
    pub(super) answerable: bool,
}

/// What a text is about that is taken for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truly {
    /// An intent that is for people.
    People,
    /// An intent that the bot may answer as well.
    Another,
    /// None of the intents that are declared.
    Nothing,
}

impl Looked {
    /// How sure it is of its intent; 0 without one.
    pub(super) fn p(&self) -> f64 {
        self.best.as_ref().map_or(0.0, |best| best.p)
    }

    /// Whether a bot may answer its intent.
    pub(super) fn is_answerable(&self) -> bool {
        self.best.as_ref().is_some_and(|best| best.answerable)
    }

    /// Whether it goes to a bot.
    pub(super) fn is_left_to_bot(&self) -> bool {
        self.kind == QueueKind::Bot
    }

    /// Whether the thresholds alone would leave it to a bot: rules may still send it to people.
    pub(super) fn is_sure(&self) -> bool {
        self.is_answerable() && self.best.as_ref().is_some_and(|best| best.p >= best.threshold)
    }

    /// Whether its intent is one of those that the set names.
    pub(super) fn is_right(&self, case: &Case) -> bool {
        let named = |best: &Best| case.intents.as_ref().is_some_and(|intents| intents.contains(&best.name));
        self.best.as_ref().is_some_and(named)
    }
}

/// Looks at every text, each as the first message of an unknown customer at `at`.
pub(super) fn all(table: &RoutingTable, engine: &Embedded, cases: &[Case], at: UnixMillis) -> Vec<Looked> {
    let account = AccountName::from_static("main");
    let webchat = ChannelName::from_static("webchat");
    let some = table.intents.iter().any(|intent| intent.answerable);
    let look = |case: &Case| {
        let begun = Instant::now();
        let (verdict, none) = engine.examine_with_none(Message { text: &case.text, ..Message::default() });
        let took = begun.elapsed();
        let channel = case.channel.as_ref().unwrap_or(&webchat);
        let decided = route::decide(table, &verdict, &case.text, (channel, &account), at);
        let answerable = |name: &str| {
            let declared = table.intents.iter().find(|intent| intent.name.as_str() == name);
            declared.map(|intent| intent.answerable || !some)
        };
        let mut looked = looked((verdict, none), answerable, decided.kind, decided.queue.to_string(), took);
        looked.truly = truly(case, &looked, answerable);
        looked.belongs = case.route.as_deref().and_then(|route| belongs(table, route));
        looked
    };
    cases.iter().map(look).collect()
}

/// Whether `route` means a bot or people: by these words, or as the queue of that name.
pub(super) fn belongs(table: &RoutingTable, route: &str) -> Option<QueueKind> {
    match route {
        "bot" => Some(QueueKind::Bot),
        "people" | "human" | "person" => Some(QueueKind::Human),
        name => table.queues().find(|queue| queue.name.as_str() == name).map(|queue| queue.kind),
    }
}

/// What it is truly about, if that is something else; `answerable` knows the intents that are declared.
fn truly(case: &Case, looked: &Looked, answerable: impl Fn(&str) -> Option<bool>) -> Option<Truly> {
    let intents = case.intents.as_ref().filter(|_| !looked.is_right(case))?;
    // Where several would be right, the bot may answer one of them.
    Some(match intents.iter().filter_map(|name| answerable(name)).max() {
        None => Truly::Nothing,
        Some(true) => Truly::Another,
        Some(false) => Truly::People,
    })
}

fn looked(
    (verdict, none): (Verdict, f64),
    answerable: impl Fn(&str) -> Option<bool>,
    kind: QueueKind,
    queue: String,
    took: Duration,
) -> Looked {
    let feeling = feeling(&verdict);
    let shown = |evidence: &Evidence| evidence.finding != FindingName::Intent;
    Looked {
        none,
        truly: None,
        belongs: None,
        best: verdict.intents.first().map(|best| Best {
            name: best.name.to_string(),
            p: best.p.as_f64(),
            threshold: best.threshold.as_f64(),
            answerable: answerable(best.name.as_str()).unwrap_or_default(),
        }),
        language: verdict.language,
        wants_person: verdict.wants_person.map(|found| found.is),
        complaint: verdict.complaint.map(|found| found.is),
        feeling,
        kind,
        queue,
        evidence: verdict.evidence.into_iter().filter(shown).collect(),
        took,
    }
}

/// The strongest feeling, from a half on.
fn feeling(verdict: &Verdict) -> Feeling {
    let emotion = &verdict.emotion;
    let felt = [
        (Feeling::Anger, emotion.anger),
        (Feeling::Sadness, emotion.sadness),
        (Feeling::Doubt, emotion.doubt),
        (Feeling::Joy, emotion.joy),
    ];
    let known = felt.into_iter().filter_map(|(feeling, p)| Some((feeling, p?.as_f64())));
    let strongest = known.filter(|(_, p)| *p >= 0.5).max_by(|a, b| a.1.total_cmp(&b.1));
    strongest.map_or(Feeling::None, |(feeling, _)| feeling)
}
