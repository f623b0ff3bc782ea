//! The bot: answers questions from the company's knowledge, or abstains.

mod choice;
mod front_matter;
mod guard;
mod index;
pub mod knowledge;
mod knowledge_bot;
mod lexicon;
mod passages;
mod query;
mod words;

pub use index::IndexError;
pub use knowledge::{Article, Knowledge, ListedIntent};
pub use knowledge_bot::KnowledgeBot;

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wissel_channels::Source;

use crate::routing::{IntentName, Language};

/// A question of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Question {
    /// The customer's words since the bot last spoke.
    pub text: String,
    /// The language to answer in.
    pub language: Option<Language>,
    /// What triage takes it for, best first.
    pub intents: Vec<IntentName>,
}

/// What the bot makes of a question.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// An answer in the words of an article.
    Answered {
        /// What to say.
        text: String,
        /// Where it comes from; never empty.
        sources: Vec<Source>,
    },
    /// No answer: people take over.
    Abstained(Abstention),
}

/// Why the bot does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Abstention {
    /// No article fits the question.
    NothingFits,
    /// There is no article in the customer's language.
    NoArticleInLanguage,
    /// The intent may not be answered by a bot, or there is none.
    NotAnswerable,
    /// A guard held the answer back.
    Guarded,
}

/// The bot could not work just now; its reason holds no customer data.
#[derive(Debug, thiserror::Error)]
#[error("the bot could not answer: {0}")]
pub struct BotError(pub String);

/// Answers questions.
#[async_trait]
pub trait Bot: Send + Sync {
    /// Answers from knowledge, or abstains.
    async fn answer(&self, question: &Question) -> Result<Answer, BotError>;
}
