//! Who asks for a person, as the trained head hears it: sentence by sentence, in what is said and in the signs that the
//! rules know (a word for a person, a wish, whose it is …), which are the same in every language.

use crate::ngrams::{Grams, spread, step};
use crate::phrases::Hit;
use crate::phrases::Tag::{
    self, Arranging, BotNoun, BotQuestion, CallNoun, ContactVerb, Decline, Owner, PersonNoun, PersonPhrase, Procedure,
    Refusal, Someone, Wish,
};
use crate::shipped::{GRAM_ROWS, gram_vector};
use crate::text::{Stretch, Text};
use crate::vectors::Vectors;

/// The head has learnt from short texts: longer sentences are cut.
const WORDS: usize = 30;

/// Sentences of one message that are looked at.
const SENTENCES: usize = 24;

/// How much the signs count beside the words.
const SIGNS: f32 = 0.9;

/// Where a sentence ends.
const ENDS: [char; 5] = ['.', '!', '?', ';', '\n'];

/// The number of a sign; absent for what says nothing about people.
const fn sign(tag: Tag) -> Option<u32> {
    Some(match tag {
        PersonPhrase => 1,
        PersonNoun => 2,
        BotNoun => 3,
        Refusal => 4,
        CallNoun => 5,
        Arranging => 6,
        Someone => 7,
        Owner => 8,
        Wish => 9,
        Procedure => 10,
        ContactVerb => 11,
        Decline => 12,
        BotQuestion => 13,
        _ => return None,
    })
}

/// Whether there is talk of people, machines or being in touch.
const fn about_people(tag: Tag) -> bool {
    matches!(tag, PersonPhrase | PersonNoun | BotNoun | CallNoun | Someone | ContactVerb | BotQuestion)
}

/// The vector of some words of a text.
pub(crate) fn vector(text: &Text, words: &[Stretch], hits: &[Hit], vectors: &Vectors) -> Vec<(u32, f32)> {
    let grams = Grams::within(text, words, &[]);
    let mut vector = gram_vector(&grams, &vectors.of(&grams));
    let from = words.first().map_or(0, |word| word.start);
    let to = words.last().map_or(0, |word| word.end);
    let mut signs = Vec::with_capacity(16);
    let mut before = 0;
    for hit in hits.iter().filter(|hit| from <= hit.stretch.start && hit.stretch.end <= to) {
        let Some(sign) = sign(hit.tag).filter(|sign| *sign != before) else { continue };
        signs.extend([spread(step(step(8, sign), 0)), spread(step(step(8, before), sign))]);
        before = sign;
    }
    signs.push(spread(step(step(8, before), 14)));
    signs.sort_unstable();
    signs.dedup();
    #[expect(clippy::cast_precision_loss, reason = "a few signs")]
    let share = SIGNS / (signs.len() as f32).sqrt();
    vector.extend(signs.iter().map(|sign| (sign % GRAM_ROWS, share)));
    vector
}

/// The sentences of a text in which there may be a wish for a person.
pub(crate) fn sentences<'a>(text: &'a Text, hits: &[Hit]) -> Vec<&'a [Stretch]> {
    let mut all: Vec<&[Stretch]> = Vec::new();
    let mut from = 0;
    for (at, pair) in text.words.windows(2).enumerate() {
        if at + 1 - from >= WORDS || text.folded[pair[0].end..pair[1].start].contains(ENDS) {
            all.push(&text.words[from..=at]);
            from = at + 1;
        }
    }
    all.push(&text.words[from..]);
    if all.len() > 1 {
        all.retain(|words| {
            let whole = Stretch { start: words.first().map_or(0, |w| w.start), end: words.last().map_or(0, |w| w.end) };
            hits.iter().any(|hit| about_people(hit.tag) && whole.holds(hit.stretch.start))
        });
        all.truncate(SENTENCES);
    }
    all
}
