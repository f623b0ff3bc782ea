//! What the head of reasons learns from: forms of our own, written out, one set that knows complaints, and plain requests.

use std::path::Path;

use wissel_triage::training::{Labelled, gram_vector};

use crate::forms::{Said, written_out};
use crate::{FELT, PLAIN, lines, own, shop, talking};

/// The signs of the classes, in their order.
pub(crate) const SIGNS: [char; 5] = ['c', 'u', 'a', 'i', '-'];

/// Of films and forums so many lines a set, where nothing is felt.
const FILMS: usize = 6_000;

/// How often each of the demo shop's texts is learnt from.
const SHOP_OFTEN: usize = 4;

/// Our own forms, written out.
pub(crate) fn said() -> Vec<Said> {
    written_out(&own("reasons/forms.txt"))
}

/// The class of a sign.
pub(crate) fn class(sign: char) -> usize {
    SIGNS.iter().position(|other| *other == sign).unwrap_or(SIGNS.len() - 1)
}

/// All texts, of our own forms only those that are wanted.
pub(crate) fn reasons(folder: &Path, wanted: impl Fn(usize) -> bool) -> Vec<Labelled> {
    let forms = said().into_iter().filter(|said| wanted(said.form));
    let mut all: Vec<Labelled> = forms.map(|said| (class(said.sign), gram_vector(&said.text))).collect();
    let none = SIGNS.len() - 1;
    for text in shop() {
        all.extend((0..SHOP_OFTEN).map(|_| (none, gram_vector(&text))));
    }
    for (name, most) in PLAIN {
        for line in lines(folder, name, most) {
            let class = if line.label == "complaint" { 0 } else { none };
            all.push((class, gram_vector(&line.text)));
        }
    }
    for (name, _) in FELT {
        let calm = |felt: &Option<String>| felt.as_deref().is_some_and(|felt| felt != "angry");
        all.extend(
            lines(folder, name, FILMS)
                .iter()
                .filter(|line| calm(&line.triage))
                .map(|line| (none, gram_vector(&line.text))),
        );
    }
    let person = written_out(&talking());
    all.extend(person.iter().filter(|said| !said.rude).step_by(6).map(|said| (none, gram_vector(&said.text))));
    let calm = written_out(&own("emotion/calm.txt"));
    all.extend(calm.iter().step_by(2).map(|said| (none, gram_vector(&said.text))));
    all
}
