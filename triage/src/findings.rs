//! Findings: what was read in one message, and what is asked of whoever reads it.

use std::collections::BTreeMap;
use std::str::FromStr;

/// A language that is told apart and for which there are words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// All of them; `as usize` is the place in this list.
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
}

/// Not a language that is told apart here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a language here; the languages are nl, en, de, fr, es")]
pub struct LanguageError(pub String);

impl FromStr for Language {
    type Err = LanguageError;
    fn from_str(text: &str) -> Result<Self, LanguageError> {
        Self::ALL.into_iter().find(|l| l.code() == text).ok_or_else(|| LanguageError(text.to_owned()))
    }
}

/// Something that customers want, with examples of how they say it.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// Its name.
    pub name: String,
    /// What customers write who want this.
    pub examples: BTreeMap<Language, Vec<String>>,
    /// Of what is taken for this intent at most this share may be wrong: 0 to 1.
    pub max_error: f64,
}

/// A message to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Message<'a> {
    /// The new text alone.
    pub text: &'a str,
    /// The language that the conversation has been in so far.
    pub prior: Option<Language>,
    /// The language that the customer's program states: a weaker hint than `prior`.
    pub locale: Option<Language>,
    /// Whether the channel knows that no person wrote it, and by which sign.
    pub automatic: Option<&'a str>,
}

/// An intent that may be what the customer wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// The intent's place among those that were learnt.
    pub intent: usize,
    /// How sure: 0 to 1.
    pub p: f64,
    /// From which `p` on it may be acted upon without a person.
    pub threshold: f64,
}

/// A yes or no, and how sure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Finding {
    /// Whether it holds.
    pub is: bool,
    /// How sure that it holds: 0 to 1.
    pub p: f64,
}

/// Emotion in the words, 0 to 1 each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Emotion {
    /// Anger.
    pub anger: f64,
    /// Sadness, grief or anxiety.
    pub sadness: f64,
    /// Doubt.
    pub doubt: f64,
    /// Joy.
    pub joy: f64,
}

/// What a piece of evidence is evidence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// Where in the text a finding shows, in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// What was read in one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// The language; absent when unsure.
    pub language: Option<Language>,
    /// How sure.
    pub language_p: f64,
    /// The most likely intents, best first, however unlikely; what is below its threshold is for people.
    pub intents: Vec<Likely>,
    /// That it is about none of the intents: 0 to 1. The best intent's `p` is low also between two that are near each other,
    /// so this tells better what is about something else.
    pub none: f64,
    /// How many separate questions or requests.
    pub questions: u32,
    /// Emotion in the words.
    pub emotion: Emotion,
    /// The customer asks for a person.
    pub wants_person: Finding,
    /// A complaint, a legal matter or a threat.
    pub complaint: Finding,
    /// Urgency.
    pub urgent: Finding,
    /// No person wrote it: out of office, bounce, receipt.
    pub automatic: Finding,
    /// It tries to instruct the bot.
    pub injection: Finding,
    /// A mere thank-you, which asks for nothing.
    pub thanks: Finding,
    /// Where the findings show.
    pub evidence: Vec<Evidence>,
}
