//! The bot that answers in the words of the company's articles, or abstains. It never writes a word of its own.

use std::sync::Arc;

use async_trait::async_trait;
use wissel_channels::Source;

use super::choice::{self, Quote};
use super::guard;
use super::index::{Index, IndexError, Vocabulary};
use super::knowledge::Knowledge;
use super::passages::Passage;
use super::query::Query;
use super::{Abstention, Answer, Bot, BotError, Question};

/// Answers from knowledge. To reload, make a new one and swap it in.
#[derive(Clone)]
pub struct KnowledgeBot {
    pub(super) index: Arc<Index>,
}

impl KnowledgeBot {
    /// Indexes the articles.
    ///
    /// # Errors
    /// When the index cannot be built in memory.
    pub fn new(knowledge: Knowledge) -> Result<Self, IndexError> {
        Ok(Self { index: Arc::new(Index::build(knowledge)?) })
    }

    /// Answers or abstains. Takes about a millisecond of one core, more for thousands of articles: from async code,
    /// use [`Bot::answer`].
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn answer_now(&self, question: &Question) -> Result<Answer, IndexError> {
        if question.intents.is_empty() {
            return Ok(Answer::Abstained(Abstention::NotAnswerable));
        }
        let Some(vocabulary) = question.language.and_then(|language| self.index.languages.get(&language)) else {
            return Ok(Answer::Abstained(Abstention::NoArticleInLanguage));
        };
        let query = Query::read(&question.text, &question.intents, vocabulary);
        match self.choose(vocabulary, &query)? {
            Some(quote) => Ok(self.say(&quote)),
            None => Ok(Answer::Abstained(Abstention::NothingFits)),
        }
    }

    fn choose(&self, vocabulary: &Vocabulary, query: &Query<'_>) -> Result<Option<Quote>, IndexError> {
        choice::choose(&self.index, vocabulary, query)
    }

    /// The quoted sentences with their source, if the guard lets them through.
    fn say(&self, quote: &Quote) -> Answer {
        let Some(indexed) = self.index.articles.get(quote.article) else {
            return Answer::Abstained(Abstention::NothingFits);
        };
        let mut text = String::new();
        let mut before: Option<&Passage> = None;
        for passage in quote.places.iter().filter_map(|place| indexed.passages.get(*place)).map(|p| &p.passage) {
            match before {
                None => {}
                Some(before) if before.runs_on_to(passage) => text.push(' '),
                Some(_) => text.push('\n'),
            }
            text.push_str(&passage.text);
            before = Some(passage);
        }
        let article = &indexed.article;
        if guard::check(&text, &[article]).is_err() {
            return Answer::Abstained(Abstention::Guarded);
        }
        let (title, url, version) = (article.title.clone(), article.source.clone(), article.version.clone());
        Answer::Answered { text, sources: vec![Source { title, url, version }] }
    }
}

#[async_trait]
impl Bot for KnowledgeBot {
    async fn answer(&self, question: &Question) -> Result<Answer, BotError> {
        let (bot, question) = (self.clone(), question.clone());
        let answer = tokio::task::spawn_blocking(move || bot.answer_now(&question)).await;
        answer.map_err(|_| BotError("the search panicked".to_owned()))?.map_err(|error| BotError(error.to_string()))
    }
}
