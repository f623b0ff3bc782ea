//! Reads `[queues.<name>]` and `[moved]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::section::{Placed, Section};
use crate::routing::calendar::Hours;
use crate::routing::problem::{Source, shown};
use crate::routing::table::Queue;
use crate::routing::{Decimal, Language, Localized, QueueKind, QueueName, near};

const KEYS: [&str; 7] = ["kind", "title", "helpdesk", "overseer", "hours", "falls_back_to", "max_error"];

/// Of what goes to a bot, at most this share may be wrong, where the table does not say.
pub(super) const MAX_ERROR: Decimal = Decimal(200);

/// Queues whose own names are right, whatever else is wrong with them.
pub(super) struct Queues {
    pub(super) names: Vec<QueueName>,
    pub(super) queues: BTreeMap<QueueName, Queue>,
}

/// Reads all queues.
pub(super) fn read(source: &mut Source<'_>, root: &Section<'_>, hours: &BTreeMap<&str, Arc<Hours>>) -> Queues {
    let sections = root.named(source, "queues", "queue");
    let names: Vec<_> = sections.iter().filter_map(|(name, _)| QueueName::new(name.value).ok()).collect();
    if names.is_empty() && !source.is_broken() {
        let remedy = "add [queues.care] with kind = \"human\", an overseer and a title";
        source.problem(root.at, "no queue is declared", remedy);
    }
    let kinds: BTreeMap<QueueName, QueueKind> = sections
        .iter()
        .filter_map(|(name, section)| Some((QueueName::new(name.value).ok()?, kind(section)?)))
        .collect();
    let mut queues = BTreeMap::new();
    for (_, section) in &sections {
        if let Some(queue) = queue(source, section, &names, &kinds, hours) {
            queues.insert(queue.name.clone(), queue);
        }
    }
    Queues { names, queues }
}

fn kind(section: &Section<'_>) -> Option<QueueKind> {
    match section.get("kind")?.get_ref().as_str()? {
        "human" => Some(QueueKind::Human),
        "bot" => Some(QueueKind::Bot),
        _ => None,
    }
}

fn queue(
    source: &mut Source<'_>,
    section: &Section<'_>,
    names: &[QueueName],
    kinds: &BTreeMap<QueueName, QueueKind>,
    hours: &BTreeMap<&str, Arc<Hours>>,
) -> Option<Queue> {
    section.refuse_unknown(source, &KEYS);
    let kind = read_kind(source, section);
    let overseer = "name who answers for what is decided for this queue: overseer = \"…\"";
    let overseer = section.required_text(source, "overseer", overseer);
    let title = section.localized(source, "title");
    let helpdesk = helpdesk(source, section);
    let hours = read_hours(source, section, hours);
    let falls_back_to = match kind? {
        QueueKind::Bot => fallback(source, section, names, kinds),
        QueueKind::Human => {
            only_for_bots(source, section);
            None
        }
    };
    let max_error = max_error(source, section);
    let name = names.iter().find(|name| section.what == format!("queue \"{name}\""))?.clone();
    Some(Queue {
        title: title.unwrap_or_else(|| Localized([(Language::En, name.to_string())].into())),
        name,
        kind: kind?,
        helpdesk,
        overseer: overseer?.value.to_owned(),
        hours,
        falls_back_to,
        max_error: (kind == Some(QueueKind::Bot)).then_some(max_error),
    })
}

fn read_kind(source: &mut Source<'_>, section: &Section<'_>) -> Option<QueueKind> {
    let text = section.required_text(source, "kind", "write kind = \"human\" for people or kind = \"bot\"")?;
    let kind = kind(section);
    if kind.is_none() {
        let message = format!("{}: kind is \"{}\"", section.what, shown(text.value));
        source.problem(text.at, message, "write \"human\" for people or \"bot\"");
    }
    kind
}

