//! Honest probabilities: heads are tried on examples that they did not learn from. From what went wrong there follow the
//! curve from scores to probabilities, and the thresholds.

use super::views::Scores;
use super::{Declared, Learnt, Of};
use crate::Language;

/// So many examples are tried in at most so many parts; more are tried once, on a part kept apart.
const PARTS: [(usize, usize); 3] = [(1_000, 7), (4_000, 4), (usize::MAX, 5)];

/// The upper bound of the error holds with 95 % confidence, one-sided.
const Z: f64 = 1.645;

/// Texts about no intent stand for what others ask, which is not as frequent: all together count so much for each example.
const OUTSIDE: f64 = 0.04;

/// What is known when heads have scored a text: best score, distance to the second, and the distance to the best other one
/// by the meaning alone: below zero where it would have said something else.
const INPUTS: usize = 4;

/// Whether a text is about any of the intents, told by its score; and if so, whether the best is the right one,
/// told by the distance to the second as well. One curve for both would take what lies between two intents for foreign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Curves {
    pub(crate) inside: [f64; INPUTS],
    pub(crate) right: [f64; INPUTS],
}

impl Curves {
    /// That a text is about an intent, and that the best is it.
    fn shares(&self, inputs: &[f64; INPUTS]) -> (f64, f64) {
        (sigmoid(dot(&self.inside, &alone(inputs))), sigmoid(dot(&self.right, inputs)))
    }

    fn p(&self, inputs: &[f64; INPUTS]) -> f64 {
        let (inside, right) = self.shares(inputs);
        (inside * right).clamp(0.0, 0.9999)
    }
}

/// The inputs without the distances.
const fn alone(&[one, first, ..]: &[f64; INPUTS]) -> [f64; INPUTS] {
    [one, first, 0.0, 0.0]
}

/// From scores to probabilities, and from which one on an intent may be acted upon.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Calibration {
    pub(crate) curves: Curves,
    pub(crate) thresholds: Vec<f64>,
    /// The least threshold in each language, in the order of `Language::ALL`: 0 where an intent's own is enough.
    pub(crate) languages: Vec<f64>,
}

/// What one example got when it was kept apart.
struct Trial {
    head: Option<usize>,
    language: Option<Language>,
    won: usize,
    right: bool,
    inputs: [f64; INPUTS],
}

impl Calibration {
    /// From which probability on an intent may be acted upon in a language.
    pub(crate) fn threshold(&self, intent: usize, language: Language) -> f64 {
        self.thresholds[intent].max(self.languages[language as usize])
    }

    /// That a text is about none of the intents, of which the best has this score.
    pub(crate) fn none(&self, score: f32) -> f64 {
        1.0 - self.curves.shares(&inputs(score, [0.0; 2])).0
    }

    /// The probabilities of the intents in `order`, best first.
    pub(crate) fn ps(&self, scores: &Scores, order: &[usize]) -> Vec<f64> {
        let Some((&best, others)) = order.split_first() else { return Vec::new() };
        let above = scores.above(best);
        let scores = &scores.all;
        let first = self.curves.p(&inputs(scores[best], above));
        let share = |head: usize| (3.0 * f64::from(scores[head] - scores[best])).exp();
        let all: f64 = scores.iter().map(|score| (3.0 * f64::from(score - scores[best])).exp()).sum::<f64>() - 1.0;
        let rest = |&head: &usize| ((1.0 - first) * share(head) / all.max(1e-9)).min(first);
        std::iter::once(first).chain(others.iter().map(rest)).collect()
    }
}

/// Cross-validates and fits the curve and the thresholds; `allowed` is what may be wrong, an intent each.
pub(crate) fn calibrate(examples: &[Declared], allowed: &[f64], learnt: &Learnt<'_>) -> Calibration {
    let trials = trials(examples, allowed.len(), learnt);
    let fitted = Fitted::of(&trials);
    let encoded = examples.iter().any(|example| example.seen.encoded);
    let mut won: Vec<Won> = trials.iter().map(|trial| Won { trial, p: fitted.curves.p(&trial.inputs) }).collect();
    won.sort_by(|a, b| b.p.total_cmp(&a.p));
    let thresholds = thresholds(&won, allowed, &fitted, if encoded { WORSE_ENCODED } else { 1.0 });
    let languages = Language::ALL.iter().map(|&language| in_language(&won, language, allowed, &thresholds)).collect();
    Calibration { curves: fitted.curves, thresholds, languages }
}

fn trials(examples: &[Declared], heads: usize, learnt: &Learnt<'_>) -> Vec<Trial> {
    if heads == 0 {
        return Vec::new();
    }
    let parts = PARTS.into_iter().find(|(most, _)| examples.len() <= *most).map_or(5, |(_, parts)| parts);
    let once = examples.len() > PARTS[1].0;
    let of = |part: usize| {
        // What is tried once is tried on enough texts about no intent, too.
        let parts = |number: usize| if once && examples[number].of.head.is_none() { 2 } else { parts };
        let kept = |number: usize| examples[number].of.written && number % parts(number) == part;
        let views = learnt.without(&kept);
        let mut scores = Scores::default();
        let apart = examples.iter().enumerate().filter(|(number, _)| kept(*number));
        let tried = apart.filter_map(|(_, example)| {
            views.scores(&example.seen, true, &mut scores);
            trial(&example.of, &scores)
        });
        tried.collect::<Vec<_>>()
    };
    super::beside::each(if once { 1 } else { parts }, of).into_iter().flatten().collect()
}

