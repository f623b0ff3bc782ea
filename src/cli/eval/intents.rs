//! Figures of intents: how often right, how honest the probabilities, how much can be left to a bot, what is mixed up.

use std::collections::BTreeMap;

use serde::Serialize;

use super::figures::{Pair, f1, mean, share};
use super::looked::Truly;

/// Shares of wrong answers for which it is told how much can be automated.
pub(super) const ERRORS: [f64; 3] = [0.01, 0.02, 0.05];
/// Bins of probabilities.
const BINS: usize = 10;
/// Confusions that are told, and examples of each.
const CONFUSIONS: usize = 40;
const EXAMPLES: usize = 3;
/// The worst mistakes that are told.
const MISTAKES: usize = 40;
/// Points of the curve of risk and coverage, at most.
const POINTS: usize = 200;

/// All of them.
#[derive(Debug, Serialize)]
pub(super) struct Intents {
    /// Texts about an intent, and about none.
    pub(super) texts: usize,
    pub(super) texts_about_none: usize,
    /// Of the texts about an intent, the share whose likeliest intent is right.
    pub(super) accuracy: f64,
    pub(super) macro_f1: f64,
    /// How well the probability tells texts about an intent from those about none.
    pub(super) auroc_none: Option<f64>,
    /// How far probabilities are from what comes true.
    pub(super) ece: f64,
    pub(super) bins: Vec<Bin>,
    /// What the thresholds in force alone would leave to a bot; rules send some of it to people.
    pub(super) at_thresholds: Automated,
    /// As the engine would act, had it learnt for so many wrong; measured on this set, which it did not learn from.
    pub(super) learnt_for: Vec<Automated>,
    /// The most that could be automated with so many wrong, if this set had been known before.
    pub(super) in_hindsight: Vec<Automated>,
    pub(super) curve: Vec<Point>,
    pub(super) by_intent: BTreeMap<String, One>,
    pub(super) confusions: Vec<Confusion>,
    pub(super) mistakes: Vec<Mistake>,
}

/// What is automated, and how much of it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Automated {
    /// The share of wrong answers that is allowed; absent where thresholds decide.
    pub(super) max_error: Option<f64>,
    /// So many texts, of so many.
    pub(super) texts: usize,
    pub(super) of: usize,
    pub(super) wrong_texts: usize,
    pub(super) share: f64,
    pub(super) error: f64,
    /// What is wrong, by what it is truly about; absent where it was not counted.
    pub(super) wrong: Option<Wrong>,
}

/// Shares of what is automated that are about something else than they were taken for; together they are its error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Wrong {
    /// An intent that is for people.
    pub(super) for_people: f64,
    /// None of the intents.
    pub(super) about_none: f64,
    /// Another intent that the bot may answer.
    pub(super) another: f64,
    /// The same in texts.
    pub(super) texts: Kinds,
}

/// Texts by what they are truly about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Kinds {
    pub(super) for_people: usize,
    pub(super) about_none: usize,
    pub(super) another: usize,
}

impl Automated {
    /// Of so many texts, those that were acted on: each with what is wrong about it.
    pub(super) fn of(acted: &[Option<Truly>], of: usize, max_error: Option<f64>) -> Self {
        let count = |truly| acted.iter().filter(|wrong| **wrong == Some(truly)).count();
        let texts = Kinds {
            for_people: count(Truly::People),
            about_none: count(Truly::Nothing),
            another: count(Truly::Another),
        };
        let of_them = |number| share(number, acted.len());
        let wrong = Wrong {
            for_people: of_them(texts.for_people),
            about_none: of_them(texts.about_none),
            another: of_them(texts.another),
            texts,
        };
        let wrong_texts = texts.for_people + texts.about_none + texts.another;
        Self {
            max_error,
            texts: acted.len(),
            of,
            wrong_texts,
            share: share(acted.len(), of),
            error: of_them(wrong_texts),
            wrong: Some(wrong),
        }
    }
}

/// Texts whose probability lies in one tenth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Bin {
    pub(super) texts: usize,
    pub(super) told: f64,
    pub(super) came_true: f64,
}

