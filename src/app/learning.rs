//! Learning: examples that an operator confirmed, and what they would change. Nothing learns by itself: they are taken in,
//! looked at, and put in force by hand, and a daemon reads them when it starts.

mod examples;
mod lines;
mod taken_in;

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use serde::Serialize;
use serde::de::DeserializeOwned;

use wissel_channels::{ConversationId, InboundMessage};

pub(super) use self::examples::{Confirmed, with_confirmed};
use self::examples::{Effect, Examples, Taken};
pub use self::taken_in::TakenIn;
use super::{advising, backends, knowing};
use crate::llm::proved::Proved;
use crate::routing::{Decision, Facts, Intent, IntentName, Language, QueueName, RoutingTable};
use crate::settings::Settings;
use crate::thread::label::{Decided, Label, Labeller};
use crate::thread::{Body, Change, EventId};
use crate::triage::{Embedded, Message, Triage};
use crate::wire::{DataKey, Keys, labels};

/// What the files are sealed for.
const CONTEXT: &[u8] = b"confirmed examples";
/// Those that were taken in and are not in force yet.
const TAKEN_IN: &str = "examples-new.sealed";
/// Those in force.
const IN_FORCE: &str = "examples.sealed";
/// How many moves of a kind are told with their messages.
const SHOWN: usize = 5;

/// Reads what a file of examples holds; nothing where there is no file.
fn read<T: DeserializeOwned>(file: &Path, keys: &Keys) -> anyhow::Result<Vec<T>> {
    let sealed = match fs::read(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.with_context(|| format!("{} cannot be read", file.display()))?,
    };
    let key = DataKey::new(keys.secret("confirmed examples"));
    let plain = key.open(CONTEXT, &sealed).with_context(|| {
        format!("{} cannot be opened with this master key; take the examples in again", file.display())
    })?;
    // What serde says of it may repeat what a customer wrote.
    serde_json::from_slice(&plain)
        .map_err(|_| anyhow!("{} is not as this release writes it; take the examples in again", file.display()))
}

/// Writes a file of examples, whole or not at all.
fn write<T: Serialize>(file: &Path, keys: &Keys, examples: &[T]) -> anyhow::Result<()> {
    let key = DataKey::new(keys.secret("confirmed examples"));
    replace(file, &key.seal(CONTEXT, &serde_json::to_vec(examples)?)?)
}

fn replace(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let draft = file.with_extension("part");
    fs::File::create(&draft)
        .and_then(|mut draft| draft.write_all(bytes).and_then(|()| draft.sync_all()))
        .and_then(|()| fs::rename(&draft, file))
        .with_context(|| format!("{} cannot be written", file.display()))
}

fn place(settings: &Settings, name: &str) -> PathBuf {
    settings.data_dir.as_path().join(name)
}

/// The confirmed examples in force.
pub(super) fn in_force(settings: &Settings, keys: &Keys) -> anyhow::Result<Vec<Confirmed>> {
    read(&place(settings, IN_FORCE), keys)
}

/// The intents of a table as a daemon with these settings learns them. Needs the master key only where examples are in force.
pub fn intents_in_force(settings: &Settings, table: &RoutingTable) -> anyhow::Result<Vec<Intent>> {
    if !place(settings, IN_FORCE).exists() {
        return Ok(table.intents.clone());
    }
    Ok(with_confirmed(&table.intents, &in_force(settings, &backends::known_keys(settings)?)?))
}

/// Takes in the lines of a file, named `name` in what is said of it, beside those taken in before. They are not in force yet.
///
/// # Errors
/// With every line that is not right, when there is one; then nothing is taken in.
pub fn take_in(settings: &Settings, table: &RoutingTable, name: &str, text: &str) -> anyhow::Result<TakenIn> {
    let lines = lines::read(name, text, table)?;
    let keys = backends::known_keys(settings)?;
    let file = place(settings, TAKEN_IN);
    let (mut pending, mut known): (Vec<Taken>, _) = (read(&file, &keys)?, Examples::of(in_force(settings, &keys)?));
    for taken in &pending {
        known.take(taken);
    }
    let (mut told, mut missing) = (TakenIn { unfilled: lines.unfilled, ..TakenIn::default() }, Vec::new());
    for (number, taken) in lines.taken {
        match known.take(&taken) {
            Effect::New => told.new += 1,
            Effect::Corrected => told.corrected += 1,
            Effect::Known => told.known += 1,
            Effect::Out => told.out += 1,
            Effect::NotThere => missing.push(format!(
                "{name}:{number}: no example with this text was taken in; write the text as it was taken in, or take it \
                 out of the routing file if it is declared there"
            )),
        }
        pending.retain(|earlier| *earlier != taken);
        pending.push(taken);
    }
    if !missing.is_empty() {
        return Err(taken_in::Bad::new(missing, lines.count).into());
    }
    write(&file, &keys, &pending)?;
    Ok(told)
}

