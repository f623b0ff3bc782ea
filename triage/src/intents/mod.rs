//! What customers want: linear heads, one an intent, learnt from the examples in `routing.toml`.
//!
//! Two views of a text: its grams with the static table's meaning beside them, and the meaning alone, which an encoder
//! gives where there is one. In a language that has examples the views are added; in another one, meaning alone decides.

mod apart;
mod beside;
mod bytes;
mod calibrate;
mod material;
mod near;
mod space;
pub(crate) mod sum;
pub(crate) mod train;
mod views;

use crate::reader::{Read, Reader};
use crate::{Intent, Language, Likely};
pub use bytes::{StaleHeads, fingerprint};
use calibrate::Calibration;
use space::{Entry, Space};
use views::{Learnt, Scores, Views};

/// At most this many intents are named.
const MOST: usize = 3;

/// The share of the static table's meaning beside the grams, and the same where an encoder tells the meaning as well.
const MEANING: f32 = 1.0;
const MEANING_ENCODED: f32 = 0.8;

/// A language that has so many times fewer examples than another one, or fewer yet, counts as one that has none.
const FEWEST: usize = 10;

/// The heads of all intents.
pub(crate) struct Heads {
    space: Space,
    views: Views,
    calibration: Calibration,
    /// Languages that have examples.
    pub(crate) languages: [bool; Language::ALL.len()],
}

/// A text as the heads see it.
struct Seen {
    grams: Vec<Entry>,
    meaning: Vec<Entry>,
    /// Whether the meaning is an encoder's.
    encoded: bool,
}

/// What a text that is learnt from is an example of.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Of {
    /// The intent; none for a text about nothing.
    head: Option<usize>,
    /// In which language the company declared it.
    language: Option<Language>,
    /// Whether it is such as customers write: an intent's name is not.
    written: bool,
}

/// One example.
struct Declared {
    of: Of,
    seen: Seen,
}

impl Heads {
    /// Learns from the examples; the same examples always give the same heads.
    pub(crate) fn learn(intents: &[Intent], reader: &Reader) -> Self {
        let read = apart::kept(examples(intents, reader));
        let space = Space::of(read.iter().map(|(_, read)| &read.grams));
        let declared: Vec<Declared> =
            read.into_iter().map(|(of, read)| Declared { of, seen: Seen::new(&space, read) }).collect();
        let dimensions = space.grams() + reader.vectors.dimensions();
        let learnt = Learnt::of(&declared, intents.len(), dimensions, reader.meaning());
        let allowed: Vec<f64> = intents.iter().map(|intent| intent.max_error).collect();
        let calibration = calibrate::calibrate(&declared, &allowed, &learnt);
        let views = learnt.views();
        Self { space, views, calibration, languages: taught(intents) }
    }

    /// From which probability on each intent may be acted upon.
    pub(crate) fn thresholds(&self) -> &[f64] {
        &self.calibration.thresholds
    }

    /// The likely intents, best first, however unlikely, and that it is about none.
    pub(crate) fn tell(&self, read: Read, language: Option<Language>) -> (Vec<Likely>, f64) {
        if self.views.grams.heads == 0 || read.grams.words.is_empty() {
            return (Vec::new(), 1.0);
        }
        let taught = language.is_none_or(|language| self.languages[language as usize]);
        let seen = Seen::new(&self.space, read);
        let mut told = Scores::default();
        self.views.scores(&seen, taught, &mut told);
        let scores = &told.all;
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        let ps = self.calibration.ps(&told, &order[..order.len().min(MOST)]);
        let measured = language.filter(|_| taught || seen.encoded);
        let likely = order.iter().zip(ps).map(|(&intent, p)| Likely {
            intent,
            p,
            threshold: measured.map_or(1.0, |language| self.calibration.threshold(intent, language)),
        });
        let none = order.first().map_or(1.0, |&best| self.calibration.none(scores[best]));
        (likely.collect(), none)
    }
}

impl Seen {
    fn new(space: &Space, mut read: Read) -> Self {
        let encoded = read.sentence.is_some();
        let share = if encoded { MEANING_ENCODED } else { MEANING };
        let beside: Vec<f32> = read.meaning.iter().map(|x| x * share).collect();
        let meaning = read.sentence.unwrap_or(read.meaning);
        let meaning = (0..).zip(meaning).collect();
        Self { grams: space.vector(&mut read.grams, &beside), meaning, encoded }
    }
}

/// The languages that have examples, unless they are a few among many: nothing can be tried on those.
fn taught(intents: &[Intent]) -> [bool; Language::ALL.len()] {
    let count = |language: Language| -> usize {
        intents.iter().filter_map(|intent| intent.examples.get(&language)).map(Vec::len).sum()
    };
    let counts = Language::ALL.map(count);
    let most = counts.into_iter().max().unwrap_or_default();
    counts.map(|count| count * FEWEST > most)
}

/// The company's examples, the names of its intents, which are most often words for what they are about, and texts that are
/// about none of them.
fn examples(intents: &[Intent], reader: &Reader) -> Vec<(Of, Read)> {
    let named = |(head, intent): (usize, &Intent)| {
        let name = intent.name.replace(|c: char| !c.is_alphanumeric(), " ");
        (Of { head: Some(head), language: None, written: false }, name)
    };
    let declared = |(head, intent): (usize, &Intent)| {
        let of = |language: Language| Of { head: Some(head), language: Some(language), written: true };
        let texts = intent.examples.iter().map(|(language, texts)| (of(*language), texts.clone()));
        texts.flat_map(|(of, texts)| texts.into_iter().map(move |text| (of, text))).collect::<Vec<_>>()
    };
    let none = Of { head: None, language: None, written: true };
    let none = material::NONE.iter().map(|text| (none, (*text).to_owned()));
    let own = intents.iter().enumerate();
    let all: Vec<(Of, String)> = own.clone().flat_map(declared).chain(none).chain(own.map(named)).collect();
    let read = beside::each(all.len(), |number| reader.read(&all[number].1));
    all.into_iter().map(|(of, _)| of).zip(read).collect()
}
