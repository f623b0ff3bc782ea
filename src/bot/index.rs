//! Index: which sentences of the knowledge may answer a question. `SQLite` FTS5 in memory, over stems.
//!
//! What is asked of FTS5 is built from stems of the articles alone, never from the customer's words: a question cannot
//! change the query's meaning.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, params};

use super::knowledge::{Article, Knowledge};
use super::lexicon::Lexicon;
use super::passages::{self, Passage};
use super::words::{Word, likeness, words};
use crate::routing::{IntentName, Language};

/// The most words of an article that are indexed.
const MAX_ARTICLE_WORDS: usize = 20_000;
/// The most sentences that are looked at closer for one question.
const CANDIDATES: usize = 80;
/// Words less alike than this do not find each other.
const ALIKE: f32 = 0.4;

/// How alike two words for the same thing are.
const SAME_THING: f32 = 0.9;

/// The index could not be built or read.
#[derive(Debug, thiserror::Error)]
#[error("the index of the knowledge failed")]
pub struct IndexError(#[from] rusqlite::Error);

/// A stem of a language's articles, as a number.
pub(super) type Term = u32;

/// The knowledge, indexed.
pub(super) struct Index {
    found: Mutex<Connection>,
    pub(super) languages: BTreeMap<Language, Vocabulary>,
    pub(super) articles: Vec<Indexed>,
    intents: HashMap<IntentName, usize>,
    places: Vec<(usize, usize)>,
}

/// An article with its sentences.
pub(super) struct Indexed {
    pub(super) article: Article,
    pub(super) title: Vec<Term>,
    pub(super) all: Vec<Term>,
    pub(super) passages: Vec<IndexedPassage>,
}

/// A sentence with its stems.
pub(super) struct IndexedPassage {
    pub(super) passage: Passage,
    /// The words in lower case, with a blank at both ends.
    pub(super) lower: String,
    pub(super) heading: Vec<Term>,
    /// The stems of its condition, where it says what holds in a certain case: "If …,".
    pub(super) condition: Option<Vec<Term>>,
    pub(super) terms: Vec<Term>,
}

/// The stems of one language's articles.
pub(super) struct Vocabulary {
    pub(super) language: Language,
    pub(super) lexicon: Lexicon,
    stems: Vec<String>,
    concepts: Vec<Option<u16>>,
    numbers: HashMap<String, Term>,
    articles_with: Vec<Vec<u32>>,
    pub(super) articles: usize,
}

impl Vocabulary {
    fn new(language: Language) -> Self {
        let (stems, concepts, numbers) = (Vec::new(), Vec::new(), HashMap::new());
        let lexicon = Lexicon::of(language);
        Self { language, lexicon, stems, concepts, numbers, articles_with: Vec::new(), articles: 0 }
    }

    /// The stems of a text, as numbers; new ones are added.
    fn learn(&mut self, text: &str) -> Vec<Term> {
        let stems = words(text, MAX_ARTICLE_WORDS).into_iter().filter_map(|word| self.lexicon.stem(&word.folded));
        let mut terms = Vec::new();
        for stem in stems {
            let next = Term::try_from(self.stems.len()).unwrap_or(Term::MAX);
            let term = *self.numbers.entry(stem.clone()).or_insert(next);
            if term == next {
                self.concepts.push(self.lexicon.concept(&stem));
                self.stems.push(stem);
                self.articles_with.push(Vec::new());
            }
            terms.push(term);
        }
        once(terms)
    }

    /// The stems of the articles that are like `stem`, with how much.
    pub(super) fn like(&self, stem: &str) -> Vec<(Term, f32)> {
        let concept = self.lexicon.concept(stem);
        let score = |written: &str, other: Option<u16>| {
            let alike = likeness(stem, written, self.language);
            if concept.is_some() && concept == other { alike.max(SAME_THING) } else { alike }
        };
        let written = self.stems.iter().zip(&self.concepts);
        let scored = (0..).zip(written).map(|(term, (written, other))| (term, score(written, *other)));
        scored.filter(|(_, alike)| *alike >= ALIKE).collect()
    }

    /// The stems of the two words of a compound, where the articles have both: `helmmaat` asks for `helm` and `maat`.
    pub(super) fn parts(&self, word: &Word) -> Option<(String, String)> {
        let folded = word.folded.as_str();
        let compounds = matches!(self.language, Language::Nl | Language::De);
        let whole = self.stem(word)?;
        if !compounds || !folded.is_ascii() || folded.len() < 7 || self.numbers.contains_key(&whole) {
            return None;
        }
        let known = |part: &str| self.lexicon.stem(part).filter(|s| s.len() >= 3 && self.numbers.contains_key(s));
        let split = |(head, tail): (&str, &str)| {
            let tail = known(tail)?;
            let heads = [Some(head), head.strip_suffix('s'), head.strip_suffix("en"), head.strip_suffix('e')];
            heads.into_iter().flatten().find_map(known).map(|head| (head, tail))
        };
        let cuts = (3..=folded.len() - 3).map(|at| folded.split_at(at));
        cuts.filter_map(split).max_by_key(|(_, tail)| tail.len())
    }

    /// How many stems there are.
    pub(super) fn len(&self) -> usize {
        self.stems.len()
    }

    /// How many articles have one of the stems.
    pub(super) fn articles_with(&self, terms: &[(Term, f32)]) -> usize {
        let strong = terms.iter().filter(|(_, alike)| *alike >= 0.7);
        let lists = strong.filter_map(|(term, _)| self.articles_with.get(*term as usize));
        lists.flatten().collect::<HashSet<_>>().len()
    }

    /// The stem of a word of a question; nothing for a word without a meaning of its own.
    pub(super) fn stem(&self, word: &Word) -> Option<String> {
        self.lexicon.stem(&word.folded)
    }

    fn written(&self, terms: impl IntoIterator<Item = Term>) -> String {
        let stems = terms.into_iter().filter_map(|term| self.stems.get(term as usize));
        stems.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

impl Index {
    /// Indexes the articles.
    pub(super) fn build(knowledge: Knowledge) -> Result<Self, IndexError> {
        let mut languages = BTreeMap::new();
        let mut articles = Vec::new();
        for article in knowledge.into_articles() {
            let vocabulary = languages.entry(article.language).or_insert_with_key(|l| Vocabulary::new(*l));
            let number = u32::try_from(articles.len()).unwrap_or(u32::MAX);
            articles.push(Indexed::learn(article, number, vocabulary));
        }
        let mut found = Connection::open_in_memory()?;
        found.execute_batch("CREATE VIRTUAL TABLE passage USING fts5(lang UNINDEXED, intents, title, body, tokenize = 'unicode61 remove_diacritics 0')")?;
        let mut places = Vec::new();
        let mut intents = HashMap::new();
        let transaction = found.transaction()?;
        {
            let mut insert = transaction
                .prepare("INSERT INTO passage(rowid, lang, intents, title, body) VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for (number, indexed) in articles.iter().enumerate() {
                let Some(vocabulary) = languages.get(&indexed.article.language) else { continue };
                let mut listed = String::new();
                for intent in &indexed.article.intents {
                    let next = intents.len();
                    let number = *intents.entry(intent.name.clone()).or_insert(next);
                    listed = listed + " " + &token(number);
                }
                for (place, passage) in indexed.passages.iter().enumerate() {
                    let title = vocabulary.written(once([indexed.title.as_slice(), &passage.heading].concat()));
                    let body = vocabulary.written(passage.terms.iter().copied());
                    let row = i64::try_from(places.len()).unwrap_or(i64::MAX);
                    insert.execute(params![row, indexed.article.language.code(), listed, title, body])?;
                    places.push((number, place));
                }
            }
        }
        transaction.commit()?;
        Ok(Self { found: Mutex::new(found), languages, articles, intents, places })
    }

    /// Sentences that have one of `terms`, of articles that list one of `intents`, the likeliest first: article and
    /// place in it.
    pub(super) fn candidates(
        &self,
        vocabulary: &Vocabulary,
        intents: &[IntentName],
        terms: &[Term],
    ) -> Result<Vec<(usize, usize)>, IndexError> {
        let stems = terms.iter().filter_map(|term| vocabulary.stems.get(*term as usize));
        let stems = stems.map(|stem| format!("\"{stem}\"")).collect::<Vec<_>>().join(" OR ");
        let listed = intents.iter().filter_map(|name| self.intents.get(name)).map(|number| token(*number));
        let listed = listed.collect::<Vec<_>>().join(" OR ");
        if stems.is_empty() || listed.is_empty() {
            return Ok(Vec::new());
        }
        let query = format!("intents : ({listed}) AND {{title body}} : ({stems})");
        let connection = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let sql = "SELECT rowid FROM passage WHERE passage MATCH ?1 AND lang = ?2 ORDER BY bm25(passage, 0.0, 0.0, 1.0, 2.0) LIMIT ?3";
        let mut statement = connection.prepare_cached(sql)?;
        let limit = i64::try_from(CANDIDATES).unwrap_or(i64::MAX);
        let rows =
            statement.query_map(params![query, vocabulary.language.code(), limit], |row| row.get::<_, i64>(0))?;
        let mut places = Vec::new();
        for row in rows {
            places.extend(usize::try_from(row?).ok().and_then(|row| self.places.get(row)));
        }
        Ok(places)
    }
}

/// The terms, each once.
fn once(mut terms: Vec<Term>) -> Vec<Term> {
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// How an intent is written in the index.
fn token(number: usize) -> String {
    format!("i{number}")
}

impl Indexed {
    fn learn(article: Article, number: u32, vocabulary: &mut Vocabulary) -> Self {
        let title = vocabulary.learn(&article.title);
        let mut all = title.clone();
        let mut indexed = Vec::new();
        for passage in passages::split(&article.body) {
            let heading = vocabulary.learn(&passage.heading);
            let terms = vocabulary.learn(&passage.text);
            let condition = passages::condition(&passage.text).map(|clause| vocabulary.learn(clause));
            all.extend(heading.iter().chain(&terms));
            let lower = format!(" {} ", passage.text.to_lowercase());
            indexed.push(IndexedPassage { passage, lower, heading, condition, terms });
        }
        let all = once(all);
        vocabulary.articles += 1;
        for term in &all {
            if let Some(list) = vocabulary.articles_with.get_mut(*term as usize) {
                list.push(number);
            }
        }
        Self { article, title, all, passages: indexed }
    }
}
