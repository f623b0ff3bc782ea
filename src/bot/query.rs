//! Query: what a question asks, as stems with their weights, and how well a sentence answers it.

use std::collections::HashSet;

use super::index::{Indexed, IndexedPassage, Term, Vocabulary};
use super::lexicon::Asked;
use super::passages;
use super::words::{Word, words};
use crate::routing::IntentName;

/// The most words of a question that are looked at.
const MAX_WORDS: usize = 120;
/// The most different stems of a question that count, the rarest first.
const MAX_TERMS: usize = 24;
/// How much a word counts that stands beside the question, not in it.
const BESIDE: f32 = 0.2;
/// How much each half of a compound counts, and a name: a place, a brand.
const OF_COMPOUND: f32 = 0.7;
const OF_NAME: f32 = 1.5;
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
/// What a sentence gains whose heading has all of the question.
const HEADED: f32 = 0.4;
/// What an article gains that lists the likeliest intent of the question.
const LISTED_FIRST: f32 = 0.1;
/// What a sentence loses that speaks of a case that the question does not name.
const OTHER_CASE: f32 = -0.15;
/// A word of the question is in a condition from this likeness on.
const ALIKE: f32 = 0.5;

/// How a line begins after which only names follow.
const FAREWELLS: [&str; 22] = [
    "met vriendelijke",
    "met hartelijke",
    "vriendelijke groet",
    "hartelijke groet",
    "groet",
    "gr.",
    "gr ",
    "mvg",
    "kind regards",
    "best regards",
    "best,",
    "regards",
    "sincerely",
    "thanks,",
    "cheers,",
    "mit freundlichen",
    "viele grüße",
    "freundliche grüße",
    "cordialement",
    "bien à vous",
    "saludos",
    "un saludo",
];

/// A question, read against the vocabulary of its language.
pub(super) struct Query<'q> {
    terms: Vec<QueryTerm>,
    weight: f32,
    kind: Option<Asked>,
    pub(super) intents: &'q [IntentName],
}

struct QueryTerm {
    weight: f32,
    /// How much each stem of the articles is like this one.
    like: Vec<f32>,
}

/// How well a sentence answers a question.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Score {
    /// Share of the question, by weight, that sentence, title and article have.
    pub(super) fit: f32,
    /// Share of the question that the article has anywhere.
    pub(super) article: f32,
    /// What the order is by: fit, kind and intent.
    pub(super) rank: f32,
}

impl<'q> Query<'q> {
    /// Reads a question.
    pub(super) fn read(text: &str, intents: &'q [IntentName], vocabulary: &Vocabulary) -> Self {
        let text = without_sign_off(&passages::visible(text));
        let sentences = passages::sentences(&text);
        let asks = sentences.iter().any(|sentence| sentence.ends_with('?'));
        let (asking, beside): (Vec<_>, Vec<_>) = sentences.iter().partition(|s| !asks || s.ends_with('?'));
        let shared = asking.into_iter().map(|s| (s, 1.0)).chain(beside.into_iter().map(|s| (s, BESIDE)));
        let mut seen = HashSet::new();
        let mut terms = Vec::new();
        for (sentence, share) in shared {
            for word in words(sentence, MAX_WORDS) {
                let found =
                    stems_of(&word, share, vocabulary).into_iter().filter(|(stem, _)| seen.insert(stem.clone()));
                terms.extend(found.filter_map(|(stem, share)| QueryTerm::new(&stem, share, vocabulary)));
            }
        }
        terms.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        terms.truncate(MAX_TERMS);
        let weight = terms.iter().map(|term| term.weight).sum();
        Self { terms, weight, kind: vocabulary.lexicon.asked(&text), intents }
    }

