//! Seldom: what goes wrong with each message while one cause lasts is told once a minute, with how often it was.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often one cause is told.
const EVERY: Duration = Duration::from_mins(1);
/// How many causes are told apart; of more, the one told longest ago is forgotten.
const CAUSES: usize = 16;

/// The causes that were told lately.
#[derive(Debug, Default)]
pub struct Seldom(Mutex<Vec<Told>>);

#[derive(Debug)]
struct Told {
    cause: String,
    at: Instant,
    /// How often it came since.
    since: u64,
}

impl Seldom {
    /// Whether `cause` is to be told now; with how often it came untold since it was told last.
    pub fn tell(&self, cause: &str) -> Option<u64> {
        self.tell_at(cause, Instant::now())
    }

    fn tell_at(&self, cause: &str, now: Instant) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = all.iter_mut().find(|told| told.cause == cause) {
            if now.duration_since(told.at) < EVERY {
                told.since += 1;
                return None;
            }
            told.at = now;
            return Some(std::mem::take(&mut told.since));
        }
        if all.len() >= CAUSES
            && let Some(oldest) = (0..all.len()).min_by_key(|index| all[*index].at)
        {
            all.swap_remove(oldest);
        }
        all.push(Told { cause: cause.to_owned(), at: now, since: 0 });
        Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_lasts_is_told_once_a_minute_with_how_often_it_came() {
        let (seldom, start) = (Seldom::default(), Instant::now());
        let told: Vec<_> = (0..150).map(|second| seldom.tell_at("away", start + Duration::from_secs(second))).collect();
        let expected = |second| match second {
            0 => Some(0),
            60 | 120 => Some(59),
            _ => None,
        };
        assert_eq!(told, (0..150).map(expected).collect::<Vec<_>>());
    }

    #[test]
    fn each_cause_is_told_and_no_more_are_kept_than_is_said() {
        let (seldom, now) = (Seldom::default(), Instant::now());
        for number in 0..100 {
            let at = now + Duration::from_millis(number);
            assert_eq!(seldom.tell_at(&number.to_string(), at), Some(0));
            assert_eq!(seldom.tell_at(&number.to_string(), at), None);
        }
        assert_eq!(seldom.0.lock().unwrap().len(), CAUSES);
        assert_eq!(seldom.tell_at("99", now + Duration::from_secs(1)), None, "the newest are kept");
    }
}