/// Of the surest share of texts, how many are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Point {
    pub(super) coverage: f64,
    pub(super) error: f64,
}

/// One intent.
#[derive(Debug, Serialize)]
pub(super) struct One {
    pub(super) texts: usize,
    /// Of those, so many were found.
    pub(super) found: usize,
    pub(super) recall: f64,
    /// Of the texts about an intent that were taken for this one, the share that is about it.
    pub(super) precision: Option<f64>,
    pub(super) f1: f64,
}

/// Texts about one thing that were taken for another.
#[derive(Debug, Serialize)]
pub(super) struct Confusion {
    /// `none` for texts about nothing that is declared, taken for something with enough probability to act on.
    pub(super) truth: String,
    pub(super) told: String,
    pub(super) texts: usize,
    pub(super) examples: Vec<String>,
}

/// A text that was taken for something else, with how sure triage was.
#[derive(Debug, Serialize)]
pub(super) struct Mistake {
    pub(super) text: String,
    pub(super) truth: String,
    pub(super) told: String,
    pub(super) p: f64,
    /// Whether it goes to a bot.
    pub(super) acted_on: bool,
    /// What else was found, with its place in characters.
    pub(super) spans: Vec<Span>,
}

/// A stretch of a text.
#[derive(Debug, Serialize)]
pub(super) struct Span {
    pub(super) finding: crate::routing::FindingName,
    pub(super) start: u32,
    pub(super) end: u32,
}

pub(super) const NONE: &str = "none";

/// The name of the truth: the one that was told where it is among several right ones.
fn truth<'a>((case, looked): &Pair<'a>) -> Option<&'a str> {
    let intents = case.intents.as_ref()?;
    let told = looked.best.as_ref().map(|best| best.name.as_str());
    let told = told.and_then(|told| intents.get(told));
    told.or_else(|| intents.first()).map(String::as_str)
}

fn told<'a>((_, looked): &Pair<'a>) -> Option<&'a str> {
    looked.best.as_ref().map(|best| best.name.as_str())
}

