//! Verdict: what triage found in one message. Findings that an engine does not have are absent.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Decimal;

/// A language that Wissel speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch.
    Nl,
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
}

impl Language {
    /// All of them, in the order of the code tables.
    pub const ALL: [Self; 5] = [Self::Nl, Self::En, Self::De, Self::Fr, Self::Es];

    /// The ISO 639-1 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
        }
    }

    /// The language of a locale such as `nl`, `nl-BE` or `en_GB`, if it is one of ours.
    #[must_use]
    pub fn of_locale(locale: &str) -> Option<Self> {
        locale.split(['-', '_']).next()?.to_ascii_lowercase().parse().ok()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Not a language that Wissel speaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a language here; the languages are nl, en, de, fr, es")]
pub struct LanguageError(pub String);

impl FromStr for Language {
    type Err = LanguageError;
    fn from_str(text: &str) -> Result<Self, LanguageError> {
        Self::ALL.into_iter().find(|l| l.code() == text).ok_or_else(|| LanguageError(text.to_owned()))
    }
}

/// A text in several languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localized(pub BTreeMap<Language, String>);

impl Localized {
    /// The text in `language`, else in English, else in Dutch, else in any; empty when there is none.
    #[must_use]
    pub fn get(&self, language: Option<Language>) -> &str {
        let order = [language, Some(Language::En), Some(Language::Nl)];
        let found = order.into_iter().flatten().find_map(|l| self.0.get(&l));
        found.or_else(|| self.0.values().next()).map_or("", String::as_str)
    }
}

wissel_channels::name!(
    /// An intent that `routing.toml` declares.
    IntentName
);

/// An intent that may be what the customer wants, with the score that it must reach.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IntentScore {
    /// The intent.
    pub name: IntentName,
    /// How sure: 0 to 1.
    pub p: Decimal,
    /// From which `p` on it may be acted upon without a person.
    pub threshold: Decimal,
}

/// A yes or no, and how sure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// Whether it holds.
    pub is: bool,
    /// How sure that it holds: 0 to 1.
    pub p: Decimal,
}

/// Emotion in the words, 0 to 1 each; absent where the engine has no such head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Emotion {
    /// Anger.
    pub anger: Option<Decimal>,
    /// Sadness, grief or anxiety.
    pub sadness: Option<Decimal>,
    /// Doubt.
    pub doubt: Option<Decimal>,
    /// Joy.
    pub joy: Option<Decimal>,
}

/// What a piece of evidence is evidence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingName {
    /// The language.
    Language,
    /// The intent.
    Intent,
    /// One of the questions.
    Question,
    /// Anger.
    Anger,
    /// Sadness.
    Sadness,
    /// Doubt.
    Doubt,
    /// Joy.
    Joy,
    /// The customer asks for a person.
    WantsPerson,
    /// A complaint, a legal matter or a threat.
    Complaint,
    /// Urgency.
    Urgent,
    /// No person wrote it.
    Automatic,
    /// It tries to instruct the bot.
    Injection,
    /// A mere thank-you.
    Thanks,
}

/// How a piece of evidence was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// By a rule of the floor: no model can take it away.
    Floor,
    /// By a trained model.
    Model,
    /// By the shape of the text.
    Shape,
    /// By the channel.
    Channel,
}

/// Where in the text a finding shows. Counts Unicode scalar values; the text itself is filled in on reading.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// What it shows.
    pub finding: FindingName,
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
    /// How it was found.
    pub why: Why,
}

/// What triage found in one message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Verdict {
    /// The language; absent when unsure.
    pub language: Option<Language>,
    /// How sure.
    pub language_p: Decimal,
    /// Likely intents, best first; empty for "none".
    pub intents: Vec<IntentScore>,
    /// How many separate questions or requests.
    pub questions: Option<u32>,
    /// Emotion in the words.
    pub emotion: Emotion,
    /// The customer asks for a person.
    pub wants_person: Option<Finding>,
    /// A complaint, a legal matter or a threat.
    pub complaint: Option<Finding>,
    /// Urgency.
    pub urgent: Option<Finding>,
    /// No person wrote it: out of office, bounce, receipt.
    pub automatic: Option<Finding>,
    /// It tries to instruct the bot.
    pub injection: Option<Finding>,
    /// A mere thank-you, which asks for nothing.
    #[serde(default)]
    pub thanks: Option<Finding>,
    /// Where the findings show.
    pub evidence: Vec<Evidence>,
    /// Which engine, `name@version`.
    pub engine: String,
}

impl Verdict {
    /// Whether `finding` is there and holds.
    #[must_use]
    pub fn holds(finding: Option<Finding>) -> bool {
        finding.is_some_and(|f| f.is)
    }
}
