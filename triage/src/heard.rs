//! What the trained heads hear, sentence by sentence, beside the rules: a head may add a reason for people, never take
//! one away.

use std::ops::Range;

use crate::clauses::around;
use crate::findings::{Finding, FindingName, Why};
use crate::floor::wants_person;
use crate::phrases::Hit;
use crate::reader::Reader;
use crate::shipped::Sums;
use crate::spans::Gathered;
use crate::text::{Stretch, Text};
use crate::weighed::{self, Weighed};
use crate::{person, reasons};

/// The heads have learnt from short texts: longer sentences are cut.
const WORDS: usize = 30;

/// Sentences of one message that are looked at.
const SENTENCES: usize = 24;

/// Where a sentence ends.
const ENDS: [char; 5] = ['.', '!', '?', ';', '\n'];

/// Not to hear a wish for a person does more harm than to hear one where there is none: a sentence that the trained head holds
/// for likelier than one in twenty is heard. In log odds, chosen with all of our own lines in view.
const LEAN_TO_PERSON: f64 = 3.0;

/// The same for a sentence that asks for a person by rules that mostly hold.
const LEAN_LIKELY: f64 = 4.0;

/// The same for the clause alone in which such a rule holds.
const LEAN_CLAUSE: f64 = 2.5;

/// The same for a sentence without any word about people, machines or being in touch.
const LEAN_UNSIGNED: f64 = 2.5;

/// How much the head over an encoder's vectors counts beside the one over grams.
const OVER: f64 = 1.0;

/// The same for a short text of several sentences as a whole: what is asked may lie between them.
const LEAN_WHOLE: f64 = 1.0;

/// How sure that head must be alone, in log odds.
const SURE_ALONE: f64 = 1.0;

/// Who is taken for a machine gets no answer: the head must be surer of it than of other reasons.
const SURE_OF_A_MACHINE: f64 = 0.75;

/// Of so many words on a sentence is long, and around so many of its words about people it is heard.
const LONG: usize = 15;
const PLACES: usize = 3;

/// What the rules say, to which the heads add.
pub(crate) struct Heard {
    pub(crate) person: Finding,
    /// Where rules that mostly hold hear a wish for a person, and how sure they are, in ten thousandths: what the head has
    /// listened to is taken out.
    pub(crate) likely: Vec<(i32, Stretch)>,
    /// Whether somebody tells of a message that they got: then no machine wrote this one.
    pub(crate) reported: bool,
    /// In the order of `reasons::NAMES`.
    pub(crate) reasons: [Finding; reasons::CLASSES - 1],
}

impl Heard {
    /// Takes out what the rules that mostly hold hear in some words: the surest of it.
    fn taken(&mut self, words: &[Stretch]) -> Option<(i32, Stretch)> {
        let whole = Stretch { start: words.first()?.start, end: words.last()?.end };
        let within = |likely: &(i32, Stretch)| whole.holds(likely.1.start);
        let surest = self.likely.iter().copied().filter(within).max_by_key(|likely| likely.0);
        self.likely.retain(|likely| !within(likely));
        surest
    }

    /// A rule holds here.
    fn agree(&mut self, (sure, stretch): (i32, Stretch), text: &Text, evidence: &mut Gathered) {
        evidence.add(text, FindingName::WantsPerson, stretch, Why::Floor);
        self.person = most(self.person, f64::from(sure) / 10_000.0);
    }

    /// What the head has not listened to is as the rules say.
    pub(crate) fn settle(mut self, text: &Text, evidence: &mut Gathered) -> Self {
        for likely in std::mem::take(&mut self.likely) {
            self.agree(likely, text, evidence);
        }
        self
    }