fn helpdesk(source: &mut Source<'_>, section: &Section<'_>) -> String {
    let Some(text) = section.text(source, "helpdesk") else { return "desk".to_owned() };
    if wissel_channels::ids::check_name(text.value).is_err() {
        let message = format!("{}: helpdesk \"{}\" is not a name", section.what, shown(text.value));
        source.problem(text.at, message, "write the name of a tool, such as \"desk\"");
    }
    text.value.to_owned()
}

fn read_hours(source: &mut Source<'_>, section: &Section<'_>, all: &BTreeMap<&str, Arc<Hours>>) -> Option<Arc<Hours>> {
    let text = section.text(source, "hours")?;
    let found = all.get(text.value).cloned();
    if found.is_none() {
        let message = format!("{}: hours \"{}\" are not declared", section.what, shown(text.value));
        source.problem(text.at, message, near::remedy(text.value, all.keys().copied()));
    }
    found
}

fn fallback(
    source: &mut Source<'_>,
    section: &Section<'_>,
    names: &[QueueName],
    kinds: &BTreeMap<QueueName, QueueKind>,
) -> Option<QueueName> {
    let remedy = "name the people who take over from the bot: falls_back_to = \"…\"";
    let text = section.required_text(source, "falls_back_to", remedy)?;
    let name = declared(source, &section.what, &text, names)?;
    if kinds.get(&name) == Some(&QueueKind::Bot) {
        let message = format!("{}: falls_back_to names the bot queue \"{name}\"", section.what);
        source.problem(text.at, message, "name a queue of people");
        return None;
    }
    Some(name)
}

fn only_for_bots(source: &mut Source<'_>, section: &Section<'_>) {
    for key in ["falls_back_to", "max_error"] {
        if let Some(value) = section.get(key) {
            let message = format!("{} is of people, and has {key}", section.what);
            source.problem(value.span().start, message, "remove it: only a bot queue has one");
        }
    }
}

fn max_error(source: &mut Source<'_>, section: &Section<'_>) -> Decimal {
    let Some(number) = section.number(source, "max_error") else { return MAX_ERROR };
    if !(0.0..=1.0).contains(&number.value) {
        let message = format!("{}: max_error is {}, and is a share", section.what, number.value);
        source.problem(number.at, message, "write a number from 0 to 1, such as 0.02 for 2 in 100");
    }
    Decimal::from_f64(number.value)
}

/// A name that must be a declared queue.
pub(super) fn declared(
    source: &mut Source<'_>,
    what: &str,
    text: &Placed<&str>,
    names: &[QueueName],
) -> Option<QueueName> {
    let found = names.iter().find(|name| name.as_str() == text.value).cloned();
    if found.is_none() {
        let remedy = near::remedy(text.value, names.iter().map(QueueName::as_str));
        source.problem(text.at, format!("{what}: queue \"{}\" is not declared", shown(text.value)), remedy);
    }
    found
}

/// Reads `[moved]`: where conversations of queues that are gone go.
pub(super) fn moved(source: &mut Source<'_>, root: &Section<'_>, queues: &Queues) -> BTreeMap<QueueName, QueueName> {
    let mut moved = BTreeMap::new();
    let Some(section) = root.section(source, "moved", "[moved]") else { return moved };
    for (key, value) in section.entries() {
        let Ok(old) = QueueName::new(key.value) else {
            let message = format!("[moved]: \"{}\" cannot be the name of a queue", shown(key.value));
            source.problem(key.at, message, "names are 1 to 64 of a-z, 0-9, _ and -");
            continue;
        };
        if queues.names.contains(&old) {
            let message = format!("[moved]: queue \"{old}\" is still declared");
            source.problem(key.at, message, "remove this line, or the queue");
        }
        let Some(text) = section.text(source, key.value) else { continue };
        let Some(new) = declared(source, "[moved]", &text, &queues.names) else { continue };
        if queues.queues.get(&new).is_some_and(|queue| queue.kind == QueueKind::Bot) {
            let message = format!("[moved]: \"{old}\" goes to the bot queue \"{new}\"");
            source.problem(value.span().start, message, "name a queue of people: they wait for one");
        }
        moved.insert(old, new);
    }
    moved
}
