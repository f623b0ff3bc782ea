//! Budget: tokens and money that each queue may spend in one hour of the clock. Kept in memory, by each process for itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use wissel_channels::UnixMillis;

use super::prompt::ANSWER_TOKENS;
use crate::routing::QueueName;

const HOUR_MILLIS: i64 = 3_600_000;

/// What a million tokens cost, in any currency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Prices {
    /// Of a question.
    pub input: f64,
    /// Of an answer.
    pub output: f64,
}

impl Prices {
    fn cost(self, tokens_in: u32, tokens_out: u32) -> f64 {
        (f64::from(tokens_in) * self.input + f64::from(tokens_out) * self.output) / 1_000_000.0
    }
}

/// What the queues have spent.
#[derive(Debug)]
pub struct Budget {
    prices: Prices,
    tokens: u64,
    money: f64,
    spent: Mutex<HashMap<QueueName, Spent>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Spent {
    hour: i64,
    tokens: u64,
    money: f64,
}

/// What was set apart for a question that is under way. One that never comes back may have cost it.
#[derive(Debug)]
pub struct Reserved {
    queue: QueueName,
    hour: i64,
    tokens: u64,
    money: f64,
}

impl Budget {
    /// Limits for an hour and a queue; 0 means none.
    #[must_use]
    pub fn new(prices: Prices, tokens: u64, money: f64) -> Self {
        Self { prices, tokens, money, spent: Mutex::default() }
    }

    /// Sets apart what a question of about `tokens` may cost; nothing when the hour's budget has no room for it.
    pub fn reserve(&self, queue: &QueueName, tokens: u32, now: UnixMillis) -> Option<Reserved> {
        let hour = now.0.div_euclid(HOUR_MILLIS);
        let money = self.prices.cost(tokens.saturating_sub(ANSWER_TOKENS), ANSWER_TOKENS);
        let mut all = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = all.entry(queue.clone()).or_default();
        if spent.hour != hour {
            *spent = Spent { hour, ..Spent::default() };
        }
        let tokens = u64::from(tokens);
        let over = (self.tokens > 0 && spent.tokens + tokens > self.tokens)
            || (self.money > 0.0 && spent.money + money > self.money);
        if over {
            return None;
        }
        spent.tokens += tokens;
        spent.money += money;
        Some(Reserved { queue: queue.clone(), hour, tokens, money })
    }

    /// Notes what a question has cost in truth.
    pub fn settle(&self, reserved: &Reserved, tokens_in: u32, tokens_out: u32) {
        let mut all = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(spent) = all.get_mut(&reserved.queue).filter(|spent| spent.hour == reserved.hour) {
            let tokens = u64::from(tokens_in) + u64::from(tokens_out);
            spent.tokens = spent.tokens.saturating_sub(reserved.tokens) + tokens;
            spent.money = (spent.money - reserved.money).max(0.0) + self.prices.cost(tokens_in, tokens_out);
        }
    }
}

#[cfg(test)]
#[path = "budget_tests.rs"]
mod tests;
