//! Query: what a question asks, as stems with their weights, and how well a sentence answers it.

use std::collections::{HashMap, HashSet};

use super::index::{Indexed, IndexedPassage, Term, Vocabulary};
use super::lexicon::Asked;
use super::passages;
use super::words::words;
use crate::routing::IntentName;

/// The most words of a question that are looked at.
const MAX_WORDS: usize = 120;
/// The most different stems of a question that count, the rarest first.
const MAX_TERMS: usize = 24;
/// How much a word counts that stands beside the question, not in it.
const BESIDE: f32 = 0.4;
/// How much each half of a compound counts.
const OF_COMPOUND: f32 = 0.7;
/// How much of a match counts that stands in the title or heading, in the next sentence, elsewhere in the article.
const IN_TITLE: f32 = 0.75;
const NEARBY: f32 = 0.5;
const IN_ARTICLE: f32 = 0.35;
/// How much more a match in the sentence itself counts for the order.
const OWN: f32 = 0.5;
/// What a sentence gains that says the kind of thing that is asked for.
const RIGHT_KIND: f32 = 0.12;
/// What the first paragraph gains where the title has all of the question; later ones gain less.
const LEAD: f32 = 0.2;
/// What an article gains that lists the first, or a later, intent of the question.
const LISTED_FIRST: f32 = 0.2;
const LISTED_LATER: f32 = 0.1;

/// A question, read against the vocabulary of its language.
pub(super) struct Query<'q> {
    terms: Vec<QueryTerm>,
    weight: f32,
    kind: Option<Asked>,
    intents: &'q [IntentName],
}

struct QueryTerm {
    weight: f32,
    like: HashMap<Term, f32>,
}

/// How well a sentence answers a question.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Score {
    /// Share of the question, by weight, that sentence, title and article have.
    pub(super) fit: f32,
    /// Share of the question that the sentence itself has.
    pub(super) own: f32,
    /// Share of the question that the article has anywhere.
    pub(super) article: f32,
    /// What the order is by: fit, kind and intent.
    pub(super) rank: f32,
    /// Whether the article lists one of the question's intents.
    pub(super) listed: bool,
}

impl<'q> Query<'q> {
    /// Reads a question.
    pub(super) fn read(text: &str, intents: &'q [IntentName], vocabulary: &Vocabulary) -> Self {
        let text = passages::visible(text);
        let sentences = passages::sentences(&text);
        let asks = sentences.iter().any(|sentence| sentence.ends_with('?'));
        let mut seen = HashSet::new();
        let mut terms = Vec::new();
        let (asking, beside): (Vec<_>, Vec<_>) = sentences.iter().partition(|s| !asks || s.ends_with('?'));
        for (sentence, share) in asking.into_iter().map(|s| (s, 1.0)).chain(beside.into_iter().map(|s| (s, BESIDE))) {
            for word in words(sentence, MAX_WORDS) {
                let Some(stem) = vocabulary.stem(&word) else { continue };
                let (stems, share) = match vocabulary.parts(&word) {
                    Some((head, tail)) => (vec![head, tail], share * OF_COMPOUND),
                    None => (vec![stem], share),
                };
                for stem in stems.into_iter().filter(|stem| seen.insert(stem.clone())) {
                    let like = vocabulary.like(&stem);
                    let number = stem.bytes().all(|b| b.is_ascii_digit());
                    if like.is_empty() && number && stem.len() <= 4 {
                        continue;
                    }
                    terms.push(QueryTerm {
                        weight: share * rarity(vocabulary, &like),
                        like: like.into_iter().collect(),
                    });
                }
            }
        }
        terms.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        terms.truncate(MAX_TERMS);
        let weight = terms.iter().map(|term| term.weight).sum();
        Self { terms, weight, kind: vocabulary.lexicon.asked(&text), intents }
    }

