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
use calibrate::{Allowed, Calibration};
use space::{Entry, Space};
use views::{Learnt, Scores, Views};

/// At most this many intents are named.
const MOST: usize = 3;

/// The share of the static table's meaning beside the grams, and the same where an encoder tells the meaning as well.
const MEANING: f32 = 1.0;
const MEANING_ENCODED: f32 = 0.8;

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

/// One example.
struct Declared {
    head: Option<usize>,
    /// Whether it is such as customers write: an intent's name is not.
    written: bool,
    seen: Seen,
}

impl Heads {
    /// Learns from the examples; the same examples always give the same heads.
    pub(crate) fn learn(intents: &[Intent], reader: &Reader) -> Self {
        let read = apart::kept(examples(intents, reader));
        let space = Space::of(read.iter().map(|(.., read)| &read.grams));
        let declared: Vec<Declared> = read
            .into_iter()
            .map(|(head, written, read)| Declared { head, written, seen: Seen::new(&space, read) })
            .collect();
        let dimensions = space.grams() + reader.vectors.dimensions();
        let learnt = Learnt::of(&declared, intents.len(), dimensions, reader.meaning());
        let allowed = |intent: &Intent| Allowed { max_error: intent.max_error, automatic: intent.automatic };
        let allowed: Vec<Allowed> = intents.iter().map(allowed).collect();
        let calibration = calibrate::calibrate(&declared, &allowed, &learnt);
        let views = learnt.views();
        let has = |language: Language| intents.iter().any(|intent| intent.examples.contains_key(&language));
        Self { space, views, calibration, languages: Language::ALL.map(has) }
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
        let measured = language.is_some() && (taught || seen.encoded);
        let likely = order.iter().zip(ps).map(|(&intent, p)| Likely {
            intent,
            p,
            threshold: if measured { self.calibration.thresholds[intent] } else { 1.0 },
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

/// The company's examples, the names of its intents, which are most often words for what they are about, and texts that are
/// about none of them; each with its intent, and whether it is such as customers write.
fn examples(intents: &[Intent], reader: &Reader) -> Vec<(Option<usize>, bool, Read)> {
    let of = |head: usize| move |text: &String| (Some(head), true, text.clone());
    let own = intents.iter().enumerate().flat_map(|(head, intent)| intent.examples.values().flatten().map(of(head)));
    let none = material::NONE.iter().map(|text| (None, true, (*text).to_owned()));
    let plain = |name: &str| name.replace(|c: char| !c.is_alphanumeric(), " ");
    let names = intents.iter().enumerate().map(|(head, intent)| (Some(head), false, plain(&intent.name)));
    let all: Vec<(Option<usize>, bool, String)> = own.chain(none).chain(names).collect();
    let mut read = beside::each(all.len(), |number| reader.read(&all[number].2)).into_iter();
    all.iter().zip(&mut read).map(|((head, written, _), read)| (*head, *written, read)).collect()
}