/// Accuracy and macro-F1 of the texts about an intent.
pub(super) fn accuracy(pairs: &[Pair<'_>]) -> Option<(f64, f64)> {
    let own: Vec<Pair<'_>> = pairs.iter().copied().filter(|pair| truth(pair).is_some()).collect();
    let right = own.iter().filter(|(case, looked)| looked.is_right(case)).count();
    let by_intent = f1(&own.iter().map(|pair| (truth(pair), told(pair))).collect::<Vec<_>>());
    (!own.is_empty()).then(|| (share(right, own.len()), mean(by_intent.values().copied())))
}

impl Intents {
    /// Counts over the texts of which the set tells an intent, or that they have none.
    pub(super) fn of(pairs: &[Pair<'_>]) -> Option<Self> {
        let known: Vec<Pair<'_>> = pairs.iter().copied().filter(|(case, _)| case.intents.is_some()).collect();
        if known.is_empty() {
            return None;
        }
        let (about, none): (Vec<Pair<'_>>, Vec<Pair<'_>>) =
            known.iter().copied().partition(|pair| truth(pair).is_some());
        let (accuracy, macro_f1) = accuracy(&about).unwrap_or_default();
        let bins = bins(&surest(&known));
        let automatic: Vec<Pair<'_>> = known.iter().copied().filter(|(_, looked)| looked.is_answerable()).collect();
        let curve = curve(&surest(&automatic), known.len());
        Some(Self {
            texts: about.len(),
            texts_about_none: none.len(),
            accuracy,
            macro_f1,
            auroc_none: auroc(&about, &none),
            ece: off(&bins),
            bins,
            at_thresholds: automated(&known, None),
            learnt_for: Vec::new(),
            in_hindsight: ERRORS.iter().map(|max_error| hindsight(&curve, known.len(), *max_error)).collect(),
            curve: thinned(&curve),
            by_intent: by_intent(&about),
            confusions: confusions(&known),
            mistakes: mistakes(&known),
        })
    }
}

/// What is acted on, of the texts of which the set tells an intent or that they have none.
pub(super) fn automated(pairs: &[Pair<'_>], max_error: Option<f64>) -> Automated {
    let known: Vec<&Pair<'_>> = pairs.iter().filter(|(case, _)| case.intents.is_some()).collect();
    let acted: Vec<_> = known.iter().filter(|(_, looked)| looked.is_sure()).map(|(_, looked)| looked.truly).collect();
    Automated::of(&acted, known.len(), max_error)
}

/// How far probabilities are from what comes true, over texts of which the set tells an intent or that they have none.
pub(super) fn ece(known: &[Pair<'_>]) -> f64 {
    off(&bins(&surest(known)))
}

fn off(bins: &[Bin]) -> f64 {
    let all = bins.iter().map(|bin| bin.texts).sum();
    bins.iter().map(|bin| share(bin.texts, all) * (bin.told - bin.came_true).abs()).sum()
}

/// How well texts about an intent are told from those about none.
pub(super) fn auroc_none(known: &[Pair<'_>]) -> Option<f64> {
    let (about, none): (Vec<Pair<'_>>, Vec<Pair<'_>>) = known.iter().copied().partition(|pair| truth(pair).is_some());
    auroc(&about, &none)
}

/// How sure each is of its intent, and whether it is right; the surest first.
fn surest(pairs: &[Pair<'_>]) -> Vec<(f64, bool)> {
    let mut sure: Vec<_> = pairs.iter().map(|(case, looked)| (looked.p(), looked.is_right(case))).collect();
    sure.sort_by(|a, b| b.0.total_cmp(&a.0));
    sure
}

/// The chance that a text about an intent is held for less likely about none than one that is.
#[expect(clippy::cast_precision_loss, reason = "counts of texts")]
fn auroc(about: &[Pair<'_>], none: &[Pair<'_>]) -> Option<f64> {
    let mut all: Vec<(f64, bool)> = about.iter().map(|(_, looked)| (1.0 - looked.none, true)).collect();
    all.extend(none.iter().map(|(_, looked)| (1.0 - looked.none, false)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut won) = (0_usize, 0.0);
    for same in all.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let theirs = same.iter().filter(|(_, own)| !own).count();
        won += (same.len() - theirs) as f64 * (below as f64 + theirs as f64 / 2.0);
        below += theirs;
    }
    let pairs = about.len() * none.len();
    (pairs > 0).then(|| won / pairs as f64)
}

fn bins(sure: &[(f64, bool)]) -> Vec<Bin> {
    let mut counts = [(0_usize, 0_usize, 0.0); BINS];
    for (p, right) in sure {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability")]
        let bin = &mut counts[((p * 10.0) as usize).min(BINS - 1)];
        *bin = (bin.0 + 1, bin.1 + usize::from(*right), bin.2 + p);
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of texts")]
    let bin = |(texts, right, sum): (usize, usize, f64)| Bin {
        texts,
        told: if texts == 0 { 0.0 } else { sum / texts as f64 },
        came_true: share(right, texts),
    };
    counts.map(bin).to_vec()
}

/// For each number of texts, the surest first, how many of them are wrong, as shares of `texts`. Texts as sure as the next
/// come together.
fn curve(sure: &[(f64, bool)], texts: usize) -> Vec<Point> {
    let (mut wrong, mut taken) = (0, 0);
    let mut points = Vec::new();
    for same in sure.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        taken += same.len();
        wrong += same.iter().filter(|(_, right)| !right).count();
        points.push(Point { coverage: share(taken, texts), error: share(wrong, taken) });
    }
    points
}

fn hindsight(curve: &[Point], of: usize, max_error: f64) -> Automated {
    let most = curve.iter().rev().find(|point| point.error <= max_error);
    let (share, error) = most.map_or((0.0, 0.0), |point| (point.coverage, point.error));
    let texts = counted(share, of);
    Automated { max_error: Some(max_error), texts, of, wrong_texts: counted(error, texts), share, error, wrong: None }
}

/// The count that a share was made of.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of texts"
)]
fn counted(share: f64, of: usize) -> usize {
    (share * of as f64).round() as usize
}

fn thinned(curve: &[Point]) -> Vec<Point> {
    let step = curve.len().div_ceil(POINTS).max(1);
    curve.iter().skip((curve.len().max(1) - 1) % step).step_by(step).copied().collect()
}

fn by_intent(about: &[Pair<'_>]) -> BTreeMap<String, One> {
    let f1s = f1(&about.iter().map(|pair| (truth(pair), told(pair))).collect::<Vec<_>>());
    let one = |(name, f1): (&str, f64)| {
        let own = || about.iter().filter(|pair| truth(pair) == Some(name));
        let right = own().filter(|(case, looked)| looked.is_right(case)).count();
        let taken = about.iter().filter(|pair| told(pair) == Some(name)).count();
        let precision = (taken > 0).then(|| share(right, taken));
        (
            name.to_owned(),
            One { texts: own().count(), found: right, recall: share(right, own().count()), precision, f1 },
        )
    };
    f1s.into_iter().map(one).collect()
}

/// Whether a text counts as taken for something else: one about nothing only where triage is sure enough to act.
fn is_mistake(pair: &Pair<'_>) -> bool {
    !pair.1.is_right(pair.0) && (truth(pair).is_some() || pair.1.is_sure())
}

fn confusions(known: &[Pair<'_>]) -> Vec<Confusion> {
    let mut found: BTreeMap<(&str, &str), Vec<&Pair<'_>>> = BTreeMap::new();
    for pair in known.iter().filter(|pair| is_mistake(pair)) {
        found.entry((truth(pair).unwrap_or(NONE), told(pair).unwrap_or(NONE))).or_default().push(pair);
    }
    let mut confusions: Vec<Confusion> = found
        .into_iter()
        .map(|((truth, told), pairs)| Confusion {
            truth: truth.to_owned(),
            told: told.to_owned(),
            texts: pairs.len(),
            examples: pairs.iter().take(EXAMPLES).map(|(case, _)| case.text.clone()).collect(),
        })
        .collect();
    confusions.sort_by_key(|confusion| std::cmp::Reverse(confusion.texts));
    confusions.truncate(CONFUSIONS);
    confusions
}

fn mistakes(known: &[Pair<'_>]) -> Vec<Mistake> {
    let mut wrong: Vec<&Pair<'_>> = known.iter().filter(|pair| is_mistake(pair)).collect();
    wrong.sort_by(|a, b| {
        (b.1.is_left_to_bot(), b.1.p())
            .partial_cmp(&(a.1.is_left_to_bot(), a.1.p()))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mistake = |pair: &&Pair<'_>| Mistake {
        text: pair.0.text.clone(),
        truth: truth(pair).unwrap_or(NONE).to_owned(),
        told: told(pair).unwrap_or(NONE).to_owned(),
        p: pair.1.p(),
        acted_on: pair.1.is_left_to_bot(),
        spans: pair.1.evidence.iter().map(|e| Span { finding: e.finding, start: e.start, end: e.end }).collect(),
    };
    wrong.iter().take(MISTAKES).map(mistake).collect()
}

#[cfg(test)]
mod tests {
    use super::{Point, bins, curve, hindsight};

    #[test]
    fn the_curve_takes_the_surest_first_and_hindsight_the_longest_stretch_that_is_right_enough() {
        let sure = [(0.9, true), (0.8, true), (0.8, false), (0.7, true), (0.6, true), (0.1, false)];
        let curve = curve(&sure, sure.len());
        assert_eq!(curve[1], Point { coverage: 0.5, error: 1.0 / 3.0 });
        assert!((hindsight(&curve, 6, 0.2).share - 5.0 / 6.0).abs() < 1e-9);
        assert!((hindsight(&curve, 6, 0.01).share - 1.0 / 6.0).abs() < 1e-9);
        let bins = bins(&sure);
        assert_eq!((bins[8].texts, bins[8].came_true), (2, 0.5));
        assert_eq!(bins[9].texts, 1);
    }
}
