//! Words and phrases of all tables, found in one pass over a message.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::text::{Stretch, Text};
use super::{concepts, emotion, floor, questions};
use crate::Language;

/// At most this many hits of one message are looked at.
const MOST: usize = 2000;

/// What a phrase is a sign of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// Asks for a person, whatever stands around it.
    PersonPhrase,
    /// A word for a person of the company.
    PersonNoun,
    /// A word for a machine that answers.
    BotNoun,
    /// Does not want something.
    Refusal,
    /// A word for a talk on the telephone.
    CallNoun,
    /// Asks for such a talk.
    Arranging,
    /// A word for anybody.
    Someone,
    /// Words for whose it is: "your agent" is talked about, not asked for.
    Owner,
    /// Wishes something.
    Wish,
    /// Asks whether something must be done.
    Procedure,
    /// A word for getting in touch.
    ContactVerb,
    /// Says that something is not needed.
    Decline,
    /// Asks whether it talks to a machine.
    BotQuestion,
    /// Small words that change nothing: please, a, want.
    Small,
    Complaint,
    Legal,
    Automatic,
    InjectionPhrase,
    InjectionVerb,
    InjectionObject,
    Thanks,
    Greeting,
    Acknowledge,
    /// Anger, `value` in hundredths.
    Anger,
    Sadness,
    Doubt,
    Joy,
    Urgent,
    /// A word that a question begins with.
    Asking,
    /// A phrase that a request begins with.
    Requesting,
    /// Asks whether one may ask.
    Indirect,
    /// Joins two questions.
    Joining,
    /// Points back to what was said.
    PointingBack,
    /// What is talked about, `value` is its number.
    Concept,
}

/// A row of a table: tag, value, language (for phrases marked `~`, which hold in that language alone), phrases.
pub(crate) type Row = (Tag, u16, Option<Language>, &'static str);

/// A phrase found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) tag: Tag,
    pub(crate) value: u16,
    pub(crate) stretch: Stretch,
    only: Option<Language>,
}

#[derive(Clone, Copy)]
struct Pattern {
    tag: Tag,
    value: u16,
    only: Option<Language>,
    open_left: bool,
    open_right: bool,
}

/// The phrases of all tables. `*` before or after a phrase: it may be part of a longer word. `;` parts phrases.
pub(crate) struct Phrases {
    automaton: Option<AhoCorasick>,
    patterns: Vec<Pattern>,
}

impl Phrases {
    pub(crate) fn new() -> Self {
        let mut words = Vec::new();
        let mut patterns = Vec::new();
        let tables = floor::TABLES.iter().chain(&[emotion::TABLE, questions::TABLE]);
        for &(tag, value, language, row) in tables.flat_map(|table| table.iter()) {
            add_row(tag, value, language, row, &mut words, &mut patterns);
        }
        for (number, row) in (0..).zip(concepts::CONCEPTS) {
            add_row(Tag::Concept, number, None, row, &mut words, &mut patterns);
        }
        let automaton =
            AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).prefilter(false).build(&words);
        Self { automaton: automaton.ok(), patterns }
    }

    /// Every phrase in the text that holds in `language` (in any when it is not known), in the order of their ends.
    pub(crate) fn find(&self, text: &Text) -> Vec<Hit> {
        let bytes = text.folded.as_bytes();
        let joined = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let mut hits = Vec::with_capacity(32);
        for found in automaton.find_overlapping_iter(&text.folded) {
            let pattern = self.patterns[found.pattern().as_usize()];
            let left = pattern.open_left || !joined(found.start().checked_sub(1));
            if left && (pattern.open_right || !joined(Some(found.end()))) {
                let stretch = Stretch { start: found.start(), end: found.end() };
                hits.push(Hit { tag: pattern.tag, value: pattern.value, stretch, only: pattern.only });
                if hits.len() == MOST {
                    break;
                }
            }
        }
        hits
    }
}

/// Drops the hits that hold in another language only.
pub(crate) fn keep_language(hits: &mut Vec<Hit>, language: Option<Language>) {
    if language.is_some() {
        hits.retain(|hit| hit.only.is_none() || hit.only == language);
    }
}

fn add_row(
    tag: Tag,
    value: u16,
    language: Option<Language>,
    row: &str,
    words: &mut Vec<String>,
    patterns: &mut Vec<Pattern>,
) {
    for phrase in row.split(';').map(str::trim).filter(|phrase| !phrase.is_empty()).flat_map(|p| counted(p, language)) {
        let phrase = phrase.as_str();
        let (phrase, only) = phrase.strip_prefix('~').map_or((phrase, None), |rest| (rest, language));
        let (phrase, open_left) = phrase.strip_prefix('*').map_or((phrase, false), |rest| (rest, true));
        let (phrase, open_right) = phrase.strip_suffix('*').map_or((phrase, false), |rest| (rest, true));
        let folded = Text::new(phrase).folded;
        if folded.contains('\'') {
            words.push(folded.replace('\'', ""));
            patterns.push(Pattern { tag, value, only, open_left, open_right });
        }
        words.push(folded);
        patterns.push(Pattern { tag, value, only, open_left, open_right });
    }
}

/// Writes a phrase out for each number from two to twelve where it holds `#`.
fn counted(phrase: &str, language: Option<Language>) -> Vec<String> {
    if !phrase.contains('#') {
        return vec![phrase.to_owned()];
    }
    let words = match language {
        Some(Language::Nl) => "twee drie vier vijf zes zeven acht negen tien elf twaalf",
        Some(Language::De) => "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        Some(Language::Fr) => "deux trois quatre cinq six sept huit neuf dix onze douze",
        Some(Language::Es) => "dos tres cuatro cinco seis siete ocho nueve diez once doce",
        _ => "two three four five six seven eight nine ten eleven twelve",
    };
    let figures = (2..=12).map(|number: u8| number.to_string());
    words.split(' ').map(str::to_owned).chain(figures).map(|number| phrase.replace('#', &number)).collect()
}