    /// The stems of articles that can answer.
    pub(super) fn stems(&self) -> Vec<Term> {
        let numbered = self.terms.iter().flat_map(|term| (0..).zip(&term.like));
        let mut stems: Vec<Term> = numbered.filter(|(_, alike)| **alike > 0.0).map(|(term, _)| term).collect();
        stems.sort_unstable();
        stems.dedup();
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
        let (mut fit, mut own, mut article, mut titled, mut headed) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for term in &self.terms {
            let here = term.best(&passage.terms);
            let heading = term.best(&passage.heading);
            let title = term.best(&indexed.title).max(heading);
            let nearby = neighbours.iter().flatten().map(|p| term.best(&p.terms)).fold(0.0, f32::max);
            let anywhere = term.best(&indexed.all);
            own += term.weight * here;
            titled += term.weight * title;
            headed += term.weight * heading;
            article += term.weight * anywhere;
            fit += term.weight * here.max(IN_TITLE * title).max(NEARBY * nearby).max(IN_ARTICLE * anywhere);
        }
        let first = self.intents.first().is_some_and(|name| indexed.article.intents.iter().any(|i| i.name == *name));
        let kind = self.kind.is_some_and(|kind| kind.is_said_in(&passage.lower));
        let other_case = passage.condition.as_ref().is_some_and(|c| self.terms.iter().all(|term| term.best(c) < ALIKE));
        let gains = [(first, LISTED_FIRST), (kind, RIGHT_KIND), (other_case, OTHER_CASE)];
        let gain: f32 = gains.iter().filter(|(holds, _)| *holds).map(|(_, gain)| gain).sum();
        let (fit, own) = (fit / self.weight, own / self.weight);
        let lead = LEAD * titled / self.weight / (1.0 + passage.passage.paragraph.min(10) as f32);
        let rank = fit + OWN * own + HEADED * headed / self.weight + lead + gain;
        Score { fit, article: article / self.weight, rank }
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
    /// The term for a stem; none for a number that no article has, such as a length or a house number.
    fn new(stem: &str, share: f32, vocabulary: &Vocabulary) -> Option<Self> {
        let like = vocabulary.like(stem);
        let number = stem.len() <= 4 && stem.bytes().all(|b| b.is_ascii_digit());
        let weight = share * rarity(vocabulary, &like);
        if like.is_empty() && number {
            return None;
        }
        let mut dense = vec![0.0; vocabulary.len()];
        for (term, alike) in like {
            if let Some(slot) = dense.get_mut(term as usize) {
                *slot = alike;
            }
        }
        Some(Self { weight, like: dense })
    }

    /// How much the likest of `terms` is like this one.
    fn best(&self, terms: &[Term]) -> f32 {
        terms.iter().filter_map(|term| self.like.get(*term as usize)).copied().fold(0.0, f32::max)
    }
}

/// The text up to the line that says goodbye, without a greeting of its own at the beginning.
fn without_sign_off(text: &str) -> String {
    let farewell = |line: &str| {
        let line = line.trim().to_lowercase();
        FAREWELLS.iter().any(|words| line.starts_with(words))
    };
    let greets = |line: &str| line.trim_end().ends_with(',') && line.split_whitespace().count() <= 4;
    let lines = text.lines().enumerate().filter(|(at, line)| *at > 0 || !greets(line)).map(|(_, line)| line);
    let kept: Vec<&str> = lines.take_while(|line| !farewell(line)).collect();
    if kept.iter().all(|line| line.trim().is_empty()) { text.to_owned() } else { kept.join("\n") }
}

/// The stems of a word, two for a compound, each with its share; none for a word without a meaning of its own.
fn stems_of(word: &Word, share: f32, vocabulary: &Vocabulary) -> Vec<(String, f32)> {
    let share = if word.is_name { share * OF_NAME } else { share };
    match (vocabulary.parts(word), vocabulary.stem(word)) {
        (Some((head, tail)), _) => vec![(head, share * OF_COMPOUND), (tail, share * OF_COMPOUND)],
        (None, stem) => stem.map(|stem| (stem, share)).into_iter().collect(),
    }
}

/// The weight of a word: the fewer articles have it the more it says.
#[expect(clippy::cast_precision_loss, reason = "counts of articles are small")]
fn rarity(vocabulary: &Vocabulary, like: &[(Term, f32)]) -> f32 {
    let (with, all) = (vocabulary.articles_with(like) as f32, vocabulary.articles as f32);
    (1.0 + (all + 0.5) / (with.max(1.0) + 0.5)).ln()
}
