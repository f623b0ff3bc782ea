//! Learning: examples that an operator confirmed, and what they would change. Nothing learns by itself: they are taken in,
//! looked at, and put in force by hand, and a daemon reads them when it starts.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use serde::{Deserialize, Serialize};

use wissel_channels::{ConversationId, InboundMessage};

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

/// A text of which a person has said what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// What was written.
    pub text: String,
    /// What it is about.
    pub intent: IntentName,
    /// Its language.
    pub language: Language,
    /// The message that it was, if it was one: what a language model said about it is proved right or wrong by this.
    #[serde(default)]
    pub message: Option<EventId>,
}

/// Reads confirmed examples; none where there is no file.
fn read(file: &Path, keys: &Keys) -> anyhow::Result<Vec<Confirmed>> {
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

/// Writes confirmed examples, whole or not at all.
fn write(file: &Path, keys: &Keys, examples: &[Confirmed]) -> anyhow::Result<()> {
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

/// The intents of a table with confirmed examples beside those that it declares; what is confirmed for an intent that is not
/// declared any more is left out.
#[must_use]
pub(super) fn with_confirmed(intents: &[Intent], confirmed: &[Confirmed]) -> Vec<Intent> {
    let mut intents = intents.to_vec();
    for example in confirmed {
        if let Some(intent) = intents.iter_mut().find(|intent| intent.name == example.intent) {
            let texts = intent.examples.entry(example.language).or_default();
            if !texts.contains(&example.text) {
                texts.push(example.text.clone());
            }
        }
    }
    intents
}

/// The intents of a table as a daemon with these settings learns them. Needs the master key only where examples are in force.
pub fn intents_in_force(settings: &Settings, table: &RoutingTable) -> anyhow::Result<Vec<Intent>> {
    if !place(settings, IN_FORCE).exists() {
        return Ok(table.intents.clone());
    }
    Ok(with_confirmed(&table.intents, &in_force(settings, &backends::known_keys(settings)?)?))
}

/// Takes examples in, beside those taken in before; gives how many are new. They are not in force yet.
pub fn take_in(settings: &Settings, table: &RoutingTable, examples: Vec<Confirmed>) -> anyhow::Result<usize> {
    let keys = backends::known_keys(settings)?;
    let file = place(settings, TAKEN_IN);
    let mut all = read(&file, &keys)?;
    let before = all.len();
    for example in examples {
        if table.intent(&example.intent).is_none() {
            let declared: Vec<&str> = table.intents.iter().map(|intent| intent.name.as_str()).collect();
            bail!("the routing declares no intent \"{}\"; there are: {}", example.intent, declared.join(", "));
        }
        all.retain(|other| other.text != example.text || other.language != example.language);
        all.push(example);
    }
    write(&file, &keys, &all)?;
    Ok(all.len().saturating_sub(before))
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
    let (before, taken_in) = (in_force(settings, &keys)?, read(&place(settings, TAKEN_IN), &keys)?);
    let mut after = before.clone();
    after.extend(taken_in.into_iter().filter(|example| !before.contains(example)));
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
                changes.proved.note(&advice.asked.model, said, said == *truth);
            }
        }
    })
    .await?;
    if !only_to_see {
        write(&place(settings, IN_FORCE), &keys, &after)?;
        replace(&advising::outcomes_file(settings), &serde_json::to_vec_pretty(&changes.proved)?)?;
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

/// Confirmed examples as JSON lines have them; what names no intent is left out, as an export has such lines.
pub fn read_lines(text: &str) -> anyhow::Result<Vec<Confirmed>> {
    let mut examples = Vec::new();
    for (number, line) in (1_usize..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let value: serde_json::Value =
            serde_json::from_str(line).map_err(|_| anyhow!("line {number} is no JSON object; mend it"))?;
        if !value["intent"].is_null() {
            let example = serde_json::from_value(value).map_err(|error| {
                anyhow!("line {number}: {error}; write {{\"text\": …, \"intent\": …, \"language\": \"nl\"}}")
            })?;
            examples.push(example);
        }
    }
    Ok(examples)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"{"text":"Is mijn doos er al?","intent":"delivery_time","language":"nl","outcome":"wrong_answer"}"#;

    #[test]
    fn lines_of_an_export_are_taken_in_once_an_intent_is_named() {
        let examples = read_lines(&format!("{LINE}\n\n{}\n", LINE.replace("\"delivery_time\"", "null"))).unwrap();
        assert_eq!((examples.len(), examples[0].intent.as_str()), (1, "delivery_time"));
        assert!(read_lines("{").unwrap_err().to_string().contains("line 1"));
        assert!(read_lines(r#"{"intent":"a"}"#).unwrap_err().to_string().contains("text"));
    }

    #[test]
    fn what_is_confirmed_is_sealed_and_stands_beside_what_is_declared() {
        let folder = tempfile::tempdir().unwrap();
        let (file, keys) = (folder.path().join("examples.sealed"), Keys::new([7; 32]));
        let examples = read_lines(LINE).unwrap();
        write(&file, &keys, &examples).unwrap();
        assert!(!String::from_utf8_lossy(&fs::read(&file).unwrap()).contains("doos"));
        assert_eq!(read(&file, &keys).unwrap(), examples);
        assert!(read(&file, &Keys::new([8; 32])).is_err());
        let table = RoutingTable::shipped();
        let intents = with_confirmed(&table.intents, &examples);
        let texts = |intents: &[Intent]| {
            intents.iter().map(|i| i.examples.values().map(Vec::len).sum::<usize>()).sum::<usize>()
        };
        assert_eq!(texts(&intents), texts(&table.intents) + 1);
    }
}