/// What would change, or has changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// Examples that were confirmed, all in all.
    pub examples: usize,
    /// Messages of the journal that were read with and without them.
    pub messages: usize,
    /// From which queue to which.
    pub queues: BTreeMap<(QueueName, QueueName), Moves>,
    /// From which intent to which, as far as triage is sure of one.
    pub intents: BTreeMap<(Option<IntentName>, Option<IntentName>), Moves>,
    /// How the labels of language models have turned out.
    pub proved: Proved,
}

/// How many messages, and the conversations of the first of them.
#[derive(Debug, Default)]
pub struct Moves {
    /// How many messages.
    pub count: usize,
    /// The first conversations.
    pub first: Vec<ConversationId>,
}

impl Moves {
    fn add(&mut self, conversation: Option<ConversationId>) {
        self.count += 1;
        let new = conversation.filter(|new| self.first.len() < SHOWN && !self.first.contains(new));
        self.first.extend(new);
    }
}

/// Reads the messages of the journal as they would be read with the examples that were taken in; puts those in force unless
/// this is only to see.
pub async fn retrain(settings: &Settings, table: &RoutingTable, only_to_see: bool) -> anyhow::Result<Changes> {
    let archive = backends::beside(settings)?;
    let keys = archive.keys.clone();
    let file = place(settings, TAKEN_IN);
    let (before, taken_in): (_, Vec<Taken>) = (in_force(settings, &keys)?, read(&file, &keys)?);
    let after = Examples::of(before.clone()).with(&taken_in);
    let encoder = knowing::encoder(settings);
    let engine =
        |examples: &[Confirmed]| Embedded::over(&with_confirmed(&table.intents, examples), encoder.clone(), None);
    let (old, new) = (engine(&before), engine(&after));
    let mut changes = Changes { examples: after.len(), ..Changes::default() };
    let confirmed: BTreeMap<EventId, &IntentName> =
        after.iter().filter_map(|example| Some((example.message?, &example.intent))).collect();
    labels::each_thread(&archive, settings.partitions.get(), |records| {
        let (mut labeller, mut message) = (Labeller::default(), None);
        for record in records {
            let _label: Option<Label> = labeller.read(&record.input, &record.changes);
            if let Body::Message(written) = &record.input.event.body {
                message = Some(written.as_ref());
            }
            let decided = record.changes.iter().any(|change| matches!(change, Change::Decided { .. }));
            if let (true, Some(on), Some(message)) = (decided, labeller.decided(), message) {
                changes.messages += 1;
                changes.compare(table, (on, message, labeller.conversation()), (&old, &new));
            }
        }
        for (message, advice) in labeller.advice() {
            if let Some((said, truth)) = advice.intent.as_ref().zip(confirmed.get(message)) {
                changes.proved.note(&advice.asked, said, said == *truth);
            }
        }
    })
    .await?;
    if !only_to_see {
        write(&place(settings, IN_FORCE), &keys, &after)?;
        replace(&advising::outcomes_file(settings), &serde_json::to_vec_pretty(&changes.proved)?)?;
        // What was taken in since waits for the next time. What was taken out is kept nowhere any more.
        let mut later: Vec<Taken> = read(&file, &keys)?;
        later.retain(|taken| !taken_in.contains(taken));
        write(&file, &keys, &later)?;
    }
    Ok(changes)
}

impl Changes {
    /// Reads one message with both engines, as the first of a customer that nobody knows.
    fn compare(
        &mut self,
        table: &RoutingTable,
        (on, message, conversation): (&Decided, &InboundMessage, Option<ConversationId>),
        (old, new): (&Embedded, &Embedded),
    ) {
        let decide = |engine: &Embedded| -> Decision {
            let locale = message.locale.as_deref().and_then(Language::of_locale);
            let automatic = message.automatic.as_deref();
            let verdict = engine.examine(Message { text: &on.text, locale, automatic, ..Message::default() });
            table.decide(&Facts {
                verdict: &verdict,
                text: &on.text,
                channel: &message.channel,
                account: &message.account,
                at: on.decision.at,
                customer_known: false,
                customer_tier: None,
                turns: 0,
                previous_queue: None,
                bot_backlog: 0,
                attributes: &message.attributes,
            })
        };
        let sure = |decision: &Decision| {
            let best = decision.verdict.intents.first().filter(|intent| intent.p >= intent.threshold);
            best.map(|intent| intent.name.clone())
        };
        let (was, is) = (decide(old), decide(new));
        if was.queue != is.queue {
            self.queues.entry((was.queue.clone(), is.queue.clone())).or_default().add(conversation);
        }
        if sure(&was) != sure(&is) {
            self.intents.entry((sure(&was), sure(&is))).or_default().add(conversation);
        }
    }
}

#[cfg(test)]
#[path = "learning/tests.rs"]
mod tests;
