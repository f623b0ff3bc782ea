//! Places: where messages go, against where the set says that they belong.

use serde::Serialize;

use super::figures::{Pair, share};
use super::heard::TOLD;
use super::intents::Automated;
use super::looked::Truly;
use crate::routing::QueueKind;

/// Where messages go.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Route {
    pub(super) texts: usize,
    pub(super) right_texts: usize,
    pub(super) right: f64,
    /// Messages that belong to people, by that word or as a queue of theirs, and of those what went to a bot.
    pub(super) people: usize,
    pub(super) people_to_bot_texts: usize,
    /// Absent where none belong to people.
    pub(super) people_to_bot: Option<f64>,
    /// Messages that belong to a bot, and of those what went to people.
    pub(super) bot: usize,
    pub(super) bot_to_people_texts: usize,
    pub(super) bot_to_people: Option<f64>,
    /// Messages of queues that the routing does not declare: whose they are is not known, and they are never right.
    pub(super) undeclared: usize,
}

/// A message that went elsewhere.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Misrouted {
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) belongs: String,
    pub(super) went: String,
    /// Whether a bot got what is people's.
    pub(super) people_to_bot: bool,
}

/// Whether a message went where the set says.
fn is_right((case, looked): &Pair<'_>) -> Option<bool> {
    Some(match case.route.as_deref()? {
        "bot" => looked.kind == QueueKind::Bot,
        "people" | "human" | "person" => looked.kind == QueueKind::Human,
        queue => looked.queue == queue,
    })
}

/// Counts where messages went, where the set tells.
pub(super) fn route(pairs: &[Pair<'_>]) -> Option<Route> {
    let known: Vec<&Pair<'_>> = pairs.iter().filter(|(case, _)| case.route.is_some()).collect();
    let right = known.iter().filter(|pair| is_right(pair) == Some(true)).count();
    let of = |whose: QueueKind| {
        let own = || known.iter().filter(move |(_, looked)| looked.belongs == Some(whose));
        (own().count(), own().filter(|(_, looked)| looked.kind != whose).count())
    };
    let ((people, to_bot), (bot, to_people)) = (of(QueueKind::Human), of(QueueKind::Bot));
    (!known.is_empty()).then(|| Route {
        texts: known.len(),
        right_texts: right,
        right: share(right, known.len()),
        people,
        people_to_bot_texts: to_bot,
        people_to_bot: (people > 0).then(|| share(to_bot, people)),
        bot,
        bot_to_people_texts: to_people,
        bot_to_people: (bot > 0).then(|| share(to_people, bot)),
        undeclared: known.len() - people - bot,
    })
}

/// Messages that went elsewhere, at most [`TOLD`]; people's that went to a bot first.
pub(super) fn misrouted(pairs: &[Pair<'_>]) -> Vec<Misrouted> {
    let told = |(case, looked): &Pair<'_>| Misrouted {
        line: case.line,
        text: case.text.clone(),
        belongs: case.route.clone().unwrap_or_default(),
        went: looked.queue.clone(),
        people_to_bot: looked.belongs == Some(QueueKind::Human) && looked.is_left_to_bot(),
    };
    let mut all: Vec<Misrouted> = pairs.iter().filter(|pair| is_right(pair) == Some(false)).map(told).collect();
    all.sort_by_key(|one| !one.people_to_bot);
    all.truncate(TOLD);
    all
}

/// What rules and thresholds send to a bot, of the texts of which the set tells what they are about or whose they are.
pub(super) fn left_to_bot(pairs: &[Pair<'_>]) -> Option<Automated> {
    let known: Vec<&Pair<'_>> =
        pairs.iter().filter(|(case, looked)| case.intents.is_some() || looked.belongs.is_some()).collect();
    let left: Vec<Option<Truly>> =
        known.iter().filter(|(_, looked)| looked.is_left_to_bot()).map(|pair| wrong(pair)).collect();
    (!known.is_empty()).then(|| Automated::of(&left, known.len(), None))
}

/// What is wrong about leaving it to a bot.
fn wrong((case, looked): &Pair<'_>) -> Option<Truly> {
    let asks = looked.belongs.is_none() && case.wants_person == Some(true);
    if looked.belongs == Some(QueueKind::Human) || asks {
        return Some(Truly::People);
    }
    // A greeting is about none of the intents, and the bot's all the same.
    looked.truly.filter(|truly| *truly != Truly::Nothing || looked.belongs != Some(QueueKind::Bot))
}
