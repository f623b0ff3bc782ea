//! Who asks for a person, as the trained head hears it: sentence by sentence, in what is said and in the signs that the
//! rules know (a word for a person, a wish, whose it is …), which are the same in every language.

use crate::ngrams::{spread, step};
use crate::phrases::Hit;
use crate::phrases::Tag::{
    self, Arranging, BotNoun, BotQuestion, CallNoun, ContactVerb, Decline, Owner, PersonNoun, PersonPhrase, Procedure,
    Refusal, Someone, Wish,
};
use crate::shipped::GRAM_ROWS;
use crate::text::Stretch;

/// How much the signs count beside the words.
const SIGNS: f32 = 0.9;

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

/// What the rules know in some words of a text, which comes behind the vector of the words.
pub(crate) fn signs(words: &[Stretch], hits: &[Hit]) -> Vec<(u32, f32)> {
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
    signs.iter().map(|sign| (sign % GRAM_ROWS, share)).collect()
}

/// Whether there may be a wish for a person in these words.
pub(crate) fn may_be_asked(words: &[Stretch], hits: &[Hit]) -> bool {
    let whole = Stretch { start: words.first().map_or(0, |w| w.start), end: words.last().map_or(0, |w| w.end) };
    hits.iter().any(|hit| about_people(hit.tag) && whole.holds(hit.stretch.start))
}