fn trial(&Of { head, language, .. }: &Of, scores: &Scores) -> Option<Trial> {
    let (won, first) = scores.all.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    Some(Trial { head, language, won, right: head == Some(won), inputs: inputs(*first, scores.above(won)) })
}

fn inputs(first: f32, [all, meaning]: [f64; 2]) -> [f64; INPUTS] {
    [1.0, f64::from(first), all, meaning]
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn dot(a: &[f64; INPUTS], b: &[f64; INPUTS]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The curves, and how sure they are.
struct Fitted {
    curves: Curves,
    inside: Spread,
    right: Spread,
}

/// The inverse of a curve's information.
type Spread = [[f64; INPUTS]; INPUTS];

impl Fitted {
    fn of(trials: &[Trial]) -> Self {
        let about = |trial: &&Trial| trial.head.is_some();
        #[expect(clippy::cast_precision_loss, reason = "a few thousand trials")]
        let number = |of: usize| of.max(1) as f64;
        let own = trials.iter().filter(about).count();
        let outside = OUTSIDE * number(own) / number(trials.len() - own);
        let any = trials.iter().map(|trial| {
            let weight = if trial.head.is_some() { 1.0 } else { outside };
            (alone(&trial.inputs), trial.head.is_some(), weight)
        });
        let which = trials.iter().filter(about).map(|trial| (trial.inputs, trial.right, 1.0));
        let ((inside, inside_spread), (right, right_spread)) =
            (fit(&any.collect::<Vec<_>>()), fit(&which.collect::<Vec<_>>()));
        Self { curves: Curves { inside, right }, inside: inside_spread, right: right_spread }
    }

    /// The least p, best first, down to which the upper bound of the mean error is at most `most`, if the error is `worse`
    /// times what the curves say; 1 where there is none.
    fn least(&self, won: &[Won<'_>], most: f64, worse: f64) -> f64 {
        let (mut errors, mut threshold) = (0.0, 1.0);
        let mut slopes = [[0.0; INPUTS]; 2];
        for (number, w) in (1..).map(f64::from).zip(won) {
            errors += 1.0 - w.p;
            let (inside, right) = self.curves.shares(&w.trial.inputs);
            let beside = alone(&w.trial.inputs);
            for i in 0..INPUTS {
                slopes[0][i] += w.p * (1.0 - inside) * beside[i];
                slopes[1][i] += w.p * (1.0 - right) * w.trial.inputs[i];
            }
            let variance = variance(&self.inside, &slopes[0]) + variance(&self.right, &slopes[1]);
            if worse * errors + Z * variance.max(0.0).sqrt() <= most * number {
                threshold = w.p;
            }
        }
        threshold
    }
}

fn variance(spread: &Spread, slopes: &[f64; INPUTS]) -> f64 {
    (0..INPUTS).map(|i| slopes[i] * dot(&spread[i], slopes)).sum()
}

/// What the curves are drawn towards, and how hard.
const PRIOR: [f64; INPUTS] = [0.0, 1.5, 1.5, 0.0];
const PULL: f64 = 0.5;

/// Logistic regression by Newton's method, drawn a little towards a plain rise with the score; of inputs, whether it
/// holds, and how much that counts.
fn fit(trials: &[([f64; INPUTS], bool, f64)]) -> ([f64; INPUTS], Spread) {
    let mut weights = PRIOR;
    let mut matrix = [[0.0; INPUTS]; INPUTS];
    for _ in 0..20 {
        let mut gradient: [f64; INPUTS] = std::array::from_fn(|i| PULL * (PRIOR[i] - weights[i]));
        matrix = [[0.0; INPUTS]; INPUTS];
        (0..INPUTS).for_each(|i| matrix[i][i] = PULL);
        for (inputs, holds, weight) in trials {
            let p = sigmoid(dot(&weights, inputs));
            let miss = weight * (f64::from(u8::from(*holds)) - p);
            for i in 0..INPUTS {
                gradient[i] += miss * inputs[i];
                for (cell, other) in matrix[i].iter_mut().zip(inputs) {
                    *cell += weight * p * (1.0 - p) * inputs[i] * other;
                }
            }
        }
        let step = solve(matrix, gradient);
        let stepped = |length: f64| std::array::from_fn(|i| weights[i] + length * step[i]);
        let before = likelihood(trials, &weights);
        // A whole step may reach beyond the best one, and on from there for ever.
        let lengths = (0..12).map(|halvings| 0.5f64.powi(halvings));
        weights = lengths.map(stepped).find(|to| likelihood(trials, to) >= before).unwrap_or(weights);
    }
    let unit = |at: usize| std::array::from_fn(|i| if i == at { 1.0 } else { 0.0 });
    (weights, std::array::from_fn(|at| solve(matrix, unit(at))))
}

/// How likely it is that all holds that does, drawn towards the plain rise.
fn likelihood(trials: &[([f64; INPUTS], bool, f64)], weights: &[f64; INPUTS]) -> f64 {
    let pulled = (0..INPUTS).map(|i| 0.5 * PULL * (weights[i] - PRIOR[i]).powi(2)).sum::<f64>();
    let of = |(inputs, holds, weight): &([f64; INPUTS], bool, f64)| {
        let odds = if *holds { dot(weights, inputs) } else { -dot(weights, inputs) };
        -weight * (odds.max(0.0) - odds + (-odds.abs()).exp().ln_1p())
    };
    trials.iter().map(of).sum::<f64>() - pulled
}

/// Gaussian elimination; the matrix is symmetric and positive.
fn solve(mut matrix: [[f64; INPUTS]; INPUTS], mut right: [f64; INPUTS]) -> [f64; INPUTS] {
    for i in 0..INPUTS {
        for j in i + 1..INPUTS {
            let factor = matrix[j][i] / matrix[i][i];
            let row = matrix[i];
            (i..INPUTS).for_each(|k| matrix[j][k] -= factor * row[k]);
            right[j] -= factor * right[i];
        }
    }
    for i in (0..INPUTS).rev() {
        let known: f64 = (i + 1..INPUTS).map(|k| matrix[i][k] * right[k]).sum();
        right[i] = (right[i] - known) / matrix[i][i];
    }
    right
}

/// For each intent the least p for which the upper bound of the share of errors above it is within what may be wrong. Few
/// examples cannot bound the errors of each intent, so all are pooled: the curves over all trials bounds them, and an
/// intent that was wrong far more often than that has its threshold above its errors.
fn thresholds(won: &[Won<'_>], allowed: &[f64], fitted: &Fitted, worse: f64) -> Vec<f64> {
    let of = |intent: usize| {
        let most = allowed[intent];
        let pooled = fitted.least(won, most, worse);
        let own: Vec<(f64, bool)> =
            won.iter().filter(|w| w.trial.won == intent).map(|w| (w.p, w.trial.right)).collect();
        pooled.max(spoilt(&own, pooled, most))
    };
    (0..allowed.len()).map(of).collect()
}

/// The least threshold in a language: above the errors of its examples where far more of them were wrong than may be, else 0.
fn in_language(won: &[Won<'_>], language: Language, allowed: &[f64], thresholds: &[f64]) -> f64 {
    let acted = won.iter().filter(|w| w.trial.language == Some(language) && w.p >= thresholds[w.trial.won]);
    let (own, most): (Vec<(f64, bool)>, Vec<f64>) = acted.map(|w| ((w.p, w.trial.right), allowed[w.trial.won])).unzip();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand trials")]
    let most = most.iter().sum::<f64>() / most.len().max(1) as f64;
    spoilt(&own, 0.0, most)
}

/// How many times more often messages go wrong than examples that were kept apart: of one intent they lie nearer to each other
/// in an encoder's space than messages do to them (measured on a quarter of Banking77).
const WORSE_ENCODED: f64 = 1.35;

/// A trial with the probability that it would have been given.
struct Won<'a> {
    trial: &'a Trial,
    p: f64,
}

/// What is wrong far more often than the others above their threshold has one above its errors.
fn spoilt(own: &[(f64, bool)], pooled: f64, most: f64) -> f64 {
    let above: Vec<&(f64, bool)> = own.iter().filter(|trial| trial.0 >= pooled).collect();
    let wrong: Vec<f64> = above.iter().filter(|trial| !trial.1).map(|trial| trial.0).collect();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand trials")]
    let share = wrong.len() as f64 / above.len().max(1) as f64;
    if wrong.len() >= 2 && share > 4.0 * most { (wrong[0] + 1e-4).min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{Language, Trial, Won, in_language};

    #[test]
    fn a_language_that_was_wrong_far_more_often_has_a_threshold_above_its_errors() {
        let trial = |language: Language, right: bool| Trial {
            head: Some(0),
            language: Some(language),
            won: 0,
            right,
            inputs: [1.0, 0.0, 0.0, 0.0],
        };
        let trials: Vec<(f64, Trial)> = (1..=20)
            .map(|n| (1.0 - f64::from(n) / 100.0, trial(Language::Nl, true)))
            .chain((1..=20).map(|n| (1.0 - f64::from(n) / 100.0, trial(Language::De, n % 4 != 0))))
            .collect();
        let mut won: Vec<Won<'_>> = trials.iter().map(|(p, trial)| Won { trial, p: *p }).collect();
        won.sort_by(|a, b| b.p.total_cmp(&a.p));
        let least = |language: Language| in_language(&won, language, &[0.02], &[0.8]);
        assert!(least(Language::Nl) < 0.01, "nothing was wrong");
        assert!((0.96..0.961).contains(&least(Language::De)), "{}", least(Language::De));
        assert!(least(Language::Fr) < 0.01, "nothing was tried");
    }
}
