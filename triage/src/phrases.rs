//! Words and phrases of all tables, found in one pass over a message.

use super::prefixes::Prefixes;
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
    /// Not, never, nobody, without.
    Negation,
    /// Was in touch already, or somebody said something.
    Told,
    /// Asks for hours, numbers, costs.
    Facts,
    /// Looks for work.
    Work,
    /// Somebody or something comes, is at the door, is carried, opened or signed for.
    Handling,
    /// Asks whether it talks to a machine.
    BotQuestion,
    /// Small words that change nothing: please, a, want.
    Small,
    Complaint,
    Legal,
    Automatic,
    /// Says that one got something, or has waited since: people say it of machines' messages.
    Got,
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
    /// Somebody close.
    Kin,
    /// Death and dying, `value` says of whom.
    Death,
    /// Loses, or has lost.
    Lost,
    /// A thing that is said to die.
    Mortal,
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
    /// Whether it may be part of a longer word that begins earlier, and of one that ends later.
    open: [bool; 2],
}

/// The phrases of all tables. `*` before or after a phrase: it may be part of a longer word. `;` parts phrases.
pub(crate) struct Phrases {
    prefixes: Prefixes,
    patterns: Vec<Pattern>,
}

impl Phrases {
    pub(crate) fn new() -> Self {
        let tables = tables();
        let prefixes = Prefixes::of(tables.iter().map(|(phrase, pattern)| (phrase.as_str(), pattern.open)));
        Self { prefixes, patterns: tables.into_iter().map(|(_, pattern)| pattern).collect() }
    }

    /// Every phrase in the text, in the order of their ends.
    pub(crate) fn find(&self, text: &Text) -> Vec<Hit> {
        let mut hits = Vec::with_capacity(64);
        self.prefixes.find(text.folded.as_bytes(), |start, end, number| {
            let Pattern { tag, value, only, .. } = self.patterns[number];
            hits.push(Hit { tag, value, stretch: Stretch { start, end }, only });
        });
        sort(&mut hits);
        hits.truncate(MOST);
        hits
    }
}

/// Sorts hits by their ends. They were found in the order of their starts, and phrases are short: each has but a few places to
/// go.
fn sort(hits: &mut [Hit]) {
    let key = |hit: &Hit| (hit.stretch.end, hit.stretch.start);
    for at in 1..hits.len() {
        let hit = hits[at];
        let mut to = at;
        while to > 0 && key(&hits[to - 1]) > key(&hit) {
            hits[to] = hits[to - 1];
            to -= 1;
        }
        hits[to] = hit;
    }
}

/// Drops the hits that hold in another language only.
pub(crate) fn keep_language(hits: &mut Vec<Hit>, language: Option<Language>) {
    if language.is_some() {
        hits.retain(|hit| hit.only.is_none() || hit.only == language);
    }
}

/// The phrases of all tables, folded and sorted, and what they are signs of.
fn tables() -> Vec<(String, Pattern)> {
    let mut phrases = Vec::new();
    let tables = floor::TABLES.iter().chain(&[emotion::TABLE, questions::TABLE]);
    for &(tag, value, language, row) in tables.flat_map(|table| table.iter()) {
        add_row(tag, value, language, row, &mut phrases);
    }
    for (number, row) in (0..).zip(concepts::CONCEPTS) {
        add_row(Tag::Concept, number, None, row, &mut phrases);
    }
    phrases.sort_by(|(one, _), (other, _)| one.cmp(other));
    phrases
}

fn add_row(tag: Tag, value: u16, language: Option<Language>, row: &str, phrases: &mut Vec<(String, Pattern)>) {
    for phrase in row.split(';').map(str::trim).filter(|phrase| !phrase.is_empty()).flat_map(|p| counted(p, language)) {
        let phrase = phrase.as_str();
        let (phrase, only) = phrase.strip_prefix('~').map_or((phrase, None), |rest| (rest, language));
        let (phrase, open_left) = phrase.strip_prefix('*').map_or((phrase, false), |rest| (rest, true));
        let (phrase, open_right) = phrase.strip_suffix('*').map_or((phrase, false), |rest| (rest, true));
        let folded = Text::new(phrase).folded;
        let pattern = Pattern { tag, value, only, open: [open_left, open_right] };
        if folded.contains('\'') {
            phrases.push((folded.replace('\'', ""), pattern));
        }
        phrases.push((folded, pattern));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use aho_corasick::AhoCorasick;
    use proptest::prelude::*;

    use super::{Pattern, Phrases, tables};
    use crate::prefixes::Prefixes;
    use crate::text::Text;

    fn words() -> (Vec<String>, Vec<Pattern>) {
        tables().into_iter().unzip()
    }

    #[test]
    fn each_phrase_of_the_tables_is_found_and_no_other_has_its_hash() {
        let (words, patterns) = words();
        let prefixes = Prefixes::of(words.iter().zip(&patterns).map(|(word, pattern)| (word.as_str(), pattern.open)));
        let mut same: BTreeMap<&str, usize> = BTreeMap::new();
        for word in &words {
            *same.entry(word).or_default() += 1;
        }
        for word in &words {
            let mut whole = 0;
            prefixes.find(word.as_bytes(), |start, end, number| {
                assert_eq!(&word[start..end], words[number]);
                whole += usize::from(end - start == word.len());
            });
            assert_eq!(whole, same[word.as_str()], "{word}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Words of the tables, cut and joined anyhow.
        #[test]
        fn what_is_found_from_the_starts_of_words_is_what_a_search_from_every_letter_finds(
            parts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, "[ .']{0,1}[a-zé0]{0,2}"), 0..24)
        ) {
            let (words, patterns) = words();
            let part = |(which, cut, joint): &(prop::sample::Index, usize, String)| {
                let word: String = which.get(&words).chars().skip(cut / 3).collect();
                word + if cut % 3 == 0 { joint } else { " " }
            };
            let text = Text::new(&parts.iter().map(part).collect::<String>());
            let bytes = text.folded.as_bytes();
            let joined = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
            let everywhere = AhoCorasick::new(&words).unwrap();
            let all = everywhere.find_overlapping_iter(&text.folded).filter(|found| {
                let pattern = &patterns[found.pattern().as_usize()];
                let left = pattern.open[0] || found.start() == 0 || !joined(found.start() - 1);
                left && (pattern.open[1] || !joined(found.end()))
            });
            let of = |number: usize| (patterns[number].tag, patterns[number].value, patterns[number].only);
            let all: Vec<_> = all.map(|found| (found.start(), found.end(), of(found.pattern().as_usize()))).collect();
            let hits = Phrases::new().find(&text);
            let hits: Vec<_> =
                hits.iter().map(|hit| (hit.stretch.start, hit.stretch.end, (hit.tag, hit.value, hit.only))).collect();
            prop_assert_eq!(hits, all);
        }
    }
}
