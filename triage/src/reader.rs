//! What the heads are given of a text: its grams, and its meaning from the static table and from an encoder.

use std::ops::Range;
use std::sync::Arc;

use crate::Sentences;
use crate::layered::OverSentences;
use crate::ngrams::Grams;
use crate::phrases::{Hit, Phrases, Tag};
use crate::shipped::Shipped;
use crate::text::Text;
use crate::vectors::{Vectors, unit};

/// Reads texts for the heads.
pub(crate) struct Reader {
    pub(crate) phrases: Phrases,
    pub(crate) vectors: Vectors,
    pub(crate) shipped: Shipped,
    pub(crate) encoder: Option<Arc<dyn Sentences>>,
    /// The heads over the encoder's vectors, if they are of this one.
    pub(crate) over: OverSentences,
}

/// A text as the heads are given it.
pub(crate) struct Read {
    pub(crate) grams: Grams,
    /// From the static table.
    pub(crate) meaning: Vec<f32>,
    /// From the static table of each of its sentences, where there are several.
    pub(crate) meanings: Vec<Vec<f32>>,
    /// From an encoder, where there is one.
    pub(crate) sentence: Option<Vec<f32>>,
}

impl Reader {
    pub(crate) fn new(encoder: Option<Arc<dyn Sentences>>) -> Self {
        let over = OverSentences::of(encoder.as_ref().map(|encoder| encoder.name()));
        Self { phrases: Phrases::new(), vectors: Vectors::shipped(), shipped: Shipped::read(), encoder, over }
    }

    /// The number of dimensions of the view by meaning alone.
    pub(crate) fn meaning(&self) -> usize {
        self.encoder.as_ref().map_or(self.vectors.dimensions(), |encoder| encoder.dimensions())
    }

    /// Reads a text from its start.
    pub(crate) fn read(&self, original: &str) -> Read {
        let text = Text::new(original);
        let concepts: Vec<Hit> = self.phrases.find(&text).into_iter().filter(|hit| hit.tag == Tag::Concept).collect();
        self.of(original, &text, &concepts, &[])
    }

    /// Reads a text that is ready, and the meaning of each of its sentences.
    pub(crate) fn of(&self, original: &str, text: &Text, concepts: &[Hit], sentences: &[Range<usize>]) -> Read {
        let grams = Grams::new(text, concepts);
        let (meaning, meanings) = self.meanings(&grams, sentences);
        let sentence = self.encoder.as_ref().map(|encoder| encoder.embed(original));
        Read { grams, meaning, meanings, sentence }
    }

    /// The meaning of a text and of each of its sentences, which are as many words each, if there are several: each row is
    /// read once.
    fn meanings(&self, grams: &Grams, sentences: &[Range<usize>]) -> (Vec<f32>, Vec<Vec<f32>>) {
        if sentences.len() < 2 {
            return (self.vectors.of(grams), Vec::new());
        }
        let mut rest = 0;
        let mut sums = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            if sentence.end > grams.words.len() {
                break;
            }
            sums.push(self.vectors.sum(grams, sentence.clone()));
            rest = sentence.end;
        }
        let mut whole = self.vectors.sum(grams, rest..grams.words.len());
        for sum in &sums {
            whole.iter_mut().zip(sum).for_each(|(all, x)| *all += x);
        }
        (unit(whole), sums.into_iter().map(unit).collect())
    }
}
