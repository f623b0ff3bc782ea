//! Failures: how often an address failed to sign in, so that guessing is slowed down. Whoever is right is never kept out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use wissel_channels::UnixMillis;

/// So many failures are answered as such; after them comes "too many".
const MOST: u32 = 10;
/// After this long without a failure an address starts afresh.
const WINDOW_MILLIS: i64 = 60_000;
/// At most so many addresses are remembered.
const MOST_ADDRESSES: usize = 4096;

/// Failed sign-ins by address.
#[derive(Debug, Default)]
pub struct Failures(Mutex<HashMap<Option<IpAddr>, (u32, UnixMillis)>>);

impl Failures {
    /// Notes a failure; gives the seconds to wait when there were too many.
    pub fn note(&self, address: Option<IpAddr>, now: UnixMillis) -> Option<u64> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_ADDRESSES {
            known.retain(|_, (_, last)| now.since(*last) < WINDOW_MILLIS);
        }
        if known.len() >= MOST_ADDRESSES && !known.contains_key(&address) {
            return Some(WINDOW_MILLIS.unsigned_abs() / 1000);
        }
        let (count, last) = known.entry(address).or_insert((0, now));
        if now.since(*last) >= WINDOW_MILLIS {
            *count = 0;
        }
        *count = count.saturating_add(1);
        *last = now;
        (*count > MOST).then_some(WINDOW_MILLIS.unsigned_abs() / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_ten_failures_an_address_has_to_wait_and_others_do_not() {
        let failures = Failures::default();
        let (one, two) = (Some("192.0.2.1".parse().unwrap()), Some("192.0.2.2".parse().unwrap()));
        for _ in 0..MOST {
            assert_eq!(failures.note(one, UnixMillis(0)), None);
        }
        assert_eq!(failures.note(one, UnixMillis(1)), Some(60));
        assert_eq!(failures.note(two, UnixMillis(1)), None);
        assert_eq!(failures.note(one, UnixMillis(WINDOW_MILLIS + 1)), None);
    }

    #[test]
    fn the_memory_of_addresses_is_bounded() {
        let failures = Failures::default();
        for n in 0..10_000u32 {
            failures.note(Some(std::net::Ipv4Addr::from(n).into()), UnixMillis(0));
        }
        assert!(failures.0.lock().unwrap().len() <= MOST_ADDRESSES);
    }
}
