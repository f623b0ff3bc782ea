//! Figures: what is counted over a set. Shares are from 0 to 1; what a set has no labels for is absent.

use std::collections::BTreeMap;

use serde::Serialize;

use super::heard::{Finding, Misheard, finding, misheard};
use super::intents::{self, Automated, Intents};
use super::looked::Looked;
use super::places::{Misrouted, Route, left_to_bot, misrouted, route};
use super::set::{Case, Feeling};
use super::thresholds::Thresholds;

/// Everything that is measured of one engine.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    /// What was measured: the engine, and its routing file where two are compared.
    pub(super) name: String,
    /// The engine's name in verdicts.
    pub(super) engine: String,
    pub(super) texts: usize,
    pub(super) thresholds: Thresholds,
    /// What rules and thresholds together send to a bot.
    pub(super) left_to_bot: Option<Automated>,
    pub(super) intents: Option<Intents>,
    pub(super) wants_person: Option<Finding>,
    pub(super) misheard: Misheard,
    pub(super) complaint: Option<Finding>,
    pub(super) language: Option<Share>,
    pub(super) emotion: Option<Classes>,
    pub(super) route: Option<Route>,
    pub(super) misrouted: Vec<Misrouted>,
    /// By language that the set names.
    pub(super) languages: BTreeMap<&'static str, Language>,
    pub(super) microseconds: Times,
    pub(super) learnt_seconds: f64,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(super) struct Share {
    pub(super) texts: usize,
    pub(super) right: usize,
    #[serde(rename = "share")]
    pub(super) of_all: f64,
}

/// One of several classes.
#[derive(Debug, Serialize)]
pub(super) struct Classes {
    pub(super) texts: usize,
    pub(super) macro_f1: f64,
    pub(super) f1: BTreeMap<&'static str, f64>,
}

/// The figures of one language.
#[derive(Debug, Serialize)]
pub(super) struct Language {
    pub(super) texts: usize,
    pub(super) intents: Option<f64>,
    pub(super) intents_macro_f1: Option<f64>,
    /// From [`ENOUGH`] texts on, as are the next two: fewer tell little.
    pub(super) ece: Option<f64>,
    pub(super) auroc_none: Option<f64>,
    pub(super) at_thresholds: Option<Automated>,
    pub(super) left_to_bot: Option<Automated>,
    pub(super) wants_person: Option<Finding>,
    pub(super) route: Option<f64>,
}

/// So many texts about an intent or none tell something about a language's probabilities.
const ENOUGH: usize = 20;

/// How long triage takes for a message.
#[derive(Debug, Serialize)]
pub(super) struct Times {
    pub(super) p50: u128,
    pub(super) p99: u128,
    pub(super) most: u128,
}

/// A case with what was found in it.
pub(super) type Pair<'a> = (&'a Case, &'a Looked);

#[expect(clippy::cast_precision_loss, reason = "counts of texts")]
pub(super) fn share(of: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { of as f64 / all as f64 }
}

impl Share {
    pub(super) fn of(right: usize, texts: usize) -> Option<Self> {
        (texts > 0).then(|| Self { texts, right, of_all: share(right, texts) })
    }
}

/// F1 of pairs of (true, told), by class; only of classes that are true of some.
pub(super) fn f1<C: Ord + Copy>(pairs: &[(Option<C>, Option<C>)]) -> BTreeMap<C, f64> {
    let mut counts: BTreeMap<C, [usize; 3]> = BTreeMap::new();
    for (truth, told) in pairs {
        if let Some(class) = truth {
            counts.entry(*class).or_default()[0] += 1;
        }
        if let Some(class) = told {
            counts.entry(*class).or_default()[1] += 1;
        }
        if let (Some(class), true) = (truth, truth == told) {
            counts.entry(*class).or_default()[2] += 1;
        }
    }
    let held = counts.into_iter().filter(|(_, [truth, ..])| *truth > 0);
    held.map(|(class, [truth, told, both])| (class, 2.0 * share(both, truth + told))).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a few classes")]
pub(super) fn mean(numbers: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = numbers.len().max(1) as f64;
    numbers.sum::<f64>() / count
}

fn emotion(pairs: &[Pair<'_>]) -> Option<Classes> {
    let known: Vec<(Option<Feeling>, Option<Feeling>)> =
        pairs.iter().filter_map(|(case, looked)| Some((Some(case.feeling?), Some(looked.feeling)))).collect();
    let by_class = f1(&known);
    (!known.is_empty()).then(|| Classes {
        texts: known.len(),
        macro_f1: mean(by_class.values().copied()),
        f1: by_class.into_iter().map(|(feeling, f1)| (feeling.name(), f1)).collect(),
    })
}

fn language(pairs: &[Pair<'_>]) -> Option<Share> {
    let known = || pairs.iter().filter(|(case, _)| case.language.is_some());
    Share::of(known().filter(|(case, looked)| case.language == looked.language).count(), known().count())
}

fn languages(pairs: &[Pair<'_>]) -> BTreeMap<&'static str, Language> {
    let mut by: BTreeMap<&'static str, Vec<Pair<'_>>> = BTreeMap::new();
    for (case, looked) in pairs {
        if let Some(language) = case.language {
            by.entry(language.code()).or_default().push((case, looked));
        }
    }
    let of = |pairs: Vec<Pair<'_>>| {
        let (accuracy, macro_f1) = intents::accuracy(&pairs).unzip();
        let labelled: Vec<_> = pairs.iter().copied().filter(|(case, _)| case.intents.is_some()).collect();
        let enough = Some(labelled).filter(|labelled| labelled.len() >= ENOUGH);
        Language {
            texts: pairs.len(),
            intents: accuracy,
            intents_macro_f1: macro_f1,
            ece: enough.as_deref().map(intents::ece),
            auroc_none: enough.as_deref().and_then(intents::auroc_none),
            at_thresholds: enough.as_deref().map(|labelled| intents::automated(labelled, None)),
            left_to_bot: left_to_bot(&pairs),
            wants_person: finding(&pairs, |case| case.wants_person, |looked| looked.wants_person),
            route: route(&pairs).map(|route| route.right),
        }
    };
    by.into_iter().map(|(language, pairs)| (language, of(pairs))).collect()
}

fn times(pairs: &[Pair<'_>]) -> Times {
    let mut micros: Vec<u128> = pairs.iter().map(|(_, looked)| looked.took.as_micros()).collect();
    micros.sort_unstable();
    let at = |percent: usize| micros.get((micros.len() * percent / 100).min(micros.len().saturating_sub(1))).copied();
    Times { p50: at(50).unwrap_or(0), p99: at(99).unwrap_or(0), most: at(100).unwrap_or(0) }
}

impl Figures {
    /// Counts over a set.
    pub(super) fn new(
        (name, engine): (String, String),
        thresholds: Thresholds,
        pairs: &[Pair<'_>],
        learnt_seconds: f64,
    ) -> Self {
        Self {
            name,
            engine,
            texts: pairs.len(),
            thresholds,
            left_to_bot: left_to_bot(pairs),
            intents: Intents::of(pairs),
            wants_person: finding(pairs, |case| case.wants_person, |looked| looked.wants_person),
            misheard: misheard(pairs),
            complaint: finding(pairs, |case| case.complaint, |looked| looked.complaint),
            language: language(pairs),
            emotion: emotion(pairs),
            route: route(pairs),
            misrouted: misrouted(pairs),
            languages: languages(pairs),
            microseconds: times(pairs),
            learnt_seconds,
        }
    }
}