    /// The stems of articles that can answer.
    pub(super) fn stems(&self) -> Vec<Term> {
        let all: HashSet<Term> = self.terms.iter().flat_map(|term| term.like.keys().copied()).collect();
        let mut stems: Vec<Term> = all.into_iter().collect();
        stems.sort_unstable();
        stems
    }

    /// How well the sentence at `place` of an article answers.
    #[expect(clippy::cast_precision_loss, reason = "at most 10")]
    pub(super) fn score(&self, indexed: &Indexed, place: usize) -> Score {
        let Some(passage) = indexed.passages.get(place) else { return Score::default() };
        if self.weight <= 0.0 {
            return Score::default();
        }
        let near = |at: Option<usize>| at.and_then(|at| indexed.passages.get(at));
        let neighbours = [near(place.checked_sub(1)), near(Some(place + 1))];
        let (mut fit, mut own, mut article, mut titled) = (0.0, 0.0, 0.0, 0.0);
        for term in &self.terms {
            let here = term.best(&passage.terms);
            let title = term.best(&indexed.title).max(term.best(&passage.heading));
            let nearby = neighbours.iter().flatten().map(|p| term.best(&p.terms)).fold(0.0, f32::max);
            let anywhere = term.best(&indexed.all);
            own += term.weight * here;
            titled += term.weight * title;
            article += term.weight * anywhere;
            fit += term.weight * here.max(IN_TITLE * title).max(NEARBY * nearby).max(IN_ARTICLE * anywhere);
        }
        let listed = self.intents.iter().position(|name| indexed.article.intents.iter().any(|i| i.name == *name));
        let kind = self.kind.is_some_and(|kind| kind.is_said_in(&passage.lower));
        let gain = match listed {
            Some(0) => LISTED_FIRST,
            Some(_) => LISTED_LATER,
            None => 0.0,
        };
        let (fit, own) = (fit / self.weight, own / self.weight);
        let lead = LEAD * titled / self.weight / (1.0 + passage.passage.paragraph.min(10) as f32);
        let rank = fit + OWN * own + lead + gain + if kind { RIGHT_KIND } else { 0.0 };
        Score { fit, own, article: article / self.weight, rank, listed: listed.is_some() }
    }

    /// How much of the question, by weight, `more` has that `have` lack.
    pub(super) fn adds(&self, have: &[&IndexedPassage], more: &IndexedPassage) -> f32 {
        let gain = |term: &QueryTerm| {
            let had = have.iter().map(|p| term.best(&p.terms)).fold(0.0, f32::max);
            (term.best(&more.terms) - had).max(0.0) * term.weight
        };
        if self.weight > 0.0 { self.terms.iter().map(gain).sum::<f32>() / self.weight } else { 0.0 }
    }

    /// Whether a sentence says the kind of thing that is asked for; true where no kind is asked for.
    pub(super) fn is_kind(&self, passage: &IndexedPassage) -> bool {
        self.kind.is_none_or(|kind| kind.is_said_in(&passage.lower))
    }
}

impl QueryTerm {
    /// How much the likest of `terms` is like this one.
    fn best(&self, terms: &HashSet<Term>) -> f32 {
        let (few, many) = (self.like.len(), terms.len());
        if few <= many {
            self.like.iter().filter(|(term, _)| terms.contains(term)).map(|(_, alike)| *alike).fold(0.0, f32::max)
        } else {
            terms.iter().filter_map(|term| self.like.get(term)).copied().fold(0.0, f32::max)
        }
    }
}

/// The weight of a word: the fewer articles have it the more it says.
#[expect(clippy::cast_precision_loss, reason = "counts of articles are small")]
fn rarity(vocabulary: &Vocabulary, like: &[(Term, f32)]) -> f32 {
    let (with, all) = (vocabulary.articles_with(like) as f32, vocabulary.articles as f32);
    (1.0 + (all + 0.5) / (with.max(1.0) + 0.5)).ln()
}
