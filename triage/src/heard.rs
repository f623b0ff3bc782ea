//! What the trained heads hear, sentence by sentence, beside the rules: a head may add a reason for people, never take
//! one away.

use std::ops::Range;

use crate::findings::{Finding, FindingName, Why};
use crate::phrases::Hit;
use crate::shipped::Shipped;
use crate::spans::Gathered;
use crate::text::{Stretch, Text};
use crate::weighed::Weighed;
use crate::{person, reasons};

/// The heads have learnt from short texts: longer sentences are cut.
const WORDS: usize = 30;

/// Sentences of one message that are looked at.
const SENTENCES: usize = 24;

/// Where a sentence ends.
const ENDS: [char; 5] = ['.', '!', '?', ';', '\n'];

/// Not to hear a wish for a person does more harm than to hear one where there is none: what the trained head holds for
/// likelier than one in four is heard. In log odds.
const LEAN_TO_PERSON: f64 = 1.25;

/// The same for a sentence without any word about people, machines or being in touch.
const LEAN_UNSIGNED: f64 = 0.75;

/// How much the head over an encoder's vectors counts beside the one over grams.
const OVER: f64 = 1.0;

/// The same for a short text of several sentences as a whole: what is asked may lie between them.
const LEAN_WHOLE: f64 = -0.25;

/// How sure that head must be alone, in log odds.
const SURE_ALONE: f64 = 1.0;

/// Who is taken for a machine gets no answer: the head must be surer of it than of other reasons.
const SURE_OF_A_MACHINE: f64 = 0.75;

/// What the rules say, to which the heads add.
pub(crate) struct Heard {
    pub(crate) person: Finding,
    /// In the order of `reasons::NAMES`.
    pub(crate) reasons: [Finding; reasons::CLASSES - 1],
}

impl Heard {
    /// Adds what the heads hear in a text and its sentences: in what their weights come to, and in the log odds of a wish for
    /// a person over an encoder's vector, where there is one.
    pub(crate) fn listen(
        &mut self,
        shipped: &Shipped,
        (text, hits): (&Text, &[Hit]),
        (sentences, weighed): (&[Range<usize>], &Weighed),
        over: Option<f32>,
        evidence: &mut Gathered,
    ) {
        let ruled = (self.person.is, self.reasons.map(|reason| reason.is));
        let machine = ruled.1[reasons::AUTOMATIC];
        let asks = text.folded.contains('?');
        let one = sentences.len() == 1;
        for (words, sums) in sentences.iter().zip(&weighed.sentences) {
            let words = &text.words[words.clone()];
            if shipped.reason.classes == reasons::CLASSES {
                let told = reasons::heard(&shipped.reason(sums));
                for (class, p) in told.into_iter().enumerate() {
                    let least = if class == reasons::AUTOMATIC { SURE_OF_A_MACHINE } else { 0.5 };
                    let heard = p >= least && !(class == reasons::AUTOMATIC && asks);
                    if heard && !ruled.1[class] {
                        add(text, words, reasons::NAMES[class], evidence);
                    }
                    let p = if heard { p } else { p.min(0.49) };
                    self.reasons[class] = most(self.reasons[class], p);
                }
            }
            let signed = person::may_be_asked(words, hits);
            if shipped.person.classes == 2 && !machine && (one || signed) {
                let scores = shipped.person(&shipped.beside.add(*sums, &person::signs(words, hits)));
                let lean = if signed { LEAN_TO_PERSON } else { LEAN_UNSIGNED };
                let odds = f64::from(scores[0] - scores[1]) + lean;
                let p = 1.0 / (1.0 + (-most_of(odds, over.filter(|_| one))).exp());
                if p >= 0.5 && !ruled.0 {
                    add(text, words, FindingName::WantsPerson, evidence);
                }
                self.person = most(self.person, p);
            }
        }
        if !one && !machine && text.words.len() <= WORDS && shipped.person.classes == 2 {
            let scores = shipped.person(&shipped.beside.add(weighed.whole, &person::signs(&text.words, hits)));
            let odds = f64::from(scores[0] - scores[1]) + LEAN_WHOLE;
            let p = 1.0 / (1.0 + (-most_of(odds, over)).exp());
            if p >= 0.5 && !self.person.is {
                add(text, &text.words, FindingName::WantsPerson, evidence);
            }
            self.person = most(self.person, p);
        }
    }
}

/// The log odds over grams, or with those over an encoder's vector, or the latter alone, where it is sure: whichever is most.
fn most_of(odds: f64, over: Option<f32>) -> f64 {
    over.map(f64::from).map_or(odds, |over| odds.max(odds + OVER * over).max(over - SURE_ALONE))
}

fn most(finding: Finding, p: f64) -> Finding {
    Finding { is: finding.is || p >= 0.5, p: finding.p.max(p) }
}

fn add(text: &Text, words: &[Stretch], name: FindingName, evidence: &mut Gathered) {
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        evidence.add(text, name, Stretch { start: first.start, end: last.end }, Why::Model);
    }
}

/// The sentences of a text that are looked at, each as some of its words.
pub(crate) fn sentences(text: &Text) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut from = 0;
    for (at, pair) in text.words.windows(2).enumerate() {
        if at + 1 - from >= WORDS || text.folded[pair[0].end..pair[1].start].contains(ENDS) {
            all.push(from..at + 1);
            from = at + 1;
        }
        if all.len() == SENTENCES {
            return all;
        }
    }
    all.push(from..text.words.len());
    all
}
