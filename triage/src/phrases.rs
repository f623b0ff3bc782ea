//! Words and phrases of all tables, found in one pass over a message.

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;

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
    /// The phrase's place in the tables.
    number: u32,
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
    tree: Option<(NFA, StateID)>,
    patterns: Vec<Pattern>,
    /// How phrases begin: all of them, and those that may stand within a word.
    starts: [Starts; 2],
}

/// The first bytes of some phrases, hashed, of a shorter phrase all of them: where none of them stands no phrase begins.
struct Starts(Vec<u64>);

/// So many first bytes are hashed.
const FIRST: usize = 5;

/// Into so many bits: few enough to stay in the nearest cache.
const BITS: u32 = 17;

impl Starts {
    fn of<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut bits = vec![0; 1 << (BITS - 6)];
        for word in words {
            if let Some(bit) = Self::bits(word).take(FIRST).last() {
                bits[bit / 64] |= 1 << (bit % 64);
            }
        }
        Self(bits)
    }

    /// The bit of the first byte, of the first two, …
    fn bits(bytes: &[u8]) -> impl Iterator<Item = usize> {
        bytes.iter().take(FIRST).scan(0u32, |hash, byte| {
            *hash = (*hash ^ u32::from(*byte)).wrapping_mul(0x9e37_79b1).rotate_left(7);
            Some((*hash >> (32 - BITS)) as usize)
        })
    }

    /// Whether a phrase may begin as these bytes do.
    fn may(&self, rest: &[u8]) -> bool {
        Self::bits(rest).any(|bit| self.0[bit / 64] >> (bit % 64) & 1 == 1)
    }
}

impl Phrases {
    pub(crate) fn new() -> Self {
        let (words, patterns) = tables();
        let of = |within: bool| {
            let own = words.iter().zip(&patterns).filter(move |(_, pattern)| pattern.open_left || !within);
            Starts::of(own.map(|(word, _)| word.as_bytes()))
        };
        let starts = [of(false), of(true)];
        let tree = NFA::builder().prefilter(false).build(&words).ok();
        let tree = tree.and_then(|tree| Some((tree.start_state(Anchored::Yes).ok()?, tree)));
        Self { tree: tree.map(|(start, tree)| (tree, start)), patterns, starts }
    }

    /// Every phrase in the text, in the order of their ends. Words are entered from their starts: nearly all phrases begin
    /// where a word does, and most words leave the tree after a few letters.
    pub(crate) fn find(&self, text: &Text) -> Vec<Hit> {
        let bytes = text.folded.as_bytes();
        let mut hits = Vec::with_capacity(64);
        let mut within = false;
        for (at, byte) in bytes.iter().enumerate() {
            if self.starts[usize::from(within)].may(&bytes[at..]) {
                self.from(bytes, at, within, &mut hits);
            }
            within = byte.is_ascii_alphanumeric();
        }
        sort(&mut hits);
        hits.truncate(MOST);
        hits
    }

    /// The phrases that begin here; within a word only those that may.
    fn from(&self, bytes: &[u8], start: usize, within: bool, hits: &mut Vec<Hit>) {
        let Some((tree, mut state)) = self.tree.as_ref().map(|(tree, state)| (tree, *state)) else { return };
        for (at, byte) in bytes.iter().enumerate().skip(start) {
            state = tree.next_state(Anchored::Yes, state, *byte);
            if tree.is_dead(state) {
                return;
            }
            if !tree.is_match(state) {
                continue;
            }
            let end = at + 1;
            let joined = bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
            for number in (0..tree.match_len(state)).map(|index| tree.match_pattern(state, index)) {
                if tree.pattern_len(number) != end - start {
                    break; // what ends here as well and began later is found from there
                }
                let pattern = self.patterns[number.as_usize()];
                if (pattern.open_left || !within) && (pattern.open_right || !joined) {
                    let stretch = Stretch { start, end };
                    let Pattern { tag, value, only, .. } = pattern;
                    hits.push(Hit { tag, value, stretch, only, number: number.as_u32() });
                }
            }
        }
    }
}

/// Sorts hits by their ends. They were found in the order of their starts, and phrases are short: each has but a few places to
/// go.
fn sort(hits: &mut [Hit]) {
    let key = |hit: &Hit| (hit.stretch.end, hit.stretch.start, hit.number);
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

/// The phrases of all tables, folded, and what they are signs of.
fn tables() -> (Vec<String>, Vec<Pattern>) {
    let (mut words, mut patterns) = (Vec::new(), Vec::new());
    let tables = floor::TABLES.iter().chain(&[emotion::TABLE, questions::TABLE]);
    for &(tag, value, language, row) in tables.flat_map(|table| table.iter()) {
        add_row(tag, value, language, row, &mut words, &mut patterns);
    }
    for (number, row) in (0..).zip(concepts::CONCEPTS) {
        add_row(Tag::Concept, number, None, row, &mut words, &mut patterns);
    }
    (words, patterns)
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

#[cfg(test)]
mod tests {
    use aho_corasick::AhoCorasick;
    use proptest::prelude::*;

    use super::{Phrases, tables};
    use crate::text::Text;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Words of the tables, cut and joined anyhow.
        #[test]
        fn what_is_found_from_the_starts_of_words_is_what_a_search_from_every_letter_finds(
            parts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, "[ .']{0,1}[a-zé0]{0,2}"), 0..24)
        ) {
            let (words, patterns) = tables();
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
                let left = pattern.open_left || found.start() == 0 || !joined(found.start() - 1);
                left && (pattern.open_right || !joined(found.end()))
            });
            let all: Vec<_> = all.map(|found| (found.start(), found.end(), found.pattern().as_u32())).collect();
            let hits = Phrases::new().find(&text);
            let hits: Vec<_> = hits.iter().map(|hit| (hit.stretch.start, hit.stretch.end, hit.number)).collect();
            prop_assert_eq!(hits, all);
        }
    }
}
