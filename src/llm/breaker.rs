//! Breaker: leaves a model alone for a while after it has failed several times in a row.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many failures in a row open it.
const FAILURES: u32 = 5;
/// For so long.
const REST: Duration = Duration::from_secs(30);

/// Counts failures in a row.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until when nobody asks.
    until: Option<Instant>,
}

impl Breaker {
    /// Whether the model may be asked. After a rest one question tries it; the others wait for how that ends.
    pub fn allows(&self, now: Instant) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.until {
            Some(until) if now < until => false,
            Some(_) => {
                state.until = Some(now + REST);
                true
            }
            None => true,
        }
    }

    /// Notes how a question ended.
    pub fn note(&self, well: bool, now: Instant) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if well {
            *state = State::default();
            return;
        }
        state.failures += 1;
        if state.failures >= FAILURES {
            state.until = Some(now + REST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_in_a_row_give_it_a_rest_and_one_question_ends_that() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..4 {
            breaker.note(false, now);
        }
        breaker.note(true, now);
        for _ in 0..5 {
            assert!(breaker.allows(now));
            breaker.note(false, now);
        }
        assert!(!breaker.allows(now));
        let later = now + REST;
        assert!(breaker.allows(later), "one tries it");
        assert!(!breaker.allows(later), "the others wait");
        breaker.note(true, later);
        assert!(breaker.allows(later));
    }
}
