//! Fields: everything that a condition may ask about, with its type. Facts about the message, the conversation and
//! the calendar; there is no field about how a member of staff behaves, and none may be added.

use std::sync::Arc;

/// A field that is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberField {
    Confidence,
    Threshold,
    Anger,
    Sadness,
    Doubt,
    Joy,
    Questions,
    TextLength,
    Turns,
    Hour,
    BotBacklog,
}

impl NumberField {
    /// The least and the greatest value in ten-thousandths.
    pub(crate) const fn range(self) -> (i64, i64) {
        match self {
            Self::Confidence | Self::Threshold | Self::Anger | Self::Sadness | Self::Doubt | Self::Joy => (0, 10_000),
            Self::Hour => (0, 230_000),
            Self::Questions | Self::TextLength | Self::Turns | Self::BotBacklog => (0, i64::MAX),
        }
    }

    /// Whether it has no decimals.
    pub(crate) const fn is_whole(self) -> bool {
        matches!(self, Self::Questions | Self::TextLength | Self::Turns | Self::Hour | Self::BotBacklog)
    }

    /// Whether it is always there.
    pub(crate) const fn is_total(self) -> bool {
        matches!(self, Self::TextLength | Self::Turns | Self::Hour | Self::BotBacklog)
    }
}

/// A field that is a yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TruthField {
    WantsPerson,
    Complaint,
    Urgent,
    Automatic,
    Injection,
    CustomerKnown,
}

/// A field that is a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WordField {
    Intent,
    Language,
    Channel,
    Account,
    CustomerTier,
    Weekday,
    Date,
    PreviousQueue,
    Attribute(Arc<str>),
}

impl WordField {
    /// What its words are, for messages.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Intent => "an intent",
            Self::Language => "a language",
            Self::Channel => "a channel",
            Self::Weekday => "a weekday",
            Self::Date => "a date",
            Self::PreviousQueue => "a queue",
            Self::Account | Self::CustomerTier | Self::Attribute(_) => "a text",
        }
    }
}

/// Any field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Number(NumberField),
    Truth(TruthField),
    Word(WordField),
    /// `intents`: all likely ones.
    Intents,
    /// `text.body`: what the customer wrote.
    Body,
    /// `answerable` and `high_stakes`: the intents that are so.
    Answerable,
    HighStakes,
}

impl Field {
    /// What it is, for messages.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Truth(_) => "a yes or no",
            Self::Word(word) => word.kind(),
            Self::Intents | Self::Answerable | Self::HighStakes => "a list of intents",
            Self::Body => "what the customer wrote",
        }
    }
}

const FIELDS: [(&str, Field); 31] = [
    ("intent", Field::Word(WordField::Intent)),
    ("intents", Field::Intents),
    ("confidence", Field::Number(NumberField::Confidence)),
    ("threshold", Field::Number(NumberField::Threshold)),
    ("language", Field::Word(WordField::Language)),
    ("emotion.anger", Field::Number(NumberField::Anger)),
    ("emotion.sadness", Field::Number(NumberField::Sadness)),
    ("emotion.doubt", Field::Number(NumberField::Doubt)),
    ("emotion.joy", Field::Number(NumberField::Joy)),
    ("wants_person", Field::Truth(TruthField::WantsPerson)),
    ("complaint", Field::Truth(TruthField::Complaint)),
    ("urgent", Field::Truth(TruthField::Urgent)),
    ("questions", Field::Number(NumberField::Questions)),
    ("automatic", Field::Truth(TruthField::Automatic)),
    ("injection", Field::Truth(TruthField::Injection)),
    ("channel", Field::Word(WordField::Channel)),
    ("account", Field::Word(WordField::Account)),
    ("customer.known", Field::Truth(TruthField::CustomerKnown)),
    ("customer.tier", Field::Word(WordField::CustomerTier)),
    ("text.length", Field::Number(NumberField::TextLength)),
    ("text.body", Field::Body),
    ("turns", Field::Number(NumberField::Turns)),
    ("hour", Field::Number(NumberField::Hour)),
    ("weekday", Field::Word(WordField::Weekday)),
    ("date", Field::Word(WordField::Date)),
    ("previous_queue", Field::Word(WordField::PreviousQueue)),
    ("bot.backlog", Field::Number(NumberField::BotBacklog)),
    ("answerable", Field::Answerable),
    ("high_stakes", Field::HighStakes),
    ("open", Field::Body),
    ("attribute", Field::Body),
];

/// The names of all fields, for near matches. `open` and `attribute` take something after them.
pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
    FIELDS.iter().map(|(name, _)| *name)
}

/// The field that `name` means.
pub(crate) fn find(name: &str) -> Option<Field> {
    if let Some(attribute) = name.strip_prefix("attribute.") {
        return (!attribute.is_empty()).then(|| Field::Word(WordField::Attribute(attribute.into())));
    }
    let declared = &FIELDS[..FIELDS.len() - 2];
    declared.iter().find(|(known, _)| *known == name).map(|(_, field)| field.clone())
}

/// The days of the week, as `weekday` and `week` write them.
pub(crate) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
