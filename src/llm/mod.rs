//! A language model, asked for advice where triage is not sure. It may be any server with `OpenAI`'s chat API.
//!
//! What leaves the house is masked (`mask`), what comes back is checked (`answer`) and counts only as far as its labels
//! have proved right ([`proved`]). It has a deadline, a [`budget`], and a [`breaker`] that leaves it alone while it fails.

mod answer;
pub mod breaker;
pub mod budget;
mod client;
mod mask;
mod prompt;
pub mod proved;
mod speech;

use std::time::Duration;

use tokio::time::Instant;
use wissel_channels::UnixMillis;

use crate::routing::{Advice, Asked, Decimal, Intent, Language, QueueName};
use crate::thread::ClassifyOutcome;

use breaker::Breaker;
use budget::{Budget, Prices};
pub use client::Endpoint;
use client::{Client, Failed};
use prompt::Prompt;
use proved::Proved;
pub use speech::Speech;

/// What a language model is used with.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What a token costs.
    pub prices: Prices,
    /// Tokens an hour for each queue; 0 means no limit.
    pub tokens_per_hour: u64,
    /// Money an hour for each queue, in the currency of the prices; 0 means no limit.
    pub money_per_hour: f64,
}

/// A language model with its limits.
pub struct Llm {
    client: Client,
    budget: Budget,
    breaker: Breaker,
    proved: Proved,
}

/// A message that it is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The customer's words.
    pub text: &'a str,
    /// The language that triage found.
    pub language: Option<Language>,
    /// What it may answer.
    pub intents: &'a [Intent],
    /// Whose budget it is.
    pub queue: &'a QueueName,
}

impl Llm {
    /// Does not connect.
    ///
    /// # Errors
    /// When the certificates to trust cannot be read.
    pub fn new(endpoint: Endpoint, terms: &Terms, proved: Proved) -> Result<Self, String> {
        let budget = Budget::new(terms.prices, terms.tokens_per_hour, terms.money_per_hour);
        Ok(Self { client: Client::new(endpoint)?, budget, breaker: Breaker::default(), proved })
    }

    /// Asks, within `time`; not at all when there is none left. Never fails: what went wrong is an outcome.
    pub async fn ask(&self, question: Question<'_>, now: UnixMillis, time: Duration) -> ClassifyOutcome {
        let prompt = Prompt::new(question.intents);
        let failed = |why: &str| ClassifyOutcome::Failed(why.to_owned(), Some(self.asked(&prompt, 0, 0)));
        if time.is_zero() {
            return failed("it could not be asked in time");
        }
        if !self.breaker.allows(Instant::now()) {
            return failed("it failed several times, and is left alone for a while");
        }
        let masked = mask::mask(question.text);
        let Some(reserved) = self.budget.reserve(question.queue, prompt.tokens(&masked), now) else {
            return failed("the budget of this hour is spent");
        };
        let reply = match tokio::time::timeout(time, self.client.ask(&prompt, &masked)).await {
            Ok(reply) => reply,
            Err(_) => Err(Failed(format!("no answer within {} ms", time.as_millis()))),
        };
        let outcome = match reply {
            Err(Failed(why)) => failed(&why),
            Ok(reply) => {
                self.budget.settle(&reserved, reply.tokens_in, reply.tokens_out);
                let asked = self.asked(&prompt, reply.tokens_in, reply.tokens_out);
                match answer::read(&reply.text, &prompt, question.language) {
                    Ok(said) => ClassifyOutcome::Advised(self.advice(said, asked)),
                    Err(why) => ClassifyOutcome::Rejected(why, asked),
                }
            }
        };
        self.breaker.note(matches!(outcome, ClassifyOutcome::Advised(_)), Instant::now());
        outcome
    }

    fn asked(&self, prompt: &Prompt, tokens_in: u32, tokens_out: u32) -> Asked {
        let (model, parameters) = (self.client.model().to_owned(), prompt::PARAMETERS.to_owned());
        Asked { model, prompt: prompt.hash.clone(), parameters, tokens_in, tokens_out }
    }

    fn advice(&self, said: answer::Said, asked: Asked) -> Advice {
        let (proved, outcomes) = said.intent.as_ref().map_or((Decimal::ZERO, 0), |name| self.proved.of(name, &asked));
        let answer::Said { intent, confidence, wants_person, complaint } = said;
        Advice { intent, says: Decimal::from_f64(confidence), proved, outcomes, wants_person, complaint, asked }
    }
}
