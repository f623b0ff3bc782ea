//! Who asks for a person, as the trained head hears it: sentence by sentence, in what is said and in the signs that the
//! rules know (a word for a person, a wish, whose it is …), which are the same in every language.

use crate::ngrams::{spread, step};
use crate::phrases::Hit;
use crate::phrases::Tag::{
    self, Arranging, BotNoun, BotQuestion, CallNoun, ContactVerb, Decline, Facts, Handling, Negation, Owner,
    PersonNoun, PersonPhrase, Procedure, Refusal, Someone, Told, Wish, Work,
};
use crate::shipped::GRAM_ROWS;
use crate::text::{Stretch, Text};

/// How much the signs count beside the words.
const SIGNS: f32 = 0.9;

/// The same of the signs in their places among the words.
const SHAPES: f32 = 0.5;

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
        Negation => 15,
        Told => 16,
        Facts => 17,
        Work => 18,
        Handling => 19,
        _ => return None,
    })
}

/// Whether there is talk of people, machines or being in touch.
const fn about_people(tag: Tag) -> bool {
    matches!(tag, PersonPhrase | PersonNoun | BotNoun | CallNoun | Someone | ContactVerb | BotQuestion)
}

/// What the rules know in some words of a text, which comes behind the vector of the words.
pub(crate) fn signs(text: &Text, words: &[Stretch], hits: &[Hit]) -> Vec<(u32, f32)> {
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
    let mut entries = shared(signs, SIGNS);
    if may_be_asked(words, hits) {
        entries.extend(shared(shapes(text, words, hits), SHAPES));
    }
    entries
}

/// Each once, all together as much as `weight` says.
fn shared(mut grams: Vec<u32>, weight: f32) -> Vec<(u32, f32)> {
    grams.sort_unstable();
    grams.dedup();
    #[expect(clippy::cast_precision_loss, reason = "a few signs")]
    let share = weight / (grams.len().max(1) as f32).sqrt();
    grams.iter().map(|gram| (gram % GRAM_ROWS, share)).collect()
}

/// Two and three words beside each other of which one is a sign, whose name stands for it: "the PERSON was", "with a PERSON".
fn shapes(text: &Text, words: &[Stretch], hits: &[Hit]) -> Vec<u32> {
    let to = words.last().map_or(0, |word| word.end);
    let mut shapes = Vec::with_capacity(32);
    let mut behind = 0;
    let mut last = [(1, false); 2];
    let named = |word: &Stretch| {
        let starts = |hit: &&Hit| hit.stretch.start == word.start && hit.stretch.end <= to && sign(hit.tag).is_some();
        hits.iter().filter(starts).max_by_key(|hit| (about_people(hit.tag), hit.stretch.end))
    };
    let mut add = |token: u32, sign: bool| {
        let [before, middle] = last;
        if middle.1 || sign {
            shapes.push(spread(step(step(9, middle.0), token)));
        }
        if before.1 || middle.1 || sign {
            shapes.push(spread(step(step(step(10, before.0), middle.0), token)));
        }
        last = [middle, (token, sign)];
    };
    for word in words {
        if word.start < behind {
            continue;
        }
        if let Some(hit) = named(word) {
            behind = hit.stretch.end;
            add(sign(hit.tag).unwrap_or(0) + 16, true);
        } else {
            let letters = text.folded.as_bytes()[word.start..word.end].iter();
            add(letters.fold(11, |hash, letter| step(hash, u32::from(*letter))), false);
        }
    }
    add(2, false);
    shapes
}

/// Behind a word for somebody: somebody of the customer's own.
const ELSE: [&str; 5] = [" anders", " else", " andere", " d'autre", " otr"];

/// Where in these words there is talk of people, machines or being in touch; "somebody else" is not asked for.
pub(crate) fn places<'a>(
    text: &'a Text,
    words: &[Stretch],
    hits: &'a [Hit],
) -> impl Iterator<Item = Stretch> + use<'a> {
    let whole = Stretch { start: words.first().map_or(0, |w| w.start), end: words.last().map_or(0, |w| w.end) };
    let other = |hit: &Hit| ELSE.iter().any(|other| text.folded[hit.stretch.end..].starts_with(other));
    let talk = move |hit: &&Hit| about_people(hit.tag) && whole.holds(hit.stretch.start) && !other(hit);
    hits.iter().filter(talk).map(|hit| hit.stretch)
}

/// Whether there may be a wish for a person in these words.
pub(crate) fn may_be_asked(words: &[Stretch], hits: &[Hit]) -> bool {
    let whole = Stretch { start: words.first().map_or(0, |w| w.start), end: words.last().map_or(0, |w| w.end) };
    hits.iter().any(|hit| about_people(hit.tag) && whole.holds(hit.stretch.start))
}
