//! Who is let in, and how fast: token buckets by visitor and address, and a count of open sockets an address.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Below this many entries a table is not swept.
const SWEEP_FROM: usize = 4096;

/// A steady rate with room for a burst.
#[derive(Clone, Copy)]
pub(super) struct Rate {
    /// How many at once.
    pub(super) burst: f64,
    /// How many come back a second.
    pub(super) per_second: f64,
}

impl Rate {
    /// As many in a minute as at once.
    pub(super) fn per_minute(count: u32) -> Self {
        Self { burst: f64::from(count), per_second: f64::from(count) / 60.0 }
    }
}

/// What is left of a rate.
pub(super) struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    /// A full one.
    pub(super) fn full(rate: Rate, now: Instant) -> Self {
        Self { left: rate.burst, at: now }
    }

    /// Takes one, or says how long until there is one.
    pub(super) fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        self.left = self.level(rate, now);
        self.at = now;
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.left) / rate.per_second))
    }

    fn level(&self, rate: Rate, now: Instant) -> f64 {
        let back = now.saturating_duration_since(self.at).as_secs_f64() * rate.per_second;
        (self.left + back).min(rate.burst)
    }
}

/// A bucket for each key. Full ones are forgotten, so the table is as large as the traffic of about a minute.
pub(super) struct Buckets<K> {
    rate: Option<Rate>,
    table: Mutex<Table<K, Bucket>>,
}

struct Table<K, V> {
    entries: HashMap<K, V>,
    sweep_at: usize,
}

impl<K: Eq + Hash, V> Table<K, V> {
    fn new() -> Self {
        Self { entries: HashMap::new(), sweep_at: SWEEP_FROM }
    }

    /// Makes room when the table has doubled since the last time.
    fn sweep(&mut self, keep: impl Fn(&V) -> bool) {
        if self.entries.len() >= self.sweep_at {
            self.entries.retain(|_, value| keep(value));
            self.sweep_at = (self.entries.len() * 2).max(SWEEP_FROM);
        }
    }
}

impl<K: Eq + Hash> Buckets<K> {
    /// A bucket of `per_minute` for each key; 0 is no limit.
    pub(super) fn new(per_minute: u32) -> Self {
        Self { rate: (per_minute > 0).then(|| Rate::per_minute(per_minute)), table: Mutex::new(Table::new()) }
    }

    /// Takes one of `key`'s, or says how long until it has one.
    pub(super) fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let Some(rate) = self.rate else { return Ok(()) };
        let mut table = lock(&self.table);
        table.sweep(|bucket| bucket.level(rate, now) < rate.burst);
        table.entries.entry(key).or_insert_with(|| Bucket::full(rate, now)).take(rate, now)
    }
}

/// Counts the open sockets of each address.
pub(super) struct Gate {
    limit: u32,
    opened: Buckets<IpAddr>,
    open: Mutex<HashMap<IpAddr, u32>>,
}

impl Gate {
    /// At most `limit` open sockets an address, and ten times that new ones a minute; 0 is no limit.
    pub(super) fn new(limit: u32) -> Self {
        Self { limit, opened: Buckets::new(limit.saturating_mul(10)), open: Mutex::new(HashMap::new()) }
    }

    /// Lets one more socket of `address` in for as long as the permit lives, or says when to come back.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr, now: Instant) -> Result<Permit, Duration> {
        if self.limit == 0 {
            return Ok(Permit(None));
        }
        self.opened.take(address, now)?;
        let mut open = lock(&self.open);
        let count = open.entry(address).or_insert(0);
        if *count >= self.limit {
            return Err(Duration::from_secs(10));
        }
        *count += 1;
        Ok(Permit(Some((Arc::clone(self), address))))
    }
}

/// The right to one open socket; given back when dropped.
pub(super) struct Permit(Option<(Arc<Gate>, IpAddr)>);

impl Drop for Permit {
    fn drop(&mut self) {
        let Some((gate, address)) = &self.0 else { return };
        let mut open = lock(&gate.open);
        if let Some(count) = open.get_mut(address) {
            *count -= 1;
            if *count == 0 {
                open.remove(address);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Buckets, Gate, SWEEP_FROM, lock};

    #[test]
    fn a_visitor_has_a_minutes_worth_at_once_and_then_one_by_one() {
        let buckets = Buckets::new(60);
        let now = Instant::now();
        assert!((0..60).all(|_| buckets.take("a", now).is_ok()));
        let wait = buckets.take("a", now).unwrap_err();
        assert!(wait <= Duration::from_secs(1) && wait > Duration::from_millis(900), "{wait:?}");
        assert!(buckets.take("b", now).is_ok(), "others are not held up");
        assert!(buckets.take("a", now + Duration::from_secs(1)).is_ok());
        assert!(buckets.take("a", now + Duration::from_secs(1)).is_err());
    }

    #[test]
    fn no_limit_means_no_limit() {
        let buckets = Buckets::new(0);
        assert!((0..10_000).all(|_| buckets.take((), Instant::now()).is_ok()));
    }

    #[test]
    fn visitors_who_went_quiet_are_forgotten() {
        let buckets = Buckets::new(60);
        let now = Instant::now();
        for visitor in 0..20 * SWEEP_FROM {
            let later = now + Duration::from_millis(visitor as u64);
            assert!(buckets.take(visitor, later).is_ok());
        }
        assert!(lock(&buckets.table).entries.len() <= 2 * SWEEP_FROM);
    }

    #[test]
    fn an_address_gets_a_place_back_when_a_socket_closes() {
        let gate = Arc::new(Gate::new(2));
        let (now, one, two): (_, IpAddr, IpAddr) = (Instant::now(), [1, 1, 1, 1].into(), [2, 2, 2, 2].into());
        let first = gate.enter(one, now).unwrap();
        let _second = gate.enter(one, now).unwrap();
        assert!(gate.enter(one, now).is_err());
        assert!(gate.enter(two, now).is_ok());
        drop(first);
        assert!(gate.enter(one, now).is_ok());
    }

    #[test]
    fn ten_thousand_reconnects_in_a_second_are_told_to_wait() {
        let gate = Arc::new(Gate::new(50));
        let now = Instant::now();
        let let_in = (0..10_000).filter(|_| gate.enter([1, 1, 1, 1].into(), now).is_ok()).count();
        assert_eq!(let_in, 500);
        assert!(lock(&gate.open).is_empty());
    }
}
