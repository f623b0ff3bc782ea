//! Two views of a text, each with heads of its own: its grams with the table's meaning beside them, and the meaning alone.
//!
//! Each is learnt twice, each head against all others and all heads against each other, and what was learnt is added up:
//! the first says better whether it is any of the intents, the second which. Of an encoder's vectors nearness to the examples
//! is added, which curves where heads are straight.

use super::near::{self, Near, Solver};
use super::space::Entry;
use super::train::{Effort, Example, Learner, Loss, Weights};
use super::{Declared, Seen, beside};

/// What a sentence's vector from an encoder counts beside the grams.
const SENTENCE: f32 = 1.6;

const GRAMS: Effort = Effort { cost: 2.0, own: 5.0, rounds: 8 };
const SENTENCES: Effort = Effort { cost: 2.0, own: 2.0, rounds: 8 };
const SOFT: Effort = Effort { cost: 20.0, own: 1.0, rounds: 8 };

/// What the softmax counts beside the hinge: its scores are larger.
const SHARE: f32 = 0.6;

/// Rounds for the others to settle when examples are forgotten.
const SETTLING: usize = 3;

/// The weights of both views.
pub(crate) struct Views {
    pub(crate) grams: Weights,
    pub(crate) meaning: Meaning,
}

/// What the meaning alone is told by: heads, and of an encoder's vectors nearness to the examples as well, unless there are very
/// many.
pub(crate) struct Meaning {
    pub(crate) heads: Weights,
    pub(crate) near: Option<Near>,
}

/// What nearness counts, of one, where there is any.
const NEAR: f32 = 0.7;

impl Meaning {
    fn scores(&self, vector: &[Entry], scores: &mut Vec<f32>) {
        self.heads.scores(vector, scores);
        let Some(near) = &self.near else { return };
        scores.iter_mut().zip(near.scores(vector)).for_each(|(score, near)| *score += NEAR * (near - *score));
    }
}

/// What was learnt from examples, which can be forgotten one by one.
pub(crate) struct Learnt<'a> {
    /// As each view sees them.
    examples: [Vec<Example<'a>>; 2],
    /// Of the grams the hinge, then the softmax; and of the meaning.
    learners: Vec<Learner>,
    /// Of an encoder's vectors.
    solver: Option<Solver>,
}

impl<'a> Learnt<'a> {
    pub(crate) fn of(examples: &'a [Declared], heads: usize, dimensions: usize, meaning: usize) -> Self {
        let view = |vector: fn(&Seen) -> &[Entry]| -> Vec<Example<'_>> {
            examples.iter().map(|e| Example { head: e.of.head, vector: vector(&e.seen) }).collect()
        };
        let views = [(view(|seen| &seen.grams), dimensions, GRAMS), (view(|seen| &seen.meaning), meaning, SENTENCES)];
        let learner = |number: usize| {
            let (examples, dimensions, hinge) = &views[number / 2];
            let (loss, effort) = if number.is_multiple_of(2) { (Loss::Hinge, *hinge) } else { (Loss::Softmax, SOFT) };
            Learner::of(examples, heads, *dimensions, loss, effort)
        };
        let solvable = examples.len() <= near::MOST && examples.iter().any(|example| example.seen.encoded);
        let solver = solvable.then(|| Solver::of(&views[1].0, heads, meaning));
        let learners = beside::each(4, learner);
        let [grams, meaning] = views.map(|view| view.0);
        Self { examples: [grams, meaning], learners, solver }
    }

    /// What all examples say.
    pub(crate) fn views(&self) -> Views {
        self.told(&|_| false, |number| self.learners[number].weights.clone())
    }

    /// What the others say, without the examples whose numbers are `kept` apart.
    pub(crate) fn without(&self, kept: &dyn Fn(usize) -> bool) -> Views {
        self.told(kept, |number| self.learners[number].without(&self.examples[number / 2], kept, SETTLING))
    }

    fn told(&self, kept: &dyn Fn(usize) -> bool, weights: impl Fn(usize) -> Weights) -> Views {
        let view = |view: usize| sum([weights(2 * view), weights(2 * view + 1)]);
        let near = self.solver.as_ref().map(|solver| solver.without(kept));
        Views { grams: view(0), meaning: Meaning { heads: view(1), near } }
    }
}

fn sum([mut hinge, soft]: [Weights; 2]) -> Weights {
    hinge.rows.iter_mut().zip(&soft.rows).for_each(|(w, more)| *w = 0.5 * (*w + SHARE * more));
    hinge
}

impl Views {
    /// The scores of a text: of the grams where its language is taught, of the meaning where it is worth it.
    pub(crate) fn scores(&self, seen: &Seen, taught: bool, scores: &mut Scores) {
        let Scores { all, meaning } = scores;
        self.meaning.scores(&seen.meaning, meaning);
        if !taught {
            all.clone_from(meaning);
            return;
        }
        self.grams.scores(&seen.grams, all);
        if seen.encoded {
            let mixed = |score: f32, more: f32| (score + SENTENCE * more) / (1.0 + SENTENCE);
            all.iter_mut().zip(meaning).for_each(|(score, more)| *score = mixed(*score, *more));
        }
    }
}

/// The scores of one text, an intent each: by both views, and by the meaning alone.
#[derive(Default)]
pub(crate) struct Scores {
    pub(crate) all: Vec<f32>,
    meaning: Vec<f32>,
}

impl Scores {
    /// How far an intent lies above the best of the others, by both views and by the meaning.
    pub(crate) fn above(&self, intent: usize) -> [f64; 2] {
        [&self.all, &self.meaning].map(|scores| {
            let (before, behind) = scores.split_at(intent.min(scores.len()));
            let others = before.iter().chain(behind.iter().skip(1)).copied().reduce(f32::max);
            f64::from(behind.first().copied().unwrap_or_default() - others.unwrap_or(-1.0))
        })
    }
}