    /// Adds what the heads hear in a text and its sentences: in what their weights come to, and in the log odds of a wish for
    /// a person over an encoder's vector, where there is one.
    pub(crate) fn listen(
        &mut self,
        said: Said<'_>,
        (sentences, weighed): (&[Range<usize>], &Weighed),
        over: Option<f32>,
        evidence: &mut Gathered,
    ) {
        let text = said.text;
        let before = (self.person.is, self.reasons.map(|reason| reason.is));
        let persons = !before.1[reasons::AUTOMATIC] && said.reader.shipped.person.classes == 2;
        let one = sentences.len() == 1;
        for (number, sums) in sentences.iter().zip(&weighed.sentences) {
            let words = &text.words[number.clone()];
            self.listen_for_reasons(said, words, sums, before.1, evidence);
            let signed = person::may_be_asked(words, said.hits);
            if persons && (one || signed) {
                let likely = self.taken(words);
                let lean = match likely {
                    Some(_) => LEAN_LIKELY,
                    None if signed => LEAN_TO_PERSON,
                    None => LEAN_UNSIGNED,
                };
                let parts = said.parts(number.clone(), likely.map(|likely| likely.1));
                let odds = parts.max(said.person(words, *sums) + lean);
                let p = probability(most_of(odds, over.filter(|_| one)));
                match likely.filter(|_| p >= 0.5) {
                    Some(likely) => self.agree(likely, text, evidence),
                    None if p >= 0.5 && !before.0 => add(text, words, FindingName::WantsPerson, evidence),
                    None => {}
                }
                self.person = most(self.person, p);
            }
        }
        if !one && persons && text.words.len() <= WORDS {
            let p = probability(most_of(said.person(&text.words, weighed.whole) + LEAN_WHOLE, over));
            if p >= 0.5 && !self.person.is {
                add(text, &text.words, FindingName::WantsPerson, evidence);
            }
            self.person = most(self.person, p);
        }
    }

    /// Adds the reasons that the head hears in a sentence.
    fn listen_for_reasons(
        &mut self,
        said: Said<'_>,
        words: &[Stretch],
        sums: &Sums,
        ruled: [bool; reasons::CLASSES - 1],
        evidence: &mut Gathered,
    ) {
        if said.reader.shipped.reason.classes != reasons::CLASSES {
            return;
        }
        let asks = said.text.folded.contains('?');
        let told = reasons::heard(&said.reader.shipped.reason(sums));
        for (class, p) in told.into_iter().enumerate() {
            let least = if class == reasons::AUTOMATIC { SURE_OF_A_MACHINE } else { 0.5 };
            let heard = p >= least && !(class == reasons::AUTOMATIC && (asks || self.reported));
            if heard && !ruled[class] {
                add(said.text, words, reasons::NAMES[class], evidence);
            }
            let p = if heard { p } else { p.min(0.49) };
            self.reasons[class] = most(self.reasons[class], p);
        }
    }
}

/// What is listened to, and by what.
#[derive(Clone, Copy)]
pub(crate) struct Said<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) text: &'a Text,
    pub(crate) hits: &'a [Hit],
}

impl Said<'_> {
    /// The log odds that some words ask for a person, whatever stands around them.
    fn alone(&self, words: &[Stretch]) -> f64 {
        self.person(words, weighed::alone(self.reader, self.text, words))
    }

    /// The log odds in the parts of a sentence around what may ask for a person, the highest of them: around what a rule hears
    /// that mostly holds, or in a long sentence around words about people.
    fn parts(&self, sentence: Range<usize>, likely: Option<Stretch>) -> f64 {
        let words = &self.text.words[sentence.clone()];
        let alone = |part: Range<usize>| self.alone(&self.text.words[part]);
        let around = |place: Stretch| around(self.text, sentence.clone(), place);
        let ruled = likely.into_iter().flat_map(around).map(|part| alone(part) + LEAN_CLAUSE);
        let places = if likely.is_none() && words.len() >= LONG { PLACES } else { 0 };
        let wished = |place: &Stretch| !wants_person::declined(self.text, self.hits, *place);
        let places = person::places(self.text, words, self.hits).filter(wished).take(places);
        let beside = places.filter_map(|place| around(place).pop()).map(alone);
        ruled.chain(beside).fold(f64::MIN, f64::max)
    }

    /// The log odds that some words ask for a person, by what their weights come to and the signs in them.
    fn person(&self, words: &[Stretch], sums: Sums) -> f64 {
        let shipped = &self.reader.shipped;
        let scores = shipped.person(&shipped.beside.add(sums, &person::signs(self.text, words, self.hits)));
        f64::from(scores[0] - scores[1])
    }
}

fn probability(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
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
