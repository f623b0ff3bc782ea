//! What the weights of the shipped heads come to in a text and in each of its sentences. A sentence has pairs of its own at its
//! edges and marks of its own; all else of it is in the text as well, and is read once.

use std::ops::Range;

use crate::marks::marks;
use crate::ngrams::Grams;
use crate::reader::{Read, Reader};
use crate::shipped::{Kind, Sums};
use crate::text::{Stretch, Text};

/// What the weights come to.
#[derive(Default)]
pub(crate) struct Weighed {
    pub(crate) whole: Sums,
    pub(crate) sentences: Vec<Sums>,
}

impl Weighed {
    /// Of a text and its sentences, each of which is some of its words.
    pub(crate) fn of(reader: &Reader, text: &Text, read: &Read, sentences: &[Range<usize>]) -> Self {
        let (grams, beside) = (&read.grams, &reader.shipped.beside);
        let several = if sentences.len() > 1 { sentences } else { &[] };
        let (mut words, mut pieces) = (Kind::default(), Kind::default());
        let (mut rest, mut rest_of_pieces) = (0, 0);
        let mut told = Vec::with_capacity(sentences.len());
        for (number, sentence) in several.iter().enumerate() {
            let stretches = &text.words[sentence.clone()];
            let (Some(within), Some(meaning)) = (grams.pieces_of(sentence), read.meanings.get(number)) else {
                told.push(alone(reader, text, stretches));
                continue;
            };
            let (before, inner) = grams.pairs[sentence.clone()].split_at(1);
            let own = beside.words(&grams.words[sentence.clone()]) + beside.words(inner);
            let edges: Vec<u32> = Grams::edges(text, stretches).collect();
            let own_pieces = beside.pieces(&grams.pieces[within.clone()]);
            let marks = beside.pieces(&marks(text, stretches));
            told.push(beside.told([own + beside.words(&edges), own_pieces, marks], meaning));
            words = words + own + beside.words(before);
            pieces = pieces + own_pieces;
            (rest, rest_of_pieces) = (sentence.end, within.end);
        }
        words = words + beside.words(&grams.words[rest..]) + beside.words(&grams.pairs[rest..]);
        pieces = pieces + beside.pieces(&grams.pieces[rest_of_pieces..]);
        let whole = beside.told([words, pieces, beside.pieces(&grams.marks)], &read.meaning);
        if several.is_empty() {
            told.push(whole);
        }
        Self { whole, sentences: told }
    }
}

/// Of some words by themselves: a clause, or what is too far behind to have been read with the text.
pub(crate) fn alone(reader: &Reader, text: &Text, words: &[Stretch]) -> Sums {
    let (grams, beside) = (Grams::within(text, words, &[]), &reader.shipped.beside);
    let words = beside.words(&grams.words) + beside.words(&grams.pairs);
    let kinds = [words, beside.pieces(&grams.pieces), beside.pieces(&grams.marks)];
    beside.told(kinds, &reader.vectors.of(&grams))
}

#[cfg(test)]
mod tests {
    use super::Weighed;
    use crate::heard::sentences;
    use crate::ngrams::Grams;
    use crate::reader::Reader;
    use crate::shipped::{Sums, gram_vector};
    use crate::text::Text;

    #[test]
    fn a_text_and_its_sentences_weigh_what_the_heads_have_learnt_from() {
        let reader = Reader::new(None);
        let long = "Waar blijft mijn bestelling 1234? Ik wacht al weken!! 😡 Bel mij. ".repeat(30);
        for text in ["", "hallo", "Waar is het? Zeg het me; nu. Ok?", &long] {
            let text = Text::new(text);
            let sentences = sentences(&text);
            let read = reader.of("", &text, &[], &sentences);
            let weighed = Weighed::of(&reader, &text, &read, &sentences);
            let plain = |grams: &Grams| {
                let vector = gram_vector(grams, &reader.vectors.of(grams));
                reader.shipped.beside.add(Sums::default(), &vector)
            };
            let near = |one: &Sums, other: &Sums| one.0.iter().zip(other.0).all(|(a, b)| (a - b).abs() < 0.01);
            assert!(near(&weighed.whole, &plain(&read.grams)));
            assert_eq!(weighed.sentences.len(), sentences.len());
            for (sums, sentence) in weighed.sentences.iter().zip(sentences) {
                assert!(near(sums, &plain(&Grams::within(&text, &text.words[sentence], &[]))));
            }
        }
    }
}
