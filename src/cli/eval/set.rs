//! The set: labelled texts, one JSON object a line, with the names that people give to labels.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, bail, ensure};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use wissel_channels::ChannelName;

use crate::routing::Language;

/// What `--help` says about a line of a set.
pub(super) const FORM: &str = r#"Each line of the set is one JSON object; all but the text may be left out, and what is left out is not measured:
  {"text": "…", "lang": "nl", "intent": "delivery_time", "wants_person": false, "emotion": "anger", "route": "bot"}

  text          the message (also: message)
  intent        what it is about; null or "none" where it is about nothing that is declared
                (also: label, intents with a list of which any is right; "oos", "out_of_scope" mean none)
  lang          its language (also: language); figures are told for each
  wants_person  whether it asks for a person (also: asks_human, wants_human, person)
  complaint     whether it complains
  emotion       anger, sadness, doubt, joy or none
                (also: triage; angry, sad_anxious, doubting, happy, neutral)
  route         bot or people, or the name of a queue (also: queue)
  channel       the channel that it came by
Other keys are not looked at."#;

/// A feeling that words may show, or none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Feeling {
    Anger,
    Sadness,
    Doubt,
    Joy,
    None,
}

impl Feeling {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Anger => "anger",
            Self::Sadness => "sadness",
            Self::Doubt => "doubt",
            Self::Joy => "joy",
            Self::None => "none",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "anger" | "angry" => Self::Anger,
            "sadness" | "sad" | "sad_anxious" | "anxiety" => Self::Sadness,
            "doubt" | "doubting" => Self::Doubt,
            "joy" | "happy" => Self::Joy,
            "none" | "neutral" => Self::None,
            _ => return None,
        })
    }
}

/// A labelled text. What the line does not say is absent.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    /// The line of the file, from 1.
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) language: Option<Language>,
    /// Names of intents of which any is right; none where it is about nothing that is declared.
    pub(super) intents: Option<BTreeSet<String>>,
    pub(super) wants_person: Option<bool>,
    pub(super) complaint: Option<bool>,
    pub(super) feeling: Option<Feeling>,
    /// `bot`, `people`, or a queue.
    pub(super) route: Option<String>,
    pub(super) channel: Option<ChannelName>,
}

/// A line as it stands in the file.
#[derive(Deserialize)]
struct Line {
    #[serde(alias = "message")]
    text: String,
    #[serde(default, alias = "language")]
    lang: Option<String>,
    /// Absent, null, or a name.
    #[serde(default, alias = "label", deserialize_with = "said")]
    intent: Option<serde_json::Value>,
    #[serde(default)]
    intents: Option<Vec<String>>,
    #[serde(default, alias = "asks_human", alias = "wants_human", alias = "person")]
    wants_person: Option<bool>,
    #[serde(default)]
    complaint: Option<bool>,
    #[serde(default, alias = "triage")]
    emotion: Option<String>,
    #[serde(default, alias = "queue")]
    route: Option<String>,
    #[serde(default)]
    channel: Option<ChannelName>,
}

/// Tells a key that is null from one that is not there.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<serde_json::Value>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let fits = value.is_null() || value.is_string();
    fits.then_some(Some(value)).ok_or_else(|| D::Error::custom("an intent is a name or null"))
}

/// Whether a label says that a text is about nothing that is declared.
fn is_none(label: &str) -> bool {
    matches!(label, "" | "none" | "oos" | "out_of_scope")
}

impl Line {
    fn case(self, line: usize) -> anyhow::Result<Case> {
        let feeling = match self.emotion.as_deref() {
            None => None,
            Some(word) => Some(
                Feeling::of(word)
                    .with_context(|| format!("{word:?} is no emotion; write anger, sadness, doubt, joy or none"))?,
            ),
        };
        let labels = self.intents.or_else(|| Some(self.intent?.as_str().map(str::to_owned).into_iter().collect()));
        Ok(Case {
            line,
            text: self.text,
            language: self.lang.as_deref().and_then(Language::of_locale),
            intents: labels.map(|labels| labels.into_iter().filter(|label| !is_none(label)).collect()),
            wants_person: self.wants_person,
            complaint: self.complaint,
            feeling,
            route: self.route,
            channel: self.channel,
        })
    }
}

/// Reads a set.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Case>> {
    let shown = path.display();
    let file = File::open(path)
        .with_context(|| format!("{shown} cannot be opened; name a file that is there and readable with --set"))?;
    let mut cases = Vec::new();
    for (number, line) in (1_usize..).zip(BufReader::new(file).lines()) {
        let place = || format!("{shown}:{number}");
        let line = line.with_context(place)?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = match serde_json::from_str(line.trim_start_matches('\u{feff}')) {
            Ok(line) => line,
            Err(error) => {
                bail!("{}: {error}; write a JSON object such as {{\"text\": \"…\", \"intent\": \"…\"}}", place())
            }
        };
        cases.push(line.case(number).with_context(place)?);
    }
    ensure!(!cases.is_empty(), "{shown} holds no texts; write one JSON object a line, as `wissel eval --help` says");
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::{Feeling, read};

    fn read_text(text: &str) -> anyhow::Result<Vec<super::Case>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("set.jsonl");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn labels_go_by_several_names_and_null_is_not_the_same_as_left_out() {
        let set = read_text(
            "{\"text\":\"a\",\"label\":\"oos\",\"triage\":\"sad_anxious\",\"asks_human\":true}\n\n{\"text\":\"b\",\"intent\":null,\"lang\":\"nl\"}\n{\"text\":\"c\",\"intents\":[\"x\",\"y\"],\"other\":1}\n{\"text\":\"d\"}\n",
        )
        .unwrap();
        assert!(set[0].intents.as_ref().unwrap().is_empty() && set[1].intents.as_ref().unwrap().is_empty());
        assert_eq!((set[0].feeling, set[0].wants_person), (Some(Feeling::Sadness), Some(true)));
        assert_eq!(set[2].intents.as_ref().unwrap().len(), 2);
        assert!(set[3].intents.is_none() && set[3].wants_person.is_none());
    }

    #[test]
    fn a_broken_line_is_named_with_what_to_write() {
        let told = |text| format!("{:#}", read_text(text).unwrap_err());
        assert!(told("{\"text\":\"a\"}\n{\"txt\":1}\n").contains("set.jsonl:2: missing field `text`"));
        assert!(told("{\"text\":\"a\",\"emotion\":\"meh\"}").contains("\"meh\" is no emotion; write anger"));
        assert!(told("\n").contains("holds no texts"));
    }
}
