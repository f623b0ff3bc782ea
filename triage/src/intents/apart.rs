//! Texts about nothing that are about a declared intent after all: who has an intent for the weather is not to learn that the
//! weather is about nothing.

use super::sum::dot;
use super::{Of, beside};
use crate::reader::Read;

/// A text about nothing is left out where its meaning is so near to that of an example. Where less is enough, common talk in
/// an example takes away what teaches what is not meant.
const NEAR: f32 = 0.75;

/// One text: what it is an example of, and what the heads are given of it.
type One = (Of, Read);

/// All but those texts.
pub(super) fn kept(all: Vec<One>) -> Vec<One> {
    let about = |text: &Read| all.iter().any(|(of, example)| of.head.is_some() && near(text, example));
    let keeps = beside::each(all.len(), |number| all[number].0.head.is_some() || !about(&all[number].1));
    all.into_iter().zip(keeps).filter_map(|(one, keeps)| keeps.then_some(one)).collect()
}

fn near(a: &Read, b: &Read) -> bool {
    dot(meaning(a), meaning(b)) >= NEAR
}

fn meaning(read: &Read) -> &[f32] {
    read.sentence.as_ref().unwrap_or(&read.meaning)
}

#[cfg(test)]
mod tests {
    use super::{Of, kept};
    use crate::reader::Reader;

    #[test]
    fn what_an_intent_is_about_is_not_learnt_as_nothing() {
        let reader = Reader::new(None);
        let of = |head: Option<usize>, text: &str| (Of { head, language: None, written: true }, reader.read(text));
        let none =
            ["What will the weather be like tomorrow?", "Wie wird das Wetter morgen?", "My bank card is blocked"];
        let all = none.iter().map(|text| of(None, text)).chain([of(Some(0), "how is the weather tomorrow")]).collect();
        let left: Vec<Option<usize>> = kept(all).iter().map(|one| one.0.head).collect();
        assert_eq!(left, [None, Some(0)]);
    }
}
